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
    """The same where no code is asked about, where tickets are not all that holds it, and where no manual has it.

    A row or an entry of a manual that begins with the code goes before the tickets even where a manual has it too:
    what is written of it elsewhere, in answers to frequent questions say, may only name it.
    """
    question = found.question
    if not question.asks_code or not any(one.kind == "ticket" for one in found.passages):
        return found

    def explains(one: Passage) -> bool:
        return one.kind == "manual" and all(stands(name, one.text) for name in question.identifiers)

    def defined(one: Passage) -> bool:
        return explains(one) and any(defines(name, one.text) for name in question.identifiers)

    tickets_from = next(at for at, one in enumerate(found.passages) if one.kind == "ticket")
    if any(map(defined, found.passages[:tickets_from])):
        return found
    manuals = search_manuals()
    first = [one for one in manuals.passages if defined(one)][:MOST]
    if not first and not any(map(explains, found.passages[:MOST])):
        first = [one for one in manuals.passages if explains(one)][:MOST]
    if not first:
        return found
    ahead = tickets_from if any(map(explains, found.passages[:tickets_from])) else 0
    score = found.passages[max(ahead - 1, 0)].score
    there = {_place(one) for one in first}
    rest = [
        [one for one in some if _place(one) not in there] for some in (found.passages[:ahead], found.passages[ahead:])
    ]
    passages = (*rest[0], *(replace(one, score=score) for one in first), *rest[1])
    return replace(found, passages=passages, confidence=max(found.confidence, manuals.confidence))


def _place(one: Passage) -> tuple[str, int, int]:
    return one.document_id, one.page, one.start
