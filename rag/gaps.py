"""Questions without an answer → the gaps of the documentation: alike ones together, newest first, and as a CSV file."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from ingest.language import detect
from ingest.lexical import content_words, fold, stems
from rag.chats.counts import Unanswered
from rag.follow_ups.more import wants_more
from rag.follow_ups.stuck import stuck

ALIKE = 0.6
"""Shared words, of all the words of two questions, from which on they ask for the same."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that ask for the same and that nothing answers. `question` is the newest of them, `others` the rest,
    newest first; `times` counts how often they were asked, `last` is in seconds since 1970."""

    question: str
    times: int
    last: float
    others: tuple[str, ...] = ()


def gaps(questions: Iterable[Unanswered]) -> tuple[Gap, ...]:
    """Alike questions together, the newest first.

    A question joins the newest one that it shares ALIKE of their words with, and all the words that hold a digit:
    two error codes are never one gap. A reply that names nothing ("why?", "more details") asks for none.
    """
    leaders: list[tuple[frozenset[str], list[Unanswered]]] = []
    having: dict[str, list[int]] = {}
    named = (one for one in questions if not stuck(one.question) and not wants_more(one.question))
    for asked in sorted(named, key=lambda one: -one.last):
        words = keywords(asked.question)
        shared = Counter(at for word in words for at in having.get(word, ()))
        found = next((at for at in sorted(shared) if _alike(words, leaders[at][0], shared[at])), None)
        if found is not None:
            leaders[found][1].append(asked)
            continue
        for word in words:
            having.setdefault(word, []).append(len(leaders))
        leaders.append((words, [asked]))
    return tuple(
        Gap(asked[0].question, sum(one.times for one in asked), asked[0].last, tuple(one.question for one in asked[1:]))
        for _, asked in leaders
    )


@lru_cache(maxsize=20_000)
def keywords(question: str) -> frozenset[str]:
    """The words that carry meaning, as stems; words with a digit as they are."""
    language = detect(question)
    return frozenset(fold(word) if _has_digit(word) else stems(word, language) for word in content_words(question))


def as_csv(found: Iterable[Gap], head: tuple[str, str, str, str]) -> bytes:
    """A table for a spreadsheet: the question, times, last asked (local time), other wordings; UTF-8 with its mark.

    A cell that a spreadsheet would compute begins with an apostrophe.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(head)
    for gap in found:
        last = datetime.fromtimestamp(gap.last).strftime("%Y-%m-%d %H:%M")
        table.writerow([_cell(gap.question), gap.times, last, _cell(" | ".join(gap.others))])
    return text.getvalue().encode("utf-8-sig", "replace")


def _alike(one: frozenset[str], other: frozenset[str], shared: int) -> bool:
    if shared < ALIKE * len(one | other):
        return False
    return {word for word in one if _has_digit(word)} == {word for word in other if _has_digit(word)}


def _has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)


def _cell(text: str) -> str:
    whole = " ".join(text.split())
    return f"'{whole}" if whole.startswith(_FORMULA) else whole
