"""Presentations, workbooks, books, Rich Text and mails are read as well as manuals."""

from __future__ import annotations

import copy
import re
import zipfile
from datetime import timedelta
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import openpyxl
import pptx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.util import Inches

from ingest.errors import ReadError, Skipped
from ingest.readers import read
from ingest.readers.mail import Mail, parse, threads
from ingest.readers.rtf import _Rtf
from ingest.types import Document
from tests import make_files
from tests.test_readers import CORPUS, assert_sound, headings, only

DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"


def test_a_presentation_is_a_page_a_slide(tmp_path: Path) -> None:
    path = make_files.slides(
        tmp_path / "curso.pptx",
        [
            ("Instalación", "Conecte el cable.\nEspere.", [], "Recuerde el cable."),
            ("Códigos", "Lea la tabla.", [["Código", "Causa"], ["E47", "Sin red"]], ""),
        ],
    )
    document = only(path)
    assert [page.text for page in document.pages] == [
        "Instalación\n\nConecte el cable.\nEspere.\n\nRecuerde el cable.",
        "Códigos\n\nLea la tabla.\n\nCódigo | Causa\nE47 | Sin red",
    ]
    assert headings(document) == [(1, "Instalación", "Instalación"), (1, "Códigos", "Códigos")]


def test_the_steps_of_a_slide_have_their_numbers_and_its_powers_are_no_digits(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    frame = deck.slides.add_slide(deck.slide_layouts[1]).placeholders[1].text_frame
    kinds = [("Pare", 0, "arabicPeriod"), ("Abra", 0, "arabicPeriod"), ("Tapa", 1, "alphaLcParenR"), ("", 0, ""),
             ("Cierre", 0, "arabicPeriod"), ("Fin", 0, ""), ("Otra", 0, "arabicPeriod")]  # fmt: skip
    for number, (text, level, kind) in enumerate(kinds):
        paragraph = frame.paragraphs[0] if not number else frame.add_paragraph()
        paragraph.text, paragraph.level = text, level
        if kind:
            etree.SubElement(paragraph._p.get_or_add_pPr(), f"{DRAWN}buAutoNum", type=kind)
    paragraph = frame.add_paragraph()
    for text, baseline in (("10", "0"), ("3", "30000"), (" mbar de H", ""), ("2", "-25000"), ("O", "")):
        run = paragraph.add_run()
        run.text = text
        run._r.get_or_add_rPr().set("baseline", baseline or "0")
    deck.save(str(tmp_path / "curso.pptx"))
    assert only(tmp_path / "curso.pptx").text.split("\n") == [
        "1. Pare", "2. Abra", "  a) Tapa", "", "3. Cierre", "Fin", "1. Otra", "10^3 mbar de H2O",
    ]  # fmt: skip


def test_a_slide_is_read_from_left_to_right_with_its_charts_and_diagrams(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    for text, left, top in (("tres", 6, 2.01), ("uno", 0, 2.02), ("dos", 3, 2.0), ("abajo", 0, 3)):
        box = slide.shapes.add_textbox(*(Inches(place) for place in (left, top, 2, 0.5)))
        box.text_frame.text = text
    data = CategoryChartData()
    data.categories = ["Enero", "Febrero"]
    data.add_series("Averías", (12, 7.5))
    slide.shapes.add_chart(XL_CHART_TYPE.PIE, *(Inches(place) for place in (0, 4, 3, 2)), data)
    space = DIAGRAM[1:-1]
    points = "".join(
        f"<d:pt><d:t><a:p><a:r><a:t>{t}</a:t></a:r></a:p></d:t></d:pt>" for t in ("Recibir", "", "Reparar")
    )
    xml = f'<d:dataModel xmlns:d="{space}" xmlns:a="{DRAWN[1:-1]}"><d:ptLst>{points}</d:ptLst></d:dataModel>'
    part = Part(PackURI("/ppt/diagrams/data1.xml"), "application/xml", deck.part.package, xml.encode())
    frame = copy.deepcopy(next(shape for shape in slide.shapes if shape.has_chart)._element)
    frame.find(f".//{DRAWN}off").set("y", str(Inches(6)))
    graphic = frame.find(f".//{DRAWN}graphicData")
    graphic.remove(graphic[0])
    graphic.set("uri", space)
    etree.SubElement(graphic, f"{DIAGRAM}relIds", {RELATION: slide.part.relate_to(part, "http://x/diagramData")})
    slide.shapes._spTree.append(frame)
    deck.save(str(tmp_path / "curso.pptx"))
    assert only(tmp_path / "curso.pptx").text.split("\n\n") == [
        "uno", "dos", "tres", "abajo", "Averías: Enero 12, Febrero 7.5", "Recibir\nReparar",
    ]  # fmt: skip


def test_the_sheets_of_a_workbook_are_sections_with_named_cells(tmp_path: Path) -> None:
    path = make_files.workbook(
        tmp_path / "partes.xlsx",
        {"Piezas": [("Pieza", "Precio"), ("Fusible", 2.0), ("Cable", 3.5)], "Vacía": [], "Notas": [("Sin stock",)]},
    )
    document = only(path)
    assert [(page.label, page.text) for page in document.pages] == [
        ("Piezas", "Pieza: Fusible | Precio: 2\nPieza: Cable | Precio: 3.5"),
        ("Notas", "Sin stock"),
    ]
    assert [(s.title, s.page) for s in document.sections] == [("Piezas", 1), ("Notas", 2)]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        pytest.param(0.155, "0.0%", "15.5%", id="percent"),
        pytest.param(0.2, "0 %", "20 %", id="percent-with-a-blank"),
        pytest.param(42, "00000", "00042", id="leading-zeros"),
        pytest.param(7, '"PRT-"000', "PRT-007", id="code"),
        pytest.param(3.5, '0.00" bar"', "3.50 bar", id="unit"),
        pytest.param(1234.5, "#,##0.00 [$€-C0A]", "1234.50 €", id="currency"),
        pytest.param(12.333333333333334, "0.0#", "12.33", id="rounded"),
        pytest.param(2.5, "0", "3", id="half-up"),
        pytest.param(-5, "0.0;[Red]-0.0", "-5.0", id="negative-section"),
        pytest.param(-5, "0.0", "-5.0", id="negative"),
        pytest.param(0.1 + 0.2, "General", "0.3", id="binary-rest"),
        pytest.param(0.00001, "General", "0.00001", id="no-exponent"),
        pytest.param(2.0, "General", "2", id="whole"),
        pytest.param(1500, '0.0,"k"', "1500", id="a-format-not-understood"),
        pytest.param(timedelta(hours=30, minutes=5), "[h]:mm", "30:05", id="duration"),
        pytest.param(True, "General", "True", id="truth"),
    ],
)
def test_a_number_in_a_workbook_is_what_the_cell_shows(
    tmp_path: Path, value: object, number_format: str, text: str
) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Pieza", "Valor"])
    sheet.append(["Bomba", value])
    sheet["B2"].number_format = number_format
    book.save(tmp_path / "partes.xlsx")
    assert only(tmp_path / "partes.xlsx").text == f"Pieza: Bomba | Valor: {text}"


