"""Passage → the whole section around it, as stretches of its pages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ingest.types import Page, Section
from rag.types import Passage

LARGEST = 6_000
"""Characters (about three pages) up to which a section is taken for its parent, so that a step is not read alone."""

_BESIDE = 0.5
"""What a stretch beside the passage itself counts, against the passage."""


class Pages(Protocol):
    """What a library knows of a document's text."""

    def page(self, document_id: str, number: int) -> Page | None:
        """One page, or None."""

    def sections(self, document_id: str) -> list[Section]:
        """All sections, in order."""


@dataclass(frozen=True, slots=True)
class Extent:
    """From one place of a document up to another, which is not part of it: (page, offset in its text) each."""

    first: tuple[int, int]
    last: tuple[int, int] | None


def around(library: Pages, passage: Passage, most: int = LARGEST) -> tuple[Passage, ...]:
    """The largest section around a passage that has at most `most` characters, parents included, page by page.

    A section that is longer even without its parts gives its stretch on the passage's own page, and where that is
    too long, or a document has no sections, the page or the passage itself. Every stretch is verbatim.
    """
    sections = library.sections(passage.document_id)
    for extent in extents(sections, passage.page, passage.start):
        found = _slices(library, passage, extent, most)
        if found:
            return found
    start, end = _on_page(sections, passage)
    page = library.page(passage.document_id, passage.page)
    text = page.text[start:end] if page else ""
    if passage.text not in text or len(text) > most:
        return (passage,)
    return (_slice(passage, passage.page, passage.label, start, text),)


def path_to(sections: Sequence[Section], place: tuple[int, int]) -> str:
    """The headings above a place (page, offset), from the chapter down, parted by " › "; "" before the first."""
    path: list[Section] = []
    for section in sections:
        if (section.page, section.start) > place:
            break
        path = [*(one for one in path if one.level < section.level), section]
    return " › ".join(section.title for section in path)


def extents(sections: Sequence[Section], page: int, start: int) -> list[Extent]:
    """The sections around a place, the largest first, the innermost last."""
    places = [(s.page, s.start) for s in sections]
    home = bisect_right(places, (page, start)) - 1
    found: list[Extent] = []
    level = None
    for at in range(home, -1, -1):
        if level is not None and sections[at].level >= level:
            continue
        level = sections[at].level
        after = next((i for i in range(home + 1, len(sections)) if not found or sections[i].level <= level), None)
        found.append(Extent(places[at], places[after] if after is not None else None))
    return found[::-1]


def _slices(library: Pages, passage: Passage, extent: Extent, most: int) -> tuple[Passage, ...]:
    """The pages of an extent; none when it is longer than `most` or does not hold the passage."""
    found: list[Passage] = []
    size, number = 0, extent.first[0]
    while extent.last is None or number <= extent.last[0]:
        page = library.page(passage.document_id, number)
        if page is None:
            break
        start = extent.first[1] if number == extent.first[0] else 0
        end = extent.last[1] if extent.last and number == extent.last[0] else len(page.text)
        size += end - start
        if size > most:
            return ()
        text = page.text[start:end]
        if text.strip():
            found.append(_slice(passage, number, page.label, start, text))
        number += 1
    held = any(s.page == passage.page and s.start <= passage.start and passage.end <= s.end for s in found)
    return tuple(found) if held else ()


def _slice(passage: Passage, number: int, label: str, start: int, text: str) -> Passage:
    lead = len(text) - len(text.lstrip())
    body = text.strip()
    here = number == passage.page
    return replace(
        passage, page=number, label=label, start=start + lead, end=start + lead + len(body), text=body,
        score=passage.score if here else passage.score * _BESIDE, twins=passage.twins if here else (),
    )  # fmt: skip


def _on_page(sections: Sequence[Section], passage: Passage) -> tuple[int, int]:
    """From the last heading on the passage's page before it, to the first after it."""
    starts = [s.start for s in sections if s.page == passage.page]
    before = [at for at in starts if at <= passage.start]
    after = [at for at in starts if at >= passage.end]
    return max(before, default=0), min(after, default=1 << 60)
