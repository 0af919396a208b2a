"""A file's documents → rows of the catalogue: what is equal stays, what has changed is replaced, what is gone goes."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest import lexical
from ingest.embed import ChunkText
from ingest.records import FileRecord
from ingest.sentences import sentences
from ingest.types import Chunk, Document, Language

_Vectors = tuple[bytes | None, bytes | None]
"""A chunk's vector and its sentences', as they are kept."""

EMBEDDERS = "embedder"
"""The tokenizer under which tokens are counted at ingest: the library's embedder's."""
INTERRUPTED = "its reading was interrupted. The same command reads the rest."


@dataclass(frozen=True, slots=True)
class Piece:
    """A document on its way in: `part` names it within its file, `digest` what it holds ("": not known).

    Without chunks (None) it is the same as the stored one, which stays.
    """

    document: Document
    chunks: Sequence[Chunk] | None
    part: str = ""
    digest: str = ""
    tokens: int = 0
    """Of its text, as the embedder's tokenizer counts; 0: not counted."""


@dataclass(frozen=True, slots=True)
class Known:
    """A document that is stored: its id and the digest of its content."""

    id: str
    digest: str


def file_pieces(db: sqlite3.Connection, record: FileRecord, pieces: Iterable[Piece]) -> None:
    """Write the pieces under the file's row, in the caller's transaction.

    Chunks equal to stored ones, be it of an earlier version or of a copy, take over their vectors.
    The row says that the file is unfinished until `close_file` is called.
    """
    file_id = _open_file(db, record)
    new = [piece for piece in pieces if piece.chunks is not None]
    # All before the first goes: what moves from one document to the next keeps its vector.
    vectors = [[_vectors_of(db, chunk) for chunk in piece.chunks or ()] for piece in new]
    for piece, known in zip(new, vectors, strict=True):
        _replace(db, file_id, piece, known)


def close_file(db: sqlite3.Connection, record: FileRecord, parts: Iterable[str]) -> tuple[int, int]:
    """All of the file is stored: drop its documents that are not among `parts`; its pages and chunks."""
    (file_id,) = db.execute("SELECT id FROM files WHERE path = ?", (record.path,)).fetchone()
    query = "DELETE FROM documents WHERE file_id = ? AND part NOT IN (SELECT value FROM json_each(?))"
    db.execute(query, (file_id, json.dumps(sorted(parts))))
    note_file(db, record)
    query = "SELECT ifnull(sum(pages), 0), ifnull(sum(chunks), 0) FROM documents WHERE file_id = ?"
    pages, chunks = db.execute(query, (file_id,)).fetchone()
    return int(pages), int(chunks)


def note_file(db: sqlite3.Connection, record: FileRecord) -> int:
    """Write a journal row, or bring it up to date; its id."""
    values = (
        record.digest, record.size, record.mtime_ns, record.ctime_ns, record.inode, record.seen_ns, record.recipe,
        record.status, record.reason,
    )  # fmt: skip
    names = ("digest", "size", "mtime_ns", "ctime_ns", "inode", "seen_ns", "recipe", "status", "reason")
    query = (
        f"INSERT INTO files (path, name, {', '.join(names)}) VALUES ({','.join('?' * 11)}) "
        f"ON CONFLICT (path) DO UPDATE SET {', '.join(f'{n} = excluded.{n}' for n in names)} RETURNING id"
    )
    rows = db.execute(query, (record.path, Path(record.path).name, *values)).fetchall()
    return int(rows[0][0])


def move_file(db: sqlite3.Connection, old: str, record: FileRecord) -> None:
    """A file of the journal lies elsewhere now; its documents keep their ids, and it what was said of its pages."""
    db.execute("DELETE FROM files WHERE path = ?", (record.path,))
    said = db.execute("SELECT reason FROM files WHERE path = ?", (old,)).fetchone()
    db.execute("UPDATE files SET path = ?, name = ? WHERE path = ?", (record.path, Path(record.path).name, old))
    note_file(db, replace(record, reason=said[0]) if said else record)


def known_parts(db: sqlite3.Connection, path: str) -> dict[str, Known]:
    """What is stored of a file, by part."""
    query = "SELECT part, documents.id, documents.digest FROM documents JOIN files ON files.id = file_id WHERE path = ?"
    return {row[0]: Known(row[1], row[2]) for row in db.execute(query, (path,))}


def free_id(db: sqlite3.Connection, path: str, part: str) -> str:
    """An id for a new document of a file: 12 hexadecimal digits of a SHA-256 of its place.

    Another one when that is taken: its file may have been moved away from this place.
    """
    salt = ""
    while True:
        found = hashlib.sha256(f"{path}\0{part}{salt}".encode("utf-8", "surrogatepass")).hexdigest()[:12]
        query = "SELECT path, part FROM documents JOIN files ON files.id = file_id WHERE documents.id = ?"
        row = db.execute(query, (found,)).fetchone()
        if row is None or (row[0], row[1]) == (path, part):
            return found
        salt += "\0"


