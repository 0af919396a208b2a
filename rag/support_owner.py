"""A claim about one variant, and what was read → what it says of it that was said of another alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.lexical import fold
from rag.support_facts import comparable, placed
from rag.support_pairs import Group, is_in
from rag.support_sentence import Sentence
from rag.support_words import Word

_ALL = re.compile(r"\b(?:both|each|either|all|every|ambos|ambas|cada|tod[oa]s|los dos|las dos|cualquiera)\b")
_MOST = 2
"""Words of another's beyond which more of them say no more."""
_SUBJECT = 4
"""Words with which a sentence begins that tell what it is about."""
_NEAR = 14
"""Letters between the beginnings of two words that stand side by side, beyond those of the first."""
Owned = tuple[frozenset[str], Group]
"""The variants that a stretch is about, and its words."""


def owned_by_another(claim: Sentence, sources: Sequence[Sentence]) -> float:
    """How many numbers, and half as much each word, were said only of another variant; at most 2."""
    if not (mine := _variants(claim.text)):
        return 0.0
    told = [owned for sentence in sources for owned in _owned(sentence)]
    everyone = frozenset(key for owners, _ in told for key in owners)
    rivals = {key for key in everyone if key not in mine and any(_kin(key, own) for own in mine & everyone)}
    if not rivals or _ALL.search(fold(claim.text)) and len(mine) != 1:
        return 0.0
    count = 0.0
    for word in (word for word in claim.named if not any(key[0] == "!" for key in word.keys)):
        homes = [owners for owners, group in told if is_in(word, group)]
        if homes and all(owners & rivals and not owners & mine for owners in homes):
            count += 1.0 if word.is_number else 0.5
    return float(min(_MOST, int(count)))


def _owned(sentence: Sentence) -> Iterator[Owned]:
    """The stretches of a sentence; one without a variant is about that of the stretch before it."""
    owners: frozenset[str] = frozenset()
    for group in sentence.groups:
        here = frozenset(key[1:] for word in group for key in word.keys if key[0] == "!" and not key.startswith("!month"))
        owners = here or owners
        yield (frozenset() if _ALL.search(fold(sentence.text)) and not here else owners), group


def _variants(text: str) -> frozenset[str]:
    return frozenset(comparable(written) for written, _ in placed(text))


def _kin(one: str, other: str) -> bool:
    """Whether two names are of one family: of the same shape, or the one begins with the other."""
    return one != other and (one.startswith(other) or other.startswith(one) or _shape(one) == _shape(other))


def _shape(key: str) -> str:
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", key)))


def other_attribute(claim: Sentence, near: Sequence[Sentence], sources: Sequence[Sentence]) -> bool:
    """Whether a word of the closest sentence is told apart by another word than there, as elsewhere in what was read."""
    if not near:
        return False
    best = near[0]
    subject = claim.words[:_SUBJECT]
    for head, mine in (pair for pair in _side_by_side(claim) if pair[1] in subject):
        theirs = [other for word, other in _side_by_side(best) if word.same(head)]
        if not theirs or is_in(mine, best.words) or any(is_in(other, claim.words) for other in theirs):
            continue
        if any(w.same(head) and x.same(mine) for s in sources if s is not best for w, x in _side_by_side(s)):
            return True
    return False


def _side_by_side(sentence: Sentence) -> Iterator[tuple[Word, Word]]:
    """Each word with each of its neighbours."""
    for part in sentence.parts:
        for one, two in pairwise(word for word in part.words if not word.is_number):
            if two.at - one.at - len(one.text) < _NEAR:
                yield one, two
                yield two, one
