"""A claim and the sentences closest to it → whether it denies, reverses or widens what they say. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.support.pairs import contrasts, kinds
from rag.support.sentence import Sentence
from rag.support.tables import NEGATORS, SOFT
from rag.support.words import Clause, Word, plain

_SIDES = tuple(
    tuple(re.compile(rf"\b(?:{side})\b") for side in axis)
    for axis in (
        (r"up|upwards?|arriba", r"down|downwards?|abajo"),
        (r"(?:turn\w*|switch\w*|leave|keep)(?: \w+){0,3} on", r"(?:turn\w*|switch\w*|leave|keep)(?: \w+){0,3} off"),
        (
            r"(?:whichever|lo que|el que|la que)[^,;.]{0,30} (?:first|sooner|earlier|earliest|antes|primero)",
            r"(?:whichever|lo que|(?:el|la)(?: \w+)? que)[^,;.]{0,30} (?:last|later|latest|mas tarde|despues|ultimo)",
        ),
        (r"clockwise|en el sentido de las agujas", r"(?:anti|counter)clockwise|en sentido contrario"),
    )
)
"""Sides of an opposition that no content word takes."""
_WHEN = tuple(
    re.compile(rf"\b(?:{words})(?: (?:the|a|an|el|la|los|las|un|una|que|de|your|su|tu|you|it))* (\w+)")
    for words in (r"before|antes del?|antes|prior to|previo a", r"after|despues del?|tras|once|una vez")
)
"""Before what, and after what."""
_IF = re.compile(r"\b(?:if|si|when|cuando|whenever)\b")
_ONLY = re.compile(r"\b(?:solo|solamente|unicamente|only|exclusiv\w*|solely|alone|just|reserv\w*|limited to)\b")

_INSTEAD = re.compile(r"\bsino\b|\b(?:but rather|not \w+ but)\b")
"""What is denied only to say what is so instead."""


@dataclass(frozen=True, slots=True)
class Turned:
    """What a claim turns round, 0 for nothing. Each is weak by itself: a paraphrase turns things round twice."""

    lost: bool
    """The closest sentence denies, and the claim says no no in any way."""
    denied: int
    """Words that are said without a no, and only with one in the sources; at most 3."""
    added: bool
    """A clause denies, and nothing in those closest to it does."""
    only: bool
    """The closest clauses say `only`, and the claim nothing like it."""
    opposite: bool
    """A word in whose place the closest clauses have its opposite, denied on both sides or on neither."""
    rivals: int
    """Words in whose place the closest clauses name another thing of the kind; at most 2."""
    settled: bool
    """An opposite goes with a no on one side: both together say the same."""


def turned(claim: Sentence, near: Sequence[Sentence]) -> Turned:
    """Of one claim."""
    added = only = opposite = settled = False
    rivals = 0
    whole = plain(claim.text)
    instead = _INSTEAD.search(whole) is not None
    supposed = _IF.search(whole) is not None and not any(_IF.search(plain(s.text)) for s in near[:1])
    plainly = not _denies(whole) and not SOFT.search(whole) and not supposed
    source = [other for sentence in near for other in sentence.coarse]
    for part in claim.coarse:
        closest = _closest(part, source)
        if not closest:
            continue
        denies, denied, soft = _denies(part.text), [_denies(c.text) for c in closest], SOFT.search(part.text)
        outright = denies and not instead and not soft
        added = added or (outright and not any(denied) and not any(SOFT.search(c.text) for c in closest))
        only = only or (plainly and all(_ONLY.search(c.text) for c in closest))
        opposed, others = _in_place_of(part, closest)
        opposed += _other_side(part, closest)
        opposite = opposite or (opposed > 0 and denies == any(denied))
        settled = settled or (opposed > 0 and denies != any(denied))
        rivals = max(rivals, 0 if opposed else others)
    first = near[:1]
    words = claim.words
    lost = plainly and any(_governs(c, word) for s in first for c in s.coarse for word in words)
    return Turned(lost, min(3, _denied_words(claim, near)), added, only, opposite, min(2, rivals), settled)


def _denies(folded: str) -> bool:
    return NEGATORS.search(folded) is not None


def _closest(part: Clause, source: Sequence[Clause]) -> list[Clause]:
    """The clauses that say most of this one, two of its words at least."""
    said = [sum(_is_in(word, other) for word in part.words) for other in source]
    most = max(said, default=0)
    enough = most > 0 and most >= min(2, len(part.words))
    return [other for other, count in zip(source, said, strict=True) if count == most] if enough else []


def _in_place_of(part: Clause, closest: Sequence[Clause]) -> tuple[int, int]:
    """How many words have their opposite there, and how many another thing of their kind, that the claim leaves out."""
    opposed = others = 0
    for word in (w for w in part.words if not w.is_number and not any(_is_in(w, other) for other in closest)):
        rivals = [x for c in closest for x in c.words if contrasts(word, x) and not _is_in(x, part)]
        shared = {kind for x in rivals for kind in kinds(word) & kinds(x)}
        if any(kind.startswith("^opposites") for kind in shared):
            opposed += 1
        elif any(kind.startswith("^rivals") for kind in shared):
            others += 1
    return opposed, others


def _other_side(part: Clause, closest: Sequence[Clause]) -> bool:
    """Whether the closest clauses take the other side of an opposition, or say after what the claim says before."""
    for axis in _SIDES:
        mine = [side.search(part.text) is not None for side in axis]
        theirs = [any(side.search(c.text) for c in closest) for side in axis]
        if mine.count(True) == theirs.count(True) == 1 and mine != theirs:
            return True
    for way, other in (_WHEN, _WHEN[::-1]):
        mine_at = {m.start(1) + part.start for m in way.finditer(part.text)}
        theirs_at = [(c, {m.start(1) + c.start for m in other.finditer(c.text)}) for c in closest]
        then = [word for c, at in theirs_at for word in c.words if word.at in at]
        if any(word.same(x) for word in part.words if word.at in mine_at for x in then):
            return True
    return False


def _denied_words(claim: Sentence, near: Sequence[Sentence]) -> int:
    count = 0
    for part in () if _denies(plain(claim.text)) else claim.parts:
        if SOFT.search(part.text):
            continue
        for word in (word for word in part.words if not word.is_number):
            held = [_denies(other.text) for s in near for other in s.parts if _is_in(word, other)]
            count += bool(held) and all(held)
    return count


def _governs(part: Clause, word: Word) -> bool:
    """Whether a no stands before what says this word."""
    no = NEGATORS.search(part.text)
    return no is not None and any(word.same(x) and x.at >= part.start + no.start() for x in part.words)


def _is_in(word: Word, part: Clause) -> bool:
    return any(word.same(other) for other in part.words)
