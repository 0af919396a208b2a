"""Two people ask at the same time: the page of the second says how many are before it, and a reload loses nothing."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ingest.pipeline import ingest
from ingest.settings import Settings
from rag.assistant import Assistant
from rag.chats.store import Chats
from rag.chats.types import Request
from rag.cli.printing import print_answer
from rag.events import Event, Queued
from rag.page.answers import Chat, Progress
from rag.page.desk import Desk
from rag.page.progress import seconds_left, status
from rag.page.strings import Say, Tongue
from rag.planning.scope import NoScope
from rag.types import Estimate
from tests.fakes import make_tools
from tests.fakes_assistant import receipt
from tests.sessions import CANARY, EchoLLM, Session, write_documents
from tests.test_page import SCRIPT, until

SESSIONS = [Session(number) for number in range(4)]


class HeldLLM(EchoLLM):
    """Writes nothing before its gate is open."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()

    def reply(self, prompt: list[int]) -> str:
        assert self.gate.wait(20)
        return super().reply(prompt)


class RealOpener:
    """Like `open_assistant`, with a scripted model, over a library that holds the sessions' documents."""

    def __init__(self, folder: Path) -> None:
        self.llm, self._tools = HeldLLM(), make_tools(folder / "library")
        list(ingest([write_documents(folder / "files", SESSIONS)], self._tools))

    def __call__(self, settings: Settings) -> Assistant:
        parts = (self._tools.library, self._tools.store, self._tools.embedder, self.llm)
        return Assistant(*parts, answer_tokens=400, refuse_below=0.0)


@pytest.fixture
def opener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RealOpener:
    monkeypatch.setenv("TOMO_LIBRARY", str(tmp_path / "library"))
    return RealOpener(tmp_path)


def page(opener: RealOpener, tongue: str, chat: str = "") -> AppTest:
    test = AppTest.from_file(SCRIPT, default_timeout=20)
    test.session_state["tongue"] = tongue
    test.session_state["opener"] = opener
    if chat:
        test.query_params["chat"] = chat
    return test.run()


def seen(test: AppTest) -> str:
    """The conversation, without what the sidebar lists: on one machine all conversations are one person's."""
    kinds = ("markdown", "text", "caption", "info", "error", "warning")
    test.run()
    found = [element.value for kind in kinds for element in test.main.get(kind)]
    return "\n".join(found).replace("\\", "")


def answered(test: AppTest) -> bool:
    """Whether the answer stands in the conversation."""
    return not [button for button in test.run().button if button.key == "stop"]


def badges(test: AppTest) -> set[str]:
    """The canaries of questions that it shows: each person's own (the documents are everybody's here)."""
    return {canary for canary in CANARY.findall(seen(test)) if canary.startswith("ASK")}


def test_the_second_of_two_people_sees_how_many_are_before_and_then_the_answer(opener: RealOpener) -> None:
    one, two, three = page(opener, "en"), page(opener, "es"), page(opener, "en")
    one.chat_input[0].set_value(SESSIONS[0].questions[0]).run()
    until(lambda: "Reading" in seen(one))
    two.chat_input[0].set_value(SESSIONS[1].questions[0]).run()
    until(lambda: "En cola: delante hay 1." in seen(two))
    three.chat_input[0].set_value(SESSIONS[2].questions[0]).run()
    until(lambda: "In the queue: 2 before you." in seen(three))
    two.button(key="stop").click().run()
    until(lambda: "In the queue: 1 before you." in seen(three))
    opener.llm.gate.set()
    for test, session in ((one, SESSIONS[0]), (three, SESSIONS[2])):
        until(lambda test=test: answered(test))
        assert badges(test) == {f"ASK-{10_000 + session.number}"}
        assert f"DOC-{10_000 + session.number}" in seen(test)
        assert not test.exception
    assert "ASK-10001" in seen(two)
    assert "DOC-" not in seen(two)


@pytest.mark.parametrize("wait", [True, False], ids=["while-it-waits", "while-it-is-written"])
def test_a_reload_on_the_way_loses_nothing(opener: RealOpener, tmp_path: Path, wait: bool) -> None:
    """The tab is closed, its session forgotten; the address alone opens the conversation again, answered meanwhile."""
    tabs = [page(opener, "en")]
    tabs[0].chat_input[0].set_value(SESSIONS[0].questions[0]).run()
    until(lambda: "Reading" in seen(tabs[0]))
    if wait:
        tabs.append(page(opener, "en"))
        tabs[1].chat_input[0].set_value(SESSIONS[0].questions[0]).run()
        until(lambda: "In the queue" in seen(tabs[1]))
    chat = tabs[-1].query_params["chat"]
    tabs.clear()
    again = page(opener, "en", chat if isinstance(chat, str) else chat[0])
    assert SESSIONS[0].questions[0] in seen(again)
    assert ("In the queue" in seen(again)) == wait
    opener.llm.gate.set()
    until(lambda: answered(again))
    assert badges(again) == {"ASK-10000"}
    assert "DOC-10000" in seen(again)
    chats = Chats(tmp_path / "library")

    def kept() -> list[bool]:
        found = [chats.conversation(row.id) for row in chats.listed()]
        return [turn.answer is not None for conversation in found if conversation for turn in conversation.turns]

    until(lambda: kept() == [True] * (1 + wait))


