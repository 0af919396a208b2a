"""Documents of one export → the same with dates that could be read two ways told by the export's other dates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ingest.filters import iso_day
from ingest.types import Document, Language

MOST_HELD = 2_000
"""Tickets that are kept waiting for one whose date shows the order."""
_NUMBERS = re.compile(r"\s*(\d{1,2})([/ -])(\d{1,2})\2(?:\d{4}|\d\d)(?!\d)")


def in_one_order(documents: Iterable[Document]) -> Iterator[Document]:
    """The documents in order; a `created` or `updated` like 03/04/2025 becomes 2025-04-03 or 2025-03-04 in all alike.

    13/04/2025 or 04/13/2025 anywhere in the export shows which. Where none does, most tickets' language decides: the
    month stands first in English.
    """
    held: list[Document] = []
    order: Language | None = None
    for document in documents:
        order = order or _order(document)
        if order is None and (held or _has_odd(document)) and len(held) < MOST_HELD:
            held.append(document)
            continue
        if held:
            order = order or _usual(held)
            yield from (_read(waiting, order) for waiting in held)
            held = []
        yield _read(document, order) if order else document
    yield from (_read(waiting, order or _usual(held)) for waiting in held)


def _parts(document: Document) -> list[tuple[int, int]]:
    found = map(_NUMBERS.match, (document.fields.created, document.fields.updated))
    return [(int(match[1]), int(match[3])) for match in found if match]


def _order(document: Document) -> Language | None:
    """The language whose order of day and month its dates can only be in."""
    for first, second in _parts(document):
        if max(first, second) <= 31 and (first > 12) != (second > 12):
            return "es" if first > 12 else "en"
    return None


def _has_odd(document: Document) -> bool:
    return any(1 <= min(pair) <= max(pair) <= 12 for pair in _parts(document))


def _usual(documents: Sequence[Document]) -> Language:
    return Counter(document.language for document in documents).most_common(1)[0][0]


def _read(document: Document, order: Language) -> Document:
    fields = document.fields
    read = replace(fields, created=_dated(fields.created, order), updated=_dated(fields.updated, order))
    return document if read == fields else replace(document, fields=read)


def _dated(date: str, order: Language) -> str:
    """An ISO 8601 day and what follows it, where day and month are numbers; any other date as it is written."""
    found = _NUMBERS.match(date)
    day = iso_day(date, order) if found else None
    return f"{day}{date[found.end() :]}" if found and day else date
