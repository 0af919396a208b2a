"""Quotes that a passage's edge cuts amid a sentence → the same with the whole sentence. Pure.

Passages are cut at lines, and the lines of a PDF end amid sentences: a third of its quotes did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.sentences import LONGEST, sentences
from rag.guards.instructing import instructs
from rag.quotes.best import overlaps
from rag.quotes.procedure import GetPage, GetSections
from rag.quotes.signals import Quote

Span = tuple[int, int]


def to_the_end(quotes: Sequence[Quote], page: GetPage, sections: GetSections) -> list[Quote]:
    """The quotes in their order, each from the beginning of a sentence of its page to the end of one.

    None reaches into another quote or another section, takes in a sentence longer than LONGEST, or one that instructs
    who answers. Tickets and rows of tables stay as they are.
    """
    found = list(quotes)
    for at, quote in enumerate(found):
        others = [other for place, other in enumerate(found) if place != at]
        for whole in _wholes(quote, page, sections):
            if not any(overlaps(whole, other) for other in others):
                found[at] = whole
                break
    return found


def _wholes(quote: Quote, get_page: GetPage, sections: GetSections) -> list[Quote]:
    """The quote made whole at both sides, and at one of them; none where nothing is cut."""
    passage = quote.passage
    at_start, at_end = quote.start == 0, quote.end == len(passage.text.rstrip())
    if passage.kind == "ticket" or quote.row != (0, 0) or not (at_start or at_end):
        return []
    page = get_page(passage.document_id, passage.page)
    if page is None or page.text[passage.start : passage.end] != passage.text:
        return []
    own = passage.start + quote.start, passage.start + quote.end
    low, high = _section(sections, passage.document_id, passage.page, own, len(page.text))
    spans = [(low + a, low + b) for a, b in sentences(page.text[low:high]) if b - a <= LONGEST]
    first = next((a for a, b in spans if at_start and a < own[0] < b), own[0])
    last = next((b for a, b in spans if at_end and a < own[1] < b), own[1])
    wider = dict.fromkeys([(first, last), (own[0], last), (first, own[1])])
    return [
        replace(quote, passage=replace(passage, start=a, end=b, text=page.text[a:b]), start=0, end=b - a)
        for a, b in wider
        if (a, b) != own and not instructs(page.text, a, b)
    ]


def _section(get: GetSections, document_id: str, page: int, own: Span, end: int) -> Span:
    """Where on the page the section begins and ends that a stretch of it stands in."""
    edges = [one.start for one in get(document_id) if one.page == page]
    low = max((edge for edge in edges if edge <= own[0]), default=0)
    return low, min((edge for edge in edges if edge >= own[1]), default=end)
