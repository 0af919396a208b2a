"""Libraries of 10,000 to a million chunks → how long a search takes, by part, and what the vector index overlooks."""

from __future__ import annotations

import math
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from ingest.embed import Embedder
from ingest.filters import EVERYTHING, Filters
from ingest.lexical import Term
from ingest.library import Library
from ingest.opening import open_embedder
from ingest.sentences import sentences
from ingest.settings import read_settings
from ingest.vectors import ChromaStore, Vector, Vectors, VectorStore
from rag.question import understand
from rag.retrieve import DEPTH, Retriever
from tests.bench.invented import BLOCK, Invented, questions
from tests.bench.measure import memory_mb, run

SIZES = (10_000, 100_000)
MILLION = 1_000_000
WANTED_MS = {10_000: 40, 100_000: 60, MILLION: 150}
SEARCHES = 200
_COMPARED = 100
_ROUNDING = 1e-4
"""What the catalogue's float16 may add to a cosine, and more."""


def bench_scale(folder: Path, sizes: Sequence[int] = SIZES) -> None:
    """Each size: build in one process, search in another, so that the memory is the search's alone."""
    dense = {}
    for size in sizes:
        library = folder / f"{size}"
        built = run("-m", "tests.bench.scale", "build", library, size)
        searched = run("-m", "tests.bench.scale", "search", library, size)
        disk = sum(path.stat().st_size for path in library.rglob("*") if path.is_file()) / 1e6
        lines = searched.output.splitlines()
        print(f"\n{size:,} chunks: built in {built.seconds:.0f} s, {disk:.0f} MB on disk")
        print("\n".join(lines[:-1]))
        dense[size] = float(lines[-1])
    if len(sizes) > 1:
        print(f"\ndense side grows with chunks to the power of {exponent(dense):.2f} (wanted < 1)")


def exponent(by_size: dict[int, float]) -> float:
    """The slope of seconds over size, both as logarithms."""
    sizes = [math.log(size) for size in by_size]
    return statistics.linear_regression(sizes, [math.log(seconds) for seconds in by_size.values()]).slope


def build(folder: Path, size: int) -> None:
    """In a child process: a library of `size` chunks, with the catalogue's and the index's own calls.

    The two are filled side by side, the index in a process of its own: each takes one core.
    """
    library = Library(folder)
    invented = Invented(size, open_embedder(read_settings(), lambda line: None))
    indexing = subprocess.Popen([sys.executable, "-m", "tests.bench.scale", "index", str(folder), str(size)])
    try:
        made = _file(library, invented, size)
    except BaseException:
        indexing.kill()
        raise
    if indexing.wait() or made != list(range(1, size + 1)):
        raise SystemExit(f"the index ended with {indexing.returncode}; {len(made):,} of {size:,} chunks were filed")
    library.mark_indexed(made)
    library.close()


def _file(library: Library, invented: Invented, size: int) -> list[int]:
    """The chunks into the catalogue, with their vectors; their ids."""
    made, started = [], time.perf_counter()
    for start in range(0, size, BLOCK):
        record, pieces = invented.block(start)
        library.store(record, pieces, [piece.part for piece in pieces])
        waiting = library.without_vector(BLOCK)
        ids, vectors = [stored.id for stored in waiting], invented.vectors(start, len(waiting))
        library.store_vectors(ids, [_with_sentences(s.chunk.text, v) for s, v in zip(waiting, vectors, strict=True)])
        made += ids
        _tell("filed", len(made), started)
    return made


def index(folder: Path, size: int) -> None:
    """In a child process: the vectors of the chunks 1 to `size` into the index."""
    store = ChromaStore(folder / "chroma")
    invented = Invented(size, open_embedder(read_settings(), lambda line: None))
    started = time.perf_counter()
    for start in range(0, size, BLOCK):
        vectors = invented.vectors(start, min(BLOCK, size - start))
        store.upsert(range(start + 1, start + 1 + len(vectors)), vectors)
        _tell("indexed", start + len(vectors), started)
    store.close()


