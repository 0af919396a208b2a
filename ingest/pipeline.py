"""Folder → library: read what changed, split it, store its words at once and its vectors after."""

from __future__ import annotations

import hashlib
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ingest.embed import Embedder
from ingest.errors import ReadError, Skipped
from ingest.library import Library
from ingest.lock import write_lock
from ingest.scan import Candidate, gone, scan
from ingest.split import Splitter
from ingest.types import Chunk, Document
from ingest.vectors import VectorStore

Status = Literal["added", "updated", "unchanged", "removed", "skipped", "failed"]
Read = Callable[[Path], Iterable[Document]]
"""A reader: raises ReadError, or Skipped for a file that is not for Tomo."""

_VECTOR_BATCH = 128
_Pieces = list[tuple[Document, list[Chunk]]]


@dataclass(frozen=True, slots=True)
class FileDone:
    """Event: what became of one file; its words can be found, its vectors may follow."""

    file: str
    status: Status
    reason: str = ""
    pages: int = 0
    chunks: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """Event: how far the work is; `files` grows while folders are walked."""

    files_done: int
    files: int
    embedded: int
    to_embed: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Event, the last one: how many files ended how, and the library's totals."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    skipped: int = 0
    failed: int = 0
    documents: int = 0
    chunks: int = 0
    seconds: float = 0.0


Event = FileDone | Progress | Summary


@dataclass(frozen=True, slots=True)
class Tools:
    """What ingest works with."""

    library: Library
    store: VectorStore
    embedder: Embedder
    splitter: Splitter
    read: Read


def ingest(paths: Sequence[Path], tools: Tools, *, prune: bool = False, workers: int = 1) -> Iterator[Event]:
    """Bring the library in step with `paths`; every file met ends in one FileDone.

    LibraryBusy when somebody else is writing. Interrupted at any moment, the next call finishes the work.
    """
    started = time.monotonic()
    library = tools.library
    with write_lock(library.folder, "ingest"), _vectors_follow(tools) as vectors:
        counts = dict.fromkeys(("added", "updated", "unchanged", "removed", "skipped", "failed"), 0)
        candidates = list(scan(paths, library.files()))
        for done in _files(candidates, tools, workers):
            counts[done.status] += 1
            vectors.wake()
            yield done
            yield Progress(sum(counts.values()), len(candidates), *vectors.progress())
        for path in gone(paths, library.files()) if prune else []:
            library.forget_file(path)
            counts["removed"] += 1
            yield FileDone(path, "removed", "its file is gone")
        for _ in vectors.finish():
            yield Progress(len(candidates), len(candidates), *vectors.progress())
        totals = library.totals()
        elapsed = time.monotonic() - started
        yield Summary(**counts, documents=totals["documents"], chunks=totals["chunks"], seconds=round(elapsed, 3))


def _files(candidates: Sequence[Candidate], tools: Tools, workers: int) -> Iterator[FileDone]:
    """Files are read ahead by `workers` threads (each waits for a child process) and stored in order."""
    ahead: queue.Queue[tuple[Candidate, Future[tuple[_Pieces, float]] | None]] = queue.Queue()
    waiting = iter(candidates)
    with ThreadPoolExecutor(workers, "read") as pool:

        def fill() -> None:
            while ahead.qsize() <= workers and (candidate := next(waiting, None)) is not None:
                wanted = candidate.change in ("new", "changed")
                ahead.put((candidate, pool.submit(_read_and_split, candidate, tools) if wanted else None))

        fill()
        while not ahead.empty():
            candidate, work = ahead.get()
            yield _settle(candidate, work, tools.library)
            fill()


def _read_and_split(candidate: Candidate, tools: Tools) -> tuple[_Pieces, float]:
    """The documents with their chunks, and the seconds it took."""
    started, found = time.monotonic(), []
    for document in tools.read(candidate.path):
        named = replace(document, id=document_id(candidate.record.path, document.id))
        found.append((named, tools.splitter.split(named)))
    return found, time.monotonic() - started


