"""A ticket's page and its sections → the messages of a thread, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from ingest.types import Section

Part = Literal["problem", "comment", "resolution", "quoted"]

_RESOLUTION = ("Resolution", "Resolución")
_QUOTED = ("Earlier messages", "Mensajes anteriores")
_DASH = " — "


@dataclass(frozen=True, slots=True)
class Post:
    """One message. `who` is its author and date as exported, "" when unknown: `page.text[start:end]` holds `text`."""

    part: Part
    who: str
    text: str
    start: int
    end: int


def thread_of(text: str, sections: Sequence[Section]) -> tuple[Post, ...]:
    """All of the page as posts, the first the problem; one post for a page without sections."""
    starts = sorted({0, *(max(0, min(s.start, len(text))) for s in sections)})
    titles = {s.start: s.title for s in sections}
    posts = [_post(text, a, b, titles.get(a, "")) for a, b in pairwise([*starts, len(text)]) if text[a:b].strip()]
    return tuple(posts)


def _post(text: str, start: int, end: int, title: str) -> Post:
    said = text[start:end]
    headed = said.startswith(title) and start > 0
    body = said[len(title) :] if headed else said
    _, dash, who = title.partition(_DASH)
    return Post(_part(title, start), who if dash else "", body.strip(), start, end)


def _part(title: str, start: int) -> Part:
    if start == 0:
        return "problem"
    if title in _RESOLUTION:
        return "resolution"
    return "quoted" if title in _QUOTED else "comment"
