"""The sections around the evidence → questions to go on with, in the user's language; no model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, takewhile, zip_longest
from typing import Literal

from ingest.lexical import fold
from ingest.types import Language, Section

Tongue = Literal["es", "en"]
MOST = 3
"""Suggestions under an answer."""

_SHORTEST, _LONGEST = 6, 80
_NUMBERING = re.compile(
    r"(?:(?i:chapter|capítulo|section|sección|appendix|apéndice|anexo)\s+[\dA-Z]+[.:)]?|[\dA-Z]\d*(?:\.\d+)+[.:)]?"
    r"|\d+[.:)]|[A-Z][.:)])\s+(?=\S)"
)
_PLAIN_NUMBER = re.compile(r"\d{1,3}\s+(?=\S)")
_NUMBERED = 3
"""Headings that begin with a number make it a numbering; fewer may be about that number."""
_GENERIC = frozenset(
    "contents index introduction overview objective procedure discussion summary notes appendix glossary license "
    "contenido indice introduccion resumen objetivo procedimiento discusion notas apendice glosario licencia "
    "about conclusion references bibliography preface prologo prefacio referencias bibliografia".split()
) | {"table of contents", "tabla de contenidos", "indice general"}
_INFINITIVE = re.compile(r"[a-záéíóúñü]{3,}[aeií]r(?:se)?")
_NO_VERBS = frozenset(
    "hogar lugar mujer taller poder primer tercer ayer similar particular escolar regular militar circular celular "
    "solar auxiliar singular familiar angular cualquier nuclear molecular bipolar".split()
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where an answer comes from: a page, and its section's path, in a document with these headings.

    `quoted` are the titles of the sections that what it quotes stands in, where that is known.
    """

    document_id: str
    language: Language
    page: int
    section: str
    outline: tuple[Section, ...]
    quoted: tuple[str, ...] = ()


def suggestions(evidence: Sequence[Evidence], tongue: Tongue, asked: Iterable[str] = (), most: int = MOST) -> list[str]:
    """Up to `most` questions, those around the first evidence first; none that is in `asked`, none twice.

    Headings that say nothing by themselves, that a document has twice or that a question named are passed over.
    """
    cited = {_key(_clean(title)) for each in evidence for title in (_last(each.section), *each.quoted)}
    said = list(asked)
    seen = {_key(question) for question in said}
    known = [_stems(question) for question in said]
    found: list[str] = []
    titles = [[t for t in _around(each, cited) if not any(_stems(t) <= stems for stems in known)] for each in evidence]
    rows = zip_longest(
        *([question_for(t, e.language, tongue) for t in of] for e, of in zip(evidence, titles, strict=True))
    )
    for question in chain.from_iterable(rows):
        if question and _key(question) not in seen:
            seen.add(_key(question))
            found.append(question)
    return found[:most]


def sections_of(outline: Sequence[Section], page: int, start: int, end: int) -> tuple[str, ...]:
    """Titles of the sections that the characters from `start` to `end` of a page stand in, in their order."""
    before = [each for each in outline if (each.page, each.start) <= (page, start)]
    within = [each for each in outline if each.page == page and start < each.start < end]
    return tuple(each.title for each in (*before[-1:], *within))


def question_for(title: str, language: Language, tongue: Tongue) -> str:
    """A question about a heading of a document in `language`; the heading stays as it is written."""
    if title.endswith("?"):
        return title
    if tongue == language == "es":
        first = title.split()[0].lower()
        if fold(first) == "como":
            return f"¿{title.rstrip('.')}?"
        if _INFINITIVE.fullmatch(first) and first not in _NO_VERBS:
            return f"¿Cómo {title[0].lower()}{title[1:].rstrip('.')}?"
    if tongue == language == "en" and title.lower().startswith("how to "):
        return f"How do I {title[7:].rstrip('.')}?"
    return f"¿Qué hay que saber sobre «{title}»?" if tongue == "es" else f"What should I know about “{title}”?"


def _around(evidence: Evidence, cited: set[str]) -> list[str]:
    """Titles, nearest first: what is below the section, what follows it, what comes before, and what it is part of."""
    outline = evidence.outline
    titles = [_title(section) for section in outline]
    if sum(bool(_PLAIN_NUMBER.match(title)) for title in titles) >= _NUMBERED:
        titles = [_PLAIN_NUMBER.sub("", title) for title in titles]
    often = Counter(map(_key, titles))
    at = _place(evidence)
    if at < 0:
        return []
    own, after, before = outline[at].level, range(at + 1, len(outline)), range(at - 1, -1, -1)
    below = list(takewhile(lambda i: outline[i].level > own, after))
    following = [i for i in takewhile(lambda i: outline[i].level >= own, after) if outline[i].level == own]
    preceding = [i for i in takewhile(lambda i: outline[i].level >= own, before) if outline[i].level == own]
    above = [i for i in before if outline[i].level < own][:1]
    order = [*below[:1], *following[:1], *preceding[:1], *below[1:3], *following[1:3], *preceding[1:2], *above]
    return [titles[i] for i in dict.fromkeys(order)
            if _tells(titles[i]) and often[_key(titles[i])] == 1 and _key(titles[i]) not in cited]  # fmt: skip


def _place(evidence: Evidence) -> int:
    """The evidence's section in the outline; -1 when it stands before the first."""
    before = [i for i, section in enumerate(evidence.outline) if section.page <= evidence.page]
    named = [i for i in before if _key(_title(evidence.outline[i])) == _key(_clean(_last(evidence.section)))]
    return (named or before or [-1])[-1]


def _title(section: Section) -> str:
    return _clean(" ".join(section.title.split()))


def _clean(title: str) -> str:
    return _NUMBERING.sub("", title, count=1).strip(" .:")


def _last(path: str) -> str:
    return path.split(" › ")[-1]


def _key(text: str) -> str:
    return fold(" ".join(text.split()))


def _stems(text: str) -> set[str]:
    """The beginnings of its longer words: "limpio el cabezal" holds "Limpiar el cabezal"."""
    return {word[:5] for word in re.findall(r"\w+", fold(text)) if len(word) > 3}


def _tells(title: str) -> bool:
    letters = sum(letter.isalpha() for letter in title)
    return _SHORTEST <= len(title) <= _LONGEST and letters * 2 > len(title) and _key(title) not in _GENERIC
