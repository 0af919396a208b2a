"""OpenDocument spreadsheets and presentations are read as those of other programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import ReadError
from ingest.readers import ods, read
from ingest.readers.columns import ColumnMap
from ingest.readers.options import Options
from tests.make_files import archive

_NAMES = ("office", "text", "table", "presentation", "style")
_SPACES = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in _NAMES)
_DRAW = 'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'


def opendocument(path: Path, body: str, styles: str = "") -> Path:
    content = f"<office:document-content {_SPACES} {_DRAW}>{styles}<office:body>{body}</office:body>"
    return archive(path, {"content.xml": f"{content}</office:document-content>".encode()})


def row(*cells: str, times: int = 1) -> str:
    inside = "".join(cell if cell.startswith("<") else value(cell) for cell in cells)
    return f'<table:table-row table:number-rows-repeated="{times}">{inside}</table:table-row>'


def value(text: str, more: str = "") -> str:
    return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"


def sheet(name: str, *rows: str, style: str = "") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}</table:table>'


def sheets(path: Path, *tables: str, styles: str = "") -> Path:
    return opendocument(path, f"<office:spreadsheet>{''.join(tables)}</office:spreadsheet>", styles)


def test_a_spreadsheet_is_read_row_by_row_under_its_header(tmp_path: Path) -> None:
    many = '<table:table-cell table:number-columns-repeated="16000"/>'
    rows = (row("Equipo", "Puerto"), row("R-200", "8080", many), row(many, times=10**6), row("S", "22"))
    ports = sheet("Puertos", *rows)
    (document,) = read(sheets(tmp_path / "red.ods", ports, sheet("Notas", row("Nada", "más"))))
    assert document.pages[0].text == "Equipo: R-200 | Puerto: 8080\nEquipo: S | Puerto: 22"
    assert [section.title for section in document.sections] == ["Puertos", "Notas"]


def test_a_sheet_of_tickets_gives_tickets_with_iso_dates(tmp_path: Path) -> None:
    date = value("3/3/25", 'office:value-type="date" office:date-value="2025-03-03T00:00:00"')
    table = sheet("Casos", row("Id", "Asunto", "Descripción", "Creado"), row("T-1", "Sin red", "No va la red.", date))
    (ticket,) = read(sheets(tmp_path / "casos.ods", table))
    assert (ticket.id, ticket.kind, ticket.title, ticket.fields.created) == ("T-1", "ticket", "Sin red", "2025-03-03")


def test_a_map_says_what_the_columns_of_a_sheet_hold(tmp_path: Path) -> None:
    path = sheets(tmp_path / "casos.ods", sheet("Casos", row("Ref", "Qué pasa"), row("T-1", "Sin red")))
    mapping = ColumnMap((("Ref", "id"), ("Qué pasa", "subject")))
    (ticket,) = read(path, Options(columns=mapping))
    assert (ticket.id, ticket.kind, ticket.title) == ("T-1", "ticket", "Sin red")
    assert [document.kind for document in read(path)] == ["manual"]


def test_a_hidden_sheet_is_left_out(tmp_path: Path) -> None:
    styles = '<office:automatic-styles><style:style style:name="h"><style:table-properties table:display="false"/>'
    path = sheets(
        tmp_path / "a.ods", sheet("Uno", row("a", "b")), sheet("Dos", row("secreto", "x"), style="h"),
        styles=f"{styles}</style:style></office:automatic-styles>",
    )  # fmt: skip
    (document,) = read(path)
    assert "secreto" not in document.text


def test_a_cell_said_to_be_there_a_million_times_is_there_a_thousand(tmp_path: Path) -> None:
    many = value("x", 'table:number-columns-repeated="1000000"')
    (document,) = read(sheets(tmp_path / "a.ods", sheet("Uno", row("a", "b"), row(many))))
    assert document.text.count("x") == ods.MAX_REPEATED


def test_a_presentation_has_a_page_a_slide_with_its_notes(tmp_path: Path) -> None:
    title = '<draw:frame presentation:class="title"><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>'
    body = "<draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
    notes = "<presentation:notes><draw:frame><draw:text-box><text:p>Decir hola</text:p></draw:text-box></draw:frame>"
    slides = (
        f'<draw:page draw:name="1">{title.format("Red")}{body.format("Dos plantas")}{notes}</presentation:notes>'
        f'</draw:page><draw:page draw:name="2">{body.format("Fin")}</draw:page>'
    )
    path = opendocument(tmp_path / "charla.odp", f"<office:presentation>{slides}</office:presentation>")
    (document,) = read(path)
    assert [page.text.split("\n\n") for page in document.pages] == [["Red", "Dos plantas", "Decir hola"], ["Fin"]]
    assert [(section.title, section.page) for section in document.sections] == [("Red", 1)]


LISTS = """<office:automatic-styles><text:list-style style:name="L">
<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="." text:start-value="3"/>
<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")" text:display-levels="2"/>
</text:list-style><text:list-style style:name="B"><text:list-level-style-bullet text:level="1"/></text:list-style>
<style:style style:name="T1"><style:text-properties style:text-position="super 58%"/></style:style>
<style:style style:name="T2"><style:text-properties style:text-position="sub 58%"/></style:style>
</office:automatic-styles>"""
OUTLINE = f"""<office:document-styles {_SPACES}><text:outline-style>
<text:outline-level-style text:level="1" style:num-format="1"/>
<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/>
<text:outline-level-style text:level="3" style:num-format=""/></text:outline-style></office:document-styles>"""


def text_file(path: Path, body: str) -> Path:
    content = f"<office:document-content {_SPACES} {_DRAW}>{LISTS}<office:body><office:text>{body}</office:text>"
    members = {"content.xml": f"{content}</office:body></office:document-content>", "styles.xml": OUTLINE}
    return archive(path, {name: text.encode() for name, text in members.items()})


def items(*texts: str, more: str = "") -> str:
    inside = "".join(text if text.startswith("<") else f"<text:list-item><text:p>{text}</text:p>{{}}" for text in texts)
    return f'<text:list text:style-name="L" {more}>{inside.replace("{}", "</text:list-item>")}</text:list>'


def test_items_and_headings_have_the_numbers_that_are_shown(tmp_path: Path) -> None:
    nested = f"<text:list-item><text:p>Dos</text:p>{items('Hijo', 'Hija')}</text:list-item>".replace(
        ' text:style-name="L" ', ""
    )
    heading = '<text:h text:outline-level="{}"{}>{}</text:h>'
    body = (
        heading.format(1, "", "Red") + heading.format(2, "", "Cables") + items("Uno", nested, more='xml:id="list1"')
        + "<text:p>Entre medias.</text:p>" + items("Tres", more='text:continue-list="list1"') + items("De nuevo")
        + '<text:list text:style-name="B"><text:list-item><text:p>Nada</text:p></text:list-item></text:list>'
        + heading.format(1, ' text:is-list-header="true"', "Notas") + heading.format(1, "", "Luz")
        + heading.format(3, "", "Roja")
    )  # fmt: skip
    (document,) = read(text_file(tmp_path / "guia.odt", body))
    assert [line for line in document.text.split("\n") if line] == [
        "1 Red", "1.1 Cables", "3. Uno", "4. Dos", "  4.a) Hijo", "  4.b) Hija", "Entre medias.", "5. Tres",
        "3. De nuevo", "- Nada", "Notas", "2 Luz", "Roja",
    ]  # fmt: skip
    assert [section.title for section in document.sections] == ["1 Red", "1.1 Cables", "Notas", "2 Luz", "Roja"]


def test_a_raised_figure_is_no_digit_and_a_note_stands_at_the_end(tmp_path: Path) -> None:
    note = "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Véase B.</text:p>"
    body = (
        f"<text:p>La bomba{note}</text:note-body></text:note> da 10<text:span text:style-name='T1'>3</text:span> mbar "
        "de H<text:span text:style-name='T2'>2</text:span>O.</text:p><text:p>if x:</text:p>"
        "<text:p><text:s text:c='4'/>run</text:p>"
    )
    (document,) = read(text_file(tmp_path / "guia.odt", body))
    assert document.text == "La bomba[1] da 10^3 mbar de H2O.\n\nif x:\n\n    run\n\n[1] Véase B."


def test_a_cell_that_spans_rows_is_read_in_each_of_them(tmp_path: Path) -> None:
    rows = row(value("Web", 'table:number-rows-spanned="2"'), "80", "tcp") + row(
        "<table:covered-table-cell/>", "443", "udp"
    )
    (document,) = read(text_file(tmp_path / "guia.odt", f"<table:table>{rows}</table:table>"))
    assert document.text == "Web | 80 | tcp\nWeb | 443 | udp"


@pytest.mark.parametrize("ending", ["ods", "odp"])
def test_a_damaged_file_says_so(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"a.{ending}").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(ReadError, match="is damaged"):
        list(read(tmp_path / f"a.{ending}"))
