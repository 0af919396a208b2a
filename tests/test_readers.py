"""Every format gives its text, its headings where they stand, and a reason when it gives nothing."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import docx
import pytest
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import ReadError, Skipped
from ingest.lexical import stems
from ingest.readers import FORMATS, read, reader_for
from ingest.readers.assemble import LONGEST, Heading, from_text
from ingest.readers.charset import decode
from ingest.readers.hyphens import join_hyphens
from ingest.readers.outline import Bookmark, locate
from ingest.readers.running import without_running_lines
from ingest.types import Document
from rag.cite import is_on_page
from tests import make_files

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"


def only(path: Path) -> Document:
    """The one document of a file, which must keep the promises of every document."""
    (document,) = (found for found in read(path) if isinstance(found, Document))
    assert_sound(document)
    return document


def assert_sound(document: Document) -> None:
    """Pages count from 1 without gaps; sections are in reading order and begin on their page."""
    assert [page.number for page in document.pages] == list(range(1, len(document.pages) + 1))
    assert document.title
    assert document.id == ""
    places = [(section.page, section.start) for section in document.sections]
    assert places == sorted(places)
    for section in document.sections:
        assert 0 <= section.start <= len(document.pages[section.page - 1].text)
        assert section.level >= 1
        assert section.title


def headings(document: Document) -> list[tuple[int, str, str]]:
    """(level, title, the line that stands where the section begins)."""
    lines = [document.pages[s.page - 1].text[s.start :].split("\n")[0] for s in document.sections]
    return [(s.level, s.title, line) for s, line in zip(document.sections, lines, strict=True)]


# -- what is read, and what is not ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "error", "says"),
    [
        pytest.param("manual.pdf", b"Just text.", ReadError, "is not a PDF file (it is plain text). Rename", id="text"),
        pytest.param(
            "notes.txt", b"%PDF-1.4\n", ReadError, "is not plain text (it is a PDF). Rename it to .pdf", id="pdf"
        ),
        pytest.param(
            "page.html", b"\x89PNG\r\n\x1a\n", ReadError, "is not an HTML page (it is a picture)", id="picture"
        ),
        pytest.param(
            "old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ReadError, "save a copy without one", id="old-word"
        ),
        pytest.param("data.txt", bytes(range(256)) * 20, ReadError, "is binary data", id="binary"),
        pytest.param("tool.exe", b"MZ\x90\x00", Skipped, "It reads .pdf .docx", id="unknown-ending"),
        pytest.param("README", b"text", Skipped, "does not read this kind of file", id="no-ending"),
        pytest.param("empty.pdf", b"", Skipped, "is empty.", id="empty"),
        pytest.param("blank.txt", b" \n\n ", Skipped, "has no text.", id="blank"),
        pytest.param("broken.pdf", b"%PDF-1.4\nnothing", ReadError, "is damaged", id="damaged-pdf"),
        pytest.param("broken.docx", b"PK\x03\x04nothing", ReadError, "is damaged", id="damaged-docx"),
    ],
)
def test_what_cannot_be_read_says_why(
    tmp_path: Path, name: str, content: bytes, error: type[ReadError], says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ReadError) as caught:
        list(read(path))
    assert type(caught.value) is error
    assert str(caught.value).startswith(f"{name}: ")
    assert says in str(caught.value)


def test_what_is_no_file_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.pdf").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(tmp_path)  # a socket's path may not be long
        server.bind("socket.txt")
        for path in (tmp_path / "pipe.txt", tmp_path / "folder.pdf", tmp_path / "socket.txt", Path("/dev/zero")):
            with pytest.raises(Skipped, match="is not a regular file"):
                reader_for(path)


def test_a_missing_file_and_a_dangling_link_say_so(tmp_path: Path) -> None:
    (tmp_path / "link.txt").symlink_to(tmp_path / "gone.txt")
    for name in ("link.txt", "gone.txt"):
        with pytest.raises(ReadError, match=f"{name}: is not there"):
            reader_for(tmp_path / name)


def test_a_name_that_is_no_utf8_is_read_and_can_be_shown(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"a\xf1o.txt")
    path.write_text("El puerto es el 8080.")
    assert only(path).title.encode("utf-8") == "a\ufffdo".encode()


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_every_row_of_the_table_has_a_reader(format: object) -> None:
    code = f"import importlib; assert callable(importlib.import_module({format.module!r}).read)"  # type: ignore[attr-defined]
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent.parent)


def test_no_ending_stands_in_two_rows() -> None:
    endings = [suffix for format in FORMATS for suffix in format.suffixes]
    assert len(endings) == len(set(endings))


# -- PDF --------------------------------------------------------------------------------------------------------------

CHAPTERS = (
    "Contents\nInstalación\nUso diario",
    "1 Instalación\nConecte el equipo.\n1.1 Puertos\nEl puerto es el 8080.",
    "Apague la luz.\n2 Uso diario\nPulse el botón.",
)
OUTLINE = ((1, "Instalación", 2), (2, "Puertos", 2), (1, "Uso diario", 3))


def test_a_pdf_gives_pages_labels_title_and_sections_at_their_headings(tmp_path: Path) -> None:
    path = make_files.pdf(tmp_path / "manual.pdf", CHAPTERS, title="Guía del equipo", outline=OUTLINE, roman=1)
    document = only(path)
    assert (document.kind, document.title, document.language) == ("manual", "Guía del equipo", "es")
    assert [page.label for page in document.pages] == ["i", "1", "2"]
    assert [page.text for page in document.pages] == list(CHAPTERS)
    assert headings(document) == [
        (1, "Instalación", "1 Instalación"),
        (2, "Puertos", "1.1 Puertos"),
        (1, "Uso diario", "2 Uso diario"),
    ]


def test_running_headers_and_footers_of_a_pdf_are_left_out(tmp_path: Path) -> None:
    bodies = [f"Chapter {n} tells of {word}." for n, word in enumerate(("cables", "lamps", "fuses", "knobs"), 1)]
    pages = [f"ACME Router Guide\n{body}\nKeep it dry.\nPage {n} of 4" for n, body in enumerate(bodies, 1)]
    document = only(make_files.pdf(tmp_path / "manual.pdf", pages))
    assert [page.text.split("\n")[0] for page in document.pages] == bodies
    assert "ACME" not in document.text
    assert "Page" not in document.text


@pytest.mark.parametrize("made_up", ["", "Untitled", "Microsoft Word - draft3.doc", "draft3.doc"])
def test_a_title_nobody_chose_gives_way_to_the_files_name(tmp_path: Path, made_up: str) -> None:
    assert only(make_files.pdf(tmp_path / "router guide.pdf", ["Text"], title=made_up)).title == "router guide"


def test_a_pdf_with_a_password_says_what_to_do(tmp_path: Path) -> None:
    path = make_files.pdf(tmp_path / "manual.pdf", ["Secret"], password="x")
    with pytest.raises(ReadError, match=r"^manual.pdf: needs a password. Save a copy without one and ingest that\.$"):
        list(read(path))


def test_a_pdf_that_only_forbids_changes_is_read(tmp_path: Path) -> None:
    assert only(make_files.pdf(tmp_path / "manual.pdf", ["Free to read"], owner_password="x")).text == "Free to read"


def test_a_pdf_without_text_names_ocr(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="OCR"):
        list(read(make_files.pdf(tmp_path / "scan.pdf", ["", ""])))


def test_a_looping_outline_ends(tmp_path: Path) -> None:
    assert len(only(make_files.pdf_with_looping_outline(tmp_path / "loop.pdf")).sections) <= 2


@pytest.mark.parametrize(
    ("page", "joined"),
    [
        pytest.param("hay que rea\x02lizar copias", "hay que realizar copias", id="a-word"),
        pytest.param("lea apt-get; use apt\x02get aquí", "lea apt-get; use apt-get aquí", id="written-so-elsewhere"),
        pytest.param("el código UTF\x028", "el código UTF-8", id="a-digit"),
        pytest.param("net-cfg\x02mode", "net-cfg-mode", id="a-longer-name"),
        pytest.param("fin\x02", "fin-", id="nothing-after"),
        pytest.param("conectar todo; conec\ufffetar", "conectar todo; conectar", id="the-other-mark"),
        pytest.param("agre\x02sivo y agre\x02sivo", "agresivo y agresivo", id="halves-that-are-no-words-elsewhere"),
        pytest.param(
            "reach\x02able? able to reach, able to reach", "reachable? able to reach, able to reach", id="two-words"
        ),
        pytest.param("red\x02set, map-set; red set, red set", "red-set, map-set; red set, red set", id="a-compound"),
        pytest.param(
            "wheel\x02motor wheel motor, wheel motor", "wheel-motor wheel motor, wheel motor", id="long-words"
        ),
        pytest.param("USB\x02connected", "USB-connected", id="capitals-before-small-letters"),
        pytest.param("Edite /etc/bind/na\x02med.conf.options", "Edite /etc/bind/named.conf.options", id="a-path"),
        pytest.param("~/lib/ms\x02fonts; ms ok, fonts", "~/lib/ms-fonts; ms ok, fonts", id="words-in-a-path"),
        pytest.param("https://a.tu\x02berlin.de/x", "https://a.tu-berlin.de/x", id="an-address"),
        pytest.param("X\x02ray", "X-ray", id="a-letter-alone-is-no-syllable"),
        pytest.param("lo que con\x0214", "lo que con-\n14", id="a-page-number-is-no-half"),
    ],
)
def test_words_broken_at_a_lines_end_are_whole_again(page: str, joined: str) -> None:
    assert join_hyphens([page]) == [joined]


words = st.text("abc déf", min_size=1, max_size=40)


@given(st.lists(st.lists(words, max_size=5).map("\n".join), max_size=6))
def test_taking_running_lines_away_never_changes_what_stays(pages: list[str]) -> None:
    left = without_running_lines(pages, [str(n + 1) for n in range(len(pages))])
    assert len(left) == len(pages)
    assert all(after in before for before, after in zip(pages, left, strict=True))


def test_a_deck_of_headings_alone_keeps_them() -> None:
    assert without_running_lines(["Break"] * 6, list("123456")) == ["Break"] * 6


def test_lines_that_differ_stay_at_the_edges() -> None:
    pages = [f"{word} first\nmiddle\n{word} last" for word in ("red", "green", "blue", "white", "black")]
    assert without_running_lines(pages, list("12345")) == pages


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("Error E0{n}", id="a-code"),
        pytest.param("M{n}", id="a-code-alone"),
        pytest.param("2.{n} Task B{n}", id="a-numbered-title"),
        pytest.param("Chapter {n}: Module M0{n}", id="a-chapters-title"),
        pytest.param("Valor de fábrica: {n}0", id="a-value"),
        pytest.param("Reset time: {n} minutes", id="a-value-inside"),
    ],
)
def test_titles_and_values_that_differ_in_their_digits_alone_stay(line: str) -> None:
    pages = [f"{line.format(n=n)}\n{word}\n{line.format(n=n)}" for n, word in enumerate(("red", "tan", "sky"), 1)]
    assert without_running_lines(pages, list("123")) == pages


def test_titles_in_capitals_that_differ_in_their_number_stay() -> None:
    body = ["red", "tan", "sky", "jet", "ash", "bay"]
    pages = [f"PARÁMETRO P{number:03}\n{word}\n{word} again" for number, word in enumerate(body, 3)]
    assert without_running_lines(pages, [""] * 6) == pages
    chapters = [f"CHAPTER {1 + at // 3}. PARTS {1 + at // 3}.{at}. {word}\n{word}" for at, word in enumerate("abcdef")]
    assert without_running_lines([page.upper() for page in chapters], [""] * 6) == list("ABCDEF")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("Page {n} of 90", id="of-a-count"),
        pytest.param("Guía Fénix · página {n} · Rev. 2", id="inside-a-line"),
        pytest.param("Capítulo 3, pág. {n}", id="with-its-chapter"),
        pytest.param("3-{n}", id="counted-by-chapter"),
        pytest.param("IV-{n}", id="counted-by-chapter-in-roman"),
    ],
)
def test_page_numbers_go_though_they_grow_unevenly(line: str) -> None:
    pages = [f"{word}\n{line.format(n=n)}" for n, word in ((2, "red"), (17, "tan"), (28, "sky"), (71, "jet"))]
    assert without_running_lines(pages, list("1234")) == ["red", "tan", "sky", "jet"]


def test_a_title_page_keeps_its_title_though_it_runs_on_the_others() -> None:
    pages = ["Mill user guide", *(f"Mill user guide\n{word}\n{n}" for n, word in enumerate(("red", "tan", "sky"), 2))]
    assert without_running_lines(pages, list("1234")) == ["Mill user guide", "red", "tan", "sky"]


@given(st.lists(st.builds(Bookmark, words, st.integers(1, 4), st.integers(0, 3), st.floats(0, 1)), max_size=8))
def test_sections_are_in_reading_order_whatever_the_outline(bookmarks: list[Bookmark]) -> None:
    texts = ["abc\ndéf", "", "abc abc\nf"]
    sections = locate(bookmarks, texts)
    assert [(s.page, s.start) for s in sections] == sorted((s.page, s.start) for s in sections)
    assert all(s.start <= len(texts[s.page - 1]) for s in sections)


def test_a_heading_that_comes_twice_is_found_where_it_comes_next() -> None:
    text = "2.1 Resistencias\nObjetivo\nMedir.\n2.2 Bobinas\nObjetivo\nEnrollar."
    marks = [Bookmark(t, 2, 1) for t in ("Resistencias", "Objetivo", "Bobinas", "Objetivo")]
    assert [s.start for s in locate(marks, [text])] == [0, 17, 33, 45]


def test_a_title_that_begins_with_a_word_of_one_letter_begins_at_its_number() -> None:
    text = "45 How can I help?\nWrite.\n46 I lost my key. What now?\nAsk.\n47 A lamp blinks\nWait."
    marks = [Bookmark(title, 1, 1) for title in ("How can I help?", "I lost my key. What now?", "A lamp blinks")]
    assert [text[s.start :][:2] for s in locate(marks, [text])] == ["45", "46", "47"]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        pytest.param("CHAPTER\nTWENTYFIVE\nFILES\nThey are many.", 0, id="on-two-lines"),
        pytest.param("The end.\nChapter 5\nFiles\nThey are many.", 9, id="on-one-line"),
        pytest.param("The\npart you see\nFiles\nThey are many.", 17, id="words-of-a-sentence"),
    ],
)
def test_a_chapter_begins_with_its_number_above_its_title(text: str, start: int) -> None:
    (section,) = locate([Bookmark("Files", 1, 1)], [text])
    assert section.start == start


def test_a_heading_that_cannot_be_found_is_put_at_its_height() -> None:
    (section,) = locate([Bookmark("Nowhere", 1, 1, 0.5)], ["one\ntwo\nthree\nfour"])
    assert section.start == len("one\ntwo\n")


# -- Word -------------------------------------------------------------------------------------------------------------


def test_a_word_file_gives_paragraphs_lists_and_tables_in_order(tmp_path: Path) -> None:
    blocks: list[tuple[str, str] | list[list[str]]] = [
        ("Title", "Guía del equipo"),
        ("Heading 1", "Instalación"),
        ("List Number", "Conecte el cable."),
        ("List Number", "Espere."),
        [["Código", "Causa"], ["E47", "Sin red"]],
        ("Heading 2", "Puertos"),
        ("List Bullet", "El 8080."),
    ]
    document = only(make_files.word(tmp_path / "guia.docx", blocks, header="ACME confidential"))
    assert document.title == "Guía del equipo"
    assert document.text == (
        "Guía del equipo\n\nInstalación\n\n1. Conecte el cable.\n2. Espere.\n\n"
        "Código | Causa\nE47 | Sin red\n\nPuertos\n\n- El 8080."
    )
    assert headings(document) == [(1, "Instalación", "Instalación"), (2, "Puertos", "Puertos")]


def numbered(
    path: Path, abstract: dict[int, list[tuple[str, str, int]]], nums: str, items: list[tuple[str, int, int]]
) -> Path:
    """A Word file of items (text, list, depth); a list's definition is (format, text, start) by depth."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = docx.Document()
    numbering = document.part.numbering_part.element
    for old in list(numbering):
        numbering.remove(old)
    definitions = "".join(
        f'<w:abstractNum w:abstractNumId="{key}">'
        + "".join(
            f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>'
            f'<w:lvlText w:val="{text}"/></w:lvl>'
            for depth, (kind, text, start) in enumerate(levels)
        )
        + "</w:abstractNum>"
        for key, levels in abstract.items()
    )
    for child in parse_xml(f"<w:numbering {space}>{definitions}{nums}</w:numbering>"):
        numbering.append(child)
    for text, list_id, depth in items:
        paragraph = document.add_heading(text, depth + 1) if text.isupper() else document.add_paragraph(text)
        properties = f'<w:numPr {space}><w:ilvl w:val="{depth}"/><w:numId w:val="{list_id}"/></w:numPr>'
        paragraph._p.get_or_add_pPr().append(parse_xml(properties))
    document.save(str(path))
    return path


