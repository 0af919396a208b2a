"""Tokens of documents, by tokenizer ↔ rows of the catalogue."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.types import Language


@dataclass(frozen=True, slots=True)
class Size:
    """How long a document is: characters, and tokens for some tokenizer, None while they are not counted."""

    id: str
    language: Language
    characters: int
    tokens: int | None


@dataclass(frozen=True, slots=True)
class Edition:
    """A document as it was when its text was looked at: equal as long as the text has not been replaced.

    `chunk` is the id of its first chunk, which no later edition has again (0: it has none).
    """

    id: str
    digest: str
    characters: int
    chunk: int


def token_counts(db: sqlite3.Connection, tokenizer: str, ids: Iterable[str] | None) -> dict[str, int]:
    """Tokens of each counted document, by id; of those among `ids` only, when they are given."""
    query, values = "SELECT document_id, tokens FROM token_counts WHERE tokenizer = ?", [tokenizer]
    if ids is not None:
        query += " AND document_id IN (SELECT value FROM json_each(?))"
        values.append(json.dumps(list(ids)))
    return {row[0]: row[1] for row in db.execute(query, values)}


def sizes(db: sqlite3.Connection, tokenizer: str) -> list[Size]:
    """How long every document is."""
    query = """SELECT id, language, characters, tokens FROM documents
        LEFT JOIN token_counts ON document_id = id AND tokenizer = ?"""
    return [Size(*row) for row in db.execute(query, (tokenizer,))]


def uncounted(db: sqlite3.Connection, tokenizer: str, limit: int) -> list[Edition]:
    """Documents without a count for this tokenizer, at most `limit`."""
    return _editions(
        db,
        "WHERE NOT EXISTS (SELECT 1 FROM token_counts WHERE document_id = id AND tokenizer = ?) LIMIT ?",
        (tokenizer, limit),
    )


def texts(db: sqlite3.Connection, document_id: str) -> Iterator[str]:
    """The text of each page, one in memory at a time."""
    query = "SELECT text FROM pages WHERE document_id = ? ORDER BY number"
    return (row[0] for row in db.execute(query, (document_id,)))


def store(db: sqlite3.Connection, tokenizer: str, counts: dict[Edition, int]) -> int:
    """Keep the counts of documents whose text is still the one counted, in the caller's transaction; how many."""
    ids = json.dumps([edition.id for edition in counts])
    present = _editions(db, "WHERE id IN (SELECT value FROM json_each(?))", (ids,))
    rows = [(edition.id, tokenizer, counts[edition]) for edition in present if edition in counts]
    db.executemany("INSERT OR REPLACE INTO token_counts VALUES (?, ?, ?)", rows)
    return len(rows)


def _editions(db: sqlite3.Connection, where: str, values: tuple[object, ...]) -> list[Edition]:
    first = "SELECT ifnull(min(chunks.id), 0) FROM chunks WHERE chunks.document_id = documents.id"
    return [
        Edition(*row) for row in db.execute(f"SELECT id, digest, characters, ({first}) FROM documents {where}", values)
    ]
