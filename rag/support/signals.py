"""A claim and what comes closest to it → the signs, weak each by itself, that it says something else. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from ingest.lexical import fold
from rag.support.bounds import bound_agrees, bound_flips, counted_from_elsewhere
from rag.support.cause import other_cause
from rag.support.compared import comparison_agrees
from rag.support.denial import bare_clause, denied_outright, said_outright
from rag.support.modality import surer
from rag.support.order import listed_otherwise, order_flips
from rag.support.owner import owned_by_another
from rag.support.pairs import contrasts, crossed, is_in, kinds, mixed, same, straddled
from rag.support.polarity import turned
from rag.support.sentence import Sentence
from rag.support.tables import NEGATORS
from rag.support.words import Word, longest_unknown

_EVERY = re.compile(
    r"\b(?:all|every|any(?! of (?:the|these|those))|anyone|anybody|anything|everyone|everybody|everything|always|"
    r"tod[oa]s|cualquier\w*(?! de l[oa]s)|siempre(?! que)|alike|por igual|"
    r"(?:opened|open) or not|todo el mundo|sin excepcion)\b"
)
_BOUND = re.compile(
    r"\b(?:solo|solamente|unicamente|only|unless|except\w*|salvo|excepto|just|alone|nothing else|limited to|"
    r"a menos que|exclusiv\w*|nunca|never|requires?|exige\w*|hace falta|necesit\w*|need\w*|provided|siempre que|"
    r"has? to|must|debe\w*)\b"
)
_IF_NOT = r"\b(?:only|solo|if not|si no|otherwise|not|no|without|sin|but|pero|until|hasta|never|nunca|if|si)\b"
_ALSO = re.compile(r"\b(?:too|as well|also|even|tambien|incluso|ademas)\b")
_EXCEPT = re.compile(r"\b(?:except\w*|unless|other than|apart from|salvo|excepto|a menos que|a no ser que)\b")
_BOUNDED = re.compile(rf"{_EXCEPT.pattern}|{_IF_NOT}")
_MOST = 6
"""Words in a row beyond which more of them say no more."""

HARDLY = 0.25
"""The share of words below which a sentence is about something else, whatever its other signs."""


@dataclass(frozen=True, slots=True)
class Near:
    """What the claim is held against: the sentences closest to it, and all that was read."""

    closest: tuple[Sentence, ...]
    read: tuple[Sentence, ...]
    words: float
    """The share of the claim's words that the closest sentences say."""
    cosine: float
    """Above that of two sentences about anything."""
    foreign: bool
    """Whether the claim is in another language."""
    first: bool
    """Whether nothing stands before it in its answer."""


@dataclass(frozen=True, slots=True)
class Signals:
    """Each 0 or more, but for the cosine; those of a name in `_foreign` are of a claim in another language."""

    foreign: float
    words: float
    """The share of the claim's words that its sources say."""
    cosine_foreign: float
    run: float
    """The most words in a row that are nowhere in what was read, in one's own language."""
    unknown_foreign: float
    """The share of words that are nowhere in what was read."""
    exact: float
    """The share of words that are the source's to the letter: who writes anew changes more than a word."""
    left: float
    """Words of the closest group that the claim leaves out."""
    rival: float
    """Words in whose place the closest sentence names another thing of the same kind."""
    crossed: float
    """Whether two things are each given what the source gives the other."""
    straddled: float
    """Whether one thing is given what the source gives another."""
    opposite: float
    rivals: float
    """As `opposite` and `rival`, of the closest clauses."""
    bound: float
    """Whether a most is made a least, a more a less."""
    order: float
    lost: float
    """A no that the claim leaves out: see `rag.support.polarity.Turned`, as for the next."""
    denied: float
    added: float
    only: float
    also: float
    """Whether the claim says `too`, and its source does not."""
    every: float
    """Whether the claim says of all what its source says only of some."""
    raised: float
    """How a claim is surer than its source: see `rag.support.modality.Surer`, as for the next."""
    lowered: float
    widened: float
    compared: float
    """Whether two things are compared the other way round."""
    cause: float
    """1 where the same has another cause, 0.5 where it has none."""
    owner: float
    """What was said only of another variant."""
    mixed: float
    """Whether it begins as one of two like stretches and ends as the other."""
    outright: float
    """Whether the claim affirms what a no governs in its source."""
    bare: float
    """The words of a clause of which nothing is said, in one's own language."""
    excepted: float
    """Whether the claim makes an exception, and its source bounds nothing."""


