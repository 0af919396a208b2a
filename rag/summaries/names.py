"""A question that asks for a summary → the manual it names by words of its title or file, or the tickets. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ingest.filters import Filters
from ingest.lexical import content_words, fold, stems
from ingest.records import DocumentRow
from rag.types import Passage, Question

MOST_TICKETS = 8
"""Tickets that are summed up at once: the best that were found."""

_ASKING = re.compile(
    r"(?:resum|sumari|sintesis|sintetiz|summar|overview|outline)\w*|trata|va|about|dame|dime|haz(?:me)?|quiero|necesito|"
    r"puedes?|podrias?|give|make|write|want|need|can|could|tell|show|por|favor|please|breve(?:mente)?|cort[oa]|"
    r"brief(?:ly)?|short|enter[oa]|complet[oa]|whole|entire|full|tod[oa]|all|lineas?|lines?|puntos?|points?|frases?|"
    r"sentences?|parrafos?|paragraphs?|palabras?|words?|\d+|un|dos|tres|cuatro|cinco|diez|one|two|three|four|five|ten"
)
"""Words that ask for it and say what it should be like."""
_SORTS = re.compile(
    r"manual(?:es|s)?|guias?|guides?|documentos?|documents?|docs?|archivos?|ficheros?|files?|libros?|books?|handbooks?|"
    r"usuarios?|users?|pdf|docx?|html?|md|txt|odt|epub|pptx?"
)
"""What a document is called by as well: `the router manual`."""
_TICKETS = re.compile(r"tickets?|incidencias?|incidentes?|incidents?|quejas?|complaints?")
_OPEN, _CLOSED = re.compile(r"abiert[oa]s?|pendientes?|open|pending"), re.compile(r"cerrad[oa]s?|closed")
_LATEST = re.compile(r"ultim[oa]s?|recientes?|last|latest|recent")
_FORM = re.compile(
    r"mas|menos|otra|vez|tambien|mismo|ingles|espanol|castellano|detall\w*|larg[oa]s?|hazlo|"
    r"short(?:er|en)|long(?:er)?|detail\w*|again|less|english|spanish|simpl[ey]\w*"
)
"""What a summary that is wanted once more should be like."""
_ONES = re.compile(r"ones?")
_OF_TICKETS = (_ASKING, _TICKETS, _OPEN, _CLOSED, _LATEST, re.compile(r"sobre|acerca|hay|hubo|there|mas|most"))
"""What does not say what tickets are about."""


def summed_up(question: str, rows: Sequence[DocumentRow]) -> str:
    """The id of the one manual that bears every word of the question that does not ask; "" when none or several do."""
    asked = {word for word in _about(question) if not _SORTS.fullmatch(word)}
    if not asked:
        return ""
    named = [row for row in rows if row.kind == "manual" and asked <= set(_words(f"{row.title} {row.file}"))]
    return named[0].id if len(named) == 1 else ""


def still_summed_up(follow_up: str, rows: Sequence[DocumentRow], known: Collection[str]) -> bool:
    """Whether a question that follows a summary wants one as well: of another manual than those `known` (ids), which
    it names, or the same in another form or of tickets of another status, as it says nothing of what else."""
    named = summed_up(follow_up, rows)
    form = (_FORM, _TICKETS, _OPEN, _CLOSED, _ONES)
    return bool(named and named not in known) or all(any(one.fullmatch(w) for one in form) for w in _about(follow_up))


def asks_for_tickets(question: str) -> bool:
    """Whether a question that asks for a summary asks for one of tickets: it names them, and no manual."""
    words = _words(question)
    return any(map(_TICKETS.fullmatch, words)) and not any(map(_SORTS.fullmatch, words))


def status_asked(question: str) -> str:
    """The status, as `Filters` has it, of the tickets that a question asks for; "" for any."""
    words = _words(question)
    asked = [name for name, said in (("open", _OPEN), ("closed", _CLOSED)) if any(map(said.fullmatch, words))]
    return asked[0] if len(asked) == 1 else ""


def chosen_tickets(question: Question, filters: Filters, found: Sequence[Passage]) -> tuple[str, ...]:
    """The ids of the tickets to be summed up; none where something else is asked for."""
    if question.kind != "summary" or filters.kind != "ticket" or not asks_for_tickets(question.text):
        return ()
    return tickets_summed_up(question.text, found)


def tickets_summed_up(question: str, found: Sequence[Passage]) -> tuple[str, ...]:
    """The ids of the first MOST_TICKETS tickets in what was found that hold every word the question is about.

    All do when it is about nothing else; where the latest are asked for, they come first.
    """
    asked = _words(question)
    about = " ".join(word for word in asked if not any(some.fullmatch(word) for some in _OF_TICKETS))
    tickets = [passage for passage in found if passage.kind == "ticket"]
    if any(map(_LATEST.fullmatch, asked)):
        tickets.sort(key=lambda passage: passage.fields.created, reverse=True)
    held: dict[str, set[str]] = {}
    for one in tickets:
        said = f"{one.title} {one.section} {one.fields.product} {one.text}"
        held.setdefault(one.document_id, set()).update(stems(said, one.language).split())
    wanted = {one.document_id: set(stems(about, one.language).split()) for one in tickets}
    return tuple(i for i, words in held.items() if wanted[i] <= words)[:MOST_TICKETS]


def _about(question: str) -> list[str]:
    return [word for word in _words(question) if not _ASKING.fullmatch(word)]


def _words(text: str) -> list[str]:
    return [part for word in content_words(fold(text)) for part in re.split(r"[\W_]+", word) if part]
