"""A question and a chunk → how many of the question's words the chunk holds, and how near to one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.evidence import Evidence
from ingest.lexical import searchable, words
from rag.search.asked import Asked
from rag.types import Passage, Question

WINDOW = 25
"""Words that stand together."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Shares of the question's words, 0 to 1, weighted by how rare they are; see `rag.search.signals.NAMES`."""

    coverage: float
    nearness: float
    heading: float
    written: float = 0.0


def is_foreign(question: Question, one: Evidence | Passage) -> bool:
    """Whether question and text are in different languages, as far as is known."""
    return {question.language, one.language} == {"es", "en"}


def _stems(asked: Asked, one: Evidence) -> Mapping[str, tuple[int, ...]]:
    return asked.foreign_stems if is_foreign(asked.question, one) else asked.stems


def coverage(asked: Asked, one: Evidence) -> float:
    """Share of the question's words that a chunk holds, weighted by how rare they are."""
    wanted = _stems(asked, one)
    held = {term for stem in wanted.keys() & set(one.stems) for term in wanted[stem]}
    return _share(asked, held) / (asked.weight or 1.0)


def overlap(asked: Asked, one: Evidence) -> Overlap:
    """What the words of a chunk say."""
    total = asked.weight
    wanted = _stems(asked, one)
    hits = [(place, term) for place, stem in enumerate(one.stems) for term in wanted.get(stem, ())]
    if not hits or total <= 0:
        return Overlap(0.0, 0.0, 0.0)
    last, crumbs = _last_heading(one.chunk.breadcrumb)
    heading = {term for place, term in hits if last <= place < crumbs} if last else set()
    held = {term for _, term in hits}
    text = set(words(one.chunk.text))
    written = sum(value for term, value in zip(asked.terms, asked.rarity, strict=True) if term.word in text)
    return Overlap(
        _share(asked, held) / total,
        min(1.0, _together(asked, hits) / total),
        _share(asked, heading) / total,
        written / total,
    )


@lru_cache(maxsize=4096)
def _last_heading(breadcrumb: str) -> tuple[int, int]:
    """Where, among the stems of a chunk, its last heading begins and ends."""
    crumbs = len(words(searchable(breadcrumb)))
    return crumbs - len(words(searchable(breadcrumb.rpartition(" › ")[2]))), crumbs


def _together(asked: Asked, hits: Sequence[tuple[int, int]]) -> float:
    """The greatest weight of distinct words within WINDOW; `hits` are (place, term) in order."""
    best = weight = 0.0
    count, held = len(asked.rarity), [0] * len(asked.worth)

    def hold(term: int, more: int) -> float:
        """By how much the weight grows: a word and its translation count once."""
        own, said = term % count, term % count + count
        before = asked.worth[own] if held[own] else asked.worth[said] if held[said] else 0.0
        held[term] += more
        return (asked.worth[own] if held[own] else asked.worth[said] if held[said] else 0.0) - before

    first = 0
    for place, term in hits:
        weight += hold(term, 1)
        while place - hits[first][0] > WINDOW:
            weight += hold(hits[first][1], -1)
            first += 1
        best = max(best, weight)
    return best


def _share(asked: Asked, held: set[int]) -> float:
    """The worth of terms, each counted once: as it stands or as its translation."""
    count = len(asked.rarity)
    return sum(asked.worth[term] for term in held if term < count or term - count not in held)
