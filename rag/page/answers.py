"""Turn a question into an answer behind the page's back: a reload, a closed tab or a stop loses nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from ingest.errors import TomoError
from ingest.types import Language
from rag.types import Answer, Answered, Delta, Event, Message, Mode, Planned, Receipt, Working

Phase = Literal["opening", "searching", "reading", "writing", "stopping"]
Choice = Literal["auto", "document", "sections", "passages", "summary"]


Style = Literal["auto", "quote", "write"]


class Asks(Protocol):
    """What the page needs of an assistant."""

    def ask(
        self,
        question: str,
        *,
        mode: Literal["auto"] | Mode = "auto",
        documents: Sequence[str] = (),
        history: Sequence[Message] = (),
        language: Language | None = None,
        cancel: threading.Event | None = None,
        style: Style = "auto",
        budget: int = 0,
        patience: float | None = None,
        before: Receipt | None = None,
    ) -> Iterator[Event]:
        """Planned, then Delta…, then Answered; TomoError."""


class Opens(Protocol):
    """Gives the one assistant that all conversations share."""

    def __call__(self) -> Asks:
        """The assistant, opened at the first call; TomoError."""


@dataclass(frozen=True, slots=True)
class Request:
    """A question and how it was asked. `documents` are ids, `titles` theirs; empty means the whole library."""

    question: str
    mode: Choice = "auto"
    documents: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    style: Style = "auto"
    budget: int = 0
    """Tokens of documents that are read at most; 0: Tomo chooses."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what came of it: an answer, a message for people, or the text so far when it was stopped.

    A stopped one may still have a checked answer to what it had read. With none of the three, Tomo itself failed.
    """

    request: Request
    answer: Answer | None = None
    error: str = ""
    stopped: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """An answer on its way: `text` is unchecked; `seconds` count from the question."""

    request: Request
    phase: Phase
    receipt: Receipt | None
    text: str
    seconds: float
    working: Working | None = None


@dataclass
class Chat:
    """One conversation. `turns` only grows, from one thread at a time."""

    id: str
    turns: list[Turn] = field(default_factory=list)
    running: Running | None = None

    def start(self, request: Request, open_assistant: Opens) -> None:
        """Ask in the background; nothing happens while an answer is on its way."""
        if self.running is None:
            self.running = Running(self, request, open_assistant)
            self.running.start()

    def history(self) -> tuple[Message, ...]:
        """The answered turns, oldest first, as the model reads them."""
        return tuple(m for turn in self.turns if turn.answer for m in _said(turn.request.question, turn.answer))

    def before(self) -> Receipt | None:
        """How the last answered question was read."""
        return next((turn.answer.receipt for turn in reversed(self.turns) if turn.answer), None)


class Running(threading.Thread):
    """An answer on its way. When it ends, however it ends, its turn stands in the chat."""

    def __init__(self, chat: Chat, request: Request, open_assistant: Opens) -> None:
        super().__init__(name="tomo-answer", daemon=True)
        self._chat, self._request, self._open = chat, request, open_assistant
        self._history, self._before = chat.history(), chat.before()
        self._cancel = threading.Event()
        self._phase: Phase = "opening"
        self._receipt: Receipt | None = None
        self._answer: Answer | None = None
        self._working: Working | None = None
        self._text = ""
        self._began = time.monotonic()

    def stop(self) -> None:
        """Ask it to end soon."""
        self._cancel.set()

    def progress(self) -> Progress:
        """How far it is."""
        phase: Phase = "stopping" if self._cancel.is_set() else self._phase
        return Progress(self._request, phase, self._receipt, self._text, time.monotonic() - self._began, self._working)

    def run(self) -> None:
        """Consume the assistant's events."""
        error = ""
        try:
            self._consume(self._open())
        except TomoError as refused:
            error = str(refused)
        finally:
            turn = Turn(self._request, self._answer, error, self._cancel.is_set(), self._text)
            self._chat.turns.append(turn)
            self._chat.running = None

    def _consume(self, assistant: Asks) -> None:
        self._phase = "searching"
        asked = self._request
        events = assistant.ask(
            asked.question, mode=asked.mode, documents=asked.documents, history=self._history, cancel=self._cancel,
            style=asked.style, budget=asked.budget, before=self._before,
        )  # fmt: skip
        for event in events:
            match event:
                case Planned(receipt):
                    self._phase, self._receipt, self._text = "reading", receipt, ""
                case Working():
                    self._working = event
                case Delta(text):
                    self._phase = "writing"
                    self._text += text
                case Answered(answer):
                    self._answer = answer


def _said(question: str, answer: Answer) -> tuple[Message, Message]:
    return Message("user", question, answer.language), Message("assistant", answer.text)
