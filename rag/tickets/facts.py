"""A question for a ticket's own record → who, when, which state, quoted from there, as the events of an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.filters import Filters
from ingest.lexical import any_of, content_words, fold, terms
from ingest.library import Library
from ingest.records import DocumentRow
from rag.cite import cite
from rag.events import Citation, Event
from rag.llm import LLM
from rag.outright import outright
from rag.phrases import entitled, say
from rag.question import understand
from rag.retrieve import Retriever
from rag.search.confidence import DOUBTFUL
from rag.tickets.fact_wish import Fact, fact_wish
from rag.tickets.number import mentions, named
from rag.tickets.said import facts_of
from rag.types import Passage, Question

SHOWN = 3
"""Tickets whose facts are told where the question describes them."""
_FOUND = 24
_NEAR = 0.02
"""Cosine by which a ticket may fall short of the most similar one and still be told."""
_LABELS: dict[Fact, re.Pattern[str]] = {
    "requester": re.compile(r"requester|solicitante"),
    "agent": re.compile(
        r"assignee|assigned to|agent|owner|handled by|asignado a?|agente|tecnico|responsable|propietario"
    ),
    "created": re.compile(r"created|creado"),
    "resolved": re.compile(r"resolved|resuelto"),
    "status": re.compile(r"status|estado"),
    "priority": re.compile(r"priority|prioridad"),
    "product": re.compile(r"product|producto"),
    "version": re.compile(r"version"),
    "tags": re.compile(r"tags|etiquetas"),
    "attachments": re.compile(r"attachments|adjuntos"),
}
_LINE = re.compile(r"^([^\W\d_][\w .]{0,40}): (?=\S)(.*)$", re.MULTILINE)
_POST = re.compile(
    r"^(?:(?:Last comment|Comment|Último comentario|Comentario) — (?P<who>[^\n]*?)(?:, (?P<day>\d[\d/.-]+))?)$",
    re.MULTILINE,
)
_BARE = re.compile(r"\d{2,12}")
"""A number that alone is what is asked about can only be a ticket's."""
Span = tuple[int, int]


def told_fact(
    asked: Question, completed: str, filters: Filters, library: Library, retriever: Retriever, llm: LLM
) -> Iterator[Event] | None:
    """The answer to a question for what a ticket's record says; None for any other, and where no ticket is meant.

    `completed`: the question with what it leans on, which is what the ticket is about where it only points back.
    """
    wish = None if filters.documents or filters.kind == "manual" else fact_wish(asked.text)
    tickets = replace(filters, kind="ticket")
    if wish is None or not library.holds(tickets):
        return None
    numbers = {number for _, number in mentions(completed)}
    own = named(completed, library.documents_numbered(numbers, tickets)) if numbers else ()
    if not own and _BARE.fullmatch(wish.about):
        own = named(f"#{wish.about}", library.documents_numbered({wish.about.lstrip("0")}, tickets))
    confidence, named_so = 1.0, bool(own)
    if not own:
        about = wish.about or completed.removesuffix(asked.text).rstrip(" —")
        if mentions(asked.text) or not about:
            return None
        found = retriever.search(understand(about), _FOUND, filters)
        near = [one for one in found.passages if one.kind == "ticket"]
        if found.confidence < DOUBTFUL or not near or found.passages[0].kind != "ticket":
            return None
        confidence, least = found.confidence, near[0].similarity - _NEAR
        near = [one for one in near if one.similarity >= least]
        own = _of_it(about, asked, tuple(dict.fromkeys(one.document_id for one in near)), library)[:SHOWN]
    rows = library.documents_by_id(own)
    told = [(rows[i], spans) for i in own if i in rows and (spans := _spans(rows[i], wish.facts, library))]
    return _answered(asked, told, library, llm, confidence, named_so) if told else None


def _of_it(about: str, asked: Question, ids: Sequence[str], library: Library) -> tuple[str, ...]:
    """The tickets with half the words of what they are said to be about, in either language: others are only near."""
    wanted = terms(" ".join(content_words(about)), asked.language)
    held = [library.documents_holding(any_of([term]), Filters(documents=tuple(ids))) for term in wanted] if ids else []
    return tuple(i for i in ids if 2 * sum(i in some for some in held) >= len(wanted))


def fact_of(row: DocumentRow, fact: Fact, library: Library) -> str:
    """What a ticket says of itself, "" where it says nothing of it."""
    page = library.page(row.id, 1)
    spans = _said(page.text, fact) if page else []
    return page.text[slice(*spans[0])].partition(": ")[2] if page and spans else ""


def _spans(row: DocumentRow, facts: Sequence[Fact], library: Library) -> list[Span]:
    """Where a ticket's page says them; what there is instead where it is asked when an open one was closed."""
    page = library.page(row.id, 1)
    text = page.text if page else ""
    found: list[Span] = []
    for fact in facts:
        spans = _said(text, fact)
        if not spans and fact == "agent":
            wrote = {one["who"]: one.span("who") for one in _POST.finditer(text) if not _own(one["who"], row)}
            spans = list(wrote.values())[:SHOWN]
        if not spans and fact in ("resolved", "status"):
            spans = [*_said(text, "status"), *([one.span() for one in _POST.finditer(text)][-1:])]
        if not spans and fact != "status":
            return []
        found += spans
    return list(dict.fromkeys(found))


def _said(text: str, fact: Fact) -> list[Span]:
    """The facts of this name, of the line of facts and of what columns say below it."""
    label = _LABELS[fact]
    start, end = facts_of(text)
    found, at = list[Span](), start
    for part in text[start:end].split(" · "):
        name, colon, _ = part.partition(": ")
        if colon and label.fullmatch(fold(name.strip())):
            found.append((at, at + len(part)))
        at += len(part) + len(" · ")
    return found or [one.span() for one in _LINE.finditer(text) if label.fullmatch(fold(one[1]))]


def _own(who: str, row: DocumentRow) -> bool:
    """Whether a message is by the one who complained."""
    asked = row.fields.requester.partition("<")[0].partition("(")[0].strip()
    return bool(asked) and who.startswith(asked)


def _answered(
    asked: Question,
    told: Sequence[tuple[DocumentRow, list[Span]]],
    library: Library,
    llm: LLM,
    confidence: float,
    named_so: bool,
) -> Iterator[Event]:
    language = asked.language
    lines, citations = (
        [say(language, "fact.some" if len(told) > 1 else "fact.one" if named_so else "fact.near")],
        list[Citation](),
    )
    for row, spans in told:
        page = library.page(row.id, 1)
        text = page.text if page else ""
        marks = []
        for start, end in spans:
            quote = text[start:end].strip()
            passage = Passage(
                row.id, row.title, row.file, row.kind, row.language, 1, page.label if page else "", start, end,
                quote, "", 1.0, fields=row.fields,
            )  # fmt: skip
            citations.append(cite(len(citations) + 1, passage, quote, lambda _, __, text=text: text))  # type: ignore[misc]
            marks.append(f"{quote} [{len(citations)}]")
        lines.append(f"- {entitled(language, row.title, row.fields.key)}: {' · '.join(marks)}")
    yield from outright(asked, "\n".join(lines), citations, "fact.reason", llm, confidence)
