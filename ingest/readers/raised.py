"""Superscript digits → letters that do not read as more digits of the number before them."""

from __future__ import annotations

import re

START, END = "\x0e", "\x0f"
"""What stands around raised text until `written`; no XML can hold these two."""
_MARKED = re.compile(f"{START}([^{START}{END}]*){END}")
_POWER = re.compile(r"[+\-−–]?\s?\d[\d.,\s]*[+\-−–]?|[+\-−–]")
_UNIT = re.compile(r"(?<![^\W_])[^\W\d_]{1,3}$")
_MINUS = str.maketrans("−–", "--")
_SMALL = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")


def raised(before: str, text: str) -> str:
    """Superscript text as written after `before`: a power as in 10^-3 or m², a note's mark as in pump^1.

    After a digit it is no superscript letter: where quotes are compared 10³ would be 103. Words stay as they are.
    """
    power = text.strip()
    if not _POWER.fullmatch(power):
        return text
    power = power.translate(_MINUS)
    if _UNIT.search(before[-4:]) and not re.search(r"[.,\s]", power):
        return power.translate(_SMALL)
    return f"^{power}"


def written(text: str) -> str:
    """The text with what stands between START and END written as `raised` does."""
    whole = text.replace(END + START, "")
    whole = _MARKED.sub(lambda found: raised(whole[max(0, found.start() - 4) : found.start()], found[1]), whole)
    return whole.replace(START, "").replace(END, "")
