"""Library and index → Findings: whether every chunk can be found, and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing

import numpy as np

from ingest import schema
from ingest.checks import Finding, bad_copies, check_catalogue, judged
from ingest.errors import LibraryBusy, LibraryError
from ingest.library import Library
from ingest.records import Vectors, matrix
from ingest.vectors import VectorStore

_SAME = 0.9999
"""Cosine from which two vectors are one for the index, which computes in float32."""
_BLOCK = 2000


def examine(library: Library, store: VectorStore, embedder: str = "") -> list[Finding]:
    """All findings, good and bad, under the caller's write lock; `embedder` ends in the identity that is set now."""
    found = [*check_catalogue(library), _embedder(library, embedder)]
    try:
        found += _check_index(library, store)
    except LibraryBusy:
        raise
    except LibraryError as error:
        found.append(Finding("index", False, 1, str(error), fixable=True))
    except sqlite3.DatabaseError as error:
        found.append(Finding("index", False, 1, schema.database_message(library.path, error)))
    return found


def _embedder(library: Library, identity: str) -> Finding:
    known = library.meta("embedder")
    if known is None or not identity or known == identity or known.endswith(f":{identity}"):
        return Finding("embedder", True, 0, f"Built with {known}." if known else "Built with no embedder yet.")
    text = f"Built with {known}, and another is set now ({identity}): set TOMO_EMBEDDER to the one it was built with."
    return Finding("embedder", False, 1, text)


def _check_index(library: Library, store: VectorStore) -> Iterator[Finding]:
    with closing(schema.connect(library.path)) as db:
        indexed = set(store.ids())
        done = {row[0] for row in db.execute("SELECT id FROM chunks WHERE vector IS NOT NULL")}
        waiting = {row[0] for row in db.execute("SELECT id FROM chunks WHERE vector IS NOT NULL AND indexed = 0")}
        to_forget = {row[0] for row in db.execute("SELECT chunk_id FROM forgotten")}
        yield _unfinished(len(waiting), len(to_forget))
        missing = len(done - waiting - indexed)
        yield judged("indexed", missing, "Every vector is in the index.", "vectors are missing from the index.")
        orphans = len(indexed - _all_ids(db) - to_forget)
        yield judged("orphans", orphans, "The index holds nothing else.", "vectors in the index belong to no chunk.")
        lost = len(lost_chunks(db, store, indexed - waiting))
        yield judged("found", lost, "Every chunk finds itself.", "chunks are not found by their own vector.")


def _unfinished(waiting: int, to_forget: int) -> Finding:
    bad = f"steps are unfinished: {waiting:,} vectors to add to the index, {to_forget:,} to forget."
    return judged("unfinished", waiting + to_forget, "Nothing is unfinished.", bad)


def _all_ids(db: sqlite3.Connection) -> set[int]:
    return {row[0] for row in db.execute("SELECT id FROM chunks")}


def lost_chunks(db: sqlite3.Connection, store: VectorStore, among: set[int]) -> list[int]:
    """Chunks whose own vector does not find them, nor another chunk with the same vector, first."""
    spoilt = set(bad_copies(db))
    ids = [i for i in sorted(among & _all_ids(db)) if i not in spoilt]
    lost = []
    for start in range(0, len(ids), _BLOCK):
        some = ids[start : start + _BLOCK]
        wanted = _vectors(db, some)
        some = [i for i in some if i in wanted]
        if not some:
            continue
        found = store.search_many(np.stack([wanted[i] for i in some]), 1)
        first = {i: hits[0][0] if hits else 0 for i, hits in zip(some, found, strict=True)}
        others = [i for i in some if first[i] != i]
        twins = _vectors(db, [first[i] for i in others if first[i] not in spoilt])
        lost += [i for i in others if not _same(wanted[i], twins.get(first[i]))]
    return lost


def _vectors(db: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Vectors]:
    marks = ",".join("?" * len(ids))
    rows = db.execute(f"SELECT id, vector FROM chunks WHERE vector IS NOT NULL AND id IN ({marks})", ids).fetchall()
    return dict(zip([row[0] for row in rows], matrix(row[1] for row in rows), strict=True))


def _same(one: Vectors, other: Vectors | None) -> bool:
    return other is not None and one.shape == other.shape and float(one @ other) >= _SAME * float(one @ one)
