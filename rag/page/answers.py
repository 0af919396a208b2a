"""Turn a question into an answer behind the page's back: a reload, a closed tab or a stop loses nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from ingest.errors import LibraryError, TomoError
from ingest.filters import EVERYTHING, Filters
from ingest.types import Language
from rag.chats.store import Chats
from rag.chats.types import Conversation, Request, Turn, Wish
from rag.events import Answer, Answered, Delta, Event, Planned, Queued, Working
from rag.page.strings import Say
from rag.planning.scope import NoScope
from rag.standing import standing
from rag.types import Message, Mode, Pin, Receipt, SearchResult

Phase = Literal["adding", "opening", "queued", "searching", "reading", "writing", "stopping"]
Ready = Callable[[threading.Event], Request]
"""Waits for what a question came with and gives it as it is asked then; ends early once the event is set; TomoError."""
SAVE_EVERY = 1.0
"""Seconds between two savings of an answer on its way."""


class Asks(Protocol):
    """What the page needs of an assistant."""

    def ask(
        self,
        question: str,
        *,
        mode: Literal["auto"] | Mode = "auto",
        documents: Sequence[str] = (),
        filters: Filters = EVERYTHING,
        history: Sequence[Message] = (),
        language: Language | None = None,
        tongue: Language = "und",
        cancel: threading.Event | None = None,
        style: Wish = "auto",
        budget: int = 0,
        patience: float | None = None,
        before: Receipt | None = None,
        pinned: Sequence[Pin] = (),
    ) -> Iterator[Event]:
        """Queued… while others are answered first, then Planned, Delta…, Answered; TomoError."""

    def search(self, question: str, limit: int = 10) -> SearchResult:
        """The best passages, best first; TomoError."""


class Opens(Protocol):
    """Gives the one assistant that all conversations share."""

    def __call__(self) -> Asks:
        """The assistant, opened at the first call; TomoError."""


@dataclass(frozen=True, slots=True)
class Progress:
    """An answer on its way: `text` is unchecked; `seconds` count from the question.

    `place` questions are answered before it, while it is "queued"; `waited` of the seconds it was.
    """

    request: Request
    phase: Phase
    receipt: Receipt | None
    text: str
    seconds: float
    working: Working | None = None
    place: int = 0
    waited: float = 0.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question that is asked when the one before it has been answered."""

    request: Request
    open_assistant: Opens
    ready: Ready | None = None


@dataclass
class Chat:
    """One conversation. `turns` only grows, from one thread at a time; `chats` keeps it on disk, None keeps it nowhere.

    `waiting` are asked in that order, one after the other.
    `unsaved` says why the last of it could not be saved, `revision` which state on disk its turns are.
    """

    id: str
    turns: list[Turn] = field(default_factory=list)
    running: Running | None = None
    waiting: list[Waiting] = field(default_factory=list)
    chats: Chats | None = None
    unsaved: str = ""
    revision: int = 0
    _one: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)
    _late: dict[float, Turn] = field(default_factory=dict, repr=False, compare=False)

    def start(self, request: Request, open_assistant: Opens, ready: Ready | None = None) -> None:
        """Ask in the background, or when the answer on its way has ended. The question is saved before."""
        with self._one:
            self.waiting.append(Waiting(request, open_assistant, ready))
            if self.running is None:
                self._next()

    def take_back(self) -> None:
        """Ask nothing of what waits."""
        with self._one:
            self.waiting.clear()

    def _next(self) -> None:
        if self.waiting:
            next_one, asked = self.waiting.pop(0), time.time()
            self.running = Running(self, next_one, asked, self._began(next_one.request, asked))
            self.running.start()

    def end(self, turn: Turn) -> None:
        """A turn has ended: it stands in the conversation, and is saved with all that could not be saved before."""
        self._late[turn.asked] = turn
        try:
            for late in sorted(self._late.values(), key=lambda late: late.asked):
                self._save(late)
            self.unsaved = ""
        except LibraryError as error:
            self.unsaved = str(error)
        finally:
            with self._one:
                self.turns.append(turn)
                self.running = None
                self._next()

    def narrow(self, turn_id: int, request: Request) -> None:
        """Save how the question on its way is asked now."""
        if self.chats is not None and turn_id:
            try:
                self.chats.narrow(turn_id, request)
            except LibraryError as error:
                self.unsaved = str(error)

    def write(self, turn_id: int, text: str) -> None:
        """Save the text so far."""
        if self.chats is not None and turn_id:
            try:
                self.chats.write(turn_id, text)
            except LibraryError as error:
                self.unsaved = str(error)

    def refresh(self) -> bool:
        """Bring the turns up to what is on disk; False when the conversation has been deleted; LibraryError."""
        with self._one:
            if self.chats is None or self.running is not None:
                return True
            revision = self.chats.revision(self.id)
            if revision and revision == self.revision and not any(turn.left == "elsewhere" for turn in self.turns):
                return True
            found = self.chats.conversation(self.id)
            if found is None:
                return bool(self._late)
            saved = [turn for turn in found.turns if turn.asked not in self._late]
            self.turns[:] = sorted((*saved, *self._late.values()), key=lambda turn: turn.asked)
            self.revision = revision
            return True

    def exported(self, title: str) -> Conversation:
        """The conversation as it stands here, with what could not be saved."""
        times = [turn.asked for turn in self.turns] or [0.0]
        return Conversation(self.id, title, times[0], times[-1], tuple(self.turns))

    def forget(self) -> None:
        """It has been deleted: stop what is being answered and save nothing any more."""
        with self._one:
            self.chats = None
            self.waiting.clear()
            if self.running is not None:
                self.running.stop()

    @property
    def idle(self) -> bool:
        """Whether nothing of it would be lost with it."""
        return self.running is None and not self.waiting and not self._late

    def _began(self, request: Request, asked: float) -> int:
        """The turn's id on disk; 0 when it cannot be saved yet."""
        if self.chats is None:
            return 0
        try:
            return self.chats.begin(self.id, request, asked)
        except LibraryError as error:
            self.unsaved = str(error)
            return 0

    def _save(self, turn: Turn) -> None:
        if self.chats is not None:
            turn_id = turn.id or self.chats.begin(self.id, turn.request, turn.asked)
            self._late[turn.asked] = replace(turn, id=turn_id)
            self.chats.finish(turn_id, turn)
        del self._late[turn.asked]

    def said_before(self, request: Request) -> tuple[Turn, ...]:
        """The answered turns that a question goes on from, oldest first: not the one that it is asked instead of, nor
        thanks and greetings."""
        *before, _ = standing([*self.turns, Turn(request)])
        return tuple(one.turn for one in before if one.turn.answer and not one.turn.answer.courtesy)


