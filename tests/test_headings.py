"""A PDF without an outline has the sections that its type shows, and no others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers import headings, pdf, read
from ingest.readers.pdf_lines import Line
from ingest.types import Document
from tests.make_pdf import Text, typeset

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
BODY = [("F", 10.0, f"El equipo se conecta a la red por el puerto {n} y se enciende con el botón.") for n in range(25)]


def sections(document: Document) -> list[tuple[int, str, int]]:
    """(level, title, page), each of which must begin where its section does."""
    for section in document.sections:
        here = document.pages[section.page - 1].text[section.start :]
        assert "".join(here.split()).startswith("".join(section.title.split()))
    return [(s.level, s.title, s.page) for s in document.sections]


def read_lines(path: Path, *pages: list[Text]) -> list[tuple[int, str, int]]:
    (document,) = read(typeset(path / "manual.pdf", pages))
    return sections(document)


@pytest.mark.parametrize(
    ("first", "title"),
    [
        pytest.param(
            [("B", 22.0, "Router Handbook"), ("F", 12.0, "Third edition")], "Router Handbook", id="on-a-cover"
        ),
        pytest.param([("B", 22.0, "Manual del"), ("B", 22.0, "usuario")], "Manual del usuario", id="of-two-lines"),
        pytest.param([("B", 22.0, "Table of Contents")], "a", id="contents"),
        pytest.param([("B", 22.0, "1 Introduction")], "a", id="a-chapter"),
        pytest.param([("F", 10.0, "Acme"), ("B", 30.0, "Backup made easy")], "a", id="a-slogan-below-a-name"),
        pytest.param([("F", 10.0, "Dear customer")], "a", id="in-the-letters-of-the-text"),
    ],
)
def test_a_file_without_a_title_has_the_one_printed_on_its_first_page(
    tmp_path: Path, first: list[Text], title: str
) -> None:
    (document,) = (d for d in read(typeset(tmp_path / "a.pdf", [[*first, *BODY[:5]], BODY])) if isinstance(d, Document))
    assert document.title == title


def test_a_large_zero_with_its_name_numbers_no_heading(tmp_path: Path) -> None:
    parts = [f"Part of {name}" for name in ("lamps", "keys", "fuses", "fans")]
    found = read_lines(
        tmp_path, *([*BODY[:9], big(part), *BODY[9:18], big("0 (zero)", 13.0), *BODY[18:]] for part in parts)
    )
    assert {title for _, title, _ in found} >= set(parts)


def big(words: str, size: float = 16.0) -> Text:
    return ("B", size, words)


def test_short_lines_in_large_type_are_headings_and_their_size_is_their_level(tmp_path: Path) -> None:
    found = read_lines(
        tmp_path,
        [big("Instalación", 20), *BODY, big("Requisitos del equipo"), *BODY[:5]],
        [big("Uso diario", 20), *BODY, big("Encendido y apagado"), *BODY[:5]],
    )
    assert found == [
        (1, "Instalación", 1), (2, "Requisitos del equipo", 1), (1, "Uso diario", 2), (2, "Encendido y apagado", 2),
    ]  # fmt: skip


def test_a_number_gives_the_level_whatever_the_size(tmp_path: Path) -> None:
    found = read_lines(
        tmp_path,
        [big("3 Instalación"), *BODY, ("B", 10, "3.2 Puertos de red"), *BODY[:3], ("B", 10, "3.2.1 VPN"), *BODY[:3]],
    )
    assert found == [(1, "3 Instalación", 1), (2, "3.2 Puertos de red", 1), (3, "3.2.1 VPN", 1)]


def test_a_heading_of_two_lines_is_one_section(tmp_path: Path) -> None:
    found = read_lines(tmp_path, [big("2 Preparación de los ficheros para el"), big("arranque por red"), *BODY])
    assert found == [(1, "2 Preparación de los ficheros para el arranque por red", 1)]


def test_a_chapter_line_above_its_name_belongs_to_it(tmp_path: Path) -> None:
    path = typeset(tmp_path / "m.pdf", [[big("Capítulo 3", 14), big("Instalación", 22), *BODY], BODY])
    (document,) = read(path)
    (section,) = document.sections
    assert (section.level, section.title) == (1, "Instalación")
    assert document.pages[0].text[section.start :].startswith("Capítulo 3\nInstalación")


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([], id="nothing-large"),
        pytest.param([("B", 10, "Pulse aquí para seguir")], id="bold-without-a-number"),
        pytest.param([("F", 10.5, "Casi del mismo tamaño")], id="hardly-larger"),
        pytest.param([("B", 12, "Figura 3: Panel trasero")], id="a-caption"),
        pytest.param([("B", 12, "Nota")], id="the-head-of-a-note"),
        pytest.param([("B", 12, "• Punto de una lista")], id="an-item"),
        pytest.param([("F", 24, "27 %")], id="a-figure"),
        pytest.param([("C", 12, "print(resultado)")], id="program-text"),
        pytest.param([("B", 12, "y con ello termina la frase anterior.")], id="the-rest-of-a-sentence"),
        pytest.param([("B", 12, "1 Instalación . . . . . . . . 7")], id="a-line-of-the-contents"),
        pytest.param([("B", 10, "10 km")], id="a-measure"),
        pytest.param([("B", 12, "Un párrafo entero en letra grande " * 8)], id="a-paragraph"),
    ],
)
def test_what_is_no_heading_makes_no_section(tmp_path: Path, lines: list[Text]) -> None:
    assert read_lines(tmp_path, [*BODY[:9], *lines, *BODY[9:]]) == []


def test_a_running_header_makes_no_section(tmp_path: Path) -> None:
    pages = [[big("Manual del equipo"), *BODY, ("F", 10, f"Página {n}")] for n in range(1, 6)]
    assert read_lines(tmp_path, *pages) == []


def test_the_running_header_of_a_chapter_makes_no_section(tmp_path: Path) -> None:
    pages = [[*([big("Puesta en marcha")] if n in (5, 6, 7) else []), *BODY] for n in range(20)]
    assert read_lines(tmp_path, *pages) == []


def test_a_heading_that_comes_again_and_again_is_one_each_time(tmp_path: Path) -> None:
    page = [*BODY[:9], big("Descripción"), *BODY[9:]]
    assert read_lines(tmp_path, *[page] * 4) == [(1, "Descripción", n) for n in range(1, 5)]


def test_the_letters_of_a_cover_make_no_section(tmp_path: Path) -> None:
    cover = [big("Router R-200", 30), big("Manual del usuario", 20), big("Edición 2024", 20)]
    found = read_lines(tmp_path, cover, BODY, [big("1 Uso", 20), *BODY], [big("2 Averías", 20), *BODY])
    assert found == [(1, "1 Uso", 3), (1, "2 Averías", 4)]


def test_a_table_of_contents_makes_no_section(tmp_path: Path) -> None:
    contents = [big(f"{n} Capítulo sobre el tema {n} {10 * n}", 12) for n in range(1, 9)]
    found = read_lines(tmp_path, contents, [big("1 Capítulo sobre el tema 1", 12), *BODY], BODY, BODY)
    assert found == [(1, "1 Capítulo sobre el tema 1", 2)]


def test_an_outline_is_believed_and_a_single_bookmark_is_none(tmp_path: Path) -> None:
    page = [big("1 Instalación"), *BODY]
    (document,) = read(typeset(tmp_path / "o.pdf", [page, BODY], (("Uno", 1), ("Dos", 2))))
    assert [s.title for s in document.sections] == ["Uno", "Dos"]
    (document,) = read(typeset(tmp_path / "p.pdf", [page, BODY], (("Portada", 1),)))
    assert sections(document) == [(1, "1 Instalación", 1)]


def test_more_headings_than_text_are_none(tmp_path: Path) -> None:
    assert read_lines(tmp_path, [line for n in range(12) for line in (big(f"Tema {chr(65 + n)}", 12), BODY[n])]) == []


SOME_LINES = st.builds(
    Line,
    st.text(alphabet="ab1. AÑé-", min_size=1, max_size=30).map(str.strip).filter(bool),
    st.sampled_from([9.0, 10.0, 12.0, 20.0]),
    st.sampled_from(["Serif", "Sans"]),
    st.booleans(),
    st.booleans(),
    st.floats(0, 1),
)


@given(st.lists(st.lists(SOME_LINES, max_size=12), min_size=1, max_size=5))
def test_every_section_is_in_order_and_begins_with_its_title(pages: list[list[Line]]) -> None:
    texts = ["\n".join(line.text for line in page) for page in pages]
    found = headings.find(pages, texts)
    places = [(section.page, section.start) for section in found]
    assert places == sorted(places)
    for section in found:
        here = "".join(texts[section.page - 1][section.start :].split())
        assert "".join(section.title.split()) in here[: 2 * headings.LONGEST]


@pytest.mark.corpus
@pytest.mark.parametrize(("name", "precision", "recall"), [("maint-guide.es", 0.98, 0.98), ("eyes17.es", 0.95, 0.84)])
def test_type_shows_what_the_outline_of_a_manual_says(
    name: str, precision: float, recall: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = CORPUS / "manuals" / "es" / f"{name}.pdf"
    if not path.exists():
        pytest.skip("the shared corpus is not beside the project")
    (told,) = read(path)
    monkeypatch.setattr(pdf, "FEWEST_BOOKMARKS", 10_000)
    (seen,) = read(path)
    outline = {(s.page, _letters(s.title)) for s in told.sections}
    found = {(s.page, _letters(s.title)) for s in seen.sections}
    assert len(outline & found) >= precision * len(found)
    assert len(outline & found) >= recall * len(outline)


def _letters(title: str) -> str:
    return "".join(re.sub(r"^(?:[A-Z]|\d+)(?:\.\d+)*\.?\s+", "", title).lower().split())


def test_types_of_one_size_have_the_levels_in_which_they_are_met() -> None:
    names = ["Zeta", "Alpha", "Kappa", "Beta", "Omega", "Delta"]
    body = [Line(text, 10.0, "Body", False, False, 0.5) for _, _, text in BODY]
    lines = [Line(f"About {name} lamps", 16.0, name, True, False, n / 6) for n, name in enumerate(names)]
    page = [line for heading in lines for line in (heading, *body)]
    found = headings.find([page], ["\n".join(line.text for line in page)])
    assert [(s.level, s.title) for s in found] == [(n, f"About {name} lamps") for n, name in enumerate(names, 1)]
