"""A vector and filters → the nearest chunks that pass."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ingest.filters import Filters
from ingest.library import Library
from ingest.vectors import Vector, nearest

EXACT_VECTORS = 50_000
"""Filtered vectors that are compared one by one; among more than that the index is asked first."""

MOST_FETCHED = 4_000
"""Neighbours asked of the index at most, before a filter lets enough of them through."""

_Found = list[tuple[int, float]]
Ask = Callable[[Vector, int], _Found]


def nearest_among(
    library: Library,
    ask: Ask,
    vector: Vector,
    limit: int,
    filters: Filters,
    exact: int = EXACT_VECTORS,
    most: int = MOST_FETCHED,
) -> _Found:
    """The nearest chunks that pass, best first. `ask` finds the nearest of all.

    Up to `exact` are compared one by one. Of more, the index is asked for as many as should leave `limit` after the
    filter, then for more; when it would have to be asked for over `most`, all are compared after all.
    """
    passing = library.count_vectors(filters)
    if passing > exact:
        total, wanted = library.count_vectors(), min(limit, passing)
        fetched = int(1.5 * wanted * total / passing) + 1
        while fetched <= most:
            found = ask(vector, fetched)
            kept = library.among([i for i, _ in found], filters)
            if len(kept) >= wanted:
                return [pair for pair in found if pair[0] in kept][:limit]
            fetched *= 4
    return compared(library, vector, limit, filters)


def compared(library: Library, vector: Vector, limit: int, filters: Filters) -> _Found:
    """The nearest chunks that pass, by comparing each: exact, and in bounded memory."""
    best: _Found = []
    for ids, matrix in library.vectors(filters):
        top = np.argsort(-(matrix @ vector), kind="stable")[:limit]
        best += nearest([ids[i] for i in top], matrix[top], vector, limit)
    return sorted(best, key=lambda pair: (-pair[1], pair[0]))[:limit]
