"""What was found for a question about a code → the same with the manuals' own pages of it.

Among hundreds of tickets whose subjects are the code, the one page of a manual that explains it is not among the best.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rag.codes import stands
from rag.types import Passage, SearchResult

MOST = 3
"""Pages of manuals that are put before what tickets say."""


def with_manuals(found: SearchResult, search_manuals: Callable[[], SearchResult]) -> SearchResult:
    """The same where no code is asked about, where tickets are not all that holds it, and where no manual has it."""
    question = found.question
    if not question.asks_code or not any(one.kind == "ticket" for one in found.passages):
        return found

    def explains(one: Passage) -> bool:
        return one.kind == "manual" and all(stands(name, one.text) for name in question.identifiers)

    if any(map(explains, found.passages[:MOST])):
        return found
    manuals = search_manuals()
    first = [one for one in manuals.passages if explains(one)][:MOST]
    if not first:
        return found
    best = found.passages[0].score
    there = {(one.document_id, one.page, one.start) for one in first}
    rest = [one for one in found.passages if (one.document_id, one.page, one.start) not in there]
    passages = (*(replace(one, score=best) for one in first), *rest)
    return replace(found, passages=passages, confidence=max(found.confidence, manuals.confidence))