def give_vectors(db: sqlite3.Connection, rows: Iterable[tuple[int, bytes, bytes]]) -> None:
    """Store (chunk id, vector, sentence vectors); chunks with the same text and breadcrumb get the same ones."""
    same = """this.id = :id AND (chunks.id = :id OR (chunks.fingerprint = this.fingerprint AND chunks.vector IS NULL
        AND chunks.text = this.text AND chunks.breadcrumb = this.breadcrumb))"""
    values = [{"id": chunk_id, "vector": vector, "sentences": sentences} for chunk_id, vector, sentences in rows]
    query = f"""INSERT OR REPLACE INTO sentence_vectors
        SELECT chunks.id, :sentences FROM chunks, chunks AS this WHERE {same}"""
    for value in values:
        db.execute(query, value)
        db.execute(f"UPDATE chunks SET vector = :vector FROM chunks AS this WHERE {same}", value)


def grow(db: sqlite3.Connection) -> None:
    """Say to every reader that what can be found has changed."""
    db.execute("INSERT OR IGNORE INTO meta VALUES ('generation', '0')")
    db.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")


def indexed_text(breadcrumb: str, text: str) -> str:
    """What of a chunk the word index holds."""
    return f"{breadcrumb}\n{text}"


def embedded_text(chunk: Chunk) -> ChunkText:
    """What of a chunk is embedded."""
    return ChunkText(chunk.breadcrumb, chunk.text, tuple(sentences(chunk.text)))


def _open_file(db: sqlite3.Connection, record: FileRecord) -> int:
    return note_file(db, replace(record, digest="", status="failed", reason=f"{Path(record.path).name}: {INTERRUPTED}"))


def _replace(db: sqlite3.Connection, file_id: int, piece: Piece, vectors: Sequence[_Vectors]) -> None:
    db.execute("DELETE FROM documents WHERE id = ?", (piece.document.id,))
    _insert_document(db, file_id, piece)
    for chunk, known in zip(piece.chunks or (), vectors, strict=True):
        _insert_chunk(db, chunk, known, chunk.language or piece.document.language)


def _insert_document(db: sqlite3.Connection, file_id: int, piece: Piece) -> None:
    document, f = piece.document, piece.document.fields
    characters = sum(len(page.text) for page in document.pages)
    facts = (document.id, file_id, document.kind, document.title, document.language)
    ticket = (f.key, f.product, f.version, f.status, f.resolution, f.created, f.updated, f.requester, "\n".join(f.tags))
    sizes = (len(document.pages), len(piece.chunks or ()), characters)
    others = " ".join(sorted({chunk.language for chunk in piece.chunks or () if chunk.language}))
    columns = (
        "id, file_id, kind, title, language, key, product, version, status, resolution, created, updated, requester, "
        "tags, pages, chunks, characters, part, digest, thread, others"
    )
    query = f"INSERT INTO documents ({columns}) VALUES ({','.join('?' * 21)})"
    db.execute(query, (*facts, *ticket, *sizes, piece.part, piece.digest, f.thread, others))
    if piece.tokens:
        db.execute("INSERT INTO token_counts VALUES (?, ?, ?)", (document.id, EMBEDDERS, piece.tokens))
    pages = [(document.id, page.number, page.label, page.text) for page in document.pages]
    db.executemany("INSERT INTO pages VALUES (?, ?, ?, ?)", pages)
    sections = [(document.id, i, s.title, s.level, s.page, s.start) for i, s in enumerate(document.sections)]
    db.executemany("INSERT INTO sections VALUES (?, ?, ?, ?, ?, ?)", sections)


def _insert_chunk(db: sqlite3.Connection, chunk: Chunk, known: _Vectors, language: Language) -> None:
    columns = "(document_id, ordinal, page, start, end, text, breadcrumb, section, vector, fingerprint, language)"
    place = (chunk.document_id, chunk.ordinal, chunk.page, chunk.start, chunk.end)
    said = (chunk.text, chunk.breadcrumb, chunk.section)
    query = f"INSERT INTO chunks {columns} VALUES ({','.join('?' * 11)})"
    cursor = db.execute(query, (*place, *said, known[0], _fingerprint(chunk), chunk.language))
    if known[1] is not None:
        db.execute("INSERT INTO sentence_vectors VALUES (?, ?)", (cursor.lastrowid, known[1]))
    text = indexed_text(chunk.breadcrumb, chunk.text)
    values = (cursor.lastrowid, lexical.searchable(text), lexical.stems(text, language))
    db.execute("INSERT INTO words (rowid, exact, stem) VALUES (?, ?, ?)", values)


def _vectors_of(db: sqlite3.Connection, chunk: Chunk) -> _Vectors:
    query = """SELECT vector, vectors FROM chunks LEFT JOIN sentence_vectors ON chunk_id = id
        WHERE fingerprint = ? AND vector IS NOT NULL AND text = ? AND breadcrumb = ? LIMIT 1"""
    row = db.execute(query, (_fingerprint(chunk), chunk.text, chunk.breadcrumb)).fetchone()
    return (None, None) if row is None else (row[0], row[1])


def _fingerprint(chunk: Chunk) -> int:
    text = indexed_text(chunk.breadcrumb, chunk.text).encode("utf-8", "replace")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big", signed=True)
