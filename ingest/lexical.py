"""Turn text into what the word index stores, and a question into what it is asked."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from ingest.glossary import entries
from ingest.types import Language

_WORD = re.compile(r"[^\W_]+")
_ONE_STEMS = threading.Lock()
"""Snowball's stemmers hold the word they work on: two threads in one would cache each other's stems."""
_HYPHENATED = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]\n(?=[^\W\d_])")

STOPWORDS: dict[str, frozenset[str]] = {
    "es": frozenset(
        "a al ante aquí así aun aunque bajo bien cada como cómo con cual cuál cuales cuáles cualquier cuando "
        "cuándo cuánta cuántas cuánto cuántos de debe debo del desde donde dónde dos e el él ella ellas ello "
        "ellos en entonces entre era es esa esas ese eso esos esta está están estas este esto estos ha hace "
        "hacer haber hago hasta hay he la las le les lo los más me mi mis mientras muy nada ni no nos o otra "
        "otro para pero poco por porque puede puedo pues que qué quien quién quiero se sea según ser si sí "
        "sin sobre son su sus también tan tanto te tengo tiene tienen toda todas todo todos tu tus u un una "
        "unas uno unos usted va vez y ya yo".split()
    ),
    "en": frozenset(
        "a about after all also am an and any are as at be because been before being but by can could did do "
        "does doing don down each few for from further had has have having he her here hers him his how i if "
        "in into is it its just me more most my no nor not now of off on once only or other our out over own "
        "same she should so some such than that the their them then there these they this those through to "
        "too under until up very was we were what when where which while who whom why will with would you "
        "your".split()
    ),
}


_ASKING = frozenset(("significa", "significan", "mean", "means"))
"""What is asked about a word or a code: in a question they say nothing of what is asked about."""


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...


@cache
def _stemmer(language: str) -> _Stemmer:
    import snowballstemmer

    stemmer: _Stemmer = snowballstemmer.stemmer({"es": "spanish", "en": "english"}[language])
    return stemmer


@cache
def _stem(word: str, language: str) -> str:
    with _ONE_STEMS:
        return fold(_stemmer(language).stemWord(word))


def fold(text: str) -> str:
    """Lower case, compatibility forms and accents folded (ñ too): how words are compared."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def searchable(text: str) -> str:
    """The text as indexed: words hyphenated at a line end are joined. Quotes use the page's own text instead."""
    return _HYPHENATED.sub("", text)


def words(text: str) -> list[str]:
    """Lower-case words in order, accents kept."""
    return [match.group().casefold() for match in _WORD.finditer(unicodedata.normalize("NFC", text))]


def stems(text: str, language: Language) -> str:
    """The words reduced by Snowball's stemmer of that language (English rules for any other), accents folded."""
    rules = "es" if language == "es" else "en"
    return " ".join(_stem(word, rules) for word in words(searchable(text)))


def content_words(text: str) -> list[str]:
    """The distinct words that carry meaning in either language, in order; all words when none does."""
    distinct = list(dict.fromkeys(words(text)))
    kept = [word for word in distinct if word not in STOPWORDS["es"] and word not in STOPWORDS["en"]]
    return kept or distinct


@dataclass(frozen=True, slots=True)
class Term:
    """A word as the word index is asked for it: as written, or as any of its stems.

    `said` are stems of the other language that say the same.
    """

    word: str
    stems: tuple[str, ...]
    said: tuple[str, ...] = ()


def terms(text: str, language: Language, limit: int = 64) -> list[Term]:
    """The first words of a question that carry meaning; with both languages' stems when the language is unknown."""
    languages: tuple[Language, ...] = (language,) if language != "und" else ("es", "en")
    held = content_words(text)
    return [_term(word, languages) for word in ([word for word in held if word not in _ASKING] or held)[:limit]]


def _term(word: str, languages: Sequence[Language]) -> Term:
    stems = tuple(_stem(word, language) for language in languages)
    said = [other for stem, language in zip(stems, languages, strict=True) for other in translated(stem, language)]
    return Term(word, stems, tuple(other for other in dict.fromkeys(said) if other not in stems))


def translated(stem: str, language: Language, *, learnt: bool = True) -> tuple[str, ...]:
    """Stems of the other language that say what a stem of this one does; none when no dictionary entry holds it.

    What was learnt finds more, and is not always said for one another: without `learnt` only what was written counts.
    """
    return _dictionary("es" if language == "es" else "en", learnt).get(stem, ())


@cache
def _dictionary(language: str, learnt: bool) -> dict[str, tuple[str, ...]]:
    other = "en" if language == "es" else "es"
    found: dict[str, dict[str, None]] = {}
    for spanish, english in entries(learnt=learnt):
        here, there = (spanish, english) if language == "es" else (english, spanish)
        for typed in (form for word in here for form in (word, fold(word))):  # with its accents and without
            found.setdefault(_stem(typed, language), {}).update(dict.fromkeys(_stem(said, other) for said in there))
    return {stem: tuple(said) for stem, said in found.items()}


def any_of(terms: Iterable[Term]) -> str:
    """An FTS5 expression over the columns `exact` and `stem` for any of these; empty when there are none."""
    some = list(terms)
    exact = [_quoted(term.word) for term in some]
    stemmed = list(dict.fromkeys(_quoted(stem) for term in some for stem in (*term.stems, *term.said)))
    parts = [
        f"{column} : ({' OR '.join(wanted)})" for column, wanted in (("exact", exact), ("stem", stemmed)) if wanted
    ]
    return " OR ".join(parts)


def phrase_queries(phrases: Iterable[str]) -> list[str]:
    """An FTS5 expression for each of these identifiers, to the letter and in the exact column; wordless ones go."""
    return [f"exact : {_quoted(phrase)}" for phrase in phrases if words(phrase)]


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'
