"""Summaries ↔ disk: each part's as soon as it is made, each document's when it is done."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass

from ingest.database import Database
from ingest.types import Language

WHOLE = -1
"""The level of a whole document's summary; its ordinal is 0."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stretch stands: `page.text[start:end]`."""

    page: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SummaryKey:
    """What a summary is of, and how it was made. `digest` is `text_digest` of the document, `method` names the model,
    its instructions and the sizes of the parts: what differs in any of them is another summary."""

    document_id: str
    digest: str
    method: str
    language: Language


@dataclass(frozen=True, slots=True)
class StoredSummary:
    """A summary of part `ordinal` (level 0), of several parts (1, 2, …) or of the WHOLE. `places` is what it cites."""

    level: int
    ordinal: int
    text: str
    places: tuple[Place, ...] = ()


class SummaryShelf(Database):
    """The summaries that a library keeps."""

    def text_digest(self, document_id: str) -> str:
        """Differs when the text of the document does; "" for an unknown document."""
        return _digest(self._db, document_id)

    def summaries(self, key: SummaryKey) -> list[StoredSummary]:
        """What is kept under this key, by level and ordinal."""
        query = """SELECT level, ordinal, text, places FROM summaries
            WHERE document_id = ? AND digest = ? AND method = ? AND language = ? ORDER BY level, ordinal"""
        rows = self._db.execute(query, (key.document_id, key.digest, key.method, key.language))
        return [_summary(row) for row in rows]

    def summary(self, key: SummaryKey) -> StoredSummary | None:
        """The whole document's, or None; reads nothing else."""
        query = """SELECT level, ordinal, text, places FROM summaries WHERE document_id = ? AND method = ?
            AND language = ? AND level = ? AND ordinal = 0 AND digest = ?"""
        values = (key.document_id, key.method, key.language, WHOLE, key.digest)
        row = self._db.execute(query, values).fetchone()
        return None if row is None else _summary(row)

    def store_summary(self, key: SummaryKey, summary: StoredSummary) -> bool:
        """Keep it, and drop what is kept of earlier texts of the document.

        False, and nothing kept, when the document has gone or has another text by now.
        """
        places = json.dumps([[p.page, p.start, p.end] for p in summary.places]) if summary.places else ""
        values = (key.document_id, key.digest, key.method, key.language)
        with self.transaction() as db:
            if not key.digest or _digest(db, key.document_id) != key.digest:
                return False
            db.execute("DELETE FROM summaries WHERE document_id = ? AND digest <> ?", values[:2])
            row = (*values, summary.level, summary.ordinal, summary.text, places)
            db.execute("INSERT OR REPLACE INTO summaries VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return True


def _digest(db: sqlite3.Connection, document_id: str) -> str:
    row = db.execute("SELECT digest FROM documents WHERE id = ?", (document_id,)).fetchone()
    if row is None or row["digest"]:
        return "" if row is None else str(row["digest"])
    digest = hashlib.sha256()
    query = "SELECT text FROM pages WHERE document_id = ? ORDER BY number"
    for (text,) in db.execute(query, (document_id,)):
        digest.update(text.encode("utf-8", "backslashreplace") + b"\f")
    return digest.hexdigest()


def _summary(row: sqlite3.Row) -> StoredSummary:
    places = tuple(Place(*place) for place in json.loads(row["places"])) if row["places"] else ()
    return StoredSummary(row["level"], row["ordinal"], row["text"], places)
