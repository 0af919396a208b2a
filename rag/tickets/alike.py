"""A wish for tickets like one, or like what the conversation is about → the most similar ones and how each was solved.

By rule, in Spanish and English; what is alike is what a search among the tickets finds near its subject and complaint.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ingest.filters import Filters, iso_day
from ingest.lexical import content_words, fold
from ingest.library import Library
from ingest.records import DocumentRow
from rag.cite import cite
from rag.complaint import complaint
from rag.events import Citation, Event
from rag.follow_ups.more import quoted
from rag.llm import LLM
from rag.outright import outright
from rag.phrases import entitled, say
from rag.question import understand
from rag.quotes.signals import Quote
from rag.retrieve import Retriever
from rag.search.confidence import REFUSE_BELOW
from rag.tickets.alike_wish import wants_alike
from rag.tickets.list import beginning
from rag.tickets.number import called, mentions, named
from rag.tickets.solutions import how_solved
from rag.types import Message, Passage, Question

SHOWN = 5
"""Tickets that are listed."""
_FOUND = 48
"""Passages that they are chosen from."""
_OTHERS = re.compile(r"\b(?:otr[oa]s?|mas|others?|more|another)\b")
_NEAR = 0.05
"""Cosine by which a ticket may fall short of the most similar one and still be listed."""


def alike(
    asked: Question,
    completed: str,
    filters: Filters,
    library: Library,
    retriever: Retriever,
    llm: LLM,
    history: Sequence[Message] = (),
) -> Iterator[Event] | None:
    """The answer to a wish for tickets like another; None for any other question, and where nothing says like what.

    `completed`: the question with what it leans on, whose first words are the conversation's subject. Where others are
    asked for, the tickets that `history` quotes are none.
    """
    tickets = replace(filters, kind="ticket")
    if filters.documents or filters.kind == "manual" or not wants_alike(asked.text) or not library.holds(tickets):
        return None
    rows = library.documents_numbered({number for _, number in mentions(completed)}, tickets)
    own = named(completed, rows)
    like = " ".join(_complaint(row, library) for row in rows if row.id in own)
    if not own:
        like = completed.removesuffix(asked.text).rstrip(" —") if completed != asked.text else ""
    if not own and (unknown := called(asked.text)):
        text = say(asked.language, "alike.unknown", number=unknown[0])
        return outright(asked, text, (), "alike.reason", llm, 0.0, refused=True)
    if not content_words(like) or (mentions(asked.text) and not own):
        return None
    quotes = quoted(history) if _OTHERS.search(fold(asked.text)) else []
    return _answered(asked, like, own, quotes, tickets, library, retriever, llm)


def _complaint(row: DocumentRow, library: Library) -> str:
    """What a ticket is about: its subject and first sentences."""
    page, sections = library.page(row.id, 1), library.sections(row.id)
    problem = page.text[: sections[1].start if len(sections) > 1 and sections[1].page == 1 else None] if page else ""
    return complaint(row.title, problem, row.fields.key) or row.title


def _nearest(
    like: str, left_out: Callable[[Passage], bool], tickets: Filters, retriever: Retriever
) -> tuple[list[Passage], float]:
    """Of each other ticket that is near, the best passage, the best ticket first; and how sure the search is."""
    found = retriever.search(understand(like), _FOUND, tickets)
    best: dict[str, Passage] = {}
    for passage in found.passages:
        if not left_out(passage):
            best.setdefault(passage.document_id, passage)
    least = max((one.similarity for one in best.values()), default=0.0) - _NEAR
    return [one for one in best.values() if one.similarity >= least][:SHOWN], found.confidence


def _answered(
    asked: Question,
    like: str,
    own: Sequence[str],
    quotes: Sequence[str],
    tickets: Filters,
    library: Library,
    retriever: Retriever,
    llm: LLM,
) -> Iterator[Event]:
    language = asked.language

    said = [" ".join(quote.split()) for quote in quotes]

    def left_out(passage: Passage) -> bool:
        if passage.document_id in own or not said:
            return passage.document_id in own
        text = " ".join(_text(library, passage.document_id, passage.page).translate(_INNER).split())
        return any(quote in text for quote in said)

    near, confidence = _nearest(like, left_out, tickets, retriever)
    if not own and confidence < REFUSE_BELOW:
        near = []  # of what was asked about the tickets say nothing: the nearest of them are like anything else
    rows = library.documents_by_id([one.document_id for one in near])
    lines, citations = list[str](), list[Citation]()
    for one in near:
        row = rows[one.document_id]
        citations.append(beginning(len(citations) + 1, row, library))
        day = iso_day(row.fields.created, row.language) or row.fields.created
        facts = (row.fields.key, row.title, row.fields.status, day)
        lines.append(f"- {' · '.join(filter(None, facts))} [{len(citations)}]")
        how = how_solved(Quote(one, 0, len(one.text)), library.page, library.sections)
        if how is None:
            lines.append(f"  {say(language, 'alike.unsolved')}")
            continue
        citations.append(cite(len(citations) + 1, how.passage, how.text, lambda i, n: _text(library, i, n)))
        lines.append(f"  «{' '.join(how.text.translate(_INNER).split())}» [{len(citations)}]")
    named_ones = [entitled(language, row.title, row.fields.key) for row in library.documents_by_id(own).values()]
    what = ", ".join(named_ones) or like
    lines.insert(0, say(language, "alike.some" if near else "alike.none", what=what))
    text = "\n".join(lines)
    yield from outright(asked, text, citations, "alike.reason", llm, confidence, searched=like, refused=not citations)


_INNER = str.maketrans("«»", "“”")


def _text(library: Library, document_id: str, number: int) -> str:
    page = library.page(document_id, number)
    return page.text if page else ""
