"""Folder → library: read what changed, split it, store its words at once and its vectors after."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from ingest import space, thin
from ingest.embed import Embedder
from ingest.errors import ReadError, Skipped, TomoError
from ingest.follow import Follower, vectors_follow
from ingest.library import Library
from ingest.lock import write_lock
from ingest.prefixes import FOLDER, sweep
from ingest.readers.names import shown
from ingest.reading import Batch, FileChanged, Read, Reading, batches, reading_ahead
from ingest.records import FileRecord
from ingest.scan import NO_OCR, Candidate, Recipe, emptied, gone, look_again, plainly, scan
from ingest.split import Splitter
from ingest.types import Working
from ingest.vectors import VectorStore

Status = Literal["added", "updated", "unchanged", "removed", "skipped", "failed"]

_READ_AGAIN = 2
"""How often a file that changes while it is read is read again before it is left for the next run."""


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
    """Event: how far the work is. `page` of `of_pages` of `file` have been read, where that is slow."""

    files_done: int
    files: int
    pages: int
    embedded: int
    to_embed: int
    file: str = ""
    page: int = 0
    of_pages: int = 0


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


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Tools:
    """What ingest works with. `recipe` names the options of `read` that alter what is read of a file.

    `rest` is called when nothing is left to read: what reads ends at once and lets go of its memory. `renew` is called
    first, alone with the library: it drops vectors that the embedder cannot be compared with any more.
    """

    library: Library
    store: VectorStore
    embedder: Embedder
    splitter: Splitter
    read: Read
    recipe: Recipe = plainly
    rest: Callable[[], None] = _nothing
    renew: Callable[[], None] = _nothing


def ingest(
    paths: Sequence[Path],
    tools: Tools,
    *,
    prune: bool = False,
    again: bool = False,
    retry: bool = True,
    workers: int = 1,
    check_space: bool = True,
    wait: float = 1.0,
) -> Iterator[Event]:
    """Bring the library in step with `paths`; every file met ends in one FileDone.

    `prune` removes documents whose file is gone, `again` reads unchanged files too, without `retry` those that
    could not be read stay so until they change. LibraryBusy when somebody else goes on writing for `wait` seconds,
    LibraryError when the disk has not the room. Interrupted at any moment, the next call finishes the work.
    """
    library = tools.library
    with ExitStack() as held:
        held.enter_context(write_lock(library.folder, "ingest", wait))
        tools.renew()
        vectors = held.enter_context(vectors_follow(library, tools.store, tools.embedder))
        journal = library.files()
        candidates = list(scan(paths, journal, tools.recipe, again, retry))
        if check_space:
            space.check(candidates, library.folder)
        tally = _Tally(vectors, len(candidates))
        candidates = _moved(candidates, library)
        _refresh_journal(candidates, journal, library)
        for event in _files(candidates, tools, workers, again):
            vectors.wake()
            if isinstance(event, FileDone) and event.status == "updated":
                sweep(library.folder / FOLDER, library.text_digest)
            yield from tally.note(event)
        for done in _pruned(paths, journal, candidates, library) if prune else ():
            yield from tally.note(done)
        for _ in vectors.finish():
            yield tally.progress()
        sweep(library.folder / FOLDER, library.text_digest)
        yield tally.summary(library)


@dataclass(slots=True)
class _Tally:
    """Counts what happens."""

    vectors: Follower
    files: int
    pages: int = 0
    started: float = field(default_factory=time.monotonic)
    counts: dict[Status, int] = field(
        default_factory=lambda: dict.fromkeys(("added", "updated", "unchanged", "removed", "skipped", "failed"), 0)
    )

    def note(self, event: FileDone | Progress) -> Iterator[Event]:
        if isinstance(event, FileDone):
            self.counts[event.status] += 1
            self.pages += event.pages if event.status in ("added", "updated") else 0
            yield event
            yield self.progress()
        else:
            yield replace(self.progress(), file=event.file, page=event.page, of_pages=event.of_pages)

    def progress(self) -> Progress:
        done = sum(self.counts.values()) - self.counts["removed"]
        return Progress(done, self.files, self.pages, *self.vectors.progress())

    def summary(self, library: Library) -> Summary:
        totals, elapsed = library.totals(), time.monotonic() - self.started
        return Summary(**self.counts, documents=totals["documents"], chunks=totals["chunks"], seconds=round(elapsed, 3))


def _moved(candidates: Iterable[Candidate], library: Library) -> list[Candidate]:
    """Enter moved files where they are now. One with another name is read again: its name may be its title.

    Until then its row is unfinished, as a run that ends in between would leave the old title for ever.
    """
    found = []
    for candidate in candidates:
        if candidate.change == "moved":
            renamed = Path(candidate.moved_from).name != candidate.path.name
            record = replace(candidate.record, digest="") if renamed else candidate.record
            library.move_file(candidate.moved_from, record)
            if renamed:
                candidate = replace(candidate, change="changed")
        found.append(candidate)
    return found


def _refresh_journal(candidates: Iterable[Candidate], journal: dict[str, FileRecord], library: Library) -> None:
    """Keep the new dates of files that are the same, so that the next run need not read them, and what is refused."""
    changed = []
    for candidate in candidates:
        known, record = journal.get(candidate.record.path), candidate.record
        if candidate.change in ("skipped", "failed") and os.path.lexists(candidate.path):
            record = replace(record, status=candidate.change, reason=candidate.reason)
        elif candidate.change != "unchanged":
            continue
        elif known and known.status == "added":
            record = replace(record, reason=known.reason)
        if record != known:
            changed.append(record)
    if changed:
        library.note_files(changed)


def _pruned(
    paths: Sequence[Path], journal: dict[str, FileRecord], candidates: Sequence[Candidate], library: Library
) -> Iterator[FileDone]:
    for path in gone(paths, journal, candidates):
        library.forget_file(path)
        yield FileDone(path, "removed", "its file is gone")
    for folder in emptied(paths, journal, candidates):
        reason = "holds nothing now: is its drive mounted? Nothing was removed; `python -m rag remove` does that."
        yield FileDone(str(folder), "skipped", reason)


def _files(candidates: Sequence[Candidate], tools: Tools, workers: int, again: bool) -> Iterator[FileDone | Progress]:
    def start(candidate: Candidate) -> Generator[Batch | Working]:
        return batches(candidate, tools.library, tools.splitter, tools.read, again)

    if any(c.change in ("new", "changed") for c in candidates):
        threading.Thread(target=_prepare, args=(tools.splitter,), daemon=True).start()
    with reading_ahead(candidates, start, workers, tools.rest) as ahead:
        for candidate, reading in ahead:
            if reading is None:
                yield _passed_over(candidate)
            else:
                yield (yield from _taken_in(candidate, reading, tools))


def _prepare(splitter: Splitter) -> None:
    with suppress(TomoError):  # the first document meets it again
        splitter.prepare()


def _passed_over(candidate: Candidate) -> FileDone:
    """A file that need not or cannot be read."""
    file = str(candidate.path)
    if candidate.change == "moved":
        return FileDone(file, "unchanged", f"moved from {candidate.moved_from}")
    if candidate.change == "unchanged":
        return FileDone(file, "unchanged")
    return FileDone(file, "skipped" if candidate.change == "skipped" else "failed", candidate.reason)


def _taken_in(candidate: Candidate, reading: Reading, tools: Tools) -> Generator[Progress, None, FileDone]:
    """Store a file as it is read; what became of it."""
    library, file = tools.library, str(candidate.path)
    before = len(library.known_parts(candidate.record.path))
    try:
        pages, chunks, changed, warning = yield from _stored(candidate, reading, tools)
    except ReadError as error:
        status: Status = "skipped" if isinstance(error, Skipped) else "failed"
        reason = f"{error}{_kept(before, len(library.known_parts(candidate.record.path)))}"
        library.note_files([replace(candidate.record, status=status, reason=reason)])
        return FileDone(file, status, reason, seconds=round(reading.seconds, 3))
    reason = candidate.reason or warning
    if before > 1:
        reason = f"{changed} of its documents were new or changed" + (f"; {reason}" if reason else "")
    return FileDone(file, "updated" if before else "added", reason, pages, chunks, round(reading.seconds, 3))


def _kept(before: int, now: int) -> str:
    """What of a file that could not be read to its end can be found all the same."""
    if before:
        return " What was read of it before is kept."
    return f" What was read of it up to there is kept: {now} documents." if now else ""


def _stored(
    candidate: Candidate, reading: Iterable[Batch | Working], tools: Tools
) -> Generator[Progress, None, tuple[int, int, int, str]]:
    """Pages and chunks of the file, how many of its documents were new or changed, a warning; raises ReadError."""
    for _ in range(_READ_AGAIN + 1):
        pages, chunks, changed, warning = 0, 0, 0, ""
        try:
            for item in reading:
                if isinstance(item, Working):
                    yield Progress(0, 0, 0, 0, 0, str(candidate.path), item.page, item.pages)
                    continue
                space.keep_reserve(tools.library.folder)
                read = [piece.document for piece in item.pieces]
                warning = thin.warning(candidate.path, read, NO_OCR not in candidate.record.recipe.split())
                record = replace(candidate.record, reason=warning)
                pages, chunks = tools.library.store(record, item.pieces, item.parts)
                changed += sum(piece.chunks is not None for piece in item.pieces)
            return pages, chunks, changed, warning
        except FileChanged:
            candidate = look_again(candidate)
            reading = batches(candidate, tools.library, tools.splitter, tools.read)
    raise ReadError(
        f"{shown(candidate.path)}: changes while it is read. Ingest it again when the program that writes it is done."
    )
