"""A claim and what was read → whether it affirms what is denied there, and what is said nowhere. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.support.sentence import Sentence
from rag.support.tables import NEGATORS, UNDONE
from rag.support.words import Clause, Word, plain

_CUTS = re.compile(
    r"[,;:.()]\s|\.$|\b(?:and|but|y|pero|sino|because|porque|ya que|although|aunque|if|si|unless|until|hasta|"
    r"when|cuando|"
    r"while|mientras|so|para|whereas|or|o)\s"
)
_SOFT = re.compile(
    rf"\b(?:{UNDONE}|"
    r"avoid\w*|evit\w*|fails?|unable|instead|rather|en lugar|en vez|except\w*|salvo|prohib\w*|forbid\w*|"
    r"prevent\w*|"
    r"imp[ie]d\w*|stop\w*|refus\w*|lacks?|carec\w*|unless|a menos que|without|sin|no|not|never|nunca|"
    r"only|solo|"
    r"bann?\w*|desactiv\w*|disabl\w*|until|hasta|dej\w*)\b|n't\b"
)
_BOUNDED = re.compile(
    r"\b(?:"
    r"if|si|when|cuando|while|mientras|unless|a menos que|a no ser que|until|till|hasta|before|antes|after|"
    r"despues|tras|except\w*|salvo|excepto|other than|apart from|only|solo|solamente|unicamente|just|"
    r"exclusiv\w*|without|sin|where|donde|but|sino|pero|instead|rather|en lugar|en vez|fuera|outside|free|"
    r"gratis|gratuit\w*|other|otr[oa]s?|different|distint[oa]s?|more|mas|less|menos|fewer|over|under|above|"
    r"below|than|longer|yet|aun|todavia|enough|otherwise|may|might|puede que|although|aunque|also|always|"
    r"siempre|necessarily|necesariamente|(?:not?|no) (?:all|every\w*|each|both|any|tod[oa]s?|cada|amb[oa]s)|"
    r"at (?:most|least)|como (?:mucho|minimo)|al menos|max\w*|min(?:im\w*)?|limit\w*|up to|within|between|"
    r"entre|avoid\w*|evit\w*|prevent\w*|imp[ie]d\w*|stop\w*|refus\w*|prohib\w*|forbid\w*|fail\w*|lack\w*|"
    r"carec\w*|impossib\w*|imposib\w*|unable|optional\w*|opcional\w*"
    r")\b"
)
"""What bounds a sentence: what it denies may then be so in its source, and what it says may be denied there."""
_BEHIND = 30
"""Letters before a word in which a no, or what stands for one, may deny it."""
ENOUGH = 0.75
"""The share of a denied stretch's words that a claim has to say to say it."""


def said_outright(claim: Sentence, sources: Sequence[Sentence]) -> bool:
    """Whether the claim affirms what a no governs in the sources: its word and most of what follows that."""
    folded, words = plain(claim.text), claim.words
    denied = [word for word, _ in _governed(claim)]
    for sentence in sources:
        told = list(_governed(sentence))
        if len(denied) < sum(1 for _ in NEGATORS.finditer(folded)) or not all(
            any(w.same(x) for x, _ in told) for w in denied
        ):
            continue
        for governed, rest in told:
            if any(governed.same(word) for word in denied) or sum(governed.same(w) for w in sentence.words) > 1:
                continue
            here = [word for word in words if word.same(governed)]
            free = [w for w in here if not _soft(folded, w, denied)]
            if not free or len(free) < len(here) or len(rest) < 1:
                continue
            if sum(any(word.same(x) for word in words) for x in rest) >= ENOUGH * len(rest):
                return True
    return False


def denied_outright(claim: Sentence, sources: Sequence[Sentence]) -> bool:
    """Whether the claim denies what the sources say without a no, and neither of the two bounds what it says."""
    if _BOUNDED.search(plain(claim.text)):
        return False
    plainly = (s for s in sources if not _BOUNDED.search(plain(s.text)) and not NEGATORS.search(plain(s.text)))
    return any(said_outright(source, [claim]) for source in plainly)


def _soft(folded: str, word: Word, denied: Sequence[Word]) -> bool:
    """Whether something before a word may deny it, other than a no that denies another."""
    start = max([0, word.at - _BEHIND, *(w.at + len(w.text) for w in denied if w.at < word.at)])
    return _SOFT.search(folded[start : word.at + len(word.text)]) is not None


def _governed(sentence: Sentence) -> Iterator[tuple[Word, list[Word]]]:
    """The word after each no, with the words from there to the end of its clause and the one before the no."""
    folded, words = plain(sentence.text), sorted(sentence.words, key=lambda word: word.at)
    for match in (m for m in NEGATORS.finditer(folded) if m.group() not in ("ni", "nor")):
        stop = _CUTS.search(folded, match.end())
        end = stop.start() if stop else len(folded)
        after = [word for word in words if match.end() <= word.at < end]
        before = [
            word for word in words if word.at < match.start() and not _CUTS.search(folded[word.at : match.start()])
        ]
        if after:
            yield after[0], [*before[-1:], *after[1:]]


def bare_clause(claim: Sentence, everything: Sequence[Word]) -> float:
    """The most words of a clause of which none is anywhere in what was read, 0 for fewer than two; at most 4."""
    most = 0
    for part in claim.parts:
        most = max(most, _bare(part, everything))
    return float(min(4, most))


def _bare(part: Clause, everything: Sequence[Word]) -> int:
    words = part.words
    if len(words) < 2 or any(word.same(other) for word in words for other in everything):
        return 0
    return len(words)
