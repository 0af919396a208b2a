"""A wish for tickets → how many there are and the latest of them, each with its number, as the events of an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from ingest.filters import Filters, iso_day
from ingest.lexical import any_of, terms
from ingest.library import Library
from ingest.records import DocumentRow
from rag.cite import cite
from rag.events import Answer, Answered, Citation, Delta, Event, Planned
from rag.guards.instructing import clear_of, instructs
from rag.llm import LLM
from rag.phrases import say
from rag.tickets.said import said
from rag.tickets.wish import Wish, wished
from rag.types import Passage, Question, Receipt, Seconds, Tokens

SHOWN = 10
"""Tickets that are listed with their sources."""
_QUOTED = 300


def listed(question: Question, filters: Filters, library: Library, llm: LLM, today: date) -> Iterator[Event] | None:
    """The answer to a question for a list or a count of tickets; None for any other, and where no ticket has its words.

    Words are looked for in either language, in all that a ticket says.
    """
    wish = None if filters.documents or filters.kind == "manual" else wished(question.text, today)
    if wish is None or not library.holds(replace(filters, kind="ticket")):
        return None
    any_time = replace(filters, kind="ticket")
    narrow = replace(
        any_time,
        status=filters.status or wish.status,
        created_from=filters.created_from or wish.since,
        created_to=filters.created_to or wish.until,
    )
    rows = _rows(question, wish, narrow, library)
    others = [] if rows or narrow == any_time else _rows(question, wish, any_time, library)
    if not rows and not others and wish.words:
        return None
    return _answered(question, wish, rows, others, library, llm)


def _rows(question: Question, wish: Wish, filters: Filters, library: Library) -> list[DocumentRow]:
    """The tickets that pass and hold every word, the latest first."""
    rows = library.documents(filters)
    for term in terms(" ".join(wish.words), question.language) if wish.words else ():
        held = library.documents_holding(any_of([term]), filters)
        rows = [row for row in rows if row.id in held]
    return sorted(rows, key=lambda row: iso_day(row.fields.created, row.language) or "", reverse=True)


def _answered(
    question: Question, wish: Wish, rows: Sequence[DocumentRow], others: Sequence[DocumentRow], library: Library,
    llm: LLM,
) -> Iterator[Event]:  # fmt: skip
    language, shown = question.language, [*rows, *others][:SHOWN]
    parts = [say(language, f"tickets.{wish.status}")] if wish.status else []
    parts += [say(language, "tickets.words", words=" ".join(wish.words))] if wish.words else []
    parts += [say(language, "tickets.since", since=wish.since, until=wish.until)] if wish.since else []
    counts = {"what": "".join(parts), "count": len(rows) or len(others), "shown": len(shown)}
    key = ("one" if len(rows) == 1 else "some" if len(rows) <= SHOWN else "first") if rows else "but"
    lines = [say(language, f"tickets.{key if shown else 'nothing'}", **counts)]
    citations = [beginning(n, row, library) for n, row in enumerate(shown, 1)]
    for n, row in enumerate(shown, 1):
        day = iso_day(row.fields.created, row.language) or row.fields.created
        facts = (row.fields.key, row.title, row.fields.status, day)
        lines.append(f"- {' · '.join(filter(None, facts))} [{n}]")
    tokens = Tokens(0, 0, 0, llm.count(question.text), 0, llm.window)
    reason = say(language, "tickets.listed")
    receipt = Receipt("passages", reason, "quote", tokens, (), Seconds(), "none", llm.name, confidence=1.0)
    text = "\n".join(lines)
    yield Planned(receipt)
    yield Delta(text)
    yield Answered(Answer(question.text, text, False, language, tuple(citations), receipt), complete=True)


def beginning(n: int, row: DocumentRow, library: Library) -> Citation:
    """How a ticket begins."""
    page = library.page(row.id, 1)
    text = page.text if page else ""
    start, end = said(text)[0] if said(text) else (0, 0)
    start, end = clear_of(text, start, start, min(end, start + _QUOTED))
    quote = "" if instructs(text, start, end) else text[start:end].rstrip()
    passage = Passage(
        row.id, row.title, row.file, row.kind, row.language, 1, page.label if page else "", start, start + len(quote),
        quote, "", 1.0, fields=row.fields,
    )  # fmt: skip
    return cite(n, passage, quote, lambda _, __: text)
