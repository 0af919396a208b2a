"""Keep vectors where their nearest neighbours are found fast: the Protocol and its two stores."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.errors import IndexDamaged, IndexUnwritable, LibraryBusy, LibraryError
from ingest.held import Watched

Vector = NDArray[np.float32]
Vectors = NDArray[np.float32]

log = logging.getLogger(__name__)

_BUSY_SECONDS = 20.0
_HEALINGS = 3
_LOOKED_FOR = 500
"""Vectors that are looked for at once, by one thread."""
_SAME = 1e-3
"""Cosine distance within which two vectors are one: what is embedded is kept in float16."""
_GRAPH: Any = {
    "space": "cosine", "ef_construction": 128, "ef_search": 300, "max_neighbors": 64, "batch_size": 2,
    "sync_threshold": 2,
}  # fmt: skip
"""Some vectors of a graph are out of reach, above all among such as are much alike: of 754 tickets, 55 in 150 graphs
lost one with 16 neighbours, 9 in 250 with 24, none with 64, but after deletions some do again. What is not written to
its files at once becomes another graph at each opening, so every change is: 3.5 s instead of 3.0 for 10,000."""
_MEND = "The next ingest or `python -m rag doctor --fix` makes it anew from the library, without reading a file again."


class VectorStore(Protocol):
    """Vectors by chunk id. Ids are positive integers, vectors unit rows; nothing else travels through here."""

    def upsert(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Add or replace: `vectors` is (len(ids), d). An empty call does nothing."""

    def delete(self, ids: Sequence[int]) -> None:
        """Forget these; unknown ids are passed over."""

    def search(self, vector: Vector, limit: int) -> list[tuple[int, float]]:
        """The nearest chunks, best first, each with its cosine similarity in [-1, 1]. Fewer when there are fewer."""

    def search_many(self, vectors: Vectors, limit: int) -> list[list[tuple[int, float]]]:
        """`search` for every row of `vectors` (n, d), in their order."""

    def count(self) -> int:
        """How many vectors there are."""

    def ids(self) -> list[int]:
        """The ids of all vectors, ascending."""

    def clear(self) -> None:
        """Forget all, whatever state it is in."""

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

    def search_many(self, vectors: Vectors, limit: int) -> list[list[tuple[int, float]]]:
        """See VectorStore."""
        if not self._rows:
            return [[] for _ in vectors]
        matrix = np.stack(list(self._rows.values()))
        return [nearest(list(self._rows), matrix, vector, limit) for vector in vectors]

    def count(self) -> int:
        """See VectorStore."""
        return len(self._rows)

    def ids(self) -> list[int]:
        """See VectorStore."""
        return sorted(self._rows)

    def clear(self) -> None:
        """See VectorStore."""
        self._rows.clear()

    def refresh(self) -> None:
        """See VectorStore."""

    def close(self) -> None:
        """See VectorStore."""


