"""A name as a question writes it → what finds it as manuals write it: hyphens, spaces and line ends come and go."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.support.tables import UNITS

_DASHES = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2212"
"""What a typesetter makes of a hyphen; two of them before an option often become one dash."""
_DASH = f"[{_DASHES}]"
_BETWEEN = rf"[{_DASHES}_+\s]"
"""What may part the pieces of a name: BR-77, BR 77, Ctrl+R, Ctrl + R."""
_WRAPS = "/.:=@"
"""Signs after which a long name goes on in the next line."""
_PIECE = re.compile(r"\d+|[^\W\d_]+|\s+|[\W_]")
_MEASURE = re.compile(r"\d+(?:[.,]\d+)+")
_PARTED = re.compile(rf"(?<=\w){_BETWEEN}(?=\w)")
_CODE = re.compile(rf"(?:([^\W\d_]{{1,3}}){_BETWEEN}?)?(\d{{1,4}})")
"""A code: E-26, or the 26 of error 26."""
_PLAIN = 3
"""Digits of a number that is only taken for a code; with more it may be a measure, whose unit follows."""
_PREFIXES = ("e", "er", "err", "f", "a", "al", "c", "w", "p")
"""What manuals write before the number of an error, a fault, an alarm, a code, a warning, a parameter."""
_NAMES = "|".join(sorted((re.escape(name) for name in UNITS if name != "a"), key=len, reverse=True))
UNIT = rf"(?:\s?(?:[°º%]|(?:{_NAMES})(?!\w))|a(?!\w))"
"""What follows a number that is a measure, in lower case and without accents; an a apart is a Spanish word."""
_BORDER = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


@lru_cache(maxsize=1024)
def pattern(name: str) -> re.Pattern[str]:
    """Finds a name in text in lower case: as it stands, not as a part of a longer word (E-4 is not in E-47).

    Letters and digits may be parted by a hyphen, an underscore, a space or nothing, and a long name may run over a
    line's end. A measure may go on with its unit, and have its comma where English has a point. A code may be filled up
    with zeros, and where it is a number alone have up to three letters before it: 26 is E026 too.
    """
    if code := _CODE.fullmatch(name.casefold()):
        return _coded(code[1] or "", code[2])
    pieces = _PIECE.findall(name.casefold())
    parts = []
    for at, piece in enumerate(pieces):
        before, after = pieces[at - 1] if at else "", pieces[at + 1] if at + 1 < len(pieces) else ""
        inside = before.isalnum() and after.isalnum()
        if piece.isalnum():
            mixed = before.isalnum() and before.isdigit() != piece.isdigit()
            parts.append((f"{_BETWEEN}?" if mixed else "") + re.escape(piece))
        elif piece in _DASHES or piece in "_+" or piece.isspace():
            parts.append(_parting(piece, inside, before.isdigit() != after.isdigit()))
        elif piece in ".," and before.isdigit() and after.isdigit():
            parts.append("[.,]")
        else:
            parts.append(re.escape(piece) + (r"\s?" if piece in _WRAPS and after else ""))
    text = "".join(parts).replace(_DASH * 2, f"{_DASH}{{1,2}}")
    start = r"(?<!\w)" if pieces and pieces[0].isalnum() else ""
    end = r"(?!\w)" if pieces and pieces[-1].isalnum() else ""
    if _MEASURE.fullmatch(name):
        start, end = r"(?<![\w.,])v?", r"(?![.,]?\d)"
    return re.compile(start + text + end)


def is_code(name: str) -> bool:
    """Whether a name is a code: a number of one to four digits, or that after up to three letters."""
    return _CODE.fullmatch(name.casefold()) is not None


def _coded(letters: str, digits: str) -> re.Pattern[str]:
    number = "0{0,3}" + (digits.lstrip("0") or "0")
    if letters:
        return re.compile(rf"(?<!\w){letters}{_BETWEEN}?{number}(?!\w)")
    unit = f"|{UNIT}" if len(digits) <= _PLAIN else ""
    return re.compile(rf"(?<!\w)(?<!\d[.,])(?:[^\W\d_]{{1,3}}{_DASH}?)?{number}(?!\w|[.,]\d{unit})")


def _parting(piece: str, inside: bool, mixed: bool) -> str:
    """A hyphen, underscore, plus or space: inside a name any of them, and nothing between a letter and a digit.

    Between keys that are pressed together the plus may stand in a row of blanks.
    """
    if inside and piece == "+":
        return rf"\s?{_BETWEEN}\s?"
    if inside:
        return f"{_BETWEEN}?" if mixed else rf"{_BETWEEN}\s?"
    return _DASH if piece in _DASHES else r"\s+" if piece.isspace() else re.escape(piece)


def spellings(name: str) -> tuple[str, ...]:
    """The name, and where letters meet digits the same with a gap there and without: BR-77 is BR77 too.

    A code also with zeros before its number, and a number alone with letters too.
    """
    if code := _CODE.fullmatch(name.casefold()):
        number = code[2].lstrip("0") or "0"
        numbers = dict.fromkeys((code[2], number, *(number.zfill(width) for width in range(2, 5))))
        letters = (code[1],) if code[1] else _PREFIXES
        apart = (f"{code[1]} {one}" for one in numbers) if code[1] else numbers
        return tuple(dict.fromkeys((name, *apart, *(f"{some}{one}" for some in letters for one in numbers))))
    parted = _BORDER.sub(" ", _PARTED.sub(" ", name))
    joined = re.sub(r"(?<=[^\W\d_]) (?=\d)|(?<=\d) (?=[^\W\d_])", "", parted)
    return tuple(dict.fromkeys((name, parted, joined))) if _BORDER.search(joined) else (name,)
