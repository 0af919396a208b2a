"""A page's text with flat listings → the same with the indentation that their lines are printed with.

pdfium gives lines without the white before them, and a program or a configuration copied so does not work.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from ctypes import byref, c_double
from itertools import pairwise
from statistics import median
from typing import NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from ingest.readers.pdf_lines import page_text
from ingest.readers.pdf_type import fixed_size

_LINE = re.compile(r"[^\S\n]*(\S)[^\n]*")
_PAIR = re.compile(r"[^\W_]{2}")
_SHIFTED = 1.5
"""Points between the beginnings of two lines of which one is indented: half a letter of the smallest print."""
_FARTHEST = 5.0
"""Heights of a font between the lines of a listing, at most: what is farther below is another one."""
_DEEPEST = 60
"""Blanks before a line, at most: what stands farther to the right is set there, not indented."""
_SAMPLE = 12
"""Pairs of letters by which the width of one is told."""


class Start(NamedTuple):
    """A line of a page's text, from place `start` to `end`, and the point where its first letter stands."""

    start: int
    end: int
    x: float
    y: float


class Starts:
    """The lines of a page that hold anything, in the order of its text."""

    def __init__(self, textpage: pdfium.PdfTextPage, whole: str) -> None:
        """`whole` is the page's text, whose places are those of pdfium."""
        self.textpage, self._raw = textpage, textpage.raw
        self._same = textpage.count_chars() == len(whole)
        self._x, self._y = c_double(), c_double()
        self._refs = byref(self._x), byref(self._y)
        self.whole = whole
        self.lines = [Start(*match.span(), *self.origin(match.start(1))) for match in _LINE.finditer(whole)]

    def index(self, place: int) -> int:
        """pdfium's index of the letter at a place of the text."""
        return place if self._same else int(pdfium_c.FPDFText_GetCharIndexFromTextIndex(self._raw, place))

    def origin(self, place: int) -> tuple[float, float]:
        """The point where the letter at a place stands."""
        pdfium_c.FPDFText_GetCharOrigin(self._raw, self.index(place), *self._refs)
        return self._x.value, self._y.value


def indented(starts: Starts, text: str) -> str:
    """`text`, made of the page's lines, with blanks before those that stand deeper than others of their listing.

    A listing are lines below one another in letters of one width. A line that is no more as it was drawn stays flat.
    """
    depths = _depths(starts)
    if not depths:
        return text
    whole = page_text(starts.textpage)
    waiting: defaultdict[str, deque[int]] = defaultdict(deque)
    for number, line in enumerate(starts.lines):
        waiting[name_of(whole[line.start : line.end])].append(depths.get(number, 0))
    return "\n".join(_set_in(line, waiting.get(name_of(line))) for line in text.split("\n"))


def _set_in(line: str, depths: deque[int] | None) -> str:
    depth = depths.popleft() if depths else 0
    return " " * depth + line.lstrip() if depth else line


def name_of(line: str) -> str:
    """What a line is known by again: pdfium has two signs for a hyphen at its end, and blanks around tell nothing."""
    return line.strip().replace("\ufffe", "\x02")


def _depths(starts: Starts) -> dict[int, int]:
    """Lines by their numbers → the blanks that belong before them."""
    lines = starts.lines
    shifted = [n for n, (a, b) in enumerate(pairwise(lines)) if abs(a.x - b.x) > _SHIFTED and b.y < a.y]
    found: dict[int, int] = {}
    known: dict[int, float] = {}
    done = -1
    for number in shifted:
        if number < done or not (_height(starts, number, known) and _height(starts, number + 1, known)):
            continue
        run = _run(starts, number, known)
        done = run.stop - 1
        found.update(_in_cells(starts, run))
    return found


def _run(starts: Starts, number: int, known: dict[int, float]) -> range:
    """The lines of the listing that a line is in."""
    first, last = number, number
    while first and _follows(starts, first - 1, known):
        first -= 1
    while last + 1 < len(starts.lines) and _follows(starts, last, known):
        last += 1
    return range(first, last + 1)


def _follows(starts: Starts, number: int, known: dict[int, float]) -> bool:
    """Whether the next line goes on with a line's listing."""
    line, after = starts.lines[number : number + 2]
    height = _height(starts, number, known)
    return bool(height and 0 < line.y - after.y <= _FARTHEST * height and _height(starts, number + 1, known) == height)


def _height(starts: Starts, number: int, known: dict[int, float]) -> float:
    """The height of a line's font if all of it is in letters of one width, else 0."""
    if number not in known:
        line = starts.lines[number]
        words = starts.whole[line.start : line.end]
        first = line.start + len(words) - len(words.lstrip())
        size = fixed_size(starts.textpage, starts.index(first))
        if size:
            size = min(size, fixed_size(starts.textpage, starts.index(line.start + len(words.rstrip()) - 1)))
        known[number] = round(size, 1)
    return known[number]


def _in_cells(starts: Starts, run: Sequence[int]) -> dict[int, int]:
    """How many letters' widths each line of a listing is farther to the right than its leftmost; only those that are.

    The rest of a line that went on in the next is told by its mark and belongs to it.
    """
    lines = [starts.lines[number] for number in run]
    widths = sorted(_widths(starts, lines))
    if not widths:
        return {}
    cell, margin = median(widths), min(line.x for line in lines)
    depths = {number: round((starts.lines[number].x - margin) / cell) for number in run} if cell > 0 else {}
    return {number: depth for number, depth in depths.items() if 0 < depth <= _DEEPEST}


def _widths(starts: Starts, lines: Sequence[Start]) -> Iterator[float]:
    """How far apart letters stand that follow one another, of some words: more than they are wide, at times."""
    left = _SAMPLE
    for line in lines:
        for pair in _PAIR.finditer(starts.whole, line.start, line.end):
            yield starts.origin(pair.start() + 1)[0] - starts.origin(pair.start())[0]
            left -= 1
            if not left:
                return
