"""What speaks for each chunk → one score, and chunks that say the same put together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from ingest.evidence import Evidence
from ingest.lexical import words
from rag.search.centre import Centre
from rag.search.overlap import is_foreign
from rag.search.reranker import Reranker
from rag.search.signals import NAMES, Matrix, relative
from rag.types import Question, Relation

# Weights of a ridge-regularised conditional logit (the right chunks against all others of a question), by
# `python -m tests.bench.fit_ranking` on 1,419 questions about other manuals than those it is judged on;
# `foreign_meaning` by XQuAD across languages (.87 and .90 of its first paragraphs are right without it, .91 with it).
WEIGHTS: dict[str, float] = {
    "similarity": 0.09,
    "two_nearest": 0.06,
    "token_match": 0.26,
    "meaning": 0.15,
    "coverage": 3.68,
    "nearness": 2.82,
    "fullness": 2.93,
    "written": 0.77,
    "heading": 1.18,
    "identifiers": 1.95,
    "acronyms": 0.65,
    "word_rank": 1.22,
    "name_sentence": 0.09,
    "number_sentence": 0.14,
    "digits": 0.13,
    "contents": -0.85,
    "foreign_meaning": 0.10,
    "translation": 0.34,
    "vicinity": 0.49,
}

OLD_REVISION = 3.0
"""What an old revision's passage loses: it answers when the current one does not."""

_NUMBERS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty sixty hundred thousand "
    "uno una dos tres cuatro cinco seis siete ocho nueve diez once doce quince veinte treinta cuarenta sesenta cien "
    "mil not never only no nunca solo sólo on off open closed".split()
)
"""Words that change what is said as a number does."""
RERANKED = 30
"""Chunks that a cross-encoder reads."""

_TRANSLATION = 0.6
"""Cosine, languages taken away, above which two chunks are one text in two languages. Of chunks of parallel manuals
most counterparts are above, and few others."""
_SURPLUS = 2.0
"""How much better a translation must score to stand for itself: it says something the other does not."""
_COPY = 0.96
"""Cosine above which two chunks in one language may be copies."""
_SHARED = 0.95
"""Share of words that copies have in common; all numbers are the same."""


@dataclass(slots=True)
class Ranked:
    """A chunk, its score, and the chunks it stands for."""

    evidence: Evidence
    score: float
    twins: list[tuple[Relation, Evidence]] = field(default_factory=list)


def score(rows: Matrix) -> Matrix:
    """The score of each row of signals: a log-odds, comparable within one question."""
    weights = np.array([WEIGHTS[name] for name in NAMES])
    found: Matrix = relative(rows) @ weights
    return found


def rank(
    question: Question,
    found: Sequence[Evidence],
    scores: Matrix,
    centre: Centre,
    old: Collection[str] = (),
    keys: Mapping[str, str] | None = None,
) -> list[Ranked]:
    """Best first; of what says the same, one stands for all.

    `old` are documents that a newer revision replaces, `keys` the numbers of tickets by document: that these differ
    makes no difference between copies.
    """
    ranked = [
        Ranked(one, float(s) - OLD_REVISION * (one.chunk.document_id in old))
        for one, s in zip(found, scores, strict=True)
    ]
    ranked.sort(key=lambda r: (-r.score, r.evidence.id))
    ranked = _together(ranked, "copy", _same_words(ranked, keys or {}))
    ranked = _together(ranked, "translation", _same_meaning(question, ranked, centre))
    ranked.sort(key=lambda r: (-r.score, r.evidence.id))
    return ranked


def reranked(reranker: Reranker, question: Question, ranked: Sequence[Ranked]) -> list[Ranked]:
    """The RERANKED best with the reranker's logits added to their scores, which are log-odds too; the rest below."""
    best, rest = ranked[:RERANKED], ranked[RERANKED:]
    texts = [f"{r.evidence.chunk.breadcrumb}\n{r.evidence.chunk.text}" for r in best]
    for one, logit in zip(best, reranker.scores(question.text, texts), strict=True):
        one.score += logit
    floor = min((r.score for r in best), default=0.0)
    for one in rest:
        one.score = min(one.score, floor)
    return sorted([*best, *rest], key=lambda r: (-r.score, r.evidence.id))


Same = Callable[[int], int | None]
"""The place in a ranking → the place of the one that stands for it, or None."""


def _together(ranked: Sequence[Ranked], relation: Relation, same: Same) -> list[Ranked]:
    kept = []
    for at, one in enumerate(ranked):
        place = same(at)
        if place is None:
            kept.append(one)
            continue
        head = ranked[place]
        head.score = max(head.score, one.score)
        head.twins += [(relation, one.evidence), *one.twins]
    return kept


def _same_words(ranked: Sequence[Ranked], keys: Mapping[str, str]) -> Same:
    """Copies in the same language, of other documents: the better one stands for them."""
    vectors = [r.evidence.vector for r in ranked]
    width = max((len(v) for v in vectors), default=0)
    matrix = np.stack([v if len(v) else np.zeros(width, np.float32) for v in vectors]) if ranked else np.zeros((0, 0))
    near = matrix @ matrix.T >= _COPY

    @cache
    def said(at: int) -> frozenset[str]:
        one = ranked[at].evidence.chunk
        return frozenset(words(one.text)) - frozenset(words(keys.get(one.document_id, "")))

    heads: set[int] = set()

    def same(at: int) -> int | None:
        for place in sorted(heads):
            a, b = ranked[place].evidence, ranked[at].evidence
            elsewhere = a.chunk.document_id != b.chunk.document_id and a.language == b.language
            if near[place, at] and elsewhere and _are_copies(said(place), said(at)):
                return place
        heads.add(at)
        return None

    return same


def _are_copies(one: frozenset[str], other: frozenset[str]) -> bool:
    numbers = {word for word in one ^ other if word in _NUMBERS or any(c.isdigit() for c in word)}
    return not numbers and len(one & other) >= _SHARED * len(one | other)


def _same_meaning(question: Question, ranked: Sequence[Ranked], centre: Centre) -> Same:
    """The counterpart, in the question's own language, of a chunk in the other one that is not clearly better."""
    own = [at for at, r in enumerate(ranked) if r.evidence.language == question.language and len(r.evidence.vector)]
    scores = [r.score for r in ranked]
    if not own:
        return lambda at: None
    matrix = centre.passages(
        np.stack([ranked[at].evidence.vector for at in own]), [ranked[at].evidence.language for at in own]
    )

    def same(at: int) -> int | None:
        one = ranked[at].evidence
        if not is_foreign(question, one) or not len(one.vector):
            return None
        near = matrix @ centre.passages(one.vector[np.newaxis], [one.language])[0]
        best = int(near.argmax())
        if near[best] < _TRANSLATION or scores[at] > scores[own[best]] + _SURPLUS:
            return None
        return own[best]

    return same