def test_a_crash_while_it_waits_leaves_the_question_to_be_asked_again(opener: RealOpener, tmp_path: Path) -> None:
    """The first desk's process is as good as dead once its mark is gone."""
    desk = Desk(Settings(library=tmp_path / "library"), opener)
    chats = [desk.chat(None) for _ in range(2)]
    for chat, session in zip(chats, SESSIONS, strict=False):
        desk.ask(chat, Request(session.questions[0]))
    until(lambda: {_phase(chat) for chat in chats} == {"reading", "queued"})
    desk.chats.file.runner.close()
    after = Chats(tmp_path / "library")
    for chat, session in zip(chats, SESSIONS, strict=False):
        found = after.conversation(chat.id)
        assert found is not None
        assert [(turn.request.question, turn.left) for turn in found.turns] == [(session.questions[0], "interrupted")]
    opener.llm.gate.set()
    until(lambda: all(chat.running is None for chat in chats))


def _phase(chat: Chat) -> str:
    return chat.running.progress().phase if chat.running else ""


def test_a_long_wait_is_on_the_receipt(opener: RealOpener) -> None:
    one, two = page(opener, "en"), page(opener, "en")
    one.chat_input[0].set_value(SESSIONS[0].questions[0]).run()
    until(lambda: "Reading" in seen(one))
    two.chat_input[0].set_value(SESSIONS[1].questions[0]).run()
    until(lambda: "In the queue: 1 before you. 1 s" in seen(two))
    time.sleep(1)
    opener.llm.gate.set()
    until(lambda: answered(two))
    assert re.search(r"Waited \d+ s in the queue", seen(two))
    until(lambda: answered(one))
    assert "in the queue" not in seen(one)


def test_the_wait_in_line_is_no_part_of_the_reading() -> None:
    """Its first word was predicted after 20 s of reading; 60 of the 60.2 s so far went by in the line."""
    reading = Progress(Request("How?"), "reading", receipt(), "", 60.2, place=0, waited=60.0)
    predicted = replace(reading, receipt=replace(receipt(), estimate=Estimate(first_token=20.0)))
    assert seconds_left(predicted) == pytest.approx(19.8)


@pytest.mark.parametrize(
    ("tongue", "words"), [("es", "En cola: delante hay 3. 7 s"), ("en", "In the queue: 3 before you. 7 s")]
)
def test_the_status_names_the_place(tongue: Tongue, words: str) -> None:
    assert status(Progress(Request("How?"), "queued", None, "", 7.0, place=3), Say(tongue)).words == words


def test_the_terminal_tells_each_place_once() -> None:
    notes: list[str] = []
    print_answer(iter([Queued(2), Queued(2), Queued(1), Queued(0)]), notes.append)
    assert notes == ["In the queue: 2 before you.", "In the queue: 1 before you.", "It is your turn."]


class NothingChosen:
    """An assistant that needs a document."""

    def __init__(self, refusal: NoScope) -> None:
        self._refusal = refusal

    def ask(self, question: str, **how: object) -> Iterator[Event]:
        raise self._refusal


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (NoScope("en"), "To read a whole document, choose which, with the button of the funnel"),
        (NoScope("es"), "Para leer un documento entero hay que elegir cuál, con el botón del embudo"),
        (NoScope("es", summary=True), "Para resumir hay que elegir qué documento, con el botón del embudo"),
        (NoScope("und", summary=True), "To summarise, choose which document, with the button of the funnel"),
    ],
)
def test_a_page_says_by_its_own_control_that_a_document_is_to_be_chosen(refusal: NoScope, told: str) -> None:
    assert "--document ID" in str(refusal)
    chat = Chat("one")
    chat.start(Request("Which?"), lambda: NothingChosen(refusal))  # type: ignore[arg-type,return-value]
    until(lambda: chat.turns and chat.running is None)
    assert chat.turns[0].error.startswith(told)
    assert "--" not in chat.turns[0].error


def test_of_a_question_that_no_document_stands_out_for_the_page_says_so(opener: RealOpener) -> None:
    chat = Chat("one")
    chat.start(Request("What is the access code of a station?", "document"), lambda: opener(Settings()))
    until(lambda: chat.turns and chat.running is None)
    assert "the button of the funnel" in chat.turns[0].error
