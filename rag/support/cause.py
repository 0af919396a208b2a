"""A claim that gives a cause, and what was read → whether it is another than the cause given there. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.support.sentence import Sentence
from rag.support.words import Word, plain, shared

_BECAUSE = re.compile(
    r"\b(?:because(?: of)?|due to|owing to|on account of|caused by|as a result of|results? from|stems? from|porque|"
    r"debid[oa]s? al?|se deb\w+ al?|deberse al?|por (?:falta|exceso|un fallo|motivos?|razones) de|a causa de|"
    r"por culpa de|causad[oa]s? por|provocad[oa]s? por|ya que|"
    r"puesto que|dado que|thanks to|gracias a|"
    r"points? to|signs? (?:of|that)|shows? that|indicates?(?: that)?|senal de|"
    r"(?:the|la|el) (?:cause|reason|causa|motivo|razon)\b[^,;.]{0,60}? "
    r"(?:is|was|es|era|fue|were)(?: that| que)?)\b"
)
_LEADS = re.compile(
    r"\W*(?:because(?: of)?|due to|owing to|since|as|debido a|a causa de|como|dado que|puesto que|ya que|por culpa de)"
    r"\b([^,;]*),"
)
_THUS = re.compile(
    r"\b(?:(?<!the )causes?|caused|leads? to|led to|results? in|therefore|for that reason|(?<!la )causan?|"
    r"provoc\w*|hace\w* que|por eso|por tanto|produce[n]?)\b(?! (?:by|por)\b)"
)
_STOPS = re.compile(r"[;:.]\s|,\s")
SAME = 0.5
"""The share of an effect's words that tell it is the one."""
OTHER = 0.33
"""The share of a cause's words below which it is another."""
Link = tuple[tuple[Word, ...], tuple[Word, ...]]
"""The words of an effect, and of its cause."""


def other_cause(claim: Sentence, sources: Sequence[Sentence]) -> float:
    """1 where the same effect has another cause, 0.5 where none is given together with it, else 0."""
    mine = [(effect, cause) for effect, cause in _links(claim) if effect and cause]
    told = [link for sentence in sources for link in _links(sentence)] if mine else []
    worst = 0.0
    for effect, cause in mine:
        known = [link for link in told if shared(effect, link[0]) >= SAME]
        if known:
            worst = max(worst, float(max(shared(cause, why) for _, why in known) < OTHER))
        elif not any(shared(cause, s.words) >= OTHER and shared(effect, s.words) >= OTHER for s in sources):
            worst = max(worst, 0.5)
    return worst


def _links(sentence: Sentence) -> Iterator[Link]:
    """Each effect and cause that a word such as because joins."""
    folded, words = plain(sentence.text), sentence.words
    if found := _LEADS.match(folded):
        yield _between(words, found.end(), len(folded)), _between(words, found.start(1), found.end(1))
        return
    for match in _BECAUSE.finditer(folded):
        stop = _STOPS.search(folded, match.end())
        end = stop.start() if stop else len(folded)
        yield _before(words, folded, match.start()), _between(words, match.end(), end)
    for match in _THUS.finditer(folded):
        stop = _STOPS.search(folded, match.end())
        yield _between(words, match.end(), stop.start() if stop else len(folded)), _before(words, folded, match.start())


def _before(words: Sequence[Word], folded: str, end: int) -> tuple[Word, ...]:
    """The words of the last clause before a place that has any."""
    starts = [0, *(m.end() for m in _STOPS.finditer(folded[:end]))]
    for start in reversed(starts):
        if len(found := _between(words, start, end)) > 1:
            return found
    return _between(words, 0, end)


def _between(words: Sequence[Word], start: int, end: int) -> tuple[Word, ...]:
    return tuple(word for word in words if start <= word.at < end)
