"""A claim's clauses and its source's → whether one says the contrary of the other: a no, an opposite, another order. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.support_tables import AXES
from rag.support_words import Clause, Word, shared, words_of

_THEN = re.compile(r"\b(?:then|afterwards|subsequently|luego|a continuacion|despues(?! de)|later)\b")
_FIRST = re.compile(r"\b(?:first|primero|beforehand|antes(?! de))\b")
_BEFORE = re.compile(r"^(?:before|antes(?: de)?(?: que)?)\b")
_AFTER = re.compile(r"^(?:after|despues de(?: que)?|tras|once)\b")
_NEVER_SO = re.compile(r"\b(?:never|nunca|not|no)\b")


@dataclass(frozen=True, slots=True)
class _Event:
    words: tuple[Word, ...]
    after_previous: bool


def negation_flips(claim: Sequence[Clause], source: Sequence[Clause]) -> bool:
    """Whether the claim affirms what its source denies, or denies what it affirms.

    Of the words they share, more differ in being denied than agree in it. Words that the source both affirms and denies
    say nothing; nor does a missing negation beside a hedge (only, unless, damages).
    """
    held = words_of(source)
    hedged = any(part.hedged for part in (*source, *claim))
    differ = agree = 0
    for word in words_of(claim):
        denied = {other.denied for other in held if word.same(other)}
        if len(denied) != 1:
            continue
        if denied == {word.denied}:
            agree += word.denied
        elif not (hedged and word.denied):
            differ += 1
    return differ > agree


def opposite(claim: Sequence[Clause], source: Sequence[Clause]) -> str:
    """The word with which the claim says the contrary of its source; empty when it does not."""
    whole = " ".join(part.text for part in source)
    for part in claim:
        for axis in AXES:
            said = _sides(axis, part.text)
            if len(said) != 1 or not (held := _sides(axis, whole)):
                continue
            near = _nearest(part, source, axis)
            local = _sides(axis, near.text) if near is not None else set()
            against = local or held
            if not said & against and not (near is not None and near.negated != part.negated):
                return axis[min(said)].search(part.text).group()  # type: ignore[union-attr]
    return ""


def _sides(axis: Sequence[re.Pattern[str]], text: str) -> set[int]:
    return {side for side, pattern in enumerate(axis) if pattern.search(text)}


def _nearest(part: Clause, source: Sequence[Clause], axis: Sequence[re.Pattern[str]]) -> Clause | None:
    """The clause of the source about the same thing, of those that take a side."""
    other = [word for word in part.words if not _sides(axis, word.text)]
    taking = [candidate for candidate in source if _sides(axis, candidate.text)]
    scored = [(shared(other, candidate.words), candidate) for candidate in taking]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] > 0 else None


def order_flips(claim: Sequence[Clause], source: Sequence[Clause]) -> bool:
    """Whether two steps that the claim puts in order stand in the other order in its source."""
    steps, ordered = _in_time(claim)
    if not ordered:
        return False
    told, _ = _in_time(source)
    for before, after in zip(steps, steps[1:], strict=False):
        one, other = _place(before, after, told), _place(after, before, told)
        if one is not None and other is not None and one > other:
            return True
    return False


def _place(step: Clause, other: Clause, told: Sequence[Clause]) -> int | None:
    """Where the source tells this step: the clause that shares its own words, not those it has in common with the other."""
    own = [word for word in step.words if not any(word.same(x) for x in other.words)]
    scores = [shared(own, part.words) if own else 0.0 for part in told]
    best = max(scores, default=0.0)
    return scores.index(best) if best > 0 else None


def _in_time(parts: Sequence[Clause]) -> tuple[list[Clause], bool]:
    """The clauses in the order in which they happen, and whether words (then, before, after) say so."""
    found: list[Clause] = []
    said = False
    late: list[Clause] = []
    for number, part in enumerate(p for p in parts if p.words or p.negated):
        if _BEFORE.search(part.text) and found and not _NEVER_SO.search(part.text):
            found.append(part)
            said = True
        elif _BEFORE.search(part.text):
            late.append(part)
            said = True
        elif _AFTER.search(part.text):
            found.insert(max(0, len(found) - 1) if number else 0, part)
            said = True
        elif _FIRST.search(part.text):
            found.insert(max(0, len(found) - 1) if found and not said else len(found), part)
            said = True
        else:
            said = said or _THEN.search(part.text) is not None
            found.append(part)
    return found + late, said
