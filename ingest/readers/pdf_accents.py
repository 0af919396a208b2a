"""A page's text with accents loose beside their letters → the same text with accented letters.

TeX's older fonts hold no "ó": they print an accent and, over the same place, a letter. pdfium gives both as they come,
"opci´on", and no search finds such a word.
"""

from __future__ import annotations

import re
import unicodedata
from ctypes import byref, c_double
from difflib import SequenceMatcher

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

GONE = "\u2060"
"""What stands for an accent that is on its letter now: so every other letter keeps its place."""
JOINED = "\u2061"
"""As GONE, where what follows goes on in the same word or line, whatever white space pdfium set around it."""
_COMBINING = dict(
    zip(
        "`´^ˆ~˜¨¸ˇ˘¯˚˙˝˛",
        "\u0300\u0301\u0302\u0302\u0303\u0303\u0308\u0327\u030c\u0306\u0304\u030a\u0307\u030b\u0328",
        strict=True,
    )
)
_SPACED = re.compile(f"\xa0([{''.join(dict.fromkeys(_COMBINING.values()))}])")
_SPACING = {combining: sign for sign, combining in reversed(_COMBINING.items())}
_DOTLESS = {"ı": "i", "ȷ": "j"}
LOOSE = re.compile(f"[{re.escape(''.join(_COMBINING))}]")
_SIGN = re.compile(r"\S")
_WORD = re.compile(r"\S+")
_GONE = re.compile(rf" ?{GONE}(?= )|{GONE}|\s*{JOINED}\s*")
_MOST, _MOST_WORDS = 1_000, 5_000
"""Loose accents of a page above which it is no text, and words above which two texts of it are not compared."""
_INSIDE = 0.2
"""How far above the line a letter is met that an accent may stand on, in heights of its font."""


def composed(textpage: pdfium.PdfTextPage, whole: str) -> str:
    """`whole`, a page's text whose places are those of pdfium, each accent put on the letter that it is printed over.

    It keeps its length: GONE stands where accents stood. An accent that has a place of its own, such as those of code
    ("`ls`", "~/bin"), stays.
    """
    found = [match.start() for match in LOOSE.finditer(whole)]
    if not found or len(found) > _MOST:
        return whole
    letters = list(whole)
    for place in found:
        at = _beneath(textpage, place)
        if 0 <= at < len(letters) and (letter := _accented(whole[place], letters[at])):
            letters[at], letters[place] = letter, GONE
            if whole[place - 1 : place] == " " and _touch(textpage, place - 2, at):
                letters[place - 1] = GONE
    return "".join(letters)


def alike(text: str, whole: str, changed: str) -> str:
    """`text`, which is `whole` but for what lies outside the page's box, with what was changed in it."""
    if changed == whole:
        return text
    if text == whole.replace("\ufffe", "\x02"):
        return changed
    places = [match.start() for match in _SIGN.finditer(whole)]
    own = [match.start() for match in _SIGN.finditer(text)]
    if len(places) == len(own):
        letters = list(text)
        for at, place in zip(own, places, strict=True):
            if whole[place] != changed[place]:
                letters[at] = changed[place]
        return "".join(letters)
    return _by_words(text, whole, changed)


def _by_words(text: str, whole: str, changed: str) -> str:
    """`text` with what was changed in those words of `whole` that it has in the same order."""
    own, others = list(_WORD.finditer(text)), list(_WORD.finditer(whole))
    if max(len(own), len(others)) > _MOST_WORDS:
        return text
    names = [match[0].replace("\ufffe", "\x02") for match in others]
    pieces: list[str] = []
    end = 0
    same = SequenceMatcher(None, [match[0] for match in own], names, autojunk=False)
    for at, place, size in same.get_matching_blocks():
        for mine, other in zip(own[at : at + size], others[place : place + size], strict=True):
            pieces += (text[end : mine.start()], changed[slice(*other.span())])
            end = mine.end()
    return "".join((*pieces, text[end:]))


def tidied(text: str) -> str:
    """The text without GONE and JOINED, nor the blank that pdfium set before an accent apart from its letter."""
    return _GONE.sub("", text) if GONE in text or JOINED in text else text


def is_spaced(text: str) -> bool:
    """Whether an accent stands over a blank."""
    return "\xa0" in text and bool(_SPACED.search(text))


def respelt(whole: str) -> str:
    """The text, an accent over a blank being the sign of that name: some fonts spell the "`" of code so."""
    return _SPACED.sub(lambda found: GONE + _SPACING[found[1]], whole) if "\xa0" in whole else whole


def _accented(accent: str, letter: str) -> str:
    """The one letter that both make; "" if there is none."""
    together = unicodedata.normalize("NFC", _DOTLESS.get(letter, letter) + _COMBINING[accent])
    return together if len(together) == 1 and letter.isalpha() else ""


def _touch(textpage: pdfium.PdfTextPage, before: int, after: int) -> bool:
    """Whether one letter begins where another ends: the blank between was put in for an accent's own narrow place."""
    boxes = pdfium_c.FS_RECTF(), pdfium_c.FS_RECTF()
    for place, box in zip((before, after), boxes, strict=True):
        index = pdfium_c.FPDFText_GetCharIndexFromTextIndex(textpage.raw, max(place, 0))
        if not pdfium_c.FPDFText_GetLooseCharBox(textpage.raw, index, byref(box)):
            return False
    left, right = boxes
    return abs(right.left - left.right) < _INSIDE / 2 * (right.top - right.bottom) and before >= 0


def _beneath(textpage: pdfium.PdfTextPage, place: int) -> int:
    """The place in the text of the letter that is printed where the accent at `place` stands; -1 if none is."""
    raw = textpage.raw
    index = pdfium_c.FPDFText_GetCharIndexFromTextIndex(raw, place)
    x, y, box = c_double(), c_double(), pdfium_c.FS_RECTF()
    if not pdfium_c.FPDFText_GetLooseCharBox(raw, index, byref(box)):
        return -1
    pdfium_c.FPDFText_GetCharOrigin(raw, index, byref(x), byref(y))
    middle, size = (box.left + box.right) / 2, box.top - box.bottom
    near = pdfium_c.FPDFText_GetCharIndexAtPos(raw, middle, y.value + _INSIDE * size, size / 4, size / 10)
    if near < 0 or not pdfium_c.FPDFText_GetLooseCharBox(raw, near, byref(box)) or not box.left <= middle <= box.right:
        return -1
    return int(pdfium_c.FPDFText_GetTextIndexFromCharIndex(raw, near))
