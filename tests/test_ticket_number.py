"""A question that names a ticket by its number: which ticket is meant, and that the answer is that ticket's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.filters import Filters
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.readers import read
from ingest.records import DocumentRow
from ingest.types import Fields
from rag.assistant import Assistant
from rag.chats.export import answer_text
from rag.events import Answer, Answered
from rag.fakes import FakeLLM
from rag.narrowing import without_anybody
from rag.question import understand
from rag.search.confidence import REFUSE_BELOW
from rag.tickets.number import asks_for_all, numbered
from tests.fakes import make_tools, manual
from tests.searching import store

KEYS = {"bare": "4711", "servicenow": "INC0004711", "sheet": "T-4712", "jira": "SOP-139", "otrs": "2025021110000037"}
ROWS = [DocumentRow(i, "ticket", "", "en", "", "", 1, 1, 1, Fields(key=key)) for i, key in KEYS.items()]


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("ticket 4711", ("bare",)),
        ("What solved #4711?", ("bare",)),
        ("4711", ("bare",)),
        ("is 4711 still open?", ("bare",)),
        ("¿Está cerrado ya 4711?", ("bare",)),
        ("Windows 4711 crashes", ()),
        ("¿Qué pasó con la incidencia n.º 4711?", ("bare",)),
        ("INC0004711", ("servicenow",)),
        ("inc-4711, please", ("servicenow",)),
        ("T-4711", ("bare", "servicenow")),
        ("¿Cómo se resolvió el ticket 4712?", ("sheet",)),
        ("sop 139", ("jira",)),
        ("tickets 4711 y 4712", ("bare", "sheet")),
        ("ticket#2025021110000037", ("otrs",)),
        ("tickets similar to #4711", ()),
        ("error 4711", ()),
        ("How do I open port 4711?", ()),
        ("USB-139", ()),
        ("ticket 9999", ()),
    ],
)
def test_a_number_is_its_ticket_s_however_it_is_written(question: str, ids: tuple[str, ...]) -> None:
    assert numbered(question, ROWS) == ids


def test_a_number_that_many_exports_bear_names_none() -> None:
    assert numbered("ticket 12", [replace(ROWS[0], id=str(n), fields=Fields(key="12")) for n in range(9)]) == ()


@pytest.mark.parametrize(
    ("question", "whole"),
    [("¿Cómo se resolvió el ticket 4712?", True), ("ticket 4711", True), ("Which dock is in ticket 4711?", False)],
)
def test_it_is_told_whether_all_of_the_ticket_is_asked_for(question: str, whole: bool) -> None:
    assert asks_for_all(question) is whole


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    (tmp_path / "tickets.csv").write_text(
        "id,subject,status,created,description,resolution\n"
        "T-4711,Blank pages,Closed,2025-01-01,The printer of the ground floor prints blank pages.,Strip removed.\n"
        "T-4712,Router has no light,Open,2025-02-01,The lamp of the router stays dark after the storm.,\n",
        encoding="utf-8",
    )
    tools = replace(make_tools(tmp_path / "library"), read=read)
    list(ingest([tmp_path / "tickets.csv"], tools))
    return Assistant(tools.library, tools.store, tools.embedder, FakeLLM(), refuse_below=REFUSE_BELOW)


def answered(assistant: Assistant, question: str) -> Answer:
    return next(event.answer for event in assistant.ask(question) if isinstance(event, Answered))


@pytest.mark.parametrize("question", ["ticket 4711", "#4711", "t4711", "¿Cómo se resolvió la incidencia 4711?"])
def test_a_ticket_that_is_named_answers_though_its_text_shares_no_word(assistant: Assistant, question: str) -> None:
    answer = answered(assistant, question)
    assert not answer.refused
    assert {citation.ticket for citation in answer.citations} == {"T-4711"}


def test_a_copied_answer_names_the_ticket_of_each_source(assistant: Assistant) -> None:
    assert "[1] Blank pages (ticket T-4711) · " in answer_text(answered(assistant, "ticket 4711"), "en")


def test_a_number_that_no_ticket_has_is_said_to_be_none(assistant: Assistant) -> None:
    answer = answered(assistant, "¿Qué se hizo con el ticket 9999?")
    assert answer.refused
    assert answer.text.startswith("La biblioteca no tiene ningún ticket 9999.")
    assert "(ticket T-47" in answer.text


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("Has anybody had blank pages before?", "blank pages"),
        ("Has anyone here ever seen KB5034441 problems?", "KB5034441"),
        ("Has any customer reported dropped calls?", "dropped calls?"),
        ("¿Alguien ha tenido antes problemas con el cierre de caja?", "cierre de caja?"),
        ("¿Ha tenido alguien antes hojas en blanco en la impresora?", "hojas en blanco en la impresora?"),
        ("¿Hemos visto alguna vez el teléfono sin tono?", "el teléfono sin tono?"),
        ("Did we get the router in January?", "Did we get the router in January?"),
        ("Has the router a lamp?", "Has the router a lamp?"),
        ("¿Alguien puede entrar antes?", "¿Alguien puede entrar antes?"),
        ("Has anybody seen this before?", "Has anybody seen this before?"),
    ],
)
def test_what_anybody_has_had_before_is_what_is_searched_for(assistant: Assistant, question: str, about: str) -> None:
    assert without_anybody(understand(question), assistant.library).text == about


def test_tickets_with_a_number_are_found_without_reading_all(tmp_path: Path) -> None:
    library = Library(tmp_path / "library")
    for key in ("INC0004711", "14711", "T-4712", ""):
        ticket = replace(
            manual("It jams.", title=key or "none"), id=key or "none", kind="ticket", fields=Fields(key=key)
        )
        store(library, ticket, path=f"/t/{key}.csv")
    assert [row.id for row in library.documents_numbered(["4711"])] == ["14711", "INC0004711"]
    assert [row.id for row in library.documents_numbered(["4712", "4711"], Filters(kind="ticket"))] == [
        "14711", "INC0004711", "T-4712",
    ]  # fmt: skip
    assert library.documents_numbered(["4711"], Filters(kind="manual")) == []
    assert library.documents_numbered([]) == []
    library.close()