@pytest.mark.parametrize("title", [[], [[""], ["Repuestos"]], [["Repuestos"]]], ids=["none", "apart", "above"])
def test_a_second_table_on_a_sheet_has_its_own_column_names(tmp_path: Path, title: list[list[object]]) -> None:
    first = [["Código", "Causa", "Remedio"], ["E01", "Sin red", "Enchufe"], [], [], ["E02", "Puerta", "Cierre"], []]
    second = [
        ["Pieza", "Precio"],
        ["Filtro", 12.5],
        ["Bomba", 99],
        ["Tapa"],
        ["Eje", "consultar"],
        ["Tubo", 3],
        [],
        ["Correa", 7],
    ]
    sheets = {"Datos": [*first, *title, *second]}
    text = only(make_files.workbook(tmp_path / "t.xlsx", sheets)).text
    assert text.split("\n") == [
        "Código: E01 | Causa: Sin red | Remedio: Enchufe",
        "Código: E02 | Causa: Puerta | Remedio: Cierre",
        *["Repuestos"] * bool(title),
        "Pieza: Filtro | Precio: 12.5",
        "Pieza: Bomba | Precio: 99",
        "Pieza: Tapa",
        "Pieza: Eje | Precio: consultar",
        "Pieza: Tubo | Precio: 3",
        "Pieza: Correa | Precio: 7",
    ]


