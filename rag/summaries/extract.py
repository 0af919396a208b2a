"""A document's sentences and their vectors → the few that say what it is about, verbatim. Pure."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ingest.evidence import Evidence
from ingest.lexical import content_words, fold
from ingest.packing import Vectors
from ingest.sentences import sentences
from rag.cite import folded
from rag.guards.suspicion import suspicions
from rag.outline import Part
from rag.summaries.prose import is_prose, without_heading, worth
from rag.tickets.said import is_message, said

FEWEST, MOST = 3, 12
"""Lines of a summary."""

PER_PART = 3
"""Sentences of a part that go on to the choice over the whole document."""

# Weights of what speaks for a sentence: the first three in standard deviations over the candidates.
_DOCUMENT, _PART, _TERMS, _TITLE, _LEAD, _DEEP, _OPENING = 0.6, 0.6, 0.6, 0.8, 0.9, 0.3, 1.2
_PREFACE = 0.3
"""What a sentence before the first section loses: forewords speak of the authors."""
_LEADS = (1.0, 0.5, 0.2)
"""What the first sentences of a section have of _LEAD, by place."""
_OPENS = 0.02
"""Share of a document after which the weight of its opening has fallen to a third."""
_REPEATS, _CROWDS = 1.2, 1.6
"""What a sentence loses that says what a chosen one says, or stands in a chapter that has had its share."""

_BOILERPLATE = 3
"""Times a sentence may stand in a document before it is a running header."""
_STEM = 6
"""Letters by which the words of a title are found again: enough for both languages' endings."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of a page, `page.text[start:end] == text`, and the ordinals of the part and the section it is in.

    `nth` counts the sentences of prose in its section, from 0; -1 for what is none.
    """

    page: int
    start: int
    end: int
    text: str
    part: int
    section: int
    nth: int


@dataclass(frozen=True, slots=True)
class _Pool:
    """Candidates with their vectors (n, d) of unit length."""

    sentences: tuple[Sentence, ...]
    vectors: Vectors


def lines_for(pages: int) -> int:
    """How many lines sum up a document of so many pages."""
    return max(FEWEST, min(MOST, round(FEWEST + 1.4 * math.log2(max(1, pages)))))


def key_sentences(
    parts: Sequence[Part], sections: Sequence[Part], found: Sequence[Evidence], most: int
) -> list[Sentence]:
    """At most `most` sentences, the most telling first: central to their part and to the document, each other's
    complement, spread over the chapters by their length. Without vectors, words and places decide. None that instructs
    whoever sums up, unless there is no other.

    `parts` and `sections` are `rag.outline.outline` and `sections_of` the document, `found` all its chunks in order.
    [] when it holds no sentence at all.
    """
    pool = _pool(_candidates(parts, sections, found))
    if not pool.sentences:
        return []
    scores = _scores(pool, sections)
    chapters = len({section.path[:1] for section in sections}) > 1
    areas = [sections[s.section].path[:1] if chapters else s.part for s in pool.sentences]
    best = _best_of_each_part(pool, scores, max(PER_PART, math.ceil(2 * most / len(parts))))
    told = [i for i in best if not suspicions(pool.sentences[i].text)]
    return [pool.sentences[i] for i in _chosen(pool, scores, told or best, areas, most)]


def _candidates(
    parts: Sequence[Part], sections: Sequence[Part], found: Sequence[Evidence]
) -> Iterator[tuple[Sentence, Vectors]]:
    """Each sentence with its vector, (0,) before it is embedded."""
    part_at, section_at = _Finder(parts), _Finder(sections)
    prose: Counter[int] = Counter()
    for one in found:
        chunk = one.chunk
        spans = sentences(chunk.text)
        rows = one.sentences if len(one.sentences) == len(spans) else [one.vector] * len(spans)
        for (a, b), vector in zip(spans, rows, strict=True):
            section = section_at(chunk.page, chunk.start + b - 1)
            title = sections[section].title
            if is_message(title) and not any(max(a, c) < min(b, d) for c, d in said(chunk.text)):
                continue  # a greeting, a signature, a quoted mail
            a += without_heading(chunk.text[a:b], title)
            text, start = chunk.text[a:b], chunk.start + a
            place = (chunk.page, start, chunk.start + b, text)
            nth = prose[section] if is_prose(text) else -1
            prose[section] += nth >= 0
            yield Sentence(*place, part_at(chunk.page, start), section, nth), vector


class _Finder:
    """A place → the ordinal of the part it is in, 0 for none."""

    def __init__(self, parts: Sequence[Part]) -> None:
        starts = sorted((s.page, s.start, part.ordinal) for part in parts for s in part.slices)
        self._places, self._ordinals = [s[:2] for s in starts], [s[2] for s in starts]

    def __call__(self, page: int, start: int) -> int:
        at = bisect_right(self._places, (page, start)) - 1
        return self._ordinals[at] if at >= 0 else 0


def _pool(candidates: Iterator[tuple[Sentence, Vectors]]) -> _Pool:
    """Sentences of prose that are no running headers; where there are none, what there is."""
    every = list(candidates)
    repeated = Counter(folded(sentence.text) for sentence, _ in every)
    kept = [entry for entry in every if repeated[folded(entry[0].text)] < _BOILERPLATE]
    prose = [entry for entry in kept if entry[0].nth >= 0] or kept or every
    dimension = max((len(vector) for _, vector in prose), default=0)
    empty = np.zeros(dimension, np.float32)
    rows = [vector if len(vector) == dimension else empty for _, vector in prose]
    return _Pool(tuple(sentence for sentence, _ in prose), np.stack(rows) if rows else np.empty((0, 0), np.float32))


def _scores(pool: _Pool, sections: Sequence[Part]) -> Vectors:
    """What speaks for each sentence, (n,)."""
    whole = pool.vectors @ _unit(pool.vectors.mean(axis=0))
    own = np.zeros(len(pool.sentences), np.float32)
    parts = np.array([sentence.part for sentence in pool.sentences])
    for part in np.unique(parts):
        rows = parts == part
        own[rows] = pool.vectors[rows] @ _unit(pool.vectors[rows].mean(axis=0))
    terms = np.array(_terms(pool.sentences), np.float32)
    every = pool.sentences
    said = np.array(
        [worth(s.text, " ".join(sections[s.section].path)) + _placed(s, sections, every) for s in every], np.float32
    )
    total: Vectors = _DOCUMENT * _standard(whole) + _PART * _standard(own) + _TERMS * _standard(terms) + said
    return total


def _terms(chosen: Sequence[Sentence]) -> list[float]:
    """How much each sentence speaks of what the document often speaks of."""
    words = [{root for word in content_words(s.text) if len(root := _root(word)) > 3} for s in chosen]
    common = Counter(word for held in words for word in held)
    return [sum(math.log1p(common[word]) for word in held if common[word] > 2) / (len(held) + 6) for held in words]


def _placed(sentence: Sentence, sections: Sequence[Part], every: Sequence[Sentence]) -> float:
    """What its place says for it: the document's opening, the first lines of a chapter, the words of the title."""
    section = sections[sentence.section]
    level = max(1, section.level)
    preface = _PREFACE if not section.path and len(sections) > 1 else 0.0
    lead = _LEADS[sentence.nth] if 0 <= sentence.nth < len(_LEADS) else 0.0
    first, last = every[0].page, every[-1].page
    opening = math.exp(-(sentence.page - first) / (_OPENS * (last - first + 1)))
    title = {_root(word) for word in content_words(" ".join(section.path[-1:]))}
    held = {_root(word) for word in content_words(sentence.text)} if title else set()
    shared = len(title & held) / len(title) if title else 0.0
    first_lines = _LEAD * lead / math.sqrt(level) + _OPENING * opening * (lead + 0.2)
    return first_lines + _TITLE * shared - _DEEP * max(0, level - 2) - preface


