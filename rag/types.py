"""The nouns that rag passes on: question, passages, plan and receipt; `rag.events` has what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ingest.types import Fields, Kind, Language

Role = Literal["system", "user", "assistant"]
Mode = Literal["document", "sections", "passages", "summary"]
Style = Literal["quote", "write"]
WindowLimit = Literal["trained", "set", "default", "memory"]
"""What bounds the window: the model's training, a setting, Tomo's own default, or the free memory."""
QuestionKind = Literal["lookup", "procedure", "identifier", "comparison", "list", "summary"]
Relation = Literal["translation", "copy"]
Stuck = Literal["why", "fails", "more", ""]
"""A reply that is no question of its own: why is it so, it does not work, or what else there is."""
PrefixState = Literal["none", "saved", "restored", "hot"]
Attempted = Literal["override", "role", "address", "dictate", "secret", "leak", "control", "hidden", "encoded"]
"""How a text tries to instruct whoever answers: drop the instructions, play a role, a word to the machine itself, what
to answer, what to hide, where to send things, control tokens of a chat, letters nobody sees, an encoded order."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a prompt or a conversation. The text is foreign: it never turns into control tokens.

    `language`: of a question that has been answered in it, so that it is rendered again as it was then.
    """

    role: Role
    text: str
    language: Language = "und"


@dataclass(frozen=True, slots=True)
class Keep:
    """What the beginning of a prompt holds, so that its state may be kept. `documents`: id → digest of its text.

    `part` is empty when it holds them whole, else says which part, by page and offset; `what` is for people.
    """

    documents: Mapping[str, str]
    what: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What a model's cache begins with: so many tokens, the instructions included, computed to the end of `keep`."""

    keep: Keep | None = None
    tokens: int = 0


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
    asks_code: bool = False
    """Some of the identifiers are codes, and what is asked is what they stand for: error 79, E-26."""


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
class Told:
    """What a conversation has quoted, where the question only wants more than that; nothing of any other question.

    `stuck`: it is a reply as "why?", "it does not work" and "more details" are. `first`: the best quotes of answers to
    questions of their own. `places`: the sections, each with its document's id, that those stand in. `nearest`: the
    cosine of what was found nearest, quoted or not.
    """

    quotes: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    stuck: Stuck = ""
    places: tuple[tuple[str, str], ...] = ()
    nearest: float = 0.0


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Passages, best first, and the seconds it took to find them.

    `confidence` is the probability, 0 to 1, that the passages answer the question. `told` is not to be quoted again.
    """

    question: Question
    passages: tuple[Passage, ...]
    seconds: float
    confidence: float = 0.0
    told: Told = Told()


@dataclass(frozen=True, slots=True)
class Pin:
    """A page that somebody asked to have read, whatever the search says; `start` and `end` name a stretch of it.

    `end` 0 means the page.
    """

    document_id: str
    page: int
    start: int = 0
    end: int = 0


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
    """Something considered and not read: what it is, its tokens, and why. `partial`: the rest of it is read.

    `document_id`, `page` and from where to where on it say where it stands, when it is a part of a document, so that
    it can be asked for.
    """

    what: str
    tokens: int
    why: str
    partial: bool = False
    document_id: str = ""
    page: int = 0
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """What reading is expected to take: seconds to the first word and to the last, bytes of KV cache.

    `cold_seconds` is the time to the first word had no part of the prompt been computed before.
    """

    first_token: float = 0.0
    total: float = 0.0
    kv_bytes: int = 0
    prefix: PrefixState = "none"
    cold_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """A way of reading that was not enough, and why Tomo read on."""

    mode: Mode
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What the model will read. `passages` are in reading order, whole, numbered [1], [2], … as listed.

    `documents` are the ids of those that are read whole; their pages come first. `history` is what is kept of the
    conversation, its oldest turns perhaps shortened. `keep` says what the prompt begins with, where that is worth
    keeping for other questions. `pinned` are those of the passages that somebody asked for.
    """

    mode: Mode
    reason: str
    question: Question
    passages: tuple[Passage, ...]
    history: tuple[Message, ...]
    messages: tuple[Message, ...]
    tokens: Tokens
    left_out: tuple[LeftOut, ...] = ()
    documents: tuple[str, ...] = ()
    estimate: Estimate = Estimate()
    keep: Keep | None = None
    pinned: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """Tokens of a prompt that came from disk, in `seconds`, `instead` of so many that computing them once took."""

    tokens: int
    seconds: float
    instead: float


@dataclass(frozen=True, slots=True)
class Seconds:
    """Where the time went. `first_token` and `total` count from the question, what it `waited` for others included."""

    retrieve: float = 0.0
    prefill: float = 0.0
    first_token: float = 0.0
    total: float = 0.0
    waited: float = 0.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """A page that was read and that tries to instruct the assistant. It was read as text, like any other."""

    what: Attempted
    document_id: str
    title: str
    page: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was read, what was not, why, and what it cost.

    `searched` is the question as it was searched for, when the conversation had to complete it; else empty.
    `confidence` is the probability, 0 to 1, that what was found answers it. `documents` are the ids of those that were
    read whole, `steps` the ways of reading that were tried before and were not enough, oldest first. `warnings` are
    pages that try to instruct the assistant; `blocked` is what a guard stopped it for, else empty.
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
    documents: tuple[str, ...] = ()
    estimate: Estimate = Estimate()
    steps: tuple[Step, ...] = ()
    window_limit: WindowLimit = "default"
    restored: Restored | None = None
    warnings: tuple[Attempt, ...] = ()
    blocked: str = ""
