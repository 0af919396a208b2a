"""A question's vector → its kind, by how near it is to questions of a known kind."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Embedder, Vectors
from ingest.types import Language
from rag.search.centre import unit
from rag.search.kind_examples import EXAMPLES
from rag.search.probes import pack, unpack
from rag.types import QuestionKind

KINDS = tuple(EXAMPLES)
LANGUAGES = ("es", "en")

SURE = 0.9
"""A question is taken for a kind where this share of the examples that would be, each judged by the others, are of it,
one more wrong one counted in."""

NEVER = frozenset({"lookup", "summary"})
"""Kinds that likeness never tells: one is what is left, the other reads a whole document, too dear to guess at. Of 260
real questions that ask for no summary, three were taken for one. Their examples keep others from the other kinds."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """What an embedder makes of the examples: of each language its mean (2, d), of each kind its direction (k, d).

    `bars`: by how much a question must be nearer to a kind than to any other; infinite for one that is never told.
    """

    languages: Vectors
    directions: Vectors
    bars: tuple[float, ...]

    def of(self, vector: Vectors, language: Language) -> QuestionKind:
        """The kind of a question with this vector (d,); a lookup when it is not clearly another."""
        away = self.languages[LANGUAGES.index("es" if language == "es" else "en")]
        best, margin = _best(self.directions @ unit(vector - away))
        return KINDS[best] if margin >= self.bars[best] else "lookup"

    def dump(self) -> str:
        """As text that `load_kinds` reads."""
        rows = [[pack(row) for row in some] for some in (self.languages, self.directions)]
        return json.dumps([*rows, self.bars])


def load_kinds(text: str, dimension: int) -> Kinds:
    """What `dump` has written, to the bit; ValueError when it is something else."""
    try:
        languages, directions, bars = json.loads(text)
        means, ways = (np.stack([unpack(row, dimension) for row in some]) for some in (languages, directions))
        kept = tuple(float(bar) for bar in bars)
    except TypeError as error:
        raise ValueError("these are no kinds") from error
    if (len(means), len(ways), len(kept)) != (len(LANGUAGES), len(KINDS), len(KINDS)) or any(map(math.isnan, kept)):
        raise ValueError("these are no kinds")
    return Kinds(means, ways, kept)


def learn(embedder: Embedder) -> Kinds:
    """Takes the embedder as long as the examples do, one by one in both languages."""
    rows = embedded(embedder)
    languages, directions = _fit(rows)
    return Kinds(languages, directions, _bars(left_out(rows)))


def kinds_key(embedder: Embedder) -> str:
    """What `learn` depends on, in short: the embedder, the examples' words and how sure it has to be."""
    digest = hashlib.blake2b(json.dumps([EXAMPLES, SURE, sorted(NEVER)]).encode(), digest_size=8).hexdigest()
    return f"kinds:{embedder.name}:{digest}"


def embedded(embedder: Embedder) -> list[Vectors]:
    """Of each kind its examples' vectors (2, n, d): a language each."""
    return [np.stack([embedder.embed_questions(EXAMPLES[kind][name]) for name in LANGUAGES]) for kind in KINDS]


def left_out(rows: Sequence[Vectors]) -> list[tuple[int, int, float]]:
    """Of each example its kind, the kind that the others take it for, and by how much (places in KINDS).

    The one that says the same in the other language is left out with it.
    """
    found = []
    for kind, some in enumerate(rows):
        for at in range(some.shape[1]):
            rest = [np.delete(other, at, axis=1) if i == kind else other for i, other in enumerate(rows)]
            languages, directions = _fit(rest)
            for vector, away in zip(some[:, at], languages, strict=True):
                found.append((kind, *_best(directions @ unit(vector - away))))
    return found


def _fit(rows: Sequence[Vectors]) -> tuple[Vectors, Vectors]:
    """The mean of each language (2, d), and what is left of each kind without it (k, d), of length 1."""
    languages = np.concatenate(rows, axis=1).mean(axis=1)
    kinds = np.stack([unit(some - languages[:, np.newaxis]).mean(axis=(0, 1)) for some in rows])
    return languages, unit(kinds)


def _best(near: NDArray[np.float32]) -> tuple[int, float]:
    """Which is the largest, and by how much."""
    second, best = np.argsort(near)[-2:]
    return int(best), float(near[best] - near[second])


def _bars(judged: Sequence[tuple[int, int, float]]) -> tuple[float, ...]:
    """Of each kind the smallest margin from which on it is told surely enough."""
    return tuple(math.inf if kind in NEVER else _bar(judged, place) for place, kind in enumerate(KINDS))


def _bar(judged: Sequence[tuple[int, int, float]], place: int) -> float:
    taken = sorted(((margin, kind == place) for kind, best, margin in judged if best == place), reverse=True)
    right, bar = 0, math.inf
    for count, (margin, is_it) in enumerate(taken, 1):
        right += is_it
        if right >= SURE * (count + 1):
            bar = margin
    return bar
