"""The number of a list's item → as it is written: 3, c, III."""

from __future__ import annotations

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_MOST_ROMAN = 3_999
_MOST_LETTERS = 780
_LETTERS = 26


def ordinal(number: int, style: str) -> str:
    """`number` in a style as HTML names them: "a", "A", "i", "I", "01"; digits in any other and where it has none."""
    if style in ("i", "I") and 0 < number <= _MOST_ROMAN:
        return _cased(_roman(number), style)
    if style in ("a", "A") and 0 < number <= _MOST_LETTERS:
        return _cased(chr(ord("a") + (number - 1) % _LETTERS) * ((number - 1) // _LETTERS + 1), style)
    return f"{number:02}" if style == "01" else str(number)


def _cased(text: str, style: str) -> str:
    return text.upper() if style.isupper() else text


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        text += letters * times
    return text
