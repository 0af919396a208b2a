"""A message with several questions → each of them, and their answers put together as one."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Protocol

from rag.events import Answer, Answered, Citation, Delta, Event
from rag.follow_ups.complete import complete
from rag.follow_ups.leaning import plain
from rag.follow_ups.leaning_patterns import STRIP
from rag.gist import says_enough
from rag.phrases import say
from rag.turns import Turns, queued
from rag.types import Message, Passage, Question, Receipt, SearchResult

MOST = 3
"""Questions that are answered one by one; what follows goes with the last."""
_TOLD = 120
"""Characters of what is told beside the questions: more is a story, of which `rag.gist` says what is searched for."""

Search = Callable[[str], SearchResult]


class Ask(Protocol):
    """Answers one question, which may lean on the conversation."""

    def __call__(
        self, question: str, *, history: Sequence[Message] = (), before: Receipt | None = None
    ) -> Iterator[Event]:
        """The events of its answer; `before` is the receipt of the conversation's last one."""


# Written for folded text: no accents, lower case.
_ASKS = r"(?:como|donde|cuando|cuant[oa]s?|que|cual(?:es)?|quien(?:es)?|por que|how|where|when|what|which|who|why)\b"
_BEGINS = re.compile(rf"[\s¿]*(?:(?:y|e|and|also|tambien)\b[\s,¿]*)?{_ASKS}")
_JOINT = re.compile(
    r"[,;]? (?:y|and) (?:also |tambien )?"
    r"(?=(?:como|donde|cuando|cuant[oa]s?|cual(?:es)?|por que|how|where|when|what|which|why)\b)"
)
_AMONG = re.compile(r"\b(?:between|entre|difference|diferencia|compar\w+|versus|vs)\b")


def several(text: str) -> tuple[str, ...]:
    """The questions of a message where there are two or more that each say what they are about; else nothing."""
    pieces = [piece for piece in re.split(r"(?<=\?)\s+", text) if piece.strip(STRIP)]
    told = sum(len(piece) for piece in pieces if not piece.rstrip().endswith("?"))
    if told > _TOLD or "\n" in text.strip():
        return ()
    found: list[str] = []
    for piece in chain(*(_clauses(whole.strip()) for whole in pieces)):
        if found and not (len(found) < MOST and _asks(piece) and _asks(found[-1])):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return tuple(found) if len(found) > 1 else ()


def taken_apart(
    text: str, history: Sequence[Message], search: Search, sure: float, turns: Turns, cancel: threading.Event | None
) -> Generator[Event, None, tuple[str, ...]]:
    """Wait for a place near the model; the questions of a message that are answered one by one, or none."""
    each = several(text)
    if not each:
        return ()
    with turns.turn() as mine:
        if not (yield from queued(mine, cancel, 1)):
            return ()
        return each if apart(each, history, search, sure) else ()


def apart(each: Sequence[str], history: Sequence[Message], search: Search, sure: float) -> bool:
    """Whether the questions of a message are about different places, each found with a confidence of `sure` or more.

    Else they are one question that is put twice, or one of them says too little by itself: both are answered as one.
    """
    best: list[Passage] = []
    for text in each:
        found = search(complete(text, history))
        if not found.passages or found.confidence < sure:
            return False
        best.append(found.passages[0])
        history = [*history, Message("user", text)]
    first = best[0]
    return any(one.document_id != first.document_id or abs(one.page - first.page) > 1 for one in best)


def _asks(text: str) -> bool:
    return says_enough(text) and (text.endswith("?") or _BEGINS.match(plain(text)) is not None)


def _clauses(piece: str) -> list[str]:
    """A question in two where it asks for two things ("how do I … and where is …"), both of which it names."""
    folded = plain(piece)
    joint = _JOINT.search(folded)
    if joint is None or not _BEGINS.match(folded) or _AMONG.search(folded):
        return [piece]
    both = [piece[: joint.start()], piece[joint.end() :]]
    return both if all(map(says_enough, both)) else [piece]


def answered_apart(
    ask: Ask, question: Question, each: Sequence[str], history: Sequence[Message], before: Receipt | None,
    cancel: threading.Event | None,
) -> Iterator[Event]:  # fmt: skip
    """The events of each answer but for its text, then all of them as one; where none has any, the first refusal."""
    given: list[tuple[str, Answer]] = []
    complete = True
    for text in each:
        if cancel is not None and cancel.is_set() and given:
            complete = False
            break
        for event in ask(text, history=history, before=before):
            if isinstance(event, Answered):
                given.append((text, event.answer))
                complete = complete and event.complete
            elif not isinstance(event, Delta):
                yield event
        if not given or given[-1][0] != text:
            return  # stopped while it waited
        history, before = [*history, Message("user", text)], given[-1][1].receipt
    answer = _joined(question, given)
    yield Delta(answer.text)
    yield Answered(answer, complete)


def _joined(question: Question, given: Sequence[tuple[str, Answer]]) -> Answer:
    blocked = next((answer for _, answer in given if answer.receipt.blocked), None)
    good = [answer for _, answer in given if not answer.refused]
    if blocked or not good:
        return replace(blocked or given[0][1], question=question.text)
    texts: list[str] = []
    citations: list[Citation] = []
    for asked, answer in given:
        what = asked.strip(STRIP)
        if answer.refused:
            texts.append(say(answer.language, "each.none", what=what))
            continue
        texts.append(f"{say(answer.language, 'each', what=what)} {_renumbered(answer, len(citations))}")
        citations += [replace(one, n=one.n + len(citations)) for one in answer.citations]
    first = good[0]
    return replace(first, question=question.text, text="\n\n".join(texts), citations=tuple(citations))


def _renumbered(answer: Answer, by: int) -> str:
    """The text with its marks moved on: those after a quote, which may have such marks itself, and at line ends."""
    highest = max((one.n for one in answer.citations), default=0)

    def mark(match: re.Match[str]) -> str:
        number = int(match[2])
        return f"{match[1]}[{number + by}]" if 1 <= number <= highest else match[0]

    parts = re.split(r"(«[^»]*»)", answer.text)
    return "".join(part if part.startswith("«") else re.sub(r"()\[(\d{1,3})\]", mark, part) for part in parts)
