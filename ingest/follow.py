"""Chunks without a vector → vectors in the catalogue and in the index, behind the reading."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext

import numpy as np

from ingest import schema, space
from ingest.checks import bad_copies
from ingest.embed import Embedder
from ingest.errors import IndexDamaged
from ingest.filing import embedded_text
from ingest.library import Library
from ingest.lock import write_lock
from ingest.reach import INDEX, SETTLED, lost_chunks, stored_vectors
from ingest.vectors import VectorStore

log = logging.getLogger(__name__)

_BATCH = 32
"""Under a second of work, so that who stops it need not wait; 128 at once are no faster (41 chunks/s both)."""
_COUNT_SECONDS = 0.5
_INDEX_CHUNKS = 512
_INDEX_SECONDS = 2.0
_SETTLINGS = 5


class Follower:
    """Embeds what has no vector yet, in a thread of its own: the only one that touches the vector store."""

    def __init__(self, library: Library, store: VectorStore, embedder: Embedder) -> None:
        self._library, self._store, self._embedder = library, store, embedder
        self._wake, self._closing, self._stopping = threading.Event(), threading.Event(), threading.Event()
        # Not the thread's own `join`: interrupted (Ctrl-C) it takes a running thread for one that has ended.
        self._ended = threading.Event()
        self._writing = threading.Lock()
        self._embedded = self._total = self._waiting = 0
        self._indexed_at = 0.0
        self._looked = False
        self._counted = float("-inf")
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="vectors", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """There may be something to embed; raises what went wrong in the thread."""
        if self._error is not None:
            raise self._error
        self._wake.set()

    def progress(self) -> tuple[int, int]:
        """Chunks embedded by this run, and all it has to, as of half a second ago."""
        if time.monotonic() - self._counted > _COUNT_SECONDS:
            self._total = self._embedded + self._library.totals()["unembedded"]
            self._counted = time.monotonic()
        return self._embedded, max(self._total, self._embedded)

    def finish(self) -> Iterator[None]:
        """Wait until all is embedded, a turn every 0.2 s."""
        self._closing.set()
        self._wake.set()
        while not self._ended.wait(0.2):
            yield
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """End after the batch in work."""
        self._stopping.set()
        self._closing.set()
        self._wake.set()
        self._ended.wait()

    def abandon(self) -> None:
        """End now, what is being written aside: for a process that is about to end. Nothing is written any more."""
        self._stopping.set()
        self._writing.acquire()
        self._ended.set()  # as far as who waits for it is concerned

    def _run(self) -> None:
        try:
            if not (self._library.folder / INDEX).is_dir():  # to ask an index that is there costs a second
                self._look()
            while not self._stopping.is_set():
                self._wake.clear()
                closing = self._closing.is_set()
                if not self._turn(closing):
                    if closing:
                        with self._writing:
                            settle(self._library, self._store)
                        return
                    self._wake.wait(_INDEX_SECONDS if self._waiting else None)
        except BaseException as error:  # noqa: BLE001 - handed to the main thread, which raises it
            self._error = error
        finally:
            self._ended.set()

    def _look(self) -> None:
        with self._writing:
            make_whole(self._library, self._store)
        self._looked = True

    def _turn(self, closing: bool) -> bool:
        """Embed a batch; enter what is embedded into the index, if enough waits or for long: small steps are dear."""
        space.keep_reserve(self._library.folder)
        embedded = embed_pending(self._library, self._embedder, writing=self._writing)
        self._embedded, self._waiting = self._embedded + embedded, self._waiting + embedded
        late = time.monotonic() - self._indexed_at > _INDEX_SECONDS
        if not (closing or late or self._waiting >= _INDEX_CHUNKS):
            return embedded > 0
        if not self._looked and has_pending(self._library):
            self._look()
        with self._writing:
            changed = index_pending(self._library, self._store)
        self._waiting, self._indexed_at = 0, time.monotonic()
        return embedded + changed > 0


@contextmanager
def vectors_follow(library: Library, store: VectorStore, embedder: Embedder) -> Iterator[Follower]:
    """The thread that embeds, for as long as the block runs."""
    vectors = Follower(library, store, embedder)
    try:
        yield vectors
    except KeyboardInterrupt:
        vectors.abandon()
        raise
    finally:
        vectors.stop()


def embed_pending(
    library: Library, embedder: Embedder, limit: int = _BATCH, writing: AbstractContextManager[object] | None = None
) -> int:
    """Embed the oldest chunks that have no vector, with their breadcrumbs, each text once; how many texts.

    `writing` is held while they are stored.
    """
    batch = {embedded_text(c.chunk): c.id for c in library.without_vector(limit)}
    if batch:
        vectors = embedder.embed_chunks(list(batch))
        with writing or nullcontext():
            library.store_vectors(list(batch.values()), vectors)
    return len(batch)


def index_pending(library: Library, store: VectorStore, limit: int = 5000) -> int:
    """Bring the index in step with the catalogue: forget, then add; how many changed.

    A damaged index is made anew: who is killed while Chroma writes its files leaves one behind now and then.
    """
    try:
        return _index_step(library, store, limit)
    except IndexDamaged as error:
        _start_anew(library, store, error)
        return _index_step(library, store, limit)


def has_pending(library: Library) -> bool:
    """Whether the index has something to forget or to add."""
    return bool(library.forgotten(1)) or bool(library.without_index(1)[0])


def make_whole(library: Library, store: VectorStore) -> None:
    """Have an index filled again that holds fewer vectors than were entered: its folder was deleted, or not copied."""
    totals = library.totals()  # before the store's count: what searches meanwhile changes neither
    entered = totals["chunks"] - totals["unindexed"]
    try:
        held = store.count() if entered else 0
    except IndexDamaged as error:
        _start_anew(library, store, error)
        return
    if held < entered:
        log.warning("The vector index holds %d of %d vectors. It is made anew now.", held, entered)
        _empty(library, store)


def _start_anew(library: Library, store: VectorStore, error: IndexDamaged) -> None:
    log.warning("%s It is made anew now.", error)
    _empty(library, store)


def _empty(library: Library, store: VectorStore) -> None:
    library.set_meta(SETTLED, "0")  # all that is entered anew is looked for anew
    library.unindex_all()  # before the rest: killed after it, the next run fills the index
    store.clear()


def _index_step(library: Library, store: VectorStore, limit: int) -> int:
    forgotten = library.forgotten(limit)
    if forgotten:
        store.delete(forgotten)
        library.clear_forgotten(forgotten)
    ids, vectors = library.without_index(limit)
    if ids:
        store.upsert(ids, vectors)
        library.mark_indexed(ids)
    return len(forgotten) + len(ids)


def settle(library: Library, store: VectorStore, *, all_of_them: bool = False) -> int:
    """Enter chunks again that the index holds but does not find by their own vectors; how many were lost at first.

    A graph of neighbours loses some vectors as others are added near them. Looks at what has come since the last time,
    or at all.
    """
    try:
        return _settle(library, store, all_of_them)
    except IndexDamaged as error:
        _start_anew(library, store, error)
        while index_pending(library, store):
            continue
        return _settle(library, store, all_of_them)


def _settle(library: Library, store: VectorStore, all_of_them: bool) -> int:
    after = 0 if all_of_them else int(library.meta(SETTLED) or 0)
    with closing(schema.connect(library.path)) as db:
        new = {row[0] for row in db.execute("SELECT id FROM chunks WHERE id > ? AND indexed = 1", (after,))}
        spoilt = set(bad_copies(db, after))
        lost = lost_chunks(db, store, new, spoilt) if new else []
        count = len(lost)
        for _ in range(_SETTLINGS):
            if not lost:
                break
            rows = stored_vectors(db, lost)
            store.delete(list(rows))
            store.upsert(list(rows), np.stack(list(rows.values())))
            lost = lost_chunks(db, store, set(lost), spoilt)
    if new:
        library.set_meta(SETTLED, str(max(new)))
    return count


def rebuild(library: Library, store: VectorStore) -> int:
    """Fill the index anew from the catalogue's own vectors, without reading a file; how many."""
    with write_lock(library.folder, "rebuild"):
        _empty(library, store)
        total = 0
        while changed := index_pending(library, store):
            total += changed
        settle(library, store, all_of_them=True)
    return total
