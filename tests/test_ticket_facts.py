"""Who reported a ticket, when it was closed, which state it is in: told from its record, quoted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.pipeline import Tools, ingest
from ingest.readers import read
from rag.assistant import Assistant
from rag.events import Answer, Answered
from rag.fakes import FakeLLM
from rag.follow_ups.complete import complete
from rag.tickets.fact_wish import FactWish, fact_wish
from rag.types import Message, Receipt
from tests.fakes import make_tools

CSV = (
    "Ticket ID,Subject,Status,Priority,Version,Created,Closed,Requester,Description,Comments\n"
    "8101,Boiler bangs at dawn,Closed,High,1.2,2025-03-03,2025-03-09,Ana Ruiz,The boiler bangs at dawn.,"
    '"2025-03-04 10:00 — Iker:\nIs the pressure right?\n\n2025-03-09 09:00 — Iker:\nExpansion tank filled."\n'
    "8102,Lamp flickers in the hall,Open,Low,1.3,2025-04-01,,Bob Lee,The lamp flickers in the hall.,\n"
)


@pytest.mark.parametrize(
    ("question", "facts", "about"),
    [
        ("Who reported the banging boiler?", ("requester",), "banging boiler"),
        ("¿Quién se quejó del ruido?", ("requester",), "ruido"),
        ("which customer complained about the lamp", ("requester",), "lamp"),
        ("¿Cuándo se cerró el ticket de la caldera?", ("resolved",), "caldera"),
        ("When did we close 8101?", ("resolved",), "8101"),
        ("¿En qué fecha se registró 8101?", ("created",), "8101"),
        ("¿Qué prioridad tiene 8101?", ("priority",), "8101"),
        ("who handled ticket 8101?", ("agent",), "8101"),
        ("what day was ticket 8101 opened?", ("created",), "8101"),
        ("Who is the requester of ticket 8101?", ("requester",), "8101"),
        ("Which customer had the banging boiler?", ("requester",), "banging boiler"),
        ("when was ticket 8101 closed", ("resolved",), "8101"),
        ("is it still open?", ("status",), ""),
        ("¿sigue abierto?", ("status",), ""),
        ("who reported it and when?", ("requester", "created"), ""),
        ("Which file did the customer attach to ticket 8101?", ("attachments",), "8101"),
    ],
)
def test_what_is_asked_of_a_record_and_of_which_ticket(question: str, facts: Sequence[str], about: str) -> None:
    wish = fact_wish(question)
    assert isinstance(wish, FactWish)
    assert (wish.facts, wish.about) == (tuple(facts), about)


@pytest.mark.parametrize(
    "question",
    [
        "How was the noise solved?",
        "in what version was that fixed?",
        "¿Cómo se resolvió?",
        "Is port 22 open by default?",
        "¿Qué versión necesito?",
        "Who can open the valve?",
        "When is the filter changed?",
        "How many tickets were closed in March?",
        "¿Qué producto limpia el quemador?",
        "¿Cuándo hay que cambiar el filtro?",
    ],
)
def test_other_questions_ask_for_no_record(question: str) -> None:
    assert fact_wish(question) is None


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    (tmp_path / "tickets.csv").write_text(CSV, encoding="utf-8")
    tools = replace(make_tools(tmp_path / "library"), read=read)
    list(ingest([tmp_path / "tickets.csv"], tools))
    return tools


def ask(tools: Tools, question: str, history: Sequence[Message] = (), before: Receipt | None = None) -> Answer:
    model = Assistant(tools.library, tools.store, tools.embedder, FakeLLM(), refuse_below=0.0)
    events = model.ask(question, history=history, before=before)
    return next(event.answer for event in events if isinstance(event, Answered))


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("When was ticket 8101 closed?", "Resolved: 2025-03-09"),
        ("¿Quién abrió el ticket 8101?", "Requester: Ana Ruiz"),
        ("what is the priority of ticket 8102?", "Priority: Low"),
        ("¿Qué prioridad tiene 8102?", "Priority: Low"),
        ("when was ticket 8102 closed?", "Status: Open"),
        ("who handled ticket 8101?", "Iker"),
    ],
)
def test_a_record_is_quoted_word_by_word(tools: Tools, question: str, told: str) -> None:
    found = ask(tools, question)
    assert not found.refused
    assert found.citations[0].quote == told
    assert all(one.verified for one in found.citations)


def test_a_question_that_points_back_is_about_the_ticket_that_was_talked_about(tools: Tools) -> None:
    first = ask(tools, "The boiler bangs at dawn, what was it?")
    said = [Message("user", first.question), Message("assistant", first.text)]
    for question, told in (("who reported it?", "Requester: Ana Ruiz"), ("¿cuándo se cerró?", "Resolved: 2025-03-09")):
        assert ask(tools, question, said, first.receipt).citations[0].quote == told


def test_nobody_reported_what_no_ticket_speaks_of(tools: Tools) -> None:
    found = ask(tools, "Who reported the flooding in the server room?")
    assert not any("Requester" in one.quote for one in found.citations)


LIST = "3 tickets:\n- T-1 · A · Open · 2025-03-03 [1]\n- T-2 · B · Open · 2025-03-02 [2]\n- T-3 · C · Open [3]"


@pytest.mark.parametrize(
    ("asked", "then", "meant"),
    [
        (["What's the latest ticket?"], "and the one before?", "ticket T-2"),
        (["What's the latest ticket?", "¿y el anterior?"], "¿y el anterior a ese?", "ticket T-3"),
        (["What's the latest ticket?", "the second one"], "and the previous one?", "ticket T-3"),
        (["What's the latest ticket?"], "what was wrong before?", ""),
    ],
)
def test_the_one_before_is_the_next_of_the_list(asked: Sequence[str], then: str, meant: str) -> None:
    said = []
    for at, text in enumerate(asked):
        said += [Message("user", text), Message("assistant", "«Quoted.» [1]" if at else LIST)]
    assert complete(then, said) == meant if meant else "ticket T" not in complete(then, said)


@pytest.mark.parametrize(
    ("first", "then", "whole"),
    [
        ("How many tickets did Ana Ruiz open?", "and Bob Lee?", "How many tickets did Bob Lee open?"),
        ("¿Cuántos tickets abiertos hay de Faro?", "¿y del Norte C24?", "¿Cuántos tickets abiertos hay de Norte C24?"),
        ("list the open tickets of Faro", "and for Brisa?", "list the open tickets of Brisa"),
    ],
)
def test_another_name_takes_the_place_of_the_one_in_a_question_for_tickets(first: str, then: str, whole: str) -> None:
    assert complete(then, [Message("user", first), Message("assistant", "2 tickets")]) == whole
