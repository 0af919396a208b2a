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
    least: float = 0.0
    """The log odds from which a sentence is doubted."""
    base: float = 0.88
    """The cosine of two sentences about anything."""


FITTED = Limits((
    0.22, -0.83, -20.39, -0.05, 2.01, 1.23, 0.22, 2.55, 3.15, 1.05, 3.01, 2.18, 3.99, 4.38, 1.94, 1.09, 1.09, 2.73,
    2.77, 0.92, 4.48, 2.46, 2.39, 5.11, 3.53, 4.36, 0.65, 1.51, 0.68, -2.33,
), least=-0.33)  # fmt: skip
"""For the packaged embedder; by `python -m tests.bench.fit_support`, as the next."""
WORDS_ONLY = Limits((
    0.22, -1.31, 0.00, -0.17, 1.93, 0.98, 0.20, 2.45, 3.06, 0.94, 3.01, 2.37, 3.43, 4.26, 1.99, 1.03, 1.07, 2.71,
    2.60, 0.83, 4.45, 1.90, 2.71, 5.00, 3.52, 4.30, 0.71, 1.79, 0.61, -1.60,
), similar=False, least=-0.26)  # fmt: skip
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
