"""Bookmarks of a PDF + its pages' text → sections that begin where their headings stand."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import NamedTuple

from ingest.types import Section


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of an outline: `page` from 1 (0: it names none), `depth` how far down that page, from 0 to 1."""

    title: str
    level: int
    page: int = 0
    depth: float = 0.0


def locate(bookmarks: Sequence[Bookmark], texts: Sequence[str]) -> tuple[Section, ...]:
    """Sections in reading order, each at its heading in `texts`; where it cannot be found, at about its depth."""
    folded: dict[int, _Folded] = {}
    sections: list[Section] = []
    for bookmark in sorted(_with_pages(bookmarks), key=lambda bookmark: bookmark.page):
        page = bookmark.page
        if page not in folded:
            folded[page] = _fold(texts[page - 1])
        after = sections[-1].start + 1 if sections and sections[-1].page == page else 0
        start = _find(bookmark, folded[page], after)
        sections.append(Section(bookmark.title, bookmark.level, page, start))
    return tuple(sorted(sections, key=lambda section: (section.page, section.start)))


def _with_pages(bookmarks: Sequence[Bookmark]) -> list[Bookmark]:
    """The titled ones; one that names no page begins where the next does."""
    found: list[Bookmark] = []
    for bookmark in reversed(bookmarks):
        if not bookmark.page and found:
            bookmark = replace(bookmark, page=found[-1].page, depth=found[-1].depth)
        if bookmark.page and bookmark.title.strip():
            found.append(bookmark)
    return found[::-1]


class _Folded(NamedTuple):
    """A page without case and accents, the same without white space, and where words begin in the one and the other."""

    text: str
    letters: str
    words: list[int]
    starts: list[int]

    def place(self, letter: int) -> int:
        """Where a letter of those without white space stands in the text."""
        word = bisect_right(self.starts, letter) - 1
        return self.words[word] + letter - self.starts[word]


def _fold(text: str) -> _Folded:
    text = text.translate(_FOLD)
    words = text.split()
    starts = list(accumulate(map(len, words), initial=0))
    return _Folded(text, "".join(words), [match.start() for match in _WORD.finditer(text)], starts[:-1])


def _find(bookmark: Bookmark, page: _Folded, after: int) -> int:
    """The heading on lines of its own, at a line's start, or anywhere; else the line nearest to its depth."""
    title = bookmark.title.translate(_FOLD)
    # Without its number too, which the page may write otherwise; what looks like one may be a word: "I lost my key".
    spellings = dict.fromkeys("".join(words.split()) for words in (_NUMBERED.sub("", title) or title, title))
    usable = [
        (kind, place < after, place)
        for letters in spellings
        for kind, place in (_rate(page.text, start, end) for start, end in _occurrences(letters, page))
        if kind < _ANYWHERE or len(letters) > 3
    ]
    if not usable:
        return page.text.rfind("\n", 0, round(bookmark.depth * len(page.text))) + 1
    return min(usable)[2]


def _occurrences(letters: str, page: _Folded) -> Iterator[tuple[int, int]]:
    place = page.letters.find(letters)
    while place >= 0:
        yield page.place(place), page.place(place + len(letters) - 1) + 1
        place = page.letters.find(letters, place + 1)


_ALONE, _FIRST, _ANYWHERE = range(3)


def _rate(text: str, start: int, end: int) -> tuple[int, int]:
    """How well an occurrence stands for a heading, and where the heading begins with its number or chapter line."""
    line = text.rfind("\n", 0, start) + 1
    before = text[line:start].strip()
    if before and not _NUMBER.fullmatch(before):
        return _ANYWHERE, start
    above = text.rfind("\n", 0, max(line - 1, 0)) + 1
    second = text.rfind("\n", 0, max(above - 1, 0)) + 1  # Sphinx prints "CHAPTER" and "FIVE" on a line each
    chapter = (at for at in (above, second) if _CHAPTER.fullmatch(" ".join(text[at:line].split())))
    begins = line if before else next(chapter, line)
    rest = text[end : max(text.find("\n", end), 0) or len(text)].strip()
    return (_FIRST if rest else _ALONE), begins


def _fold_letter(code: int) -> str:
    """One letter for one letter, without case and accents, so that places stay."""
    base = unicodedata.normalize("NFKD", chr(code))[0].lower()
    return base if len(base) == 1 and not base.isspace() else chr(code)


_FOLD = str.maketrans(
    {chr(code): _fold_letter(code) for code in (*range(0x41, 0x5B), *range(0xC0, 0x250))}
    | dict(zip("“”«»‘’–—", '""""\'\'--', strict=True))
)
_WORD = re.compile(r"\S+")
_NUMBERED = re.compile(r"^(?:[a-z]|\d+)(?:\.\d+)*\.?\s+")
_CHAPTER = re.compile(
    r"(?:chapter|capitulo|appendix|apendice|section|seccion|anexo|annex|part|parte)\s+[\w.]{1,12}[.:]?"
)
_NUMBER = re.compile(rf"(?:{_CHAPTER.pattern}|(?:[a-z]|[ivxlc]{{1,6}}|\d{{1,3}})(?:\.\d{{1,3}})*[.:)]?)[\s.–-]*")
