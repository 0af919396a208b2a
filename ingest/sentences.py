"""Text → the stretches that can stand as a quote: sentences, list items, table rows."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ITEM = re.compile(r"(?:[-•*●▪◦–⇢]|\d{1,2}[.)]|[a-z][.)]|#+|\$)\s")
_END = re.compile(r"""[.!?…]["”»')\]]*(?=\s+[^\sa-záéíóúñ]|\s*$)|[:;](?=\n)""")
_ABBREVIATION = re.compile(r"\b(?:ej|etc|e\.g|i\.e|vs|Sr|Sra|Dr|No|núm|pág|fig|Fig|aprox|máx|mín|cap|art|[^\W\d_])\.$")
LONGEST = 600
"""Characters after which a run without an end is cut at a line."""


def sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of each, in order: never overlapping, never blank, `text[start:end]` verbatim.

    A blank line, a list item and a table row end a sentence; a single line end does not.
    """
    found: list[tuple[int, int]] = []
    for a, b in _blocks(text):
        found.extend(_split(text, a, b))
    return found


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Runs of lines that belong together."""
    start = position = 0
    row = False
    for line in text.splitlines(keepends=True):
        body = line.strip()
        is_row = " | " in line
        if not body or _ITEM.match(body) or is_row or row or position - start > LONGEST:
            yield start, position
            start = position
        row = is_row
        position += len(line)
    yield start, position


def _split(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    a = start
    for match in _END.finditer(text, start, end):
        if _ABBREVIATION.search(text[a : match.end()]):
            continue
        yield from _trimmed(text, a, match.end())
        a = match.end()
    yield from _trimmed(text, a, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    body = text[start:end]
    stripped = body.strip()
    if any(c.isalnum() for c in stripped):
        a = start + body.index(stripped)
        yield a, a + len(stripped)
