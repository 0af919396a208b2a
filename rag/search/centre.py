"""Vectors of two languages → vectors that differ by what they say and not by the language they say it in.

A multilingual encoder keeps the language in the vector: a question is nearer to every text in its own language. What
the vectors of a language have in common is taken away (Libovický, Rosa and Fraser, 2020, centre by language likewise).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ingest.embed import Vectors
from ingest.types import Language
from rag.search.probes import Probed

_PRIOR = 50
"""Chunks that the probes count for beside the library's own: a handful of chunks has too much in common."""


class Centre:
    """The means of questions and of passages in each language, for one embedder and one library."""

    def __init__(self, probed: Probed) -> None:
        self._questions, self._prior = probed.questions, probed.texts
        self._apart, self._alike = probed.apart, probed.alike
        self._passages: dict[Language, Vectors] = {}
        self.see({})

    def see(self, means: Mapping[Language, tuple[Vectors, int]]) -> None:
        """Take the library's own means, and over how many chunks they are, into account."""
        either = np.mean(list(self._prior.values()), axis=0)
        priors: dict[Language, Vectors] = {"es": self._prior["es"], "en": self._prior["en"], "und": either}
        for language, prior in priors.items():
            mean, count = means.get(language, (prior, 0))
            self._passages[language] = ((mean * count + prior * _PRIOR) / (count + _PRIOR)).astype(np.float32)

    def nearness(self, cosine: float) -> float:
        """A cosine on the embedder's own scale: 0 for what has nothing to do with a question, 1 for its translation."""
        return (cosine - self._apart) / max(self._alike - self._apart, 1e-3)

    def question(self, vector: Vectors, language: Language) -> Vectors:
        """A question's vector (d,) without its language, of length 1."""
        mean = self._questions["es" if language == "es" else "en"]
        return unit(vector - mean)

    def passages(self, vectors: Vectors, languages: Sequence[Language]) -> Vectors:
        """Passages' vectors (n, d) without their languages, of length 1."""
        return unit(vectors - np.stack([self._passages[language] for language in languages]))


def unit(vectors: Vectors) -> Vectors:
    """Vectors of length 1 along the last axis; zeros stay."""
    scaled: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
    return scaled
