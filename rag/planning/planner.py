"""Question, ranking and catalogue → Plans: the first way of reading, and the wider ones when it is not enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.errors import SettingsError, WindowError
from ingest.library import Library
from ingest.records import DocumentRow
from rag.budget import Reader, Room
from rag.phrases import say
from rag.plan import UNSURE, Choice, Ranking, Request, check_budget, choose, widened
from rag.planning.filling import BETWEEN, Filler, room_for
from rag.planning.history import Recalled
from rag.planning.pinned import pinned, with_pins
from rag.planning.scope import Scope, Whole, dominant, shares
from rag.planning.sections import around
from rag.prompt import render_passage
from rag.types import Message, Passage, Plan, Step

Counts = Callable[[Sequence[str]], Mapping[str, int]]
"""Ids of documents → the tokens of each one's pages, each page counted alone; without reading them."""

MOST_WHOLE = 24
"""Documents of a chosen scope that are thought of as read whole; of more, those that were found."""

_SHARE_TO_STAY = 0.2
"""What the document that a conversation has been reading must hold of what was found, to be gone on with."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """A question before anything is read for it: what is asked for, what there is room for, what was found."""

    request: Request
    room: Room
    recalled: Recalled
    scope: Scope
    ranking: Ranking
    choice: Choice
    steps: tuple[Step, ...] = ()
    pinned: tuple[Passage, ...] = ()


class Planner:
    """Plans over one library for one reader. No text of a document is read before it is certain to be wanted."""

    def __init__(self, library: Library, reader: Reader, counts: Counts) -> None:
        self._library, self._reader, self._counts = library, reader, counts
        self._header = reader.count(render_passage(100, _BLANK)) + 2

    @property
    def reader(self) -> Reader:
        """Who reads."""
        return self._reader

    def look(
        self,
        request: Request,
        chosen: Sequence[str],
        ranking: Ranking,
        history: Sequence[Message] = (),
        named: Sequence[str] = (),
    ) -> Outlook:
        """What to do, from numbers alone. `chosen`: ids of the scope; `named`: the two that the question compares, or
        the one that it wants summed up.

        WindowError and SettingsError as in `rag.plan.choose` and in `rag.planning.pinned.pinned`.
        """  # fmt: skip
        room, recalled = room_for(self._reader, request.question, history)
        scope = self._scope(request, chosen, ranking, named)
        read = self._pinned(request, room, scope, ranking)
        if read:
            check_budget(request, room)
            room = replace(room, pinned=sum(map(self._size, read)))
            request = replace(request, budget=min(request.budget, room.documents))
        choice = choose(request, room, self._reader, scope, ranking)
        if choice.mode == "summary" and not {p.document_id for p in read} <= set(choice.documents):
            raise SettingsError(say(request.question.language, "pinned.summary"))
        outlook = Outlook(request, room, recalled, scope, ranking, choice, pinned=read)
        if choice.mode == "passages" and ranking.passages and ranking.confidence < UNSURE:
            why = say(request.question.language, "unsure", percent=round(100 * ranking.confidence))
            return self.wider(outlook, why) or outlook
        return outlook

    def read(self, outlook: Outlook) -> Plan:
        """The plan, rendered and counted to the token. WindowError when a whole document that was asked for is a
        little too long after all; in `auto` its sections are read then."""
        filler = Filler(outlook.request.question, outlook.room, outlook.recalled, self._reader, outlook.pinned)
        choice, found = outlook.choice, outlook.ranking.passages
        if choice.mode == "document":
            try:
                plan = filler.whole(choice, self._pages(choice.documents, found), found)
                return self._dated(_with_others(plan, outlook.scope))
            except WindowError:
                if outlook.request.wish != "auto":
                    raise
            reason = say(outlook.request.question.language, "sections.kind")
            choice = Choice("sections", reason, min(choice.amount, outlook.room.documents))
        widen = self._widen if choice.mode == "sections" else None
        return self._dated(filler.searched(choice, found, widen))

    def wider(self, outlook: Outlook, why: str, elapsed: float = 0.0) -> Outlook | None:
        """The next wider way to read, None when there is none that fits and can be afforded; `elapsed` seconds of the
        person's patience are spent."""
        request = replace(outlook.request, patience=outlook.request.patience - elapsed)
        confidence = outlook.ranking.confidence
        choice = widened(outlook.choice, request, outlook.room, self._reader, outlook.scope, confidence)
        if choice is None:
            return None
        return replace(outlook, choice=choice, steps=(*outlook.steps, Step(outlook.choice.mode, why)))

    # -- what is in scope -----------------------------------------------------------------------------------------

    def _scope(self, request: Request, chosen: Sequence[str], ranking: Ranking, named: Sequence[str]) -> Scope:
        held = shares(ranking.passages)
        if len(named) > 1:
            return Scope(self._wholes(named, held), chosen=bool(chosen), compared=True)
        if chosen := tuple(dict.fromkeys(chosen)):  # an id and a title may name the same one
            ids = list(chosen) if len(chosen) <= MOST_WHOLE else [i for i in held if i in set(chosen)]
            return Scope(self._wholes(ids, held), chosen=True, more=len(chosen) - len(ids))
        implied = named[0] if named else self._implied(request, ranking, held)
        return Scope(self._wholes([implied], held) if implied else ())

    def _implied(self, request: Request, ranking: Ranking, held: Mapping[str, float]) -> str | None:
        """The document that the ranking points at, or the one the conversation has been reading if it still counts."""
        best = dominant(ranking.passages)
        before = request.before.documents if request.before else ()
        if best is None and len(before) == 1 and held.get(before[0], 0.0) >= _SHARE_TO_STAY:
            return before[0]
        return best

    def _wholes(self, ids: Sequence[str], held: Mapping[str, float]) -> tuple[Whole, ...]:
        rows, tokens = self._library.documents_by_id(ids), self._counts(ids)
        if missing := [i for i in ids if i not in rows]:
            raise SettingsError(f"{missing[0]}: no such document. `python -m rag documents` lists them.")
        return tuple(self._whole(rows[i], tokens.get(i, 0), held.get(i, 0.0)) for i in ids)

    def _whole(self, row: DocumentRow, tokens: int, share: float) -> Whole:
        """With the number, title and page that each page is headed by."""
        header = self._header + self._reader.count(row.title)
        return Whole(row.id, row.title, tokens + row.pages * header, row.characters, share)

    def _pinned(self, request: Request, room: Room, scope: Scope, ranking: Ranking) -> tuple[Passage, ...]:
        """The pages that are asked for, but those of documents that are to be read whole anyway."""
        whole = {w.document_id for w in scope.wholes} if request.wish in ("document", "summary") else set()
        pins = [pin for pin in request.pinned if pin.document_id not in whole]
        return pinned(self._library, pins, ranking.passages, room, self._size, request.question.language)

    def _size(self, passage: Passage) -> int:
        return self._reader.count(render_passage(100, passage)) + BETWEEN

    # -- reading --------------------------------------------------------------------------------------------------

    def _dated(self, plan: Plan) -> Plan:
        """With the digests of the documents that the prompt begins with, and with what was asked for in its reason."""
        plan = replace(plan, reason=with_pins(plan.reason, plan.pinned, plan.question.language))
        if plan.keep is None:
            return plan
        digests = {i: self._library.text_digest(i) for i in plan.keep.documents}
        return replace(plan, keep=replace(plan.keep, documents=digests))

    def _widen(self, passage: Passage) -> tuple[Passage, ...]:
        return around(self._library, passage)

    def _pages(self, ids: Sequence[str], found: Sequence[Passage]) -> list[Passage]:
        """Every page, with the score of the best passage found on it: what is read of a document never depends on the
        question, so that it can be computed once."""
        best: dict[tuple[str, int], Passage] = {}
        for passage in found:
            best.setdefault((passage.document_id, passage.page), passage)
        rows = self._library.documents_by_id(ids)
        return [page for i in sorted(ids) if i in rows for page in self._document(rows[i], best)]

    def _document(self, row: DocumentRow, best: Mapping[tuple[str, int], Passage]) -> list[Passage]:
        sections = {section.page: section.title for section in reversed(self._library.sections(row.id))}
        languages = self._library.page_languages(row)
        pages = []
        for page in self._library.pages(row.id):
            hit = best.get((row.id, page.number))
            score, similarity = (hit.score, hit.similarity) if hit else (0.0, 0.0)
            written_in = languages.get(page.number, row.language)
            place = (row.id, row.title, row.file, row.kind, written_in, page.number, page.label)
            text = (0, len(page.text), page.text, sections.get(page.number, ""))
            twins = hit.twins if hit else ()
            pages.append(Passage(*place, *text, score, similarity, row.fields, twins, hit.newer if hit else ""))
        return pages


def _with_others(plan: Plan, scope: Scope) -> Plan:
    """With the passages beside a document that was read whole in its reason, where that does not say so already."""
    others = [p for p in plan.passages if p.document_id not in plan.documents and p not in plan.pinned]
    if not others or scope.more or len(scope.wholes) > len(plan.documents):
        return plan
    more = say(plan.question.language, "document.others", passages=len(others))
    return replace(plan, reason=f"{plan.reason} {more}")


_BLANK = Passage("", "", "", "manual", "und", 1000, "1000", 0, 0, "", "", 0.0)