def _tell(what: str, chunks: int, started: float) -> None:
    print(f"{what} {chunks:,} chunks, {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)


def _with_sentences(text: str, vector: Vector) -> Vectors:
    """A chunk's vector and its sentences', each a little apart from it."""
    rows = np.tile(vector, (1 + len(sentences(text)), 1))
    rows[1:] += np.random.default_rng(len(text)).normal(0, 0.01, rows[1:].shape).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class _Clock:
    """Seconds by part, of one search."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[name] += time.perf_counter() - started


class _TimedLibrary(Library):
    clock = _Clock()

    def search_terms(self, terms: Sequence[Term], limit: int, filters: Filters = EVERYTHING) -> list[tuple[int, float]]:
        with self.clock.part("words"):
            return super().search_terms(terms, limit, filters)

    def search_phrases(
        self, phrases: Sequence[str], limit: int, filters: Filters = EVERYTHING
    ) -> list[tuple[int, float]]:
        with self.clock.part("names"):
            return super().search_phrases(phrases, limit, filters)


class _TimedStore(ChromaStore):
    clock = _Clock()

    def search(self, vector: Vector, limit: int) -> list[tuple[int, float]]:
        with self.clock.part("dense"):
            return super().search(vector, limit)


class _TimedEmbedder:
    def __init__(self, embedder: Embedder, clock: _Clock) -> None:
        self._embedder, self._clock = embedder, clock
        self.name, self.dimension, self.max_tokens = embedder.name, embedder.dimension, embedder.max_tokens
        self.embed_passages, self.count_tokens = embedder.embed_passages, embedder.count_tokens
        self.embed_chunks, self.embed_questions = embedder.embed_chunks, embedder.embed_questions

    def embed_question(self, text: str) -> Vectors:
        with self._clock.part("embed"):
            return self._embedder.embed_question(text)


def search(folder: Path, size: int) -> None:
    """In a child process: warm searches through the Retriever; the last line is the dense side's median in seconds."""
    clock = _Clock()
    library, store = _TimedLibrary(folder), _TimedStore(folder / "chroma")
    library.clock = store.clock = clock
    embedder = open_embedder(read_settings(), lambda line: None)
    retriever = Retriever(library, store, _TimedEmbedder(embedder, clock))
    asked = [understand(text) for text in questions(size, SEARCHES + 20)]
    parts: dict[str, list[float]] = defaultdict(list)
    for number, question in enumerate(asked):
        clock.seconds.clear()
        started = time.perf_counter()
        retriever.search(question, 10)
        total = time.perf_counter() - started
        if number >= 20:  # the first ones warm up
            for name in ("embed", "dense", "words", "names"):
                parts[name].append(clock.seconds[name])
            parts["rest"].append(total - sum(clock.seconds.values()))
            parts["total"].append(total)
    for name, seconds in parts.items():
        p95 = statistics.quantiles(seconds, n=20)[-1]
        wanted = f" (wanted p50 <= {WANTED_MS[size]})" if name == "total" and size in WANTED_MS else ""
        print(f"  {name:5} p50 {statistics.median(seconds) * 1000:6.1f} ms, p95 {p95 * 1000:6.1f} ms{wanted}")
    print(f"  memory of the process {memory_mb()} MiB")
    vectors = embedder.embed_questions([question.text for question in asked[:_COMPARED]])
    print(f"  dense recall@10 against exact search: {recall(library, store, vectors):.3f}")
    print(statistics.median(parts["dense"]))


def recall(library: Library, store: VectorStore, vectors: Vectors, limit: int = 10) -> float:
    """The share of the index's first `limit` that are as near as the exact ones; equal ones count as the same."""
    best = np.full((len(vectors), limit), -1.0)
    for _, matrix in library.vectors(EVERYTHING):
        best = np.sort(np.hstack([best, vectors @ matrix.T]), axis=1)[:, -limit:]
    found = [[similarity for _, similarity in some[:limit]] for some in store.search_many(vectors, DEPTH)]
    near = sum(
        similarity >= worst - _ROUNDING for some, worst in zip(found, best[:, 0], strict=True) for similarity in some
    )
    return near / (limit * len(vectors))


def main() -> None:
    """What the child processes above do."""
    what, folder, size = sys.argv[1:]
    {"build": build, "index": index, "search": search}[what](Path(folder), int(size))


if __name__ == "__main__":
    main()
