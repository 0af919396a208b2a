"""Question text → whether it leans on what was said before: by rule."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from ingest.lexical import fold, stems
from rag.codes import codes
from rag.follow_ups.leaning_patterns import (
    ALTERNATIVES,
    CLAUSE,
    CODE,
    COMPARED,
    CONDITION,
    CORRECTION,
    DASHES,
    DEFINITION,
    DETERMINED,
    EMPTY_IT,
    FILLER,
    GRAMMAR,
    IS,
    NAME,
    NOT,
    OPENER,
    PHRASE,
    POINTERS,
    POINTING_NOUNS,
    PREDICATE,
    SENTENCE_END,
    STARTS_WITH_PREPOSITION,
    STRIP,
    TICKETS_ON,
    TOPIC_CHANGE,
    WHICH,
    WHOLE,
    WORD,
)
from rag.follow_ups.subjectless import asks_of_it


@dataclass(frozen=True, slots=True)
class _Said:
    """The first sentence that says something: folded, and the folded names in it."""

    text: str
    names: frozenset[str]
    code: bool


def plain(text: str) -> str:
    """Folded character by character: `len(plain(text)) == len(text)`, so that places in one are places in the other."""
    return "".join(c if len(folded := fold(c)) != 1 else folded for c in text)


def without_topic_change(text: str) -> str:
    """The text after words such as "another thing:"; the text itself when it does not begin with any."""
    match = TOPIC_CHANGE.match(plain(text).lstrip(STRIP))
    return text.lstrip(STRIP)[match.end() :] if match else text


def without_opener(text: str) -> str:
    """The text after "and", "what about", "no, me refiero a" …, without the marks around it."""
    bare = _bare(text)
    folded = plain(bare)
    while (filler := FILLER.match(folded)) and 0 < filler.end() < len(folded):
        bare = _bare(bare[filler.end() :])
        folded = plain(bare)
    match = CORRECTION.match(folded) or OPENER.match(folded)
    if match is None:
        return bare
    rest = _bare(bare[match.end() :])
    again = OPENER.match(plain(rest))  # "y entonces", "and then what about"
    return _bare(rest[again.end() :]) if again else rest


def _bare(text: str) -> str:
    """Without the marks around it, but for the dashes of an option: --force."""
    bare = text.strip(STRIP)
    dashes = DASHES.search(text[: text.find(bare)])
    return (dashes[0] if dashes else "") + bare


def content(text: str) -> list[str]:
    """The folded words that carry meaning in either language; plain numbers and single letters carry none."""
    found = WORD.findall(fold(text))
    return [word for word in found if word not in GRAMMAR and len(word) > 1 and not word.isdigit()]


def is_small_talk(text: str) -> bool:
    """Whether nothing is asked: thanks, a greeting, a yes."""
    return not _said(text).text


def wants_a_part(text: str) -> bool:
    """Whether it asks for a part or a measure of the subject and for nothing else (see `asks_of_it`)."""
    return asks_of_it(_said(text).text)


def leans(text: str, before: str) -> bool:
    """Whether `text` can only be understood after `before`, the last question that stood on its own."""
    said = _said(text)
    s = said.text
    if not s:
        return False
    if match := TOPIC_CHANGE.match(s):
        return _points_back(s[match.end() :], said)
    if WHOLE.fullmatch(s):
        return True
    if match := CORRECTION.match(s):
        return not _is_full(s[match.end() :], said)
    if match := CONDITION.match(s):
        return _condition_leans(s[match.end() :], said)
    if (match := OPENER.match(s)) and (rest := s[match.end() :].strip(STRIP)):
        return not _is_full(rest, said)
    if codes(text) and not _points_back(s, said):
        return False  # "What does E-42 mean?" says all, whatever the code before it was
    if asks_of_it(s):
        return True
    return _points_back(s, said) or _compares(s) or _is_fragment(s, said) or _lacks_a_subject(s, said, before)


def _said(text: str) -> _Said:
    text = unicodedata.normalize("NFC", text)
    names = frozenset(plain(name) for name in NAME.findall(text))
    folded = IS.sub(r"\1 is", NOT.sub(" not", plain(text))).replace("¿", " ").replace("¡", " ")
    rest = " ".join(folded.split()).strip(STRIP)
    while (match := FILLER.match(rest)) and match.end():
        rest = rest[match.end() :].strip(STRIP)
    first = SENTENCE_END.split(rest, maxsplit=1)[0].strip(STRIP)
    return _Said(first, names, bool(CODE.search(text)))


def _has_noun(text: str, said: _Said) -> bool:
    """Whether something is named: a noun after an article, or a proper name."""
    determined = any(words[0] + words[1] not in GRAMMAR for words in DETERMINED.findall(text))
    return determined or not said.names.isdisjoint(WORD.findall(text))


def _is_full(rest: str, said: _Said) -> bool:
    """Whether a question after "and", "no, I meant" … says by itself what it is about, and what of it."""
    if _points_back(rest, said) or _compares(rest) or asks_of_it(rest):
        return False
    if match := TICKETS_ON.match(rest):
        return bool(content(PHRASE.sub(" ", rest[match.end() :])))
    if not CLAUSE.search(rest):
        return False
    return len(content(PHRASE.sub(" ", rest))) >= 2


def _condition_leans(rest: str, said: _Said) -> bool:
    """After "and if": a condition leans, unless its own question or its own words follow."""
    return _points_back(rest, said) or len(content(rest)) < 3


def _points_back(s: str, said: _Said) -> bool:
    """Whether a pronoun stands for something that the same sentence has not named before it."""
    s = EMPTY_IT.sub(" ", s).strip()
    pointers = [*POINTERS, *(POINTING_NOUNS if len(content(s)) <= 4 and not said.code else ())]
    for pointer in pointers:
        if match := pointer.search(s):
            before = s[: match.start(match.lastindex or 0)]
            if not _has_noun(before, said) and len(content(before)) - (before[-1:] == " ") < 2:
                return True
    return False


def _compares(s: str) -> bool:
    """Whether it asks which is better and does not say among what."""
    if not WHICH.match(s) or not COMPARED.search(s) or ALTERNATIVES.search(s):
        return False
    rest = PHRASE.sub(" ", COMPARED.sub(" ", s))
    return len(content(rest)) == 0


def _is_fragment(s: str, said: _Said) -> bool:
    """Whether it is a few words without a clause. A code beside a word, or three words, are a search of their own."""
    if CLAUSE.search(s):
        return False
    whole, core = len(content(s)), len(content(PHRASE.sub(" ", s)))
    if STARTS_WITH_PREPOSITION.match(s):
        return whole <= 3
    if core > 2 or (said.code and whole > 1):
        return False
    return whole <= 2 or (whole == 3 and len(DETERMINED.findall(s)) < 2)


def _lacks_a_subject(s: str, said: _Said, before: str) -> bool:
    """Whether it is a clause that names nothing: a verb alone, or one that the question before already had."""
    core = PHRASE.sub(" ", s)
    if _has_noun(core, said):
        return False
    if PREDICATE.match(s) and not ALTERNATIVES.search(s):
        return True
    own = content(core)
    if len(content(s)) <= 1:
        return not (own and DEFINITION.match(s))
    if not own:
        return len(content(s)) <= 2
    return len(own) == 1 and set(_both_stems(own[0])) <= set(_both_stems(before))


def _both_stems(text: str) -> list[str]:
    return [*stems(text, "es").split(), *stems(text, "en").split()]
