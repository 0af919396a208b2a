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
    """The least score, words shared plus similarity, of a supported sentence; chosen on half of tests/claims.jsonl."""

    own: float = 0.05
    foreign: float = 0.2
    weight: float = 5.0
    """What the cosine above `base` counts against the share of words."""
    base: float = 0.88
    run: int = 3
    """Words in a row that are nowhere in what was read, from which a sentence says something of its own."""
    foreign_run: int = 5
    sure: float = 0.92
    """The cosine from which that many are let pass, but not one more."""


FITTED = Limits()
"""For the packaged embedder."""
WORDS_ONLY = Limits(own=0.25, foreign=0.0, weight=0.0)
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