def test_a_workbook_of_tickets_is_a_document_a_ticket(tmp_path: Path) -> None:
    rows = [
        ("Número", "Asunto", "Descripción", "Estado"),
        ("T-1", "Sin red", "El router no enciende.", "Cerrado"),
        ("T-2", "Sin luz", "La lámpara no enciende.", "Abierto"),
        ("T-1", "Sin red", "Otra vez.", "Abierto"),
    ]
    path = make_files.workbook(tmp_path / "tickets.xlsx", {"Hoja1": rows})
    found = list(read(path))
    assert [(d.id, d.kind, d.title, d.fields.status) for d in found] == [
        ("T-1", "ticket", "Sin red", "Cerrado"),
        ("T-2", "ticket", "Sin luz", "Abierto"),
        ("T-1#2", "ticket", "Sin red", "Abierto"),
    ]


def test_an_opendocument_text_gives_headings_lists_and_tables(tmp_path: Path) -> None:
    path = make_files.odt(
        tmp_path / "guia.odt",
        '<text:h text:outline-level="1">Red</text:h><text:p>Uno<text:s/>dos<text:line-break/>tres</text:p>'
        "<text:list><text:list-item><text:p>a</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>E47</text:p></table:table-cell>"
        "<table:table-cell><text:p>Sin red</text:p></table:table-cell></table:table-row></table:table>"
        "<text:tracked-changes><text:p>borrado</text:p></text:tracked-changes>",
        title="Guía",
    )
    document = only(path)
    assert (document.title, document.text) == ("Guía", "Red\n\nUno dos\ntres\n\n- a\n\nE47 | Sin red")
    assert headings(document) == [(1, "Red", "Red")]


def test_a_book_gives_its_chapters_in_reading_order(tmp_path: Path) -> None:
    path = make_files.epub(
        tmp_path / "libro.epub", "Guía", ["<h1>Uno</h1><p>Primero.</p>", "<h1>Dos</h1><p>Luego.</p>"]
    )
    document = only(path)
    assert (document.title, document.text) == ("Guía", "Uno\n\nPrimero.\n\nDos\n\nLuego.")
    assert headings(document) == [(1, "Uno", "Uno"), (1, "Dos", "Dos")]


def test_the_marks_of_a_book_are_no_figures_and_what_stands_aside_is_read(tmp_path: Path) -> None:
    chapter = (
        '<h1>Uno</h1><p>Apriete a 25<span epub:type="pagebreak" id="p12">12</span> Nm con llave'
        '<a epub:type="noteref" href="#n">3</a>.</p><aside epub:type="sidebar"><p>Use aceite.</p></aside>'
        '<ol type="a"><li>abra</li><li value="5">cierre</li></ol><p><b/>Fin.</p><footer><p>Nota tres.</p></footer>'
    )
    document = only(make_files.epub(tmp_path / "libro.epub", "Guía", [f"<title/><p/>{chapter}"]))
    assert document.text == (
        "Uno\n\nApriete a 25 Nm con llave^3.\n\nUse aceite.\n\na. abra\ne. cierre\n\nFin.\n\nNota tres."
    )


