"""Text and headings → a Document with pages of a readable size."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import Skipped
from ingest.language import detect
from ingest.readers.charset import clean
from ingest.readers.names import shown
from ingest.types import Document, Page, Section

LONG = 6_000
"""Characters a text without pages of its own may have before it is cut into several."""
SHORT = 2_000
"""Characters a page collects before the next chapter begins a new one."""
LONGEST = 12_000
"""Characters no such page exceeds."""
MAX_SECTIONS = 5_000
_BLANK = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading at character `start` of a text; `level` 1 is the highest."""

    title: str
    level: int
    start: int


def document(path: Path, title: str, pages: tuple[Page, ...], sections: tuple[Section, ...] = ()) -> Document:
    """A manual of these pages, its language found out; the file's name stands in for an empty title.

    Raises Skipped if there is nothing to read in it.
    """
    if not any(page.text.strip() for page in pages):
        raise Skipped(f"{shown(path)}: has no text.")
    text = "\n".join(page.text for page in pages)
    return Document("", "manual", one_line(title) or shown(path.with_suffix("")), detect(text), pages, sections)


def from_text(path: Path, title: str, text: str, headings: list[Heading]) -> Document:
    """A manual from one run of text, cut into pages 1, 2, 3 … where its chapters begin if it is long.

    Raises Skipped if there is nothing to read in it.
    """
    headings = [heading for heading in headings if heading.title][:MAX_SECTIONS]
    starts = _page_starts(text, headings)
    ends = [*starts[1:], len(text)]
    raw = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    cut = [len(page) - len(page.lstrip("\n")) for page in raw]
    pages = tuple(Page(number, str(number), page.strip("\n").rstrip()) for number, page in enumerate(raw, 1))
    sections = []
    for heading in headings:
        page = bisect_right(starts, heading.start)
        offset = heading.start - starts[page - 1] - cut[page - 1]
        sections.append(Section(one_line(heading.title), heading.level, page, max(0, offset)))
    return document(path, title, pages, tuple(sections))


def one_line(title: str) -> str:
    """A title on one line, of a length that fits a breadcrumb."""
    return " ".join(clean(title).split())[:200]


def _page_starts(text: str, headings: list[Heading]) -> list[int]:
    starts = [0]
    if len(text) <= LONG:
        return starts
    chapters = _chapter_starts(headings)
    for start in [*chapters, len(text)]:
        while start - starts[-1] > LONGEST:
            starts.append(_cut(text, starts[-1], headings))
        if start < len(text) and start - starts[-1] >= SHORT:
            starts.append(start)
    return starts


def _chapter_starts(headings: list[Heading]) -> list[int]:
    """Where the headings of the highest level that has more than one begin."""
    for level in sorted({heading.level for heading in headings}):
        found = [heading.start for heading in headings if heading.level == level]
        if len(found) > 1:
            return [heading.start for heading in headings if heading.level <= level]
    return []


def _cut(text: str, start: int, headings: list[Heading]) -> int:
    """The best place to end a page that would be too long: a heading, else a blank line, a line, a word, a letter."""
    low, high = start + SHORT, start + LONGEST
    inside = [heading.start for heading in headings if low <= heading.start <= high]
    if inside:
        return inside[-1]
    blanks = [match.end() for match in _BLANK.finditer(text, low, high)]
    if blanks:
        return blanks[-1]
    return max(text.rfind("\n", low, high), text.rfind(" ", low, high)) + 1 or high
