"""The nouns that rag passes on: from a question to a checked answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ingest.types import Fields, Kind, Language

Role = Literal["system", "user", "assistant"]
Mode = Literal["document", "sections", "passages", "summary"]
Style = Literal["quote", "write"]
QuestionKind = Literal["lookup", "procedure", "identifier", "comparison", "list", "summary"]
Relation = Literal["translation", "copy"]
PrefixState = Literal["none", "saved", "restored", "hot"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a prompt or a conversation. The text is foreign: it never turns into control tokens."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, and what can be told from the words alone."""

    text: str
    language: Language
    kind: QuestionKind
    identifiers: tuple[str, ...] = ()
    wants_name: bool = False
    """The answer is an option, a path, a command, a code."""
    wants_number: bool = False


@dataclass(frozen=True, slots=True)
class Twin:
    """A place that says the same as a passage, in another language or in a copy."""

    relation: Relation
    document_id: str
    title: str
    file: str
    page: int
    label: str
    language: Language


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one page that may answer: `page.text[start:end] == text`.

    `score` is comparable within one search only: the passage's share of what speaks for any, 0 to 1; `similarity` is
    the cosine to the question, -1 to 1 (0 without a vector). `twins` are places that were found too and say the same;
    `newer` names the current revision when this is an old one.
    """

    document_id: str
    title: str
    file: str
    kind: Kind
    language: Language
    page: int
    label: str
    start: int
    end: int
    text: str
    section: str
    score: float
    similarity: float = 0.0
    fields: Fields = field(default_factory=Fields)
    twins: tuple[Twin, ...] = ()
    newer: str = ""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Passages, best first, and the seconds it took to find them.

    `confidence` is the probability, 0 to 1, that the passages answer the question.
    """

    question: Question
    passages: tuple[Passage, ...]
    seconds: float
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of the rendered prompt by part, counted by the answering model's own tokenizer.

    `system` holds the instructions and the template's own tokens; `reserve` is kept free for the answer.
    `used + reserve <= window` always.
    """

    system: int
    document: int
    history: int
    question: int
    reserve: int
    window: int

    @property
    def used(self) -> int:
        """Tokens that the prompt takes."""
        return self.system + self.document + self.history + self.question


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something considered and not read, whole: what it is, its tokens, and why."""

    what: str
    tokens: int
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What the model will read. `passages` are in reading order, whole, numbered [1], [2], … as listed."""

    mode: Mode
    reason: str
    question: Question
    passages: tuple[Passage, ...]
    history: tuple[Message, ...]
    messages: tuple[Message, ...]
    tokens: Tokens
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Seconds:
    """Where the time went. `first_token` and `total` count from the question."""

    retrieve: float = 0.0
    prefill: float = 0.0
    first_token: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was read, what was not, why, and what it cost.

    `searched` is the question as it was searched for, when the conversation had to complete it; else empty.
    `confidence` is the probability, 0 to 1, that what was found answers it.
    """

    mode: Mode
    reason: str
    style: Style
    tokens: Tokens
    left_out: tuple[LeftOut, ...]
    seconds: Seconds
    prefix: PrefixState
    model: str
    searched: str = ""
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Citation:
    """Mark [n] of an answer. `verified`: a check has found `quote` on that page of that document.

    `twins` and `newer` as in Passage.
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


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer as shown. When `refused`, the citations are the nearest pages and claim nothing."""

    question: str
    text: str
    refused: bool
    language: Language
    citations: tuple[Citation, ...]
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Planned:
    """Event: the plan stands; the receipt holds no seconds of generation yet."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Delta:
    """Event: the next piece of the answer's text."""

    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """Event, the last one: the whole checked answer, which replaces the pieces."""

    answer: Answer


Event = Planned | Delta | Answered
