"""A page's text with listings whose long lines are broken at a mark → the same with these lines whole.

LaTeX's listings end the first part of such a line with a hooked arrow, which pdfium gives as "←-": copied with it, a
command does not run.
"""

from __future__ import annotations

import re
from ctypes import byref, c_double

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from ingest.readers.pdf_accents import GONE, JOINED

MARK = "←-"
_BROKEN = re.compile(MARK + r"[\r\n]+[^\S\r\n]*(?=\S)")
_INDENT = 20.0
"""Points that the rest of a line is set in, if listings are as they come."""
_HALF = 0.5


def unwrapped(textpage: pdfium.PdfTextPage, whole: str) -> str:
    """`whole`, a page's text whose places are those of pdfium, with signs for `pdf_accents.tidied` to make lines whole.

    A letter's width parts a mark from the letter before it; twice as much if a blank stood there. One that found no
    room stands before the rest of the line.
    """
    if MARK not in whole:
        return whole
    letters = list(whole)
    indented: dict[int, float] = {}  # where the rests of lines stand in the text, and where their lines begin
    for match in _BROKEN.finditer(whole):
        mark, rest = match.span()
        start = max(whole.rfind("\n", 0, mark), whole.rfind("\r", 0, mark)) + 1
        last = start + len(whole[start:mark].rstrip()) - 1
        if last < start:
            continue
        places = (_left(textpage, place) for place in (start, last, mark, rest))
        first, before, arrow, after = places
        first = indented[whole.rfind("\n", 0, rest) + 1] = indented.get(start, first)
        cell = _right(textpage, last) - before
        blank = arrow - before > (2 + _HALF) * cell or after - first - _INDENT > _HALF * cell
        letters[mark : mark + len(MARK)] = (GONE if blank else JOINED, JOINED)
    return "".join(letters)


def _left(textpage: pdfium.PdfTextPage, place: int) -> float:
    """Where the letter at a place of the text begins."""
    x, y = c_double(), c_double()
    pdfium_c.FPDFText_GetCharOrigin(textpage.raw, _index(textpage, place), byref(x), byref(y))
    return x.value


def _right(textpage: pdfium.PdfTextPage, place: int) -> float:
    box = pdfium_c.FS_RECTF()
    pdfium_c.FPDFText_GetLooseCharBox(textpage.raw, _index(textpage, place), byref(box))
    return float(box.right)


def _index(textpage: pdfium.PdfTextPage, place: int) -> int:
    return int(pdfium_c.FPDFText_GetCharIndexFromTextIndex(textpage.raw, place))
