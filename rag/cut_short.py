"""A cancel → the check of what was written ends soon after, with what it has judged till then."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import numpy as np

from ingest.embed import Vectors

AFTER = 0.2
"""Seconds that a check goes on after it has seen the cancel: a short answer is judged whole."""
_PIECE = 3
"""Texts embedded between two looks, some tenths of a second."""

Embed = Callable[[Sequence[str]], Vectors]


class CutShort(Exception):
    """The check was cancelled. `rag.support.verdict` and `rag.attributing` go on without what was not judged."""


def until(embed: Embed, cancel: threading.Event | None) -> Embed:
    """The same, a few texts at a time; CutShort once AFTER has passed since `cancel`."""
    seen: list[float] = []

    def pieces(texts: Sequence[str]) -> Vectors:
        rows = []
        for start in range(0, len(texts), _PIECE):
            if cancel is not None and cancel.is_set():
                seen.append(time.monotonic())
                if seen[-1] - seen[0] > AFTER:
                    raise CutShort
            rows.append(embed(texts[start : start + _PIECE]))
        return np.concatenate(rows) if rows else embed(texts)

    return pieces
