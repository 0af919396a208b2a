"""Tickets like one: the wish is known, the others are named, each with how it was solved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.pipeline import ingest
from ingest.readers import read
from rag.assistant import Assistant
from rag.events import Answer, Answered
from rag.fakes import FakeLLM
from rag.follow_ups.complete import complete
from rag.tickets.alike_wish import wants_alike
from rag.types import Message
from tests.fakes import make_tools


@pytest.mark.parametrize("text", [
    "other tickets like this", "any other tickets like this one?",
    "tickets parecidos a HELP-123", 
    "more cases like this",
    "similar tickets to #4711", "has this happened before?", "¿Ha pasado esto antes?", "¿hay otros tickets parecidos?",
    "Has anyone else had this problem?", "Is this a known issue?", "¿Es un problema conocido?",
    "duplicates of HELP-123",
    "Show me tickets similar to HELP-123, please", "muéstrame incidencias similares", "¿Nos ha pasado ya?",
    "what tickets are like HELP-123?", "¿qué otros tickets se parecen a este?", "otros casos", "related tickets",
    "any tickets about it?", "¿hay algún ticket de eso?", "¿y tickets sobre eso?", "are there tickets on this problem?",
    "¿tenemos incidencias relacionadas con esto?",
])  # fmt: skip
def test_a_wish_for_tickets_alike_is_known(text: str) -> None:
    assert wants_alike(text)


@pytest.mark.parametrize("text", [
    "tickets about printers", "any tickets about the printer?", "open tickets about it", "hay tickets de marzo",
    "similar tickets about printers", "ticket HELP-123", "how was HELP-123 solved?",
    "same problem", "more problems", "it looks like this is a bug in the printer", "what is a ticket?", "more details",
    "Has anybody had trouble with the pump before?", "list the open tickets", "¿hay otra impresora como esta?",
    "does HELP-123 say what to do like the manual?", "why?", "", "otra cosa", "¿es el mismo caso?",
])  # fmt: skip
def test_any_other_question_is_none(text: str) -> None:
    assert not wants_alike(text)


TICKETS = """Ticket ID,Subject,Description,Status,Resolution,Created
4711,Printer blinks red,The office printer blinks red and prints nothing.,Closed,Replaced the toner.,2025-01-02
4712,Printer blinks red,The office printer blinks red and it prints nothing.,Closed,The drum was cleaned.,2025-01-03
4713,Printer blinks red again,The office printer blinks red and prints nothing.,Open,,2025-01-04
4714,Holiday calendar,Please add the first of May to the calendar of holidays.,Closed,Added the day.,2025-01-05
"""


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    (tmp_path / "tickets.csv").write_text(TICKETS, encoding="utf-8")
    tools = replace(make_tools(tmp_path / "library"), read=read)
    list(ingest([tmp_path / "tickets.csv"], tools))
    return Assistant(tools.library, tools.store, tools.embedder, FakeLLM(), answer_tokens=100, refuse_below=0.0)


def ask(assistant: Assistant, text: str, *said: str) -> Answer:
    *_, end = assistant.ask(text, history=[Message("user", one) for one in said])
    assert isinstance(end, Answered)
    return end.answer


@pytest.mark.parametrize(("text", "said"), [
    ("similar tickets to #4711", ()), ("tickets parecidos al ticket 4711", ()), 
    ("other tickets like this", ("ticket 4711",)),
    ("has this happened before?", ("ticket 4711", "why?", "any similar tickets?")),
])  # fmt: skip
def test_the_others_are_named_with_what_solved_them(assistant: Assistant, text: str, said: tuple[str, ...]) -> None:
    answer = ask(assistant, text, *said)
    assert "4712 · Printer blinks red · Closed · 2025-01-03" in answer.text
    assert "The drum was cleaned." in answer.text
    assert "4713 · Printer blinks red again · Open" in answer.text
    assert "- 4711" not in answer.text
    assert "Holiday" not in answer.text
    assert all(citation.verified for citation in answer.citations)


def test_what_the_conversation_is_about_need_be_no_ticket(assistant: Assistant) -> None:
    answer = ask(assistant, "¿ha pasado esto antes?", "La printer blinks red")
    assert "4711 · Printer blinks red" in answer.text
    assert answer.text.startswith("Los tickets más parecidos a «La printer blinks red»")


@pytest.mark.parametrize(("text", "again"), [
    ("other tickets like this", False), ("¿hay otros tickets parecidos?", False), ("has this happened before?", True),
])  # fmt: skip
def test_others_are_not_those_that_were_quoted(assistant: Assistant, text: str, again: bool) -> None:
    quote = Message("assistant", "«The office printer blinks red and it\nprints nothing.» [1]")
    *_, end = assistant.ask(text, history=[Message("user", "the office printer blinks red"), quote])
    assert isinstance(end, Answered)
    assert "- 4711" in end.answer.text
    assert ("- 4712" in end.answer.text) == again


def test_one_that_is_not_there_has_none_like_it(assistant: Assistant) -> None:
    assert "no ticket 999" in ask(assistant, "similar tickets to #999").text


def test_such_a_wish_adds_nothing_to_what_the_conversation_is_about() -> None:
    said = [Message("user", "ticket 4711"), Message("user", "other tickets like this")]
    assert complete("has this happened before?", said) == "ticket 4711 — has this happened before?"
