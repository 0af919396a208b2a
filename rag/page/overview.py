"""Conversations since a day → all that the page tells of them, made anew only when something has changed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rag.chats.counts import (
    CitedPage,
    Confidence,
    Day,
    by_day,
    confidences,
    most_cited,
    state,
    unanswered,
)
from rag.chats.store import Chats
from rag.gaps import Gap, gaps

CITED = 10
"""Pages listed."""
QUESTIONS = 5_000
"""Different questions without an answer that are looked at, the most asked and then the newest."""
SPANS = {"week": 7, "month": 30, "year": 365, "ever": 0}
"""Days that each period reaches back, today counted; 0: to the first question."""
_COLUMNS = 31
_HELD = 64


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a row as one column of a chart, from `start`."""

    start: date
    answered: int
    refused: int
    failed: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What happened. The confidences are of answers and of refusals, both."""

    days: tuple[Day, ...]
    spans: tuple[Span, ...]
    confidences: tuple[Confidence, ...]
    cited: tuple[CitedPage, ...]
    gaps: tuple[Gap, ...]

    def total(self, name: str) -> int:
        """The sum of a number over all days: `asked`, `answered`, `refused`, `failed`, `interrupted`, `good`, `bad`."""
        return sum(int(getattr(day, name)) for day in self.days)


class Overviews:
    """The overviews of one library, for every owner and period. Any thread may call it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[tuple[str, str, date], tuple[str, Overview]] = {}

    def of(self, chats: Chats, period: str, today: date) -> Overview:
        """The owner's overview of a period of SPANS; LibraryError."""
        key = (chats.owner, period, today)
        with self._lock:
            now = state(chats)
            known = self._made.get(key)
            if known is not None and known[0] == now:
                return known[1]
            made = overview(chats, period, today)
            self._made = {**dict(list(self._made.items())[-_HELD:]), key: (now, made)}
            return made


def overview(chats: Chats, period: str, today: date) -> Overview:
    """Everything at once; LibraryError."""
    since = first_day(period, today)
    days = by_day(chats, since)
    return Overview(
        days,
        spans(days, max(since, days[0].day) if days and period == "ever" else since, today),
        confidences(chats, since),
        most_cited(chats, CITED, since),
        gaps(unanswered(chats, QUESTIONS, since)),
    )


def first_day(period: str, today: date) -> date:
    """The day on which a period of SPANS begins."""
    return today - timedelta(days=SPANS[period] - 1) if SPANS[period] else date.min


def spans(days: Sequence[Day], first: date, last: date) -> tuple[Span, ...]:
    """Columns from the first day to the last, also where nothing was asked: days, weeks, or as many days as it takes.

    The last one ends on the last day; at most 31 columns.
    """
    if not days:
        return ()
    length = (last - first).days + 1
    step = next((each for each in (1, 7) if length <= each * _COLUMNS), -(-length // _COLUMNS))
    starts = [last - timedelta(days=step * (at + 1) - 1) for at in range(-(-length // step))][::-1]
    sums = {start: [0, 0, 0] for start in starts}
    for day in days:
        if first <= day.day <= last:
            start = last - timedelta(days=((last - day.day).days // step + 1) * step - 1)
            for at, value in enumerate((day.answered, day.refused, day.failed)):
                sums[start][at] += value
    return tuple(Span(start, *sums[start]) for start in starts)
