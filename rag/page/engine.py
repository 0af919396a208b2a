"""Lend the one assistant to whoever asks; read ahead while nobody does; exchange it when nobody holds it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from ingest.errors import TomoError
from ingest.settings import Settings
from rag.events import Event
from rag.loaded import Loaded
from rag.models import answers_here, require_model
from rag.no_model import cannot_write
from rag.page.answers import Asks
from rag.prefixes.warm import Warming
from rag.types import SearchResult

IDLE_SECONDS = 60.0
"""After the last question, before documents are read ahead unasked."""
_LOOK = 0.1
"""Seconds between two looks at whether a person has stopped what waits."""

Stage = Literal["", "waiting", "opening", "failed"]


class Works(Asks, Protocol):
    """What the page needs of an assistant besides its answers: `rag.assistant.Assistant` in short."""

    @property
    def loaded(self) -> Loaded:
        """What there is to know of its model."""

    def warm(self, ids: Sequence[str], cancel: threading.Event) -> Iterator[Warming]:
        """Read these documents ahead and keep that."""

    def most_read(self, limit: int) -> list[str]:
        """Ids of the documents worth that."""

    def close(self) -> None:
        """Let go of everything."""


class OpenAssistant(Protocol):
    """`rag.opening.open_assistant`, or a stand-in."""

    def __call__(self, settings: Settings, /) -> Works:
        """TomoError with a message for people."""


@dataclass
class WarmUp:
    """Documents being read ahead: `left` are to come, the first of them perhaps in work; `seen` is how each stands.

    `most`: so many of those that are read most are chosen first.
    """

    left: list[str] = field(default_factory=list)
    most: int = 0
    seen: dict[str, Warming] = field(default_factory=dict)
    error: str = ""
    unasked: bool = False
    done: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """Where the exchange of the assistant stands, and why it failed: "" when by a fault of Tomo's own."""

    stage: Stage = ""
    why: str = ""


