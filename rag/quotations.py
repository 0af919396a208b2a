"""Pages and a text → the pages of which the text quotes a long stretch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from ingest.lexical import searchable, words

Ref = TypeVar("Ref")
Hashes = NDArray[np.uint64]

QUOTED = 16
"""Words in a row that two texts share only when one quotes the other."""
MOST = 5
"""Pages that hold the same stretch; what stands on more is boilerplate."""

_SHINGLE = 8
_WINDOW = QUOTED - _SHINGLE + 1
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_CANDIDATES = 20


class Quotations(Generic[Ref]):
    """Pages by the fingerprints of their text, about 2.4 bytes a word. `text_of` reads a page again, to be sure."""

    def __init__(self, pages: Iterable[tuple[Ref, str]], text_of: Callable[[Ref], str]) -> None:
        self._text_of = text_of
        self._refs: list[Ref] = []
        hashes: list[Hashes] = []
        for ref, text in pages:
            self._refs.append(ref)
            hashes.append(fingerprints(words(searchable(text))))
        owners = np.repeat(np.arange(len(hashes), dtype=np.uint32), [len(h) for h in hashes])
        joined = np.concatenate(hashes) if hashes else np.empty(0, dtype=np.uint64)
        order = np.argsort(joined, kind="stable")
        self._hashes, self._owners = joined[order], owners[order]

    def find(self, text: str) -> list[Ref]:
        """The pages that share QUOTED words in a row with the text, most shared first; [] when they are over MOST."""
        said = words(searchable(text))
        prints = fingerprints(said)
        starts, ends = (np.searchsorted(self._hashes, prints, side=side) for side in ("left", "right"))
        met = Counter(int(owner) for a, b in zip(starts, ends, strict=True) for owner in self._owners[a:b])
        if not met:
            return []
        runs = _runs(said)
        candidates = [self._refs[owner] for owner, _ in met.most_common(_CANDIDATES)]
        found = [ref for ref in candidates if not runs.isdisjoint(_runs(words(searchable(self._text_of(ref)))))]
        return found if len(found) <= MOST else []


def fingerprints(said: list[str]) -> Hashes:
    """Hashes of a few of the text's runs of words, sorted: texts that share QUOTED words in a row share one.

    Winnowing: Schleimer, Wilkerson and Aiken, SIGMOD 2003.
    """
    if len(said) < QUOTED:
        return np.empty(0, dtype=np.uint64)
    each = np.fromiter(map(hash, said), dtype=np.int64, count=len(said)).view(np.uint64)
    length = len(said) - _SHINGLE + 1
    rolled = np.zeros(length, dtype=np.uint64)
    for i in range(_SHINGLE):
        rolled = (rolled * _FACTOR) ^ each[i : i + length]
    mixed = (rolled ^ (rolled >> np.uint64(29))) * _FACTOR
    return np.unique(np.lib.stride_tricks.sliding_window_view(mixed, _WINDOW).min(axis=1))


def _runs(said: list[str]) -> set[tuple[str, ...]]:
    return {tuple(said[i : i + QUOTED]) for i in range(len(said) - QUOTED + 1)}
