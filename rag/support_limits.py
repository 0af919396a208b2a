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
    base: float = 0.85
    """About the mean cosine of a sentence and what says the same in the other language; of any two it is .67."""


FITTED = Limits((
    0.22, -0.65, -13.09, -0.06, 1.92, 1.21, 0.22, 2.56, 3.24, 0.96, 2.99, 2.17, 4.01, 4.39, 1.90, 1.11, 1.17, 2.72,
    2.83, 0.92, 4.49, 2.86, 2.39, 5.14, 3.55, 4.44, 0.68, 1.57, 0.71, 4.00, -2.48,
), least=-0.36)  # fmt: skip
"""For the packaged embedder; by `python -m tests.bench.fit_support`, as the next."""
WORDS_ONLY = Limits((
    0.24, -1.17, 0.00, -0.18, 2.05, 1.00, 0.21, 2.49, 3.07, 0.95, 3.02, 2.37, 3.43, 4.31, 2.00, 1.03, 1.19, 2.71,
    2.63, 0.83, 4.47, 2.32, 2.71, 5.02, 3.56, 4.32, 0.71, 1.81, 0.63, 4.00, -1.78,
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
