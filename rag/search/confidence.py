"""What was found for a question → the probability that it answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from ingest.evidence import Evidence
from rag.codes import stands
from rag.question import proper_names
from rag.search.asked import Asked
from rag.search.centre import Centre
from rag.search.overlap import is_foreign
from rag.search.signals import NAMES, Matrix, acronyms
from rag.types import Question

REFUSE_BELOW = 0.33
"""Tomo refuses to answer when the probability is lower: of 988 answerable questions about five sets of manuals that
nothing was fitted on, all in words of their own, .21 (for 58 % of those the page is among the first three); of 2,838
asked of the wrong manuals .74."""

DOUBTFUL = 0.5
"""Below this an answer says that it may be none. Of those 988 questions 341 are from REFUSE_BELOW to here, and the page
is among the first three passages for .63 of them; of 443 above, for .88."""

_TENTH = 10
_NOWHERE = 2.25
"""How much more it tells that the code asked about is nowhere in the library than that the first chunk holds it."""
_ELSEWHERE = 0.5
"""What it tells that another chunk than the first one holds the code: its entry is looked for in all of them."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for an answer being among the chunks, and against; cosines and shares as in `rag.search.signals`."""

    similarity: float
    meaning: float
    coverage: float
    nearness: float
    identifiers: float
    unknown: float
    margin: float
    foreign: float
    scatter: float
    first_similarity: float
    number_missing: float
    name_missing: float
    code: float


AGAINST = ("unknown", "scatter", "number_missing", "name_missing")
"""Signals that speak against an answer; all others speak for one."""

# Weights of a ridge logistic regression, by `python -m tests.bench.fit_confidence` on 597 questions about other manuals
# than those it is judged on, and on the answerable ones asked of two of those manuals. Next to none of those asks for
# a code: that weight was chosen by `python -m tests.bench codes`, where it leaves no false refusal. The bias is .22
# less than fitted, so that REFUSE_BELOW refuses what .38 would.
_BIAS = -4.00
_WEIGHTS = Signals(
    similarity=1.79, meaning=1.60, coverage=0.64, nearness=0.51, identifiers=0.98, unknown=-1.34, margin=1.72,
    foreign=0.14, scatter=-0.14, first_similarity=1.56, number_missing=-1.83, name_missing=-1.20, code=2.00,
)  # fmt: skip


def signals(asked: Asked, found: Sequence[Evidence], rows: Matrix, scores: Matrix, centre: Centre) -> Signals:
    """The best of each signal over the chunks `found`, (n, len(NAMES)); by their `scores` (n,), log-odds, one is first.

    `identifiers` is 1 when the question has none, `unknown` the share of its words that the library does not hold, each
    as rare as its rarest, `name_missing` 1 when a name is among those, `margin` how far the nearest sentence stands out
    from the tenth chunk's, `scatter` the ranking's entropy in nats: 0 when one chunk outdoes all others. Of the first
    chunk are `first_similarity`, whether it is `foreign` to the question, `number_missing` (one is asked for and it
    holds none) and `code`: asked about one, 1 when it has all names as codes, _ELSEWHERE when another chunk has one,
    -_NOWHERE when none has. Cosines are on the embedder's own scale, so that the weights hold for others than they were
    fitted with. Without a chunk nothing speaks for an answer.
    """
    if not len(rows):
        return replace(Signals(*(0.0 for _ in fields(Signals))), unknown=1.0)
    best = dict(zip(NAMES, rows.max(axis=0), strict=True))
    first = int(scores.argmax())
    one = dict(zip(NAMES, rows[first], strict=True))
    names = proper_names(asked.question.text)
    near = np.sort(rows[:, NAMES.index("similarity")])[::-1]
    rarest = max((*asked.rarity, 1.0))
    missing = rarest * sum(value == 0 for value in asked.rarity)
    return Signals(
        similarity=centre.nearness(best["similarity"]),
        meaning=float(best["meaning"]),
        coverage=float(best["coverage"]),
        nearness=float(best["nearness"]),
        identifiers=_named(asked.question, rows),
        unknown=missing / (missing + sum(asked.rarity) or 1.0),
        margin=centre.nearness(near[0]) - centre.nearness(near[min(_TENTH, len(near)) - 1]),
        foreign=float(is_foreign(asked.question, found[first])),
        scatter=_entropy(scores),
        first_similarity=centre.nearness(one["similarity"]),
        number_missing=float(asked.question.wants_number and not one["digits"]),
        name_missing=float(any(not r and t.word in names for t, r in zip(asked.terms, asked.rarity, strict=True))),
        code=_code(asked.question, found, first) if asked.question.asks_code else 0.0,
    )


def _named(question: Question, rows: Matrix) -> float:
    """The greatest share of the question's identifiers that a chunk holds, 1 when it has none."""
    count, capitals = len(question.identifiers), len(acronyms(question))
    held = rows[:, NAMES.index("identifiers")] * (count - capitals) + rows[:, NAMES.index("acronyms")] * capitals
    return float(held.max()) / count if count else 1.0


def _code(question: Question, found: Sequence[Evidence], first: int) -> float:
    if all(stands(name, found[first].chunk.text) for name in question.identifiers):
        return 1.0
    texts = [f"{one.chunk.breadcrumb}\n{one.chunk.text}" for one in found]
    return _ELSEWHERE if any(stands(name, text) for name in question.identifiers for text in texts) else -_NOWHERE


def _entropy(scores: Matrix) -> float:
    odds = np.exp(scores - scores.max())
    shares = odds / odds.sum()
    return float(-(shares * np.log(np.maximum(shares, 1e-12))).sum())


def probability(s: Signals) -> float:
    """That the chunks answer the question, 0 to 1."""
    z = _BIAS + sum(getattr(_WEIGHTS, field.name) * getattr(s, field.name) for field in fields(Signals))
    return 1.0 / (1.0 + math.exp(min(-z, 700.0)))  # beyond that a float overflows
