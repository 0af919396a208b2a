"""What was found for a question → the probability that it answers."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import numpy as np

from rag.asked import Asked
from rag.centre import Centre
from rag.signals import NAMES, Matrix

REFUSE_BELOW = 0.25
"""Tomo refuses to answer when the probability is lower."""

AGREED = ("similarity", "meaning", "coverage")
"""Signals of one chunk that say different things: its nearest sentence, itself, its words."""

_TENTH = 10


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for an answer being among the chunks; see `rag.signals` for the cosines and shares."""

    similarity: float
    meaning: float
    token_match: float
    coverage: float
    nearness: float
    identifiers: float
    unknown: float
    margin: float
    foreign: float
    agreement: float


# Weights of a ridge logistic regression, by `python -m tests.bench.fit_confidence` on 260 questions about other manuals
# than those it is judged on, and on the answerable ones asked of each other's manuals.
_BIAS = -6.81
_WEIGHTS = Signals(
    similarity=2.01, meaning=4.64, token_match=0.31, coverage=2.01, nearness=1.42, identifiers=2.33, unknown=-2.40,
    margin=3.95, foreign=0.54, agreement=0.40,
)  # fmt: skip


def signals(asked: Asked, rows: Matrix, first: int, foreign: bool, centre: Centre) -> Signals:
    """The best of each signal over the chunks (n, len(NAMES)); the one ranked `first` may be `foreign` to the question.

    `identifiers` is 1 when the question has none, `unknown` the share of its words that the library does not hold, each
    as rare as its rarest, `margin` how far the nearest sentence stands out from the tenth chunk's, and `agreement` the
    share of the signals in AGREED that the first chunk is the best by. Cosines are on the embedder's own scale, so that
    the weights hold for others than they were fitted with. Without a chunk nothing speaks for an answer.
    """
    if not len(rows):
        return Signals(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, unknown=1.0, margin=0.0, foreign=0.0, agreement=0.0)
    best = dict(zip(NAMES, rows.max(axis=0), strict=True))
    near = np.sort(rows[:, NAMES.index("similarity")])[::-1]
    rarest = max((*asked.rarity, 1.0))
    missing = rarest * sum(value == 0 for value in asked.rarity)
    return Signals(
        similarity=centre.nearness(best["similarity"]),
        meaning=float(best["meaning"]),
        token_match=centre.nearness(best["token_match"]),
        coverage=float(best["coverage"]),
        nearness=float(best["nearness"]),
        identifiers=float(best["identifiers"]) if asked.question.identifiers else 1.0,
        unknown=missing / (missing + sum(asked.rarity) or 1.0),
        margin=centre.nearness(near[0]) - centre.nearness(near[min(_TENTH, len(near)) - 1]),
        foreign=float(foreign),
        agreement=float(np.mean([rows[first, NAMES.index(name)] >= best[name] for name in AGREED])),
    )


def probability(s: Signals) -> float:
    """That the chunks answer the question, 0 to 1."""
    z = _BIAS + sum(getattr(_WEIGHTS, field.name) * getattr(s, field.name) for field in fields(Signals))
    return 1.0 / (1.0 + math.exp(min(-z, 700.0)))  # beyond that a float overflows
