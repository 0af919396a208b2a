"""What was found for a question about a code → the same with the manuals' own pages of it.

Among hundreds of tickets whose subjects are the code, the one page of a manual that explains it is not among the best.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rag.codes import defines, stands
from rag.types import Passage, SearchResult

MOST = 3
"""Pages of manuals that are put before what tickets say."""


def with_manuals(found: SearchResult, search_manuals: Callable[[], SearchResult]) -> SearchResult:
    """The same where no code is asked about, where no ticket was found, and where no manual has the code.

    A row or an entry of a manual that begins with the code goes before the tickets even where a manual has it too:
    what is written of it elsewhere, in answers to frequent questions say, may only name it.
    """
    question, passages = found.question, found.passages
    tickets_from = next((at for at, one in enumerate(passages) if one.kind == "ticket"), None)
    if not question.asks_code or tickets_from is None:
        return found

    def explains(one: Passage) -> bool:
        return one.kind == "manual" and all(stands(name, one.text) for name in question.identifiers)

    def defined(one: Passage) -> bool:
        return explains(one) and any(defines(name, one.text) for name in question.identifiers)

    if any(map(defined, passages[:tickets_from])):
        return found
    manuals = search_manuals()
    first = [one for one in manuals.passages if defined(one)][:MOST]
    if not first and not any(map(explains, passages[:MOST])):
        first = [one for one in manuals.passages if explains(one)][:MOST]
    if not first:
        return found
    ahead = tickets_from if any(map(explains, passages[:tickets_from])) else 0
    score = passages[max(ahead - 1, 0)].score
    there = {_place(one) for one in first}
    before = [one for one in passages[:ahead] if _place(one) not in there]
    after = [one for one in passages[ahead:] if _place(one) not in there]
    ordered = (*before, *(replace(one, score=score) for one in first), *after)
    return replace(found, passages=ordered, confidence=max(found.confidence, manuals.confidence))


def _place(one: Passage) -> tuple[str, int, int]:
    return one.document_id, one.page, one.start
