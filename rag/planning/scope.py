"""Ranking → the documents that a question is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.errors import SettingsError
from ingest.types import Language
from rag.phrases import say
from rag.types import Passage

_DOMINANT = 0.6
"""A document that holds this share of the score of the best passages is what the question is about."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A document that could be read whole: its tokens, known without its text, and its share of what was found."""

    document_id: str
    title: str
    tokens: int
    characters: int = 0
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Scope:
    """The documents a question is about: chosen by a person, or implied by the ranking; perhaps two to be compared."""

    wholes: tuple[Whole, ...] = ()
    chosen: bool = False
    compared: bool = False
    more: int = 0
    """Documents that were chosen beyond `wholes`: too many to be read whole."""


class NoScope(SettingsError):
    """Nothing is chosen that could be read whole or summarised. The message names the flag for it: a page has none."""

    def __init__(self, language: Language, summary: bool = False) -> None:
        super().__init__(say(language, "no.scope.summary" if summary else "no.scope"))
        self.language = language
        self.summary = summary


def shares(found: Sequence[Passage]) -> dict[str, float]:
    """Each document's share of the score of the best ten passages."""
    best = found[:10]
    total = sum(passage.score for passage in best) or 1.0
    held: dict[str, float] = {}
    for passage in best:
        held[passage.document_id] = held.get(passage.document_id, 0.0) + passage.score / total
    return held


def dominant(found: Sequence[Passage]) -> str | None:
    """The id of the one document that the best ten passages speak for, or None."""
    held = shares(found)
    best = max(held, key=lambda i: held[i], default=None)
    return None if best is None or held[best] < _DOMINANT else best
