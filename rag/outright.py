"""An answer that rules alone gave: no passage was read into the prompt, no model wrote → its events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.events import Answer, Answered, Citation, Delta, Event, Planned
from rag.llm import LLM
from rag.phrases import say
from rag.types import Question, Receipt, Seconds, Tokens


def outright(
    asked: Question, text: str, citations: Sequence[Citation], reason: str, llm: LLM, confidence: float,
    *, searched: str = "", refused: bool = False,
) -> Iterator[Event]:  # fmt: skip
    """`reason` names the phrase that says how it was answered; `searched` is what was searched for, if anything."""
    tokens = Tokens(0, 0, 0, llm.count(asked.text), 0, llm.window)
    receipt = Receipt(
        "passages", say(asked.language, reason), "quote", tokens, (), Seconds(), "none", llm.name,
        searched=searched, confidence=confidence,
    )  # fmt: skip
    yield Planned(receipt)
    yield Delta(text)
    answer = Answer(asked.text, text, refused, asked.language, tuple(citations), receipt)
    yield Answered(answer, complete=True)
