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


FITTED = Limits((0.0,) * 21)
_OLD = Limits((
    -0.08, -0.97, -0.68, -8.68, -16.23, 0.43, 0.14, 0.23, -2.56, 0.51, -1.35, 6.69, 5.85, 4.31,
    0.38, 4.55, 4.27, 4.74, 3.66, 0.83, 1.37, 1.13, 1.95, 3.39, 1.28, 1.92, -1.97,
))  # fmt: skip
"""For the packaged embedder; by tests/bench/fit_support.py, as the next."""
WORDS_ONLY = Limits((
    0.17, -0.59, -0.37, 0.00, 0.00, 0.49, 0.25, 0.67, -3.67, 0.55, -1.39, 6.37, 4.44, 5.12,
    0.55, 4.37, 3.88, 4.68, 3.75, 0.77, 1.04, 1.10, 2.26, 3.42, 1.15, 2.51, -2.84,
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
