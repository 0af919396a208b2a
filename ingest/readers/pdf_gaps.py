"""A page's text with blanks that only pdfium sees within code → the same without them.

LaTeX's listings spread the letters of a command over cells wider than theirs, and signs lie off the middle of theirs:
"dpkg-reconfigure" comes as "dpkg -reconfigure", which cannot be run.
"""

from __future__ import annotations

import re
from ctypes import byref, c_double

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from ingest.readers.pdf_accents import GONE
from ingest.readers.pdf_type import type_of

_SIGNS = "-,;=<>/_"
_BLANK = re.compile(f" [{_SIGNS}]")
"""Blanks before a sign. Before "%" a Spanish one is set narrow, and between words they are where they should be."""
_CLOSE = 0.33
"""A gap that is no blank, in widths of a letter. Measured: 0.2 to 0.31 within code, 0.36 and more between words."""


def may_gape(text: str) -> bool:
    """Whether a text has blanks to look at; most pages of prose have none."""
    return any(f" {sign}" in text for sign in _SIGNS)


def closed(textpage: pdfium.PdfTextPage, whole: str) -> str:
    """`whole`, a page's text whose places are those of pdfium, GONE standing where a blank is none.

    Only what is set in letters of one width is looked at: there a blank is as wide as a letter.
    """
    if not may_gape(whole):
        return whole
    raw, letters = textpage.raw, None
    same = textpage.count_chars() == len(whole)
    before, x, y = pdfium_c.FS_RECTF(), c_double(), c_double()
    refs = byref(before), byref(x), byref(y)
    for match in _BLANK.finditer(whole):
        place = match.start()
        if not place or whole[place - 1].isspace():
            continue
        index = place if same else pdfium_c.FPDFText_GetCharIndexFromTextIndex(raw, place)
        pdfium_c.FPDFText_GetLooseCharBox(raw, index - 1, refs[0])
        pdfium_c.FPDFText_GetCharOrigin(raw, index + 1, refs[1], refs[2])
        if not 0 <= x.value - before.right < _CLOSE * (before.right - before.left):
            continue
        if pdfium_c.FPDFText_IsGenerated(raw, index) != 1:
            continue
        first, second = type_of(textpage, index - 1), type_of(textpage, index + 1)
        if first.fixed and (first.font, first.size) == (second.font, second.size):
            letters = letters or list(whole)
            letters[place] = GONE
    return "".join(letters) if letters else whole
