"""Rows of candidates, some of which are right → the weights of a conditional logit (McFadden, 1974)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]

_RATE = 0.03
_ENOUGH = 1e-5
"""The steepest slope at which nothing is gained by going on."""


def conditional_logit(
    rows: Sequence[Matrix], right: Sequence[Flags], counts: Sequence[float], ridge: float, steps: int = 1500
) -> Matrix:
    """The weights (d,), in the units of the rows, by which the right rows of each case are likeliest.

    Each case has rows (n, d), flags (n,), at least one of them right, and what it counts for. The ridge is on
    standardised columns.
    """
    sizes = [len(case) for case in rows]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    case = np.repeat(np.arange(len(sizes)), sizes)
    table, flags = np.concatenate(rows), np.concatenate(right)
    spread = table.std(axis=0) + 1e-9
    table = table / spread
    share = (np.array(counts) / np.sum(counts))[case]
    weights, moment, square = (np.zeros(table.shape[1]) for _ in range(3))
    for step in range(1, steps + 1):
        scores = table @ weights
        odds = np.exp(scores - np.maximum.reduceat(scores, starts)[case])
        hits = odds * flags
        pull = odds / np.add.reduceat(odds, starts)[case] - hits / np.add.reduceat(hits, starts)[case]
        slope = table.T @ (pull * share) + 2 * ridge * weights
        # Adam (Kingma and Ba, 2015)
        moment, square = 0.9 * moment + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        weights -= _RATE * (moment / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-9)
        if np.abs(slope).max() < _ENOUGH:
            break
    found: Matrix = weights / spread
    return found
