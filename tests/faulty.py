"""An ingest that kills itself (SIGKILL) at a named point, the n-th time it comes there.

Nothing in the product knows of it: the parts that ingest is given are wrapped. Runs in a process that is forked for it.
"""

from __future__ import annotations

import csv
import io
import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

import numpy as np

from ingest.digest import library_lines
from ingest.doctor import examine
from ingest.embed import HashEmbedder, Vectors
from ingest.filing import Piece
from ingest.library import Library
from ingest.pipeline import Summary, Tools, ingest
from ingest.readers import read
from ingest.records import FileRecord
from ingest.split import Splitter
from ingest.types import Document, Working
from ingest.vectors import ChromaStore

POINTS = (
    "before-reading", "while-reading", "after-reading",
    "before-storing", "while-opening-the-file", "while-storing-chunks", "before-commit", "after-storing",
    "before-embedding", "after-embedding", "after-keeping-vectors",
    "before-indexing", "while-indexing", "after-indexing", "after-marking-indexed",
    "before-noting-a-file", "before-the-summary", "while-writing-the-summary",
)  # fmt: skip
"""Where a first ingest can be killed."""
LATER_POINTS = (
    "while-replacing", "before-forgetting", "while-forgetting", "after-forgetting", "after-clearing-forgotten",
    "before-pruning", "while-pruning", "after-pruning",
)  # fmt: skip
"""Where only an ingest of a folder that has changed comes."""


class Trap:
    """Kills this process the `nth` time it is at `point`."""

    def __init__(self, point: str = "", nth: int = 1) -> None:
        self._point, self._left = point, nth

    def at(self, point: str) -> None:
        """The process is there now."""
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class TrappedLibrary(Library):
    """A library that passes traps."""

    _STATEMENTS = (
        ("INSERT INTO files", "while-opening-the-file"),
        ("INSERT INTO chunks", "while-storing-chunks"),
        ("DELETE FROM documents WHERE id", "while-replacing"),
        ("DELETE FROM files", "while-pruning"),
        ("COMMIT", "before-commit"),
    )

    def __init__(self, folder: Path, trap: Trap) -> None:
        self.trap = trap
        super().__init__(folder)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with super().transaction() as db:
            db.set_trace_callback(self._traced)
            yield db

    def _traced(self, statement: str) -> None:
        for start, point in self._STATEMENTS:
            if statement.startswith(start):
                self.trap.at(point)

    def store(self, record: FileRecord, pieces: Iterable[Piece], parts: Iterable[str] | None = None) -> tuple[int, int]:
        self.trap.at("before-storing")
        sizes = super().store(record, pieces, parts)
        self.trap.at("after-storing")
        return sizes

    def store_vectors(self, ids: Sequence[int], vectors: Sequence[Vectors]) -> None:
        super().store_vectors(ids, vectors)
        self.trap.at("after-keeping-vectors")

    def mark_indexed(self, ids: Sequence[int]) -> None:
        self.trap.at("after-indexing")
        super().mark_indexed(ids)
        self.trap.at("after-marking-indexed")

    def forgotten(self, limit: int) -> list[int]:
        return super().forgotten(min(limit, 20))  # in several steps, so that there is a second one to be killed in

    def without_index(self, limit: int) -> tuple[list[int], Vectors]:
        return super().without_index(min(limit, 20))

    def clear_forgotten(self, ids: Sequence[int]) -> None:
        self.trap.at("after-forgetting")
        super().clear_forgotten(ids)
        self.trap.at("after-clearing-forgotten")

    def note_files(self, records: Iterable[FileRecord]) -> None:
        self.trap.at("before-noting-a-file")
        super().note_files(records)

    def forget_file(self, path: str) -> int:
        self.trap.at("before-pruning")
        count = super().forget_file(path)
        self.trap.at("after-pruning")
        return count


class TrappedStore(ChromaStore):
    """An index that is written in halves, with a trap between them."""

    def __init__(self, folder: Path, trap: Trap) -> None:
        self.trap = trap
        super().__init__(folder)

    def upsert(self, ids: Sequence[int], vectors: Vectors) -> None:
        self.trap.at("before-indexing")
        half = len(ids) // 2
        super().upsert(ids[:half], vectors[:half])
        self.trap.at("while-indexing")
        super().upsert(ids[half:], vectors[half:])

    def delete(self, ids: Sequence[int]) -> None:
        self.trap.at("before-forgetting")
        half = len(ids) // 2
        super().delete(ids[:half])
        self.trap.at("while-forgetting")
        super().delete(ids[half:])


class TrappedEmbedder(HashEmbedder):
    """An embedder between two traps."""

    def __init__(self, trap: Trap) -> None:
        self.trap = trap
        super().__init__()

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.trap.at("before-embedding")
        vectors = super().embed_passages(texts)
        self.trap.at("after-embedding")
        return np.asarray(vectors, dtype=np.float32)


def trapped_read(trap: Trap) -> Callable[[Path], Iterator[Document | Working]]:
    """The real reader between traps; one is passed after every document."""

    def reading(path: Path) -> Iterator[Document | Working]:
        trap.at("before-reading")
        for item in read(path):
            yield item
            trap.at("while-reading")
        trap.at("after-reading")

    return reading


