"""Documents that are more than can be read → the words for what they are too much for. Pure."""

from __future__ import annotations

from ingest.errors import WindowError
from rag.budget import Reader, Room, effective_context
from rag.phrases import say
from rag.planning.scope import Scope
from rag.types import Question


def limit_of(question: Question, room: Room, reader: Reader, scope: Scope, budget: int, patience: float) -> str:
    """The one limit that holds: tokens that the person set, the window, the model, or else the person's patience.

    `budget` in tokens, 0 for none; `patience` in seconds.
    """
    language, total = question.language, sum(whole.tokens for whole in scope.wholes)
    useful = effective_context(reader.parameters, reader.window, question.kind)
    if 0 < budget < total:
        return say(language, "limit.budget", tokens=budget)
    if total > room.documents or scope.more:
        return say(language, "limit.room", tokens=room.documents)
    if total > useful:
        return say(language, "limit.effective", tokens=useful)
    return say(language, "limit.slow", seconds=round(patience))


def too_large(question: Question, scope: Scope, room: Room, tokens: int, most: int) -> WindowError:
    """The message that says by how much documents do not fit whole, and what does."""
    numbers = numbers_of(scope, room) | {"tokens": tokens, "room": most}
    text = say(question.language, "too.large", **numbers, window=room.window, reserve=room.reserve)
    smaller = [whole for whole in scope.wholes if whole.tokens <= most]
    if len(scope.wholes) > 1 and smaller:
        largest = max(smaller, key=lambda whole: whole.tokens)
        text += " " + say(question.language, "too.large.one", title=largest.title, tokens=largest.tokens)
    return WindowError(text)


def numbers_of(scope: Scope, room: Room) -> dict[str, int | str]:
    """What a phrase about these documents may name: their titles, their tokens and the room for them."""
    titles = [whole.title for whole in scope.wholes]
    title = ", ".join(titles if len(titles) == 1 else [f"«{one}»" for one in titles])
    return {"title": title, "tokens": sum(whole.tokens for whole in scope.wholes), "room": room.documents}
