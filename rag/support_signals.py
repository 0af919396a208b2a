"""A claim and what comes closest to it → the signs, weak each by itself, that it says something else. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.lexical import fold, stems, translated
from ingest.types import Language
from rag.support_pairs import Group, groups, is_rivalled, lent, mixed, same, slots
from rag.support_polarity import negation_flips, opposite, order_flips
from rag.support_tables import HEDGES, NEGATORS
from rag.support_words import Clause, Word, longest_unknown, shared, words_of

_EVERY = re.compile(
    r"\b(?:all|every|any|anyone|anybody|anything|everyone|everybody|everything|always|tod[oa]s|cualquier\w*|siempre|"
    r"(?:opened|open) or not|todo el mundo|sin excepcion)\b"
)
_ONLY = re.compile(
    r"\b(?:solo|solamente|unicamente|only|unless|except\w*|salvo|excepto|just|alone|nothing else|limited to|a menos que|"
    r"exclusiv\w*|nunca|never|requires?|exige\w*|hace falta|necesit\w*|need\w*|provided|siempre que|has? to|must|debe\w*)\b"
)
_IF = re.compile(r"\b(?:if|si|when|cuando|unless|with|con|siempre que|provided)\b")
_ONLY_IF = re.compile(
    r"\b(?:solo|only) (?:si|if|when|cuando|with|con|after|tras|for|para|once|on|by|desde|from)\b|\bunless\b|\ba menos que\b|"
    r"\bsalvo (?:si|que)\b|\bsiempre que\b|\bprovided\b"
)
_ALSO = re.compile(r"\b(?:too|as well|also|even|tambien|incluso|ademas)\b")
_SOLELY = re.compile(r"\b(?:solo|solamente|unicamente|only|alone|just|exclusiv\w*)\b")


@dataclass(frozen=True, slots=True)
class Signals:
    """Counts and shares; `own` and `foreign` by whether claim and source are in one language."""

    foreign: float
    words: float
    words_foreign: float
    cosine: float
    cosine_foreign: float
    run: float
    run_foreign: float
    unknown: float
    unknown_foreign: float
    known_word: float
    """Words nowhere in the source that the dictionary holds: their translation should have been found."""
    stray: float
    """Words that the source says, but not where it says the rest."""
    stray_foreign: float
    slot: float
    slot_foreign: float
    slot_stray: float
    """Words of another place in the source where it says something else."""
    mixed: float
    lent: float
    lent_foreign: float
    rival: float
    """Words that name another thing of the same kind than the source does."""
    rival_foreign: float
    copied: float
    """The share of the claim's words that are the source's own, letter for letter, when a word of it is not."""
    copied_single: float
    """The same, when just one is not."""
    far_fact: float
    """Numbers and identifiers that stand in another sentence, where this one has another of the kind."""
    also: float
    """Too, as well in the claim and not in the source."""
    without: float
    """Without something in the claim, with which only in the source."""
    contrary: float
    """Words of clauses that all their sources negate and the claim does not, or the other way round."""
    unknown_share: float
    unknown_share_foreign: float
    opposite: float
    opposite_foreign: float
    negation: float
    order: float
    order_foreign: float
    denied: float
    """Words the claim affirms and its source only denies, or the other way round."""
    denials: float
    """Whether claim and source differ in having a negation at all."""
    every: float
    """All, any, always in the claim and not in the source."""
    every_only: float
    """The same, where the source bounds what it says."""
    only_lost: float
    only_if_lost: float
    """Whether the source bounds what it says by a condition that the claim does not name."""
    only_added: float
    stranger: float
    """People and bodies that the source does not name there."""
    left_out: float
    """The share of the closest part's words that the claim leaves out."""
    size: float


@dataclass(frozen=True, slots=True)
class Near:
    """The claim's closest sentences, taken apart, and all there are."""

    texts: tuple[str, ...]
    language: Language
    parts: tuple[Clause, ...]
    first: tuple[Clause, ...]
    told: tuple[tuple[Clause, ...], ...]
    everything: tuple[tuple[Clause, ...], ...]
    words: float
    cosine: float


