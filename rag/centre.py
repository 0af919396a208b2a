"""Vectors of two languages → vectors that differ by what they say and not by the language they say it in.

A multilingual encoder keeps the language in the vector: a question is nearer to every text in its own language. What
the vectors of a language have in common is taken away (Libovický, Rosa and Fraser, 2020, centre by language likewise).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from ingest.embed import Embedder, Vectors
from ingest.types import Language

# The same questions in both languages: what a question has of its language alone.
_PROBES: dict[Literal["es", "en"], tuple[str, ...]] = {
    "es": (
        "¿Cómo cambio la contraseña?", "¿Qué significa este código de error?", "¿Dónde se guarda la configuración?",
        "¿Cuánto tarda en cargarse la batería?", "¿Por qué no enciende la pantalla?", "¿Quién puede ver el informe?",
        "¿Cuándo hay que limpiar el filtro?", "¿Qué diferencia hay entre los dos modos?", "no me deja imprimir",
        "pasos para actualizar el programa", "¿Cuál es la temperatura máxima?", "¿Se puede usar sin conexión?",
        "¿Qué cable necesito para conectarlo al ordenador?", "el botón no hace nada", "lista de piezas de repuesto",
        "¿Cómo vuelvo a los valores de fábrica?",
    ),
    "en": (
        "How do I change the password?", "What does this error code mean?", "Where is the configuration stored?",
        "How long does the battery take to charge?", "Why does the screen not turn on?", "Who can see the report?",
        "When should the filter be cleaned?", "What is the difference between the two modes?", "it won't let me print",
        "steps to update the program", "What is the maximum temperature?", "Can it be used offline?",
        "Which cable do I need to connect it to the computer?", "the button does nothing", "list of spare parts",
        "How do I go back to the factory settings?",
    ),
}  # fmt: skip

_PRIOR = 50
"""Chunks that the probes count for beside the library's own: a handful of chunks has too much in common."""


class Centre:
    """The means of questions and of passages in each language, for one embedder and one library."""

    def __init__(self, embedder: Embedder) -> None:
        asked = {name: embedder.embed_questions(some) for name, some in _PROBES.items()}
        texts = {name: embedder.embed_passages(some) for name, some in _PROBES.items()}
        self._questions = {name: rows.mean(axis=0) for name, rows in asked.items()}
        self._prior = {name: rows.mean(axis=0) for name, rows in texts.items()}
        near = np.stack([asked["es"] @ texts["en"].T, asked["en"] @ texts["es"].T])
        same = np.eye(near.shape[-1], dtype=bool)
        self._apart, self._alike = float(near[:, ~same].mean()), float(near[:, same].mean())
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
