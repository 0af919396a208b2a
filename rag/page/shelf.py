"""The catalogue → the documents that a person sees of it: those with the words that are typed, a page at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.filters import folded, has_status
from ingest.lexical import fold
from ingest.records import DocumentRow
from rag.page.strings import Say

PAGE = 20
"""Documents of one page."""
_NUMBER = re.compile(r"\d+")
_DIGITS = 12
_MARKS = " \t\"'«»“”‘’¿¡!?.,:;-–—_()[]{}<>*#/&@+"
STATUSES = ("open", "closed")
"""Sorts of status, beside the statuses themselves."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; what is empty narrows nothing. `status` is open, closed or a status as written."""

    words: str = ""
    kind: str = ""
    language: str = ""
    product: str = ""
    status: str = ""

    @property
    def narrows(self) -> int:
        """How many filters are set, the words aside."""
        return sum(map(bool, (self.kind, self.language, self.product, self.status)))


@dataclass(frozen=True, slots=True)
class Found:
    """A document, and whether the words are in its text only, not in its title, file or ticket number."""

    row: DocumentRow
    in_text: bool


class Shelf:
    """The documents of one state of the library by title, ready to be looked through within milliseconds."""

    def __init__(self, rows: Sequence[DocumentRow]) -> None:
        named = sorted(((_name(row), row) for row in rows), key=lambda pair: _order(pair[0]))
        self.rows = [row for _, row in named]
        self.products = sorted({row.fields.product for row in rows if row.fields.product}, key=folded)
        self.statuses = sorted({row.fields.status for row in rows if row.fields.status}, key=folded)
        self.languages = sorted({language for row in rows for language in row.languages})
        self.kinds = sorted({row.kind for row in rows})
        self._names = [name for name, _ in named]

    def look(self, wanted: Wanted, holding: set[str]) -> list[Found]:
        """By title: those named so, then those whose text does (`holding`: ids of those that hold the words)."""
        typed = fold(wanted.words).split()
        passing = [pair for pair in zip(self.rows, self._names, strict=True) if _passes(pair[0], wanted)]
        named = [Found(row, False) for row, name in passing if all(word in name for word in typed)]
        known = {found.row.id for found in named}
        return [*named, *(Found(row, True) for row, _ in passing if row.id in holding and row.id not in known)]


def languages(row: DocumentRow, say: Say) -> str:
    """What a document is written in, for people."""
    return ", ".join(say(f"lang_{language}") for language in row.languages)


def _name(row: DocumentRow) -> str:
    return fold(f"{row.title}\n{row.file}\n{row.fields.key}")


def _order(name: str) -> str:
    """As a person lists names: 2 before 10, whatever the marks and quotes before the first word."""
    return _NUMBER.sub(lambda number: number[0].zfill(_DIGITS), name.lstrip(_MARKS))


def _passes(row: DocumentRow, wanted: Wanted) -> bool:
    return (
        wanted.kind in ("", row.kind)
        and wanted.language in ("", *row.languages)
        and wanted.product in ("", row.fields.product)
        and (not wanted.status or _has_status(row.fields.status, wanted.status))
    )


def _has_status(held: str, wanted: str) -> bool:
    return has_status(held, wanted) if wanted in STATUSES else held == wanted
