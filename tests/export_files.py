"""Text of an export → a file, and the documents that are read of it."""

from __future__ import annotations

from pathlib import Path

from ingest.readers.tickets import read
from ingest.types import Document


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def documents(folder: Path, name: str, content: str | bytes) -> list[Document]:
    return list(read(written(folder, name, content)))
