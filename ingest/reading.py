"""Files → batches of pieces, read ahead of whoever stores them."""

from __future__ import annotations

import hashlib
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.errors import Skipped
from ingest.filing import Piece
from ingest.library import Library
from ingest.readers.names import shown
from ingest.scan import Candidate, is_as_scanned
from ingest.several_languages import by_language
from ingest.split import Splitter
from ingest.types import Document, Working
from ingest.wire import encode

Read = Callable[[Path], Iterable[Document | Working]]
"""A reader: raises ReadError, or Skipped for a file that is not for Tomo."""

_BATCH_CHARACTERS = 1_000_000
"""A batch is stored when it holds so much: an export of any size needs the memory of two or three."""
_BATCHES_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Batch:
    """Some documents of a file. `parts` names all documents of the file, in the last one; None in the others."""

    pieces: tuple[Piece, ...]
    parts: frozenset[str] | None = None


class FileChanged(Exception):
    """The file is no longer what was scanned."""


def batches(
    candidate: Candidate, library: Library, splitter: Splitter, read: Read, again: bool = False
) -> Generator[Batch | Working]:
    """Read a file; raises ReadError, and FileChanged in the place of the last batch.

    A document equal to the stored one is not split again, and keeps its vectors; with `again` it is.
    """
    path, known = candidate.record.path, library.known_parts(candidate.record.path)
    pieces: list[Piece] = []
    parts: set[str] = set()
    characters, any_text = 0, False
    for item in read(candidate.path):
        if isinstance(item, Working):
            yield item
            if item.draft is not None and item.draft.id not in known:
                draft = replace(item.draft, id=library.free_id(path, item.draft.id))
                yield Batch((Piece(*by_language(draft, splitter.split(draft)), item.draft.id),))
            continue
        part = item.id
        while part in parts:  # two tickets of one number both stay
            part += "+"
        parts.add(part)
        digest = hashlib.sha256(encode(item).body + splitter.recipe.encode()).hexdigest()
        stored = known.get(part)
        if stored is not None and stored.digest == digest and not again:
            piece = Piece(replace(item, id=stored.id), None, part, digest)
        else:
            named = replace(item, id=stored.id if stored else library.free_id(path, part))
            told = by_language(named, splitter.split(named))
            piece = Piece(*told, part, digest, splitter.tokens(named))
        any_text |= piece.chunks is None or bool(piece.chunks)
        characters += sum(len(page.text) for page in item.pages)
        pieces.append(piece)
        if characters >= _BATCH_CHARACTERS:
            yield Batch(tuple(pieces))
            pieces, characters = [], 0
    if not is_as_scanned(candidate):
        raise FileChanged
    if not any_text:
        raise Skipped(f"{shown(candidate.path)}: holds no text.")
    yield Batch(tuple(pieces), frozenset(parts))


class Reading:
    """One file that a thread reads; iterating takes what it has found so far and raises what stopped it."""

    def __init__(self, source: Generator[Batch | Working], pool: ThreadPoolExecutor, stop: threading.Event) -> None:
        self.seconds = 0.0
        """Time spent reading and splitting, without waiting for whoever stores."""
        self._source, self._stop = source, stop
        self._found: queue.Queue[Batch | Working | None] = queue.Queue(_BATCHES_AHEAD)
        self._work: Future[None] = pool.submit(self._pump)

    def __iter__(self) -> Iterator[Batch | Working]:
        while (item := self._found.get()) is not None:
            yield item
        self._work.result()

    def _pump(self) -> None:
        try:
            started = time.monotonic()
            for item in self._source:
                self.seconds += time.monotonic() - started
                if not self._put(item):
                    return
                started = time.monotonic()
            self.seconds += time.monotonic() - started
        finally:
            self._source.close()  # which stops the child that reads
            self._put(None)

    def _put(self, item: Batch | Working | None) -> bool:
        """Whether it was taken over before all was stopped."""
        while not self._stop.is_set():
            try:
                self._found.put(item, timeout=0.2)
            except queue.Full:
                continue
            return True
        return False


@contextmanager
def reading_ahead(
    candidates: Sequence[Candidate],
    start: Callable[[Candidate], Generator[Batch | Working]],
    workers: int,
    rest: Callable[[], None],
) -> Iterator[Iterator[tuple[Candidate, Reading | None]]]:
    """Every candidate in order with its reading, or None where there is nothing to read; `workers` are read at once.

    Leaving the block ends what is still being read: `rest` stops those who read.
    """
    stop = threading.Event()
    waiting = iter(candidates)
    ahead: queue.SimpleQueue[tuple[Candidate, Reading | None]] = queue.SimpleQueue()
    pool = ThreadPoolExecutor(workers, "read")

    def fill() -> None:
        while ahead.qsize() <= workers and (candidate := next(waiting, None)) is not None:
            wanted = candidate.change in ("new", "changed")
            ahead.put((candidate, Reading(start(candidate), pool, stop) if wanted else None))

    def taken() -> Iterator[tuple[Candidate, Reading | None]]:
        fill()
        while not ahead.empty():
            yield ahead.get()
            fill()

    try:
        yield taken()
    finally:
        stop.set()
        rest()
        pool.shutdown(cancel_futures=True)
