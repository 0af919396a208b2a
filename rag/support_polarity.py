"""A claim's clauses and its source's → whether one says the contrary of the other, or another order. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.support_tables import AXES
from rag.support_words import Clause, Word, shared

_THEN = re.compile(r"\b(?:then|afterwards|subsequently|luego|a continuacion|despues(?! de)|later)\b")
_FIRST = re.compile(r"\b(?:first|primero|beforehand|(?<!o )(?<!nunca )antes(?! de| si))\b")
_BEFORE = re.compile(r"^(?:before|antes(?: de)?(?: que)?)\b")
_AFTER = re.compile(r"^(?:after|despues de(?: que)?|tras|once)\b")
_IF = re.compile(r"^(?:if|si|when|cuando|unless)\b")
CLEARLY = 0.3
"""By how much two steps have to fit the source better in the other order, of at most 2."""


def negation_flips(claim: Sequence[Clause], source: Sequence[Clause]) -> bool:
    """Whether a clause affirms what the clauses of its source closest to it deny, or denies what they affirm.

    One such clause is not enough when both sides deny as often: it may have been put together in another way. A missing
    negation beside a hedge (only, unless, damages) proves nothing.
    """
    hedged = any(part.hedged for part in (*source, *claim))
    if _denies_a_word(claim, source, hedged):
        return True
    flips = 0
    for part in claim:
        closest = _closest(part.words, source)
        if closest and all(
            other.negated != part.negated and not _mixed(other, part) and not _mixed(part, other) for other in closest
        ):
            flips += not (hedged and part.negated)
    return flips > 1 or (flips == 1 and sum(p.negated for p in claim) != sum(p.negated for p in source))


def _mixed(part: Clause, other: Clause) -> bool:
    """Whether the clause denies one word of the other without denying the whole."""
    return any(word.denied and any(word.same(x) for x in other.words) for word in part.words)


def _denies_a_word(claim: Sequence[Clause], source: Sequence[Clause], hedged: bool) -> bool:
    """Whether a word stands after a without (instead of, not with …) on one side, and plainly on the other."""
    for part in claim:
        for word in (word for word in part.words if not word.is_number):
            held = [(x.denied, p.negated) for p in source for x in p.words if word.same(x)]
            others = [x for p in claim for x in p.words if x is not word and not x.is_number]
            if not held or not any(x.same(y) for x in others for p in source for y in p.words):
                continue
            if not word.denied and not part.negated and all(denied for denied, _ in held):
                return True
            if word.denied and not hedged and not any(denied or negated for denied, negated in held):
                return True
    return False


def _closest(words: Sequence[Word], source: Sequence[Clause]) -> list[Clause]:
    """The clauses that say the most of these words, if they say two of them, or all where there is one."""
    words = [word for word in words if not word.is_number]
    said = [sum(any(word.same(x) for x in other.words) for word in words) for other in source]
    best = max(said, default=0)
    alone = best == 1 == len(words)
    return [
        other
        for other, count in zip(source, said, strict=True)
        if count == best and (best > 1 or (alone and len(other.words) < 3))
    ]


def opposite(claim: Sequence[Clause], source: Sequence[Clause], foreign: Sequence[Clause] = ()) -> str:
    """The word with which the claim says the contrary of its source; empty when it does not.

    `foreign` is the closest sentence when it is in another language: it is held against a claim whose other words no
    clause shares, since they may only not be in the dictionary.
    """
    for part in claim:
        for axis in AXES:
            said = _sides(axis, part.text)
            if len(said) == 1 and (
                _contradicts(part, said, axis, source) or _contradicts_whole(part, said, axis, source, foreign)
            ):
                found = axis[min(said)].search(part.text)
                return found.group() if found else ""
    return ""


def _contradicts(part: Clause, said: set[int], axis: Sequence[re.Pattern[str]], source: Sequence[Clause]) -> bool:
    """Whether the clauses about the same thing take another side, and no clause about it at all takes this one."""
    other = [word for word in part.words if not _sides(axis, word.text)]
    taking = [(shared(other, c.words) if other else 0.0, c) for c in source if _sides(axis, c.text)]
    best = max((score for score, _ in taking), default=0.0)
    if best == 0.0 or any(_acquits(other, c, score, best) for score, c in taking if said & _sides(axis, c.text)):
        return False
    near = [c for score, c in taking if score == best]
    return all(c.negated == part.negated for c in near)


def _contradicts_whole(
    part: Clause, said: set[int], axis: Sequence[re.Pattern[str]], source: Sequence[Clause], foreign: Sequence[Clause]
) -> bool:
    other = [word for word in part.words if not _sides(axis, word.text)]
    taking = [c for c in foreign if _sides(axis, c.text)]
    if len(taking) != 1 or any(shared(other, c.words) > 0 for c in source if other and _sides(axis, c.text)):
        return False
    return not said & _sides(axis, taking[0].text) and taking[0].negated == part.negated


def _acquits(words: Sequence[Word], part: Clause, score: float, best: float) -> bool:
    """Whether a clause that takes the same side is about the same thing too: nearly as close, or by a number."""
    by_number = any(word.is_number and any(word.same(x) for x in part.words) for word in words)
    return score > best / 2 or by_number


def _sides(axis: Sequence[re.Pattern[str]], text: str) -> set[int]:
    return {side for side, pattern in enumerate(axis) if pattern.search(text)}


def order_flips(claim: Sequence[Clause], source: Sequence[Sequence[Clause]]) -> bool:
    """Whether two steps that the claim puts in order stand in the other order in its source's sentences."""
    told = [part for sentence in source for part in _in_time(sentence)]
    for before, after in _ordered(claim):
        first = [_shared_rare(before.words, part.words, told) for part in told]
        second = [_shared_rare(after.words, part.words, told) for part in told]
        pairs = [(i, j) for j in range(len(told)) for i in range(j)]
        as_said = max((first[i] + second[j] for i, j in pairs), default=0.0)
        reversed_ = max((second[i] + first[j] for i, j in pairs), default=0.0)
        if reversed_ >= as_said + CLEARLY and reversed_ >= 1.0:
            return True
    return False


