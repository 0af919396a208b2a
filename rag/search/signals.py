"""A question and the chunks found for it → what speaks for each of them, as numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Vectors
from ingest.evidence import Evidence
from ingest.lexical import words
from ingest.sentences import sentences
from rag.contents import is_contents
from rag.question import holds_name
from rag.search.asked import Asked
from rag.search.centre import Centre, unit
from rag.search.overlap import coverage, is_foreign, overlap
from rag.search.spellings import pattern
from rag.types import Question

Matrix = NDArray[np.float64]

NAMES = (
    "similarity",      # cosine of the nearest sentence
    "two_nearest",     # mean cosine of the two nearest
    "token_match",     # mean over the question's tokens of the cosine of the sentence nearest to each
    "meaning",         # cosine of the chunk, languages taken away
    "coverage",        # share of the question's words that the chunk or its breadcrumb holds, rare ones count more
    "nearness",        # the greatest such share within WINDOW words
    "fullness",        # coverage squared: nearly all the words are worth more than twice the half of them
    "written",         # coverage by words as the question writes them, of a text in its own language without breadcrumb
    "heading",         # such share in the last part of the breadcrumb
    "identifiers",     # share of the question's identifiers, to the letter, that are more than capital letters
    "acronyms",        # share of those that are capital letters alone (RAM, IMAP): they say less than a code or a path
    "word_rank",       # 1 for the best by words, falling as in reciprocal rank fusion
    "name_sentence",   # cosine of the nearest sentence, with a name in it if the question asks for one
    "number_sentence", # the same with a number
    "digits",          # whether there is a number at all
    "contents",        # whether it is a table of contents, or a heading alone
    "foreign_meaning", # how far a chunk in the other language falls short of the best by meaning: words tell less there
    "translation",     # nearness to the best passages in the question's own language
    "vicinity",        # odds, by a first guess, of other chunks on its page and on those beside it
)  # fmt: skip

RELATIVE = ("similarity", "two_nearest", "token_match", "meaning", "name_sentence", "number_sentence")
"""Cosines, which bunch: only how far they fall short of the best one says something."""

RANK_K = 60
_MISSING = 0.02
"""How much further away a sentence with a name or number counts that is not there."""
_SPREAD = 0.004
"""The least spread of cosines that is taken for one: two passages are no sample."""
SECOND_LOOK = 40
"""Chunks that all signals are measured of: of 220 questions about manuals the shortlist loses the answer of 4, and with
64 of 3."""
_MARKS = 20
"""Signs around a heading that are no words."""
_MODELS = 4
"""Passages in the question's language that translations are looked for of."""
_DIGIT = re.compile(r"\d")


def shortlist(asked: Asked, found: Sequence[Evidence], word_ranks: Mapping[int, int], centre: Centre) -> list[Evidence]:
    """The SECOND_LOOK chunks that seem best by their vectors, words and names, in the order of `found`.

    `word_ranks` as `measure` takes them.
    """
    if len(found) <= SECOND_LOOK:
        return list(found)
    near = _fall(cosines(asked, found, token_match=False).best) + _fall(meanings(asked, found, centre))
    held = [4 * coverage(asked, one) + _held(asked.question.identifiers, one) for one in found]
    guess = 0.4 * near + np.array(held) + _word_ranks(found, word_ranks)  # about as the ranking weighs them
    kept = np.sort(np.argsort(-guess, kind="stable")[:SECOND_LOOK])
    return [found[at] for at in kept]


