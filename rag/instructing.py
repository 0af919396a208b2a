"""A passage → what of it instructs whoever answers, and the passage without it: orders prove nothing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from ingest.sentences import sentences
from rag.suspicion import suspicions
from rag.types import Passage


@lru_cache(maxsize=1024)
def instructing(text: str) -> tuple[tuple[int, int], ...]:
    """(start, end) of each sentence that tries what `rag.suspicion` knows, in order; () for nearly every text.

    What only several sentences try together is all of them. The one after a control token goes with it: it is what the
    forged turn says.
    """
    if not suspicions(text):
        return ()
    spans = sentences(text)
    told = [suspicions(text[a:b]) for a, b in spans]
    tried = {at for at, what in enumerate(told) if what}
    tried |= {at + 1 for at, what in enumerate(told[:-1]) if "control" in what}
    return tuple(spans[at] for at in sorted(tried or _together(text, spans)))


def _together(text: str, spans: Sequence[tuple[int, int]]) -> set[int]:
    """The neighbours that try something together, or else all."""
    pairs = [at for at, (one, other) in enumerate(pairwise(spans)) if suspicions(text[one[0] : other[1]])]
    return {at + step for at in pairs for step in (0, 1)} or set(range(len(spans)))


def instructs(text: str, start: int, end: int) -> bool:
    """Whether the stretch from `start` to `end` holds a part of an instruction."""
    return any(max(a, start) < min(b, end) for a, b in instructing(text))


def as_evidence(passage: Passage) -> Passage:
    """The passage with blanks for what instructs: all else stays where it stands."""
    text = passage.text
    for a, b in instructing(text):
        text = f"{text[:a]}{' ' * (b - a)}{text[b:]}"
    return passage if text == passage.text else replace(passage, text=text)
