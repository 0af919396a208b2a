"""Stop, pressed when the answer has been made already, does not make it an incomplete one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.pipeline import Tools, ingest
from ingest.settings import Settings
from rag.assistant import Assistant
from rag.chats.types import Request, Turn
from rag.events import Answer, Answered, Delta, Event, Planned
from rag.fakes import FakeLLM
from rag.page.answers import Chat
from tests.fakes import make_tools
from tests.fakes_assistant import FakeAssistant, receipt
from tests.test_page import until

WORDS = "Hold the power button for ten seconds [1]."


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    (tmp_path / "router.txt").write_text("To reset the router hold the power button for ten seconds.", "utf-8")
    tools = make_tools(tmp_path)
    list(ingest([tmp_path / "router.txt"], tools))
    return tools


@pytest.mark.parametrize(
    ("style", "after", "complete"),
    [
        pytest.param("write", "seconds", True, id="written to its last word"),
        pytest.param("write", "button", False, id="half written"),
        pytest.param("quote", "seconds", True, id="quoted"),
    ],
)
def test_an_answer_says_whether_it_had_been_made_before_the_stop(
    tools: Tools, style: str, after: str, complete: bool
) -> None:
    llm = FakeLLM([WORDS], parameters=8_000_000_000, seconds_per_token=0.005)
    assistant = Assistant(tools.library, tools.store, tools.embedder, llm, refuse_below=0.0)
    cancel, text = threading.Event(), ""
    for event in assistant.ask("How do I reset the router?", cancel=cancel, style=style):  # type: ignore[arg-type]
        if isinstance(event, Delta):
            text += event.text
            if after in text and (not complete or "[1]" in text):
                cancel.set()
    assert isinstance(event, Answered)
    assert event.complete is complete


class Late(FakeAssistant):
    """Is stopped after its last word; says whether it had all of its answer by then."""

    complete = True

    def ask(self, question: str, *, cancel: threading.Event | None = None, **_: object) -> Iterator[Event]:  # type: ignore[override]
        yield Planned(receipt())
        yield Delta(WORDS)
        assert cancel is not None
        assert cancel.wait(10)
        yield Answered(Answer(question, WORDS, False, "en", (), receipt()), self.complete)


@pytest.mark.parametrize("complete", [True, False])
def test_the_page_calls_only_an_answer_incomplete_that_the_stop_has_cut(complete: bool, tmp_path: Path) -> None:
    late = Late(Settings(library=tmp_path / "library"), (), (), False)
    late.complete = complete
    turn = stopped(late)
    assert turn.answer is not None
    assert turn.stopped is not complete
    assert turn.state == ("answered" if complete else "stopped")


def stopped(assistant: FakeAssistant) -> Turn:
    chat = Chat("one")
    chat.start(Request("How?"), lambda: assistant)
    until(lambda: chat.running is not None and bool(chat.running.progress().text))
    assert chat.running is not None
    chat.running.stop()
    until(lambda: bool(chat.turns))
    return chat.turns[0]
