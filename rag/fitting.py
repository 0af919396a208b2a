"""What work was done and how long it took → what a piece of work costs: a small regression, no outlier in charge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

_RECENT = 0.97
"""Weight of an observation as a share of the next one's: after 23 others it counts half."""
_TRUST = 3.0
"""Observations that the guess weighs as much as at first; with four the half of that, and so on."""
_ROUNDS = 8
_CLOSE = 0.03
"""Relative errors below this count alike: a machine is no steadier than that."""

Terms = tuple[float, ...]
"""The sizes of a piece of work that seconds are a sum of, each times a cost: (1, tokens, tokens · length)."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A piece of work and the seconds it took."""

    terms: Terms
    seconds: float


@dataclass(frozen=True, slots=True)
class Guess:
    """What is believed before anything was timed: seconds a term, and pieces of work where that holds well."""

    costs: Terms
    typical: tuple[Terms, ...]


def seconds_of(costs: Terms, terms: Terms) -> float:
    """What work of these sizes takes."""
    return sum(cost * term for cost, term in zip(costs, terms, strict=True))


def fit(guess: Guess, timed: Sequence[Timed]) -> Terms:
    """Seconds a term, none negative, from work in the order it was done.

    Least relative deviations, recent work counting more. The guess, brought to this machine's speed, stands in where
    little has been timed, and fades as more is.
    """
    if not timed:
        return guess.costs
    recency = _RECENT ** np.arange(len(timed) - 1, -1, -1, dtype=float)
    ratios = np.array([one.seconds / max(seconds_of(guess.costs, one.terms), 1e-9) for one in timed])
    speed = weighted_median(ratios, recency)
    expected = [speed * seconds_of(guess.costs, terms) for terms in guess.typical]
    trust = _TRUST * 4 / (4 + len(timed))
    rows = np.array([*(one.terms for one in timed), *guess.typical], dtype=float)
    seconds = np.array([*(one.seconds for one in timed), *expected])
    weights = np.concatenate([recency, np.full(len(expected), trust / len(expected))])
    return _least_deviations(rows / seconds[:, None], weights)


def weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """The value with half of the weight on either side of it."""
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])


def _least_deviations(rows: NDArray[np.float64], weights: NDArray[np.float64]) -> Terms:
    """Costs ≥ 0 that bring every row's sum close to 1: squares, reweighted until they count as plain deviations."""
    scale = np.abs(rows).max(axis=0)
    scale[scale == 0] = 1.0
    scaled = rows / scale
    costs, now = np.zeros(rows.shape[1]), weights
    for _ in range(_ROUNDS):
        costs = non_negative(scaled * np.sqrt(now)[:, None], np.sqrt(now))
        now = weights / np.maximum(np.abs(scaled @ costs - 1), _CLOSE)
    return tuple(float(cost) for cost in costs / scale)


def non_negative(rows: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """The x ≥ 0 with the least |rows · x − wanted|²: of the few terms, every choice that is not 0 is tried."""
    count = rows.shape[1]
    best, least = np.zeros(count), float(wanted @ wanted)
    for size in range(1, count + 1):
        for chosen in combinations(range(count), size):
            columns = rows[:, chosen]
            found = np.linalg.lstsq(columns, wanted, rcond=None)[0]
            rest = columns @ found - wanted
            if (found >= 0).all() and float(rest @ rest) < least:
                least = float(rest @ rest)
                best = np.zeros(count)
                best[list(chosen)] = found
    return best
