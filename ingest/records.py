"""Rows of the catalogue: the values that come out of it, and how nouns go in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest import lexical
from ingest.types import Chunk, Document, Fields, Kind, Language

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file as the journal knows it. `digest` is the SHA-256 of its bytes, in hexadecimal."""

    path: str
    digest: str
    size: int
    mtime_ns: int
    status: str = "added"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document as listed, without its text. `file` is the name, `path` where it was found."""

    id: str
    kind: Kind
    title: str
    language: Language
    file: str
    path: str
    pages: int
    chunks: int
    characters: int
    fields: Fields


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk with its id in the library."""

    id: int
    chunk: Chunk


def grow(db: sqlite3.Connection) -> None:
    """Say to every reader that what can be found has changed."""
    db.execute("INSERT OR IGNORE INTO meta VALUES ('generation', '0')")
    db.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")


def insert_file(db: sqlite3.Connection, record: FileRecord) -> int:
    """Write a journal row; its id."""
    values = (record.path, Path(record.path).name, record.digest, record.size, record.mtime_ns)
    columns = "(path, name, digest, size, mtime_ns, status, reason)"
    query = f"INSERT INTO files {columns} VALUES (?, ?, ?, ?, ?, ?, ?)"
    return int(db.execute(query, (*values, record.status, record.reason)).lastrowid or 0)


def insert_document(db: sqlite3.Connection, file_id: int, document: Document, chunks: Sequence[Chunk]) -> None:
    """Write a document with its pages, sections and chunks, and their words."""
    f = document.fields
    characters = sum(len(page.text) for page in document.pages)
    facts = (document.id, file_id, document.kind, document.title, document.language)
    ticket = (f.key, f.product, f.version, f.status, f.resolution, f.created, f.updated, f.requester, "\n".join(f.tags))
    sizes = (len(document.pages), len(chunks), characters)
    db.execute(f"INSERT INTO documents VALUES ({','.join('?' * 17)})", (*facts, *ticket, *sizes))
    pages = [(document.id, page.number, page.label, page.text) for page in document.pages]
    db.executemany("INSERT INTO pages VALUES (?, ?, ?, ?)", pages)
    sections = [(document.id, i, s.title, s.level, s.page, s.start) for i, s in enumerate(document.sections)]
    db.executemany("INSERT INTO sections VALUES (?, ?, ?, ?, ?, ?)", sections)
    for chunk in chunks:
        _insert_chunk(db, chunk, document.language)


def _insert_chunk(db: sqlite3.Connection, chunk: Chunk, language: Language) -> None:
    columns = "(document_id, ordinal, page, start, end, text, breadcrumb, section)"
    place = (chunk.document_id, chunk.ordinal, chunk.page, chunk.start, chunk.end)
    query = f"INSERT INTO chunks {columns} VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    cursor = db.execute(query, (*place, chunk.text, chunk.breadcrumb, chunk.section))
    text = f"{chunk.breadcrumb}\n{chunk.text}"
    values = (cursor.lastrowid, lexical.searchable(text), lexical.stems(text, language))
    db.execute("INSERT INTO words (rowid, exact, stem) VALUES (?, ?, ?)", values)


def document_row(row: sqlite3.Row) -> DocumentRow:
    """A row of documents joined with files."""
    f = Fields(
        row["key"], row["product"], row["version"], row["status"], row["resolution"], row["created"], row["updated"],
        row["requester"], tuple(tag for tag in row["tags"].split("\n") if tag),
    )  # fmt: skip
    base = (row["id"], row["kind"], row["title"], row["language"], row["name"], row["path"])
    return DocumentRow(*base, row["pages"], row["chunks"], row["characters"], f)


def matrix(blobs: Iterable[bytes]) -> Vectors:
    """Stored float16 vectors as float32 rows (n, d); (0, 0) for none."""
    rows = [np.frombuffer(blob, dtype=np.float16) for blob in blobs]
    return np.stack(rows).astype(np.float32) if rows else np.empty((0, 0), dtype=np.float32)
