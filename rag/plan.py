"""Question, numbers, ranking → Choice: the one place that decides how Tomo reads, and why. Pure; reads no document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ingest.errors import WindowError
from rag.budget import Reader, Room, affordable, effective_context, estimate
from rag.phrases import say
from rag.planning.scope import NoScope, Scope, Whole
from rag.planning.too_much import limit_of, numbers_of, too_large
from rag.types import Estimate, Mode, Passage, Pin, PrefixState, Question

Wish = Literal["auto", "document", "sections", "passages", "summary"]

GLOBAL = frozenset({"comparison", "list", "summary"})
"""Kinds of question whose answer may stand all over a document."""

UNSURE = 0.7
"""Below this confidence the passages alone are not trusted: their whole sections are read."""

PATIENCE = 60.0
"""Seconds to the first word that a person waits for a document or its sections, unless they say otherwise."""

_SEARCH = 3
"""Passages may take one part in so many of the patience: most answers come from them, and are waited for."""

LEAST = 1_000
"""Tokens of passages, three or four of them, that are read however slow the model is."""

_MATTERS = 0.2
"""A document of a scope that holds this share of it is read whole, when not all of them can be."""

_REST = 4
"""One part in so many of the room is kept for passages of the documents that are not read whole."""

_STAY = 1.25
"""How much more than usual a document may take when the conversation has been reading it."""


@dataclass(frozen=True, slots=True)
class Before:
    """How the conversation read last."""

    mode: Mode
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """How somebody wants to be answered. `budget`: tokens of documents at most, 0 for Tomo's choice.

    `patience`: seconds to the first word. `before`: how the conversation's last answer was read. `pinned`: pages that
    are read in any case, beside that budget.
    """

    question: Question
    wish: Wish = "auto"
    budget: int = 0
    patience: float = PATIENCE
    before: Before | None = None
    pinned: tuple[Pin, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """What the search says: the passages, best first, and the probability that they answer."""

    passages: tuple[Passage, ...]
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Choice:
    """How to read, and why in one sentence.

    `documents` (ids) are read whole. `amount` is the most tokens of documents; `rest`: passages of other documents
    follow. `shares`: each document gets an equal part. `enough`: the share of all that speaks for any passage after
    which no more are read. `breadth`: tokens of passages that are read before any section. `hurried`: `amount` is what
    the person's patience allows; `asked`: what the person set.
    """

    mode: Mode
    reason: str
    amount: int
    documents: tuple[str, ...] = ()
    rest: bool = False
    shares: bool = False
    enough: float = 1.0
    breadth: int = 0
    hurried: bool = False
    asked: bool = False


def choose(request: Request, room: Room, reader: Reader, scope: Scope, ranking: Ranking) -> Choice:
    """The mode and its reason.

    WindowError with the numbers, and what would fit, when what is asked for does not; SettingsError when a mode needs a
    document and none is named.
    """
    check_budget(request, room)
    if request.wish == "auto":
        return _auto(request, room, reader, scope, ranking)
    return _forced(request, room, reader, scope, ranking)


def check_budget(request: Request, room: Room) -> None:
    """WindowError when more tokens are asked for than there is room for."""
    if request.budget > room.documents:
        numbers = {"budget": request.budget, "room": room.documents, "window": room.window, "reserve": room.reserve}
        raise WindowError(say(request.question.language, "budget.large", **numbers))


def _forced(request: Request, room: Room, reader: Reader, scope: Scope, ranking: Ranking) -> Choice:
    language = request.question.language
    match request.wish:
        case "document":
            return _whole(request, room, scope)
        case "summary":
            if not scope.wholes:
                raise NoScope(language, summary=True)
            return _summary(request, room, scope, "summary.forced")
        case "sections":
            return _searched(request, room, reader, "sections", say(language, "sections.forced"))
        case _:
            reason = "passages.forced" if ranking.passages else "passages.none"
            return _searched(request, room, reader, "passages", say(language, reason))


def _auto(request: Request, room: Room, reader: Reader, scope: Scope, ranking: Ranking) -> Choice:
    question, language = request.question, request.question.language
    if scope.compared:
        return _summary(request, room, scope, "comparison")
    if question.kind == "summary" and scope.wholes:
        return _summary(request, room, scope, "summary.kind")
    if not ranking.passages and not scope.chosen:
        return _searched(request, room, reader, "passages", say(language, "passages.none"))
    if scope.wholes and (choice := _as_document(request, room, reader, scope)):
        return choice
    asked = (request.budget, request.patience)
    numbers = numbers_of(scope, room) | {"limit": limit_of(question, room, reader, scope, *asked)}
    if question.kind in GLOBAL and scope.wholes:
        reason = say(language, "sections.global", **numbers)
        return _broad(_searched(request, room, reader, "sections", reason), shares=len(scope.wholes) > 1)
    if question.kind in GLOBAL:
        return _broad(_searched(request, room, reader, "sections", say(language, "sections.kind")))
    if scope.wholes:
        reason = say(language, "passages.large", **numbers)
    else:
        count = len({p.document_id for p in ranking.passages})
        reason = say(language, "passages.library", documents=count)
    return _searched(request, room, reader, "passages", reason)


def _as_document(request: Request, room: Room, reader: Reader, scope: Scope) -> Choice | None:
    """The documents whole, or those that matter and passages of the rest; None when it does not fit or does not pay."""
    kind, language = request.question.kind, request.question.language
    most = min(request.budget or room.documents, room.documents)
    useful = effective_context(reader.parameters, reader.window, kind)
    stays = request.before is not None and request.before.mode == "document"
    picked = list(scope.wholes)
    total = sum(whole.tokens for whole in picked)
    if scope.more or total > most or total > useful * (_STAY if stays else 1):
        limit = min(most, useful) * (_REST - 1) // _REST
        picked = _those_that_matter(scope.wholes, limit)
        total = sum(whole.tokens for whole in picked)
    same = stays and request.before is not None and {w.document_id for w in picked} <= set(request.before.documents)
    if not picked or (total > useful and not same):
        return None
    expected = expect(reader, room, picked)
    if expected.first_token > request.patience * (_STAY if same else 1):
        return None
    unread = len(scope.wholes) + scope.more - len(picked)
    key = "document.stays" if same else _reason(scope, unread > 0, expected.prefix)
    numbers = numbers_of(Scope(tuple(picked)), room) | {"rest": unread}
    reason = say(language, key, **numbers, seconds=_seconds(expected))
    ids = tuple(whole.document_id for whole in picked)
    amount, rest, asked = max(total, min(most, useful)), unread > 0 or not scope.chosen, 0 < request.budget <= useful
    return Choice("document", reason, amount, ids, rest=rest, asked=asked)


def _those_that_matter(wholes: Sequence[Whole], limit: int) -> list[Whole]:
    """The ones that hold most of what was found, while they fit; none but the best that do not."""
    if len(wholes) < 2:
        return []
    kept: list[Whole] = []
    for whole in sorted(wholes, key=lambda w: -w.share):
        if whole.share >= _MATTERS and sum(w.tokens for w in kept) + whole.tokens <= limit:
            kept.append(whole)
    return kept


def _reason(scope: Scope, partly: bool, prefix: PrefixState) -> str:
    if partly:
        return "document.partly"
    if prefix != "none":
        return "document.ready"
    return "document.scope" if scope.chosen else "document.implied"


def _whole(request: Request, room: Room, scope: Scope) -> Choice:
    language, numbers = request.question.language, numbers_of(scope, room)
    if not scope.wholes:
        raise NoScope(language)
    most = request.budget or room.documents
    if scope.more:
        raise WindowError(say(language, "too.many", documents=len(scope.wholes) + scope.more, room=most))
    if sum(whole.tokens for whole in scope.wholes) > most:
        raise too_large(request.question, scope, room, sum(whole.tokens for whole in scope.wholes), most)
    reason = say(language, "document.forced", **numbers)
    return Choice("document", reason, most, tuple(whole.document_id for whole in scope.wholes))


def _summary(request: Request, room: Room, scope: Scope, reason: str) -> Choice:
    text = say(request.question.language, reason, **numbers_of(scope, room))
    return Choice("summary", text, room.documents, tuple(whole.document_id for whole in scope.wholes))


def _searched(request: Request, room: Room, reader: Reader, mode: Mode, reason: str) -> Choice:
    useful = effective_context(reader.parameters, reader.window, request.question.kind)
    amount = min(room.documents, useful * (2 if mode == "sections" else 1))
    if request.wish != "auto" or request.budget:
        return Choice(mode, reason, request.budget or amount, asked=request.budget > 0)
    seconds = request.patience / (_SEARCH if mode == "passages" else 1)
    allowed = max(LEAST, affordable(reader, room, seconds, amount))
    return Choice(mode, reason, min(amount, allowed), enough=ENOUGH, hurried=allowed < amount)


def _broad(choice: Choice, shares: bool = False) -> Choice:
    """Half the amount for passages of many places, the rest for the sections around the best of them."""
    return replace(choice, breadth=choice.amount // 2, shares=shares)


ENOUGH = 0.9
"""In `auto`, reading ends when what has been read holds this share of all that speaks for any passage."""


def widened(
    choice: Choice, request: Request, room: Room, reader: Reader, scope: Scope, confidence: float
) -> Choice | None:
    """The next wider way to read when this one was not enough: passages → sections → document; None when there is none.

    A document only when it fits the window and the person's patience; it may exceed what the model reads well, since
    what it reads well was not enough.
    """
    language = request.question.language
    if request.wish != "auto":
        return None
    if choice.mode == "passages":
        key = "sections.unsure" if confidence < UNSURE else "sections.wider"
        reason = say(language, key, percent=round(100 * confidence))
        wide = _searched(request, room, reader, "sections", reason)
        if wide.hurried and wide.amount <= choice.amount:
            return None
        return replace(wide, amount=max(choice.amount, wide.amount * 3 // 4), breadth=choice.amount, enough=1.0)
    most = request.budget or room.documents
    total = sum(whole.tokens for whole in scope.wholes)
    if choice.mode != "sections" or not scope.wholes or scope.more or total > most:
        return None
    expected = expect(reader, room, scope.wholes)
    if expected.first_token > request.patience:
        return None
    reason = say(language, "document.wider", **numbers_of(scope, room), seconds=_seconds(expected))
    return Choice("document", reason, most, tuple(w.document_id for w in scope.wholes), rest=not scope.chosen)


def expect(reader: Reader, room: Room, wholes: Sequence[Whole]) -> Estimate:
    """What reading these documents whole is expected to take."""
    ids = tuple(whole.document_id for whole in wholes)
    prompt = room.fixed + room.history + room.pinned + sum(whole.tokens for whole in wholes)
    return estimate(reader, prompt, sum(whole.characters for whole in wholes), ids, room.reserve)


def _seconds(expected: Estimate) -> str:
    return f"{expected.first_token:.1f}" if expected.first_token < 10 else f"{expected.first_token:.0f}"
