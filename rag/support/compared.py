"""A claim that compares two things, and what was read → whether it compares them the other way round. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.support.pairs import contrasts, is_in
from rag.support.sentence import Sentence
from rag.support.words import Word, plain

_NO_COUNT = r"(?! (?:un|una|a|an|one|lo|half|twice)?\s?\d)"
_THAN = re.compile(
    r"\b(?P<how>mas|menos|mayor(?:es)?|menor(?:es)?|mejor(?:es)?|peor(?:es)?)\b(?P<what>[^,;:.]{0,60}?)"
    rf"\b(?:que|de lo que)\b{_NO_COUNT}"
    r"|\b(?P<as>more|less|fewer|better|worse|\w{2,}er)\b(?P<of>(?:(?!\b(?:or|more|less|fewer|better|worse|\w{2,}er)\b)[^,;:]){0,60}?)"
    r"(?<!rather )(?<!other )(?<!later )"
    rf"\bthan\b{_NO_COUNT}"
)
_ALONE = re.compile(
    r"\b(?P<how>mas|menos|mayor(?:es)?|menor(?:es)?|mejor|peor|more|less|fewer|better|worse|"
    r"\w{3,}er)\b(?! (?:de|than) \d)"
    r"(?P<what>(?: \w+){0,2})"
)
_LESS = re.compile(r"menos|menor(?:es)?|peor(?:es)?|less|fewer|worse")
_MORE = re.compile(r"mas|mayor(?:es)?|mejor(?:es)?|more|better")
_NOT = re.compile(r"\b(?:no|not|never|nunca)\b|n't\b")
_STOPS = re.compile(r"[,;:.]\s|\b(?:and|but|y|pero|aunque|although|at|para|for|a igual\w*)\s")


@dataclass(frozen=True, slots=True)
class Comparison:
    """That one thing is more than another, or less (`way` -1), and the words of what they are compared by."""

    one: tuple[Word, ...]
    other: tuple[Word, ...]
    by: tuple[Word, ...]
    way: int


def comparison_agrees(claim: Sentence, sources: Sequence[Sentence]) -> int:
    """-1 where a comparison of the claim is the contrary of one that was read, 1 where it is the same, else 0."""
    claimed = list(comparisons(claim))
    told = [found for sentence in sources for found in comparisons(sentence)] if claimed else []
    agreed = [max((said for said in (_agreement(mine, x) for x in told) if said), default=0) for mine in claimed]
    return -1 if -1 in agreed else int(1 in agreed)


def comparisons(sentence: Sentence) -> Iterator[Comparison]:
    """Those with a than; and those after it, which compare the same two."""
    folded, words = plain(sentence.text), sorted(sentence.named, key=lambda word: word.at)
    one: tuple[Word, ...] = ()
    other: tuple[Word, ...] = ()
    end = 0
    for match in _THAN.finditer(folded):
        start, stop = match.start(), _STOPS.search(folded, match.end())
        before = tuple(word for word in words if end <= word.at < start)
        after = tuple(word for word in words if match.end() <= word.at < (stop.start() if stop else len(folded)))
        how, what = match["how"] or match["as"], match.start("what") if match["how"] else match.start("of")
        end = stop.start() if stop else len(folded)
        if before and after:
            one, other = before, after
            yield Comparison(one, other, _by(words, how, start, what, match.end()), _way(folded, how, start))
    for match in _ALONE.finditer(folded, end) if other else ():
        how = match["how"]
        by = _by(words, how, match.start(), match.start("what"), match.end())
        yield Comparison(one, other, by, _way(folded, how, match.start()))


def _by(words: Sequence[Word], how: str, start: int, what: int, end: int) -> tuple[Word, ...]:
    first = what if _MORE.fullmatch(how) or _LESS.fullmatch(how) else start
    by = tuple(word for word in words if first <= word.at < end)
    return by or tuple(word for word in words if word.at < start)[-1:]  # `lasts more than`


def _way(folded: str, how: str, start: int) -> int:
    way = -1 if _LESS.fullmatch(how) else 1
    return -way if _NOT.search(folded[max(0, start - 25) : start]) else way


def _agreement(mine: Comparison, told: Comparison) -> int:
    """1 for the same, -1 for the contrary, 0 where they are not of the same two things by the same measure."""
    turns = _pairing(mine, told)
    if any(is_in(word, told.by) for word in mine.by):
        return turns * mine.way * told.way
    if any(contrasts(word, other) for word in mine.by for other in told.by):
        return -turns * mine.way * told.way
    return 0


def _pairing(mine: Comparison, told: Comparison) -> int:
    """1 where the same thing stands first, -1 where the other does, 0 where it is not known.

    By what stands after the than: what stands before it has the predicate too.
    """
    last, told_last = ([w for w in pair.other if not is_in(w, pair.one)] for pair in (mine, told))
    if any(is_in(word, told_last) for word in last):
        return 1
    return -1 if any(is_in(word, told.one) for word in last) and any(is_in(word, mine.one) for word in told_last) else 0