@pytest.mark.parametrize("kind", ["nav", "ncx"])
def test_a_book_that_marks_no_headings_has_those_of_its_table_of_contents(tmp_path: Path, kind: str) -> None:
    path = make_files.epub(
        tmp_path / "libro.epub", "Guía", ["<p>Capítulo 1</p><p>Texto.</p><p>FILTROS</p><p>Más.</p>", "<p>Otro.</p>"]
    )
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name).decode() for name in archive.namelist()}
    package = next(name for name in members if name.endswith(".opf"))
    folder = package.rpartition("/")[0]
    names = re.findall(r'href="([^"]+)"', members[package])
    media = {"nav": 'properties="nav"', "ncx": 'media-type="application/x-dtbncx+xml"'}[kind]
    members[package] = members[package].replace("</manifest>", f'<item id="toc" href="toc" {media}/></manifest>')
    first, second, third = (names[0], "Capítulo 1"), (f"{names[0]}#f", "Filtros"), (names[1], "Anexo")
    if kind == "nav":
        link = '<li><a href="{}">{}</a>'
        inside = f"{link.format(*first)}<ol>{link.format(*second)}</li></ol></li>{link.format(*third)}</li>"
        toc = f'<html xmlns:epub="http://www.idpf.org/2007/ops"><nav epub:type="toc"><ol>{inside}</ol></nav></html>'
    else:
        point = '<navPoint><navLabel><text>{1}</text></navLabel><content src="{0}"/>'
        inside = f"{point.format(*first)}{point.format(*second)}</navPoint></navPoint>{point.format(*third)}</navPoint>"
        toc = f'<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>{inside}</navMap></ncx>'
    members[f"{folder}/toc" if folder else "toc"] = toc
    document = only(make_files.archive(path, {name: text.encode() for name, text in members.items()}))
    starts = [(s.level, s.title, document.pages[0].text[s.start :].split("\n")[0]) for s in document.sections]
    assert starts == [(1, "Capítulo 1", "Capítulo 1"), (2, "Filtros", "FILTROS"), (1, "Anexo", "Otro.")]


def test_a_locked_book_says_so(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="is copy-protected"):
        list(read(make_files.epub(tmp_path / "libro.epub", "Guía", ["<p>x</p>"], locked=True)))


@pytest.mark.parametrize("name", ["a.docx", "a.pptx", "a.xlsx", "a.odt", "a.epub"])
def test_a_damaged_office_file_is_a_reason_not_a_crash(tmp_path: Path, name: str) -> None:
    good = {
        "a.docx": lambda path: make_files.word(path, [("Normal", "text")]),
        "a.pptx": lambda path: make_files.slides(path, [("a", "b", [], "")]),
        "a.xlsx": lambda path: make_files.workbook(path, {"a": [("b", "c")]}),
        "a.odt": lambda path: make_files.odt(path, "<text:p>x</text:p>"),
        "a.epub": lambda path: make_files.epub(path, "a", ["<p>x</p>"]),
    }[name](tmp_path / name)
    whole = good.read_bytes()
    for size in (len(whole) // 2, len(whole) - 10):
        good.write_bytes(whole[:size])
        with pytest.raises(ReadError, match=f"^{name}: is damaged"):
            list(read(good))


# -- Rich Text --------------------------------------------------------------------------------------------------------

HEAD = r"{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0 Arial;}{\f1\fcharset238 Arial CE;}{\f2\fcharset2 Symbol;}}"
STYLES = r"{\stylesheet{\s0 Normal;}{\s1 heading 1;}{\s2 heading 2;}}{\info{\title Gu\'eda}}"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param(r"Conecte \b el\b0  cable.\par Espere.", "Conecte el cable.\nEspere.", id="paragraphs"),
        pytest.param(r"a\par\par b", "a\n\nb", id="blank-line"),
        pytest.param(r"\'bfQu\'e9?", "¿Qué?", id="code-page"),
        pytest.param(r"\u191?Qu\u233\'e9?", "¿Qué?", id="unicode-with-fallback"),
        pytest.param(r"\u-10179?\u-8704?", "\U0001f600", id="surrogate-pair"),
        pytest.param(r"{\f1 \'e8}{\f0 \'e8}", "čè", id="alphabet-of-the-font"),
        pytest.param(r"{\f2 \'b7}\tab uno", "- uno", id="bullet"),
        pytest.param(r"\intbl E47\cell Sin\par red\cell\row\pard fin", "E47 | Sin red\nfin", id="table"),
        pytest.param(r"a{\pict ffd8ff}b{\*\unknown c}d{\*\bkmkstart x}", "abd", id="not-shown"),
        pytest.param(r"{\field{\*\fldinst HYPERLINK x}{\fldrslt aqu\'ed}}", "aquí", id="link"),
        pytest.param(r"x\*\cs7 y", "xy", id="stray-star"),
        pytest.param(r"10{\super 3} mbar, 5 m\super 2\nosupersub , H{\sub 2}O", "10^3 mbar, 5 m², H2O", id="raised"),
        pytest.param(r"a {\deleted\revauthdel1 5}{\revised 7} bar\v oculto\v0 .", "a 7 bar.", id="tracked-change"),
        pytest.param(
            r"Una{\super\chftn{\*\footnote\pard\plain\s9{\super\chftn} V\'e9ase\par B.}} bomba.\par Fin.",
            "Una[1] bomba.\nFin.\n\n[1] Véase B.",
            id="footnote",
        ),
        pytest.param(r"x}}}}y", "xy", id="too-many-braces"),
        pytest.param(r"\\ \{ \} a\~b", "\\ { } a\xa0b", id="escaped"),
    ],
)
def test_rich_text_gives_its_letters(tmp_path: Path, source: str, text: str) -> None:
    path = tmp_path / "nota.rtf"
    path.write_bytes(f"{HEAD}{STYLES}\\pard {source}}}".encode("latin-1"))
    document = only(path)
    assert (document.title, document.text) == ("Guía", text)