class Running(threading.Thread):
    """An answer on its way. When it ends, however it ends, its turn stands in the chat."""

    def __init__(self, chat: Chat, what: Waiting, asked: float, turn_id: int) -> None:
        super().__init__(name="tomo-answer", daemon=True)
        self._chat, self._request, self._open, self._ready = chat, what.request, what.open_assistant, what.ready
        self._asked, self._turn_id = asked, turn_id
        self._before = chat.said_before(what.request)
        self._cancel = threading.Event()
        self._phase: Phase = "opening" if what.ready is None else "adding"
        self._receipt: Receipt | None = None
        self._answer: Answer | None = None
        self._working: Working | None = None
        self._partial = False
        self._text, self._place, self._waited = "", 0, 0.0
        self._began, self._saved = time.monotonic(), 0.0

    def stop(self) -> None:
        """Ask it to end soon."""
        self._cancel.set()

    def progress(self) -> Progress:
        """How far it is."""
        phase: Phase = "stopping" if self._cancel.is_set() else self._phase
        seconds = time.monotonic() - self._began
        return Progress(
            self._request, phase, self._receipt, self._text, seconds, self._working, self._place, self._waited
        )

    def run(self) -> None:
        """Consume the assistant's events."""
        error = ""
        try:
            if self._ready is not None:
                self._request = self._ready(self._cancel)
                self._chat.narrow(self._turn_id, self._request)
                self._phase = "opening"
            if not self._cancel.is_set():
                self._consume(self._open())
        except NoScope as refused:
            say = Say("es" if refused.language == "es" else "en")
            error = say("no_scope_summary") if refused.summary else say("no_scope")
        except TomoError as refused:
            error = str(refused)
        finally:
            stopped = self._cancel.is_set() if self._answer is None else self._partial
            turn = Turn(self._request, self._answer, error, stopped, self._text, id=self._turn_id, asked=self._asked)
            self._chat.end(turn)

    def _consume(self, assistant: Asks) -> None:
        self._phase = "searching"
        asked = self._request
        history = tuple(m for turn in self._before if turn.answer for m in _said(turn.request.question, turn.answer))
        before = next((turn.answer.receipt for turn in reversed(self._before) if turn.answer), None)
        events = assistant.ask(
            asked.question, mode=asked.mode, documents=asked.documents, filters=asked.filters, history=history,
            tongue=asked.tongue, cancel=self._cancel, style=asked.style, budget=asked.budget, before=before,
            pinned=asked.pinned,
        )  # fmt: skip
        for event in events:
            match event:
                case Queued(place):
                    self._phase, self._place = "queued" if place else "searching", place
                    self._waited = time.monotonic() - self._began
                case Planned(receipt):
                    self._phase, self._receipt, self._text = "reading", receipt, ""
                case Working():
                    self._working = event
                case Delta(text):
                    self._phase = "writing"
                    self._text += text
                    if time.monotonic() - self._saved > SAVE_EVERY:
                        self._chat.write(self._turn_id, self._text)
                        self._saved = time.monotonic()
                case Answered(answer, complete):
                    self._partial = self._cancel.is_set() and not complete
                    # Stopped before the first word there is no answer, and nothing to go on from.
                    self._answer = answer if answer.text.strip() or not self._cancel.is_set() else None


def _said(question: str, answer: Answer) -> tuple[Message, Message]:
    return Message("user", question, answer.language), Message("assistant", answer.text)
