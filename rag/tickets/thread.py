"""A ticket's page and its sections → the messages of a thread, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from ingest.readers.ticket_page import is_facts
from ingest.types import Section
from ingest.visible import line

Part = Literal["problem", "comment", "resolution", "quoted"]

_RESOLUTION = ("Resolution", "Resolución")
_QUOTED = ("Earlier messages", "Mensajes anteriores")
_DASH = " — "


@dataclass(frozen=True, slots=True)
class Post:
    """One message. `who` is its author and date as exported, "" when unknown: `page.text[start:end]` holds `text`.

    `facts` is the line of status, dates and so on that stands between a problem's subject and its text.
    """

    part: Part
    who: str
    text: str
    start: int
    end: int
    facts: str = ""


def thread_of(text: str, sections: Sequence[Section]) -> tuple[Post, ...]:
    """All of the page as posts, the first the problem; one post for a page without sections."""
    starts = sorted({0, *(max(0, min(s.start, len(text))) for s in sections)})
    titles = {s.start: s.title for s in sections}
    posts = [_post(text, a, b, titles.get(a, "")) for a, b in pairwise([*starts, len(text)]) if text[a:b].strip()]
    return tuple(posts)


def without_head(post: Post, title: str, key: str) -> Post:
    """A problem without what a reader of the ticket sees above it: its subject and its facts."""
    facts, rest = "", post.text
    for _ in range(2):
        first, _, after = rest.partition("\n\n")
        if is_facts(first, key):
            facts = first
        elif line(first) != line(title):
            break
        rest = after.strip()
    return replace(post, facts=facts, text=rest) if post.part == "problem" and rest else post


def said_in(post: Post, text: str, start: int, end: int) -> str:
    """What of `text[start:end]`, of the page, is the post's own text: its head is none of it. "" for nothing."""
    at = text.find(post.text, post.start, post.end)
    low, high = max(start, at), min(end, at + len(post.text))
    return text[low:high].strip() if at >= 0 and low < high else ""


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
