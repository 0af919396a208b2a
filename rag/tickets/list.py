"""A wish for tickets → how many there are and the latest of them, each with its number, as the events of an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from ingest.filters import Filters, iso_day
from ingest.lexical import any_of, phrase_queries, terms
from ingest.library import Library
from ingest.records import DocumentRow
from rag.cite import cite
from rag.events import Citation, Event
from rag.guards.instructing import clear_of, instructs
from rag.llm import LLM
from rag.outright import outright
from rag.phrases import say
from rag.search.spellings import spellings
from rag.tickets.facts import fact_of
from rag.tickets.said import said
from rag.tickets.wish import Wish, has_priority, wants_list, wished
from rag.types import Passage, Question

SHOWN = 10
"""Tickets that are listed with their sources."""
_QUOTED = 300


def listed(question: Question, filters: Filters, library: Library, llm: LLM, today: date) -> Iterator[Event] | None:
    """The answer to a question for a list or a count of tickets; None for any other, and where no ticket has its words.

    Words are looked for in either language, in all that a ticket says.
    """
    any_time = replace(filters, kind="ticket")
    if filters.documents or filters.kind == "manual" or not wants_list(question.text) or not library.holds(any_time):
        return None
    known = [row.fields for row in library.documents(Filters(kind="ticket"))]
    products, tags = {one.product for one in known}, {tag for one in known for tag in one.tags}
    wish = wished(question.text, today, products, tags, (one.key for one in known))
    if wish is None:
        return None
    any_time = replace(any_time, version=filters.version or wish.version, tags=filters.tags or wish.tags)
    narrow = replace(any_time, status=filters.status or wish.status)
    if wish.status != "closed":
        since, until = filters.created_from or wish.since, filters.created_to or wish.until
        narrow = replace(narrow, created_from=since, created_to=until)
    rows = _closed_within(_rows(question, wish, narrow, library), wish, library)
    some = bool(rows) or (narrow == any_time and not (wish.status and wish.since))
    others = [] if some else _rows(question, wish, any_time, library)
    if not rows and not others and (wish.words or wish.names):
        return None
    return _answered(question, wish, rows, others, library, llm)


def _rows(question: Question, wish: Wish, filters: Filters, library: Library) -> list[DocumentRow]:
    """The tickets that pass and hold every word, the latest first."""
    rows = library.documents(filters)
    wanted = [any_of([term]) for term in terms(" ".join(wish.words), question.language)] if wish.words else []
    wanted += [" OR ".join(phrase_queries(spellings(name))) for name in wish.names]
    for expression in wanted:
        held = library.documents_holding(expression, filters)
        rows = [row for row in rows if row.id in held]
    if wish.priority:
        rows = [row for row in rows if has_priority(fact_of(row, "priority", library), wish.priority)]
    return sorted(rows, key=lambda row: iso_day(row.fields.created, row.language) or "", reverse=True)


def _closed_within(rows: Sequence[DocumentRow], wish: Wish, library: Library) -> list[DocumentRow]:
    """Of closed tickets that are asked for by days, those that were closed then; any others as they are.

    Where a ticket does not say when it was, its last change counts.
    """
    if wish.status != "closed" or not wish.since:
        return list(rows)
    return [row for row in rows if wish.since <= _closed_on(row, library) <= wish.until]


def _closed_on(row: DocumentRow, library: Library) -> str:
    """The day, "" for none. 03/10/2026 is read as the day of its creation was, and is not before it."""
    ended, opened = fact_of(row, "resolved", library) or row.fields.updated, iso_day(row.fields.created, row.language)
    written = fact_of(row, "created", library)
    orders = sorted(("es", "en"), key=lambda order: iso_day(written, order) != opened)
    days = [day for order in orders if (day := iso_day(ended, order))]
    return next((day for day in days if day >= (opened or "")), "")


def _answered(
    question: Question, wish: Wish, rows: Sequence[DocumentRow], others: Sequence[DocumentRow], library: Library,
    llm: LLM,
) -> Iterator[Event]:  # fmt: skip
    language, shown = question.language, [*rows, *others][:SHOWN]
    parts = [say(language, f"tickets.{wish.status}")] if wish.status else []
    words = " ".join((*wish.words, *wish.names))
    parts += [say(language, "tickets.words", words=words)] if words else []
    parts += [say(language, "tickets.tags", tags=", ".join(wish.tags))] if wish.tags else []
    parts += [say(language, "tickets.version", version=wish.version)] if wish.version else []
    parts += [say(language, f"tickets.priority.{wish.priority}")] if wish.priority else []
    since = "tickets.ended" if wish.status == "closed" else "tickets.since"
    parts += [say(language, since, since=wish.since, until=wish.until)] if wish.since else []
    counts = {"what": "".join(parts), "count": len(rows) or len(others), "shown": len(shown)}
    key = ("one" if len(rows) == 1 else "some" if len(rows) <= SHOWN else "first") if rows else "but"
    lines = [say(language, f"tickets.{key if shown else 'nothing'}", **counts)]
    citations = [beginning(n, row, library) for n, row in enumerate(shown, 1)]
    for n, row in enumerate(shown, 1):
        day = iso_day(row.fields.created, row.language) or row.fields.created
        facts = (row.fields.key, row.title, row.fields.status, day)
        lines.append(f"- {' · '.join(filter(None, facts))} [{n}]")
    yield from outright(question, "\n".join(lines), citations, "tickets.listed", llm, 1.0)


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
