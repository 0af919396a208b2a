"""Many conversations about one library, each with secrets of its own → what each was told, and whose secrets it saw."""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from rag.answer import StyleWish
from rag.assistant import Assistant
from rag.chats.as_json import dump
from rag.chats.store import Chats
from rag.chats.types import Request
from rag.events import Delta, Event, Queued
from rag.fakes import FakeLLM
from rag.page.answers import Chat

_NAMES = ("Adra", "Baza", "Cieza", "Denia", "Elda", "Fraga", "Getxo", "Haro", "Irún", "Jaca")
CANARY = re.compile(r"(?:DOC|ASK)-\d{5}")


@dataclass(frozen=True, slots=True)
class Session:
    """One person: a document of their own, its canary, and the canary that only their questions hold."""

    number: int

    @property
    def station(self) -> str:
        """Two letters tell 50 of them apart in no list of words: a name and a number."""
        return f"{_NAMES[self.number % 10]} {self.number:03d}"

    @property
    def own(self) -> frozenset[str]:
        """The canaries that this session may see."""
        return frozenset({f"DOC-{10_000 + self.number}", f"ASK-{10_000 + self.number}"})

    @property
    def file(self) -> str:
        """Name of the document."""
        return f"station-{self.number:03d}.txt"

    @property
    def text(self) -> str:
        """The document."""
        return (
            f"Station {self.station}.\n\nThe access code of station {self.station} is DOC-{10_000 + self.number}.\n\n"
            f"To open the gate of station {self.station}, type the access code and turn the handle.\n"
        )

    @property
    def questions(self) -> tuple[str, str]:
        """The second leans on the first."""
        badge = f"My badge is ASK-{10_000 + self.number}."
        return f"{badge} What is the access code of station {self.station}?", "And how do I open its gate?"


def write_documents(folder: Path, sessions: Sequence[Session]) -> Path:
    """Every session's document as a file."""
    folder.mkdir(parents=True)
    for session in sessions:
        (folder / session.file).write_text(session.text, encoding="utf-8")
    return folder


class EchoLLM(FakeLLM):
    """Writes as a large model would: all that it reads, so that whatever comes to it can be found in the answer."""

    def __init__(self, seconds_per_token: float = 0.0) -> None:
        super().__init__(window=8192, parameters=8_000_000_000, seconds_per_token=seconds_per_token)

    def reply(self, prompt: list[int]) -> str:
        """Its words, in their order."""
        words = {number: word for word, number in self._ids.items()}
        return " ".join(words[number].strip() for number in prompt) + " [1]."


@dataclass
class Heard:
    """What a question's events were. Times count from the question, in seconds."""

    session: Session
    places: list[int] = field(default_factory=list)
    text: str = ""
    first: float = 0.0
    last: float = 0.0


class Listening:
    """An assistant; keeps what it said to whom."""

    def __init__(self, assistant: Assistant, session: Session) -> None:
        self._assistant, self._session = assistant, session
        self.search = assistant.search
        self.heard: list[Heard] = []

    def ask(self, question: str, **how: Any) -> Iterator[Event]:
        """The assistant's events, as they are."""
        heard, started = Heard(self._session), time.monotonic()
        self.heard.append(heard)
        for event in self._assistant.ask(question, **how):
            heard.first = heard.first or time.monotonic() - started
            if isinstance(event, Queued):
                heard.places.append(event.place)
            if isinstance(event, Delta):
                heard.text += event.text
            yield event
        heard.last = time.monotonic() - started


@dataclass(frozen=True, slots=True)
class Outcome:
    """A session after its questions: how many were answered, what it heard, and other sessions' canaries in it."""

    session: Session
    asked: int
    answered: int
    heard: tuple[Heard, ...]
    crossed: frozenset[str]

    @property
    def places(self) -> list[list[int]]:
        """Of each question, without those told again."""
        return [[place for place, _ in itertools.groupby(heard.places)] for heard in self.heard]


def converse(
    assistant: Assistant, folder: Path, sessions: Sequence[Session], questions: int = 2, **how: Any
) -> list[Outcome]:
    """All ask at the same time, each in a conversation of its own that is kept in `folder`; what came of it.

    `how`: of the Request.
    """
    chats = Chats(folder)
    ids = {row.file: row.id for row in assistant.library.documents()}
    start = threading.Barrier(len(sessions))
    results: list[Outcome] = []

    def one(session: Session) -> None:
        chat = Chat(f"chat-{session.number}", chats=chats.of(f"person-{session.number}"))
        listening = Listening(assistant, session)
        start.wait()
        for question in session.questions[:questions]:
            scope = (ids[session.file],)
            chat.start(Request(question, documents=scope, titles=(session.station,), **how), partial(_as_is, listening))
            while (running := chat.running) is not None:
                running.join(0.5)
        results.append(_outcome(session, chat, chats, listening.heard))

    threads = [threading.Thread(target=one, args=(session,), daemon=True) for session in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    chats.close()
    return sorted(results, key=lambda outcome: outcome.session.number)


def _as_is(listening: Listening) -> Listening:
    return listening


def _outcome(session: Session, chat: Chat, chats: Chats, heard: Sequence[Heard]) -> Outcome:
    """In memory, on its way and on disk alike."""
    kept = chats.of(f"person-{session.number}").conversation(chat.id)
    turns = [*chat.turns, *(kept.turns if kept else ())]
    seen = [dump(turn.answer) + turn.text + turn.error + dump(turn.request) for turn in turns if turn.answer]
    found = CANARY.findall("\n".join([*seen, *(h.text for h in heard)]))
    answered = sum(turn.answer is not None for turn in (kept.turns if kept else ()))
    return Outcome(session, len(chat.turns), answered, tuple(heard), frozenset(found) - session.own)


@dataclass(frozen=True, slots=True)
class Freed:
    """Seconds from the cancel of a running answer to its last event, and to the next one's own turn.

    Less than 0 when it had ended before.
    """

    ended: float
    next_turn: float

    @property
    def seconds(self) -> float:
        """Until the model was free."""
        return max(self.ended, self.next_turn)


def cancel_running(
    assistant: Assistant, sessions: Sequence[Session], after: float, style: StyleWish = "write"
) -> Freed:
    """The first session's answer is cancelled `after` seconds of its turn, while all others wait."""
    ids = {row.file: row.id for row in assistant.library.documents()}
    cancel, begun, over = threading.Event(), threading.Event(), threading.Event()
    waiting = threading.Barrier(len(sessions) + 1)
    times: dict[str, float] = {}

    def running(session: Session) -> None:
        events = assistant.ask(session.questions[0], documents=[ids[session.file]], cancel=cancel, style=style)
        next(events)
        begun.set()
        waiting.wait()
        for _ in events:
            pass
        times["ended"] = time.monotonic()

    def behind(session: Session) -> None:
        begun.wait()
        events = assistant.ask(session.questions[0], documents=[ids[session.file]], cancel=over)
        assert isinstance(next(events), Queued)
        waiting.wait()
        for event in events:
            if event == Queued(0):
                times.setdefault("next", time.monotonic())
                over.set()

    works = [partial(running, sessions[0]), *(partial(behind, session) for session in sessions[1:])]
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    for thread in threads:
        thread.start()
    waiting.wait(60)
    time.sleep(after)
    at = time.monotonic()
    cancel.set()
    for thread in threads:
        thread.join()
    return Freed(times["ended"] - at, times["next"] - at)
