"""A passage → what of it instructs whoever answers, and the passage without it: orders prove nothing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from ingest.sentences import sentences
from rag.guards.suspicion import suspicions
from rag.types import Passage


@lru_cache(maxsize=1024)
def instructing(text: str) -> tuple[tuple[int, int], ...]:
    """(start, end) of each sentence that tries what `rag.guards.suspicion` knows, in order; () for nearly every text.

    What only several sentences try together is all of them. With a sentence goes the one on either side of it on the
    same line, which leads into it or says what it wants believed, the one after a colon, which is what is ordered, and
    the one after a control token, a forged turn's.
    """
    if not suspicions(text):
        return ()
    spans = sentences(text)
    told = [suspicions(text[a:b]) for a, b in spans]
    tried = {at for at, what in enumerate(told) if what}
    tried = tried or _together(text, spans)
    ends = {at for at in tried if "control" in told[at] or text.endswith(":", 0, spans[at][1])}
    beside = {at + 1 for at in ends if at + 1 < len(spans)}
    for at, (one, other) in enumerate(pairwise(spans)):
        if "\n" not in text[one[1] : other[0]] and (at in tried or at + 1 in tried):
            beside |= {at, at + 1}
    return tuple(spans[at] for at in sorted(tried | beside))


def _together(text: str, spans: Sequence[tuple[int, int]]) -> set[int]:
    """The neighbours that try something together, or else all."""
    pairs = [at for at, (one, other) in enumerate(pairwise(spans)) if suspicions(text[one[0] : other[1]])]
    return {at + step for at in pairs for step in (0, 1)} or set(range(len(spans)))


def instructs(text: str, start: int, end: int) -> bool:
    """Whether the stretch from `start` to `end` holds a part of an instruction."""
    return any(max(a, start) < min(b, end) for a, b in instructing(text))


def clear_of(text: str, at: int, start: int, end: int) -> tuple[int, int]:
    """The part around `at` of the stretch that is not blank at its ends: up to the next instruction on either side.

    Within an instruction it is that alone: what stands beside it is not quoted with it.
    """
    for a, b in instructing(text):
        if a <= at < b:
            return a, b
        start, end = (max(start, b), end) if b <= at else (start, min(end, a))
    body = text[start:end]
    return start + len(body) - len(body.lstrip()), start + len(body.rstrip())


def as_evidence(passage: Passage) -> Passage:
    """The passage with blanks for what instructs: all else stays where it stands."""
    text = passage.text
    for a, b in instructing(text):
        text = f"{text[:a]}{' ' * (b - a)}{text[b:]}"
    return passage if text == passage.text else replace(passage, text=text)
