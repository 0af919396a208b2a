"""Findings → a library that is whole again: what is derived is derived anew, and no document is touched."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence

from ingest import lexical
from ingest.checks import UNPARTED, Finding, bad_copies, holed, misplaced
from ingest.embed import Embedder
from ingest.filing import indexed_text
from ingest.follow import embed_pending, index_pending, settle
from ingest.library import Library
from ingest.renewal import drop_vectors
from ingest.schema import CHUNK_LANGUAGE
from ingest.vectors import VectorStore


def repair(library: Library, store: VectorStore, embedder: Embedder, findings: Sequence[Finding]) -> Iterator[str]:
    """Mend what is fixable, under the caller's write lock; a line for each step that is done.

    Nothing is embedded while another embedder is set than the library's, but for the packaged one of another version.
    """
    foreign = any(finding.check == "embedder" and not finding.ok and not finding.fixable for finding in findings)
    broken = {finding.check for finding in findings if not finding.ok and finding.fixable}
    broken -= {"sentences"} if foreign else set()  # which would drop vectors that cannot be made again now
    for name, mend, line in _IN_CATALOGUE:
        if name & broken:
            with library.transaction() as db:
                mend(db)
            yield line
    if "embedder" in broken:
        drop_vectors(library, store)
        library.claim(embedder.name)
        broken |= {"vectors", "index"}
        yield "Vectors of another version are dropped; making them anew takes as long as the first time."
    if "index" in broken:
        _unindex(library)
        store.clear()
        yield "The index is made anew."
    elif broken & {"indexed", "orphans"}:
        _reconcile(library, store)
        yield "The index is compared with the catalogue, id by id."
    if broken & {"vectors", "sentences", "unfinished", "index", "indexed", "orphans"}:
        yield f"{_finish(library, store, None if foreign else embedder):,} vectors were made, indexed or forgotten."
    if broken & {"index", "indexed", "orphans", "unfinished", "vectors", "found"}:
        yield f"{settle(library, store, all_of_them=True):,} vectors were entered again."


def _finish(library: Library, store: VectorStore, embedder: Embedder | None) -> int:
    done = 0
    while embedder is not None and (some := embed_pending(library, embedder)):
        done += some
    while some := index_pending(library, store):
        done += some
    return done


def _unindex(library: Library) -> None:
    with library.transaction() as db:
        db.execute("UPDATE chunks SET indexed = 0")


def _reconcile(library: Library, store: VectorStore) -> None:
    held = set(store.ids())
    with library.transaction() as db:
        rows = {row[0]: row[1] for row in db.execute("SELECT id, indexed FROM chunks")}
        missing = [(i,) for i, indexed in rows.items() if indexed and i not in held]
        db.executemany("UPDATE chunks SET indexed = 0 WHERE id = ?", missing)
        db.executemany("INSERT OR IGNORE INTO forgotten VALUES (?)", [(i,) for i in held - set(rows)])


def _mend_indexes(db: sqlite3.Connection) -> None:
    db.execute("REINDEX")


def _mend_counts(db: sqlite3.Connection) -> None:
    db.execute("""UPDATE documents SET
        pages = (SELECT count(*) FROM pages WHERE document_id = documents.id),
        chunks = (SELECT count(*) FROM chunks WHERE document_id = documents.id)""")
    _read_again(db, holed(db))


def _mend_places(db: sqlite3.Connection) -> None:
    _read_again(db, misplaced(db))


def _read_again(db: sqlite3.Connection, ids: Sequence[str]) -> None:
    """The next ingest reads the files again as if they had changed; until then all stays searchable."""
    for document_id in ids:
        of_it = "id = (SELECT file_id FROM documents WHERE id = ?)"
        db.execute(f"UPDATE files SET digest = '' WHERE {of_it}", (document_id,))
        db.execute("UPDATE documents SET digest = '' WHERE id = ?", (document_id,))


def _mend_journal(db: sqlite3.Connection) -> None:
    db.execute("UPDATE files SET digest = '' WHERE status = 'added' AND id NOT IN (SELECT file_id FROM documents)")


def _mend_words(db: sqlite3.Connection) -> None:
    (table,) = db.execute("SELECT sql FROM sqlite_master WHERE name = 'words'").fetchone()
    db.execute("DROP TABLE words")
    db.execute(table)
    columns = f"chunks.id, breadcrumb, text, {CHUNK_LANGUAGE}"
    query = f"SELECT {columns} FROM chunks JOIN documents ON documents.id = document_id"
    for chunk_id, breadcrumb, text, language in db.execute(query):
        whole = indexed_text(breadcrumb, text)
        values = (chunk_id, lexical.searchable(whole), lexical.stems(whole, language))
        db.execute("INSERT INTO words (rowid, exact, stem) VALUES (?, ?, ?)", values)


def _mend_vectors(db: sqlite3.Connection) -> None:
    bad = [(i,) for i in bad_copies(db)]
    db.executemany("UPDATE chunks SET vector = NULL WHERE id = ?", bad)
    db.execute("UPDATE chunks SET indexed = 0 WHERE vector IS NULL")


def _mend_sentences(db: sqlite3.Connection) -> None:
    db.execute(f"UPDATE chunks SET vector = NULL WHERE id IN ({UNPARTED})")


_IN_CATALOGUE: tuple[tuple[set[str], Callable[[sqlite3.Connection], None], str], ...] = (
    ({"database"}, _mend_indexes, "The database's own indexes are made anew."),
    ({"counts"}, _mend_counts, "Documents count their pages and chunks again."),
    ({"places"}, _mend_places, "Documents with misplaced chunks are read again by the next ingest."),
    ({"journal"}, _mend_journal, "Files without a document are read again by the next ingest."),
    ({"words", "searchable"}, _mend_words, "The word index is made anew from the chunks."),
    ({"vectors"}, _mend_vectors, "Damaged vectors are dropped."),
    ({"sentences"}, _mend_sentences, "Chunks are embedded again with their sentences."),
)
