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
    0.22, -0.68, -19.72, -0.06, 2.12, 1.21, 0.23, 2.58, 3.19, 0.97, 3.02, 2.22, 3.97, 4.38, 1.95, 1.09, 1.26, 2.74,
    2.79, 0.92, 4.49, 2.85, 2.41, 5.11, 3.57, 4.39, 0.68, 1.53, 0.70, -2.47,
), least=-0.39)  # fmt: skip
"""For the packaged embedder; by `python -m tests.bench.fit_support`, as the next."""
WORDS_ONLY = Limits((
    0.24, -1.17, 0.00, -0.18, 2.05, 1.00, 0.21, 2.49, 3.07, 0.95, 3.02, 2.37, 3.43, 4.31, 2.00, 1.03, 1.19, 2.71,
    2.63, 0.83, 4.47, 2.32, 2.71, 5.02, 3.56, 4.32, 0.71, 1.81, 0.63, -1.78,
), similar=False, least=-0.27)  # fmt: skip
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
