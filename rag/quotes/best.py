"""Question and passages → the stretches that answer, verbatim, best first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from ingest.embed import Embedder, Vectors
from ingest.lexical import stems, terms
from ingest.pointers import points_on
from ingest.sentence_encoder import Near, SentenceEncoder, nearness
from ingest.sentences import sentences
from rag.contents import is_contents
from rag.guards.instructing import clear_of, instructs
from rag.quotes.grow import grow
from rag.quotes.signals import Quote, Words, measure, score
from rag.quotes.steps import steps_in_order
from rag.search.centre import unit
from rag.tickets.said import facts_of, said, told_at, within
from rag.types import Passage, Plan, Question

Likelihood = Callable[[Sequence[str], str], list[float]]
"""(texts, question) → mean log-likelihood of the question after each text, in nats a token."""

Stored = Callable[[str, int], tuple[Sequence[tuple[int, int]], Vectors]]
"""(document, page) → where on the page sentences are and their vectors (n, d), kept since the page was read."""

Favour = Callable[[Quote], float]
"""What speaks for a stretch beside the question's own words and meaning, in the units of its score."""

LONG_LIST = 100
"""Sentences that are compared with the question; the rest are left by rank of passage and shared words."""

SHORT_LIST = 16
"""Sentences that are embedded by themselves where vectors kept from their pages tell the others: in context a sentence
is nearer to its neighbours, and quotes are chosen worse by that alone. Of 131 questions 93 first quotes hold the
evidence and 121 of those shown do, with 8 sentences 93 and 119, with 24 93 and 121."""

EACH = 2
"""Of them that stand for one stretch, as long as there are others."""

SHOWN = 3
"""Quotes in an answer."""

INSTRUCTS = 100.0
"""What a stretch loses that instructs whoever answers: it is shown when nothing else was read."""

LIKELIHOOD = 0.2
"""What a nat a token of the question's likelihood weighs, of the small packaged model. Whole quotes are scored: after
lone sentences it told nothing. Of 131 first quotes about manuals 93 hold the evidence with it and without it (90 with
0.6, 87 with 1.0), of 204 of XQuAD 189 and 188."""


def best_quotes(
    question: Question,
    passages: Sequence[Passage],
    embedder: Embedder,
    likelihood: Likelihood | None,
    stored: Stored | None = None,
    encoder: SentenceEncoder | None = None,
    favour: Favour | None = None,
) -> list[Quote]:
    """At most SHOWN quotes, best first, steps of one procedure in its order (`rag.quotes.steps`), none of which overlap
    or say the same; none when no passage holds a sentence. An order to who answers is one only where nothing else is.

    `passages` are best first. `likelihood` is asked for the quotes that are shown and orders them; None leaves it out.
    Where `stored` has no vector of some sentence, all are embedded: the two kinds cannot be compared. Without `encoder`
    the embedder alone says what a stretch means. What `favour` gives a stretch is added to what speaks for it; one
    that it gives nothing is not shown.
    """
    quotes = quotable(question, passages, embedder, stored, encoder, favour)
    if favour is not None:
        quotes = [quote for quote in quotes if favour(quote) > 0]
    shown = apart(_ranked(question, passages, quotes, favour))[:SHOWN]
    shown = [one for one in shown if not _is_order(one)] or shown
    return steps_in_order(_by_likelihood(question, shown, likelihood))


def quotable(
    question: Question,
    passages: Sequence[Passage],
    embedder: Embedder,
    stored: Stored | None = None,
    encoder: SentenceEncoder | None = None,
    favour: Favour | None = None,
) -> list[Quote]:
    """The stretches that the likeliest sentences stand in, in no order; they may overlap."""
    found = _long_list(question, passages)
    if not found:
        return []
    near = nearness(encoder, question.text) if encoder else None
    asked = embedder.embed_questions([question.text])[0]
    vectors = _stored_vectors(found, stored) if stored else None
    if vectors is not None:
        found = _shortened(question, passages, _compared(found, vectors @ asked), near, favour)
    vectors = embedder.embed_passages([f"{q.passage.section}\n{q.text}" for q in found])
    return _grown(_compared(found, vectors @ asked), near)


def _by_likelihood(question: Question, quotes: Sequence[Quote], likelihood: Likelihood | None) -> list[Quote]:
    """The quotes in the order that the model gives them too."""
    if likelihood is None or len(quotes) < 2:
        return list(quotes)
    likely = likelihood([q.text for q in quotes], question.text)
    scores = [q.score + LIKELIHOOD * value for q, value in zip(quotes, likely, strict=True)]
    order = np.argsort(-np.array(scores), kind="stable")
    return [replace(quotes[i], score=scores[i]) for i in order]


def _shortened(
    question: Question, passages: Sequence[Passage], found: Sequence[Quote], near: Near | None, favour: Favour | None
) -> list[Quote]:
    """The SHORT_LIST sentences that stand for the best stretches: of each its EACH most similar, before any other."""
    groups: dict[tuple[int, int, int], list[Quote]] = {}
    for one in sorted(found, key=lambda q: -q.similarity):
        groups.setdefault(_stretch(_grown([one])[0]), []).append(one)
    ranked = [groups[_stretch(quote)] for quote in _ranked(question, passages, _grown(found, near), favour)]
    order = [*chain(*(group[:EACH] for group in ranked)), *chain(*(group[EACH:] for group in ranked))]
    return order[:SHORT_LIST]


