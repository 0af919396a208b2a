"""Text → bytes and widths of a PDF's built-in fonts, which every reader has: Helvetica, upright, bold and slanted.

They show the 8-bit set that PDF calls WinAnsi: all of Spanish and of Western Europe. Widths are in thousandths of the
font's size, from Adobe's Core 14 AFM files; the slanted font's are the upright one's.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

Face = Literal["plain", "bold", "slanted"]
NAMES: dict[Face, str] = {"plain": "Helvetica", "bold": "Helvetica-Bold", "slanted": "Helvetica-Oblique"}
SIGN = "¤"
"""Stands for a character that the fonts do not have."""

_NEAR = str.maketrans({
    "\u2010": "-", "\u2011": "-", "\u2212": "-", "\u2015": "—", "\u202f": "\u00a0", "\u2192": "->", "\u2190": "<-",
    "\u21d2": "=>", "\u2264": "<=", "\u2265": ">=", "\u2260": "!=", "\u2713": "v", "\u25cf": "•", "\u25aa": "•",
    "\u2032": "'", "\u2033": '"', "\t": "    ",
})  # fmt: skip
_PLAIN = """
    278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556
    278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667
    611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833
    556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584 350 556 350 222 556 333 1000 556 556
    333 1000 667 333 1000 350 611 350 350 222 222 333 333 350 556 1000 333 1000 500 333 944 350 500 667 278
    333 556 556 556 556 260 556 333 737 370 556 584 333 737 333 400 584 333 333 333 556 537 278 333 333 365
    556 834 834 834 611 667 667 667 667 667 667 1000 722 667 667 667 667 278 278 278 278 722 722 778 778 778
    778 778 584 778 722 722 722 722 667 667 611 556 556 556 556 556 556 889 500 556 556 556 556 278 278 278
    278 556 556 556 556 556 556 556 584 611 556 556 556 556 500 556 500
"""
_BOLD = """
    278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556
    333 333 584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667
    611 722 667 944 667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278 556 278 889
    611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584 350 556 350 278 556 500 1000 556 556
    333 1000 667 333 1000 350 611 350 350 278 278 500 500 350 556 1000 333 1000 556 333 944 350 500 667 278
    333 556 556 556 556 280 556 333 737 370 556 584 333 737 333 400 584 333 333 333 611 556 278 333 333 365
    556 834 834 834 611 722 722 722 722 722 722 1000 722 667 667 667 667 278 278 278 278 722 722 778 778 778
    778 778 584 778 722 722 722 722 667 667 611 556 556 556 556 556 556 889 556 556 556 556 556 278 278 278
    278 611 611 611 611 611 611 611 584 611 611 611 611 611 556 611 556
"""
_WIDTHS: dict[Face, tuple[int, ...]] = {
    "plain": tuple(map(int, _PLAIN.split())),
    "bold": tuple(map(int, _BOLD.split())),
    "slanted": tuple(map(int, _PLAIN.split())),
}
"""Of the codes 32 to 255."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Text as the fonts have it; every byte is one character from 32 on, and `unknown` of them are the SIGN."""

    data: bytes
    unknown: int


def encode(text: str) -> Encoded:
    """One line of text in the fonts' own codes. A near character is taken where the very one is not there."""
    data, unknown = bytearray(), 0
    for char in unicodedata.normalize("NFC", text).translate(_NEAR):
        code = _code(char) or _code(unicodedata.normalize("NFKC", char))
        if code is None and unicodedata.category(char) in ("Cc", "Cf", "Mn"):
            continue
        unknown += code is None
        data += code or SIGN.encode("cp1252")
    return Encoded(bytes(data), unknown)


def width(data: bytes, face: Face, size: float) -> float:
    """How wide the codes are when set, in points."""
    widths = _WIDTHS[face]
    return sum(widths[code - 32] for code in data) * size / 1000


def _code(text: str) -> bytes | None:
    try:
        data = text.encode("cp1252")
    except UnicodeEncodeError:
        return None
    return data if data and min(data) >= 32 and 127 not in data else None