def signals(bare: str, language: Language, parts: Sequence[Clause], near: Near, foreign: bool) -> Signals:
    """Of one claim."""
    claim = _tokens(groups(bare, language))
    told = [groups(text, near.language) for text in near.texts]
    source = [word for one in told for word in _tokens(one)]
    everywhere = words_of(part for sentence in near.everything for part in sentence)
    plain = [word for word in claim if not word.is_number and not any(k.startswith("!") for k in word.keys)]
    absent = [word for word in plain if not any(same(word, other) for other in source)]
    unknown = [word for word in absent if not any(same(word, other) for other in everywhere)]
    stray = len(absent) - len(unknown)
    places = slots(claim, source, foreign)
    moved = {word.at for word, _ in places if all(word.at != x.at for x in unknown)}
    folded, read = fold(bare), fold(" ".join(near.texts))
    every = bool(_EVERY.search(folded)) and not _EVERY.search(read)
    mine = groups(bare, language)
    contrary = bool(opposite(parts, near.parts, near.first if foreign else ()))
    disorder = order_flips(parts, near.told)
    run = min(6, longest_unknown(words_of(parts), everywhere))
    here, there = float(not foreign), float(foreign)
    slot = min(3, len({word.at for word, _ in places}))
    borrowed = bool(lent(mine, told))
    first = _tokens(told[0]) if told else []
    rivals = min(2, sum(_has_rival(w, claim, first) for w in plain if not any(same(w, other) for other in first)))
    letters = {word.text for word in source}
    copied = here * sum(word.text in letters for word in plain) / max(1, len(plain))
    return Signals(
        foreign=there,
        words=near.words,
        words_foreign=there * near.words,
        cosine=near.cosine,
        cosine_foreign=there * near.cosine,
        run=here * run,
        run_foreign=there * run,
        unknown=here * min(5, len(unknown)),
        unknown_foreign=there * min(5, len(unknown)),
        known_word=float(min(3, sum(_in_dictionary(word, language) for word in unknown))),
        stray=here * min(4, stray),
        stray_foreign=there * min(4, stray),
        slot=here * slot,
        slot_foreign=there * slot,
        slot_stray=float(min(2, len(moved))),
        mixed=float(bool(mixed(mine, told))),
        lent=here * borrowed,
        lent_foreign=there * borrowed,
        rival=here * rivals,
        rival_foreign=there * rivals,
        copied=copied * bool(absent),
        copied_single=copied * (len(absent) == 1),
        far_fact=float(min(2, sum(not any(same(w, o) for o in source) and is_rivalled(w, claim, source) for w in claim if w not in plain))),
        also=float(bool(_ALSO.search(folded)) and not _ALSO.search(read)),
        without=float(_without(parts, near.parts)),
        contrary=0.0 if _hedged(folded, read) else _contrary(parts, near.parts),
        unknown_share=here * len(unknown) / max(1, len(claim)),
        unknown_share_foreign=there * len(unknown) / max(1, len(claim)),
        opposite=here * contrary,
        opposite_foreign=there * contrary,
        negation=float(negation_flips(parts, near.parts)),
        order=here * disorder,
        order_foreign=there * disorder,
        denied=_denied(parts, near.parts),
        denials=float(bool(NEGATORS.search(folded)) != bool(NEGATORS.search(read)) and not _hedged(folded, read)),
        every=float(every),
        every_only=float(every and bool(_ONLY.search(read))),
        only_lost=float(bool(_SOLELY.search(read)) and not HEDGES.search(folded) and not NEGATORS.search(folded)),
        only_if_lost=float(_condition_lost(folded, claim, near)),
        stranger=float(min(2, sum(any(key.startswith("^people") for key in w.kinds) for w in absent))),
        only_added=float(bool(_SOLELY.search(folded)) and not HEDGES.search(read) and not NEGATORS.search(read)),
        left_out=_left_out(parts, near.parts),
        size=float(min(12, len(claim))),
    )


def _tokens(found: Sequence[Group]) -> list[Word]:
    return [word for group in found for word in group]


def _hedged(claim: str, source: str) -> bool:
    return bool(HEDGES.search(claim)) or bool(HEDGES.search(source))


def _has_rival(word: Word, claim: Sequence[Word], source: Sequence[Word]) -> bool:
    kinds = {key.partition(".")[0] for key in word.kinds}
    return any(
        kinds & {key.partition(".")[0] for key in other.kinds} and not any(same(other, x) for x in claim)
        for other in source
    )


def _in_dictionary(word: Word, language: Language) -> bool:
    return bool(translated(stems(word.text, language), language))


def _denied(claim: Sequence[Clause], source: Sequence[Clause]) -> float:
    """How many words stand in a clause with a negation on one side only, less those that do not."""
    differ = agree = 0
    for part in claim:
        for word in part.words:
            held = [other.negated for other in source if any(word.same(x) for x in other.words)]
            differ += bool(held) and all(negated != part.negated for negated in held)
            agree += bool(held) and any(negated == part.negated for negated in held)
    return differ / max(1, differ + agree)


def _condition_lost(folded: str, claim: Sequence[Word], near: Near) -> bool:
    if HEDGES.search(folded) or NEGATORS.search(folded) or _IF.search(folded):
        return False
    for text in near.texts[:1]:
        if found := _ONLY_IF.search(fold(text)):
            bounds = [word for word in _tokens(groups(text, near.language)) if word.at >= found.end()]
            return bool(bounds) and not any(same(word, other) for word in bounds for other in claim)
    return False


def _without(claim: Sequence[Clause], source: Sequence[Clause]) -> bool:
    return any(
        word.denied and any(word.same(x) for x in part.words) and _SOLELY.search(part.text) and not part.negated
        for word in words_of(claim)
        for part in source
    )


def _contrary(claim: Sequence[Clause], source: Sequence[Clause]) -> float:
    """The most words, up to 3, of a clause whose every source differs from it in being negated."""
    most = 0
    for part in claim:
        held = [[other.negated for other in source if any(w.same(x) for x in other.words)] for w in part.words]
        said = [one for one in held if one]
        if said and all(negated != part.negated for one in said for negated in one):
            most = max(most, len(said))
    return float(min(3, most))


def _left_out(claim: Sequence[Clause], source: Sequence[Clause]) -> float:
    said = words_of(claim)
    held = [shared(part.words, said) for part in source if len(part.words) > 1]
    return 1.0 - max(held, default=0.0)
