"""A manual and its chunks → the same, each chunk with its language where there is more than one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ingest.language import WRITTEN, counted
from ingest.types import Chunk, Document

TURN = 20
"""Common words that a change of language must win. What stands amid another language needs twice as many more of its
own than of that one, about 100 words of running text. Of 600 manuals none but those that are in several languages, most
of them translated in part, has so many; with 15 some listings do."""


def by_language(document: Document, chunks: Sequence[Chunk]) -> tuple[Document, Sequence[Chunk]]:
    """The document in the language of most of its text, and the chunks that are in another with theirs.

    A manual all in one language is as it was. So is a ticket: its dates are read by its language, and it is short.
    """
    if document.kind != "manual":
        return document, chunks
    path = _likeliest([counted(chunk.text) for chunk in chunks])
    if len({WRITTEN[at] for at in path}) < 2:
        return document, chunks
    sizes: Counter[int] = Counter()
    for chunk, at in zip(chunks, path, strict=True):
        sizes[at] += len(chunk.text)
    main = WRITTEN[sizes.most_common(1)[0][0]]
    told = [
        replace(chunk, language=None if WRITTEN[at] == main else WRITTEN[at])
        for chunk, at in zip(chunks, path, strict=True)
    ]
    return replace(document, language=main), told


def _likeliest(counts: Sequence[Sequence[int]]) -> list[int]:
    """The language of each chunk, as a place in WRITTEN: those with most words of their own, fewest TURNs (Viterbi)."""
    worth, came = [0.0] * len(WRITTEN), list[list[int]]()
    for own in counts:
        best = max(range(len(worth)), key=worth.__getitem__)
        turned = worth[best] - TURN
        came.append([at if value >= turned else best for at, value in enumerate(worth)])
        worth = [max(value, turned) + words for value, words in zip(worth, own, strict=True)]
    path = [max(range(len(worth)), key=worth.__getitem__)]
    for before in reversed(came[1:]):
        path.append(before[path[-1]])
    return path[::-1][: len(counts)]
