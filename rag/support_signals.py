"""A claim and what comes closest to it → the signs, weak each by itself, that it says something else. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from ingest.lexical import fold
from ingest.types import Language
from rag.support_pairs import Group, groups, lent, mixed, same
from rag.support_polarity import negation_flips, opposite, order_flips
from rag.support_tables import HEDGES, NEGATORS
from rag.support_words import Clause, Word, longest_unknown, shared, words_of

_EVERY = re.compile(
    r"\b(?:all|every|any|anyone|anybody|anything|everyone|everybody|everything|always|tod[oa]s|cualquier\w*|siempre|"
    r"(?:opened|open) or not|todo el mundo|sin excepcion)\b"
)
_BOUND = re.compile(
    r"\b(?:solo|solamente|unicamente|only|unless|except\w*|salvo|excepto|just|alone|nothing else|limited to|"
    r"a menos que|exclusiv\w*|nunca|never|requires?|exige\w*|hace falta|necesit\w*|need\w*|provided|siempre que|"
    r"has? to|must|debe\w*)\b"
)
_IF = re.compile(r"\b(?:if|si|when|cuando|unless|with|con|siempre que|provided)\b")
_ONLY_IF = re.compile(
    r"\b(?:solo|only) (?:si|if|when|cuando|with|con|after|tras|for|para|once|on|by|desde|from)\b|\bunless\b|"
    r"\ba menos que\b|\bsalvo (?:si|que)\b|\bsiempre que\b|\bprovided\b"
)
_ALSO = re.compile(r"\b(?:too|as well|also|even|tambien|incluso|ademas)\b")
_ONLY = re.compile(r"\b(?:solo|solamente|unicamente|only|alone|just|exclusiv\w*)\b")
_MOST = 6
"""Words in a row beyond which more of them say no more."""

HARDLY = 0.25
"""The share of words below which a sentence is about something else, whatever its other signs."""


@dataclass(frozen=True, slots=True)
class Near:
    """What the claim is held against: its closest sentences taken apart, and the words of all that was read."""

    texts: tuple[str, ...]
    language: Language
    told: tuple[tuple[Clause, ...], ...]
    everything: tuple[Word, ...]
    words: float
    cosine: float
    """Above that of two sentences about anything."""
    foreign: bool
    """Whether the claim is in another language."""

    @property
    def parts(self) -> list[Clause]:
        """The clauses of its sentences."""
        return [part for one in self.told for part in one]


@dataclass(frozen=True, slots=True)
class Signals:
    """Each 0 or more; those of a name in `_foreign` are of a claim in another language than its source."""

    foreign: float
    words: float
    """The share of the claim's words that its sources say."""
    words_foreign: float
    cosine: float
    cosine_foreign: float
    run: float
    """The most words in a row that are nowhere in what was read."""
    run_foreign: float
    unknown_foreign: float
    """The share of words that are nowhere in what was read."""
    stray: float
    """Words that stand in what was read, but not where the rest does."""
    stray_foreign: float
    copied: float
    """The share of words that are the source's to the letter, where a word is not."""
    joined: float
    """Whether one thing is given what the source gives another."""
    rival: float
    """Words in whose place the source names another thing of the same kind."""
    rival_foreign: float
    stranger: float
    """People and bodies of whom the source says nothing there."""
    opposite: float
    opposite_foreign: float
    order: float
    negation: float
    denied: float
    """The share of words that are negated on one side only."""
    contrary: float
    """The words of a clause that is negated on one side only, at most 3."""
    denials: float
    """Whether only one of the two has a negation."""
    also: float
    """Whether the claim says `too`, and its source does not."""
    unbound: float
    """Whether the claim says of all, or without a condition, what its source says only of some, or under one."""
    only_lost: float
    """Whether its source says `only`, and the claim nothing like it."""
    left_out: float
    """The share of the closest clause's words that the claim leaves out."""


