"""The rows of a table stay together: a line each on the page, and under their header in every chunk."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter

from ingest.readers import pdf, pdf_tables, read
from ingest.rows import header_above
from ingest.split import Splitter
from ingest.types import Document, Page
from tests import make_files
from tests.make_pdf import Box, Placed, drawn, grid

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
COLUMNS, ROWS = (50, 150, 250, 450), (600, 640, 660, 700, 720)


def cell(x: float, y: float, words: str, size: float = 10) -> Placed:
    return (x, y, ("F", size, words))


# As programs write them: cell after cell, each line of a cell before the next cell.
TABLE = [
    cell(55, 707, "Modelo"), cell(155, 707, "Puerto"), cell(255, 707, "Descripción"),
    cell(55, 685, "R-200"), cell(155, 685, "8080"), cell(255, 690, "Router de la entrada,"),
    cell(255, 670, "con dos antenas"),
    cell(55, 645, "S-10"), cell(155, 645, "22"), cell(255, 645, "Conmutador"),
    cell(55, 630, "Cámara"), cell(55, 615, "de techo"), cell(155, 622, "554"), cell(255, 622, "Vigila el pasillo"),
]  # fmt: skip
TABLE_ROWS = [
    "Modelo\tPuerto\tDescripción",
    "R-200\t8080\tRouter de la entrada, con dos antenas",
    "S-10\t22\tConmutador",
    "Cámara de techo\t554\tVigila el pasillo",
]
ABOVE, BELOW = cell(50, 760, "Los equipos de la red son estos."), cell(50, 560, "Llame si falta alguno.")


def page_of(path: Path, words: list[Placed], lines: list[Box]) -> str:
    (document,) = read(drawn(path / "t.pdf", [(words, lines)]))
    return document.pages[0].text


def test_every_row_of_a_ruled_table_is_a_line(tmp_path: Path) -> None:
    text = page_of(tmp_path, [ABOVE, *TABLE, BELOW], grid(COLUMNS, ROWS))
    assert text.split("\n") == [ABOVE[2][2], *TABLE_ROWS, BELOW[2][2]]


RULED_ROWS: list[Box] = [(50, y, 450, y) for y in (720, 700, 660, 640, 600)]
PAGE_RULES: list[Box] = [(50, 800, 450, 800), (50, 40, 450, 40)]


@pytest.mark.parametrize("page_rules", [PAGE_RULES, PAGE_RULES[:1], PAGE_RULES[1:]], ids=["both", "top", "bottom"])
@pytest.mark.parametrize("rules", [RULED_ROWS, RULED_ROWS[1:]], ids=["ruled-header", "header-in-a-band"])
def test_the_pages_own_rules_are_none_of_a_table_of_rules_across(
    tmp_path: Path, page_rules: list[Box], rules: list[Box]
) -> None:
    text = page_of(tmp_path, [ABOVE, *TABLE, BELOW], [*page_rules, *rules])
    assert text.split("\n") == [ABOVE[2][2], *TABLE_ROWS, BELOW[2][2]]


def test_a_sentence_right_above_a_table_is_no_header(tmp_path: Path) -> None:
    above = cell(50, 724, "Los equipos de la red son los que siguen:")
    text = page_of(tmp_path, [above, *TABLE, BELOW], RULED_ROWS)
    assert text.split("\n") == [above[2][2], *TABLE_ROWS, BELOW[2][2]]


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_page_that_is_shown_turned_reads_as_it_is_shown(tmp_path: Path, angle: int) -> None:
    writer = PdfWriter(clone_from=drawn(tmp_path / "upright.pdf", [([ABOVE, *TABLE, BELOW], grid(COLUMNS, ROWS))] * 2))
    for page in writer.pages:
        page.rotate(-angle)
        page.transfer_rotation_to_content()
        page.rotate(angle)
    writer.write(tmp_path / "turned.pdf")
    (document,) = read(tmp_path / "turned.pdf")
    assert [page.text.split("\n") for page in document.pages] == [[ABOVE[2][2], *TABLE_ROWS, BELOW[2][2]]] * 2


def test_a_turned_page_whose_letters_stand_upright_on_the_sheet_reads_as_the_sheet(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=drawn(tmp_path / "upright.pdf", [([ABOVE, *TABLE, BELOW], grid(COLUMNS, ROWS))]))
    writer.pages[0].rotate(90)
    writer.write(tmp_path / "turned.pdf")
    (document,) = read(tmp_path / "turned.pdf")
    assert {TABLE_ROWS[0], TABLE_ROWS[2]} <= set(document.pages[0].text.split("\n"))


def test_a_quote_of_a_row_is_word_for_word_what_the_page_shows(tmp_path: Path) -> None:
    text = page_of(tmp_path, [ABOVE, *TABLE, BELOW], grid(COLUMNS, ROWS))
    assert "S-10 22 Conmutador" in " ".join(text.split())


def test_a_table_without_vertical_lines_is_told_by_the_white_between_its_columns(tmp_path: Path) -> None:
    rules = [(50.0, y, 450.0, y) for y in ROWS]
    assert page_of(tmp_path, [ABOVE, *TABLE, BELOW], rules).split("\n")[1:-1] == TABLE_ROWS


def test_a_table_with_three_rules_has_a_row_for_every_line_with_a_first_cell(tmp_path: Path) -> None:
    words = [cell(55, 705, "Orden"), cell(200, 705, "Efecto")]
    for n, (order, effect) in enumerate([("ls", "lista"), ("cd", "cambia de carpeta"), ("rm", "borra")]):
        words += [cell(55, 680 - 15 * n, order), cell(200, 680 - 15 * n, effect)]
    words.append(cell(200, 635, "sin preguntar"))
    rules = [(50.0, y, 400.0, y) for y in (720, 698, 625)]
    found = page_of(tmp_path, [ABOVE, *words, BELOW], rules).split("\n")[1:-1]
    assert found == ["Orden\tEfecto", "ls\tlista", "cd\tcambia de carpeta", "rm\tborra sin preguntar"]


def test_a_cell_over_several_rows_is_in_the_first_of_them(tmp_path: Path) -> None:
    words = [cell(55, 665, "Zona"), cell(155, 665, "Puerto"), cell(55, 625, "Norte"), cell(155, 645, "80")]
    words += [cell(155, 625, "443"), cell(155, 605, "22")]
    rules = [*grid((50, 150, 250), (600, 660, 680)), (150.0, 620.0, 250.0, 620.0), (150.0, 640.0, 250.0, 640.0)]
    assert page_of(tmp_path, words, rules).split("\n") == ["Zona\tPuerto", "Norte\t80", "\t443", "\t22"]


def test_a_table_is_one_though_most_of_its_places_belong_to_tall_cells(tmp_path: Path) -> None:
    heads = [cell(55 + 60 * n, 725, f"Botón{n}") for n in range(8)]
    words = [*heads, cell(55, 675, "Nombre"), cell(175, 675, "Campo")]
    words += [cell(115, 705 - 20 * n, text) for n, text in enumerate(("contiene", "empieza", "termina", "falta"))]
    inner = [(110.0, y, 170.0, y) for y in (700, 680, 660)]
    rules = [*grid([50 + 60 * n for n in range(9)], (640, 720, 740)), *inner]
    assert page_of(tmp_path, words, rules).split("\n") == [
        "\t".join(f"Botón{n}" for n in range(8)),
        "Nombre\tcontiene\tCampo",
        "\tempieza",
        "\ttermina",
        "\tfalta",
    ]


def test_a_name_halfway_down_its_row_stands_before_all_of_it(tmp_path: Path) -> None:
    notes = ("Cambió de", "dueño, que", "pide ahora", "una clave", "nueva.")
    words = [cell(55, 705, "Servicio"), cell(200, 705, "Nota"), cell(55, 650, "Divisas")]
    words += [cell(200, 680 - 15 * n, note) for n, note in enumerate(notes)]
    found = page_of(tmp_path, words, grid((50, 190, 400), (610, 695, 720))).split("\n")
    assert found == ["Servicio\tNota", f"Divisas\t{' '.join(notes)}"]


def test_a_word_broken_within_a_cell_is_whole(tmp_path: Path) -> None:
    words = [cell(55, 705, "Orden"), cell(200, 705, "Efecto"), cell(55, 680, "cp -"), cell(200, 680, "lo du-")]
    words += [cell(55, 665, "r"), cell(200, 665, "plica"), cell(55, 640, "ls"), cell(200, 640, "lista")]
    found = page_of(tmp_path, words, grid((50, 190, 400), (630, 655, 695, 720))).split("\n")
    assert found == ["Orden\tEfecto", "cp - r\tlo duplica", "ls\tlista"]


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        pytest.param([ABOVE, BELOW], [(50.0, 770.0, 550.0, 770.0), (50.0, 40.0, 550.0, 40.0)], id="page-rules"),
        pytest.param([cell(60, 700, "Nota"), cell(60, 685, "Apague antes.")], grid((50, 300), (670, 720)), id="a-box"),
        pytest.param([cell(60, 700, "ls"), cell(60, 685, "cd")], grid((50, 300), (680, 695, 720)), id="a-listing"),
        pytest.param([ABOVE, cell(60, 400, "0,5")], grid((50, 150, 250, 350), (300, 350, 400, 450)), id="a-chart"),
        pytest.param(
            [cell(60, 700 - 15 * n, f"La primera columna dice en su línea {n} algo") for n in range(20)]
            + [cell(300, 700 - 15 * n, f"mientras la segunda sigue en {n} con lo suyo") for n in range(20)],
            grid((50, 290, 500), (400, 718, 740)),
            id="a-page-laid-out-in-boxes",
        ),
        pytest.param(
            [cell(55, 700 - 20 * n, "•") for n in range(3)] + [cell(75, 700 - 20 * n, "Punto") for n in range(3)],
            [(50.0, y, 400.0, y) for y in (715, 690, 650)],
            id="a-list-between-rules",
        ),
    ],
)
def test_what_is_no_table_stays_as_it_is(tmp_path: Path, words: list[Placed], lines: list[Box]) -> None:
    assert page_of(tmp_path, words, lines) == page_of(tmp_path, words, [])


def test_what_lies_beyond_the_edge_of_the_page_stays_out(tmp_path: Path) -> None:
    hidden = [cell(55, -30, "oculto"), cell(155, -30, "99")]
    text = page_of(tmp_path, [ABOVE, *TABLE, *hidden], grid(COLUMNS, (-60, *ROWS)))
    assert text.split("\n") == [ABOVE[2][2], *TABLE_ROWS]


def test_a_page_whose_text_would_not_be_the_same_stays_as_it_is() -> None:
    assert pdf_tables._says_the_same("a\tb c", "a b\nc")
    assert not pdf_tables._says_the_same("a\tb", "a b c")
    assert not pdf_tables._says_the_same("a\tb c c", "a b c")


WORDS = st.lists(
    st.tuples(st.integers(40, 500), st.integers(580, 740), st.text(alphabet="abÑ1-", min_size=1, max_size=6)),
    max_size=25,
)


@given(WORDS, st.sets(st.integers(40, 500), min_size=2, max_size=5), st.sets(st.integers(580, 740), min_size=2))
def test_no_letter_is_lost_or_added(
    tmp_path_factory: pytest.TempPathFactory, words: list[tuple[int, int, str]], xs: set[int], ys: set[int]
) -> None:
    placed = [cell(x, y, text) for x, y, text in words]
    path = drawn(tmp_path_factory.mktemp("t") / "t.pdf", [(placed, grid(sorted(xs), sorted(ys)))])
    found = pdf._open(path)
    assert found is not None
    page = found[0]
    textpage = page.get_textpage()
    plain = textpage.get_text_bounded()
    assert _letters(pdf_tables.with_rows(page, textpage, plain)) == _letters(plain)
    found.close()


def _letters(text: str) -> Counter[str]:
    return Counter(letter for letter in text if letter.isalnum())


# -- a header goes with its rows --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "at", "header"),
    [
        pytest.param("Orden\tEfecto\nls\tlista\ncd\tcambia", "cd", "Orden | Efecto", id="tabs"),
        pytest.param("Orden | Efecto\nls | lista", "ls", "Orden | Efecto", id="bars"),
        pytest.param("| Orden | Efecto |\n|---|---|\n| ls | lista |", "ls", "Orden | Efecto", id="markdown"),
        pytest.param("Orden\tEfecto\nls\tlista", "Orden", "", id="the-header-itself"),
        pytest.param("Orden\tEfecto\nls\tlista\nFin.", "Fin", "", id="after-the-table"),
        pytest.param("Texto.\nOrden | Efecto", "Orden", "", id="a-single-row"),
        pytest.param("Color: rojo | Talla: 3\nColor: azul | Talla: 4", "azul", "", id="cells-that-name-themselves"),
        pytest.param("7\t8\n9\t10", "9", "", id="no-header-but-figures"),
        pytest.param("grep a|wc\nls|wc", "ls", "", id="a-pipe-without-spaces"),
    ],
)
def test_a_row_knows_the_header_above_it(text: str, at: str, header: str) -> None:
    assert header_above(text, text.index(at)) == header


@given(st.text(alphabet="ab |\t\n:1-", max_size=60), st.integers(0, 60))
def test_any_place_has_a_header_or_none(text: str, place: int) -> None:
    header = header_above(text, min(place, len(text)))
    assert "\n" not in header
    assert header == "" or " | " in header


def test_a_chunk_of_later_rows_carries_the_header_and_no_row_is_cut(tmp_path: Path) -> None:
    rows = [f"equipo {n}\t{1000 + n}\tplanta {n} del edificio" for n in range(40)]
    text = "\n".join(["Intro.", "Equipo\tPuerto\tLugar", *rows])
    chunks = Splitter(lambda words: len(words.split()), 30).split(
        Document("d", "manual", "T", "es", (Page(1, "1", text),))
    )
    assert len(chunks) > 5
    assert {chunk.breadcrumb for chunk in chunks[1:]} == {"T › Equipo | Puerto | Lugar"}
    assert [line for chunk in chunks for line in chunk.text.split("\n")] == text.split("\n")


def test_the_tables_of_other_formats_carry_their_header_too(tmp_path: Path) -> None:
    rows = [["Orden", "Efecto"], *([f"orden {n}", f"hace la cosa {n}"] for n in range(30))]
    (document,) = read(make_files.word(tmp_path / "t.docx", [("Normal", "Intro."), rows]))
    chunks = Splitter(lambda words: len(words.split()), 40).split(document)
    later = [chunk for chunk in chunks if chunk.text.startswith("orden")]
    assert len(later) > 2
    assert {chunk.breadcrumb for chunk in later} == {"t › Orden | Efecto"}


@pytest.mark.corpus
def test_the_rows_of_a_manual_are_lines() -> None:
    path = CORPUS / "manuals" / "es" / "install.es.pdf"
    if not path.exists():
        pytest.skip("the shared corpus is not beside the project")
    (document,) = read(path)
    assert "RAID1\t2\topcional\tsí\tTamaño de la partición menor en RAID" in document.pages[58].text.split("\n")


def test_a_line_without_end_costs_no_more_than_it_is_long() -> None:
    """A log or a picture in base64 may be one line of megabytes: every chunk of it asks for its header."""
    text = "a | b " * 200_000
    started = time.perf_counter()
    assert {header_above(text, place) for place in range(0, len(text), 1_000)} == {""}
    assert time.perf_counter() - started < 2
