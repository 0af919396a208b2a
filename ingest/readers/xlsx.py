"""Read an Excel workbook into Documents: its tickets, or its sheets row by row."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import chain, islice
from pathlib import Path

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from ingest.errors import ReadError
from ingest.readers import zipguard
from ingest.readers.assemble import document
from ingest.readers.columns import guess
from ingest.readers.delimited import HEADER_WITHIN
from ingest.readers.names import shown
from ingest.readers.options import DEFAULTS, Options
from ingest.readers.table_page import table_document
from ingest.readers.ticket_page import render
from ingest.readers.ticket_record import ticket_of
from ingest.types import Document, Page, Section

Row = list[str]


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
        yield from documents(path, ((sheet.title, map(_cells, sheet.values)) for sheet in visible))
    except (InvalidFileException, zipfile.BadZipFile, SyntaxError, KeyError, ValueError, TypeError) as error:
        raise ReadError(f"{shown(path)}: is damaged ({error}). Open it in Excel and save it again.") from error


def documents(path: Path, sheets: Iterable[tuple[str, Iterable[Row]]]) -> Iterator[Document]:
    """The documents of a workbook's sheets, each a title and its rows, which end where their last value does."""
    tables: list[tuple[str, Document]] = []
    for title, rows in sheets:
        yield from _sheet(path, title, filter(None, rows), tables)
    yield from _together(path, tables)


def _sheet(path: Path, title: str, rows: Iterator[Row], tables: list[tuple[str, Document]]) -> Iterator[Document]:
    """The tickets of a sheet; a sheet without any is added to `tables`."""
    head = list(islice(rows, HEADER_WITHIN))
    start = next((number for number, row in enumerate(head) if guess(row).names_tickets), None)
    if start is not None:
        yield from _tickets(path, title, head[start], chain(head[start + 1 :], rows))
    elif head:
        tables.append((title, table_document(path, chain(head, rows))))


def _tickets(path: Path, title: str, header: Row, rows: Iterator[Row]) -> Iterator[Document]:
    columns = guess(header)
    seen: Counter[str] = Counter()
    for number, row in enumerate(rows, 1):
        ticket = ticket_of(dict(zip(header, row, strict=False)), columns)
        if ticket.subject or ticket.description or ticket.comments:
            key = ticket.fields.key or f"{shown(path.with_suffix(''))}-{title}-{number}"
            seen[key] += 1
            yield render(ticket, key if seen[key] == 1 else f"{key}#{seen[key]}")


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


def _cells(values: Sequence[object]) -> Row:
    """A row as text, [] for an empty one."""
    row = [_cell(value) for value in values]
    while row and not row[-1]:
        row.pop()
    return row


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).strip()