def make_tools(folder: Path, trap: Trap | None = None) -> Tools:
    """What ingest works with: real but for the embedder, which hashes."""
    trap = trap or Trap()
    embedder = TrappedEmbedder(trap)
    library = TrappedLibrary(folder, trap)
    store = TrappedStore(folder / "chroma", trap)
    return Tools(
        library, store, embedder, Splitter(lambda text: embedder.count_tokens([text])[0], 60), trapped_read(trap)
    )


def run(files: Path, library: Path, point: str = "", nth: int = 1) -> None:
    """Ingest with --prune, and write the summary beside the library, as a command line would."""
    trap = Trap(point, nth)
    tools = make_tools(library, trap)
    with (library.parent / f"{library.name}.log").open("w", encoding="utf-8") as log:
        for event in ingest([files], tools, prune=True):
            if isinstance(event, Summary):
                trap.at("before-the-summary")
                log.write("half a summ")
                log.flush()
                trap.at("while-writing-the-summary")
            log.write(f"{event}\n")
    tools.store.close()


_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.faulty", "chromadb", "langchain_text_splitters"])


def in_a_process(files: Path, library: Path, point: str = "", nth: int = 1) -> int:
    """`run` in a process of its own; its exit code: -9 when it was killed."""
    child = _FORKS.Process(target=run, args=(files, library, point, nth))
    child.start()
    child.join(120)
    if child.exitcode is None:
        child.kill()
        raise TimeoutError(f"the ingest hangs at {point}")
    return child.exitcode


def killed_at_random(files: Path, library: Path, seconds: float) -> bool:
    """`run`, killed after so many seconds; whether it was still at work then."""
    child = _FORKS.Process(target=run, args=(files, library))
    child.start()
    child.join(seconds)
    working = child.exitcode is None
    child.kill()
    child.join()
    return working


def held(folder: Path) -> list[str]:
    """All that the library's digest is made of: where two differ, a test shows the rows."""
    tools = make_tools(folder)
    try:
        return list(library_lines(tools.library, tools.store))
    finally:
        tools.store.close()
        tools.library.close()


def wrong(folder: Path) -> list[str]:
    """What doctor says is wrong."""
    tools = make_tools(folder)
    try:
        return [f"{f.check}: {f.text}" for f in examine(tools.library, tools.store, tools.embedder.name) if not f.ok]
    finally:
        tools.store.close()
        tools.library.close()


@dataclass(frozen=True)
class Material:
    """A folder before and after a day's changes; `files` is where either is put to be ingested."""

    files: Path
    before: Path
    after: Path

    def show(self, folder: Path) -> None:
        """Let `files` be as this folder."""
        shutil.rmtree(self.files, ignore_errors=True)
        shutil.copytree(folder, self.files)


def make_material(folder: Path, tickets: int = 300) -> Material:
    """Manuals, an export of tickets and two files that cannot be read; then some changed, removed, moved and new."""
    before, after = folder / "before", folder / "after"
    (before / "deep").mkdir(parents=True)
    for n in range(6):
        sections = "\n\n".join(f"# Part {n}.{p}\n\n" + sentence(n * 100 + p) * 4 for p in range(8))
        (before / f"manual{n}.md").write_text(sections, encoding="utf-8")
    (before / "deep" / "notes.txt").write_text(sentence(7) * 30, encoding="utf-8")
    (before / "broken.pdf").write_bytes(b"%PDF-1.4 nothing follows")
    (before / "also-broken.docx").write_bytes(b"PK\x03\x04 nothing follows")
    (before / "tickets.csv").write_text(export(range(tickets)), encoding="utf-8")
    shutil.copytree(before, after)
    (after / "manual0.md").write_text(f"# Changed\n\n{sentence(999) * 20}", encoding="utf-8")
    (after / "manual1.md").write_text(
        (before / "manual1.md").read_text("utf-8") + "\n\n# New end\n\nA last word.", "utf-8"
    )
    (after / "manual2.md").unlink()
    (after / "deep" / "notes.txt").unlink()
    (after / "manual3.md").rename(after / "deep" / "moved.md")
    (after / "new.md").write_text(f"# New\n\n{sentence(1234) * 20}", encoding="utf-8")
    (after / "tickets.csv").write_text(export(range(40, tickets + 20), changed=50), encoding="utf-8")
    material = Material(folder / "files", before, after)
    material.show(before)
    return material


def sentence(n: int) -> str:
    """Some words that hardly any other number has."""
    return (
        f"To restart unit U{n} press key K{n * 7 % 997} and wait for lamp L{n * 13 % 991}, then read code C{n * 31}. "
    )


def export(keys: Iterable[int], changed: int = -1) -> str:
    """Tickets as a help desk exports them; the one numbered `changed` says something else."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Ticket ID", "Subject", "Status", "Created", "Description", "Resolution"])
    for n in keys:
        text = sentence(n + 5000) * 3 + ("It has changed." if n == changed else "")
        writer.writerow([f"T-{n}", f"Unit {n} stops", "Closed", "2024-05-01", text, f"Replaced part P{n}."])
    return out.getvalue()
