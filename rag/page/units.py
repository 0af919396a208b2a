"""Bytes, seconds and moments → as people read them, in the page's language."""

from __future__ import annotations

import re

from rag.page.strings import Say

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)")
_STEPS = (("GB", 10**9), ("MB", 10**6), ("kB", 10**3))


def size(number: float, say: Say) -> str:
    """Bytes: 1,2 GB, 340 MB."""
    for unit, step in _STEPS:
        if number >= step:
            value = number / step
            return f"{say.number(value, 1 if value < 10 else 0)} {unit}"
    return f"{say.number(number)} B"


def duration(seconds: float, say: Say, rough: bool = False) -> str:
    """Seconds, or minutes from two on; whole ones of what is only expected."""
    if rough and seconds < 120:
        return f"{say.number(max(round(seconds), 1))} s"
    if seconds < 120:
        return f"{say.number(seconds, 1 if seconds < 10 else 0)} s"
    return f"{say.number(seconds / 60)} min"


def moment(written: str) -> str:
    """A ticket's date, with its hour and minute if it has one, as the ticket has them: 2014-11-18, 08:03."""
    found = _MOMENT.match(written)
    return ", ".join(found.groups()) if found else written
