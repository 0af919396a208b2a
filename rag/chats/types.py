"""The nouns of a kept conversation: what was asked and how, what came of it, and what people thought of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ingest.filters import EVERYTHING, Filters
from ingest.types import Language
from rag.events import Answer
from rag.types import Pin

Choice = Literal["auto", "document", "sections", "passages", "summary"]
Wish = Literal["auto", "quote", "write"]
State = Literal["running", "answered", "stopped", "failed"]
Left = Literal["", "interrupted", "elsewhere", "unreadable"]
"""Why a turn has no end: Tomo died over it, another process is still at it, or a newer Tomo wrote it."""
Reason = Literal["", "wrong", "incomplete", "pages", "outdated", "unclear"]


@dataclass(frozen=True, slots=True)
class Request:
    """A question and how it was asked. `documents` (ids) and `filters` narrow it; empty means the whole library.

    `titles` are what the scope is called for people. `replaces` is the `asked` of the turn that it was asked instead
    of, edited or again; 0 for none. `pinned` are pages that are read in any case.
    """

    question: str
    mode: Choice = "auto"
    documents: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    style: Wish = "auto"
    budget: int = 0
    """Tokens of documents that are read at most; 0: Tomo chooses."""
    filters: Filters = EVERYTHING
    replaces: float = 0.0
    pinned: tuple[Pin, ...] = ()
    unread: tuple[str, ...] = ()
    """Why files that came with it are not among what it is asked about, a message each."""
    tongue: Language = "und"
    """The page's language, for a question that shows none."""


def waits_for_files(request: Request) -> bool:
    """Whether it came with files, named by its titles, of which none is in the library yet."""
    return bool(request.titles) and not request.documents and request.filters == EVERYTHING


@dataclass(frozen=True, slots=True)
class Rating:
    """What a person thought of an answer: good or not, what was wrong with it, and in their own words."""

    good: bool
    reason: Reason = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what came of it: an answer, a message for people, or the text so far when it was stopped.

    A stopped one may still have a checked answer to what it had read. With none of the three, Tomo itself failed.
    `id` is its own on disk, 0 while it is not saved; `asked` is in seconds since 1970, 0 when nobody knows.
    """

    request: Request
    answer: Answer | None = None
    error: str = ""
    stopped: bool = False
    text: str = ""
    left: Left = ""
    id: int = 0
    asked: float = 0.0
    rating: Rating | None = None

    @property
    def state(self) -> State:
        """How it ended."""
        return "stopped" if self.stopped else "answered" if self.answer is not None else "failed"


@dataclass(frozen=True, slots=True)
class ChatRow:
    """A conversation as listed. `created` and `updated` are in seconds since 1970."""

    id: str
    title: str
    turns: int
    created: float
    updated: float


@dataclass(frozen=True, slots=True)
class Conversation:
    """A whole conversation, as it is exported."""

    id: str
    title: str
    created: float
    updated: float
    turns: tuple[Turn, ...]
