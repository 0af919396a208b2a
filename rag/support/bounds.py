"""A claim and the sentences closest to it → whether a most is made a least. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.support.facts import Number
from rag.support.sentence import Sentence
from rag.support.tables import UNITS
from rag.support.words import plain

_UP = re.compile(
    r"\b(?:mas de|more than|over|above|exceed\w*|excede\w*|super[ae]\w*|rebas\w*|sobrepas\w*|at least|al menos|"
    r"minim\w*|mayor(?:es)? (?:de|que)|(?:larger|greater|higher|longer|older|bigger|taller|heavier) than|or more|o mas|"
    r"por encima|encima de|a partir de|or later|o posterior)\b"
)
_DOWN = re.compile(
    r"\b(?:menos de|less than|under|below|at most|como mucho|maxim\w*|up to|hasta(?! que)|"
    r"(?:smaller|lower|fewer|shorter|younger|lighter) than|o menos|or less|limit\w*|baj[ae]\w*(?: a?l? ?\w+)? de|"
    r"within|por debajo|debajo de|menor(?:es)? (?:de|que)|no later than|or fewer|tope)\b"
)
_NOT = re.compile(r"\b(?:no|not|never|nunca|ni)\b(?! later| \w+[ai]d[ao]s?\b)|n't\b")
"""Not that of `no disfrutados`, which denies no bound."""
_EARLIER = re.compile(
    r"\W*(?:\w+ )?(?:before|prior to|antes|previ[oa]s|anterior\w*|in advance|earlier|de antelacion)\b"
)
_LATER = re.compile(r"\W*(?:\w+ )?(?:after|following|later|despues|posterior\w*|siguientes?|tras)\b")
"""What a span of time is counted from."""
_UNTIL = re.compile(r"hasta que|until")
_ENDS = re.compile(r"[,;:.]\s|\b(?:y|and|pero|but)\s(?!\d)")
_ONE = re.compile(r"\b(?:un|una|a|an|one) (\w{3,})\b")


def bound_flips(claim: Sentence, near: Sequence[Sentence]) -> bool:
    """Whether the claim bounds a number from the other side."""
    return any(told and all(other == -way for other in told) for way, told in _bounds(claim, near))


def counted_from_elsewhere(claim: Sentence, near: Sequence[Sentence]) -> bool:
    """Whether so many days before something are made so many days after it, or the other way round."""
    for number in (n for n in claim.numbers if n.unit == "time"):
        told = [_side(s.text, other) for s in near for other in s.numbers if number.same(other)]
        mine = _side(claim.text, number)
        if mine and told and all(side == -mine for side in told):
            return True
    return False


def bound_agrees(claim: Sentence, near: Sequence[Sentence]) -> bool:
    """Whether the claim bounds a number from the same side: a negation may be part of how it says so."""
    return any(way in told for way, told in _bounds(claim, near))


def _bounds(claim: Sentence, near: Sequence[Sentence]) -> Iterator[tuple[int, list[int]]]:
    """For each number the claim bounds: from where, and from where the sources bound it."""
    for number in _counted(claim):
        if way := _way(claim.text, number):
            yield way, [_way(s.text, other) for s in near for other in _counted(s) if number.same(other)]


def _side(text: str, number: Number) -> int:
    """-1 for a span that ends at what follows, 1 for one that begins there, 0 for another."""
    rest = plain(text)[number.start + len(number.text) :]
    return bool(_LATER.match(rest)) - bool(_EARLIER.match(rest))


def _counted(sentence: Sentence) -> list[Number]:
    """Its numbers, and the one of `a day`."""
    units = [(m, UNITS[m.group(1)]) for m in _ONE.finditer(plain(sentence.text)) if m.group(1) in UNITS]
    return [
        *sentence.numbers,
        *(Number(m.group(), (1.0,), unit, factor, m.start()) for m, (unit, factor) in units if unit == "time"),
    ]


def _way(text: str, number: Number) -> int:
    """1 for a least, -1 for a most, 0 for neither."""
    folded = plain(text)
    cuts = [0, *(m.end() for m in _ENDS.finditer(folded)), len(folded)]
    part = next((folded[a:b] for a, b in pairwise(cuts) if a <= number.start < b), "")
    if _UNTIL.search(part):
        return 0
    way = bool(_UP.search(part)) - bool(_DOWN.search(part))
    return -way if len(_NOT.findall(part)) % 2 else way
