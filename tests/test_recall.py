"""Who asks for the page of an answer, whether it is sure, or only its commands is answered about that answer."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ingest.pipeline import ingest
from rag.assistant import Assistant
from rag.events import Answer, Answered
from rag.fakes import FakeLLM
from rag.follow_ups.complete import complete
from rag.follow_ups.recall_wish import recalls
from rag.types import Message, Receipt
from tests.fakes import make_tools

PUMP = """Pump guide.

To restart the pump, log in and run these:
$ pumpctl stop --all
$ pumpctl start
Wait for the green lamp.\fThe «second» page of the guide is about oil, filters and grease."""


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        *((text, "where") for text in (
            "which page?", "Which page is that on?", "¿en qué página?", "¿En qué página está eso?", "show me the page",
            "enséñame la página", "where does it say that?", "¿dónde lo pone?", "what is the source?",
            "and which manual?",
            "¿de qué documento sale?",
        )),
        *((text, "sure") for text in (
            "are you sure?", "Are you really sure about that?", "is that correct?", "¿estás seguro?", "¿eso es cierto?",
            "¿Está usted segura de eso?", "really?",
        )),
        *((text, "command") for text in (
            "give me the command only", "just the command please", "only the commands", "dame solo el comando",
            "el comando solo", "solo la orden", "give me only the command",
        )),
        *((text, "") for text in (
            "which page size does the printer use?", "what page does the manual open on?",
            "are you sure the pump is off?",
            "the command to restart", "what does the command do?", "¿en qué página configuro la red?", "which command?",
            "is that pump safe?", "¿dónde pone el número de serie?",
        )),
    ],
)  # fmt: skip
def test_a_message_about_the_last_answer_is_known(text: str, wish: str) -> None:
    assert recalls(text) == wish


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    (tmp_path / "pump.txt").write_text(PUMP, encoding="utf-8")
    tools = make_tools(tmp_path / "library")
    list(ingest([tmp_path / "pump.txt"], tools))
    return Assistant(tools.library, tools.store, tools.embedder, FakeLLM(), answer_tokens=100, refuse_below=0.0)


def ask(assistant: Assistant, text: str, history: list[Message], before: Receipt | None = None) -> Answer:
    *_, end = assistant.ask(text, history=history, before=before)
    assert isinstance(end, Answered)
    history += [Message("user", text), Message("assistant", end.answer.text)]
    return end.answer


@pytest.mark.parametrize("text", ["which page?", "¿en qué página?"])
def test_the_pages_are_those_of_the_quotes(assistant: Assistant, text: str) -> None:
    history: list[Message] = []
    first = ask(assistant, "How do I restart the pump?", history)
    pages = ask(assistant, text, history)
    assert not pages.refused
    assert [(c.page, c.quote, c.verified) for c in pages.citations] == [
        (c.page, c.quote, True) for c in first.citations
    ]
    assert "pump" in pages.text
    assert ask(assistant, "are you sure?", history).citations == pages.citations


def test_how_sure_it_is_says_the_search_of_that_answer(assistant: Assistant) -> None:
    history: list[Message] = []
    first = ask(assistant, "How do I restart the pump?", history)
    sure = ask(assistant, "are you sure?", history, first.receipt)
    assert f"{round(100 * first.receipt.confidence)}%" in sure.text
    assert sure.receipt.confidence == first.receipt.confidence


def test_the_commands_alone_are_quoted_as_they_stand(assistant: Assistant) -> None:
    history: list[Message] = []
    ask(assistant, "How do I restart the pump?", history)
    commands = ask(assistant, "just the command please", history)
    assert [(c.quote, c.verified) for c in commands.citations] == [("$ pumpctl stop --all\n$ pumpctl start", True)]
    assert "green lamp" not in commands.text


def test_what_is_not_there_any_more_is_not_said_to_be(assistant: Assistant) -> None:
    history = [Message("user", "How?"), Message("assistant", "«A sentence that no page of the library holds now.» [1]")]
    assert "last answer" not in ask(assistant, "which page?", history).text


def test_such_a_message_changes_nothing_of_what_is_talked_about() -> None:
    history = [Message("user", "How do I restart the pump?"), Message("user", "which page?")]
    assert complete("and on Windows?", history) == complete("and on Windows?", history[:1])


@pytest.mark.parametrize("row", ["y " * 40, "is " * 26, "que es " * 11, "on from " * 9])
def test_a_row_of_small_words_is_no_riddle(row: str) -> None:
    started = time.perf_counter()
    recalls(f"which page {row}")
    recalls(row)
    assert time.perf_counter() - started < 0.5