class ChromaStore:
    """Chroma, embedded, in one folder, opened at first use; LibraryError with what to do when it cannot be used.

    One process may write it at a time: the library's write lock sees to it. Chroma waits for a locked database without
    end and without letting go of the interpreter, so every call first looks whether there is somebody to wait for.
    """

    _COLLECTION = "chunks"
    _QUERIES = 500
    """Vectors searched at once."""

    def __init__(self, folder: Path, busy_seconds: float = _BUSY_SECONDS) -> None:
        self._folder, self._busy_seconds = folder, busy_seconds
        self._watched = Watched(folder / "chroma.sqlite3")
        self._settled = False

    @cached_property
    def _collection(self) -> Any:
        import chromadb
        from chromadb.config import Settings

        # anonymized_telemetry and migrations_hash_algorithm are set so that a stray .env cannot turn them on
        self._client = chromadb.PersistentClient(str(self._folder), Settings(anonymized_telemetry=False))
        return self._client.get_or_create_collection(
            self._COLLECTION,
            embedding_function=None,
            configuration={"hnsw": _GRAPH},
        )

    @contextmanager
    def _opened(self, *, writing: bool = False) -> Iterator[Any]:
        from chromadb.errors import ChromaError

        # Opening writes too, and so does the first search after it or after a change.
        self._wait(writing or not self._settled)
        self._settled = self._settled and not writing
        try:
            yield self._collection
        except (ChromaError, ValueError, OSError) as error:
            self._forget_client()
            raise self._explained(error) from error

    def _wait(self, writing: bool) -> None:
        """LibraryBusy when another process holds the database for too long."""
        deadline = time.monotonic() + self._busy_seconds
        while (pid := self._watched.holder(writing=writing)) is not None:
            if time.monotonic() > deadline:
                raise LibraryBusy(
                    f"{self._folder}: process {pid} has held the vector index for {self._busy_seconds:g} s. "
                    "Close that program and try again."
                )
            time.sleep(0.02)

    def _explained(self, error: Exception) -> LibraryError:
        if self._folder.is_dir() and shutil.disk_usage(self._folder).free < 2**20:
            what = f"{self._folder}: the disk is full. Free some space; nothing written before is lost."
            return IndexUnwritable(what)
        if isinstance(error, PermissionError) or not os.access(self._folder, os.W_OK) or "readonly" in str(error):
            return IndexUnwritable(f"{self._folder}: cannot be used ({error}). Check the folder's permissions.")
        return IndexDamaged(f"{self._folder}: the vector index cannot be used ({error}). {_MEND}")

    def upsert(self, ids: Sequence[int], vectors: Vectors) -> None:
        """See VectorStore."""
        if not len(ids):
            return
        with self._opened(writing=True) as collection:
            for some in _slices(len(ids), self._client.get_max_batch_size()):
                _add(collection, [str(i) for i in ids[some]], np.ascontiguousarray(vectors[some], dtype=np.float32))

    def delete(self, ids: Sequence[int]) -> None:
        """See VectorStore."""
        if not len(ids):
            return
        with self._opened(writing=True) as collection:
            for some in _slices(len(ids), self._client.get_max_batch_size()):
                collection.delete(ids=[str(i) for i in ids[some]])

    def search(self, vector: Vector, limit: int) -> list[tuple[int, float]]:
        """See VectorStore."""
        return self.search_many(vector[np.newaxis], limit)[0]

    def search_many(self, vectors: Vectors, limit: int) -> list[list[tuple[int, float]]]:
        """See VectorStore."""
        found: list[list[tuple[int, float]]] = []
        if limit <= 0:
            return [[] for _ in vectors]
        with self._opened() as collection:
            for some in _slices(len(vectors), self._QUERIES):
                answer = collection.query(query_embeddings=vectors[some], n_results=limit, include=["distances"])
                for ids, distances in zip(answer["ids"], answer["distances"], strict=True):
                    found.append([(int(i), 1.0 - float(d)) for i, d in zip(ids, distances, strict=True)])
        self._settled = True
        return found

    def count(self) -> int:
        """See VectorStore."""
        with self._opened() as collection:
            return int(collection.count())

    def ids(self) -> list[int]:
        """See VectorStore."""
        with self._opened() as collection:
            return sorted(int(i) for i in collection.get(include=[])["ids"])

    def clear(self) -> None:
        """See VectorStore. The folder is made anew: what is damaged in it cannot stay."""
        self._wait(writing=True)
        self.close()
        try:
            if self._folder.is_dir():
                shutil.rmtree(self._folder)
            else:
                self._folder.unlink(missing_ok=True)
        except OSError as error:
            raise LibraryError(
                f"{self._folder}: cannot be made anew ({error.strerror}). Close programs that use it, and delete it."
            ) from error

    def refresh(self) -> None:
        """See VectorStore."""
        self.close()

    def close(self) -> None:
        """See VectorStore."""
        self._watched.close()
        self._settled = False
        if "_collection" in self.__dict__:
            self._forget_client()

    def _forget_client(self) -> None:
        from chromadb.api.shared_system_client import SharedSystemClient

        self.__dict__.pop("_collection", None)
        SharedSystemClient.clear_system_cache()


def _add(collection: Any, ids: Sequence[str], vectors: Vectors) -> None:
    """Replace without Chroma's upsert: changing a vector in place leaves others in its graph out of reach."""
    found = collection.get(ids=list(ids), include=["embeddings"])
    known = dict(zip(found["ids"], found["embeddings"], strict=True))
    changed = [
        i for i, row in zip(ids, vectors, strict=True) if i in known and not np.allclose(known[i], row, atol=1e-6)
    ]
    if changed:
        collection.delete(ids=changed)
    kept = known.keys() - set(changed)
    new = [at for at, i in enumerate(ids) if i not in kept]
    if new:
        collection.add(ids=[ids[at] for at in new], embeddings=vectors[new])
    for _ in range(_HEALINGS):
        lost = _out_of_reach(collection, vectors)
        if not lost:
            break
        collection.delete(ids=[ids[at] for at in lost])
        collection.add(ids=[ids[at] for at in lost], embeddings=vectors[lost])


def _out_of_reach(collection: Any, vectors: Vectors) -> list[int]:
    """Rows that do not find themselves, nor an equal one. Looking takes longer than adding: all cores share it."""

    def nearest_of(some: slice) -> list[list[float]]:
        found = collection.query(query_embeddings=vectors[some], n_results=1, include=["distances"])
        return list(found["distances"])

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        distances = [first for part in pool.map(nearest_of, _slices(len(vectors), _LOOKED_FOR)) for first in part]
    return [at for at, first in enumerate(distances) if not first or first[0] > _SAME]


def nearest(ids: Sequence[int], matrix: Vectors, vector: Vector, limit: int) -> list[tuple[int, float]]:
    """The rows of `matrix` (n, d) nearest to `vector` by cosine, exactly, best first; equal ones by id."""
    norms = np.linalg.norm(matrix, axis=1) * (float(np.linalg.norm(vector)) or 1.0)
    similarity = matrix @ vector / np.where(norms == 0, 1.0, norms)
    order = sorted(range(len(ids)), key=lambda i: (-similarity[i], ids[i]))[:limit]
    return [(ids[i], float(similarity[i])) for i in order]


def _slices(total: int, size: int) -> Iterator[slice]:
    for start in range(0, total, size):
        yield slice(start, start + size)
