"""Signals of an answer's evidence → the probability that it answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag.quote import Quote
from rag.types import Passage, Question

REFUSE_BELOW = 0.2
"""Tomo refuses to answer when the probability is lower."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What the evidence looks like; see `signals`."""

    similarity: float
    quote_similarity: float
    coverage: float
    identifiers: float
    margin: float


# Weights of a ridge logistic regression, by `python -m tests.bench.fit_confidence` on 80 questions about four manuals
# and 68 of them asked of the wrong one. Held out by manual: AUC .82; .75 between answerable and unanswerable ones.
_BIAS = -53.2
_WEIGHTS = Signals(similarity=29.9, quote_similarity=30.0, coverage=-1.0, identifiers=1.3, margin=-3.1)


def signals(question: Question, passages: Sequence[Passage], quotes: Sequence[Quote]) -> Signals:
    """Best passage and quote by cosine, best share of the question's words, share of its identifiers read,
    and how far the best passage stands out from the fifth."""
    similarity = sorted((p.similarity for p in passages), reverse=True)
    text = "\n".join(p.text for p in passages).casefold()
    named = [name.casefold() in text for name in question.identifiers]
    return Signals(
        similarity=similarity[0] if similarity else 0.0,
        quote_similarity=max((q.similarity for q in quotes), default=0.0),
        coverage=max((q.coverage for q in quotes), default=0.0),
        identifiers=sum(named) / len(named) if named else 1.0,
        margin=similarity[0] - similarity[min(4, len(similarity) - 1)] if similarity else 0.0,
    )


def probability(s: Signals) -> float:
    """That the evidence answers the question, 0 to 1."""
    w = _WEIGHTS
    z = (
        _BIAS
        + w.similarity * s.similarity
        + w.quote_similarity * s.quote_similarity
        + w.coverage * s.coverage
        + w.identifiers * s.identifiers
        + w.margin * s.margin
    )
    return 1.0 / (1.0 + math.exp(-z))
