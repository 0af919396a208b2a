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
    0.16, -0.90, -18.71, 0.14, 2.26, 0.76, 0.23, 2.52, 3.21, 1.05, 2.97, 2.01, 4.04, 4.27, 1.87, 1.36, 1.52, 2.66,
    2.57, 2.34, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -2.03,
), least=-0.32)  # fmt: skip
"""For the packaged embedder; by `python -m tests.bench.fit_support`, as the next."""
WORDS_ONLY = Limits((
    0.17, -1.17, 0.00, -0.00, 2.19, 0.53, 0.22, 2.37, 3.09, 1.06, 2.97, 2.14, 3.61, 4.17, 1.88, 1.38, 1.39, 2.61,
    2.49, 2.38, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1.54,
), similar=False, least=-0.24)  # fmt: skip
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
