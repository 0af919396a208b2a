"""A model opened one way → tokens a second, and how far its opinions move; the quickest of several ways."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from time import process_time
from typing import TypeVar

from rag.llama.engine import BATCH, Context, Weights

Way = TypeVar("Way")

TYPICAL_PROMPT, TYPICAL_ANSWER = 2000, 60
MAX_DRIFT = 0.15
NOISE = 1.05
"""A lead of less than 5 % is within what a measurement of a few seconds is off."""
SAMPLE = (
    "To replace the toner cartridge, open the front cover and wait until the carriage stops. Pull the empty cartridge "
    "towards you, unpack the new one and shake it gently five times. If error E-042 stays on the display, switch the "
    "printer off, wait thirty seconds and check that no paper is left in the tray. Ask support before opening it."
)
_PROBE = 16


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens a second, and how far opinions are from the truth's: mean |Δ ln p| a token of a sample text, in nats.

    `decode` is 0 where it was not measured, because `prefill` alone had lost already.
    """

    prefill: float
    decode: float
    drift: float

    @property
    def seconds(self) -> float:
        """What a typical question would take: a prompt of 2,000 tokens and an answer of 60. Infinite when not known."""
        if not self.prefill or not self.decode:
            return math.inf
        return TYPICAL_PROMPT / self.prefill + TYPICAL_ANSWER / self.decode


@dataclass(frozen=True, slots=True)
class Effort:
    """Tokens to measure with: to prefill, to decode after them, and of the sample to hold opinions of."""

    prefill: int = 1500
    decode: int = 32
    judged: int = 96

    @property
    def room(self) -> int:
        """Tokens of a context that all of it fits."""
        return max(self.prefill + self.decode, self.judged) + BATCH


FULL = Effort()


def quickest(speeds: Mapping[Way, Speed]) -> Way:
    """The way that answers a typical question first; the earlier one of several that are within noise of it."""
    return contenders(speeds)[0]


def contenders(speeds: Mapping[Way, Speed]) -> list[Way]:
    """The ways within noise of the quickest, in order: the only ones that can be it when more have been measured."""
    best = min(speed.seconds for speed in speeds.values())
    return [way for way, speed in speeds.items() if speed.seconds <= NOISE * best]


def affordable(prefill: float, decode: float, seconds: float) -> Effort:
    """What at most so many seconds allow at these rates (tokens a second), and a least amount however slow it is."""
    share = min(1.0, seconds / ((FULL.prefill + FULL.judged) / prefill + FULL.decode / decode))
    return Effort(*(max(least, int(share * full)) for least, full in ((32, 1500), (2, 32), (16, 96))))


def probe(weights: Weights, context: Context, threads: int, seconds: float) -> Effort:
    """What so many seconds of an otherwise idle machine allow with this model."""
    tokens = _sample(weights)[: 2 + _PROBE]
    rows = [(token, i, 0, True) for i, token in enumerate(tokens)]
    context.clear()
    context.decode(rows[:1])  # the first token reads the weights from the disk
    started = process_time()
    context.decode(rows[1:-1])
    prefilled = process_time()
    context.decode(rows[-1:])
    decoded = process_time()
    return affordable(_PROBE * threads / (prefilled - started), threads / (decoded - prefilled), seconds)


def opinions(weights: Weights, context: Context, effort: Effort = FULL) -> list[float]:
    """ln p of every token of the sample after those before it."""
    tokens = _sample(weights)[: effort.judged]
    context.clear()
    context.decode([(token, i, 0, True) for i, token in enumerate(tokens)])
    return context.log_probabilities([(i, token) for i, token in enumerate(tokens[1:])])


def drift(found: list[float], truth: list[float]) -> float:
    """Mean |Δ ln p| a token, in nats."""
    return sum(abs(a - b) for a, b in zip(found, truth, strict=True)) / len(truth)


def rates(
    weights: Weights, context: Context, threads: int, effort: Effort = FULL, best: float = math.inf
) -> tuple[float, float]:
    """Prefill and decode, tokens a second of an otherwise idle machine: CPU time over threads.

    Whatever else runs while this is measured, once for all, must not decide. Gives up, with 0 for decode, as soon as
    the prefill alone of a typical question takes longer than `best` seconds.
    """
    tokens = (weights.tokens(SAMPLE, special=False) * 50)[: effort.prefill + effort.decode]
    rows = [(token, i, 0, i >= effort.prefill - 1) for i, token in enumerate(tokens)]
    context.clear()
    started = process_time()
    for start in range(0, effort.prefill, BATCH):
        end = min(start + BATCH, effort.prefill)
        context.decode(rows[start:end])
        spent = (process_time() - started) / threads
        if spent * TYPICAL_PROMPT / effort.prefill > best:
            return end / spent, 0.0
    prefilled = process_time()
    for row in rows[effort.prefill :]:
        context.decode([row])
    seconds = (process_time() - prefilled) / threads
    return effort.prefill / spent, effort.decode / seconds


def _sample(weights: Weights) -> list[int]:
    """The sample as a model expects a text to begin: some have no opinion worth the name without their first token."""
    return ([] if weights.bos is None else [weights.bos]) + weights.tokens(SAMPLE, special=False)
