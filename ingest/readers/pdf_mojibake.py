"""A page's text that is UTF-8 taken for Windows-1252 → the text meant: "cÃ³digo" is "código"."""

from __future__ import annotations

import re
from ctypes import byref, c_double

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from ingest.readers.pdf_accents import GONE, JOINED

_SURE = re.compile(r"(?<=[a-z])Ã|[ÂÃ][\xa1-\xbf]")
"""What no text that is right holds: a capital Ã within a word in small letters, and before signs."""
_RIGHT = re.compile("[áéíóúñüàèìòùâêîôûçäöãõ]")
_FEWEST, _SHARE = 3, 0.25
"""Sure signs of it on a page, at least, and of small letters with accents, at most: one for four signs."""
_LEADS = re.compile("[ÂÃ]")
_RAISED = {"1": "ù", "2": "ò", "3": "ó", "a": "ê", "o": "ú"}
"""Letters whose second byte is a raised sign (¹²³ªº), which some programs draw as a small letter set high."""
_NEXT = re.compile(r"\s+(\S)")
_HIGH = 0.2
"""How much higher a raised sign stands, at least, in heights of its font."""
_SLACK, _CLOSE = 1.0, 2.0
"""Points that a letter may begin before the end of the one before it, and how far from there what parts no words."""


def righted(textpage: pdfium.PdfTextPage, whole: str) -> str:
    """`whole`, a page's text whose places are those of pdfium, with the letters meant; GONE for their second signs.

    Only a page that is wrong throughout is changed: one that shows such letters among right ones keeps them.
    """
    if "Ã" not in whole or not is_mojibake(whole):
        return whole
    letters = list(whole)
    for match in _LEADS.finditer(whole):
        at, following = match.start(), whole[match.end() : match.end() + 1]
        if letter := _meant(match[0], following):
            letters[at], letters[at + 1] = letter, GONE
        elif match[0] == "Ã" and following in _RAISED and _is_higher(textpage, at + 1, at):
            letters[at], letters[at + 1] = _RAISED[following], _after(textpage, whole, at)
        elif match[0] == "Ã":
            letters[at] = "í"  # its second byte is a soft hyphen, which pdfium leaves out
    return "".join(letters)


def is_mojibake(text: str) -> bool:
    """Whether a text is wrong throughout."""
    signs = len(_SURE.findall(text))
    return signs >= _FEWEST and len(_RIGHT.findall(text)) <= _SHARE * signs


def _meant(lead: str, following: str) -> str:
    """The letter whose two bytes these are; "" where they are those of none."""
    try:
        letter = f"{lead}{following}".encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""
    return letter if len(letter) == 1 else ""


def _after(textpage: pdfium.PdfTextPage, whole: str, at: int) -> str:
    """What stands for the raised sign of the letter at `at`: pdfium may take what follows it for another line."""
    further = _NEXT.match(whole, at + 2)
    if not further or _is_higher(textpage, at, further.start(1)) or _is_higher(textpage, further.start(1), at):
        return GONE
    sign, after = _box(textpage, at + 1), _box(textpage, further.start(1))
    return JOINED if 0 <= after.left - sign.right + _SLACK < _CLOSE else GONE


def _is_higher(textpage: pdfium.PdfTextPage, one: int, other: int) -> bool:
    """Whether the letter at the first place stands higher than the one at the other."""
    heights = []
    x, y = c_double(), c_double()
    for place in (one, other):
        index = pdfium_c.FPDFText_GetCharIndexFromTextIndex(textpage.raw, place)
        pdfium_c.FPDFText_GetCharOrigin(textpage.raw, index, byref(x), byref(y))
        heights.append(y.value)
    box = _box(textpage, one)
    return bool(heights[0] - heights[1] > _HIGH * (box.top - box.bottom))


def _box(textpage: pdfium.PdfTextPage, place: int) -> pdfium_c.FS_RECTF:
    box = pdfium_c.FS_RECTF()
    index = pdfium_c.FPDFText_GetCharIndexFromTextIndex(textpage.raw, place)
    pdfium_c.FPDFText_GetLooseCharBox(textpage.raw, index, byref(box))
    return box
