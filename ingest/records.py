"""Rows of the catalogue → values."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.types import Chunk, Fields, Kind, Language

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file as the journal knows it. `digest` is the SHA-256 of its bytes, in hexadecimal; "" before all is stored.

    `seen_ns` is when it was hashed, `recipe` names the options that altered what was read of it. `reason` says why it
    gave nothing, or warns of what it gave.
    """

    path: str
    digest: str
    size: int
    mtime_ns: int
    ctime_ns: int = 0
    inode: int = 0
    seen_ns: int = 0
    recipe: str = ""
    status: str = "added"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document as listed, without its text. `file` is the name, `path` where it was found.

    `others` are languages that parts of it are written in, beside its own.
    """

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
    others: tuple[Language, ...] = ()

    @property
    def languages(self) -> tuple[Language, ...]:
        """What it is written in, what most of it is first."""
        return (self.language, *self.others)


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk with its id in the library."""

    id: int
    chunk: Chunk


def document_row(row: sqlite3.Row) -> DocumentRow:
    """A row of documents joined with files."""
    f = Fields(
        row["key"], row["product"], row["version"], row["status"], row["resolution"], row["created"], row["updated"],
        row["requester"], tuple(tag for tag in row["tags"].split("\n") if tag), row["thread"],
    )  # fmt: skip
    base = (row["id"], row["kind"], row["title"], row["language"], row["name"], row["path"])
    return DocumentRow(*base, row["pages"], row["chunks"], row["characters"], f, tuple(row["others"].split()))


def matrix(blobs: Iterable[bytes]) -> Vectors:
    """Stored float16 vectors as float32 rows (n, d); (0, 0) for none."""
    rows = [np.frombuffer(blob, dtype=np.float16) for blob in blobs]
    return np.stack(rows).astype(np.float32) if rows else np.empty((0, 0), dtype=np.float32)
