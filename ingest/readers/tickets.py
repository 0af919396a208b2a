"""Read a ticket export into Documents, one a ticket."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from ingest.errors import ReadError, Skipped
from ingest.readers.charset import decode
from ingest.readers.columns import ColumnMap
from ingest.readers.date_order import in_one_order
from ingest.readers.delimited import HEADER_WITHIN, encoding_of, lines_of, rows_of
from ingest.readers.names import shown
from ingest.readers.options import DEFAULTS, Options
from ingest.readers.table_page import table_document
from ingest.readers.ticket_record import NOBODY, columns_of, describes_ticket, ticket_of
from ingest.readers.ticket_shapes import People, Record, people_in
from ingest.readers.ticket_table import (
    Row,
    distinct,
    header_of,
    no_such_columns,
    says_something,
    ticket_document,
    tickets_below,
)
from ingest.types import Document

WRAPPERS = (
    "issues", "tickets", "results", "records", "items", "data", "rows", "cases", "incidents", "requests", "incidencias",
    "casos", "solicitudes", "result", "conversations", "_embedded",
)  # fmt: skip
_NO_TICKETS = (
    "is JSON but no ticket export Tomo knows (no key, subject or description). "
    "Export the tickets as Jira JSON, or as CSV with a row of column names."
)
_log = logging.getLogger(__name__)


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document]:
    """A document a ticket, in the file's order; a table that holds no tickets is one manual.

    Reads Jira REST JSON (one issue, a list or a search result), help-desk JSON, JSONL, CSV and TSV; CSV and JSONL as a
    stream. A document's id is the ticket's key (`file-row` without one); a second ticket of the same key is `key#2`,
    an identical one is left out. Lines of a JSONL file that are no tickets are logged and left out.
    Raises ReadError for a file that holds none, Skipped for an empty one.
    """
    yield from read_with_map(path, options.columns or ColumnMap())


def read_with_map(path: Path, mapping: ColumnMap) -> Iterator[Document]:
    """As `read`, with `mapping` saying what some columns hold; the others are guessed.

    Raises ReadError where the file has no such column.
    """
    suffix = path.suffix.lower()
    if suffix in (".jsonl", ".ndjson"):
        documents = _from_lines(path, mapping)
    elif suffix == ".json":
        documents = _from_json(path, mapping)
    else:
        documents = _from_table(path, mapping)
    yield from in_one_order(distinct(documents))


def _from_table(path: Path, mapping: ColumnMap) -> Iterator[Document]:
    rows = rows_of(path)
    top = list(_with_rows(HEADER_WITHIN, rows))
    head = list(filter(None, top))
    if not head:
        raise Skipped(f"{shown(path)}: is empty.")
    header = header_of(head, mapping)
    if header is not None:
        yield from tickets_below(shown(path.with_suffix("")), header, head, filter(None, rows), mapping)
    elif mapping.pairs:
        raise no_such_columns(path, head[0], mapping)
    else:
        yield table_document(path, chain(top, rows))


def _with_rows(count: int, rows: Iterator[Row]) -> Iterator[Row]:
    """The first rows of a file, as many as hold `count` that are not empty."""
    while count and (row := next(rows, None)) is not None:
        count -= bool(row)
        yield row


def _from_json(path: Path, mapping: ColumnMap) -> Iterator[Document]:
    text = decode(path.read_bytes())
    try:
        data = json.loads(text)
    except RecursionError as error:
        raise ReadError(f"{shown(path)}: is JSON nested too deeply to be a ticket export. Export it as CSV.") from error
    except ValueError as error:
        if text.count("\n{") and getattr(error, "msg", "") == "Extra data":
            yield from _from_lines(path, mapping)
            return
        raise ReadError(f"{shown(path)}: is not valid JSON ({error}). Export it again.") from error
    found = 0
    known = people_in(data)
    for row, record in enumerate(_records(data), 1):
        if document := _from_record(path, record, mapping, row, known):
            found += 1
            yield document
    if not found:
        if _is_empty(data):
            raise Skipped(f"{shown(path)}: holds no tickets.")
        raise ReadError(f"{shown(path)}: {_NO_TICKETS}")


def _is_empty(data: object) -> bool:
    return not data or (isinstance(data, dict) and any(data.get(name) == [] for name in WRAPPERS))


def _records(data: object) -> Iterator[Record]:
    """The objects that may be tickets: of a list, in a wrapper like `{"issues": […]}`, or the whole."""
    if isinstance(data, list):
        for item in data:
            yield from _records(item) if isinstance(item, dict) else ()
    elif isinstance(data, dict):
        inside = data if _is_ticket(data) else _unwrapped(data)
        yield from [data] if inside is data else _records(inside)


def _unwrapped(data: dict[str, object]) -> object:
    for name in WRAPPERS:
        if isinstance(data.get(name), list | dict):
            return data[name]
    only = next(iter(data.values())) if len(data) == 1 else None
    return only if isinstance(only, dict) else data


def _is_ticket(record: Record) -> bool:
    return _is_issue(record) or describes_ticket(record)


def _is_issue(record: Record) -> bool:
    fields = record.get("fields")
    return isinstance(fields, dict) and ("summary" in fields or "description" in fields)


def _from_record(path: Path, record: Record, mapping: ColumnMap, row: int, known: People = NOBODY) -> Document | None:
    """The document of a JSON object; None if it is no ticket. An object nested too deeply is a ReadError."""
    fields = record.get("fields")
    issue = _is_issue(record)
    if issue and isinstance(fields, dict):
        record = {**fields, "key": record.get("key") or record.get("id")}
    record, columns = columns_of(record, mapping, known)
    if not issue and not mapping.pairs and not describes_ticket(record):
        return None
    try:
        ticket = ticket_of(record, columns, issue, known)
    except RecursionError as error:
        raise ReadError(f"{shown(path)}: ticket {row} is nested too deeply to be read. Export it as CSV.") from error
    return ticket_document(shown(path.with_suffix("")), ticket, row) if says_something(ticket) else None


def _from_lines(path: Path, mapping: ColumnMap) -> Iterator[Document]:
    """JSONL: what a line holds, by line number; all that is no ticket is named in one warning at the end."""
    lines = found = 0
    bad: list[int] = []
    why = ""
    for number, line in enumerate(lines_of(path, encoding_of(path)), 1):
        if not line.strip():
            continue
        lines += 1
        try:
            documents = [
                document
                for record in _records(json.loads(line))
                if (document := _from_record(path, record, mapping, number))
            ]
        except (ValueError, RecursionError, ReadError) as error:
            documents, why = [], why or f"line {number}: {error}"
        if not documents:
            bad.append(number)
        found += len(documents)
        yield from documents
    if not lines:
        raise Skipped(f"{shown(path)}: is empty.")
    if not found:
        raise ReadError(f"{shown(path)}: {f'holds no ticket ({why}). Export it again.' if why else _NO_TICKETS}")
    if bad:
        shown_lines = ", ".join(map(str, bad[:20])) + (" …" if len(bad) > 20 else "")
        _log.warning("%s: %d of %d lines are no tickets, left out: %s", shown(path), len(bad), lines, shown_lines)