@lru_cache(maxsize=32_768)
def _root(word: str) -> str:
    return fold(word)[:_STEM]


def _best_of_each_part(pool: _Pool, scores: Vectors, most: int) -> list[int]:
    held: Counter[int] = Counter()
    kept = []
    for i in np.argsort(-scores, kind="stable"):
        part = pool.sentences[i].part
        if held[part] < most:
            held[part] += 1
            kept.append(int(i))
    return kept


def _chosen(pool: _Pool, scores: Vectors, candidates: Sequence[int], areas: Sequence[Hashable], most: int) -> list[int]:
    """Greedy, as maximal marginal relevance (Carbonell and Goldstein, 1998), with a share for each area."""
    share = _shares(pool, areas)
    vectors = pool.vectors[list(candidates)]
    alike = vectors @ vectors.T
    middle, spread = _spread(alike)
    repeats = np.zeros(len(candidates), np.float32)
    here = [areas[i] for i in candidates]
    had: Counter[Hashable] = Counter()
    kept: list[int] = []
    while len(kept) < min(most, len(candidates)):
        crowds = np.array([had[name] / max(0.5, share[name] * most) for name in here], np.float32)
        values = scores[list(candidates)] - _REPEATS * repeats - _CROWDS * crowds
        values[kept] = -np.inf
        best = int(values.argmax())
        kept.append(best)
        had[here[best]] += 1
        repeats = np.maximum(repeats, (alike[best] - middle) / spread)
    return [candidates[i] for i in kept]


def _shares(pool: _Pool, areas: Sequence[Hashable]) -> dict[Hashable, float]:
    """Each chapter's share of the lines, by the root of its length: short ones are not forgotten."""
    sizes: Counter[Hashable] = Counter()
    for sentence, area in zip(pool.sentences, areas, strict=True):
        sizes[area] += len(sentence.text)
    total = sum(math.sqrt(size) for size in sizes.values())
    return {area: math.sqrt(size) / total for area, size in sizes.items()}


def _standard(values: Vectors) -> Vectors:
    middle, spread = _spread(values)
    scaled: Vectors = np.clip((values - middle) / spread, -3.0, 3.0)
    return scaled


def _spread(values: Vectors) -> tuple[float, float]:
    return float(values.mean()), max(float(values.std()), 1e-6)


def _unit(vector: Vectors) -> Vectors:
    scaled: Vectors = vector / max(float(np.linalg.norm(vector)), 1e-12)
    return scaled
