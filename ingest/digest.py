"""Library and index → one hash: two libraries with the same one hold the same and find the same."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing

from ingest import schema
from ingest.checks import bad_copies
from ingest.library import Library
from ingest.reach import lost_chunks
from ingest.vectors import VectorStore

_FILES = "SELECT path, name, digest, size, status, reason, recipe FROM files ORDER BY path"
_DOCUMENTS = """SELECT path, documents.id, kind, title, language, key, product, version, documents.status, resolution,
    created, updated, requester, tags, pages, chunks, characters, part, documents.digest, thread, others
    FROM documents JOIN files ON files.id = file_id ORDER BY documents.id"""
_PAGES = "SELECT document_id, number, label, text FROM pages ORDER BY document_id, number"
_SECTIONS = "SELECT document_id, ordinal, title, level, page, start FROM sections ORDER BY document_id, ordinal"
_CHUNKS = """SELECT document_id, ordinal, page, start, end, text, breadcrumb, section, language, exact, stem
    FROM chunks LEFT JOIN words ON words.rowid = chunks.id ORDER BY document_id, ordinal"""
_WORDS = "SELECT exact, stem FROM words WHERE rowid NOT IN (SELECT id FROM chunks) ORDER BY rowid"
_VECTORS = """SELECT document_id, ordinal, vector, vectors FROM chunks LEFT JOIN sentence_vectors ON chunk_id = id
    ORDER BY document_id, ordinal"""


def library_digest(library: Library, store: VectorStore, *, vectors: bool = True) -> str:
    """SHA-256, in hexadecimal, of all that can be read or found. Ids of chunks and dates of files do not count.

    `vectors`: those too, bit by bit; False where the embedder computes them a little differently in other batches.
    """
    digest = hashlib.sha256()
    for line in library_lines(library, store, vectors=vectors):
        digest.update(f"{line}\n".encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def library_lines(library: Library, store: VectorStore, *, vectors: bool = True) -> Iterator[str]:
    """What `library_digest` is a hash of, a line for every row."""
    with closing(schema.connect(library.path)) as db:
        for query in (_FILES, _DOCUMENTS, _PAGES, _SECTIONS, _CHUNKS, _WORDS, *([_VECTORS] if vectors else [])):
            for row in db.execute(query):
                yield repr(tuple(row))
            yield "--"
        yield from _index(db, store)


def _index(db: sqlite3.Connection, store: VectorStore) -> Iterator[str]:
    """Which chunks are in the index and find themselves there, and how much else is."""
    held = set(store.ids())
    lost = set(lost_chunks(db, store, held, set(bad_copies(db))))
    rows = db.execute("SELECT id, document_id, ordinal, indexed FROM chunks ORDER BY document_id, ordinal").fetchall()
    for chunk_id, document_id, ordinal, indexed in rows:
        yield f"{document_id} {ordinal} {indexed} {chunk_id in held} {chunk_id in lost}"
    yield f"{len(held - {row[0] for row in rows})} others"
