"""A password that was right → a pass that opens the page again, for some hours, until it is given back."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

LIFE = 12 * 3600.0
"""Seconds that a pass opens: a working day."""
MOST = 1000
"""Passes at once; of more the oldest is taken back."""


@dataclass(frozen=True, slots=True)
class _Given:
    """What is known of a pass: the password it stands for, and when it ends, on the clock."""

    digest: bytes
    until: float


class Passes:
    """One for the whole server, in memory only: a restart ends them all. Any thread may call it.

    No pass itself is held here, only its hash.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._given: dict[bytes, _Given] = {}

    def give(self, digest: bytes) -> str:
        """A new pass of 256 random bits for who knows the password that is kept as `digest`."""
        made, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            held = [(key, one) for key, one in self._given.items() if one.until > now]
            self._given = {**dict(held[-(MOST - 1) :]), _hash(made): _Given(digest, now + LIFE)}
        return made

    def opens(self, shown: str, digest: bytes) -> bool:
        """Whether this pass was given for the password as it is now, and has neither ended nor been taken back."""
        with self._lock:
            one = self._given.get(_hash(shown))
            return one is not None and one.digest == digest and one.until > self._clock()

    def take_back(self, shown: str) -> None:
        """It opens nothing any more."""
        with self._lock:
            self._given.pop(_hash(shown), None)


def _hash(shown: str) -> bytes:
    # Of random bits a plain hash is enough; whoever reads the server's memory finds no pass in it.
    return hashlib.sha256(shown.encode("utf-8", "surrogatepass")).digest()
