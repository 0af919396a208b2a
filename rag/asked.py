"""A question on its way through the library: its vectors, and how rare its words are there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ingest.embed import Vectors
from ingest.lexical import Term
from rag.types import Question


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
    def stems(self) -> dict[str, tuple[int, ...]]:
        """Which terms a stem belongs to: two forms of a word may share it."""
        found: dict[str, tuple[int, ...]] = {}
        for at, term in enumerate(self.terms):
            for stem in dict.fromkeys(term.stems):
                found[stem] = (*found.get(stem, ()), at)
        return found
