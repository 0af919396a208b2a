"""Which manual is to be summed up: the one that bears the names, and none when it is not certain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.records import DocumentRow
from ingest.types import Fields
from rag.summaries.names import (
    MOST_TICKETS,
    asks_for_tickets,
    status_asked,
    still_summed_up,
    summed_up,
    tickets_summed_up,
)
from rag.types import Passage
from tests.fakes_assistant import MANUAL, TICKET, fill

SHELF = (
    ("faro", "Faro R3", "router-faro-r3-manual.docx"),
    ("caldera", "Caldera Norte C24. Manual de usuario e instalación", "manual-caldera-norte-c24.pdf"),
    ("termostato", "Termostato TN-2", "termostato-tn-2.html"),
    ("faq-es", "Preguntas frecuentes", "faq.es.html"),
    ("faq-en", "Frequently asked questions", "faq.en.html"),
)


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[DocumentRow]:
    library = fill(tmp_path_factory.mktemp("library"), MANUAL, TICKET)
    manual, ticket = (next(row for row in library.documents() if row.kind == kind) for kind in ("manual", "ticket"))
    library.close()
    named = [replace(manual, id=name, title=title, file=file) for name, title, file in SHELF]
    return [*named, replace(ticket, id="ticket", title="El router se apaga", file="tickets.csv")]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Resume el manual del router", "faro"),
        ("Resumen del Faro R3, por favor", "faro"),
        ("Summarise the router manual in five lines", "faro"),
        ("Resume router-faro-r3-manual.docx", "faro"),
        ("¿De qué trata el manual de la caldera?", "caldera"),
        ("Dame un resumen breve del Termostato TN-2", "termostato"),
        ("Resume el manual", ""),
        ("Resume faq", ""),
        ("Resume cómo se restablece el router", ""),
        ("Resume los tickets del router", ""),
        ("Summarise the toaster manual", ""),
    ],
)  # fmt: skip
def test_a_summary_is_of_the_one_manual_that_bears_every_word(
    rows: list[DocumentRow], question: str, found: str
) -> None:
    assert summed_up(question, rows) == found


@pytest.mark.parametrize(
    ("follow_up", "wanted"),
    [
        ("¿y los cerrados?", True),
        ("and the open tickets?", True),
        ("¿y el de la caldera?", True),
        ("and the router one?", False),
        ("¿y el botón?", False),
        ("what about the light?", False),
        ("¿y más breve?", True),
        ("and in five lines?", True),
    ],
)
def test_what_follows_a_summary_of_the_router_is_another_only_of_another_manual_or_in_another_form(
    rows: list[DocumentRow], follow_up: str, wanted: bool
) -> None:
    assert still_summed_up(follow_up, rows, ["faro"]) == wanted


@pytest.mark.parametrize(
    ("question", "asks", "status"),
    [
        ("Resume los tickets del router", True, ""),
        ("Resumen de las incidencias abiertas", True, "open"),
        ("Summarise the closed tickets about the pump", True, "closed"),
        ("Sum up open and closed tickets", True, ""),
        ("Resume el manual de tickets", False, ""),
        ("Resume el manual del router", False, ""),
    ],
)
def test_a_summary_of_tickets_is_told_from_one_of_a_manual(question: str, asks: bool, status: str) -> None:
    assert asks_for_tickets(question) == asks
    assert status_asked(question) == status


def ticket(name: str, text: str, created: str = "2025-01-01") -> Passage:
    fields = Fields(created=created)
    return Passage(name, text[:20], "t.csv", "ticket", "es", 1, "", 0, len(text), text, "", 1.0, fields=fields)


def test_tickets_are_summed_up_that_hold_what_the_question_is_about() -> None:
    found = [
        ticket("a", "El router se apaga solo."),
        replace(ticket("m", "El router tiene tres luces."), kind="manual"),
        ticket("b", "La caldera pierde agua."),
        ticket("c", "El router de la oficina no responde.", "2025-03-01"),
    ]
    assert tickets_summed_up("Resume los tickets del router", found) == ("a", "c")
    assert tickets_summed_up("Resume los últimos tickets sobre el router", found) == ("c", "a")
    assert tickets_summed_up("Resume los tickets", found) == ("a", "b", "c")
    assert tickets_summed_up("Resume los tickets de la lavadora", found) == ()
    many = [ticket(str(n), "El router se apaga.") for n in range(2 * MOST_TICKETS)]
    assert len(tickets_summed_up("Resume los tickets del router", many)) == MOST_TICKETS