def document_id(path: str, key: str) -> str:
    """The id of the document `key` (empty: the only one) of a file: 12 hexadecimal digits of a SHA-256."""
    return hashlib.sha256(f"{path}\0{key}".encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _settle(candidate: Candidate, work: Future[tuple[_Pieces, float]] | None, library: Library) -> FileDone:
    started, file, reading = time.monotonic(), str(candidate.path), 0.0
    if work is None:
        status: Status = "unchanged" if candidate.change == "unchanged" else "skipped"
        if candidate.change == "failed":
            status = "failed"
        return FileDone(file, status, candidate.reason)
    try:
        documents, reading = work.result()
        started = time.monotonic()
        if not any(chunks for _, chunks in documents):
            raise Skipped(f"{candidate.path.name}: holds no text.")
        pages, count = library.store(candidate.record, documents)
    except ReadError as error:
        status = "skipped" if isinstance(error, Skipped) else "failed"
        library.note_failure(replace(candidate.record, status=status, reason=str(error)))
        return FileDone(file, status, str(error), seconds=round(time.monotonic() - started, 3))
    status = "added" if candidate.change == "new" else "updated"
    return FileDone(file, status, "", pages, count, round(reading + time.monotonic() - started, 3))


class _Vectors:
    """Embeds what has no vector yet, in a thread of its own: the only one that touches the vector store."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._wake, self._closing, self._stopping = threading.Event(), threading.Event(), threading.Event()
        self._embedded = 0
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="vectors", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """There may be something to embed; raises what went wrong in the thread."""
        if self._error is not None:
            raise self._error
        self._wake.set()

    def progress(self) -> tuple[int, int]:
        """Chunks embedded by this run, and all it has to."""
        return self._embedded, self._embedded + self._tools.library.totals()["unembedded"]

    def finish(self) -> Iterator[None]:
        """Wait until all is embedded, a turn every 0.2 s."""
        self._closing.set()
        self._wake.set()
        while self._thread.is_alive():
            self._thread.join(0.2)
            yield
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """End after the batch in work."""
        self._stopping.set()
        self._closing.set()
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._wake.clear()
                closing = self._closing.is_set()
                if not self._turn():
                    if closing:
                        return
                    self._wake.wait()
        except BaseException as error:  # noqa: BLE001 - handed to the main thread, which raises it
            self._error = error

    def _turn(self) -> bool:
        self._embedded += embed_pending(self._tools.library, self._tools.embedder)
        return index_pending(self._tools.library, self._tools.store) > 0


@contextmanager
def _vectors_follow(tools: Tools) -> Iterator[_Vectors]:
    vectors = _Vectors(tools)
    try:
        yield vectors
    finally:
        vectors.stop()


def embed_pending(library: Library, embedder: Embedder, limit: int = _VECTOR_BATCH) -> int:
    """Embed the oldest chunks that have no vector, with their breadcrumbs; how many."""
    batch = library.without_vector(limit)
    if batch:
        vectors = embedder.embed_passages([f"{c.chunk.breadcrumb}\n{c.chunk.text}" for c in batch])
        library.store_vectors([c.id for c in batch], vectors)
    return len(batch)


def index_pending(library: Library, store: VectorStore, limit: int = 5000) -> int:
    """Bring the index in step with the catalogue: forget, then add; how many changed."""
    forgotten = library.forgotten(limit)
    if forgotten:
        store.delete(forgotten)
        library.clear_forgotten(forgotten)
    ids, vectors = library.without_index(limit)
    if ids:
        store.upsert(ids, vectors)
        library.mark_indexed(ids)
    return len(forgotten) + len(ids)


def rebuild(library: Library, store: VectorStore) -> int:
    """Fill the index anew from the catalogue's own vectors, without reading a file; how many."""
    with write_lock(library.folder, "rebuild"):
        store.clear()
        library.unindex_all()
        total = 0
        while changed := index_pending(library, store):
            total += changed
    return total
