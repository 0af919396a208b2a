"""The words of a question, in either language → which of them stand in a stretch of a page or above it."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.lexical import fold, stems, terms, words
from rag.types import Passage, Question


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a question, each as the stems that say it in either language."""

    terms: tuple[frozenset[str], ...]

    def held(self, text: str, passage: Passage) -> frozenset[int]:
        """Which of the words are in a text of a passage's language."""
        here = frozenset((*stems(text, passage.language).split(), *(fold(word) for word in words(text))))
        return frozenset(at for at, term in enumerate(self.terms) if term & here)

    def above(self, passage: Passage) -> frozenset[int]:
        """Which of them are in the headings, the title and the product that a passage stands under."""
        return self.held(f"{passage.section} {passage.title} {passage.fields.product}", passage)


def asked_words(question: Question) -> Asked:
    """The question's words."""
    named = terms(question.text, question.language)
    return Asked(tuple(frozenset((fold(term.word), *term.stems, *term.said)) for term in named))
