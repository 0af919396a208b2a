"""A few questions that are the same in both languages → what an embedder gives to a language alone."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ingest.embed import Embedder, Vectors

Probes = Literal["es", "en"]

# The same questions in both languages: what a question has of its language alone.
PROBES: dict[Probes, tuple[str, ...]] = {
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


@dataclass(frozen=True, slots=True)
class Probed:
    """What an embedder makes of the probes: of each language their mean as questions and as texts, (d,) both.

    `apart` is the mean cosine of a question to texts of the other language that say something else, `alike` to the one
    that says the same.
    """

    questions: dict[Probes, Vectors]
    texts: dict[Probes, Vectors]
    apart: float
    alike: float

    def dump(self) -> str:
        """As text that `load` reads."""
        rows = [{name: pack(row) for name, row in some.items()} for some in (self.questions, self.texts)]
        return json.dumps([*rows, self.apart, self.alike])


def load(text: str, dimension: int) -> Probed:
    """What `dump` has written, to the bit; ValueError when it is something else."""
    try:
        questions, texts, apart, alike = json.loads(text)
        means = [{name: unpack(some[name], dimension) for name in PROBES} for some in (questions, texts)]
        return Probed(means[0], means[1], float(apart), float(alike))
    except (TypeError, KeyError) as error:
        raise ValueError("these are no probes") from error


def probe(embedder: Embedder) -> Probed:
    """Takes the embedder as long as some ten questions do."""
    asked = {name: embedder.embed_questions(some) for name, some in PROBES.items()}
    texts = {name: embedder.embed_passages(some) for name, some in PROBES.items()}
    near = np.stack([asked["es"] @ texts["en"].T, asked["en"] @ texts["es"].T])
    same = np.eye(near.shape[-1], dtype=bool)
    return Probed(_means(asked), _means(texts), float(near[:, ~same].mean()), float(near[:, same].mean()))


def _means(rows: Mapping[Probes, Vectors]) -> dict[Probes, Vectors]:
    return {name: some.mean(axis=0) for name, some in rows.items()}


def probes_key(embedder: Embedder) -> str:
    """What `probe` depends on, in short: the embedder and the probes' words."""
    digest = hashlib.blake2b(json.dumps(PROBES).encode(), digest_size=8).hexdigest()
    return f"probes:{embedder.name}:{digest}"


def pack(row: Vectors) -> str:
    """A vector as text that `unpack` reads."""
    return base64.b64encode(row.astype("<f4").tobytes()).decode()


def unpack(text: str, dimension: int) -> Vectors:
    """The vector (dimension,), to the bit; ValueError or TypeError when it is none of that length."""
    row = np.frombuffer(base64.b64decode(text), "<f4").astype(np.float32)
    if row.shape != (dimension,) or not np.isfinite(row).all():
        raise ValueError("these are no probes, nor a vector of this length")
    return row
