"""Token bytes → the pieces of text a reader sees, and what it cost to make them."""

from __future__ import annotations

import codecs
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Literal

from rag.types import PrefixState

StopReason = Literal["end", "length", "cancel"]


@dataclass(frozen=True, slots=True)
class Usage:
    """What a generation cost. `cached_tokens` of the `prompt_tokens` were still in the KV cache and not computed again.

    `first_token_seconds` counts from the call, the wait for other people's questions included; `tokens_per_second` is
    the decode rate, 0 before the second token. `stop`: "end" (the model ended or a stop text came), "length", "cancel".
    `computed_tokens` of the prompt are in the cache by now. `prefix`: whether the stable beginning of the prompt was
    in memory ("hot") or `restored_tokens` of it came from disk in `restore_seconds`, which once took `known_seconds`
    to compute; `saved`: it is on disk now.
    """

    prompt_tokens: int
    cached_tokens: int
    prefill_seconds: float
    first_token_seconds: float
    generated_tokens: int
    tokens_per_second: float
    stop: StopReason
    computed_tokens: int = 0
    prefix: PrefixState = "none"
    saved: bool = False
    restored_tokens: int = 0
    restore_seconds: float = 0.0
    known_seconds: float = 0.0


@dataclass(slots=True)
class Meter:
    """Fills up while a generation runs; `usage()` may be asked at any time. Not stopped yet counts as cancelled."""

    prompt_tokens: int
    cached_tokens: int = 0
    prefill_seconds: float = 0.0
    stop: StopReason = "cancel"
    generated_tokens: int = 0
    started: float = field(default_factory=perf_counter)
    first: float = 0.0
    last: float = 0.0
    computed_tokens: int = 0
    prefix: PrefixState = "none"
    saved: bool = False
    restored_tokens: int = 0
    restore_seconds: float = 0.0
    known_seconds: float = 0.0

    def token(self) -> None:
        """One more token was generated, now."""
        self.generated_tokens += 1
        self.last = perf_counter()
        self.first = self.first or self.last

    def usage(self) -> Usage:
        """The cost so far."""
        rate = (self.generated_tokens - 1) / (self.last - self.first) if self.last > self.first else 0.0
        return Usage(
            self.prompt_tokens,
            self.cached_tokens,
            self.prefill_seconds,
            self.first - self.started if self.first else 0.0,
            self.generated_tokens,
            rate,
            self.stop,
            self.computed_tokens,
            self.prefix,
            self.saved,
            self.restored_tokens,
            self.restore_seconds,
            self.known_seconds,
        )


class Generation(Iterator[str]):
    """The pieces of an answer, as they come. `usage` is whole once the pieces are; `close()` ends it early.

    An empty piece only says that the reading has come further (`usage.computed_tokens`).

    The model is busy from the first piece to the last: exhaust or close it before asking the same model from the same
    thread again.
    """

    def __init__(self, pieces: Generator[str, None, None], meter: Meter) -> None:
        self._pieces, self._meter = pieces, meter

    def __next__(self) -> str:
        return next(self._pieces)

    @property
    def usage(self) -> Usage:
        """What it has cost so far."""
        return self._meter.usage()

    def close(self) -> None:
        """End it and free the model. Twice is once."""
        self._pieces.close()


class TextStream:
    """Joins the bytes of tokens into text: no half character and no part of a stop text is ever given out."""

    def __init__(self, stops: Sequence[str] = ()) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._stops = [stop for stop in stops if stop]
        self._held = ""
        self.stopped = False

    def feed(self, data: bytes) -> str:
        """The text that is certain after `data`; `stopped` is set once a stop text has come, and it is left out."""
        if self.stopped:
            return ""
        self._held += self._decoder.decode(data)
        found = [at for at in (self._held.find(stop) for stop in self._stops) if at >= 0]
        if found:
            self.stopped = True
            return self._give(min(found))
        return self._give(len(self._held) - self._doubtful())

    def rest(self) -> str:
        """What was held back when no more bytes come; an unfinished character is dropped."""
        return "" if self.stopped else self._give(len(self._held))

    def _give(self, count: int) -> str:
        given, self._held = self._held[:count], self._held[count:]
        return given

    def _doubtful(self) -> int:
        """Length of the longest tail that may yet become a stop text."""
        longest = max(map(len, self._stops), default=1) - 1
        return next(
            (
                size
                for size in range(min(longest, len(self._held)), 0, -1)
                if any(stop.startswith(self._held[-size:]) for stop in self._stops)
            ),
            0,
        )


def shared_prefix(left: Sequence[int], right: Sequence[int]) -> int:
    """How many leading tokens two prompts have in common."""
    same = min(len(left), len(right))
    if left[:same] == right[:same]:
        return same
    return next(i for i in range(same) if left[i] != right[i])