def test_the_items_and_headings_of_a_word_file_have_the_numbers_that_word_shows(tmp_path: Path) -> None:
    steps = [("decimal", "%1.", 1), ("lowerLetter", "%2)", 1), ("lowerRoman", "(%3)", 1)]
    chapters = [("upperRoman", "Anexo %1:", 1), ("decimal", "%1.%2", 4)]
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{}"/></w:lvlOverride>'
    lists = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{key}"/>{more}</w:num>'
        for number, key, more in ((1, 1, ""), (2, 1, ""), (3, 1, restart.format(7)), (4, 2, ""))
    )
    items = [
        ("CABLES", 4, 0), ("COLORES", 4, 1), ("Uno", 1, 0), ("Hijo", 1, 1), ("Hija", 1, 1), ("Nieto", 1, 2), ("", 1, 0),
        ("Sigue", 2, 0), ("Desde siete", 3, 0), ("Ocho", 3, 0), ("Otra", 3, 1), ("LUCES", 4, 0), ("ROJAS", 4, 1),
    ]  # fmt: skip
    document = only(numbered(tmp_path / "guia.docx", {1: steps, 2: chapters}, lists, items))
    assert [line for line in document.text.split("\n") if line] == [
        "Anexo I: CABLES", "I.4 COLORES", "1. Uno", "  a) Hijo", "  b) Hija", "    (i) Nieto",
        "3. Sigue", "7. Desde siete", "8. Ocho", "  a) Otra", "Anexo II: LUCES", "II.4 ROJAS",
    ]  # fmt: skip
    assert [section.title for section in document.sections][:2] == ["Anexo I: CABLES", "I.4 COLORES"]


