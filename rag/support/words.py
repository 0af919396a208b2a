"""Text → its content words in clauses, comparable across Spanish and English by stems, dictionary and shape. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from ingest.lexical import STOPWORDS, fold, stems, translated
from ingest.types import Language
from rag.support.facts import in_figures, numbers
from rag.support.tables import CLAUSE, MONTHS, NUMBER_WORDS, UNITS
from rag.support.thesaurus import meanings

_WORD = re.compile(r"[^\W\d_]+")
_EMPTY = {fold(word) for language in STOPWORDS.values() for word in language} | set(
    "may one antes despues luego primero first afterwards later beforehand before after then tras solo solamente "
    "unicamente only just durante during between entre without above below every each cada all todo todos toda todas "
    "pueden puede poder podra debe deben must per through across otherwise unas unos hasta until also too tambien "
    "th mismo misma own propio propia aunque even partir cabo hayas haya hace hay gets done do does did us".split()
)
_ENCLITIC = re.compile(r"(?<=[aeiounr])(?:(?:me|te|se|nos)?l[aeo]s?|se)$")
_SHAPE = 5
"""Letters that words of one root share at least."""


@dataclass(frozen=True, slots=True)
class Word:
    """A content word or a number, folded, and the stems it may be compared by."""

    text: str
    keys: frozenset[str]
    kinds: frozenset[str] = frozenset()
    """The kinds of thing of which it names one, `kind.thing`."""
    at: int = 0
    """Where it begins in the text its clause is of."""

    @property
    def is_number(self) -> bool:
        """Whether it is a quantity."""
        return any(key.startswith("#") for key in self.keys)

    @property
    def is_fact(self) -> bool:
        """Whether it is a quantity or an identifier."""
        return any(key[0] in "#!" for key in self.keys)

    def same(self, other: Word) -> bool:
        """Whether the two say the same: a stem or a translation in common, or one root in either language."""
        return bool(self.keys & other.keys) or _one_root(self.text, other.text)


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence; `text` is folded and begins at `start`."""

    text: str
    words: tuple[Word, ...]
    start: int


def clauses(text: str, language: Language, ends: re.Pattern[str] = CLAUSE) -> list[Clause]:
    """The clauses of a text in order."""
    folded = plain(text)
    cuts = [0, *(m.end() for m in ends.finditer(folded)), len(folded)]
    return [Clause(folded[a:b], _words(folded[a:b], a, language), a) for a, b in pairwise(cuts) if folded[a:b].strip()]


def words_of(parts: Iterable[Clause]) -> list[Word]:
    """All their words."""
    return [word for part in parts for word in part.words]


def shared(claim: Sequence[Word], source: Sequence[Word]) -> float:
    """The share of the claim's words that the source says, 0 to 1; 1 for none."""
    if not claim:
        return 1.0
    return sum(any(word.same(other) for other in source) for word in claim) / len(claim)


def longest_unknown(claim: Sequence[Word], source: Sequence[Word]) -> int:
    """The most words in a row that the source does not say."""
    longest = run = 0
    for word in claim:
        run = 0 if word.is_number or any(word.same(other) for other in source) else run + 1
        longest = max(longest, run)
    return longest


def plain(text: str) -> str:
    """Folded, letter for letter as long as the text where its letters fold to one each."""
    return fold(in_figures(text)).replace("’", "'").replace("can't", "can not").replace("cannot", "can not")


def _words(text: str, start: int, language: Language) -> tuple[Word, ...]:
    quantities = numbers(text, language)
    counted = {number.start + len(number.text) for number in quantities}
    found = [Word(n.text, frozenset(f"#{value:g}" for value in n.values), at=start + n.start) for n in quantities]
    for match in _WORD.finditer(text):
        word = match.group()
        at = start + match.start()
        unit = word in UNITS and (word not in _TIMES or match.end() in counted or match.start() - 1 in counted)
        if word in MONTHS:
            found.append(Word(word, frozenset({f"!month{MONTHS[word]}"}), at=at))
        elif word not in _EMPTY and len(word) > 1 and not unit and word not in _NUMBERS:
            keys = _keys(word, language)
            found.append(Word(word, keys, frozenset(key for key in keys if key[0] == "^"), at))
    return tuple(found)


_TIMES = {word for word, (what, _) in UNITS.items() if what == "time" and len(word) > 2} - {"min", "seg", "sec"}
"""They say how often, where no number stands before them."""
_NUMBERS = {word for table in NUMBER_WORDS.values() for word in table}


@cache
def _keys(word: str, language: Language) -> frozenset[str]:
    """The stem, its translations, and what else those translate to: near synonyms."""
    here: Language = "es" if language == "es" else "en"
    there: Language = "en" if here == "es" else "es"
    plain = _ENCLITIC.sub("", word) if here == "es" and len(word) >= _SHAPE else word
    stem = stems(word, here) or word
    said = {*translated(stem, here, learnt=False), *translated(stems(plain, here), here, learnt=False)}
    again = {back for other in said for back in translated(other, there, learnt=False)}
    return frozenset(
        {f"={word}"}
        | {f"{here}:{s}" for s in {stem, stems(plain, here), *again}}
        | {f"{there}:{s}" for s in said}
        | meanings(word, stem)
        | (meanings(plain, stems(plain, here)) if plain != word else frozenset())
    )


def _one_root(a: str, b: str) -> bool:
    least = min(len(a), len(b))
    if least < _SHAPE:
        return False
    common = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), least)
    return common >= max(_SHAPE - (least == _SHAPE), round(0.65 * least))
