"""A claim and the sentences near it → whether it gives to one thing what they say of another. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

from ingest.lexical import fold
from ingest.types import Language
from rag.support.facts import comparable, placed
from rag.support.tables import COARSE, UNITS
from rag.support.words import Word, clauses

_IF = re.compile(r"^\W*(?:if|si|when|cuando)\b")
_DIGITS = re.compile(r"[\d.,]+\s*")
Group = tuple[Word, ...]
"""The words, numbers and identifiers of a stretch in which one thing is said of another, in order."""


def groups(text: str, language: Language) -> list[Group]:
    """A sentence taken apart where one quantity's words end and another's begin."""
    named = [Word(written, frozenset({f"!{comparable(written)}"}), at=at) for written, at in placed(text)]
    spans = [(word.at, word.at + len(word.text)) for word in named]
    found: list[Group] = []
    condition: Group = ()
    for part in clauses(text, language, COARSE):
        own = [word for word in named if part.start <= word.at < part.start + len(part.text)]
        plain = [word for word in part.words if not any(a <= word.at < b for a, b in spans)]
        group = condition + tuple(sorted([*plain, *own], key=lambda word: word.at))
        condition = group if _IF.search(part.text) and part.text.rstrip().endswith(",") else ()
        if group and not condition:
            found.append(group)
    return [*found, condition] if condition else found


def crossed(claim: Sequence[Group], sources: Sequence[Sequence[Group]]) -> bool:
    """Whether two groups of the claim each join what two groups of one source say apart."""
    for told in sources:
        for one, two in combinations(_joined(told), 2):
            taken = [part for part in _joined(claim) if _only(part, one, two) and _only(part, two, one)]
            if len(taken) > 1:
                return True
    return False


def straddled(claim: Sequence[Group], sources: Sequence[Sequence[Group]]) -> float:
    """Whether a group of the claim says of one thing what a source says of its rival: 1, 1.5 when both have rivals."""
    most = 0.0
    for told in sources:
        for one, two in combinations(_joined(told), 2):
            for part in _joined(claim):
                most = max(most, _straddles(part, one, two))
    return most


def mixed(claim: Sequence[Group], sources: Sequence[Sequence[Group]]) -> bool:
    """Whether a group of the claim begins as one of two groups that say alike of two things, and ends as the other."""
    for told in sources:
        for one, two in combinations(_joined(told), 2):
            both = [word for word in one if is_in(word, two)]
            for part in _joined(claim) if both else ():
                sides = [
                    (_only(part, a, b), [w for w in a if not is_in(w, b) and not is_in(w, part)])
                    for a, b in ((one, two), (two, one))
                ]
                if all(said and left for said, left in sides) and any(is_in(word, part) for word in both):
                    return True
    return False


def _straddles(part: Group, one: Group, two: Group) -> float:
    here, there = _only(part, one, two), _only(part, two, one)
    if not here or not there:
        return 0.0
    rival_here, rival_there = _rivals_in(part, here, one, two), _rivals_in(part, there, two, one)
    spoken = [word for word in here if not any(contrasts(word, other) for other in two)]
    inherits = max(0, len(one) - len(two))  # what the second leaves out is meant to be the first one's
    if rival_here or (rival_there and len(spoken) > inherits):
        return 1.5 if rival_here and rival_there else 1.0
    return 0.0


def _rivals_in(part: Group, said: Sequence[Word], own: Group, other: Group) -> bool:
    """Whether one of these words has a rival in the other group that the claim leaves out, as some of its own group."""
    if all(is_in(word, part) for word in own if not is_in(word, other)):
        return False
    for word in said:
        rivals = [x for x in other if contrasts(word, x) and not is_in(x, own)]
        if rivals and not any(is_in(x, part) for x in rivals):
            return True
    return False


def _only(part: Group, one: Group, two: Group) -> list[Word]:
    """The part's words that the one says and the other does not."""
    return [word for word in part if is_in(word, one) and not is_in(word, two)]


def _joined(told: Sequence[Group]) -> list[Group]:
    """A group of one word belongs to the next one."""
    found: list[Group] = []
    held: Group = ()
    for group in told:
        group, held = held + group, ()
        if len(group) < 2:
            held = group
        else:
            found.append(group)
    return [*found, held] if held else found


def is_in(word: Word, group: Sequence[Word]) -> bool:
    """Whether one of these says the same."""
    return any(same(word, other) for other in group)


def same(word: Word, other: Word) -> bool:
    """Whether two words say the same; identifiers only to the letter."""
    if any(key.startswith("!") for key in word.keys | other.keys):
        return bool(word.keys & other.keys)
    return word.same(other)


def contrasts(word: Word, other: Word) -> bool:
    """Whether the two are of one kind, and not the same."""
    return bool(kinds(word) & kinds(other)) and not same(word, other)


def kinds(word: Word) -> frozenset[str]:
    """Identifiers, what a quantity measures, and the kinds of thing of which the word names one."""
    found = {"!"} if any(key[0] == "!" for key in word.keys) else set()
    if word.is_number:
        digits = _DIGITS.match(word.text)
        unit = fold(word.text[digits.end() :].strip()) if digits else ""
        found.add("#" + (UNITS[unit][0] if unit in UNITS else ""))
    return frozenset(found | {key.partition(".")[0] for key in word.kinds})