@pytest.mark.parametrize(
    ("members", "says"),
    [
        pytest.param({"word/document.xml": b"0" * 40_000_000}, "ZIP bomb", id="ratio"),
        pytest.param({f"word/{n}": b"" for n in range(5_001)}, "ZIP bomb", id="members"),
        pytest.param(dict.fromkeys("abc", b"0" * (67 << 20)), "unpacks to 201 MiB", id="size"),
        pytest.param({"xl/workbook.xml": b""}, "it is an Excel workbook (.xlsx)", id="another-kind"),
        pytest.param({"a.txt": b""}, "it is some other ZIP archive", id="an-archive"),
        pytest.param({"word/document.xml": b"<w:document"}, "is damaged", id="not-xml"),
    ],
)
def test_a_zip_that_is_no_word_file_is_refused_at_once(tmp_path: Path, members: dict[str, bytes], says: str) -> None:
    path = make_files.archive(tmp_path / "file.docx", members)
    started = time.perf_counter()
    with pytest.raises(ReadError) as caught:
        list(read(path))
    assert says in str(caught.value)
    assert time.perf_counter() - started < 2


def test_the_superscripts_of_a_word_file_are_no_digits_of_the_number_before_them(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Set 2·10")
    for piece, high in (("-", True), ("5", True), (" Pa on 40 m", False), ("2", True), (". See the pump", False)):
        paragraph.add_run(piece).font.superscript = high
    paragraph.add_run("1").font.superscript = True
    formula = "".join(f"<m:{tag}><m:r><m:t>{text}</m:t></m:r></m:{tag}>" for tag, text in (("e", "10"), ("sup", "6")))
    space = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    document.add_paragraph("at ")._p.append(
        parse_xml(f'<m:oMath xmlns:m="{space}"><m:sSup>{formula}</m:sSup></m:oMath>')
    )
    document.save(str(tmp_path / "guide.docx"))
    assert only(tmp_path / "guide.docx").text == "Set 2·10^-5 Pa on 40 m². See the pump^1\n\nat 10^6"


def test_the_formulas_and_the_signs_of_a_word_file_say_what_is_drawn(tmp_path: Path) -> None:
    word, math = (f"http://schemas.openxmlformats.org/{name}/2006/{last}" for name, last in (
        ("wordprocessingml", "main"), ("officeDocument", "math")))  # fmt: skip

    def run(text: str) -> str:
        return f"<m:r><m:t>{text}</m:t></m:r>"

    half = f"<m:f><m:num>{run('1')}</m:num><m:den>{run('2')}</m:den></m:f>"
    sums = f"<m:f><m:num>{run('a+b')}</m:num><m:den>{run('c')}</m:den></m:f>"
    formula = f"{half}{run('m=')}<m:rad><m:deg/><m:e>{run('9')}</m:e></m:rad>{run('·')}<m:d><m:e>{sums}</m:e></m:d>"
    document = docx.Document()
    paragraph = document.add_paragraph("Archivo ")
    paragraph._p.append(parse_xml(f'<w:r xmlns:w="{word}"><w:sym w:font="Wingdings" w:char="F0E0"/></w:r>'))
    paragraph.add_run(" Abrir; ")
    paragraph._p.append(parse_xml(f'<m:oMath xmlns:m="{math}">{formula}{run("; 2")}{half}</m:oMath>'))
    document.save(str(tmp_path / "guia.docx"))
    assert only(tmp_path / "guia.docx").text == "Archivo → Abrir; 1/2m=√(9)·((a+b)/c); 2 1/2"


def test_the_notes_of_a_word_file_have_the_numbers_that_word_shows(tmp_path: Path) -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = docx.Document()
    paragraph = document.add_paragraph("La bomba")
    for kind, id, text in (("footnote", 7, " y el filtro"), ("endnote", 7, " y la tapa"), ("footnote", 2, ".")):
        paragraph._p.append(parse_xml(f'<w:r {space}><w:{kind}Reference w:id="{id}"/></w:r>'))
        paragraph.add_run(text)
    for kind, notes in (("footnote", {2: "Dos", 7: "Uno", 9: "Nadie la nombra"}), ("endnote", {7: "Final"})):
        xml = "".join(
            f'<w:{kind} w:id="{id}"><w:p><w:r><w:t>{t}</w:t></w:r></w:p></w:{kind}>' for id, t in notes.items()
        )
        blob = f"<w:{kind}s {space}>{xml}</w:{kind}s>".encode()
        part = Part(PackURI(f"/word/{kind}s.xml"), "application/xml", blob, document.part.package)
        document.part.relate_to(part, f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}s")
    document.save(str(tmp_path / "guia.docx"))
    text = only(tmp_path / "guia.docx").text
    assert text == "La bomba[1] y el filtro[i] y la tapa[2].\n\n[2] Dos\n\n[1] Uno\n\n[i] Final"


# -- HTML -------------------------------------------------------------------------------------------------------------

PAGE = """<!doctype html><html><head><title>Router &amp; red</title><style>p{color:red}</style></head><body>
<nav>Home</nav><div class="navheader">Previous</div><header>Logo</header>
<h1>Instalación</h1><p>Conecte  el <b>cable</b>.<br>Espere.</p>
<script>alert(1)</script><p hidden>secret</p><p style="display: none">secret</p>
<form><input value="x"><button>Go</button></form>
<ol><li>Uno</li><li><p>Dos</p><ul><li>a</li></ul></li></ol>
<h2>Códigos</h2>
<table><tr><th>Código</th><th>Causa</th></tr><tr><td>E47</td><td><p>Sin</p><p>red</p></td></tr></table>
<pre>  ip addr
    up</pre>
<footer>Copyright</footer></body></html>"""


def test_an_html_page_gives_its_content_in_blocks(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    document = only(path)
    assert document.title == "Router & red"
    assert document.text == (
        "Instalación\n\nConecte el cable.\nEspere.\n\n1. Uno\n2. Dos\n  - a\n\nCódigos\n\n"
        "Código | Causa\nE47 | Sin red\n\n  ip addr\n    up"
    )
    assert headings(document) == [(1, "Instalación", "Instalación"), (2, "Códigos", "Códigos")]


def test_a_page_that_marks_its_main_part_gives_that_part(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<div>Menu</div><main><h1>Reset</h1><p>Hold it.</p></main><div>Ads</div>")
    assert only(path).text == "Reset\n\nHold it."


def test_the_title_of_a_note_begins_no_section(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    note = '<div class="note"><h3 class="title">Note</h3><p>It beeps.</p></div>'
    path.write_text(f"<h2>Reset</h2><p>Hold it.</p>{note}<p>Let go.</p><h2>Note</h2><p>Keep it.</p>")
    document = only(path)
    assert document.text == "Reset\n\nHold it.\n\nNote\n\nIt beeps.\n\nLet go.\n\nNote\n\nKeep it."
    assert headings(document) == [(2, "Reset", "Reset"), (2, "Note", "Note")]


def test_a_table_within_one_that_arranges_the_page_keeps_its_rows(tmp_path: Path) -> None:
    inner = "<table><tr><th>Test<th>Value<tr><td>Pressure<td>7.5 bar</table>"
    path = tmp_path / "page.html"
    path.write_text(f"{'<table><tr><td>' * 2}<p>Report</p>{inner}</table></table>")
    assert only(path).text == "Report\n\nTest | Value\nPressure | 7.5 bar"


def test_paragraphs_within_tables_that_arrange_a_mail_stay_apart(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    inner = "<table><tr><td>&nbsp;<td>Hello,<br>press <b>Reset</b>.<br>Regards<td>&nbsp;</table>"
    path.write_text(f"<table><tr><td>{inner}</table>")
    assert only(path).text == "Hello,\npress Reset.\nRegards"


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        pytest.param(["||-m||Keep going", "||-n||Stop"], "-m | Keep going\n-n | Stop", id="terms-set-in-and-apart"),
        pytest.param(["-m||Keep", "-n|x|Stop"], "-m | | Keep\n-n | x | Stop", id="a-column-that-one-row-fills"),
        pytest.param(["a||b|"], "a | b", id="one-row"),
        pytest.param(["a||b", "c"], "a | b\nc", id="a-row-that-ends-early"),
        pytest.param(["Key|[S]|Saves", "F2||Opens"], "Key | Saves\nF2 | Opens", id="a-picture-that-is-not-read"),
    ],
)
def test_columns_that_hold_nothing_in_any_row_are_none(tmp_path: Path, rows: list[str], text: str) -> None:
    path = tmp_path / "man.html"
    cells = "".join(f"<tr>{''.join(f'<td><p>{cell}</p></td>' for cell in row.split('|'))}</tr>" for row in rows)
    path.write_text(f"<table>{cells.replace('[S]', '<img src=s.png alt=S>')}</table>")
    assert only(path).text == text


def test_the_number_of_a_paragraph_that_is_marked_as_such_is_none_of_its_text(tmp_path: Path) -> None:
    path = tmp_path / "manual.html"
    path.write_text(
        '<div><label class="ocn"><a href="#195">195</a></label>'
        '<p id="195">4.5 Copy it, see <a href="#9">9</a>.</p></div>'
        "<p><label>Speed</label> is set with <label><a href='#7'>key 7</a></label>.</p>"
    )
    assert only(path).text == "4.5 Copy it, see 9.\n\nSpeed is set with key 7."


def test_a_table_that_only_arranges_a_page_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<table><tr><td><h1>Reset</h1><p>Hold it.</p></td><td>Wait.</td></tr></table>")
    assert only(path).text == "Reset\n\nHold it.\n\nWait."


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("<mi>E</mi><mo>=</mo><mfrac><mn>1</mn><mn>2</mn></mfrac><mi>m</mi><msup><mi>v</mi><mn>2</mn></msup>",
                     "E = 1/2 mv²", id="fraction-and-power"),
        pytest.param("<mn>2</mn><mfrac><mn>1</mn><mn>2</mn></mfrac><mo>+</mo><msup><mn>10</mn><mrow><mo>−</mo><mn>3</mn>"
                     "</mrow></msup>", "2 1/2 +10^-3", id="mixed-number"),
        pytest.param("<semantics><mrow><msub><mi>I</mi><mi>max</mi></msub><mo>≤</mo><mfrac><mi>U</mi><mrow><mi>R</mi>"
                     "<mo>+</mo><mn>5</mn></mrow></mfrac></mrow><annotation>I_{max}\\le</annotation></semantics>",
                     "Imax ≤ U/(R+5)", id="annotated"),
        pytest.param("<msqrt><mn>3</mn></msqrt><mo>&InvisibleTimes;</mo><msup><mi>e</mi><mi>x</mi></msup>",
                     "√(3)e^x", id="root"),
        pytest.param("<mover><mn>3</mn><mo>¯</mo></mover><msub><mn>7</mn><mn>2</mn></msub>", "3¯7_2", id="marks"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("prefix", ["", "m:"], ids=["page", "book"])
def test_a_formula_is_read_as_it_is_typed(tmp_path: Path, source: str, text: str, prefix: str) -> None:
    marked = re.sub(r"<(/?)(?=[a-z])", rf"<\1{prefix}", f"<math>{source}</math>")
    (tmp_path / "a.html").write_text(f"<meta charset=utf-8><p>Sea {marked}, en voltios.</p>", "utf-8")
    assert only(tmp_path / "a.html").text == f"Sea {text}, en voltios."


def test_a_formula_of_any_depth_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(f"<p>Is <math>{'<msqrt>' * 5_000}<mn>7</mn></math></p>")
    assert "7" in only(tmp_path / "a.html").text


def test_deep_nesting_is_no_recursion(tmp_path: Path) -> None:
    path = tmp_path / "deep.html"
    path.write_text("<span>" * 50_000 + "deep" + "</span>" * 50_000)
    assert only(path).text == "deep"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param(
            '<div class="alert alert-danger" role="alert">Discharge it.</div>', "Discharge it.", id="an-alert"
        ),
        pytest.param('<aside class="starlight-aside--caution"><p>Hot.</p></aside>', "Hot.", id="a-caution"),
        pytest.param('<aside aria-label="Precaución">Caliente.</aside>', "Caliente.", id="a-caution-by-its-label"),
        pytest.param('<aside class="keynotes tooltip">More</aside>', "", id="an-aside"),
        pytest.param('<aside aria-label="Sidebar"><p>More</p></aside>', "", id="a-sidebar"),
        pytest.param("<section><header><h2>Belt</h2></header></section>", "Belt", id="a-sections-header"),
        pytest.param("<header><h2>ACME</h2><nav>Home</nav></header>", "", id="the-sites-header"),
        pytest.param("<header><h3>ACME</h3><ul><li>Home</li></ul></header>", "", id="the-sites-header-with-a-list"),
        pytest.param('<div role="tabpanel" hidden><p>sudo sh</p></div>', "sudo sh", id="a-panel-behind-its-tab"),
        pytest.param('<div role="tabpanel" style="display:none">x</div>', "", id="a-panel-that-is-not-shown"),
        pytest.param('<header style="display:none"><h1>x</h1></header>', "", id="a-header-that-is-not-shown"),
        pytest.param("<p>Press <b><button>Save</button></b> now.</p>", "Press Save now.", id="a-button-that-is-named"),
        pytest.param("<p><button>Menu</button> </p>", "", id="a-button-alone"),
        pytest.param("<div>Text <button>Copy</button></div>", "Text", id="a-button-beside-text"),
        pytest.param(
            '<p><a href="a">Modules</a> | <a href="b">FAQ</a> | <a href="c">Sitemap</a></p>', "", id="links-in-a-line"
        ),
        pytest.param(
            '<p>See <a href="a">A</a> | <a href="b">B</a> | <a href="c">C</a></p>', "See A | B | C", id="text"
        ),
        pytest.param('<p><a href="a">A</a> <a href="b">B</a> <a href="c">C</a></p>', "A B C", id="links-without-signs"),
        pytest.param('<center><a href="i"><li>Main Menu</li></a></center>', "", id="an-item-in-no-list"),
        pytest.param('<ul><a href="i"><li>Ports</li></a></ul>', "- Ports", id="an-item-in-a-list"),
        pytest.param('<div id="footer"><p>Last updated 2024. &copy; ACME</p></div>', "", id="a-footer"),
        pytest.param('<div id="footer"><h2>Footer</h2>Its height.</div>', "Footer\n\nIts height.", id="about-footers"),
        pytest.param('<DIV CLASS="NAVFOOTER">Prev</DIV><ul class="docnav"><li>Next</ul>', "", id="menus-by-name"),
        pytest.param('<div class="c cookie-consent">We use cookies.</div>', "", id="a-cookie-notice"),
        pytest.param('<div id="cookies">Cookies are kept.</div>', "Cookies are kept.", id="about-cookies"),
    ],
)
def test_warnings_titles_and_buttons_of_a_sentence_stay_and_menus_go(tmp_path: Path, source: str, text: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(f"<p>Start.</p>{source}<p>End.</p>", encoding="utf-8")
    between = only(path).text.removeprefix("Start.").removesuffix("End.")
    assert between.strip() == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("Set 10<sup>3</sup> Pa", "Set 10^3 Pa", id="a-power"),
        pytest.param("2·10<sup>−<i>5</i></sup> Pa", "2·10^-5 Pa", id="a-negative-power"),
        pytest.param("(x+1)<sup>2</sup>", "(x+1)^2", id="of-a-sum"),
        pytest.param("40 m<sup>2</sup>, 3 s<sup>-1</sup>", "40 m², 3 s⁻¹", id="of-a-unit"),
        pytest.param("at 50 bar.<sup>1,2</sup>", "at 50 bar.^1,2", id="notes-after-a-stop"),
        pytest.param("the pump<sup>1</sup>", "the pump^1", id="a-note-after-a-word"),
        pytest.param("20<sup>[3]</sup> V, 2<sup>nd</sup>", "20[3] V, 2nd", id="no-number"),
    ],
)
def test_a_superscript_is_no_digit_of_the_number_before_it(tmp_path: Path, source: str, text: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(f"<p>{source}</p>", encoding="utf-8")
    assert only(path).text == text


def test_a_power_is_no_proof_of_the_number_it_looks_like(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<p>Set 10<sup>3</sup> Pa on 40 m<sup>2</sup>.</p>", encoding="utf-8")
    text = only(path).text
    assert not is_on_page("103 Pa", text)
    assert is_on_page("10^3 Pa on 40 m2", text)
    assert set(stems("m² 10^3", "en").split()) < set(stems(text, "en").split())


# -- Markdown and text ------------------------------------------------------------------------------------------------


def test_markdown_is_read_as_it_is_shown_and_its_headings_are_found(tmp_path: Path) -> None:
    path = tmp_path / "nota.md"
    path.write_text(
        "---\ntitle: 'Guía de red'\ntags: [a]\n---\n# Red { #network }\n\n```bash\n# not a heading\n```\n\n"
        "Puertos `8080`\n--------------\n\n### [VPN](https://example.org) *rápida*\n\nFin.\n",
        encoding="utf-8",
    )
    document = only(path)
    assert document.title == "Guía de red"
    assert document.text.startswith("Red\n\n# not a heading\n\nPuertos 8080\n\nVPN (https://example.org) rápida")
    assert [(s.level, s.title) for s in document.sections] == [
        (1, "Red"),
        (2, "Puertos 8080"),
        (3, "VPN (https://example.org) rápida"),
    ]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("|Code|Cause|\n|:-|-:|\n|E17|**No** water|\n|E2||", "Code | Cause\nE17 | No water\nE2", id="rows"),
        pytest.param("Model: P2\nPressure: `1.5 bar`  \nOpen", "Model: P2\nPressure: 1.5 bar\nOpen", id="lines"),
        pytest.param("1. Close\n2. Purge:\n\n   ```sh\n   a  b\n   ```\n\n3. Open\n   - x",
                     "1. Close\n2. Purge:\n\na  b\n\n3. Open\n  - x", id="steps-with-code"),
        pytest.param("ping <host>, set `<ip>` or <address>\n\n<your-name>\n\n<p>Use <key></p>",
                     "ping <host>, set <ip> or <address>\n\n<your-name>\n\nUse <key>", id="what-is-to-be-filled-in"),
        pytest.param("Press <kbd>F1</kbd>, 10<sup>3</sup> Pa, 2 * 3 < 7 and a_b_c \\*",
                     "Press F1, 10^3 Pa, 2 * 3 < 7 and a_b_c *", id="html-and-signs"),
        pytest.param("Press ![Save](s.png), see [ports](net.md), [site](https://x.org/a) and <https://x.org>",
                     "Press Save, see ports, site (https://x.org/a) and https://x.org", id="links-and-pictures"),
        pytest.param("Torque[^1].\n\n[^1]: 12Nm", "Torque^1.\n\n[^1]: 12Nm", id="a-note-of-one-word"),
        pytest.param("> " * 30 + "deep", "deep", id="deep"),
        pytest.param("> " * 900 + "deep", "> " * 900 + "deep", id="so-deep-that-it-stays-as-it-is"),
        pytest.param("[" * 3_000 + "a", "[" * 3_000 + "a", id="so-many-brackets"),
    ],
)  # fmt: skip
def test_markdown_loses_its_marks_and_no_word(tmp_path: Path, source: str, text: str) -> None:
    path = tmp_path / "nota.md"
    path.write_text(source, encoding="utf-8")
    assert only(path).text == text


@pytest.mark.parametrize(
    ("head", "kept"),
    [
        pytest.param("---\n\nWarning: disconnect the power.\n\n---\n", True, id="a-blank-line-after-the-rule"),
        pytest.param("---\nDisconnect the power before you open the lid.\n\n---\n", True, id="no-key"),
        pytest.param("---\n# Power\n\nWarning: disconnect it.\n\n---\n", True, id="a-heading"),
        pytest.param("---\nhttps://example.org\n---\n", True, id="an-address"),
        pytest.param("---\ntitle: T\n---\n", False, id="a-key"),
        pytest.param("--- \n# by hand\n  'og:title': T\n\ntags:\n- a\n...\n", False, id="a-quoted-key"),
        pytest.param("---\n# by hand\nlast change:\n  2024\n\ntags: [a]\n...\n", False, id="a-comment-and-blank-lines"),
        pytest.param("---\n---\n", False, id="empty"),
    ],
)
def test_text_between_two_rules_is_no_front_matter_unless_it_has_a_key(tmp_path: Path, head: str, kept: bool) -> None:
    path = tmp_path / "nota.md"
    path.write_text(f"{head}# Manual\n\nText.", encoding="utf-8")
    text = only(path).text
    assert text.endswith("Manual\n\nText.")
    assert ("\n".join(re.findall(r"[A-Zh].*[.r]\b", head)) in text) if kept else text == "Manual\n\nText."


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]
)
def test_spanish_text_is_read_in_any_usual_encoding(tmp_path: Path, codec: str) -> None:
    text = "¿Cómo reinicio el equipo? Pulse «Inicio» y espere un año.\nDespués, apáguelo."
    path = tmp_path / "nota.txt"
    path.write_bytes(text.replace("\n", "\r\n").encode(codec))
    assert only(path).text == text


