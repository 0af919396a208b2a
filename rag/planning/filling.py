"""Choice and candidates → Plan: fill the room with whole stretches, counted to the token, and say what is left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ingest.errors import WindowError
from rag.budget import Reader, Room, estimate, reserve_for, tokens_by_part
from rag.phrases import place, say
from rag.plan import Choice
from rag.planning.history import Recalled, recall
from rag.planning.pinned import holds
from rag.planning.pinned import too_large as pins_too_large
from rag.planning.scope import Scope, Whole
from rag.planning.too_much import too_large
from rag.prompt import render, render_passage
from rag.types import Keep, LeftOut, Message, Passage, Plan, Question

Widen = Callable[[Passage], tuple[Passage, ...]]
"""A passage → the whole section around it, page by page."""

_HISTORY_SHARE = 4
"""The conversation so far takes at most one part in this many of the window."""

BETWEEN = 2
"""Tokens of the blank line between two passages."""

LONG_SECTION = 768
"""Tokens from which on a section is worth keeping ready."""

FEWEST = 3
"""Passages that are read, if they fit, however much the first speaks for itself."""


def room_for(reader: Reader, question: Question, history: Sequence[Message]) -> tuple[Room, Recalled]:
    """What is left for documents, and what of the conversation is read again.

    WindowError when the question alone does not fit.
    """
    fixed = reader.count_prompt(render((), (), (), question))
    reserve = reserve_for(reader.window, reader.answer_tokens)
    if fixed + reserve > reader.window:
        numbers = {"tokens": fixed, "window": reader.window, "reserve": reserve}
        raise WindowError(say(question.language, "question.long", **numbers))

    def size(messages: Sequence[Message]) -> int:
        return reader.count_prompt(render((), messages, (), question)) - fixed if messages else 0

    share = min(reader.window // _HISTORY_SHARE, reader.window - fixed - reserve)
    recalled = recall(history, share, size, reader.count, question.language)
    return Room(reader.window, fixed, size(recalled.messages), reserve), recalled


@dataclass(slots=True)
class _Filled:
    kept: list[Passage] = field(default_factory=list)
    left: list[LeftOut] = field(default_factory=list)
    spent: int = 0


class Filler:
    """Fills one plan. `room` and `recalled` as `room_for` gives them; `pinned`, for which `room` has left room, is read
    in any case."""

    def __init__(
        self, question: Question, room: Room, recalled: Recalled, reader: Reader, pinned: Sequence[Passage] = ()
    ) -> None:
        self._question, self._room, self._recalled, self._reader = question, room, recalled, reader
        self._pinned = tuple(pinned)

    def searched(self, choice: Choice, found: Sequence[Passage], widen: Widen | None = None) -> Plan:
        """The best of `found`, whole, in reading order; with `widen`, the whole sections around them.

        With `choice.breadth`, first as many passages as that many tokens hold, then the sections around the best.
        """
        filled = _Filled(list(self._pinned))
        if choice.breadth:
            narrow = replace(choice, amount=choice.breadth, enough=1.0)
            filled.kept = self._fill(narrow, found, None, filled).kept
            filled.left.clear()
        filled = self._fill(choice, found, widen, filled)
        head = self._head(found, widen, filled.kept) if widen is not None and found else ()
        return self._plan(choice, head, [p for p in filled.kept if p not in head], filled.left)

    def whole(self, choice: Choice, pages: Sequence[Passage], found: Sequence[Passage]) -> Plan:
        """All `pages`, and while there is room those of `found` that stand in other documents.

        WindowError with the numbers when even the pages alone do not fit.
        """
        pinned = [p for p in self._pinned if p.document_id not in choice.documents]
        used = self._count(pages, pinned)
        if used + self._room.reserve > self._room.window:
            title = ", ".join(dict.fromkeys(page.title for page in pages))
            tokens = self._count(pages, ()) - self._room.fixed - self._room.history
            scope = Scope((Whole("", title, tokens),))
            raise too_large(self._question, scope, self._room, tokens, self._room.documents)
        filled = _Filled(pinned, spent=self._count(pages, ()) - self._room.fixed - self._room.history)
        others = [p for p in found if p.document_id not in choice.documents] if choice.rest else []
        filled = self._fill(choice, others, None, filled, number=len(pages))
        return self._plan(choice, pages, filled.kept, filled.left)

    def _fill(
        self, choice: Choice, found: Sequence[Passage], widen: Widen | None, filled: _Filled, number: int = 0
    ) -> _Filled:
        """Best first while they fit; a smaller later one may still fit. What is read already may only be widened."""
        share = self._share(choice, found)
        spent: dict[str, int] = {}
        heard, total = 0.0, sum(passage.score for passage in found) or 1.0
        for at, passage in enumerate(found):
            held = next((kept for kept in filled.kept if holds(kept, passage)), None)
            heard += passage.score if held else 0.0
            if held and (widen is None or held is not passage):
                continue
            why = self._why_not(choice, at, heard / total)
            room = share - spent.get(passage.document_id, 0)
            stretch = () if why else self._fitting(choice, passage, widen, filled, room)
            stretch = tuple(part for part in stretch if not self._within_a_pin(part))
            if held:
                stretch = () if stretch == (passage,) else stretch
            elif not stretch:
                filled.left.append(self._left(passage, why or self._too_much(choice, passage)))
            if not stretch:
                continue
            within = [kept for kept in filled.kept if any(holds(s, kept) for s in stretch)]
            tokens = self._size(stretch, number + len(filled.kept)) - self._size(within, number)
            filled.kept = [kept for kept in filled.kept if kept not in within] + list(stretch)
            filled.spent += tokens
            spent[passage.document_id] = spent.get(passage.document_id, 0) + tokens
            heard += 0.0 if held else passage.score
        return filled

    def _within_a_pin(self, part: Passage) -> bool:
        return any(holds(pin, part) and not holds(part, pin) for pin in self._pinned)

    def _head(self, found: Sequence[Passage], widen: Widen, kept: Sequence[Passage]) -> tuple[Passage, ...]:
        """The section around the best passage, when it is long: it stands before the question, so that what reading it
        took serves the next question about it too."""
        section = widen(found[0])
        whole = all(passage in kept for passage in section)
        return section if whole and self._reader.style == "write" and self._size(section, 1) >= LONG_SECTION else ()

    def _share(self, choice: Choice, found: Sequence[Passage]) -> int:
        documents = len({passage.document_id for passage in found}) if choice.shares else 1
        return choice.amount // max(1, documents)

    def _why_not(self, choice: Choice, at: int, heard: float) -> str:
        return "left.enough" if at >= FEWEST and heard >= choice.enough else ""

    def _fitting(
        self, choice: Choice, passage: Passage, widen: Widen | None, filled: _Filled, share: int
    ) -> tuple[Passage, ...]:
        """The section around a passage, or else the passage, that still fits; nothing when neither does."""
        room = min(choice.amount - filled.spent, self._room.documents - filled.spent, share)
        attempts = [widen(passage), (passage,)] if widen is not None else [(passage,)]
        return next((s for s in attempts if self._size(s, len(filled.kept)) <= room), ())

    def _size(self, stretch: Sequence[Passage], number: int) -> int:
        count = self._reader.count
        return sum(count(render_passage(number + i, p)) + BETWEEN for i, p in enumerate(stretch, 1))

    def _too_much(self, choice: Choice, passage: Passage) -> str:
        if self._size((passage,), 1) > self._room.documents:
            return "left.room"
        if choice.asked:
            return "left.budget"
        return "left.slow" if choice.hurried else "left.effective"

    def _plan(
        self, choice: Choice, pages: Sequence[Passage], found: Sequence[Passage], left: Sequence[LeftOut]
    ) -> Plan:
        """Rendered and counted; while it is too long the least of `found` goes, but no pinned one, and is said."""
        kept, dropped = list(found), list(left)
        while (used := self._count(pages, kept)) + self._room.reserve > self._room.window:
            least = next((p for p in reversed(kept) if not any(holds(p, pin) for pin in self._pinned)), None)
            if least is None:
                tokens, room = used - self._room.fixed - self._room.history, self._room.documents + self._room.pinned
                raise pins_too_large(self._pinned, tokens, self._room, room, self._question.language)
            kept.remove(least)
            dropped.append(self._left(least, "left.room"))
        ordered = reading_order(kept)
        messages = render(pages, self._recalled.messages, ordered, self._question)
        asked = self._reader.count(self._question.text)
        passages = (*pages, *ordered)
        part = part_of(pages) if pages and not choice.documents else ""
        whole = choice.documents or tuple(dict.fromkeys(p.document_id for p in pages))
        characters = sum(len(p.text) for p in passages)
        expected = estimate(self._reader, used, characters, whole, self._room.reserve, part)
        return Plan(
            choice.mode, choice.reason, self._question, passages, self._recalled.messages, messages,
            tokens_by_part(self._room, used, asked), (*self._recalled.left_out, *dropped), choice.documents, expected,
            self._keep(pages, whole, part), tuple(p for p in passages if any(holds(p, pin) for pin in self._pinned)),
        )  # fmt: skip

    def _keep(self, pages: Sequence[Passage], documents: Sequence[str], part: str) -> Keep | None:
        """What stands before the question, without the digests."""
        if not pages:
            return None
        titles = ", ".join(dict.fromkeys(page.title for page in pages))
        what = f"{titles}, {pages[0].section or pages[0].label}" if part else titles
        return Keep(dict.fromkeys(sorted(documents), ""), what, part)

    def _count(self, pages: Sequence[Passage], found: Sequence[Passage]) -> int:
        ordered = reading_order(found)
        return self._reader.count_prompt(render(pages, self._recalled.messages, ordered, self._question))

    def _left(self, passage: Passage, why: str) -> LeftOut:
        language = self._question.language
        what = place(language, passage.title, passage.label, passage.page)
        tokens = self._reader.count(passage.text)
        place_in = (passage.document_id, passage.page, passage.start, passage.end)
        return LeftOut(what, tokens, say(language, why), False, *place_in)


def part_of(pages: Sequence[Passage]) -> str:
    """From where to where a section goes: page and offset of its first and last character."""
    return f"{pages[0].page}:{pages[0].start}-{pages[-1].page}:{pages[-1].end}"


def reading_order(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """By document, best document first, then as they stand in it."""
    best: dict[str, int] = {}
    for rank, passage in enumerate(passages):
        best.setdefault(passage.document_id, rank)
    return tuple(sorted(passages, key=lambda p: (best[p.document_id], p.page, p.start)))