def measure(asked: Asked, found: Sequence[Evidence], word_ranks: Mapping[int, int], centre: Centre) -> Matrix:
    """(len(found), len(NAMES)), in the order of `found`. `word_ranks` are from 1, by chunk id."""
    rows = np.zeros((len(found), len(NAMES)))
    if not found:
        return rows
    column = {name: rows[:, at] for at, name in enumerate(NAMES)}
    near, foreign = cosines(asked, found), np.array([is_foreign(asked.question, one) for one in found])
    of_words = [overlap(asked, one) for one in found]
    column["similarity"][:] = near.best
    column["two_nearest"][:] = near.two
    column["token_match"][:] = near.tokens
    column["meaning"][:] = meanings(asked, found, centre)
    column["foreign_meaning"][:] = _fall(column["meaning"]) * foreign
    column["coverage"][:] = [w.coverage for w in of_words]
    column["fullness"][:] = column["coverage"] ** 2
    column["written"][:] = [w.written for w in of_words] * ~foreign
    column["nearness"][:] = [w.nearness for w in of_words]
    column["heading"][:] = [w.heading for w in of_words]
    capitals = acronyms(asked.question)
    codes = [name for name in asked.question.identifiers if name not in capitals]
    column["identifiers"][:] = [_held(codes, one) for one in found]
    column["acronyms"][:] = [_held(capitals, one) for one in found]
    column["word_rank"][:] = _word_ranks(found, word_ranks)
    for at, one in enumerate(found):
        text = one.chunk.text
        column["name_sentence"][at], column["number_sentence"][at] = _holding(asked.question, one, near.each[at])
        column["digits"][at] = _DIGIT.search(text) is not None
        column["contents"][at] = is_contents(text) or _is_heading(one)
    column["translation"][:] = _translations(asked, found, rows, foreign, centre)
    column["vicinity"][:] = _vicinity(found, first_guess(rows))
    return rows


def relative(rows: Matrix) -> Matrix:
    """The signals with cosines as distances from the best one, in standard deviations of the best thirty."""
    found = rows.copy()
    for at, name in enumerate(NAMES):
        if name in RELATIVE and len(rows):
            found[:, at] = _fall(rows[:, at])
    return found


def _fall(values: Matrix) -> Matrix:
    best = np.sort(values)[-30:]
    fallen: Matrix = (values - best[-1]) / max(float(best.std()), _SPREAD)
    return fallen


def meanings(asked: Asked, found: Sequence[Evidence], centre: Centre) -> Matrix:
    """Cosines of the chunks to the question, languages taken away; without a vector: as far as the farthest."""
    known = [at for at, one in enumerate(found) if len(one.vector)]
    cosines = np.zeros(len(found))
    if known:
        vectors = centre.passages(np.stack([found[i].vector for i in known]), [found[i].language for i in known])
        near = vectors @ centre.question(asked.vector, asked.question.language)
        cosines[:] = near.min()
        cosines[known] = near
    return cosines


@dataclass(frozen=True, slots=True)
class Cosines:
    """Of each chunk's sentences to the question: the best, mean of the best two, token by token, and all."""

    best: Matrix
    two: Matrix
    tokens: Matrix
    each: list[Vectors]


def cosines(asked: Asked, found: Sequence[Evidence], *, token_match: bool = True) -> Cosines:
    """A chunk stands for its sentences where they have no vectors; one without a vector is as far as the farthest.

    Without `token_match` the nearness token by token is that of the best sentence.
    """
    rows = [one.sentences if len(one.sentences) else one.vector[np.newaxis] for one in found if len(one.vector)]
    if not rows:
        nothing = np.zeros(len(found))
        return Cosines(nothing, nothing, nothing, [np.zeros(0, np.float32)] * len(found))
    matrix = np.concatenate(rows)
    starts = np.cumsum([0, *map(len, rows)])[:-1]
    near = matrix @ asked.vector
    tokens = (
        np.maximum.reduceat(unit(matrix) @ asked.tokens.T, starts).mean(axis=1)
        if token_match and len(asked.tokens)
        else None
    )
    each = np.split(near, starts[1:])
    best = np.maximum.reduceat(near, starts)
    two = np.array([np.sort(some)[-2:].mean() for some in each])
    at = np.array([len(one.vector) > 0 for one in found])
    empty = np.zeros(0, np.float32)
    known = iter(each)
    return Cosines(
        _spread_out(best, at), _spread_out(two, at), _spread_out(best if tokens is None else tokens, at),
        [next(known) if has else empty for has in at],
    )  # fmt: skip


