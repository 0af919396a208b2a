"""A question and what a person narrowed it to → what it is narrowed to by its own words, and the documents it names."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.filters import Filters
from ingest.lexical import any_of, content_words, fold, terms
from ingest.library import Library
from rag.comparing.names import compared
from rag.plan import Wish
from rag.planning.planner import MOST_WHOLE
from rag.question import asks_for_changes, understand
from rag.search.confidence import DOUBTFUL
from rag.summaries.names import asks_for_tickets, status_asked, summed_up
from rag.tickets.number import asks_for_all, mentions, numbered
from rag.types import Question, SearchResult

_PEOPLE = r"(?:anyone|anybody|someone|somebody|we|any customer|a customer|another customer)"
_SOMEBODY = r"(?:alguien|algun cliente|alguno|otro cliente)"
_TROUBLE = r"(?:(?:an?|any|un|algun|el|the) )?(?:problem[as]*|issues?|trouble|errors?|casos?|incidencias?)"
_ANYBODY = re.compile(
    rf"\W*(?:(?:has|have|had) {_PEOPLE}(?: here| else)?(?: ever| already)? "
    r"(?:had|seen|got|gotten|met|experienced|run into|come across|reported|noticed|hit)(?: this| that)?"
    r"|did (?:anyone|anybody|someone|somebody)(?: else)?(?: ever)? (?:have|see|get|report|notice|hit)(?: this| that)?"
    rf"|{_SOMEBODY}(?: mas)? (?:ha |tuvo|vio|tiene)(?:tenido|visto|sufrido|notado|reportado)?"
    rf"|ha (?:tenido|visto|sufrido|notado|reportado) {_SOMEBODY}|ha habido|hemos (?:tenido|visto)"
    rf"|le ha pasado (?:esto )?a {_SOMEBODY})\b(?:,? (?:before|antes|ya|alguna vez|esto(?: mismo)?|lo de)\b)*[:,]?"
    rf"(?: {_TROUBLE}(?: (?:with|con|about|de|del|en|in)(?: (?:the|el|la|los|las))?)\b)?"
)
_TOLD = re.compile(
    r"\W*(?:what (?:did|have|had) (?:we|you|support|they) "
    r"(?:tell|told|say|said|answer(?:ed)?|repl(?:y|ied)|promised?)(?: to)?"
    r"|que (?:le |les )?(?:hemos |se |han )?"
    r"(?:dij(?:imos|eron|o)|dicho|contest(?:amos|aron|ado|o)|respond(?:imos|ieron|ido|io)|"
    r"promet(?:imos|ieron|ido)) al?)"
    r" (?:(?:the|our|el|la|nuestr[oa]) )?(?:(?:customer|client[ea]?|user|usuari[oa]) )?"
    r"(?P<name>[^?]{3,60}?)(?= (?:about|on|regarding|sobre|acerca|cuando|when|with|con|por|en|in|for)\b|[?.!]|$)"
)
"""`what did we tell customer X about …`, without accents and in small letters."""
_BEFORE = re.compile(r"(?:\b(?:before|already|lately|recently|antes|alguna vez|ya|problems?|issues?|troubles?)\b\W*)+$")
_SURE = 0.9
"""Confidence that a ticket answers which a question names by its number and asks for as a whole."""


def narrowed(sought: Question, mode: Wish, filters: Filters, library: Library) -> tuple[Filters, bool]:
    """The filters, and whether the question names the tickets that are left by their numbers, or by the customer who
    was told something in them.

    Otherwise only tickets, of the status that is asked for, where a summary of tickets is and the library has any.
    """
    if filters.documents:
        return filters, False
    named = filters.kind != "manual" and mentions(sought.text)
    if named:
        rows = library.documents_numbered({number for _, number in named}, replace(filters, kind="ticket"))
        if ids := numbered(sought.text, rows):
            return replace(filters, documents=ids), True
    if filters.kind != "manual" and (name := _told(sought.text)):
        ids = _about(name, sought, replace(filters, kind="ticket"), library)
        return (replace(filters, kind="ticket", documents=ids), True) if ids else (filters, False)
    if mode not in ("auto", "summary") or sought.kind != "summary" or filters.kind:
        return filters, False
    tickets = replace(filters, kind="ticket")
    if not asks_for_tickets(sought.text) or not library.holds(tickets):
        return filters, False
    return replace(tickets, status=filters.status or status_asked(sought.text)), False


def _told(question: str) -> str:
    """The customer whom something was told, in a question for that; "" for any other."""
    found = _TOLD.match(" ".join(fold(question).split()))
    return found["name"].strip(" ,.?!\"'") if found else ""


def _about(name: str, sought: Question, filters: Filters, library: Library) -> tuple[str, ...]:
    """The tickets with every word of a customer's name, as who opened them or in what they say; none of too many."""
    held = [library.documents_holding(any_of([term]), filters) for term in terms(name, sought.language)]
    ids = set.intersection(*held) if held else set()
    return tuple(sorted(ids)) if len(ids) <= MOST_WHOLE else ()


def without_anybody(sought: Question, library: Library) -> Question:
    """What "has anybody had … before?" asks about, where the library has tickets: its other words stand in none."""
    plain = fold(sought.text)
    if len(plain) != len(sought.text) or not library.holds(Filters(kind="ticket")):
        return sought
    begins = _ANYBODY.match(plain)
    ends = _BEFORE.search(plain)
    about = sought.text[begins.end() if begins else 0 : ends.start() if ends else None].strip(" ,:;-")
    return understand(about, sought.language) if begins and content_words(about) else sought


def of_number(found: SearchResult) -> SearchResult:
    """What was found in the tickets that the question names itself: its words need not stand there."""
    least = _SURE if asks_for_all(found.question.text) else DOUBTFUL
    return replace(found, confidence=max(found.confidence, least))


def named_in(question: Question, filters: Filters, library: Library) -> tuple[str, ...]:
    """The ids of the documents that a question names to have them compared, or of the one to be summed up."""
    if asks_for_changes(question.text):
        return compared(question.text, library.documents(filters))
    if question.kind == "summary" and not filters.documents:
        return tuple(filter(None, [summed_up(question.text, library.documents(filters))]))
    return ()