def test_rich_text_headings_are_sections(tmp_path: Path) -> None:
    path = tmp_path / "nota.rtf"
    body = r"\pard\s1 Red\par\pard\s0 Texto.\par\pard\s2 Puertos\par\pard\outlinelevel2 Detalle\par\pard fin"
    path.write_text(f"{HEAD}{STYLES}{body}}}", encoding="latin-1")
    assert headings(only(path)) == [(1, "Red", "Red"), (2, "Puertos", "Puertos"), (3, "Detalle", "Detalle")]


@given(
    st.lists(st.sampled_from([rb"{", rb"}", rb"\par", rb"\u233 ", rb"\'e", rb"\bin5 ", rb"\*", rb"a", b"\\", b"\xff"]))
)
def test_any_rich_text_can_be_read(pieces: list[bytes]) -> None:
    _, text, _ = _Rtf(b"{\\rtf1 " + b"".join(pieces)).convert()
    text.encode("utf-8")


# -- reStructuredText -------------------------------------------------------------------------------------------------


def test_restructuredtext_levels_are_the_order_of_adornments(tmp_path: Path) -> None:
    path = tmp_path / "guide.rst"
    path.write_text(
        "=====\nGuide\n=====\n\nIntro.\n\nPorts\n=====\n\nText\nmore text\n\n-----\n\n"
        "VPN :doc:`setup <x>`\n----------------\n\n"
        "=====  =====\na      b\n=====  =====\n1      2\n=====  =====\n\nEnd\n=====\n"
    )
    document = only(path)
    assert document.title == "Guide"
    assert [(s.level, s.title) for s in document.sections] == [(1, "Guide"), (2, "Ports"), (3, "VPN setup"), (2, "End")]
    assert document.text == ("Guide\n\nIntro.\n\nPorts\n\nText\nmore text\n\nVPN setup\n\na | b\n1 | 2\n\nEnd")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("Press :guilabel:`Start`, **wait** *30 s* until ``a*b`` > ``1 bar``, see :ref:`faults <f>` and "
                     ":rfc:`1918`.", "Press Start, wait 30 s until a*b > 1 bar, see faults and RFC 1918.", id="roles"),
        pytest.param("The |m| of `ACME <https://a.org>`_, its site_ [1]_ and |x|, 2*3*4, a_b_, C\\:\\\\.\n\n"
                     ".. |m| replace:: P2\n.. _site: https://b.org\n.. [1] A note.", "The P2 of ACME (https://a.org), "
                     "its site (https://b.org) [1] and |x|, 2*3*4, a_b_, C:\\.\n\n[1] A note.", id="names-and-links"),
        pytest.param(".. warning::\n\n   Hot.\n\n.. note:: Wait.\n   Long.\n\n.. versionadded:: 2.1\n   Quiet.",
                     "Warning:\n\n   Hot.\n\nNote: Wait.\n   Long.\n\nNew in version 2.1\n   Quiet.", id="calls"),
        pytest.param(".. a comment\n   of two lines\n\n.. _label:\n\n.. toctree::\n   :maxdepth: 2\n\n   other\n\n"
                     ".. figure:: a.png\n   :alt: x\n\n   The panel.\n\n..\n\nEnd", "a.png\n\n   The panel.\n\nEnd",
                     id="what-is-not-shown"),
        pytest.param("2. Close\n#. Purge::\n\n      ctl ``x`` --all\n\n#. Open\n\n   #. Left\n   #. Right\n#. End",
                     "2. Close\n3. Purge:\n\n      ctl ``x`` --all\n\n4. Open\n\n   1. Left\n   2. Right\n5. End",
                     id="steps"),
        pytest.param(".. code-block:: ini\n   :linenos:\n\n   [a]\n   *b* = ``1``", "   [a]\n   *b* = ``1``",
                     id="code"),
        pytest.param(".. list-table:: Codes\n   :header-rows: 1\n\n   * - Code\n     - Cause\n   * - E17\n     - No\n"
                     "       **water**\n   * - E2\n     -", "Codes\nCode | Cause\nE17 | No water\nE2",
                     id="listed-table"),
        pytest.param('.. csv-table:: T\n   :header: "Part", "Torque"\n\n   "Lid, big", "12 Nm"',
                     "T\nPart | Torque\nLid, big | 12 Nm", id="table-of-values"),
        pytest.param("+----+-----+\n| a  | b   |\n+====+=====+\n| 1  | one |\n|    | two |\n+----+-----+\n"
                     "|    | 3   |\n+----+-----+", "a | b\n1 | one two\n| 3", id="drawn-table"),
        pytest.param("+---+---+\n| a | b |\n+---+---+\n| both  |\n+---+---+",
                     "+---+---+\n| a | b |\n+---+---+\n| both  |\n+---+---+", id="a-cell-over-two-columns"),
    ],
)  # fmt: skip
def test_restructuredtext_is_read_as_it_is_shown(tmp_path: Path, source: str, text: str) -> None:
    path = tmp_path / "guide.rst"
    path.write_text(f"Start\n\n{source}\n")
    assert only(path).text.removeprefix("Start\n\n") == text


