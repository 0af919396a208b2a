"""A question that the catalogue or the conversation itself answers → the events of its answer; nothing is searched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from ingest.library import Library
from rag.events import Event
from rag.follow_ups.recall import recalled
from rag.llm import LLM
from rag.retrieve import Retriever
from rag.sought import Sought
from rag.tickets.alike import alike
from rag.tickets.facts import told_fact
from rag.tickets.list import listed
from rag.types import Message, Receipt


def unsearched(
    sought: Sought, history: Sequence[Message], before: Receipt | None, library: Library, retriever: Retriever, llm: LLM
) -> Iterator[Event] | None:
    """The answer to a question about the last one, for a ticket's record, for a list of tickets, or for some alike.

    None for others.
    """
    return (
        recalled(sought.asked, history, before, library, llm, retriever.embedder, sought.style)
        or listed(sought.question, sought.filters, library, llm, date.today())
        or told_fact(sought.asked, sought.question.text, sought.filters, library, retriever, llm)
        or alike(sought.asked, sought.question.text, sought.filters, library, retriever, llm, history)
    )