def _spread_out(values: Matrix, at: NDArray[np.bool_]) -> Matrix:
    found = np.full(len(at), values.min(), dtype=np.float64)
    found[at] = values
    return found


def _holding(question: Question, one: Evidence, near: Vectors) -> tuple[float, float]:
    """The cosine of the nearest sentence with a name in it, and with a number: where the question wants one."""
    best = float(near.max(initial=0.0))
    if not len(near) or not (question.wants_name or question.wants_number):
        return best, best
    spans = sentences(one.chunk.text)
    texts = [one.chunk.text[a:b] for a, b in spans] if len(spans) == len(near) else [one.chunk.text] * len(near)
    farthest = float(near.min()) - _MISSING
    order = np.argsort(-near, kind="stable")  # to look for names takes most of the time: the nearest first
    name = next((float(near[at]) for at in order if holds_name(texts[at])), farthest) if question.wants_name else best
    number = (
        next((float(near[at]) for at in order if _DIGIT.search(texts[at])), farthest) if question.wants_number else best
    )
    return name, number


def _is_heading(one: Evidence) -> bool:
    """Whether a chunk says no more than its breadcrumb does."""
    text, breadcrumb = one.chunk.text, one.chunk.breadcrumb
    return len(text) <= len(breadcrumb) + _MARKS and set(words(text)) <= set(words(breadcrumb))


def _word_ranks(found: Sequence[Evidence], ranks: Mapping[int, int]) -> Matrix:
    return np.array([RANK_K / (RANK_K - 1 + ranks[one.id]) if one.id in ranks else 0.0 for one in found])


def acronyms(question: Question) -> list[str]:
    """Those of its identifiers that are capital letters alone."""
    return [name for name in question.identifiers if name.isalpha() and name.isupper()]


def _held(names: Sequence[str], one: Evidence) -> float:
    """The share of the names that a chunk holds to the letter, 0 without any."""
    if not names:
        return 0.0
    text = one.chunk.text.casefold()
    return sum(pattern(name).search(text) is not None for name in names) / len(names)


def _vicinity(found: Sequence[Evidence], guess: Matrix) -> Matrix:
    """Of each chunk: what is near the place that is asked about stands near other chunks that seem to answer."""
    odds = np.exp(guess - guess.max())
    documents = np.array([one.chunk.document_id for one in found])
    pages = np.array([one.chunk.page for one in found])
    near = (documents[:, None] == documents) & (np.abs(pages[:, None] - pages) <= 1)
    around: Matrix = (near @ odds - odds) / odds.sum()
    return around


def _translations(
    asked: Asked, found: Sequence[Evidence], rows: Matrix, foreign: NDArray[np.bool_], centre: Centre
) -> Matrix:
    """For each foreign chunk: how near it is to one of the best chunks in the question's own language."""
    own = [at for at, one in enumerate(found) if one.language == asked.question.language and len(one.vector)]
    others = [at for at, one in enumerate(found) if foreign[at] and len(one.vector)]
    cosines = np.zeros(len(found))
    if not own or not others:
        return cosines
    score = first_guess(rows)
    own = sorted(own, key=lambda at: -score[at])[:_MODELS]
    weight = np.exp(score[own] - score[own].max())
    vectors = centre.passages(
        np.stack([found[at].vector for at in [*own, *others]]), [found[at].language for at in [*own, *others]]
    )
    near = vectors[len(own) :] @ vectors[: len(own)].T
    cosines[others] = (near * weight).max(axis=1)
    return cosines


def first_guess(rows: Matrix) -> Matrix:
    """A score without the signals that depend on others' scores."""
    near = relative(rows)
    column = {name: near[:, at] for at, name in enumerate(NAMES)}
    guess: Matrix = column["similarity"] + column["meaning"] + 2 * column["coverage"] - 3 * column["contents"]
    return guess
