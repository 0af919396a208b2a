"""Chunk ids → all that is kept about the chunks: what a second look at them needs."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest.packing import unpack
from ingest.records import DocumentRow, Vectors
from ingest.schema import CHUNK_LANGUAGE
from ingest.sentences import sentences
from ingest.types import Chunk, Language

SAMPLED = 2000
"""Chunks that a mean is taken over."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A chunk with the stems of its breadcrumb and text, in order, and its vectors: its own (d,) and its sentences'.

    `sentences` is (m, d), a row for each of `ingest.sentences.sentences(chunk.text)`; (0, d) where none are kept.
    Before it is embedded both are empty.
    """

    id: int
    chunk: Chunk
    language: Language
    stems: tuple[str, ...]
    vector: Vectors
    sentences: Vectors


def evidence(db: sqlite3.Connection, ids: Sequence[int]) -> list[Evidence]:
    """Chunks in the order of `ids`; an unknown id is left out."""
    columns = ("id", "document_id", "ordinal", "page", "start", "end", "text", "breadcrumb", "section", "language")
    query = f"""SELECT {", ".join(f"chunks.{name}" for name in columns)}, {CHUNK_LANGUAGE} AS spoken, stem, vector,
        vectors FROM json_each(?) AS wanted JOIN chunks ON chunks.id = wanted.value
        JOIN documents ON documents.id = chunks.document_id JOIN words ON words.rowid = chunks.id
        LEFT JOIN sentence_vectors ON chunk_id = chunks.id ORDER BY wanted.key"""
    return [_evidence(row) for row in db.execute(query, (json.dumps(list(ids)),))]


def _evidence(row: sqlite3.Row) -> Evidence:
    vector = np.frombuffer(row["vector"] or b"", np.float16).astype(np.float32)
    sentences = unpack(row["vectors"] or b"", len(vector))
    return Evidence(row[0], Chunk(*row[1:10]), row["spoken"], tuple(row["stem"].split()), vector, sentences)


def page_sentences(db: sqlite3.Connection, document_id: str, page: int) -> tuple[list[tuple[int, int]], Vectors]:
    """Where on a page the sentences are that vectors are kept of, and these (n, d)."""
    query = """SELECT start, text, vector, vectors FROM chunks JOIN sentence_vectors ON chunk_id = id
        WHERE document_id = ? AND page = ? ORDER BY ordinal"""
    spans: list[tuple[int, int]] = []
    rows = []
    for start, text, vector, vectors in db.execute(query, (document_id, page)):
        found, kept = sentences(text), unpack(vectors, len(vector or b"") // np.float16().itemsize)
        if len(found) == len(kept):  # both are as the library was written; the rule may have changed since
            spans += [(start + a, start + b) for a, b in found]
            rows.append(kept)
    return spans, np.concatenate(rows) if rows else np.empty((0, 0), np.float32)


def page_languages(db: sqlite3.Connection, row: DocumentRow) -> dict[int, Language]:
    """What most of each page is written in, of a document in several languages; {} for any other."""
    if not row.others:
        return {}
    query = """SELECT page, coalesce(language, ?) FROM chunks WHERE document_id = ?
        GROUP BY 1, 2 ORDER BY sum(length(text))"""
    return {found[0]: found[1] for found in db.execute(query, (row.language, row.id))}


def mean_vectors(db: sqlite3.Connection) -> dict[Language, tuple[Vectors, int]]:
    """The mean vector (d,) of the chunks of each language and how many were looked at, in an even sample of all."""
    first, last = db.execute("SELECT ifnull(min(id), 0), ifnull(max(id), 0) FROM chunks").fetchone()
    ids = sorted({round(i) for i in np.linspace(first, last, SAMPLED)})
    query = f"""SELECT {CHUNK_LANGUAGE}, vector FROM json_each(?) AS wanted JOIN chunks ON chunks.id = wanted.value
        JOIN documents ON documents.id = document_id WHERE vector IS NOT NULL"""
    found: dict[Language, list[Vectors]] = {}
    for language, vector in db.execute(query, (json.dumps(ids),)):
        found.setdefault(language, []).append(np.frombuffer(vector, np.float16).astype(np.float32))
    return {language: (np.mean(rows, axis=0), len(rows)) for language, rows in found.items()}
