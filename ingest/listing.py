"""Catalogue → what a person wants listed: documents with their file's state, and files that gave nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from ingest import schema
from ingest.filters import EVERYTHING, Filters
from ingest.library import Library
from ingest.records import DocumentRow, FileRecord


@dataclass(frozen=True, slots=True)
class Listed:
    """A document with the most tokens any model's tokenizer has counted in it (None: none has, as before format 2).

    `status` and `reason` are its file's: 'failed' when the last attempt to read it anew did not succeed.
    """

    row: DocumentRow
    tokens: int | None
    status: str
    reason: str


def listed(library: Library, filters: Filters = EVERYTHING) -> Iterator[Listed]:
    """Every document that passes, by title."""
    with closing(schema.connect(library.path)) as db:
        tokens = dict(db.execute("SELECT document_id, max(tokens) FROM token_counts GROUP BY 1").fetchall())
    files = library.files()
    for row in library.documents(filters):
        file = files[row.path]
        yield Listed(row, tokens.get(row.id), file.status, file.reason)


def not_read(library: Library) -> list[FileRecord]:
    """Files that failed or were skipped, by path."""
    columns = "path, digest, size, mtime_ns, ctime_ns, inode, seen_ns, recipe, status, reason"
    with closing(schema.connect(library.path)) as db:
        rows = db.execute(f"SELECT {columns} FROM files WHERE status <> 'added' ORDER BY path").fetchall()
    return [FileRecord(*row) for row in rows]
