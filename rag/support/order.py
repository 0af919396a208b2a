"""A claim that puts two steps in order, and what was read → whether it puts them the other way round. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.support.pairs import is_in, same
from rag.support.sentence import Sentence
from rag.support.words import Word, plain

_NO_COUNT = (
    r"(?! (?:la |las |el |los |dia )?(?:\d|un[oa]?\b|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|one|two|three|"
    r"four|five|six|seven|eight|nine|ten|an? (?:second|minute|hour|day|night|week|month|year)))"
)
_BEFORE = r"(?:before|antes de que|antes del|antes de|antes que|prior to|previo a)"
_AFTER = (
    r"(?:after|despues de que|despues del|despues de|tras|once(?= (?:you|it|the|they|\w+ed))|"
    r"una vez(?= \w+[ao]d[ao]s?| que))" + _NO_COUNT
)
_LEADS = {name: re.compile(rf"\W*{word}\b([^,;]*),") for name, word in (("before", _BEFORE), ("after", _AFTER))}
_STANDS = {name: re.compile(rf"\b{word}\b") for name, word in (("before", _BEFORE), ("after", _AFTER))}
_PURPOSE = re.compile(r"\W*(?:in order to|to|para)\b([^,;]*),")
"""What is wanted comes after what is done for it."""
_THEN = re.compile(r"\b(?:then|luego|despues(?! de)|a continuacion|afterwards|later(?! than)|mas tarde|next)\b")
_FIRST = re.compile(r"\b(?:first|primero)\b")
_BEGINS = re.compile(r"\b(?:first|primero|begins?|starts?|empi\w+|empez\w+|comienz\w*|comenz\w*)\b")
_GOES_ON = re.compile(
    r"\b(?:then|last|finally|ends?|finish\w*|next|luego|despues|por ultimo|finalmente|termin\w*|acab\w*|sigue)\b"
)
_SPAN = re.compile(r"(?:days?|hours?|minutes?|weeks?|months?|years?|dias?|horas?|minutos?|semanas?|mes|meses|anos?) $")
_JOINS = re.compile(r"[,;]\s|\b(?:y|and)\s")
_CUTS = re.compile(r"[,;:.]\s|\b(?:y|and|if|si)\s")
_NO_LONGER = re.compile(r"\b(?:no longer|not any ?more|ya no)\b")
"""Once one thing, no longer the other: that is until, not after."""
_FAR = 20_000.0
"""Letters by which a step that a word puts elsewhere is moved: longer than any sentence."""
TWO_SENTENCES = 1.0
"""What the words of both steps have to count where they stand in two sentences, whose order may mean nothing."""
Steps = tuple[list[Word], list[Word]]
"""The words of what comes first, and of what comes then."""


def order_flips(claim: Sentence, sources: Sequence[Sentence]) -> bool:
    """Whether the sentence, or the two in a row, that say most of the two steps have them the other way round."""
    if not (steps := _steps(claim)):
        return False
    first, then = ([w for w in side if not w.is_number and not is_in(w, other)] for side, other in (steps, steps[::-1]))
    best, flips = 0.0, False
    for told in [*((s,) for s in sources), *pairwise(sources)]:
        times = [(word, n * _FAR + time) for n, sentence in enumerate(told) for word, time in _times(sentence)]
        one, two = (
            [_time(word, times) for word in side if is_in(word, [w for w, _ in times])] for side in (first, then)
        )
        said = min(len(one), 2) + min(len(two), 2) - 1.5 * (len(told) - 1)
        if one and two and said > max(best, TWO_SENTENCES * (len(told) - 1)):
            best, flips = said, sum(one) / len(one) > sum(two) / len(two) and max(one) > max(two)
    return flips


def listed_otherwise(claim: Sentence, sources: Sequence[Sentence]) -> bool:
    """Whether numbers and identifiers put in order stand in another one in the sentence that puts them all in order."""
    folded = plain(claim.text)
    mine = sorted((word for word in claim.named if word.is_fact), key=lambda word: word.at)
    if len(mine) < 2 or not (_BEGINS.search(folded) and _GOES_ON.search(folded)):
        return False
    for told in sources:
        facts = sorted((word for word in told.named if word.is_fact), key=lambda word: word.at)
        at = [next((x.at for x in facts if same(word, x)), -1) for word in mine]
        said = plain(told.text)
        if -1 not in at and (_BEGINS.search(said) or _GOES_ON.search(said)):
            return at != sorted(at)
    return False


def _time(word: Word, times: Sequence[tuple[Word, float]]) -> float:
    """That of the word that says the same most plainly, and first."""
    alike = [
        (other.text == word.text, len(other.keys & word.keys), -time) for other, time in times if same(word, other)
    ]
    return -max(alike)[2]


def _times(sentence: Sentence) -> list[tuple[Word, float]]:
    """The words of a sentence as they follow one another in time: as they stand, but for a before or an after."""
    folded = plain(sentence.text)
    start, end, shift = 0, 0, 0.0
    if found := _LEADS["before"].match(folded) or _PURPOSE.match(folded):
        start, end, shift = 0, found.end(), _FAR / 4
    elif (found := _STANDS["after"].search(folded)) and found.start() > 2:
        rest = re.search(r"[,;.]", folded[found.end() :])
        start, end, shift = found.start(), found.end() + (rest.start() if rest else len(folded)), -_FAR / 4
    return [(word, word.at + (shift if start <= word.at < end else 0.0)) for word in sentence.words]


def _steps(claim: Sentence) -> Steps | None:
    """The two steps of a sentence that a word such as before or then puts in order; none after a span of time."""
    folded, words = plain(claim.text), claim.words
    spans = (_SPAN.search(folded[: m.start()]) for way in _STANDS.values() for m in way.finditer(folded))
    if _NO_LONGER.search(folded) or any(spans):
        return None
    if found := _LEADS["before"].match(folded):
        return _following(words, folded, found.end()), [word for word in words if word.at < found.end()]
    if found := _LEADS["after"].match(folded):
        return [word for word in words if word.at < found.end()], _following(words, folded, found.end())
    if (found := _THEN.search(folded)) and found.start() > 3:
        cut = _cut(folded, found.start())
        return _leading(words, folded, cut), [word for word in words if word.at >= cut]
    if found := _STANDS["before"].search(folded):
        return _leading(words, folded, found.start()), _following(words, folded, found.end())
    if found := _STANDS["after"].search(folded):
        return _following(words, folded, found.end()), _leading(words, folded, found.start())
    return None


def _cut(folded: str, then: int) -> int:
    """Where the second of two steps begins: at the `and` after a first, or at the last one before the `then`."""
    joins = [m.start() for m in _JOINS.finditer(folded[:then])]
    first = _FIRST.search(folded[:then])
    later = [at for at in joins if first and at > first.start()]
    return later[0] if later else joins[-1] if joins else then


def _leading(words: Sequence[Word], folded: str, end: int) -> list[Word]:
    """The words of the last clause before a place."""
    start = max((m.end() for m in _CUTS.finditer(folded[:end])), default=0)
    return [w for w in words if start <= w.at < end] or [w for w in words if w.at < end]


def _following(words: Sequence[Word], folded: str, start: int) -> list[Word]:
    """The words of the first clause after a place."""
    stop = re.search(r"[,;.]\s", folded[start:])
    end = start + stop.start() if stop else len(folded)
    return [w for w in words if start <= w.at < end] or [w for w in words if w.at >= start]
