"""A library whose vectors another version of the packaged embedder made → one that waits for new ones."""

from __future__ import annotations

from ingest.filing import grow
from ingest.identity import is_packaged
from ingest.library import Library
from ingest.reach import SETTLED
from ingest.vectors import VectorStore


def is_outdated(library: Library, embedder: str) -> bool:
    """Whether the packaged embedder is used, `embedder` (a name, or what `identified` gives), in another version."""
    known = library.meta("embedder")
    if known is None or known.endswith(f":{embedder.rpartition(':')[2]}"):
        return False
    return is_packaged(known) and is_packaged(embedder)


def drop_vectors(library: Library, store: VectorStore) -> None:
    """All vectors go, under the caller's write lock; text and words stay. Killed in between, it can be done again."""
    with library.transaction() as db:
        db.execute("UPDATE chunks SET vector = NULL, indexed = 0")
        db.execute("DELETE FROM sentence_vectors")
        db.execute("DELETE FROM meta WHERE key = ?", (SETTLED,))
    store.clear()
    with library.transaction() as db:  # last: who is killed before it finds the library outdated still
        db.execute("DELETE FROM meta WHERE key = 'embedder'")
        grow(db)
