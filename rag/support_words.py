"""Text → its content words in clauses, comparable across Spanish and English by stems, dictionary and shape. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from ingest.lexical import STOPWORDS, fold, stems, translated
from ingest.types import Language
from rag.support_tables import CLAUSE, HEDGES, MONTHS, NEGATORS, NUMBER_WORDS, UNITS, WITHOUT

_WORD = re.compile(r"[^\W\d_]+")
_EMPTY = {fold(word) for language in STOPWORDS.values() for word in language} | set(MONTHS) | {"may"}
_SHAPE = 5
"""Letters that words of one root share at least."""


@dataclass(frozen=True, slots=True)
class Word:
    """A content word, folded; the stems it may be compared by; whether its clause denies it."""

    text: str
    keys: frozenset[str]
    denied: bool
    start: int

    def same(self, other: Word) -> bool:
        """Whether the two say the same: a stem or a translation in common, or one root in either language."""
        return bool(self.keys & other.keys) or _one_root(self.text, other.text)


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence with one verb or less; `text` is folded."""

    text: str
    words: tuple[Word, ...]
    negated: bool
    hedged: bool
    start: int


def clauses(text: str, language: Language) -> list[Clause]:
    """The clauses of a text in order."""
    folded = _plain(text)
    cuts = [0, *(m.end() for m in CLAUSE.finditer(folded)), len(folded)]
    return [_clause(folded[a:b], a, language) for a, b in zip(cuts, cuts[1:], strict=False) if folded[a:b].strip()]


def words_of(parts: Iterable[Clause]) -> list[Word]:
    """All their words."""
    return [word for part in parts for word in part.words]


def shared(claim: Sequence[Word], source: Sequence[Word]) -> float:
    """The share of the claim's words that the source says, 0 to 1; 1 for none."""
    if not claim:
        return 1.0
    return sum(any(word.same(other) for other in source) for word in claim) / len(claim)


def _plain(text: str) -> str:
    """Folded, letter for letter as long as the text where its letters fold to one each."""
    return fold(text).replace("’", "'").replace("can't", "can not").replace("cannot", "can not")


def _clause(text: str, start: int, language: Language) -> Clause:
    negated = NEGATORS.search(text) is not None
    without = WITHOUT.search(text)
    found = []
    for match in _WORD.finditer(text):
        word = match.group()
        if word in _EMPTY or len(word) < 2 or word in UNITS or word in _NUMBERS:
            continue
        denied = negated != (without is not None and match.start() > without.start())
        found.append(Word(word, _keys(word, language), denied, start + match.start()))
    return Clause(text, tuple(found), negated, HEDGES.search(text) is not None, start)


_NUMBERS = {word for table in NUMBER_WORDS.values() for word in table}


@cache
def _keys(word: str, language: Language) -> frozenset[str]:
    """The stem, its translations, and what else those translate to: near synonyms."""
    here: Language = "es" if language == "es" else "en"
    there: Language = "en" if here == "es" else "es"
    stem = stems(word, here) or word
    said = translated(stem, here)
    again = {back for other in said for back in translated(other, there)}
    return frozenset({f"{here}:{s}" for s in {stem, *again}} | {f"{there}:{s}" for s in said})


def _one_root(a: str, b: str) -> bool:
    least = min(len(a), len(b))
    if least < _SHAPE:
        return False
    common = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), least)
    return common >= max(_SHAPE - (least == _SHAPE), round(0.65 * least))
