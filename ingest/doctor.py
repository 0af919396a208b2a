"""Library and index → Findings: whether every chunk can be found, and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from ingest import schema
from ingest.checks import Finding, bad_copies, check_catalogue, judged
from ingest.errors import IndexUnwritable, LibraryBusy, LibraryError
from ingest.library import Library
from ingest.reach import lost_chunks
from ingest.renewal import is_outdated
from ingest.sqlite_file import is_frozen
from ingest.vectors import VectorStore


def examine(library: Library, store: VectorStore, embedder: str = "") -> list[Finding]:
    """All findings, good and bad, under the caller's write lock, or where nobody can write.

    `embedder` ends in the identity that is set now.
    """
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


def _embedder(library: Library, embedder: str) -> Finding:
    known = library.meta("embedder")
    identity = embedder.rpartition(":")[2]
    if known is None or not identity or known == embedder or known.endswith(f":{identity}"):
        return Finding("embedder", True, 0, f"Built with {known}." if known else "Built with no embedder yet.")
    if is_outdated(library, embedder):
        text = f"Built with the packaged embedder of another version ({known}): all vectors have to be made anew."
        return Finding("embedder", False, 1, text, fixable=True)
    text = f"Built with {known}, and another is set now ({identity}): set TOMO_EMBEDDER to the one it was built with."
    return Finding("embedder", False, 1, text)


def _check_index(library: Library, store: VectorStore) -> Iterator[Finding]:
    with closing(schema.connect(library.path)) as db:
        done = {row[0] for row in db.execute("SELECT id FROM chunks WHERE vector IS NOT NULL")}
        waiting = {row[0] for row in db.execute("SELECT id FROM chunks WHERE vector IS NOT NULL AND indexed = 0")}
        to_forget = {row[0] for row in db.execute("SELECT chunk_id FROM forgotten")}
        yield _unfinished(len(waiting), len(to_forget))
        try:
            indexed = set(store.ids())
        except IndexUnwritable:
            if not is_frozen(db):
                raise
            text = "Not checked: opening it writes, and nothing can be written here. Every vector is compared instead."
            yield Finding("index", True, 0, text)
            return
        missing = len(done - waiting - indexed)
        yield judged("indexed", missing, "Every vector is in the index.", "vectors are missing from the index.")
        orphans = len(indexed - _all_ids(db) - to_forget)
        yield judged("orphans", orphans, "The index holds nothing else.", "vectors in the index belong to no chunk.")
        lost = len(lost_chunks(db, store, indexed - waiting, set(bad_copies(db))))
        yield judged("found", lost, "Every chunk finds itself.", "chunks are not found by their own vector.")


def _unfinished(waiting: int, to_forget: int) -> Finding:
    bad = f"steps are unfinished: {waiting:,} vectors to add to the index, {to_forget:,} to forget."
    return judged("unfinished", waiting + to_forget, "Nothing is unfinished.", bad)


def _all_ids(db: sqlite3.Connection) -> set[int]:
    return {row[0] for row in db.execute("SELECT id FROM chunks")}
