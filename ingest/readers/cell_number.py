"""A number in a cell and the format it is shown in → the text that stands there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

_UNSEEN = re.compile(r"_.|\*.|\[(?!\$)[^\]]*\]")
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")
_LITERAL = r'(?:"[^"]*"|\\.|[-+() €$£%])*'
_SHOWN = re.compile(rf"(?P<before>{_LITERAL})(?P<whole>[#0?]+(?:,[#0?]+)*)(?:\.(?P<part>[#0?]+))?(?P<after>{_LITERAL})")
_SECTION = re.compile(r'((?:"[^"]*"|\\.|[^;"\\])*)')
_DIGITS = 15
"""Digits that spreadsheets show of a number; the rest is what its binary form adds."""
_MOST = 30


@dataclass(frozen=True, slots=True)
class _Format:
    """What stands before and after a number, its least digits, and its decimals: at least and at most."""

    before: str
    after: str
    digits: int
    least: int
    most: int

    @property
    def percent(self) -> bool:
        return "%" in self.before + self.after


def number_text(value: float, number_format: str) -> str:
    """The number as it is shown: its percent sign, unit, leading zeros and rounding; without marks for thousands.

    Formats that are understood are those of plain digits; in any other, and in General, the number as it is.
    """
    try:
        exact = Decimal(f"{value:.{_DIGITS}g}") if isinstance(value, float) else Decimal(value)
        form = _parsed(number_format, value < 0)
        if form is None or not exact.is_finite():
            return _plain(exact)
        shown = abs(exact * 100 if form.percent else exact).quantize(Decimal(1).scaleb(-form.most), ROUND_HALF_UP)
    except (InvalidOperation, ValueError):
        return str(value)
    whole, _, part = f"{shown:f}".partition(".")
    part = part[: form.least] + part[form.least :].rstrip("0")
    digits = whole.zfill(form.digits) + (f".{part}" if part else "")
    sign = "-" if value < 0 and not {"-", "("} & set(form.before) else ""
    return f"{form.before}{sign}{digits}{form.after}".strip()


def _plain(number: Decimal) -> str:
    if not number.is_finite() or abs(number.adjusted()) > _MOST:
        return str(number)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=512)
def _parsed(number_format: str, negative: bool) -> _Format | None:
    sections = [section for section in _SECTION.findall(number_format) if section]
    if not sections or len(number_format) > 200:
        return None
    chosen = sections[1] if negative and len(sections) > 1 else sections[0]
    chosen = _UNSEEN.sub("", _CURRENCY.sub(lambda found: f'"{found[1]}"', chosen))
    found = _SHOWN.fullmatch(chosen.strip())
    if found is None:
        return None
    part = found["part"] or ""
    before, after = (re.sub(r'"([^"]*)"|\\(.)', r"\1\2", found[name]) for name in ("before", "after"))
    return _Format(before, after, found["whole"].count("0"), part.count("0"), len(part))
