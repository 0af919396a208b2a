"""Question and candidates → Plan: the one place that chooses what the model reads, and says what it leaves out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.errors import SettingsError, WindowError
from rag.budget import Room, effective_context, reserve_for
from rag.phrases import say
from rag.prompt import render, render_passage
from rag.types import LeftOut, Message, Mode, Passage, Plan, Question, Tokens

Wish = Literal["auto", "document", "sections", "passages", "summary"]
Count = Callable[[str], int]
CountPrompt = Callable[[Sequence[Message]], int]

_DOMINANT = 0.6
"""A document that holds this share of the fused score of the best passages is what the question is about."""

_HISTORY_SHARE = 4
"""The conversation so far takes at most one part in this many of the window."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The answering model as the planner sees it: sizes and two ways to count."""

    window: int
    parameters: int
    answer_tokens: int
    count: Count
    count_prompt: CountPrompt


@dataclass(frozen=True, slots=True)
class Whole:
    """A document that could be read whole: its tokens are known before its text is loaded."""

    document_id: str
    title: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Choice:
    """How to read, and why in one sentence; `documents` (ids) when they are read whole."""

    mode: Mode
    reason: str
    documents: tuple[str, ...] = ()


def room_for(reader: Reader, question: Question, history: Sequence[Message]) -> tuple[Room, tuple[Message, ...]]:
    """What is left for documents, and the newest turns of the conversation that fit their share."""
    fixed = reader.count_prompt(render((), (), question))
    reserve = reserve_for(reader.window, reader.answer_tokens)
    if fixed + reserve > reader.window:
        raise WindowError(
            f"The question takes {fixed} tokens with its instructions and the window has {reader.window}, "
            f"{reserve} of them for the answer. Ask a shorter question."
        )
    kept = tuple(history)
    spent = 0
    while kept:
        spent = reader.count_prompt(render((), kept, question)) - fixed
        if spent <= min(reader.window // _HISTORY_SHARE, reader.window - fixed - reserve):
            break
        kept, spent = kept[1:], 0
    return Room(reader.window, fixed, spent if kept else 0, reserve), kept


def choose(
    question: Question, wish: Wish, room: Room, chosen: Sequence[Whole], found: Sequence[Passage], implied: Whole | None
) -> Choice:
    """The mode and its reason. `chosen` is the scope the user set, `implied` the document the ranking points at.

    Raises WindowError when a whole document is asked for that does not fit, SettingsError when none is named.
    """
    language = question.language
    if wish in ("sections", "summary"):
        raise SettingsError(say(language, "not.yet", mode=wish))
    if wish == "passages":
        return Choice("passages", say(language, "passages.forced" if found else "passages.none"))
    scope = list(chosen) or ([implied] if implied else [])
    total, title = sum(d.tokens for d in scope), ", ".join(d.title for d in scope)
    numbers = {"title": title, "tokens": total, "room": room.documents}
    ids = tuple(d.document_id for d in scope)
    if wish == "document":
        if not scope:
            raise SettingsError(say(language, "no.scope"))
        if total > room.documents:
            raise WindowError(say(language, "too.large", **numbers, window=room.window, reserve=room.reserve))
        return Choice("document", say(language, "document.forced", **numbers), ids)
    if scope and total <= room.documents:
        return Choice("document", say(language, "document.scope" if chosen else "document.implied", **numbers), ids)
    if scope:
        return Choice("passages", say(language, "passages.large", **numbers))
    if not found:
        return Choice("passages", say(language, "passages.none"))
    return Choice("passages", say(language, "passages.library", documents=len({p.document_id for p in found})))


def dominant(found: Sequence[Passage]) -> str | None:
    """The id of the one document that the best ten passages speak for, or None."""
    shares: dict[str, float] = {}
    for passage in found[:10]:
        shares[passage.document_id] = shares.get(passage.document_id, 0.0) + passage.score
    best = max(shares, key=lambda i: shares[i], default=None)
    if best is None or shares[best] < _DOMINANT * sum(shares.values()):
        return None
    return best


def make_plan(
    choice: Choice,
    question: Question,
    candidates: Sequence[Passage],
    history: Sequence[Message],
    reader: Reader,
) -> Plan:
    """Fill the room with whole candidates (best first in `passages` mode, all in `document` mode) and render.

    What went in and what is in `left_out` together are the candidates and the history. The rendered prompt and the
    reserve never exceed the window; WindowError when even a whole document's exact rendering does.
    """
    room, kept_history = room_for(reader, question, history)
    left = [
        LeftOut(f"{m.role}: {m.text[:60]}", reader.count(m.text), say(question.language, "left.history"))
        for m in history[: len(history) - len(kept_history)]
    ]
    kept = list(candidates)
    if choice.mode != "document":
        kept, dropped = _fill(candidates, question, room, reader)
        left += dropped
    while True:
        ordered = _reading_order(kept)
        messages = render(ordered, kept_history, question)
        used = reader.count_prompt(messages)
        if used + room.reserve <= reader.window:
            break
        if choice.mode == "document" or not kept:
            numbers = {"title": kept[0].title if kept else "", "tokens": used - room.fixed, "room": room.documents}
            text = say(question.language, "too.large", **numbers, window=room.window, reserve=room.reserve)
            raise WindowError(text)
        left.append(_left(kept.pop(), question, reader, "left.room"))
    asked = reader.count(question.text)
    tokens = Tokens(
        system=room.fixed - asked,
        document=used - room.fixed - room.history,
        history=room.history,
        question=asked,
        reserve=room.reserve,
        window=reader.window,
    )
    return Plan(choice.mode, choice.reason, question, ordered, kept_history, messages, tokens, tuple(left))


def _fill(
    candidates: Sequence[Passage], question: Question, room: Room, reader: Reader
) -> tuple[list[Passage], list[LeftOut]]:
    """Whole passages, best first, while they fit; a smaller later one may still fit."""
    effective = effective_context(reader.parameters, reader.window)
    kept: list[Passage] = []
    left: list[LeftOut] = []
    spent = 0
    for passage in candidates:
        tokens = reader.count(render_passage(len(kept) + 1, passage)) + 2
        if spent + tokens <= min(room.documents, effective):
            kept.append(passage)
            spent += tokens
        else:
            left.append(_left(passage, question, reader, "left.room" if tokens > room.documents else "left.effective"))
    return kept, left


def _left(passage: Passage, question: Question, reader: Reader, why: str) -> LeftOut:
    what = say(question.language, "page", title=passage.title, page=passage.label or passage.page)
    return LeftOut(what, reader.count(passage.text), say(question.language, why))


def _reading_order(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """By document, best document first, then as they stand in it."""
    best: dict[str, int] = {}
    for rank, passage in enumerate(passages):
        best.setdefault(passage.document_id, rank)
    return tuple(sorted(passages, key=lambda p: (best[p.document_id], p.page, p.start)))
