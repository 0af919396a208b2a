"""A claim's clauses and its source's → whether one says the contrary of the other: a no, an opposite, another order. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.support_tables import AXES
from rag.support_words import Clause, Word, shared

_THEN = re.compile(r"\b(?:then|afterwards|subsequently|luego|a continuacion|despues(?! de)|later)\b")
_FIRST = re.compile(r"\b(?:first|primero|beforehand|(?<!o )(?<!nunca )antes(?! de| si))\b")
_BEFORE = re.compile(r"^(?:before|antes(?: de)?(?: que)?)\b")
_AFTER = re.compile(r"^(?:after|despues de(?: que)?|tras|once)\b")
_PLACED = 0.5
"""The share of a step's own words that tells where the source has it."""
ENOUGH = 0.6
"""The share of a clause's words that tells which clause of the source is about the same."""


def negation_flips(claim: Sequence[Clause], source: Sequence[Clause]) -> bool:
    """Whether a clause affirms what the clauses of its source closest to it deny, or denies what they affirm.

    A missing negation beside a hedge (only, unless, damages) proves nothing.
    """
    hedged = any(part.hedged for part in (*source, *claim))
    for part in claim:
        closest = _closest(part.words, source)
        if not closest or any(other.negated == part.negated for other in closest):
            continue
        if not (hedged and part.negated):
            return True
    return False


def _closest(words: Sequence[Word], source: Sequence[Clause]) -> list[Clause]:
    """The clauses that say the most of these words, if they say two of them or most."""
    said = [sum(any(word.same(x) for x in other.words) for word in words) for other in source]
    best = max(said, default=0)
    if best < 2 and best < ENOUGH * len(words):
        return []
    return [other for other, count in zip(source, said, strict=True) if count == best and best]


def opposite(claim: Sequence[Clause], source: Sequence[Clause]) -> str:
    """The word with which the claim says the contrary of its source; empty when it does not."""
    for part in claim:
        for axis in AXES:
            said = _sides(axis, part.text)
            if len(said) == 1 and _contradicts(part, said, axis, source):
                found = axis[min(said)].search(part.text)
                return found.group() if found else ""
    return ""


def _contradicts(part: Clause, said: set[int], axis: Sequence[re.Pattern[str]], source: Sequence[Clause]) -> bool:
    """Whether the clauses about the same thing take another side, and no clause about it at all takes this one."""
    other = [word for word in part.words if not _sides(axis, word.text)]
    taking = [(shared(other, c.words) if other else 0.0, c) for c in source if _sides(axis, c.text)]
    best = max((score for score, _ in taking), default=0.0)
    if best == 0.0 or any(score > 0 and said & _sides(axis, c.text) for score, c in taking):
        return False
    near = [c for score, c in taking if score == best]
    return all(c.negated == part.negated for c in near)


def _sides(axis: Sequence[re.Pattern[str]], text: str) -> set[int]:
    return {side for side, pattern in enumerate(axis) if pattern.search(text)}


def order_flips(claim: Sequence[Clause], source: Sequence[Sequence[Clause]]) -> bool:
    """Whether two steps that the claim puts in order stand in the other order in its source's sentences."""
    told = [part for sentence in source for part in _in_time(sentence)]
    for before, after in _ordered(claim):
        one, other = _place(before, after, told), _place(after, before, told)
        if one is not None and other is not None and one > other:
            return True
    return False


def _ordered(parts: Sequence[Clause]) -> list[tuple[Clause, Clause]]:
    """Pairs of neighbours, the earlier step first, that a word such as then, before or after puts in order."""
    steps = [part for part in parts if part.words]
    found: list[tuple[Clause, Clause]] = []
    for previous, part, following in zip([None, *steps], steps, [*steps[1:], None], strict=False):
        if _BEFORE.search(part.text) and (other := previous or following):
            found += [] if any(word.is_number for word in other.words) else [(other, part)]
        elif _AFTER.search(part.text) and (other := previous or following):
            found.append((part, other))
        elif _THEN.search(part.text) and previous:
            found.append((previous, part))
        elif _FIRST.search(part.text) and following:
            found.append((part, following))
    return found


def _place(step: Clause, other: Clause, told: Sequence[Clause]) -> int | None:
    """Where the source tells this step: the clause that shares its own words, not those it has in common with the other."""
    own = [word for word in step.words if not any(word.same(x) for x in other.words)]
    scores = [shared(own, part.words) if own else 0.0 for part in told]
    best = max(scores, default=0.0)
    return scores.index(best) if best >= _PLACED else None


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