def _ranked(
    question: Question, passages: Sequence[Passage], quotes: Sequence[Quote], favour: Favour | None = None
) -> list[Quote]:
    """Best first, without tables of contents unless there is nothing else: what their titles lead to is elsewhere."""
    read = {id(q.passage): q.passage for q in quotes}
    listing = {key for key, passage in read.items() if is_contents(passage.text)}
    quotes = [q for q in quotes if id(q.passage) not in listing and not is_contents(q.text)] or quotes
    led = [_is_order(q) for q in quotes]
    scores = score(measure(question, passages, quotes)) - INSTRUCTS * np.array(led)
    if favour is not None:
        scores = scores + np.array([favour(quote) for quote in quotes])
    return [replace(quotes[i], score=float(scores[i])) for i in np.argsort(-scores, kind="stable")]


def _is_order(quote: Quote) -> bool:
    return instructs(quote.passage.text, quote.start, quote.end)


def _compared(quotes: Sequence[Quote], near: Vectors) -> list[Quote]:
    return [replace(q, similarity=float(s)) for q, s in zip(quotes, near, strict=True)]


def _stored_vectors(quotes: Sequence[Quote], stored: Stored) -> Vectors | None:
    """Unit rows, each the mean of the stored sentences that a quote is made of; None when some quote has none."""
    pages = {(q.passage.document_id, q.passage.page): None for q in quotes}
    known = {page: stored(*page) for page in pages}
    rows = []
    for q in quotes:
        spans, vectors = known[q.passage.document_id, q.passage.page]
        start, end = q.passage.start + q.start, q.passage.start + q.end
        shared = np.array([max(0, min(b, end) - max(a, start)) for a, b in spans], dtype=np.float32)
        if not shared.any():
            return None
        rows.append(unit(shared @ vectors))
    return np.stack(rows)


def apart(ranked: Sequence[Quote]) -> list[Quote]:
    """Those that neither overlap a better one nor repeat its words."""
    kept: list[Quote] = []
    for one in ranked:
        if not any(overlaps(one, other) or one.text == other.text for other in kept):
            kept.append(one)
    return kept


def overlaps(one: Quote, other: Quote) -> bool:
    """Whether two quotes share a stretch of a page."""
    same = (one.passage.document_id, one.passage.page) == (other.passage.document_id, other.passage.page)
    starts = [q.passage.start + q.start for q in (one, other)]
    ends = [q.passage.start + q.end for q in (one, other)]
    return same and max(starts) < min(ends)


def _grown(found: Sequence[Quote], near: Near | None = None) -> list[Quote]:
    """Sentences → the stretches they stand in, each once, with the best similarity of those sentences."""
    best: dict[tuple[int, int, int], Quote] = {}
    for one in found:
        at = told_at(one.passage.text, one.start) if one.passage.kind == "ticket" else one.start
        start, end = grow(one.passage.text, at)
        if one.passage.kind == "ticket":
            start, end = within(one.passage.text, at, start, end)
        start, end = clear_of(one.passage.text, one.start, start, end)
        quote = replace(one, start=start, end=end)
        key = _stretch(quote)
        if key not in best or best[key].similarity < one.similarity:
            best[key] = quote
    quotes = list(best.values())
    if near is None:
        return quotes
    return [replace(q, meaning=float(cosine)) for q, cosine in zip(quotes, near([q.text for q in quotes]), strict=True)]


def _stretch(quote: Quote) -> tuple[int, int, int]:
    return id(quote.passage), quote.start, quote.end


def beside_a_ticket(plan: Plan, question: Question) -> tuple[Passage, ...]:
    """What may be quoted: all that was read. Beside a ticket that was read whole no other that holds no word of the
    question in either language: tickets are short, and some quote of each would be shown.
    """
    own = [p for p in plan.passages if p.document_id in plan.documents]
    if plan.mode != "document" or {p.kind for p in own} != {"ticket"}:
        return plan.passages
    wanted = {stem for term in terms(question.text, question.language) for stem in (*term.stems, *term.said)}
    sure = {p.document_id for p in (*own, *plan.pinned)}
    return tuple(
        p
        for p in plan.passages
        if p.kind != "ticket" or p.document_id in sure or wanted & set(stems(p.text, p.language).split())
    )


def _long_list(question: Question, passages: Sequence[Passage]) -> list[Quote]:
    """Sentences, those first that share words with the question and stand in a good passage.

    Lines that only lead elsewhere are among them where there is nothing else.
    """
    words = Words(question, passages)
    found: list[tuple[float, Quote]] = []
    for rank, passage in enumerate(passages):
        for a, b in _said_in(passage):
            found.append((words.share(passage.text[a:b], passage) - 0.05 * rank, Quote(passage, a, b)))
    found = [(worth, q) for worth, q in found if not points_on(q.passage.text, q.start)] or found
    found.sort(key=lambda pair: -pair[0])
    return [quote for _, quote in found[:LONG_LIST]]


def _said_in(passage: Passage) -> list[tuple[int, int]]:
    """Its sentences; of a ticket those that somebody says, not what greets, signs or quotes another mail."""
    spans = sentences(passage.text)
    if passage.kind != "ticket":
        return spans
    own, facts = said(passage.text), facts_of(passage.text)
    found = [(max(a, c), min(b, d)) for a, b in spans for c, d in own if max(a, c) < min(b, d)]
    return [(a, b) for a, b in found if not facts[0] <= a < facts[1]]
