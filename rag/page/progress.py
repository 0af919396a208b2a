"""Progress of an answer → the words and the share of a bar that say how far it is."""

from __future__ import annotations

from dataclasses import dataclass

from rag.events import Working
from rag.page.answers import Progress
from rag.page.strings import Say
from rag.page.units import duration
from rag.types import Receipt

LEAST = 2.0
"""Seconds below which no time left is told."""
MINUTES = 120.0
"""Seconds from which it is told in minutes."""


@dataclass(frozen=True, slots=True)
class Status:
    """`share` (0 to 1) of a reading that has been done; None when nobody knows."""

    words: str
    share: float | None = None


def status(now: Progress, say: Say) -> Status:
    """What is being done, since when, how far it is and how long it still takes."""
    spent = f"{say.number(now.seconds)} s"
    if now.phase != "reading":
        return Status(f"{say(now.phase, tokens='0', place=say.number(now.place))} {spent}")
    left = seconds_left(now)
    tail = [spent, *([_left(left, say)] if left >= LEAST else [])]
    working = now.working
    if working is None or not working.total:
        tokens = say.number(now.receipt.tokens.used) if now.receipt else "0"
        return Status(" · ".join([say("reading", tokens=tokens), *tail]))
    return Status(
        " · ".join([_read(working, now.receipt, say), *tail]), min(1.0, max(0.0, working.done / working.total))
    )


def seconds_left(now: Progress) -> float:
    """As the reading itself measures it, else what the receipt predicted less what has passed; 0 when nobody knows."""
    if now.working is not None and now.working.seconds_left:
        return now.working.seconds_left
    expected = now.receipt.estimate.first_token if now.receipt is not None else 0.0
    return max(0.0, expected + now.waited - now.seconds) if now.working is None else 0.0


def _left(seconds: float, say: Say) -> str:
    if seconds < MINUTES:
        return say("left_seconds", seconds=say.number(seconds))
    return say("left_time", seconds=duration(seconds, say))


def _read(working: Working, receipt: Receipt | None, say: Say) -> str:
    done, total = say.number(working.done), say.number(working.total)
    if receipt is not None and receipt.mode == "summary":
        return say("part", done=done, total=total, what=working.what)
    return say("read_tokens", done=done, total=total)