def signals(bare: str, language: Language, parts: Sequence[Clause], near: Near) -> Signals:
    """Of one claim."""
    mine, told = groups(bare, language), [groups(text, near.language) for text in near.texts]
    claim, source = _words(mine), [word for one in told for word in _words(one)]
    plain = [word for word in claim if not word.is_fact]
    absent = [word for word in plain if not _said(word, source)]
    unknown = [word for word in absent if not _said(word, near.everything)]
    folded, read = fold(bare), fold(" ".join(near.texts))
    here, there = float(not near.foreign), float(near.foreign)
    run = min(_MOST, longest_unknown(words_of(parts), near.everything))
    stray = min(4, len(absent) - len(unknown))
    letters = {word.text for word in source}
    first = _words(told[0]) if told else []
    rival = min(2, sum(_has_rival(word, claim, first) for word in plain if not _said(word, first)))
    contrary = bool(opposite(parts, near.parts, near.told[0] if near.foreign and near.told else ()))
    hedged = bool(HEDGES.search(folded) or HEDGES.search(read))
    denies, denied = bool(NEGATORS.search(folded)), bool(NEGATORS.search(read))
    return Signals(
        foreign=there,
        words=near.words,
        words_foreign=there * near.words,
        cosine=near.cosine,
        cosine_foreign=there * near.cosine,
        run=here * run,
        run_foreign=there * run,
        unknown_foreign=there * len(unknown) / max(1, len(claim)),
        stray=here * stray,
        stray_foreign=there * stray,
        copied=here * bool(absent) * sum(word.text in letters for word in plain) / max(1, len(plain)),
        joined=float(bool(mixed(mine, told) or lent(mine, told))),
        rival=here * rival,
        rival_foreign=there * rival,
        stranger=float(min(2, sum(any(key.startswith("^people") for key in word.kinds) for word in absent))),
        opposite=here * contrary,
        opposite_foreign=there * contrary,
        order=here * order_flips(parts, near.told),
        negation=float(negation_flips(parts, near.parts)),
        denied=_denied(parts, near.parts),
        contrary=0.0 if hedged else _contrary(parts, near.parts),
        denials=float(denies != denied and not hedged),
        also=float(bool(_ALSO.search(folded)) and not _ALSO.search(read)),
        unbound=float(_for_all(folded, read) or _without(parts, near.parts) or _condition_lost(folded, claim, near)),
        only_lost=float(bool(_ONLY.search(read)) and not HEDGES.search(folded) and not denies),
        left_out=_left_out(parts, near.parts),
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
    if found.joined:
        return "claim.joined"
    if found.opposite or found.opposite_foreign:
        return "claim.opposite"
    if found.negation or found.contrary or found.denials:
        return "claim.negation"
    return "claim.bounds" if found.unbound else "claim.words"


def _words(found: Sequence[Group]) -> list[Word]:
    return [word for group in found for word in group]


def _said(word: Word, source: Sequence[Word]) -> bool:
    return any(same(word, other) for other in source)


def _has_rival(word: Word, claim: Sequence[Word], source: Sequence[Word]) -> bool:
    kinds = {key.partition(".")[0] for key in word.kinds}
    return any(kinds & {key.partition(".")[0] for key in other.kinds} and not _said(other, claim) for other in source)


def _denied(claim: Sequence[Clause], source: Sequence[Clause]) -> float:
    differ = agree = 0
    for part in claim:
        for word in part.words:
            held = [other.negated for other in source if any(word.same(x) for x in other.words)]
            differ += bool(held) and all(negated != part.negated for negated in held)
            agree += any(negated == part.negated for negated in held)
    return differ / max(1, differ + agree)


def _contrary(claim: Sequence[Clause], source: Sequence[Clause]) -> float:
    most = 0
    for part in claim:
        held = [[other.negated for other in source if any(w.same(x) for x in other.words)] for w in part.words]
        said = [one for one in held if one]
        if all(negated != part.negated for one in said for negated in one):
            most = max(most, len(said))
    return float(min(3, most))


def _for_all(claim: str, source: str) -> bool:
    return bool(_EVERY.search(claim) and not _EVERY.search(source) and _BOUND.search(source))


def _condition_lost(folded: str, claim: Sequence[Word], near: Near) -> bool:
    """Whether the closest sentence has an `only if`, and the claim neither a condition nor a word of that one."""
    found = _ONLY_IF.search(fold(near.texts[0])) if near.texts else None
    if not found or HEDGES.search(folded) or NEGATORS.search(folded) or _IF.search(folded):
        return False
    bounds = [word for word in _words(groups(near.texts[0], near.language)) if word.at >= found.end()]
    return bool(bounds) and not any(_said(word, claim) for word in bounds)


def _without(claim: Sequence[Clause], source: Sequence[Clause]) -> bool:
    """Whether the claim does without something with which only the source has it."""
    return any(
        word.denied and any(word.same(x) for x in part.words) and _ONLY.search(part.text) and not part.negated
        for word in words_of(claim)
        for part in source
    )


def _left_out(claim: Sequence[Clause], source: Sequence[Clause]) -> float:
    said = words_of(claim)
    return 1.0 - max((shared(part.words, said) for part in source if len(part.words) > 1), default=0.0)
