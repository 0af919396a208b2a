"""A page's text with words drawn after their line → the same with these words where they stand.

A browser that prints a page draws key caps and other shifted boxes last: "press Ctrl + S" comes as "press + ." with
"Ctrl S" at the page's end.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from ctypes import byref
from itertools import islice
from typing import NamedTuple

from pypdfium2 import raw as pdfium_c

from ingest.readers.pdf_lines import page_text
from ingest.readers.pdf_listings import Starts, name_of

_LEVEL = 2.5
"""Points between the baselines of a line and of a box that is shifted within it; a small fraction's parts: 3.4."""
_BESIDE = 8.0
"""Points between a line's end and a box that still belongs to it: a blank and the box's margin. The gutter of two
columns is wider."""
_OVERLAP = 1.0
_ITEM = re.compile(r"\s*(?:\d{1,3}[.)]|[A-Za-z][.)]|[•●▪◦])\s*")
_ITEM_LEVEL, _ITEM_BESIDE = 4.0, 36.0
"""The same for the mark of a list's item that is drawn after all of the item, in smaller letters: HTMLDOC does."""
_WORD = re.compile(r"\S+")
_OPENING, _CLOSING = ("(", "[", "“"), tuple(".,;:!?)]”")


class _Word(NamedTuple):
    start: int
    text: str
    left: float
    right: float


def settled(starts: Starts, text: str) -> str:
    """`text`, the page's own, with each late line whose every word fits a gap of an earlier line put into it.

    A line that is no more as it was drawn, because a table took it, stays as it is.
    """
    strays = _Page(starts, starts.whole).strays()
    if not strays:
        return text
    page = _Page(starts, page_text(starts.textpage))
    lines = text.split("\n")
    names = [name_of(line) for line in lines]
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

    def __init__(self, starts: Starts, whole: str) -> None:
        self._starts, self._whole, self._box = starts, whole, pdfium_c.FS_RECTF()
        self._known: dict[int, list[_Word]] = {}

    def name(self, line: int) -> str:
        """What a line is found by in the page's text."""
        return name_of(self._whole[slice(*self._starts.lines[line][:2])])

    def strays(self) -> dict[int, list[int]]:
        """Lines with gaps → the late lines whose words stand in these."""
        heights = [line.y for line in self._starts.lines]
        first = next((n for n in range(1, len(heights)) if heights[n] > heights[n - 1] + _LEVEL), len(heights))
        steps = defaultdict[int, list[int]](list)  # lines by their height in steps: level ones are two apart at most
        for number, height in enumerate(heights if first < len(heights) else ()):
            steps[int(height // _LEVEL)].append(number)
        found: dict[int, list[int]] = {}
        moved: set[int] = set()
        for late in range(first, len(heights)):
            step = int(heights[late] // _LEVEL)
            near = sorted(n for at in range(step - 2, step + 3) for n in steps.get(at, ()) if n < late - 1)
            reach = _ITEM_LEVEL if self._is_mark(late) else _LEVEL
            level = (n for n in near if abs(heights[n] - heights[late]) <= reach and n not in moved)
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
        (left, right), (first, last) = self._ends(host), self._ends(late)
        if left < right and first < last and (first > right + _BESIDE or last < left - _ITEM_BESIDE):
            return False
        taken, words = self._words(host), self._words(late)
        first, last = min(word.left for word in words), max(word.right for word in words)
        close = [one for one in taken if last > one.left + _OVERLAP and one.right - _OVERLAP > first]
        if any(
            word.right > one.left + _OVERLAP and one.right - _OVERLAP > word.left for one in close for word in words
        ):
            return False
        left, right = min(word.left for word in taken), max(word.right for word in taken)
        if self._is_mark(late):
            return left - _ITEM_BESIDE <= last < left and not _ITEM.match(taken[0].text)
        for word in sorted(words, key=lambda word: word.left):
            right = word.right if right < word.left <= right + _BESIDE else right
        for word in sorted(words, key=lambda word: -word.right):
            left = word.left if left - _BESIDE <= word.right < left else left
        return all(left - _OVERLAP <= word.left and word.right <= right + _OVERLAP for word in words)

    def _ends(self, line: int) -> tuple[float, float]:
        """Where a line's first letter begins and its last one ends."""
        start, end, x, _ = self._starts.lines[line]
        return x, self._right(start + len(self._whole[start:end].rstrip()) - 1)

    def _right(self, place: int) -> float:
        pdfium_c.FPDFText_GetLooseCharBox(self._starts.textpage.raw, self._starts.index(place), byref(self._box))
        return float(self._box.right)

    def _is_mark(self, line: int) -> bool:
        return bool(_ITEM.fullmatch(self._whole, *self._starts.lines[line][:2]))

    def _words(self, line: int) -> list[_Word]:
        if line not in self._known:
            self._known[line] = list(self._placed(line))
        return self._known[line]

    def _placed(self, line: int) -> Iterator[_Word]:
        for match in _WORD.finditer(self._whole, *self._starts.lines[line][:2]):
            left, _ = self._starts.origin(match.start())
            yield _Word(match.start(), match[0], left, self._right(match.end() - 1))


def _last(names: Sequence[str], wanted: Sequence[str], taken: set[int]) -> set[int]:
    """The last lines of these names that are not taken."""
    found: set[int] = set()
    for name in wanted:
        places = (n for n in reversed(range(len(names))) if names[n] == name and n not in taken | found)
        found.update(islice(places, 1))
    return found
