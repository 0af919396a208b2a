"""What somebody asks of the assistant, and how: one value instead of a dozen arguments from step to step."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from ingest.filters import Filters
from ingest.types import Language
from rag.answer import StyleWish
from rag.plan import Before, Wish
from rag.question import understand
from rag.types import Message, Pin, Question, Receipt


@dataclass(frozen=True, slots=True)
class Asking:
    """A question as it was written, and what goes with it; `Assistant.ask` says what each means."""

    text: str
    mode: Wish
    filters: Filters
    history: tuple[Message, ...]
    language: Language | None
    tongue: Language
    cancel: threading.Event | None
    style: StyleWish
    budget: int
    patience: float
    before: Receipt | None
    pinned: tuple[Pin, ...]

    @property
    def question(self) -> Question:
        """The question understood."""
        return understand(self.text, self.language)

    @property
    def free(self) -> bool:
        """Whether it is left to Tomo how to answer."""
        return self.mode == "auto" and not self.pinned

    @property
    def said(self) -> list[str]:
        """What the person has said before, oldest first."""
        return [message.text for message in self.history if message.role == "user"]

    @property
    def last(self) -> Before | None:
        """How the conversation's last answer was read."""
        return Before(self.before.mode, self.before.documents) if self.before else None
