"""Who asks for the page of an answer, whether it is sure, or only its commands is answered about that answer."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.pipeline import ingest
from rag.assistant import Assistant
from rag.events import Answer, Answered
from rag.fakes import FakeLLM
from rag.follow_ups.commands import commands
from rag.follow_ups.complete import complete
from rag.follow_ups.recall_wish import recalls
from rag.types import Message, Receipt
from tests.fakes import make_tools

PUMP = """Pump guide.

To restart the pump, log in and run these:
$ pumpctl stop --all
$ pumpctl start
Wait for the green lamp.\fThe «second» page of the guide is about oil, filters.\fThe valve is opened by hand. \
It is closed by a spring. See the drawing of the valve.
Somebody who prefers the console types this:
# valvectl open
\fThe lamp is green while the pump runs."""


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
        *((text, "command") for text in (
            "command only", "¿me pasas solo el comando?", "deme solo el comando por favor", "solo comandos",
        )),
        *((text, "short") for text in (
            "Summarise that", "summarize it", "sum it up", "can you summarise that?", "in short?", "In a nutshell?",
            "Summarize that in two sentences", "in a few words", "briefly?", "shorter", "tl;dr", "in one sentence",
            "explain it more simply", "simplify that", "can you make it shorter?", "put it in plain English",
            "explain that in simple words", "the short version", "give me a summary of that", "ok, summarize that",
            "resúmelo", "Resume eso", "resúmemelo", "resumilo", "resumime eso", "resúmalo, por favor",
            "¿me lo resumes?", "¿me lo puede resumir?", "¿podés resumirlo?", "resume la respuesta",
            "¿en pocas palabras?", "en resumen", "más corto", "en una frase", "explícalo más sencillo",
            "explícamelo en cristiano", "explíquemelo más sencillo por favor", "¿me lo explicas más fácil?",
            "hazlo más corto", "ponelo más simple", "la versión corta", "hazme un resumen de eso",
        )),
        *((text, "") for text in (
            "Summarise the manual", "summarise section 3", "resume el documento", "resume los tickets abiertos",
            "resume el ticket AC-1002", "in short, how do I install it?", "¿cómo resumo una descarga?",
            "how do I resume a download?", "explain the boot process more simply", "summarise this manual",
            "what is the short version of the manual?", "resume la sección 5.3", "make the cable shorter",
            "hazme un resumen del manual", "en una frase, ¿qué es UEFI?", "shorter cable", "explain that", "más",
            "which is simpler?", "resume este documento", "summary", "only the command to restart",
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
    first = commands.citations[0]
    assert (first.quote, first.verified) == ("$ pumpctl stop --all\n$ pumpctl start", True)
    assert "green lamp" not in commands.text


def test_commands_that_were_not_quoted_are_looked_for_where_the_quotes_stand(assistant: Assistant) -> None:
    text = "This is what the document says:\n\n«The valve is opened by hand.» [1]"
    history = [Message("user", "How is the valve opened?"), Message("assistant", text)]
    commands = ask(assistant, "solo el comando", history)
    assert [(c.quote, c.page, c.verified) for c in commands.citations] == [("# valvectl open", 3, True)]
    assert "página 3" in commands.text
    assert [c.page for c in ask(assistant, "which page?", history).citations] == [3]


def test_what_is_doubtful_is_said_to_be_in_short_too(assistant: Assistant) -> None:
    history: list[Message] = []
    first = ask(assistant, "How do I restart the pump?", history)
    doubtful = replace(first.receipt, confidence=0.4)
    assert "may not answer" in ask(assistant, "in short?", list(history), doubtful).text
    sure = replace(first.receipt, confidence=0.9)
    assert "may not answer" not in ask(assistant, "in short?", list(history), sure).text


@pytest.mark.parametrize(("text", "says"), [("just the command", "holds a command"), ("solo el comando", "una orden")])
def test_where_no_command_stands_it_is_said(assistant: Assistant, text: str, says: str) -> None:
    quote = "«The lamp is green while the pump runs.» [1]"
    history = [Message("user", "When is the lamp green?"), Message("assistant", quote)]
    none = ask(assistant, text, history)
    assert says in none.text
    assert "pumpctl" not in none.text
    assert [c.page for c in none.citations] == [4]


@pytest.mark.parametrize("text", ["Summarise that", "resúmelo", "¿en pocas palabras?"])
def test_that_means_the_answer_and_not_its_document(assistant: Assistant, text: str) -> None:
    quote = "«The valve is opened by hand. It is closed by a spring. See the drawing of the valve.» [1]"
    history = [Message("user", "How is the valve opened?"), Message("assistant", quote)]
    short = ask(assistant, text, history)
    assert short.receipt.mode != "summary"
    assert 1 <= len(short.citations) <= 2
    assert all(c.verified and c.page == 3 and c.quote in quote for c in short.citations)
    assert "drawing" not in "".join(c.quote for c in short.citations)
    assert "pump" in short.text.splitlines()[-1]  # how the whole document is summed up
    assert ask(assistant, "which page?", history).citations[0].page == 3


def test_thanks_between_change_nothing_of_what_is_summed_up(assistant: Assistant) -> None:
    history = [Message("user", "How is the valve opened?"), Message("assistant", "«The valve is opened by hand.» [1]")]
    history += [Message("user", "thanks"), Message("assistant", "You are welcome.")]
    assert [c.page for c in ask(assistant, "in short?", history).citations] == [3]


def test_the_manual_is_still_summed_up_by_its_name_and_in_another_form(assistant: Assistant) -> None:
    history: list[Message] = []
    ask(assistant, "How do I restart the pump?", history)
    whole = ask(assistant, "Summarise the pump", history)
    assert whole.receipt.mode == "summary"
    assert ask(assistant, "shorter", history, whole.receipt).receipt.mode == "summary"


def test_what_was_refused_is_asked_again_and_no_document_summed_up(assistant: Assistant) -> None:
    history = [Message("user", "How is the valve opened?"), Message("assistant", "I did not find the answer.")]
    again = ask(assistant, "summarise that", history)
    assert again.receipt.mode != "summary"
    assert again.receipt.searched == "How is the valve opened?"


def test_a_model_that_writes_writes_it_again(tmp_path: Path) -> None:
    (tmp_path / "pump.txt").write_text(PUMP, encoding="utf-8")
    tools = make_tools(tmp_path / "library")
    list(ingest([tmp_path / "pump.txt"], tools))
    llm = FakeLLM(parameters=8_000_000_000)
    assistant = Assistant(tools.library, tools.store, tools.embedder, llm, answer_tokens=100, refuse_below=0.0)
    history: list[Message] = []
    first = ask(assistant, "How is the valve opened?", history)
    assert first.receipt.style == "write"
    short = ask(assistant, "summarise that", history, first.receipt)
    assert (short.receipt.style, short.receipt.searched) == ("write", "How is the valve opened?")
    assert short.receipt.mode != "summary"


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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Then:\n# cp a.iso /dev/sdX\n# sync\nWait.", ["# cp a.iso /dev/sdX\n# sync"], id="root"),
        pytest.param("$ cat <<END\n> one\n> END", ["$ cat <<END\n> one\n> END"], id="goes-on"),
        pytest.param("root@host:~# ls", ["root@host:~# ls"], id="whose-prompt"),
        pytest.param("C:\\Users> ipconfig /all", ["C:\\Users> ipconfig /all"], id="windows"),
        pytest.param("# Tells the server to listen\nlisten = yes", [], id="a-comment"),
        pytest.param('# running "tool" wipes\n# the domain.\n', [], id="a-comment-of-two-lines"),
        pytest.param("> it does not start\n> since monday", [], id="a-mail-that-is-answered"),
        pytest.param("# Installing", [], id="a-heading"),
        pytest.param("Press Menu > Settings", [], id="a-path-of-menus"),
    ],
)
def test_commands_are_told_from_comments(text: str, found: list[str]) -> None:
    assert commands(text) == found
