"""A sentence → its words in clauses, its quantities, and what it says of what. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.types import Language
from rag.support.facts import Number, numbers
from rag.support.pairs import Group, groups
from rag.support.tables import COARSE
from rag.support.words import Clause, Word, clauses, words_of


@dataclass(frozen=True, slots=True)
class Sentence:
    """A claim, or a sentence of a passage, taken apart. `passage`: its number, 0 for a claim."""

    text: str
    language: Language
    parts: tuple[Clause, ...]
    coarse: tuple[Clause, ...]
    groups: tuple[Group, ...]
    numbers: tuple[Number, ...]
    passage: int = 0

    @property
    def words(self) -> list[Word]:
        """Its words and numbers."""
        return words_of(self.parts)

    @property
    def named(self) -> list[Word]:
        """Its words, numbers and identifiers."""
        return [word for group in self.groups for word in group]


def take_apart(text: str, language: Language, passage: int = 0) -> Sentence:
    """Of one sentence."""
    return Sentence(
        text,
        language,
        tuple(clauses(text, language)),
        tuple(clauses(text, language, COARSE)),
        tuple(groups(text, language)),
        numbers(text, language),
        passage,
    )