def signals(claim: Sentence, near: Near) -> Signals:
    """Of one claim."""
    told = [sentence.groups for sentence in near.closest]
    mine, source = claim.named, [word for sentence in near.closest for word in sentence.named]
    everything = [word for sentence in near.read for word in sentence.words]
    absent = [word for word in mine if not word.is_fact and not is_in(word, source)]
    folded, read = fold(claim.text), fold(" ".join(sentence.text for sentence in near.closest))
    turn = turned(claim, near.closest)
    settled = turn.settled or bound_agrees(claim, near.closest)
    here, there = float(not near.foreign), float(near.foreign)
    letters = {word.text for word in source}
    sure = surer(claim, near.closest)
    agreed = comparison_agrees(claim, near.read)
    nearest = near.closest[0].named if near.closest else []
    turns_round = _denies(claim.text) != _denies(near.closest[0].text if near.closest else "")
    same_way = turn.settled or agreed > 0
    unknown = sum(not is_in(word, everything) for word in absent)
    return Signals(
        foreign=there,
        words=near.words,
        cosine_foreign=there * near.cosine,
        run=here * min(_MOST, longest_unknown(claim.words, everything)),
        unknown_foreign=there * unknown / max(1, len(mine)),
        exact=sum(word.text in letters for word in mine) / max(1, len(mine)),
        left=float(_left_out(mine, [group for groups in told for group in groups])),
        rival=0.0 if same_way else float(min(2, _rivals(absent, mine, nearest, turns_round))),
        crossed=float(crossed(claim.groups, told)),
        straddled=straddled(claim.groups, told),
        opposite=float((turn.opposite and not agreed > 0) or (not settled and denied_outright(claim, near.closest))),
        rivals=0.0 if agreed > 0 else float(turn.rivals),
        bound=float(bound_flips(claim, near.closest) or counted_from_elsewhere(claim, near.closest)),
        order=float(order_flips(claim, near.read) or listed_otherwise(claim, near.read)),
        lost=float(turn.lost and not settled),
        denied=0.0 if settled else float(turn.denied),
        added=float(turn.added and not settled),
        only=float(turn.only),
        also=float(near.first and bool(_ALSO.search(folded)) and not _ALSO.search(read)),
        every=float(bool(_EVERY.search(folded) and not _EVERY.search(read) and _BOUND.search(read))),
        raised=sure.raised,
        lowered=sure.lowered,
        widened=sure.widened,
        compared=float(agreed < 0),
        cause=other_cause(claim, near.read) if here else float(other_cause(claim, near.read) == 1.0),
        owner=owned_by_another(claim, near.read),
        mixed=float(mixed(claim.groups, told)),
        outright=float(said_outright(claim, near.closest)),
        bare=here * bare_clause(claim, everything),
        excepted=float(bool(_EXCEPT.search(folded)) and not _BOUNDED.search(read)),
    )


def doubt(found: Signals, weights: Sequence[float]) -> float:
    """The log odds that the claim is not what was read; the last weight stands alone."""
    if found.words < HARDLY:
        return math.inf
    values: tuple[float, ...] = (*astuple(found), 1.0)
    return sum(value * weight for value, weight in zip(values, weights, strict=True))


def reason(found: Signals) -> str:
    """What speaks most plainly against the claim, as a key of `rag.phrases`."""
    if found.order:
        return "claim.order"
    if found.crossed or found.straddled:
        return "claim.joined"
    if found.opposite or found.bound:
        return "claim.opposite"
    if found.only or found.every:
        return "claim.bounds"
    return "claim.negation" if found.lost or found.denied or found.added else "claim.words"


def _rivals(absent: Sequence[Word], claim: Sequence[Word], source: Sequence[Word], turned: bool) -> int:
    """How many of these words have a rival in the source that the claim leaves out.

    `turned`: one of the two denies, and the other does not: an opposite then says the same.
    """
    others = [other for other in source if not is_in(other, claim)]
    found = 0
    for word in (word for word in absent if word.kinds):
        alike = [kinds(word) & kinds(other) for other in others if contrasts(word, other)]
        found += any(not turned or not all(kind.startswith("^opposites") for kind in both) for both in alike)
    return found


def _denies(text: str) -> bool:
    return NEGATORS.search(fold(text)) is not None


def _left_out(claim: Sequence[Word], told: Sequence[Sequence[Word]]) -> int:
    """Words of the closest group that are not in the claim, at most 5."""
    said = [sum(any(same(word, other) for other in claim) for word in group) / (1 + 0.3 * len(group)) for group in told]
    best = max(range(len(told)), key=said.__getitem__, default=-1)
    return min(5, sum(not is_in(word, claim) for word in told[best])) if best >= 0 else 0
