"""A page's text with underscores that are drawn, not set → the same with the underscores.

TeX's older fonts of several widths hold no "_": it draws a short line on the baseline, and pdfium sees a blank there.
"max_run_time" comes as "max run time", which is no option, and no search for its name finds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import byref, c_double, c_float
from typing import NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from ingest.readers.pdf_type import type_of

_MOST = 2_000
"""Things on a page above which it holds a drawing."""
_SHORTEST, _LONGEST, _THICKEST = 1.5, 8.0, 1.2
_WIDTHS = 0.25, 0.5
"""Heights of a font by which such a line is long: it is drawn 0.3 long and has ends of its own thickness."""
_OFF = 0.08
"""Heights of a font by which it may be off the baseline: what underlines a letter is further below it."""
_NEAR = 0.3
"""Heights of a font between the line and the letters on both sides of it, at most."""


class _Stroke(NamedTuple):
    left: float
    bottom: float
    right: float


def may_be_underscored(textpage: pdfium.PdfTextPage) -> bool:
    """Whether a page has short lines to look at; most have none."""
    return next(_strokes(textpage), None) is not None


def underscored(textpage: pdfium.PdfTextPage, whole: str) -> str:
    """`whole`, a page's text whose places are those of pdfium, "_" for a blank where a line is drawn instead."""
    letters = list(whole)
    for stroke in _strokes(textpage):
        place = _blank_at(textpage, whole, stroke)
        if place:
            letters[place] = "_"
    return "".join(letters)


def _strokes(textpage: pdfium.PdfTextPage) -> Iterator[_Stroke]:
    """The short level lines on a page."""
    page = textpage.parent.raw
    box = [c_float() for _ in range(4)]
    refs = [byref(side) for side in box]
    count = pdfium_c.FPDFPage_CountObjects(page)
    for index in range(count if count <= _MOST else 0):
        item = pdfium_c.FPDFPage_GetObject(page, index)
        if pdfium_c.FPDFPageObj_GetType(item) != pdfium_c.FPDF_PAGEOBJ_PATH:
            continue
        if pdfium_c.FPDFPageObj_GetBounds(item, *refs):
            left, bottom, right, top = (side.value for side in box)
            if _SHORTEST < right - left < _LONGEST and top - bottom < _THICKEST:
                yield _Stroke(left, bottom, right)


def _blank_at(textpage: pdfium.PdfTextPage, whole: str, stroke: _Stroke) -> int:
    """The place of the blank that stands for a line between two letters; 0 if it is between none or not theirs."""
    raw = textpage.raw
    near = pdfium_c.FPDFText_GetCharIndexAtPos(raw, stroke.left - 1, stroke.bottom + 1.5, 2, 4)
    if near < 0:
        return 0
    place = pdfium_c.FPDFText_GetTextIndexFromCharIndex(raw, near)
    place += whole[place : place + 1] != " "  # what is met is the letter or the blank, whose box is empty
    if not 0 < place < len(whole) - 1 or whole[place] != " " or not (whole[place - 1] + whole[place + 1]).isprintable():
        return 0
    first, second = (pdfium_c.FPDFText_GetCharIndexFromTextIndex(raw, place + side) for side in (-1, 1))
    size = type_of(textpage, first).size
    x, y, before = c_double(), c_double(), pdfium_c.FS_RECTF()
    pdfium_c.FPDFText_GetLooseCharBox(raw, first, byref(before))
    pdfium_c.FPDFText_GetCharOrigin(raw, second, byref(x), byref(y))
    short = _WIDTHS[0] * size < stroke.right - stroke.left < _WIDTHS[1] * size
    level = abs(stroke.bottom - y.value) <= _OFF * size
    gaps = stroke.left - before.right, x.value - stroke.right
    return place if short and level and all(-_OFF * size <= gap <= _NEAR * size for gap in gaps) else 0
