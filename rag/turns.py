"""Many who want the model → one at a time, first come, first served, each told how many are before it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import contextmanager

from rag.events import Queued

BEAT = 0.05
"""Seconds after which one who waits looks whether it has been cancelled."""

TOLD_EVERY = 1.0
"""Seconds after which one who waits is told its place again, changed or not."""


class Turn:
    """A place in the line, for the thread that took it."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self.waited = 0.0
        """Seconds spent waiting so far."""
        self.told = 0
        """The place that was given out last."""

    @property
    def place(self) -> int:
        """How many are before it: 0 when it is its turn. It never grows."""
        return self._turns.place_of(self)

    @property
    def wanted(self) -> bool:
        """Whether somebody stands behind it."""
        return self._turns.length > self.place + 1

    def places(self, cancel: threading.Event | None = None, until: int = 0) -> Iterator[int]:
        """Wait until at most `until` are before it: every place while there are more, and again every second.

        Ends early, within BEAT seconds, once `cancel` is set: `place` tells which it was.
        """
        told_at = 0.0
        while (place := self.place) > until and not (cancel is not None and cancel.is_set()):
            now = time.monotonic()
            if place != self.told or now - told_at >= TOLD_EVERY:
                self.told, told_at = place, now
                yield place
            self._turns.wait(self, place, BEAT)
            self.waited += time.monotonic() - now

    def come(self, cancel: threading.Event | None = None) -> bool:
        """Wait for its turn; False when cancelled first."""
        for _ in self.places(cancel):
            pass
        return self.place == 0


class Turns:
    """A line. Any thread may take a place in it, also one that has a place already: but not before it has left that."""

    def __init__(self) -> None:
        self._line: deque[Turn] = deque()
        self._moved = threading.Condition()

    @property
    def length(self) -> int:
        """How many are in the line, the one whose turn it is included."""
        return len(self._line)

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """A place at the end of the line, at once; it is left however the block ends, also by an exception.

        Within, wait with `places` or `come`: nothing is one's own before `place` is 0.
        """
        mine = Turn(self)
        with self._moved:
            self._line.append(mine)
        try:
            yield mine
        finally:
            with self._moved:
                self._line.remove(mine)
                self._moved.notify_all()

    def place_of(self, turn: Turn) -> int:
        """How many are before it. ValueError once it has left."""
        with self._moved:
            return self._line.index(turn)

    def wait(self, turn: Turn, place: int, seconds: float) -> None:
        """Until fewer than `place` are before it, or as long as that."""
        with self._moved:
            self._moved.wait_for(lambda: self._line.index(turn) < place, seconds)


def queued(mine: Turn, cancel: threading.Event | None, until: int = 0) -> Generator[Queued, None, bool]:
    """`mine.places` as events, Queued(0) once it is its turn after a wait. False when cancelled before that many."""
    for place in mine.places(cancel, until):
        yield Queued(place)
    if mine.told and mine.place == 0:
        mine.told = 0
        yield Queued(0)
    return mine.place <= until
