"""Ranked chunks → passages: a page is named once, with the neighbours that speak for it too."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

from ingest.library import Library
from ingest.records import DocumentRow
from ingest.types import Chunk
from rag.search.ranking import Ranked
from rag.types import Passage, Twin

NEIGHBOUR = 3.0
"""How much lower a neighbour of a page's best chunk may score to be read with it."""
MOST_JOINED = 3
"""Chunks in a passage."""


class Joiner:
    """Makes passages of one search's ranking. `newer` names the current revision of an old document, by id."""

    def __init__(
        self,
        library: Library,
        documents: Mapping[str, DocumentRow],
        newer: Mapping[str, str],
        vectors: Mapping[int, float],
    ) -> None:
        self._library, self._documents, self._newer, self._similarity = library, documents, newer, vectors

    def passages(self, ranked: Sequence[Ranked], limit: int) -> tuple[Passage, ...]:
        """At most `limit`, best first; the scores of all there are add up to 1.

        A page's first passage weighs what all its chunks do (their odds, added up), a further one what its own do.
        """
        top = max((r.score for r in ranked), default=0.0)
        pages: dict[tuple[str, int], list[Ranked]] = defaultdict(list)
        for one in ranked:
            pages[one.evidence.chunk.document_id, one.evidence.chunk.page].append(one)
        weighed: list[tuple[float, list[Ranked]]] = []
        for some in pages.values():
            groups = joined(some)
            weights = [sum(math.exp(r.score - top) for r in group) for group in groups]
            weights[0] = sum(weights)
            weighed += zip(weights, groups, strict=True)
        weighed.sort(key=lambda pair: (-pair[0], pair[1][0].evidence.id))
        total = sum(weight for weight, _ in weighed)
        return tuple(self._passage(group, weight / total) for weight, group in weighed[:limit])

    def _passage(self, group: Sequence[Ranked], weight: float) -> Passage:
        best = group[0].evidence
        chunk, row = best.chunk, self._documents[best.chunk.document_id]
        page = self._library.page(chunk.document_id, chunk.page)
        start, end = min(r.evidence.chunk.start for r in group), max(r.evidence.chunk.end for r in group)
        text = page.text[start:end] if page else ""
        # In a damaged catalogue a chunk is not where it says: claim no more than is known.
        if not all(r.evidence.chunk.text in text for r in group):
            start, end, text = chunk.start, chunk.end, chunk.text
        section = chunk.breadcrumb.partition(" › ")[2]
        twins = dict.fromkeys(twin for r in group for twin in self._twins(r))
        return Passage(
            chunk.document_id, row.title, row.file, row.kind, best.language, chunk.page, page.label if page else "",
            start, end, text, section, weight, self._similarity.get(best.id, 0.0), row.fields, tuple(twins),
            self._newer.get(chunk.document_id, ""),
        )  # fmt: skip

    def _twins(self, ranked: Ranked) -> list[Twin]:
        found = []
        for relation, one in ranked.twins:
            row = self._documents[one.chunk.document_id]
            page = self._library.page(row.id, one.chunk.page)
            label = page.label if page else ""
            found.append(Twin(relation, row.id, row.title, row.file, one.chunk.page, label, one.language))
        return found


def joined(chunks: Sequence[Ranked]) -> list[list[Ranked]]:
    """A page's chunks (best first) in runs of neighbours in one language that score alike, each run's best first."""
    left = {r.evidence.chunk.ordinal: r for r in chunks}
    groups = []
    for one in chunks:
        if one.evidence.chunk.ordinal not in left:
            continue
        run = [left.pop(one.evidence.chunk.ordinal)]
        low = high = one.evidence.chunk
        while len(run) < MOST_JOINED:
            beside = [left[i] for i in (low.ordinal - 1, high.ordinal + 1) if i in left]
            beside = [r for r in beside if _alike(one, r)]
            if not beside:
                break
            run.append(left.pop(max(beside, key=lambda r: r.score).evidence.chunk.ordinal))
            low, high = _ends([r.evidence.chunk for r in run])
        groups.append(run)
    return groups


def _alike(one: Ranked, other: Ranked) -> bool:
    return other.score >= one.score - NEIGHBOUR and other.evidence.language == one.evidence.language


def _ends(chunks: Sequence[Chunk]) -> tuple[Chunk, Chunk]:
    ordered = sorted(chunks, key=lambda chunk: chunk.ordinal)
    return ordered[0], ordered[-1]
