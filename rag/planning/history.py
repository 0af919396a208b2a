"""A conversation → what is read of it again: newest turns whole, older answers shortened, oldest dropped, and told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ingest.sentences import sentences
from ingest.types import Language
from rag.phrases import say
from rag.types import LeftOut, Message

_WHOLE = 2
"""Messages, the newest, that are not shortened."""

_SHOWN = 60
"""Characters that name a message."""

Count = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Recalled:
    """The messages that are read again, and what of the conversation is not."""

    messages: tuple[Message, ...]
    left_out: tuple[LeftOut, ...]


def recall(
    history: Sequence[Message], room: int, size: Callable[[Sequence[Message]], int], count: Count, language: Language
) -> Recalled:
    """What fits `room` tokens; `size` gives the exact tokens of a run of messages in the prompt.

    Every message is kept, kept in part or dropped, and the last two are said. What is kept begins with a question.
    """
    kept = list(history)
    total = size(kept) if kept else 0
    short: dict[int, LeftOut] = {}
    for at in range(max(0, len(kept) - _WHOLE)):
        if total <= room:
            break
        message = _shortened(kept[at])
        if saved := count(kept[at].text) - count(message.text):
            short[at] = LeftOut(_name(kept[at]), saved, say(language, "left.shortened"), partial=True)
            total, kept[at] = total - saved, message
    if short:
        total = size(kept)
    around = (total - sum(count(m.text) for m in kept)) // max(1, len(kept))  # the template's own tokens a message
    first = 0
    while first < len(kept) and (total > room or kept[first].role != "user"):
        total -= count(kept[first].text) + around
        first += 1
        if first < len(kept) and total <= room and kept[first].role == "user":
            total = size(kept[first:])
    gone = [LeftOut(_name(m), count(m.text), say(language, "left.history")) for m in history[:first]]
    return Recalled(tuple(kept[first:]), (*gone, *(item for at, item in short.items() if at >= first)))


def _shortened(message: Message) -> Message:
    """An answer's first two sentences; a question stays."""
    if message.role != "assistant":
        return message
    spans = sentences(message.text)
    return replace(message, text=message.text[: spans[1][1]].rstrip()) if len(spans) > 2 else message


def _name(message: Message) -> str:
    return f"{message.role}: {message.text[:_SHOWN]}"