@given(st.binary(max_size=200))
def test_any_bytes_become_text_that_can_be_stored(data: bytes) -> None:
    text = decode(data)
    text.encode("utf-8")
    assert "\x00" not in text
    assert "\r" not in text


@given(st.text())
def test_utf8_loses_nothing_but_marks_nobody_sees(text: str) -> None:
    kept = decode(text.encode("utf-8"))
    assert [c for c in kept if c.isprintable()] == [c for c in text.replace("\ufeff", "") if c.isprintable()]


def test_form_feeds_part_the_pages_of_a_text(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text("one\n\ftwo\f\nthree")
    assert [page.text for page in only(path).pages] == ["one", "two", "three"]


pieces = st.lists(st.text("ab \n", max_size=3_000), max_size=12)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=50)
@given(pieces, st.integers(1, 4))
def test_a_text_cut_into_pages_loses_nothing_and_keeps_its_headings(parts: list[str], levels: int) -> None:
    text, found = "", []
    for number, part in enumerate(parts):
        found.append(Heading(f"Heading {number}", number % levels + 1, len(text)))
        text += f"Heading {number}\n{part * 3}\n"
    if not text:
        return
    document = from_text(Path("x.txt"), "", text, found)
    assert_sound(document)
    assert "".join(document.text.split()) == "".join(text.split())
    assert all(len(page.text) <= LONGEST for page in document.pages)
    assert [(title, line) for _, title, line in headings(document)] == [(h.title, h.title) for h in found]


