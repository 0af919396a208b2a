"""The first rows of a table → its column names, and the rows below them → a Document a ticket."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from ingest.errors import ReadError
from ingest.readers.columns import ColumnMap, fold, guess
from ingest.readers.names import shown
from ingest.readers.ticket_page import Ticket, render
from ingest.readers.ticket_record import ticket_of
from ingest.readers.ticket_shapes import Record
from ingest.types import Document

SHOWN_COLUMNS = 40
_SUM = re.compile(r"(?:sub ?)?(?:totales|totals?)\b|(?:suma|sum|recuento|count|promedio|average|media)\W*$")
_SEEN = 3
"""Tickets that all have numbers, below which a row without one is looked at."""
_FEW = 2
"""Cells of a row that counts: what and how many."""
_log = logging.getLogger(__name__)
Row = list[str]


@dataclass(frozen=True, slots=True)
class Header:
    """The names of a table's columns, and how many of its first rows come before the first ticket."""

    names: list[str]
    rows: int


def header_of(head: Sequence[Row], mapping: ColumnMap) -> Header | None:
    """The columns of a table that begins with `head`; None if it holds no tickets or not the columns of `mapping`.

    A table without a row of names has its numbers for names, if the map says so and the table is wide enough.
    """
    for number, row in enumerate(head[:1] if mapping.is_numbered else head, 1):
        names = [name.strip() for name in row]
        if not mapping.missing(names) if mapping.pairs else guess(names).names_tickets:
            return Header(names, number)
    return _numbers(head, mapping) if head and mapping.is_numbered else None


def _numbers(head: Sequence[Row], mapping: ColumnMap) -> Header | None:
    """Numbers as names, as far as the map goes: what is seldom filled in may only be so in later rows."""
    width = max(map(len, head))
    mapped = [int(column) for column, _ in mapping.pairs]
    wanted = [int(column) for column in (*mapping.columns("subject"), *mapping.columns("description"))]
    if width < max(wanted or mapped):
        return None
    return Header([str(number) for number in range(1, max(width, *mapped) + 1)], 0)


def no_such_columns(path: Path, first: Row, mapping: ColumnMap) -> ReadError:
    """The error that names the columns of `mapping` that are not in a table's first row, and those that are."""
    numbers = [str(number) for number in range(1, len(first) + 1)]
    names = numbers if mapping.is_numbered else [name.strip() for name in first]
    missing = ", ".join(sorted(mapping.missing(names)))
    there = ", ".join(names[:SHOWN_COLUMNS]) + (" …" if len(names) > SHOWN_COLUMNS else "")
    return ReadError(f"{shown(path)}: has no column {missing}. It has: {there}. Correct the column map.")


def tickets_below(
    name: str, header: Header, head: Sequence[Row], rows: Iterable[Row], mapping: ColumnMap
) -> Iterator[Document]:
    """A document a ticket of a table, `rows` being those after `head`; `name` and row for an id without a key."""
    columns = guess(header.names, mapping)
    numbered = bare = 0
    summaries = []
    for number, row in enumerate(chain(head[header.rows :], rows), 1):
        ticket = ticket_of(_record(header.names, row), columns)
        if not says_something(ticket):
            continue
        if _sums_up(ticket, row, bare == 0 and numbered >= _SEEN):
            summaries.append(" ".join(filter(None, (cell.strip() for cell in row)))[:80])
            continue
        numbered, bare = numbered + bool(ticket.fields.key), bare + (not ticket.fields.key)
        yield ticket_document(name, ticket, number)
    if summaries:
        _log.warning("%s: rows that sum up are no tickets, left out: %s", name, "; ".join(summaries[:20]))


def _sums_up(ticket: Ticket, row: Row, all_numbered: bool) -> bool:
    """Whether a row counts the others: it begins with a word for that, or is nearly empty below numbered ones."""
    filled = [cell.strip() for cell in row if cell.strip()]
    if ticket.fields.key:
        return _SUM.match(fold(ticket.fields.key)) is not None and not any(map(str.isalpha, ticket.description))
    counts = len(filled) > 1 and all(cell[0].isdigit() for cell in filled[1:])
    return (all_numbered and len(filled) <= _FEW) or (counts and _SUM.match(fold(filled[0])) is not None)


def ticket_document(name: str, ticket: Ticket, row: int) -> Document:
    """The ticket as a document; its id is its key, or `name-row`."""
    return render(ticket, ticket.fields.key or f"{name}-{row}")


def says_something(ticket: Ticket) -> bool:
    """Whether there is more to it than a key and a status."""
    return bool(ticket.subject or ticket.description or ticket.comments or ticket.fields.resolution)


def distinct(documents: Iterable[Document]) -> Iterator[Document]:
    """The documents of a file with ids of their own: a second of the same id is `id#2`, an identical one left out."""
    taken, known = set[str](), set[tuple[str, bytes]]()
    copies: dict[str, int] = {}
    for document in documents:
        digest = hashlib.sha256(repr((document.fields, document.title, document.text)).encode()).digest()
        name, copy = document.id, copies.get(document.id, 1)
        if name and (name, digest) in known:
            continue
        while name and name in taken:
            copy += 1
            name = f"{document.id}#{copy}"
        copies[document.id] = copy
        known.add((document.id, digest))
        taken.add(name)
        yield document if name == document.id else replace(document, id=name)


def _record(header: Row, row: Row) -> Record:
    """A row by column name: the cells of a repeated name in a list, cells beyond the last name with the last."""
    surplus = [cell for cell in row[len(header) :] if cell.strip()]
    record: dict[str, object] = {}
    for name, cell in [*zip(header, row, strict=False), *((header[-1], cell) for cell in surplus)]:
        before = record.get(name)
        if before is None or not cell.strip():
            record.setdefault(name, cell)
        elif isinstance(before, list):
            before.append(cell)
        else:
            record[name] = [before, cell] if str(before).strip() else cell
    return record
