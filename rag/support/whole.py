"""All that was read for a claim → what its facts are looked for in, each taken apart once for all claims. Pure."""

from __future__ import annotations

from functools import cached_property

from ingest.lexical import fold
from rag.support.facts import Number, comparable, identifiers, months, numbers
from rag.support.words import Word, clauses, plain, words_of


class Whole:
    """A text, taken apart as far as somebody asks: of an answer's sentences only few name anything."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def folded(self) -> str:
        """In small letters without accents."""
        return fold(self.text)

    @cached_property
    def said(self) -> frozenset[str]:
        """What stands between white space, folded."""
        return frozenset(self.folded.split())

    @cached_property
    def plain(self) -> str:
        """As clauses are compared."""
        return plain(self.text)

    @cached_property
    def compared(self) -> str:
        """As identifiers are compared."""
        return comparable(self.text)

    @cached_property
    def identifiers(self) -> frozenset[str]:
        """As they are compared."""
        return frozenset(identifiers(self.text))

    @cached_property
    def months(self) -> frozenset[int]:
        """Those that dates name."""
        return frozenset(months(self.text))

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Its words, read in either language."""
        return (*words_of(clauses(self.text, "es")), *words_of(clauses(self.text, "en")))

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """Its quantities, read in either language."""
        return (*numbers(self.text, "es"), *numbers(self.text, "en"))
