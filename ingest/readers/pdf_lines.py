"""A page of a PDF → its text and its lines, each with the size and weight of its letters."""

from __future__ import annotations

import re
from ctypes import POINTER, c_int, c_ushort, cast, create_string_buffer
from dataclasses import dataclass
from functools import lru_cache
from math import hypot

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from ingest.readers.pdf_accents import LOOSE, alike, composed, tidied
from ingest.readers.pdf_mojibake import righted
from ingest.readers.pdf_wraps import MARK, unwrapped

_BOLD = re.compile(r"bold|black|heavy|semib|demi(?!rom)|[-,]bd|cmb|cmss?bx|sfbx|sfb[^a-z]|lmb|ecbx", re.IGNORECASE)
_FIXED = re.compile(r"mono|courier|consol|typewriter|menlo|fixed|cmtt|sftt|t1xtt|lmtt|ectt", re.IGNORECASE)
_FIXED_FLAG, _FORCE_BOLD_FLAG = 1 << 0, 1 << 18  # PDF 1.7, table 123
_NAME_BYTES = 80


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page as pdfium tells them apart, in the page's own order.

    `size` is the height of its font in points as shown, `depth` how much of the page's text comes before it, from 0
    to 1. `bold` and `fixed` (width) hold for its first letter and its last, `font` names the first one's.
    """

    text: str
    size: float
    font: str
    bold: bool
    fixed: bool
    depth: float


@dataclass(frozen=True, slots=True)
class _Type:
    size: float
    font: str
    bold: bool
    fixed: bool


def styled_lines(textpage: pdfium.PdfTextPage) -> list[Line]:
    """The lines of a page that hold anything, in the order of its text."""
    text = page_text(textpage)
    lines = []
    position = 0
    for raw in text.split("\n"):
        line = raw.strip()
        if line:
            start = position + raw.index(line)
            first, last = _type(textpage, start), _type(textpage, start + len(line) - 1)
            size, bold, fixed = min(first.size, last.size), first.bold and last.bold, first.fixed and last.fixed
            lines.append(Line(tidied(line), size, first.font, bold, fixed, position / len(text)))
        position += len(raw) + 1
    return lines


def bounded_text(textpage: pdfium.PdfTextPage) -> str:
    """The text inside the page's box, its letters put right."""
    text: str = textpage.get_text_bounded()
    if not LOOSE.search(text) and "Ã" not in text and MARK not in text:
        return text
    whole = _whole(textpage)
    return alike(text, whole, _put_right(textpage, whole))


def page_text(textpage: pdfium.PdfTextPage) -> str:
    """The page's text, in which a letter's place is pdfium's text index of it; its letters put right.

    Signs that are no more, and what white space goes with them, are marked for `pdf_accents.tidied`.
    """
    return _put_right(textpage, _whole(textpage))


def _put_right(textpage: pdfium.PdfTextPage, whole: str) -> str:
    return unwrapped(textpage, righted(textpage, composed(textpage, whole)))


def _whole(textpage: pdfium.PdfTextPage) -> str:
    count = textpage.count_chars()
    buffer = create_string_buffer(2 * count + 2)
    written = pdfium_c.FPDFText_GetText(textpage, 0, count, cast(buffer, POINTER(c_ushort)))
    return buffer.raw[: 2 * max(written - 1, 0)].decode("utf-16-le", "replace")


def _type(textpage: pdfium.PdfTextPage, place: int) -> _Type:
    """What the letter at `place` of the text is set in."""
    index = pdfium_c.FPDFText_GetCharIndexFromTextIndex(textpage, place)
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFText_GetMatrix(textpage, index, matrix)
    size = pdfium_c.FPDFText_GetFontSize(textpage, index) * hypot(matrix.c, matrix.d)
    name, flags = create_string_buffer(_NAME_BYTES), c_int()
    pdfium_c.FPDFText_GetFontInfo(textpage, index, name, _NAME_BYTES, flags)
    return _Type(size, *_known(name.value, flags.value))


@lru_cache(maxsize=256)
def _known(name: bytes, flags: int) -> tuple[str, bool, bool]:
    """A font's name without the mark of a subset, whether it is bold, whether of fixed width."""
    font = re.sub(r"^[A-Z]{6}\+", "", name.decode("latin-1"))
    bold = bool(_BOLD.search(font)) or bool(flags & _FORCE_BOLD_FLAG)
    return font, bold, bool(_FIXED.search(font)) or bool(flags & _FIXED_FLAG)
