"""Which manual is to be summed up: the one that bears the names, and none when it is not certain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.records import DocumentRow
from rag.summed_names import summed_up
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
