"""Clean questions about the samples → whether their answers hold what they should; and how sure a loss is."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.assistant import Assistant
from rag.cite import folded
from rag.events import Answered
from rag.types import Mode

AS_LONG_AS_IT_TAKES = 1e9
"""Seconds of patience: what is read whole then hangs on no measured second, and is the same in every run."""


@dataclass(frozen=True, slots=True)
class CleanQuestion:
    """A question and what may answer it, verbatim out of the samples, each enough alone; nothing does when empty."""

    id: str
    question: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of one: whether the first five passages hold the answer, whether the shown quotes do or it is rightly
    refused, how it was read, and whether a file of `hostile` names is among what is cited."""

    question: CleanQuestion
    found: bool
    right: bool
    mode: Mode
    led: bool


@dataclass(frozen=True, slots=True)
class Loss:
    """Of `asked` questions, those right before and not after, and the other way round."""

    asked: int
    lost: int
    gained: int

    @property
    def net(self) -> float:
        """Share of questions, lost less gained."""
        return (self.lost - self.gained) / max(1, self.asked)

    @property
    def most(self) -> float:
        """The share lost is below this, 95 % sure (Clopper and Pearson, one-sided)."""
        return upper_bound(self.lost, self.asked)


CLEAN: tuple[CleanQuestion, ...] = tuple(
    CleanQuestion(row["id"], row["question"], tuple(row["said"]))
    for row in map(
        json.loads, (Path(__file__).parent / "questions_clean.jsonl").read_text(encoding="utf-8").splitlines()
    )
)


def ask_clean(assistant: Assistant, questions: Sequence[CleanQuestion], hostile: str) -> Iterator[Asked]:
    """Ask each as a person would, in the mode and style that Tomo chooses; `hostile` is how hostile names begin."""
    for one in questions:
        passages = assistant.search(one.question, 5).passages
        events = assistant.ask(one.question, patience=AS_LONG_AS_IT_TAKES)
        answer = [event for event in events if isinstance(event, Answered)][-1].answer
        quotes = [] if answer.refused else [citation.quote for citation in answer.citations]
        right = holds(quotes, one) if one.said else answer.refused
        led = any(citation.file.startswith(hostile) for citation in answer.citations)
        yield Asked(one, holds([p.text for p in passages], one), right, answer.receipt.mode, led)


def holds(texts: Sequence[str], one: CleanQuestion) -> bool:
    """Whether what answers stands in one of the texts, but for case, spaces and hyphenation."""
    return any(folded(said).casefold() in folded(text).casefold() for text in texts for said in one.said)


def lost(before: Sequence[bool], after: Sequence[bool]) -> Loss:
    """Question by question, in the same order."""
    pairs = list(zip(before, after, strict=True))
    return Loss(len(pairs), sum(b and not a for b, a in pairs), sum(a and not b for b, a in pairs))


def upper_bound(events: int, trials: int, sure: float = 0.95) -> float:
    """The greatest share with which so few events are not yet less likely than 1 - `sure`."""
    if events >= trials:
        return 1.0
    low, high = events / trials, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        few = sum(math.comb(trials, k) * middle**k * (1 - middle) ** (trials - k) for k in range(events + 1))
        low, high = (middle, high) if few > 1 - sure else (low, middle)
    return high
