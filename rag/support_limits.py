"""What a check of written sentences is tuned by: how alike two sentences are, and from where that is enough. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Similarity = Callable[[Sequence[str], Sequence[str]], NDArray[np.float32]]
"""(claims, sentences) → their cosines, one row a claim."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What each of `rag.support_signals.Signals` counts, in order, and last the log odds when there are none."""

    weights: tuple[float, ...]
    similar: bool = True
    """Whether cosines mean something; without, their signals are 0."""
    least: float = -0.3
    """The log odds from which a sentence is doubted: to miss a wrong one is worse than to mark a right one."""
    base: float = 0.88
    """The cosine of two sentences about anything."""


FITTED = Limits((
    -0.00, -0.32, -0.45, -6.32, -16.79, 0.45, 0.15, 0.37, -2.56, 0.20, -1.07, 6.38, 5.69, 4.63,
    0.54, 4.37, 4.25, 4.61, 3.52, 0.89, 1.25, 1.15, 2.06, 3.30, 1.28, 1.82, -2.69,
))  # fmt: skip
"""For the packaged embedder; by tests/bench/fit_support.py, as the next."""
WORDS_ONLY = Limits((
    0.25, 0.67, -0.17, 0.00, 0.00, 0.56, 0.23, 1.12, -3.76, 0.29, -0.98, 6.13, 4.51, 5.11,
    0.75, 4.21, 3.92, 4.55, 3.59, 0.85, 0.95, 1.12, 2.27, 3.37, 1.07, 2.28, -4.01,
), similar=False)  # fmt: skip
"""For one whose cosines mean something else."""


def cosines_of(embed: Callable[[Sequence[str]], NDArray[np.float32]]) -> Similarity:
    """The similarity by an embedder's unit vectors; a text is embedded once."""
    kept: dict[str, NDArray[np.float32]] = {}

    def similar(claims: Sequence[str], texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys([*claims, *texts]) if text not in kept]
        if new:
            kept.update(zip(new, embed(new), strict=True))
        rows = np.stack([kept[text] for text in claims])
        return np.asarray(rows @ np.stack([kept[text] for text in texts]).T, dtype=np.float32)

    return similar