@given(st.lists(st.sampled_from(
    ["a b", "   c", "``d``", ":r:`e <f>`", ".. note:: g", "", "::", "+--+", "|h |", "==", "* - i", "#. j", "**k**"]
)))  # fmt: skip
def test_any_restructuredtext_keeps_its_words(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    path = tmp_path_factory.mktemp("rst") / "guide.rst"
    path.write_text("\n".join(["start", "", *lines]))
    text = only(path).text
    assert_sound(only(path))
    assert all(text.count(word) >= "\n".join(lines).count(word) for word in "bcdgijk")


# -- mail -------------------------------------------------------------------------------------------------------------


def mail(id: str, subject: str, text: str, day: int, answers: str = "", html: bool = False) -> bytes:
    message = EmailMessage()
    message["From"] = "Ana Pérez <ana@example.org>"
    message["Subject"] = subject
    message["Message-ID"] = f"<{id}@example.org>"
    message["Date"] = f"Mon, {day:02} Mar 2025 10:00:00 +0100"
    if answers:
        message["In-Reply-To"] = f"<{answers}@example.org>"
    message.set_content(text, subtype="html" if html else "plain")
    message.add_attachment(b"\x00" * 999, maintype="image", subtype="png", filename="foto.png")
    return message.as_bytes()


def test_a_mail_is_a_ticket(tmp_path: Path) -> None:
    path = tmp_path / "caso.eml"
    path.write_bytes(mail("a", "Sin conexión", "<p>El router <b>no</b> enciende.</p>", 3, html=True))
    (found,) = read(path)
    assert (found.id, found.kind, found.title, found.language) == ("a@example.org", "ticket", "Sin conexión", "es")
    assert (found.fields.requester, found.fields.created[:10]) == ("Ana Pérez <ana@example.org>", "2025-03-03")
    assert "El router no enciende." in found.text


def test_what_a_mail_says_below_a_picture_is_read_and_what_is_attached_is_not(tmp_path: Path) -> None:
    message = MIMEMultipart("mixed")
    message["Subject"] = "Bomba parada"
    picture, log = MIMEApplication(b"x", "jpeg"), MIMEText("línea de registro")
    picture.add_header("Content-Disposition", "inline", filename="panel.jpg")
    log.add_header("Content-Disposition", "attachment", filename="bomba.log")
    for piece in (MIMEText("La foto:"), picture, MIMEText("<p>Sale el código <b>E47</b>.</p>", "html"), log):
        message.attach(piece)
    (tmp_path / "a.eml").write_bytes(message.as_bytes())
    (document,) = read(tmp_path / "a.eml")
    assert isinstance(document, Document)
    text = document.text
    assert "La foto:\n\nSale el código E47." in text
    assert "registro" not in text


def test_the_mails_of_a_thread_are_one_ticket_without_what_they_quote(tmp_path: Path) -> None:
    path = tmp_path / "buzon.mbox"
    mails = [
        mail("c", "Re: Sin red", "Gracias, ya va.\n\nOn Monday Luis wrote:\n> Reinicie.\n>> No va.", 5, answers="b"),
        mail("x", "Factura", "Adjunto la factura.", 4),
        mail("a", "Sin red", "No va.", 3),
        mail("b", "RE: Sin red", "Reinicie.\n\nEl lunes, Ana escribió:\n\n> No va.", 4, answers="a"),
    ]
    path.write_bytes(b"".join(b"From ana Mon Mar  3 10:00:00 2025\n" + m + b"\n" for m in mails))
    found = list(read(path))
    assert [(d.id, d.title) for d in found] == [("a@example.org", "Sin red"), ("x@example.org", "Factura")]
    thread = found[0].text
    assert [thread.count(text) for text in ("No va.", "Reinicie.", "Gracias, ya va.")] == [1, 1, 1]
    assert thread.index("No va.") < thread.index("Reinicie.") < thread.index("Gracias")
    assert found[0].fields.updated[:10] == "2025-03-05"


ids = st.sampled_from("abcdef")
some_mails = st.builds(
    Mail,
    ids,
    st.lists(ids, max_size=3).map(tuple),
    st.sampled_from(["Red", "Re: Red", "Luz", "RV: Re: Luz"]),
    st.just("Ana"),
    st.sampled_from(["", "2025-01-01", "2025-01-02", "2025-01-03"]),
    st.text(max_size=5),
)


@given(st.lists(some_mails, max_size=10))
def test_every_mail_is_in_one_thread_with_those_it_refers_to(mails: list[Mail]) -> None:
    found = threads(mails)
    assert sorted(map(repr, mails)) == sorted(repr(mail) for thread in found for mail in thread)
    names = [{name for mail in thread for name in (mail.id, *mail.references)} for thread in found]
    assert all(one.isdisjoint(other) for n, one in enumerate(names) for other in names[:n])
    assert all([m.date for m in thread] == sorted(m.date for m in thread) for thread in found)


@given(st.binary(max_size=300))
def test_any_bytes_are_some_mail(data: bytes) -> None:
    parse(data)


@pytest.mark.parametrize(
    ("name", "better"),
    [("old.doc", ".docx"), ("old.XLS", ".xlsx"), ("old.ppt", ".pptx")],
    ids=["word", "excel", "slides"],
)
def test_an_old_office_file_says_what_to_save_it_as(tmp_path: Path, name: str, better: str) -> None:
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    with pytest.raises(Skipped, match=rf"^{name}: .* Save it as {better}"):
        list(read(tmp_path / name))


@pytest.mark.corpus
def test_outlook_mails_are_tickets() -> None:
    path = CORPUS / "nasty" / "docling" / "email__sources__msg_simple.msg"
    if not path.exists():
        pytest.skip("the shared corpus is not beside the project")
    (found,) = read(path)
    assert (found.kind, found.title, found.fields.created[:10]) == ("ticket", "Simple Email", "2026-05-20")
    assert "This is a simple email body." in found.text