def _shared_rare(words: Sequence[Word], held: Sequence[Word], told: Sequence[Clause]) -> float:
    """As `shared`, a word that several steps have counting less."""
    weights = [1 / max(1, sum(any(word.same(x) for x in part.words) for part in told)) for word in words]
    said = sum(w for w, word in zip(weights, words, strict=True) if any(word.same(x) for x in held))
    return said / sum(weights) if weights else 1.0


def _ordered(parts: Sequence[Clause]) -> list[tuple[Clause, Clause]]:
    """Pairs of neighbours, the earlier step first, that a word such as then, before or after puts in order."""
    steps = [part for part in parts if part.words and not _IF.search(part.text)]
    found: list[tuple[Clause, Clause]] = []
    for previous, part, following in zip([None, *steps], steps, [*steps[1:], None], strict=False):
        if _BEFORE.search(part.text) and (other := previous or following):
            found += [] if any(word.is_number for word in other.words) else [(other, part)]
        elif _AFTER.search(part.text) and (other := previous or following):
            found += [] if any(word.is_number for word in (*other.words, *part.words)) else [(part, other)]
        elif _THEN.search(part.text) and previous:
            found.append((previous, part))
        elif _FIRST.search(part.text) and following:
            found.append((part, following))
    return found


def _in_time(sentence: Sequence[Clause]) -> list[Clause]:
    """The clauses of a sentence in the order in which they happen."""
    found: list[Clause] = []
    last: list[Clause] = []
    for part in (part for part in sentence if part.words):
        if _BEFORE.search(part.text) and not found:
            last.append(part)
        elif _AFTER.search(part.text) or (_FIRST.search(part.text) and not _THEN.search(part.text)):
            found.insert(max(0, len(found) - 1), part)
        else:
            found.append(part)
    return found + last
