"""A quote out of a ticket is what somebody says in it: not the line of status and dates, nor the subject alone."""

from __future__ import annotations

import pytest

from ingest.embed import HashEmbedder
from ingest.readers.ticket_page import Ticket, render
from ingest.types import Fields
from rag.question import understand
from rag.quotes.best import best_quotes
from rag.tickets.said import told_at, within
from rag.types import Passage

TICKETS = [
    pytest.param(
        Ticket(
            "The map crashes the app", "On a phone the map closes the app at once. It opens on a tablet.",
            Fields(key="AC-13", status="Closed", created="2024-08-17", requester="user-2f", tags=("map", "android")),
            priority="High",
        ),
        "AC-13 · Status", "the map crashes the app", id="en",
    ),
    pytest.param(
        Ticket(
            "La caldera se apaga sola", "Por la noche la caldera se apaga y sale E17. Por la mañana arranca.",
            Fields(status="Cerrado", created="2024-08-17"),
        ),
        "Estado: Cerrado", "la caldera se apaga sola", id="es-without-a-number",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("ticket", "facts", "question"), TICKETS)
def test_who_asks_in_the_words_of_the_subject_is_quoted_the_complaint(
    ticket: Ticket, facts: str, question: str
) -> None:
    document = render(ticket, "d")
    text = document.pages[0].text
    passage = Passage("d", document.title, "t.csv", "ticket", document.language, 1, "1", 0, len(text), text, "", 1.0)
    quotes = best_quotes(understand(question), [passage], HashEmbedder(), None)
    assert [quote.text for quote in quotes] == [ticket.description]
    assert facts in text


def test_a_ticket_of_which_only_the_subject_is_known_is_quoted_by_it() -> None:
    ticket = Ticket("The map crashes", "", Fields(key="AC-1", status="Open"))
    text = render(ticket, "d").pages[0].text
    assert within(text, told_at(text, 0), 0, len(text)) == (0, len(ticket.subject))


def test_what_looks_like_facts_further_down_is_said() -> None:
    text = "The pump leaks\n\nStatus: Open · Created: 2024-01-01\n\nThe panel shows this.\n\nStatus: leak · Version: 2"
    at = text.index("The panel")
    start, end = within(text, at, 0, len(text))
    assert text[start:end] == text[at:]
