"""Keep vectors where their nearest neighbours are found fast: the Protocol and its two stores."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.errors import LibraryError

Vector = NDArray[np.float32]
Vectors = NDArray[np.float32]

log = logging.getLogger(__name__)


class VectorStore(Protocol):
    """Vectors by chunk id. Ids are positive integers, vectors unit rows; nothing else travels through here."""

    def upsert(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Add or replace: `vectors` is (len(ids), d). An empty call does nothing."""

    def delete(self, ids: Sequence[int]) -> None:
        """Forget these; unknown ids are passed over."""

    def search(self, vector: Vector, limit: int) -> list[tuple[int, float]]:
        """The nearest chunks, best first, each with its cosine similarity in [-1, 1]. Fewer when there are fewer."""

    def count(self) -> int:
        """How many vectors there are."""

    def clear(self) -> None:
        """Forget all."""

    def refresh(self) -> None:
        """See what other processes have written since this store was opened."""

    def close(self) -> None:
        """Let go of files."""


class MemoryStore:
    """Exact search over a matrix in memory: for tests and for a handful of documents."""

    def __init__(self) -> None:
        self._rows: dict[int, Vector] = {}

    def upsert(self, ids: Sequence[int], vectors: Vectors) -> None:
        """See VectorStore."""
        self._rows.update(zip(ids, np.asarray(vectors, dtype=np.float32), strict=True))

    def delete(self, ids: Sequence[int]) -> None:
        """See VectorStore."""
        for i in ids:
            self._rows.pop(i, None)

    def search(self, vector: Vector, limit: int) -> list[tuple[int, float]]:
        """See VectorStore."""
        if not self._rows:
            return []
        return nearest(list(self._rows), np.stack(list(self._rows.values())), vector, limit)

    def count(self) -> int:
        """See VectorStore."""
        return len(self._rows)

    def clear(self) -> None:
        """See VectorStore."""
        self._rows.clear()

    def refresh(self) -> None:
        """See VectorStore."""

    def close(self) -> None:
        """See VectorStore."""


class ChromaStore:
    """Chroma, embedded, in one folder. One process may write it at a time: the library's write lock sees to it."""

    _COLLECTION = "chunks"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._collection = self._open()

    def _open(self) -> Any:
        import chromadb
        from chromadb.config import Settings

        try:
            # anonymized_telemetry and migrations_hash_algorithm are set so that a stray .env cannot turn them on
            self._client = chromadb.PersistentClient(str(self._folder), Settings(anonymized_telemetry=False))
            return self._client.get_or_create_collection(
                self._COLLECTION,
                embedding_function=None,
                configuration={
                    "hnsw": {"space": "cosine", "ef_construction": 128, "ef_search": 128, "max_neighbors": 24}
                },
            )
        except (chromadb.errors.ChromaError, ValueError, OSError) as error:
            raise LibraryError(
                f"{self._folder}: the vector index cannot be opened ({error}). "
                "`python -m rag rebuild` makes it anew from the library, without reading a file again."
            ) from error

    def upsert(self, ids: Sequence[int], vectors: Vectors) -> None:
        """See VectorStore."""
        for some in _slices(len(ids), self._client.get_max_batch_size()):
            self._collection.upsert(ids=[str(i) for i in ids[some]], embeddings=np.ascontiguousarray(vectors[some]))

    def delete(self, ids: Sequence[int]) -> None:
        """See VectorStore."""
        for some in _slices(len(ids), self._client.get_max_batch_size()):
            self._collection.delete(ids=[str(i) for i in ids[some]])

    def search(self, vector: Vector, limit: int) -> list[tuple[int, float]]:
        """See VectorStore."""
        limit = min(limit, self.count())
        if limit <= 0:
            return []
        found = self._collection.query(query_embeddings=[vector], n_results=limit, include=["distances"])
        return [(int(i), 1.0 - float(d)) for i, d in zip(found["ids"][0], found["distances"][0], strict=True)]

    def count(self) -> int:
        """See VectorStore."""
        return int(self._collection.count())

    def clear(self) -> None:
        """See VectorStore."""
        self._client.delete_collection(self._COLLECTION)
        self._collection = self._open()

    def refresh(self) -> None:
        """See VectorStore."""
        self.close()
        self._collection = self._open()

    def close(self) -> None:
        """See VectorStore."""
        from chromadb.api.shared_system_client import SharedSystemClient

        SharedSystemClient.clear_system_cache()


def nearest(ids: Sequence[int], matrix: Vectors, vector: Vector, limit: int) -> list[tuple[int, float]]:
    """The rows of `matrix` (n, d) nearest to `vector` by cosine, exactly, best first; equal ones by id."""
    norms = np.linalg.norm(matrix, axis=1) * (float(np.linalg.norm(vector)) or 1.0)
    similarity = matrix @ vector / np.where(norms == 0, 1.0, norms)
    order = sorted(range(len(ids)), key=lambda i: (-similarity[i], ids[i]))[:limit]
    return [(ids[i], float(similarity[i])) for i in order]


def _slices(total: int, size: int) -> Iterator[slice]:
    for start in range(0, total, size):
        yield slice(start, start + size)
