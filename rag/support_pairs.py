"""A claim and the sentences near it → whether it gives to one thing what they say of another. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations

from ingest.types import Language
from rag.support_facts import comparable, placed
from rag.support_tables import AXES, COARSE
from rag.support_words import Word, clauses

_IF = re.compile(r"^\W*(?:if|si|when|cuando)\b")
Group = tuple[Word, ...]
"""The words, numbers and identifiers of a stretch in which one thing is said of another, in order."""


def groups(text: str, language: Language) -> list[Group]:
    """A sentence taken apart where one quantity's words end and another's begin."""
    named = list(_identified(text))
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


def mixed(claim: Sequence[Group], sources: Sequence[Sequence[Group]]) -> str:
    """A word of two parts of the claim that each join what two parts of one source say apart; empty if none."""
    for told in sources:
        for one, two in _apart(told):
            for a, b in combinations(claim, 2):
                crossed = [word for part in (a, b) for word in part if _in(word, one) != _in(word, two)]
                rival = any(_rival(word, two if _in(word, one) else one) for word in crossed)
                if rival and all(_takes_both(part, one, two) for part in (a, b)):
                    return crossed[0].text
    return ""


def lent(claim: Sequence[Group], sources: Sequence[Sequence[Group]]) -> str:
    """A word that has a rival in another part of its source, to which all that the claim says with it belongs."""
    for told in sources:
        for one, two in (pair for apart in _apart(told) for pair in (apart, apart[::-1])):
            for part in claim:
                mine = [word for word in part if _in(word, one) and not _in(word, two) and _rival(word, two)]
                others = [word for word in part if word not in mine and not (_kinds(word) and _rival(word, one))]
                topic = _topic(one, two, mine[0]) if mine else ()
                there = sum(_in(word, two) and not _in(word, one) and not _in(word, topic) for word in others)
                here = sum(_in(word, one) and not _in(word, two) for word in others)
                strange = sum(not any(_in(word, group) for group in told) for word in others)
                if (
                    mine
                    and there > strange + 2 * here
                    and not any(_kinds(w) & _kinds(mine[0]) and _in(w, two) for w in part)
                ):
                    return mine[0].text
    return ""


def _identified(text: str) -> Iterator[Word]:
    for written, at in placed(text):
        yield Word(written, frozenset({f"!{comparable(written)}"}), at=at)


def _apart(told: Sequence[Group]) -> list[tuple[Group, Group]]:
    return [(one, two) for one, two in combinations(told, 2) if one and two]


def _takes_both(part: Group, one: Group, two: Group) -> bool:
    """Whether the part has words that only the one says, and words that only the other says."""
    only = [(_in(word, one), _in(word, two)) for word in part]
    return (True, False) in only and (False, True) in only


def _in(word: Word, group: Group) -> bool:
    return any(same(word, other) for other in group)


def same(word: Word, other: Word) -> bool:
    """Whether two words say the same; identifiers only to the letter."""
    if any(key.startswith("!") for key in word.keys | other.keys):
        return bool(word.keys & other.keys)
    return word.same(other)


def _topic(one: Group, two: Group, word: Word) -> Group:
    """What is said in `two` before the word's rival, if `two` comes first: `one` may go on to speak of it."""
    if one[0].at < two[0].at:
        return ()
    rivals = [other.at for other in two if _kinds(word) & _kinds(other) and not same(word, other)]
    return tuple(other for other in two if other.at < min(rivals, default=0))


def _rival(word: Word, group: Group) -> bool:
    """Whether the group has another one of the word's kind."""
    return any(_kinds(word) & _kinds(other) and not same(word, other) for other in group)


def _kinds(word: Word) -> frozenset[str]:
    """A number, an identifier, or the opposition of which the word takes a side."""
    found = {"!"} if any(key[0] == "!" for key in word.keys) else set()
    if word.is_number and (digits := re.match(r"[\d.,]+", word.text)):
        found.add("#" + word.text[digits.end() :].strip())
    found |= {key.partition(".")[0] for key in word.kinds}
    return frozenset(found) | _axes(word.text)


@lru_cache(maxsize=4096)
def _axes(text: str) -> frozenset[str]:
    return frozenset(f"@{n}" for n, axis in enumerate(AXES) if any(side.fullmatch(text) for side in axis))
