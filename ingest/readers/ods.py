"""Read an OpenDocument spreadsheet into Documents: its tickets, or its sheets row by row."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

from lxml import etree

from ingest.readers import xlsx
from ingest.readers.charset import clean
from ingest.readers.columns import ColumnMap
from ingest.readers.odt import OFFICE, TABLE, TEXT, inline, load
from ingest.readers.options import DEFAULTS, Options
from ingest.types import Document

MAX_REPEATED = 1_000
"""Times that a row or a cell counts which says it is there many times: a file of a kilobyte can hold a million."""
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document]:
    """As an Excel workbook: a document a ticket, one for the other sheets. Hidden ones are left out. ReadError."""
    parts = load(path, options)
    hidden = {
        style.get(f"{_STYLE}name")
        for style in parts.content.iter(f"{_STYLE}style")
        for properties in style.iter(f"{_STYLE}table-properties")
        if properties.get(f"{TABLE}display") == "false"
    }
    tables = parts.body.iterfind(f"{OFFICE}spreadsheet/{TABLE}table")
    visible = (table for table in tables if table.get(f"{TABLE}style-name") not in hidden)
    sheets = ((table.get(f"{TABLE}name") or "", _rows(table)) for table in visible)
    yield from xlsx.documents(path, sheets, options.columns or ColumnMap())


def _rows(table: etree._Element) -> Iterator[list[str]]:
    for row in table.iter(f"{TABLE}table-row"):
        cells: list[str] = []
        for cell in row:
            if cell.tag in _CELLS:
                cells += repeat(_text(cell), _repeated(cell, "columns"))
        while cells and not cells[-1]:
            cells.pop()
        yield from repeat(cells, _repeated(row, "rows") if cells else 1)


def _repeated(element: etree._Element, what: str) -> int:
    times = element.get(f"{TABLE}number-{what}-repeated") or "1"
    return min(int(times), MAX_REPEATED) if times.isdecimal() else 1


def _text(cell: etree._Element) -> str:
    """What a cell shows; a date as ISO 8601, so that it sorts."""
    if date := cell.get(f"{OFFICE}date-value"):
        return str(date).replace("T", " ").removesuffix(" 00:00:00")
    return clean("\n".join("".join(inline(line)) for line in cell.iterfind(f"{TEXT}p"))).strip()
