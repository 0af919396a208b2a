"""A claim about one variant, and what was read → what it says of it that was said of another alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.lexical import STOPWORDS, fold
from rag.support.pairs import is_in
from rag.support.sentence import Sentence
from rag.support.tables import NEGATORS
from rag.support.words import Word

_ALL = re.compile(
    r"\b(?:both(?! [^,;]* and )|each|either|all|every|any|amb[oa]s(?! [^,;]* y )|cada|tod[oa]s|los dos|las dos|"
    r"cualquier\w*)\b"
)
_PART = r"(?:[A-ZÁÉÍÓÚÑ][\wáéíóúñ]*(?:[-.]\w+)*)"
_NAME = re.compile(rf"(?<![\w°º-])(?<!\d ){_PART}(?:[ -](?:{_PART}|\d{{1,4}}\b(?![.,:]\d|\s?[%°€$a-z]{{1,3}}\b)))*")
_START = re.compile(r"(?:^|[.!?:;…>»\"“(]\s*|\n\s*)$")
_EMPTY = {fold(word) for words in STOPWORDS.values() for word in words} | {"the", "la", "el", "los", "las", "si", "for"}
_WORD = re.compile(r"\w+")
_MOST = 2
"""Words of another's beyond which more of them say no more."""


@dataclass(frozen=True, slots=True)
class Named:
    """A variant by its name, folded: where it stands, and the plain words beside it."""

    key: str
    start: int
    end: int
    beside: frozenset[str]
    sure: bool
    """Whether a capital means anything: not at the beginning of a sentence, or with a digit."""


@dataclass(frozen=True, slots=True)
class Owned:
    """A stretch of what was read: the variants that it is about, and its words but for their names."""

    owners: frozenset[str]
    words: tuple[Word, ...]


def owned_by_another(claim: Sentence, sources: Sequence[Sentence]) -> float:
    """How many numbers were said only of another variant, and whether two words or half of them were; at most 2."""
    about = _names(claim.text)
    if not about or _ALL.search(fold(claim.text)):
        return 0.0
    known = [name for sentence in sources for name in _names(sentence.text)]
    sure = {name.key for name in known if name.sure}
    mine = {name.key for name in about} & sure
    rivals = sure - mine
    rivals = {key for key in rivals if any(_kin(key, own, known) for own in mine)}
    if not rivals:
        return 0.0
    told = [owned for sentence in sources for owned in _owned(sentence, mine | rivals)]
    named = [(name.start, name.end) for name in about if name.key in mine]
    denied = [
        (c.start, c.start + len(c.text)) for c in claim.coarse if NEGATORS.search(c.text)
    ]  # one does not what the other does
    said = [word for word in claim.words if not any(a <= word.at < b for a, b in (*named, *denied))]
    numbers = words = 0
    for word in said:
        homes = [owned.owners for owned in told if is_in(word, owned.words)]
        if homes and all(owners & rivals and not owners & mine for owners in homes):
            numbers, words = numbers + word.is_number, words + (not word.is_number)
        elif word.is_number and any(owners & mine for owners in homes):
            words = -len(said)  # `the one takes 2 hours and the other 3`: the predicate is said once
    return float(min(_MOST, numbers + (words > 0 and words >= min(2, len(said) / 2))))


def _owned(sentence: Sentence, variants: set[str]) -> Iterator[Owned]:
    """The stretches of a sentence; one without a variant is about that of the stretch before it."""
    owners: frozenset[str] = frozenset()
    names = [name for name in _names(sentence.text) if name.key in variants]
    for part in sentence.coarse:
        end = part.start + len(part.text)
        here = frozenset(name.key for name in names if part.start <= name.start < end)
        shared = _ALL.search(part.text)
        owners = frozenset() if shared and not here else here or owners
        yield Owned(owners, tuple(w for w in part.words if not any(n.start <= w.at < n.end for n in names)))


def _names(text: str) -> list[Named]:
    found = []
    for match in _NAME.finditer(text):
        words = [(m.group(), match.start() + m.start()) for m in re.finditer(r"[\w.-]+", match.group())]
        while words and fold(words[0][0]) in _EMPTY:
            words.pop(0)
        if not words:
            continue
        start, end = words[0][1], match.end()
        key = " ".join(fold(word).strip(".") for word, _ in words)
        before, after = _WORD.findall(fold(text[:start]))[-1:], _WORD.findall(fold(text[end:]))[:1]
        sure = bool(re.search(r"\d", key)) or not _START.search(text[:start])
        found.append(Named(key, start, end, frozenset({*before, *after} - _EMPTY), sure))
    return found


def _kin(one: str, other: str, known: Sequence[Named]) -> bool:
    """Whether two names are of one family: of one shape with digits, one begins with the other, or one word beside."""
    if one.split()[0] == other.split()[0] or (re.search(r"\d", one + other) and _shape(one) == _shape(other)):
        return True
    beside = [frozenset(word for name in known if name.key == key for word in name.beside) for key in (one, other)]
    return bool(beside[0] & beside[1]) or one.startswith(other) or other.startswith(one)


def _shape(key: str) -> str:
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", key)))
