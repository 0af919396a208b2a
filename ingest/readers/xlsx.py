"""Read an Excel workbook into Documents: its tickets, or its sheets row by row."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from ingest.errors import ReadError
from ingest.readers import zipguard
from ingest.readers.assemble import document
from ingest.readers.cell_number import number_text
from ingest.readers.columns import ColumnMap
from ingest.readers.date_order import in_one_order
from ingest.readers.delimited import HEADER_WITHIN
from ingest.readers.names import shown
from ingest.readers.options import DEFAULTS, Options
from ingest.readers.table_page import table_document
from ingest.readers.ticket_table import Header, Row, distinct, header_of, no_such_columns, tickets_below
from ingest.types import Document, Page, Section


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document]:
    """A document a ticket for the sheets that hold tickets; one document for the others together.

    Formulas give the values that Excel last saved. Hidden sheets are left out. Raises ReadError.
    """
    zipguard.check(path, "xl/workbook.xml", options)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in visible:
            sheet.reset_dimensions()  # what the file says of its size may be wrong by millions of cells
        sheets = ((sheet.title, map(_cells, sheet.rows)) for sheet in visible)
        yield from documents(path, sheets, options.columns or ColumnMap())
    except (InvalidFileException, zipfile.BadZipFile, SyntaxError, KeyError, ValueError, TypeError) as error:
        raise ReadError(f"{shown(path)}: is damaged ({error}). Open it in Excel and save it again.") from error


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet's first rows, its later ones, its columns if they are those of tickets, and the map that fits them."""

    title: str
    head: list[Row]
    rows: Iterator[Row]
    header: Header | None
    mapping: ColumnMap


def documents(path: Path, sheets: Iterable[tuple[str, Iterable[Row]]], mapping: ColumnMap) -> Iterator[Document]:
    """The documents of a workbook's sheets, each a title and its rows, which end where their last value does.

    The columns of a sheet that has not all those of the map are guessed; ReadError where no sheet has them.
    """
    opened = [sheet for title, rows in sheets if (sheet := _open(title, _without_runs(rows), mapping)).head]
    if opened and mapping.pairs and not any(sheet.mapping.pairs for sheet in opened):
        raise no_such_columns(path, opened[0].head[0], mapping)
    yield from in_one_order(distinct(_each(path, opened)))


def _open(title: str, rows: Iterator[Row], mapping: ColumnMap) -> _Sheet:
    first = list(islice(rows, 2 * HEADER_WITHIN))  # every other one may be empty
    head = list(filter(None, first))
    mapped = header_of(head[:HEADER_WITHIN], mapping)
    fitting = mapping if mapped else ColumnMap()
    header = mapped or header_of(head[:HEADER_WITHIN], fitting)
    return _Sheet(title, head if header else first, filter(None, rows) if header else rows, header, fitting)


def _without_runs(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows from the first that is not empty; of several empty ones in a row, one."""
    empty = True
    for row in rows:
        if row or not empty:
            yield row
        empty = not row


def _each(path: Path, sheets: Iterable[_Sheet]) -> Iterator[Document]:
    """The tickets of each sheet; those without any together, last."""
    tables: list[tuple[str, Document]] = []
    for sheet in sheets:
        if sheet.header is None:
            tables.append((sheet.title, table_document(path, chain(sheet.head, sheet.rows))))
        else:
            name = f"{shown(path.with_suffix(''))}-{sheet.title}"
            yield from tickets_below(name, sheet.header, sheet.head, sheet.rows, sheet.mapping)
    yield from _together(path, tables)


def _together(path: Path, tables: Sequence[tuple[str, Document]]) -> Iterator[Document]:
    """The sheets as one manual, a section a sheet; a page's label is its sheet and, from the second on, its number."""
    pages: list[Page] = []
    sections = []
    for title, table in tables:
        sections.append(Section(title, 1, len(pages) + 1))
        for page in table.pages:
            label = title if page.number == 1 else f"{title} {page.number}"
            pages.append(Page(len(pages) + 1, label, page.text))
    if pages:
        yield document(path, "", tuple(pages), tuple(sections))


def _cells(cells: Sequence[Any]) -> Row:
    """A row as text, [] for an empty one."""
    row = [_cell(cell) for cell in cells]
    while row and not row[-1]:
        row.pop()
    return row


def _cell(cell: Any) -> str:
    """What a cell shows; a date as ISO 8601, so that it sorts, and the hours of a duration added up."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number_text(value, cell.number_format)
    return str(value).strip()
