"""A document's pages and sections → Parts: consecutive stretches that hold all of its text, once and in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, takewhile

from ingest.types import Page, Section

Count = Callable[[str], int]
"""Text to its length in tokens."""

# Best places to cut a page that is too long by itself.
_CUTS = tuple(re.compile(pattern) for pattern in (r"\n[ \t]*\n\s*", r"\n", r"(?<=[.!?…:;])\s+", r"\s+"))


@dataclass(frozen=True, slots=True)
class Slice:
    """A stretch of one page: `page.text[start:end]`, never empty."""

    page: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Part:
    """A section, a piece of a long one, or several short ones that share a parent.

    `path` is the titles from the chapter down, of several sections what they share; () before the first section.
    `level` is the heading's, 0 without one.
    `tokens` is the sum over the slices; 0: not counted.
    """

    ordinal: int
    path: tuple[str, ...]
    level: int
    slices: tuple[Slice, ...]
    tokens: int = 0

    @property
    def title(self) -> str:
        """Its own heading; "" without one."""
        return self.path[-1] if self.path else ""

    @property
    def first(self) -> int:
        """The page it begins on."""
        return self.slices[0].page

    @property
    def last(self) -> int:
        """The page it ends on."""
        return self.slices[-1].page


def sections_of(pages: Sequence[Page], sections: Sequence[Section]) -> tuple[Part, ...]:
    """A Part for the text of each section up to the next heading, and for what comes before the first.

    A section without text of its own is only found in the paths of those below it.
    """
    index = {page.number: i for i, page in enumerate(pages)}
    known = [s for s in sections if s.page in index]
    marks = [(index[s.page], max(0, min(s.start, len(pages[index[s.page]].text))), s) for s in known]
    marks.sort(key=lambda mark: mark[:2])
    starts = [(0, 0), *((at, start) for at, start, _ in marks), (len(pages), 0)]
    headings: list[Section] = []
    parts: list[Part] = []
    for n, (begin, end) in enumerate(pairwise(starts)):
        if n:
            headings = [h for h in headings if h.level < marks[n - 1][2].level] + [marks[n - 1][2]]
        if slices := tuple(_between(pages, begin, end)):
            path = tuple(" ".join(h.title.split()) for h in headings)
            parts.append(Part(len(parts), path, headings[-1].level if headings else 0, slices))
    return tuple(parts)


def outline(pages: Sequence[Page], sections: Sequence[Section], count: Count, limit: int) -> tuple[Part, ...]:
    """Parts of at most `limit` tokens: long sections are cut at pages and paragraphs, short neighbours that have the
    same parent are put together. A single character of more tokens than that stands alone."""
    texts = {page.number: page.text for page in pages}
    parts = [piece for part in sections_of(pages, sections) for piece in _pieces(part, texts, count, max(1, limit))]
    for depth in reversed(range(1 + max((len(part.path) for part in parts), default=0))):
        parts = _merged(parts, depth, limit)
    return tuple(replace(part, ordinal=n) for n, part in enumerate(parts))


def text_of(part: Part, pages: Mapping[int, Page]) -> str:
    """All of a part's text, a line end between pages."""
    return "\n".join(pages[s.page].text[s.start : s.end] for s in part.slices)


def _between(pages: Sequence[Page], begin: tuple[int, int], end: tuple[int, int]) -> Iterator[Slice]:
    for at in range(begin[0], min(end[0] + 1, len(pages))):
        a = begin[1] if at == begin[0] else 0
        b = end[1] if at == end[0] else len(pages[at].text)
        if a < b:
            yield Slice(pages[at].number, a, b)


def _pieces(part: Part, texts: Mapping[int, str], count: Count, limit: int) -> Iterator[Part]:
    """The part in consecutive pieces that fit."""
    held: list[Slice] = []
    tokens = 0
    for piece in (cut for s in part.slices for cut in _cut(s, texts[s.page], count, limit)):
        size = count(texts[piece.page][piece.start : piece.end])
        if held and tokens + size > limit:
            yield replace(part, slices=_joined(held), tokens=tokens)
            held, tokens = [], 0
        held.append(piece)
        tokens += size
    yield replace(part, slices=_joined(held), tokens=tokens)


def _cut(whole: Slice, text: str, count: Count, limit: int) -> Iterator[Slice]:
    if whole.end - whole.start == 1 or count(text[whole.start : whole.end]) <= limit:
        yield whole
        return
    middle = _middle(text, whole.start, whole.end)
    yield from _cut(Slice(whole.page, whole.start, middle), text, count, limit)
    yield from _cut(Slice(whole.page, middle, whole.end), text, count, limit)


def _middle(text: str, start: int, end: int) -> int:
    """The best place to cut near the middle: the coarsest boundary in the inner half, else the very middle."""
    low, high, half = start + (end - start) // 4, end - (end - start) // 4, (start + end) // 2
    for cut in _CUTS:
        places = [match.end() for match in cut.finditer(text, low, high) if start < match.end() < end]
        if places:
            return min(places, key=lambda place: abs(place - half))
    return half


def _merged(parts: Sequence[Part], depth: int, limit: int) -> list[Part]:
    """Neighbours below the same heading at `depth` put together as long as they fit; at 0, whole chapters."""
    chapters = [list(run) for _, run in groupby(parts, key=lambda part: part.path[:1])]
    whole = {id(run[0]) for run in chapters if len(run) == 1}
    merged: list[Part] = []
    open_to_more = False
    for part in parts:
        joins = id(part) in whole if depth == 0 else len(part.path) >= depth
        last = merged[-1] if merged else part
        alike = joins and open_to_more and last.path[:depth] == part.path[:depth]
        if merged and alike and last.tokens + part.tokens <= limit:
            merged[-1] = _together(last, part)
        else:
            merged.append(part)
        open_to_more = joins
    return merged


def _together(one: Part, other: Part) -> Part:
    shared = [a for a, b in takewhile(lambda pair: pair[0] == pair[1], zip(one.path, other.path, strict=False))]
    slices = _joined([*one.slices, *other.slices])
    return Part(0, tuple(shared), min(one.level, other.level, len(shared)), slices, one.tokens + other.tokens)


def _joined(slices: Iterable[Slice]) -> tuple[Slice, ...]:
    """The same text with what adjoins on a page in one slice."""
    joined: list[Slice] = []
    for s in slices:
        if joined and (joined[-1].page, joined[-1].end) == (s.page, s.start):
            joined[-1] = replace(joined[-1], end=s.end)
        else:
            joined.append(s)
    return tuple(joined)
