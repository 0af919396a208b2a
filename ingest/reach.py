"""Chunks → those the index holds and does not find."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np

from ingest.records import Vectors
from ingest.vectors import VectorStore

INDEX = "chroma"
"""The index's folder, in the library's."""
SETTLED = "settled"
"""The fact kept about a library: the last chunk that was looked for in the index."""

_BLOCK = 2_000
_SAME = 0.9999
"""Cosine from which two vectors are one for the index, which computes in float32."""


def lost_chunks(db: sqlite3.Connection, store: VectorStore, among: set[int], spoilt: set[int]) -> list[int]:
    """Chunks whose own vector does not find them, nor another chunk with the same vector, first.

    Those that are gone, and the `spoilt`, whose copy in the catalogue is no vector, are passed over.
    """
    ids = sorted(among - spoilt)
    lost = []
    for start in range(0, len(ids), _BLOCK):
        some = ids[start : start + _BLOCK]
        wanted = stored_vectors(db, some)
        some = [i for i in some if i in wanted]
        if not some:
            continue
        found = store.search_many(np.stack([wanted[i] for i in some]), 1)
        first = {i: hits[0][0] if hits else 0 for i, hits in zip(some, found, strict=True)}
        others = [i for i in some if first[i] != i]
        twins = stored_vectors(db, [first[i] for i in others if first[i] not in spoilt])
        lost += [i for i in others if not _same(wanted[i], twins.get(first[i]))]
    return lost


def stored_vectors(db: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Vectors]:
    """The catalogue's own copies, float32, by chunk; those it has not are left out."""
    marks = ",".join("?" * len(ids))
    query = f"SELECT id, vector FROM chunks WHERE length(vector) % 2 = 0 AND id IN ({marks})"
    return {row[0]: np.frombuffer(row[1], np.float16).astype(np.float32) for row in db.execute(query, ids)}


def _same(one: Vectors, other: Vectors | None) -> bool:
    return other is not None and one.shape == other.shape and float(one @ other) >= _SAME * float(one @ one)
