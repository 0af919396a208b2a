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
    least: float = -0.6
    """The log odds from which a sentence is doubted: as many as one right answer in ten, cross-validated."""
    base: float = 0.88
    """The cosine of two sentences about anything."""


FITTED = Limits((
    0.22, -1.22, -18.44, 0.05, 2.04, 0.93, 0.19, 2.43, 3.06, 1.15, 3.03, 1.98, 3.70, 3.46, 2.12, 1.18, 1.84, 2.67,
    2.52, 2.32, -1.79,
), least=-0.6)  # fmt: skip
"""For the packaged embedder; by tests/bench/fit_support.py, as the next."""
WORDS_ONLY = Limits((
    0.22, -1.41, 0.00, -0.01, 2.02, 0.71, 0.19, 2.28, 2.94, 1.15, 2.98, 2.11, 3.29, 3.34, 1.90, 1.31, 1.83, 2.60,
    2.39, 2.34, -1.39,
), similar=False, least=-0.54)  # fmt: skip
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
