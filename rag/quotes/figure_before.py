"""Quotes for a question that wants a number → the same, from the sentence on with a number that stands just before one.

What is said of a figure afterwards is often more like the question than the sentence that gives it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.lexical import stems, terms
from rag.guards.instructing import instructs
from rag.quotes.best import overlaps
from rag.quotes.grow import parts
from rag.quotes.signals import Quote
from rag.types import Question

FARTHEST = 500
"""Characters by which a quote may begin earlier."""
_FIGURE = re.compile(r"(?m)(?<!^)(?<![\w.,§#-])\d+(?:[.,]\d+)*[ \u00a0\u202f]?(?:%|°|[^\W\d_]+)")
"""A number and what it counts, not at the beginning of a line: 780MB, 5 %, 30 days."""


def with_figures(question: Question, quotes: Sequence[Quote]) -> list[Quote]:
    """The quotes in their order; one that begins earlier reaches into no other one, and holds no order to who answers.

    It begins with a sentence that has a number and a word of the question. Tickets and rows of tables stay as they are.
    """
    if not question.wants_number:
        return list(quotes)
    found = list(quotes)
    for at, quote in enumerate(found):
        earlier = _earlier(question, quote)
        others = [other for place, other in enumerate(found) if place != at]
        if earlier is not None and not any(overlaps(earlier, other) for other in others):
            found[at] = earlier
    return found


def _earlier(question: Question, quote: Quote) -> Quote | None:
    text, language = quote.passage.text, quote.passage.language
    if quote.passage.kind == "ticket" or quote.row != (0, 0) or quote.start == 0:
        return None
    wanted = {stem for term in terms(question.text, question.language) for stem in (*term.stems, *term.said)}
    before = [(a, b) for a, b in parts(text) if quote.start - FARTHEST <= a < b <= quote.start]
    telling = (
        a for a, b in before if _FIGURE.search(text[a:b]) and not wanted.isdisjoint(stems(text[a:b], language).split())
    )
    start = next(telling, None)
    if start is None or instructs(text, start, quote.end):
        return None
    return replace(quote, start=start)
