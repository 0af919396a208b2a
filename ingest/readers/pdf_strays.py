"""A page's text with words drawn after their line → the same with these words where they stand.

A browser that prints a page draws key caps and other shifted boxes last: "press Ctrl + S" comes as "press + ." with
"Ctrl S" at the page's end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from ctypes import byref, c_double
from itertools import islice
from typing import NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from ingest.readers.pdf_lines import page_text, raw_text

_LEVEL = 2.5
"""Points between the baselines of a line and of a box that is shifted within it; a small fraction's parts: 3.4."""
_BESIDE = 8.0
"""Points between a line's end and a box that still belongs to it: a blank and the box's margin. The gutter of two
columns is wider."""
_OVERLAP = 1.0
_WORD = re.compile(r"\S+")
_OPENING, _CLOSING = ("(", "[", "“"), tuple(".,;:!?)]”")


class _Word(NamedTuple):
    start: int
    text: str
    left: float
    right: float


def settled(textpage: pdfium.PdfTextPage, text: str) -> str:
    """`text`, the page's own, with each late line whose every word fits a gap of an earlier line put into it.

    A line that is no more as it was drawn, because a table took it, stays as it is.
    """
    strays = _Page(textpage, raw_text(textpage)).strays()
    if not strays:
        return text
    page = _Page(textpage, page_text(textpage))
    lines = text.split("\n")
    names = [_name(line) for line in lines]
    gone: set[int] = set()
    for host, late_lines in strays.items():
        if names.count(page.name(host)) != 1:
            continue
        place = names.index(page.name(host))
        late = _last(names, [page.name(line) for line in late_lines], gone | {place})
        if len(late) == len(late_lines):
            lines[place] = page.filled(host, late_lines) + "\r" * lines[place].endswith("\r")
            gone |= late
    return "\n".join(line for number, line in enumerate(lines) if number not in gone) if gone else text


class _Page:
    """The lines of a page by their numbers, and where they stand."""

    def __init__(self, textpage: pdfium.PdfTextPage, whole: str) -> None:
        self._textpage, self._whole = textpage.raw, whole
        self._same = textpage.count_chars() == len(self._whole)
        self._x, self._y, self._box = c_double(), c_double(), pdfium_c.FS_RECTF()
        self._refs = byref(self._x), byref(self._y)
        self._spans = [match.span() for match in re.finditer(r"[^\n]*\S[^\n]*", self._whole)]
        self._known: dict[int, list[_Word]] = {}

    def name(self, line: int) -> str:
        """What a line is found by in the page's text."""
        return _name(self._whole[slice(*self._spans[line])])

    def strays(self) -> dict[int, list[int]]:
        """Lines with gaps → the late lines whose words stand in these."""
        heights = [self._height(line) for line in range(len(self._spans))]
        first = next((n for n in range(1, len(heights)) if heights[n] > heights[n - 1] + _LEVEL), len(heights))
        found: dict[int, list[int]] = {}
        moved: set[int] = set()
        for late in range(first, len(heights)):
            level = (n for n in range(late - 1) if abs(heights[n] - heights[late]) <= _LEVEL and n not in moved)
            host = next((n for n in level if self._fits(late, n)), None)
            if host is not None:
                found.setdefault(host, []).append(late)
                moved.add(late)
        return found

    def filled(self, host: int, strays: Sequence[int]) -> str:
        """A line with the words of others in its gaps."""
        words = [(word, line == host) for line in (host, *strays) for word in self._words(line)]
        text, before = "", True
        for word, own in sorted(words, key=lambda pair: pair[0].left):
            close = before != own and (text.endswith(_OPENING) if before else word.text.startswith(_CLOSING))
            text += word.text if close or not text else f" {word.text}"
            before = own
        return text

    def _fits(self, late: int, host: int) -> bool:
        """Whether each word of a line stands in a gap of another one, or directly beside it."""
        taken, words = self._words(host), self._words(late)
        if any(
            word.right > one.left + _OVERLAP and one.right - _OVERLAP > word.left for word in words for one in taken
        ):
            return False
        left, right = min(word.left for word in taken), max(word.right for word in taken)
        for word in sorted(words, key=lambda word: word.left):
            right = word.right if right < word.left <= right + _BESIDE else right
        for word in sorted(words, key=lambda word: -word.right):
            left = word.left if left - _BESIDE <= word.right < left else left
        return all(left - _OVERLAP <= word.left and word.right <= right + _OVERLAP for word in words)

    def _height(self, line: int) -> float:
        start, end = self._spans[line]
        text = self._whole[start:end]
        self._origin(start + len(text) - len(text.lstrip()))
        return self._y.value

    def _words(self, line: int) -> list[_Word]:
        if line not in self._known:
            self._known[line] = list(self._placed(line))
        return self._known[line]

    def _placed(self, line: int) -> Iterator[_Word]:
        for match in _WORD.finditer(self._whole, *self._spans[line]):
            self._origin(match.start())
            left = self._x.value
            pdfium_c.FPDFText_GetLooseCharBox(self._textpage, self._index(match.end() - 1), byref(self._box))
            yield _Word(match.start(), match[0], left, self._box.right)

    def _origin(self, place: int) -> None:
        pdfium_c.FPDFText_GetCharOrigin(self._textpage, self._index(place), *self._refs)

    def _index(self, place: int) -> int:
        return place if self._same else int(pdfium_c.FPDFText_GetCharIndexFromTextIndex(self._textpage, place))


def _name(line: str) -> str:
    return line.strip().replace("\ufffe", "\x02")


def _last(names: Sequence[str], wanted: Sequence[str], taken: set[int]) -> set[int]:
    """The last lines of these names that are not taken."""
    found: set[int] = set()
    for name in wanted:
        places = (n for n in reversed(range(len(names))) if names[n] == name and n not in taken | found)
        found.update(islice(places, 1))
    return found
