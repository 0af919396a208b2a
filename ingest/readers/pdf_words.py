"""A page of a PDF and the grids on it → the words there, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ctypes import byref, c_double
from typing import NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from ingest.readers.pdf_rules import Grid, Turn

BASELINE = 2.0
HEADER = 20.0
"""Points above the highest of rules alone in which the line of a header may stand."""
WORD = re.compile(r"\S+")
_LETTER = 5.0


class Word(NamedTuple):
    """A word of the page's text, from `start`; (x, y) is where its first letter stands, `right` where it ends."""

    start: int
    text: str
    x: float
    y: float
    right: float


class Places:
    """Where on a page the words of its text stand."""

    def __init__(self, textpage: pdfium.PdfTextPage, whole: str, turn: Turn, ends: bool) -> None:
        self._textpage, self._whole, self._turn, self._ends = textpage.raw, whole, turn, ends
        # Where every letter of the page is in its text, places need no translation.
        self._same = textpage.count_chars() == len(whole)
        self._x, self._y = c_double(), c_double()
        self._refs = byref(self._x), byref(self._y)

    def beside(self, found: Sequence[Grid]) -> list[Word]:
        """The words of the lines that begin at the height of a grid, or right above one of rules alone."""
        heights = [(grid.rows[0], grid.rows[-1] + (0 if grid.down else HEADER)) for grid in found]
        words: list[Word] = []
        position = 0
        for line in self._whole.split("\n"):
            matches = WORD.finditer(self._whole, position, position + len(line))
            if (match := next(matches, None)) is not None:
                first = self._word(match)
                if any(bottom <= first.y <= top for bottom, top in heights):
                    words += (first, *map(self._word, matches))
            position += len(line) + 1
        return words

    def _word(self, match: re.Match[str]) -> Word:
        x, y = self._origin(match.start())
        # A last letter's own width is guessed: half of the usual height of letters is near enough.
        right = max(self._origin(match.end() - 1)[0], x) + _LETTER if self._ends else x
        return Word(match.start(), match[0], x, y + BASELINE, right)

    def _origin(self, place: int) -> tuple[float, float]:
        index = place if self._same else pdfium_c.FPDFText_GetCharIndexFromTextIndex(self._textpage, place)
        pdfium_c.FPDFText_GetCharOrigin(self._textpage, index, *self._refs)
        return self._turn.point(self._x.value, self._y.value)
