"""Nouns of what comes out: an answer, what proves it, and the events that lead to it."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.types import Language
from rag.types import Receipt, Twin


@dataclass(frozen=True, slots=True)
class Citation:
    """Mark [n] of an answer. `verified`: a check has found `quote` on that page of that document, and that it supports
    the sentence with the mark.

    `twins` and `newer` as in Passage; `ticket` is a ticket's own number. `row` is the row of the quoted table that was
    asked for, verbatim; empty if none was.
    """

    n: int
    document_id: str
    document: str
    file: str
    page: int
    label: str
    section: str
    quote: str
    verified: bool
    twins: tuple[Twin, ...] = ()
    newer: str = ""
    ticket: str = ""
    row: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of a written answer, as the model wrote it: `written[start:end] == text`.

    `marks` are the numbers of the passages it names. `supported` is None for what claims nothing: a heading, a
    greeting, a question. `why` says in the reader's language what the passages do not bear out; empty when they do.
    """

    text: str
    start: int
    end: int
    marks: tuple[int, ...]
    supported: bool | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer as shown. When `refused`, the citations are the nearest pages and claim nothing.

    `claims` are the sentences of a written answer, each checked; `invented` the marks in it that name no passage.
    `courtesy`: Tomo's own words to a greeting, to thanks or about itself, for which nothing was searched.
    """

    question: str
    text: str
    refused: bool
    language: Language
    citations: tuple[Citation, ...]
    receipt: Receipt
    claims: tuple[Claim, ...] = ()
    invented: tuple[int, ...] = ()
    courtesy: bool = False


@dataclass(frozen=True, slots=True)
class Queued:
    """Event: so many questions are answered before this one, the one being answered included. 0: it is its turn."""

    place: int


@dataclass(frozen=True, slots=True)
class Planned:
    """Event: the plan stands; the receipt holds no seconds of generation yet.

    A further one means that Tomo reads on: what was said since the one before does not count.
    """

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Working:
    """Event: a long reading has come this far. `what` is being read; `seconds_left` is 0 while nobody knows."""

    done: int
    total: int
    what: str = ""
    seconds_left: float = 0.0


@dataclass(frozen=True, slots=True)
class Delta:
    """Event: the next piece of the answer's text."""

    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """Event, the last one: the whole checked answer, which replaces the pieces.

    `complete`: it had all been made before anybody could stop it; a cancel that came later took nothing from it.
    """

    answer: Answer
    complete: bool = False


Event = Queued | Planned | Working | Delta | Answered