def test_a_short_text_is_one_page_and_a_long_one_several(tmp_path: Path) -> None:
    path = tmp_path / "guide.md"
    chapter = "\n\n" + "Press the button and wait. " * 150
    path.write_text(f"# One{chapter}")
    assert len(only(path).pages) == 1
    path.write_text(f"# One{chapter}\n\n# Two{chapter}\n\n# Three{chapter}")
    assert [page.text.split("\n")[0] for page in only(path).pages] == ["One", "Two", "Three"]


# -- real manuals -----------------------------------------------------------------------------------------------------

PDFS = sorted((CORPUS / "manuals").glob("*/*.pdf")) if CORPUS.exists() else []


@pytest.mark.corpus
@pytest.mark.skipif(not PDFS, reason="the shared corpus is not beside the project")
@pytest.mark.parametrize("path", PDFS, ids=lambda path: path.name)
def test_real_manuals_have_nearly_every_heading_where_its_section_begins(path: Path) -> None:
    document = only(path)
    assert document.language == path.parent.name
    starts = [document.pages[s.page - 1].text[s.start : s.start + 200] for s in document.sections]
    pairs = zip(document.sections, starts, strict=True)
    found = sum("".join(s.title.split())[:12].lower() in "".join(start.split()).lower() for s, start in pairs)
    assert found >= 0.95 * len(document.sections) > 50
