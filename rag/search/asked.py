"""A question on its way through the library: its vectors, and how rare its words are there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ingest.embed import Vectors
from ingest.lexical import Term
from rag.types import Question

TRANSLATED = 0.5
"""What a word's translation counts for, the word itself being 1: it may be one of many, or of another sense."""


@dataclass(frozen=True)
class Asked:
    """A question as searched: its vector (d,), its tokens' (n, d), its terms and the rarity of each."""

    question: Question
    vector: Vectors
    tokens: Vectors
    terms: tuple[Term, ...]
    rarity: tuple[float, ...]

    @cached_property
    def weight(self) -> float:
        """Of all words: one that the library does not hold counts as much as the rarest that it does.

        Asked in another language, most are not held: what few words match by chance, or are names, weighs little then.
        """
        return sum(value or max(self.rarity) for value in self.rarity)

    @cached_property
    def worth(self) -> tuple[float, ...]:
        """Of each term, and then of each term's translations."""
        return (*self.rarity, *(TRANSLATED * value for value in self.rarity))

    @cached_property
    def stems(self) -> dict[str, tuple[int, ...]]:
        """Which terms a stem belongs to, as places in `worth`: two forms of a word may share it."""
        return _places([term.stems for term in self.terms])

    @cached_property
    def foreign_stems(self) -> dict[str, tuple[int, ...]]:
        """The same for texts in another language than the question's, with translations."""
        return _places([term.stems for term in self.terms] + [term.said for term in self.terms])


def _places(terms: Iterable[Sequence[str]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for at, stems in enumerate(terms):
        for stem in dict.fromkeys(stems):
            found[stem] = (*found.get(stem, ()), at)
    return found
