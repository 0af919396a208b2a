"""A letter of a PDF → what it is set in."""

from __future__ import annotations

import re
from ctypes import byref, c_char, c_int
from dataclasses import dataclass
from functools import lru_cache
from math import hypot

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

_BOLD = re.compile(r"bold|black|heavy|semib|demi(?!rom)|[-,]bd|cmb|cmss?bx|sfbx|sfb[^a-z]|lmb|ecbx", re.IGNORECASE)
_FIXED = re.compile(r"mono|courier|consol|typewriter|menlo|fixed|cmtt|sftt|t1xtt|lmtt|ectt", re.IGNORECASE)
_FIXED_FLAG, _FORCE_BOLD_FLAG = 1 << 0, 1 << 18  # PDF 1.7, table 123
_NAME_BYTES = 80
_NAME = c_char * _NAME_BYTES


@dataclass(frozen=True, slots=True)
class Type:
    """`size` is the height of a font in points as shown; `fixed` says that its letters are of one width."""

    size: float
    font: str
    bold: bool
    fixed: bool


def type_of(textpage: pdfium.PdfTextPage, index: int) -> Type:
    """What the letter at an index of pdfium's is set in."""
    return Type(_size(textpage.raw, index), *_font(textpage.raw, index))


def fixed_size(textpage: pdfium.PdfTextPage, index: int) -> float:
    """The size of the letter at an index of pdfium's if it is in letters of one width, else 0."""
    raw = textpage.raw
    return _size(raw, index) if _font(raw, index)[2] else 0.0


def _size(raw: object, index: int) -> float:
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFText_GetMatrix(raw, index, byref(matrix))
    return float(pdfium_c.FPDFText_GetFontSize(raw, index) * hypot(matrix.c, matrix.d))


def _font(raw: object, index: int) -> tuple[str, bool, bool]:
    name, flags = _NAME(), c_int()
    pdfium_c.FPDFText_GetFontInfo(raw, index, name, _NAME_BYTES, byref(flags))
    return _known(name.value, flags.value)


@lru_cache(maxsize=256)
def _known(name: bytes, flags: int) -> tuple[str, bool, bool]:
    """A font's name without the mark of a subset, whether it is bold, whether of fixed width."""
    font = re.sub(r"^[A-Z]{6}\+", "", name.decode("latin-1"))
    bold = bool(_BOLD.search(font)) or bool(flags & _FORCE_BOLD_FLAG)
    return font, bold, bool(_FIXED.search(font)) or bool(flags & _FIXED_FLAG)
