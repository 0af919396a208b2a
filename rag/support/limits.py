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
    """What each of `rag.support.signals.Signals` counts, in order, and last the log odds when there are none."""

    weights: tuple[float, ...]
    similar: bool = True
    """Whether cosines mean something; without, their signals are 0."""
    least: float = 0.0
    """The log odds from which a sentence is doubted."""
    base: float = 0.85
    """About the mean cosine of a sentence and what says the same in the other language; of any two it is .67."""


FITTED = Limits((
    0.14, -1.05, -12.35, -0.04, 1.64, 1.15, 0.11, 2.46, 2.61, 0.97, 2.97, 2.26, 3.96, 4.32, 1.57, 1.10, 0.62, 2.69,
    3.29, 0.38, 4.36, 2.49, 2.97, 5.11, 3.91, 4.38, 0.68, 1.46, 0.52, 4.20, -1.84,
), least=0.34)  # fmt: skip
"""For the packaged embedder; by `python -m tests.bench.fit_support`, as the next."""
WORDS_ONLY = Limits((
    0.17, -1.16, 0.00, -0.11, 2.07, 0.98, 0.13, 2.32, 2.49, 1.00, 3.00, 2.42, 3.50, 4.29, 1.66, 1.08, 0.74, 2.64,
    3.24, 0.80, 4.34, 2.15, 2.90, 5.01, 3.94, 4.29, 0.69, 2.00, 0.49, 4.32, -1.62,
), similar=False, least=0.53)  # fmt: skip
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
