"""Keep documents, pages, sections, chunks and vectors on disk: the catalogue that everything else reads."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from ingest import schema
from ingest.errors import LibraryError
from ingest.records import (
    DocumentRow,
    FileRecord,
    StoredChunk,
    Vectors,
    document_row,
    grow,
    insert_document,
    insert_file,
    matrix,
)
from ingest.types import Chunk, Document, Page, Section


class Library:
    """One folder on disk. Any thread may call it: each has its own connection."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"{folder}: cannot be made ({error.strerror}). Choose another with --library."
            ) from error
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._one_writer = threading.Lock()
        self._db.execute("SELECT 1")

    @property
    def _db(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            self._local.connection = schema.connect(self.path)
            self._opened.append(self._local.connection)
        connection: sqlite3.Connection = self._local.connection
        return connection

    @property
    def path(self) -> Path:
        """The catalogue's file."""
        return self.folder / "library.sqlite3"

    def close(self) -> None:
        """Close every thread's connection."""
        while self._opened:
            self._opened.pop().close()
        self._local = threading.local()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, one writer at a time; LibraryError with what to do when the disk or a lock refuses."""
        with self._one_writer, self._translated():
            self._db.execute("BEGIN IMMEDIATE")
            yield self._db
            self._db.execute("COMMIT")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            self._rollback()
            raise LibraryError(schema.database_message(self.path, error)) from error
        except BaseException:
            self._rollback()
            raise

    def _rollback(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    # -- facts about the whole ------------------------------------------------------------------------------------

    def meta(self, key: str) -> str | None:
        """A fact kept about the library, or None."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row["value"])

    def set_meta(self, key: str, value: str) -> None:
        """Keep a fact about the library."""
        with self.transaction() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    @property
    def generation(self) -> int:
        """Grows with every change to what can be found; a reader that sees a new one reopens its index."""
        return int(self.meta("generation") or 0)

    def claim(self, embedder: str) -> None:
        """Tie the library to an embedder at first use; LibraryError when it was built with another."""
        known = self.meta("embedder")
        if known is None:
            self.set_meta("embedder", embedder)
        elif known != embedder:
            raise LibraryError(
                f"{self.folder}: was built with the embedder {known}, and {embedder} is set now. "
                "Their vectors cannot be compared: set that embedder again (TOMO_EMBEDDER), or ingest into a new "
                "folder with --library."
            )

    # -- writing --------------------------------------------------------------------------------------------------

    def store(self, record: FileRecord, documents: Iterable[tuple[Document, Sequence[Chunk]]]) -> tuple[int, int]:
        """Replace all that came from this file, in one transaction; pages and chunks stored.

        Whatever `documents` raises on the way leaves the earlier version as it was. Its words can be found at
        once; its vectors are unfinished until `store_vectors`.
        """
        with self.transaction() as db:
            db.execute("DELETE FROM files WHERE path = ?", (record.path,))
            file_id = insert_file(db, record)
            pages = chunks = 0
            for document, pieces in documents:
                insert_document(db, file_id, document, pieces)
                pages, chunks = pages + len(document.pages), chunks + len(pieces)
            grow(db)
        return pages, chunks

    def note_failure(self, record: FileRecord) -> None:
        """Write down that a file was not read, and why; what an earlier version of it left stays."""
        with self.transaction() as db:
            changed = db.execute(
                "UPDATE files SET status = ?, reason = ?, digest = ?, size = ?, mtime_ns = ? WHERE path = ?",
                (record.status, record.reason, record.digest, record.size, record.mtime_ns, record.path),
            ).rowcount
            if not changed:
                insert_file(db, record)

    def forget_file(self, path: str) -> int:
        """Remove a file and its documents; how many documents went."""
        with self.transaction() as db:
            query = "SELECT count(*) FROM documents JOIN files ON files.id = file_id WHERE path = ?"
            (count,) = db.execute(query, (path,)).fetchone()
            db.execute("DELETE FROM files WHERE path = ?", (path,))
            grow(db)
        return int(count)

    def forget_document(self, document_id: str) -> None:
        """Remove one document; its file's row goes with the last of them."""
        with self.transaction() as db:
            row = db.execute("SELECT file_id FROM documents WHERE id = ?", (document_id,)).fetchone()
            if row is None:
                raise LibraryError(f"{document_id}: no such document. `python -m rag documents` lists them.")
            db.execute("DELETE FROM documents WHERE id = ?", (document_id,))
            left = db.execute("SELECT 1 FROM documents WHERE file_id = ? LIMIT 1", (row["file_id"],)).fetchone()
            if left is None:
                db.execute("DELETE FROM files WHERE id = ?", (row["file_id"],))
            grow(db)

    def store_vectors(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Keep the float16 copies of these chunks' vectors; a chunk removed meanwhile is passed over."""
        rows = [(row.tobytes(), chunk_id) for chunk_id, row in zip(ids, vectors.astype(np.float16), strict=True)]
        with self.transaction() as db:
            db.executemany("UPDATE chunks SET vector = ? WHERE id = ?", rows)

    def mark_indexed(self, ids: Sequence[int]) -> None:
        """These chunks' vectors can be found in the index now."""
        with self.transaction() as db:
            db.executemany("UPDATE chunks SET indexed = 1 WHERE id = ?", [(i,) for i in ids])
            grow(db)

    def unindex_all(self) -> None:
        """The index is to be filled again from the copies kept here."""
        with self.transaction() as db:
            db.execute("UPDATE chunks SET indexed = 0")
            db.execute("DELETE FROM forgotten")

    def clear_forgotten(self, ids: Sequence[int]) -> None:
        """The index has forgotten these."""
        with self.transaction() as db:
            db.executemany("DELETE FROM forgotten WHERE chunk_id = ?", [(i,) for i in ids])
            grow(db)

    def store_token_count(self, document_id: str, tokenizer: str, tokens: int) -> None:
        """Keep how many tokens a document's text has for this tokenizer."""
        with self.transaction() as db:
            db.execute("INSERT OR REPLACE INTO token_counts VALUES (?, ?, ?)", (document_id, tokenizer, tokens))

    # -- what is unfinished ---------------------------------------------------------------------------------------

    def without_vector(self, limit: int) -> list[StoredChunk]:
        """Chunks still to be embedded, oldest first."""
        return self._stored("WHERE vector IS NULL AND indexed = 0 ORDER BY id LIMIT ?", (limit,))

    def without_index(self, limit: int) -> tuple[list[int], Vectors]:
        """Chunks that have a vector here and not yet in the index: ids and float32 vectors (n, d)."""
        query = "SELECT id, vector FROM chunks WHERE vector IS NOT NULL AND indexed = 0 ORDER BY id LIMIT ?"
        rows = self._db.execute(query, (limit,)).fetchall()
        return [row["id"] for row in rows], matrix(row["vector"] for row in rows)

    def forgotten(self, limit: int) -> list[int]:
        """Ids that the index still has to forget."""
        return [row[0] for row in self._db.execute("SELECT chunk_id FROM forgotten LIMIT ?", (limit,))]

    # -- reading --------------------------------------------------------------------------------------------------

    def files(self) -> dict[str, FileRecord]:
        """The journal, by path."""
        rows = self._db.execute("SELECT path, digest, size, mtime_ns, status, reason FROM files")
        return {row["path"]: FileRecord(*row) for row in rows}

    def documents(self) -> list[DocumentRow]:
        """Every document, by title."""
        return self._rows("ORDER BY title, documents.id", ())

    def document(self, document_id: str) -> DocumentRow | None:
        """One document, or None."""
        return next(iter(self._rows("WHERE documents.id = ?", (document_id,))), None)

    def find_document(self, name: str) -> DocumentRow:
        """The document with this id, file name, path, ticket number or title; LibraryError when none or several."""
        where = "WHERE ? IN (documents.id, files.name, files.path, documents.key, title)"
        rows = self._rows(where + " ORDER BY documents.id LIMIT 5", (name,))
        if not rows:
            raise LibraryError(f"{name}: no such document. `python -m rag documents` lists them.")
        if len(rows) > 1:
            some = ", ".join(f"{row.id} ({row.title})" for row in rows)
            raise LibraryError(f"{name}: means more than one document. Give the id: {some}.")
        return rows[0]

    def pages(self, document_id: str) -> list[Page]:
        """All pages of a document, in order."""
        query = "SELECT number, label, text FROM pages WHERE document_id = ? ORDER BY number"
        return [Page(*row) for row in self._db.execute(query, (document_id,))]

    def page(self, document_id: str, number: int) -> Page | None:
        """One page, or None."""
        query = "SELECT number, label, text FROM pages WHERE document_id = ? AND number = ?"
        row = self._db.execute(query, (document_id, number)).fetchone()
        return None if row is None else Page(*row)

    def sections(self, document_id: str) -> list[Section]:
        """All sections of a document, in order."""
        query = "SELECT title, level, page, start FROM sections WHERE document_id = ? ORDER BY ordinal"
        return [Section(*row) for row in self._db.execute(query, (document_id,))]

    def chunks(self, ids: Sequence[int]) -> dict[int, Chunk]:
        """Chunks by id; an unknown id is left out."""
        marks = ",".join("?" * len(ids))
        return {row.id: row.chunk for row in self._stored(f"WHERE id IN ({marks})", tuple(ids))}

    def document_chunks(self, document_id: str) -> list[StoredChunk]:
        """All chunks of a document, in order."""
        return self._stored("WHERE document_id = ? ORDER BY ordinal", (document_id,))

    def vectors(self, document_ids: Sequence[str]) -> tuple[list[int], Vectors]:
        """Ids and float32 vectors (n, d) of these documents' chunks, from the copies kept here."""
        marks = ",".join("?" * len(document_ids))
        query = f"SELECT id, vector FROM chunks WHERE vector IS NOT NULL AND document_id IN ({marks}) ORDER BY id"
        rows = self._db.execute(query, tuple(document_ids)).fetchall()
        return [row["id"] for row in rows], matrix(row["vector"] for row in rows)

    def search_words(self, expression: str, limit: int, document_ids: Sequence[str] = ()) -> list[tuple[int, float]]:
        """Chunks that match an FTS5 expression, best first, each with its bm25 (lower is better)."""
        marks = ",".join("?" * len(document_ids))
        scope = f"AND rowid IN (SELECT id FROM chunks WHERE document_id IN ({marks}))" if document_ids else ""
        query = f"SELECT rowid, bm25(words, 1.0, 1.0) FROM words WHERE words MATCH ? {scope} ORDER BY 2 LIMIT ?"
        return [(row[0], row[1]) for row in self._db.execute(query, (expression, *document_ids, limit))]

    def token_counts(self, tokenizer: str) -> dict[str, int]:
        """Tokens of each counted document, by id."""
        query = "SELECT document_id, tokens FROM token_counts WHERE tokenizer = ?"
        return {row[0]: row[1] for row in self._db.execute(query, (tokenizer,))}

    def totals(self) -> dict[str, int]:
        """Documents, pages, chunks, chunks without a vector, chunks not in the index."""
        query = """SELECT (SELECT count(*) FROM documents) AS documents, (SELECT count(*) FROM pages) AS pages,
            (SELECT count(*) FROM chunks) AS chunks,
            (SELECT count(*) FROM chunks WHERE indexed = 0 AND vector IS NULL) AS unembedded,
            (SELECT count(*) FROM chunks WHERE indexed = 0) AS unindexed"""
        return dict(self._db.execute(query).fetchone())

    def _rows(self, where: str, values: tuple[object, ...]) -> list[DocumentRow]:
        query = f"SELECT documents.*, files.name, files.path FROM documents JOIN files ON files.id = file_id {where}"
        return [document_row(row) for row in self._db.execute(query, values)]

    def _stored(self, where: str, values: tuple[object, ...]) -> list[StoredChunk]:
        columns = "id, document_id, ordinal, page, start, end, text, breadcrumb, section"
        rows = self._db.execute(f"SELECT {columns} FROM chunks {where}", values)
        return [StoredChunk(row[0], Chunk(*row[1:])) for row in rows]
