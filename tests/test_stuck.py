"""Replies that are no question of their own: they are known, and what was quoted before is not told again."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.pipeline import ingest
from ingest.readers import read
from rag.assistant import Assistant
from rag.events import Answer, Answered
from rag.fakes import FakeLLM
from rag.follow_ups.complete import complete
from rag.follow_ups.stuck import LONGEST, stuck
from rag.types import Message
from tests.fakes import make_tools

PRINTER = """# Printer

## Clean the print head

To clean the print head, open the lid and press CLEAN for five seconds. The print head is then cleaned in two minutes.

The print head dries out because the printer stands near a heater or is not used for a month.

If the print head is still blocked and the fault remains, replace the print head with part 4711.

## Paper

The paper tray of the printer holds two hundred sheets of paper.
"""


@pytest.mark.parametrize("text", [
    "¿por qué?", "why?", "¿Y por qué no?", "¿Por qué pasa eso?", "Why is that?", "why does it happen?", "And why?",
    "¿Cuál es la causa?", "what's the reason?", "What causes it?", "¿a qué se debe?", "vale, ¿por qué?",
    "¿y eso por qué?", "why so much?", "¿por qué tanto?", "¿por qué no la encuentra?",
])  # fmt: skip
def test_who_asks_for_the_reason_is_known(text: str) -> None:
    assert stuck(text) == "why"


@pytest.mark.parametrize("text", [
    "what can I do?", "¿qué puedo hacer?", "what can we do about it?",
    "no funciona", "No me funciona.", "it does not work", "It doesn't work!", "that didn't help", "still not working",
    "ya lo hice y sigue igual", "I did that, same problem", "I already tried that, and it still doesn't work",
    "¿y si no?", "what if not?", "¿y si no funciona?", "And if that doesn't work?", "sigue igual", "el mismo error",
    "Ya lo he probado", "already tried that", "no ha servido", "nothing changed", "no luck", "Tampoco funciona.",
    "¿hay otra solución?", "any other ideas?", "What else can I try?", "¿qué más puedo probar?", "no pasa nada",
    "gracias, pero no funciona", "the problem persists", "El problema persiste", "still the same", "sigue fallando",
    "lo hice y nada", "hice todo eso y sigue dando el mismo error", "no funciona, ¿por qué?",
    "I followed the steps, same error", "no arranca", "no lo detecta", "it won't boot", "It doesn't show up",
    "sigue sin arrancar", "it still can't find it", "no me deja",
    "I did that but I get an error", "me da error", "it hangs", "se cuelga", "what should I check?",
    "¿qué puedo revisar?",
])  # fmt: skip
def test_who_is_no_further_is_known(text: str) -> None:
    assert stuck(text) == "fails"


@pytest.mark.parametrize("text", [
    "why does the printer blink?", "¿por qué parpadea la impresora?", "the printer does not work", "no funciona la VPN",
    "no funciona el botón RESET", "why not use RAID 5?", "¿y si no tengo red?", "what if there is no network?",
    "I did the update and now the screen is black", "same error on the second disk", "el mismo error en Windows",
    "gracias", "ok", "no", "más detalles", "tell me more", "¿hay otra impresora?", "other tickets like this",
    "¿qué más puertos hay?", "it works", "ya funciona", "funciona", "another way to install it without a network?", "",
    "is there another port?", "¿por qué el E10?", "alternatives to the USB stick", "what is it?", "i tried RAID 5",
    "el problema persiste con el cable nuevo", "no arranca Windows", "no detecta el disco",
    "it does not boot from the stick", "no se puede abrir la tapa", "cannot connect to the wifi",
    "I get an error in the partitioner", "me da error 404", "it stops at 40 %",
    "¿por qué no arranca Windows?", "si", "yes",
])  # fmt: skip
def test_a_question_of_its_own_is_no_such_reply(text: str) -> None:
    assert stuck(text) == ""


def test_such_replies_add_nothing_to_what_the_conversation_is_about() -> None:
    said = [Message("user", "How do I clean the print head?"), Message("user", "it does not work"),
            Message("user", "I did that, same problem")]  # fmt: skip
    assert complete("why?", said) == "How do I clean the print head? why?"
    assert complete("why?", []) == "why?"


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    (tmp_path / "printer.md").write_text(PRINTER, encoding="utf-8")
    tools = replace(make_tools(tmp_path / "library"), read=read)
    list(ingest([tmp_path / "printer.md"], tools))
    return Assistant(tools.library, tools.store, tools.embedder, FakeLLM(), answer_tokens=100, refuse_below=0.0)


def ask(assistant: Assistant, text: str, history: list[Message]) -> Answer:
    *_, end = assistant.ask(text, history=history)
    assert isinstance(end, Answered)
    history += [Message("user", text, "en"), Message("assistant", end.answer.text)]
    return end.answer


CLEANING = (
    "«To clean the print head, open the lid and press CLEAN for five seconds. "
    "The print head is then cleaned in two minutes.» [1]"
)


def begun() -> list[Message]:
    """A conversation in which how to clean has been quoted, and nothing else."""
    return [Message("user", "How do I clean the print head?", "en"), Message("assistant", CLEANING)]


@pytest.mark.parametrize(("reply", "said", "unsaid"), [
    ("it does not work", "replace the print head", "press CLEAN"),
    ("I did that, same problem", "the fault remains", "press CLEAN"),
    ("why?", "because the printer stands near a heater", "press CLEAN"),
    ("¿por qué?", "because the printer stands near a heater", "press CLEAN"),
])  # fmt: skip
def test_who_is_stuck_reads_what_else_there_is(assistant: Assistant, reply: str, said: str, unsaid: str) -> None:
    answer = ask(assistant, reply, begun())
    assert said in answer.citations[0].quote
    assert all(unsaid not in citation.quote for citation in answer.citations)
    assert all("two hundred sheets" not in citation.quote for citation in answer.citations)


def test_where_nothing_else_helps_it_says_so_and_names_the_nearest_pages(assistant: Assistant) -> None:
    history = begun()
    ask(assistant, "it does not work", history)
    ask(assistant, "why?", history)
    answer = ask(assistant, "still the same", history)
    assert answer.refused
    assert answer.text.startswith("The documents say nothing about this that helps more")
    assert answer.citations


def test_before_anything_was_quoted_such_a_reply_is_searched_as_it_stands(assistant: Assistant) -> None:
    history = [Message("user", "How do I clean the print head?", "en"), Message("assistant", "You are welcome.")]
    assert "press CLEAN" in " ".join(c.quote for c in ask(assistant, "it does not work", history).citations)


def test_who_asks_why_of_a_ticket_reads_the_rest_of_it(tmp_path: Path) -> None:
    (tmp_path / "tickets.jsonl").write_text(
        '{"id": "4711", "subject": "Printer blinks", "description": "The printer blinks red at noon.", '
        '"comments": [{"author": "Ana", "body": "That is what it does above forty degrees in the room."}], '
        '"resolution": "Moved it to the cellar.", "status": "Closed"}\n',
        encoding="utf-8",
    )
    tools = replace(make_tools(tmp_path / "library"), read=read)
    list(ingest([tmp_path / "tickets.jsonl"], tools))
    own = Assistant(tools.library, tools.store, tools.embedder, FakeLLM(), answer_tokens=100, refuse_below=0.0)
    history: list[Message] = []
    first = ask(own, "ticket 4711", history)
    assert "forty degrees" not in first.text
    assert "forty degrees" in ask(own, "why?", history).text


@pytest.mark.parametrize("words", ["si no ", "it ", "no si ", "ok it still ", "nada de nada y "])
def test_a_row_of_small_words_is_no_riddle(words: str) -> None:
    said = (words * 40)[: LONGEST - 1] + "z"
    began = time.perf_counter()
    stuck(said)
    assert time.perf_counter() - began < 1