class Engine:
    """The one assistant. Any thread may call; a question never waits for what is read ahead."""

    def __init__(self, settings: Settings, open_assistant: OpenAssistant, idle_seconds: float = IDLE_SECONDS) -> None:
        self.settings = settings
        self.exchange = Exchange()
        self.warm_up: WarmUp | None = None
        self._open, self._idle_seconds = open_assistant, idle_seconds
        self._assistant: Works | None = None
        self._opening = threading.Lock()
        self._turn = threading.Condition()
        self._asking = 0
        self._warming: threading.Event | None = None
        self._exchanging = False
        self._used = time.monotonic()
        self._looking: threading.Thread | None = None

    # -- asking ---------------------------------------------------------------------------------------------------

    def assistant(self) -> Works:
        """The one assistant, opened at the first call and tried again after a failure; TomoError."""
        with self._opening:
            if self._assistant is None:
                self._assistant = self._open(self.settings)
                self._used = time.monotonic()
            return self._assistant

    def lent(self) -> Asks:
        """The assistant to ask: it is not exchanged as long as an answer or a search lasts; TomoError."""
        self.assistant()
        return _Lent(self)

    @property
    def loaded(self) -> Loaded | None:
        """What there is to know of the open model; None before one is open."""
        assistant = self._assistant
        return assistant.loaded if assistant is not None else None

    @property
    def no_model(self) -> str:
        """Why no model will answer or write, as far as that is known before one is open; "" else."""
        if self._assistant is None and not self.exchange.stage:
            try:
                require_model(self.settings)
            except TomoError as error:
                return str(error)
            if not answers_here(self.settings):
                return str(cannot_write())
        return ""

    @property
    def idle(self) -> bool:
        """Whether nobody asks anything, for a while now."""
        return not self._asking and time.monotonic() - self._used > self._idle_seconds

    @contextmanager
    def held(self, cancel: threading.Event | None = None) -> Iterator[Works | None]:
        """The assistant, for a question: what is read ahead ends at once. None when cancelled before its turn."""
        with self._turn:
            self._asking += 1
            if self._warming is not None:
                self._warming.set()
        try:
            yield self.assistant() if self._waited(cancel) else None
        finally:
            with self._turn:
                self._asking -= 1
                self._used = time.monotonic()
                self._turn.notify_all()

    def _waited(self, cancel: threading.Event | None) -> bool:
        with self._turn:
            while self._exchanging:
                self._turn.wait(_LOOK)
                if cancel is not None and cancel.is_set():
                    return False
        return True

    # -- another assistant ----------------------------------------------------------------------------------------

    def switch(self, settings: Settings, opened: Callable[[], object] = lambda: None) -> None:
        """Open the assistant that these settings describe instead, as soon as no answer is on its way; then `opened`.

        When it cannot be opened, the old settings are back and `exchange` says why.
        """
        with self._turn:
            if self._exchanging or self.exchange.stage == "waiting":
                return
            self.exchange = Exchange("waiting")
        threading.Thread(target=self._switch, args=(settings, opened), name="tomo-switch", daemon=True).start()

    def _switch(self, settings: Settings, opened: Callable[[], object]) -> None:
        with self._turn:
            while self._asking or self._warming is not None:
                if self._warming is not None:
                    self._warming.set()
                self._turn.wait(_LOOK)
            self._exchanging = True
            self.exchange = Exchange("opening")
        before, self.settings = self.settings, settings
        why, lost = "", True
        try:
            with self._opening:
                if self._assistant is not None:
                    self._assistant.close()
                    self._assistant = None
                self._assistant = self._open(settings)
            opened()
            lost = False
        except TomoError as error:
            why, lost = str(error), False
        finally:
            with self._turn:
                self.settings = settings if self._assistant is not None else before
                self._exchanging = False
                self.exchange = Exchange("failed", why) if why or lost else Exchange()
                self._used = time.monotonic()
                self._turn.notify_all()

    # -- reading ahead --------------------------------------------------------------------------------------------

    def warm(self, ids: Sequence[str], most: int = 0, unasked: bool = False) -> None:
        """Read these documents ahead in the background, after those that are waiting; questions come first.

        With `most`, so many of those that are read most.
        """
        with self._turn:
            if self.warm_up is not None and not self.warm_up.done:
                self.warm_up.left += [i for i in ids if i not in self.warm_up.left]
                self.warm_up.unasked &= unasked
                return
            self.warm_up = WarmUp(list(dict.fromkeys(ids)), most, unasked=unasked)
        threading.Thread(target=self._warm_all, args=(self.warm_up,), name="tomo-warm", daemon=True).start()

    def stop_warming(self) -> None:
        """End it; what has been read is kept."""
        with self._turn:
            if self.warm_up is not None:
                self.warm_up.left.clear()
            if self._warming is not None:
                self._warming.set()

    def _warm_all(self, work: WarmUp) -> None:
        try:
            if work.most:
                work.left += [i for i in self.assistant().most_read(work.most) if i not in work.left]
            while work.left:
                self._warm_one(work, work.left[0])
        except TomoError as error:
            work.error = str(error)
        finally:
            work.done = True

    def _warm_one(self, work: WarmUp, document_id: str) -> None:
        """Read one; a question that comes in between leaves it first in the row."""
        state = ""
        with self._turn:
            while self._asking or self._exchanging or self.exchange.stage == "waiting":
                self._turn.wait()
            if not work.left:
                return
            cancel = self._warming = threading.Event()
        try:
            for event in self.assistant().warm([document_id], cancel):
                work.seen[document_id], state = event, event.state
        finally:
            with self._turn:
                self._warming = None
                if document_id in work.left and not (cancel.is_set() and state in ("", "working", "cancelled")):
                    work.left.remove(document_id)
                self._turn.notify_all()

    def warm_when_idle(self, generation: Callable[[], int], look_seconds: float = 5.0) -> None:
        """From now on, whenever nobody has asked for a while, read the most read documents ahead, each once.

        As many as the setting `warm` says. `generation` grows when the library changes: they are looked at anew then.
        """
        if self._looking is None and self.settings.warm:
            self._looking = threading.Thread(
                target=self._look, args=(generation, look_seconds), name="tomo-idle", daemon=True
            )
            self._looking.start()

    def _look(self, generation: Callable[[], int], look_seconds: float) -> None:
        tried: set[tuple[int, str]] = set()
        while True:
            time.sleep(look_seconds)
            busy = self.warm_up is not None and not self.warm_up.done
            if self._assistant is None or self._exchanging or busy or not self.idle:
                continue
            with suppress(TomoError):  # it is tried again in a moment; a question says what is wrong
                at = generation()
                ids = [i for i in self._assistant.most_read(self.settings.warm) if (at, i) not in tried]
                tried |= {(at, i) for i in ids}
                if ids:
                    self.warm(ids, unasked=True)


class _Lent:
    """The assistant, held for each thing that is asked of it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(self, question: str, *, cancel: threading.Event | None = None, **options: Any) -> Iterator[Event]:
        """As the assistant's; nothing when it is cancelled before its turn."""
        with self._engine.held(cancel) as assistant:
            if assistant is not None:
                yield from assistant.ask(question, cancel=cancel, **options)

    def search(self, question: str, limit: int = 10) -> SearchResult:
        """As the assistant's."""
        with self._engine.held() as assistant:
            return (assistant or self._engine.assistant()).search(question, limit)
