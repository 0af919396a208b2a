"""The same chunks embedded by Tomo and by the packaged weights' own engine → how fast each is, and what it finds."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Embedder, Vectors
from ingest.filing import embedded_text
from ingest.library import Library
from ingest.types import Chunk
from ingest.vectors import nearest
from rag.evaluation.questions_file import Item
from rag.evaluation.scores import CONFIDENCE_LEVEL, RESAMPLES, evaluate
from rag.retrieve import Retriever
from tests.bench.baselines import Hits, parts, passages_of, searching
from tests.bench.figures import Systems, table
from tests.packed import PackagedEngine

OTHERS = 400
"""Chunks in the sample beside those on right pages."""
ROUNDS, A_ROUND = 8, 16
"""Chunks are embedded by one and the other in turns: other work on the machine slows both."""
_SEED = 7


@dataclass(frozen=True, slots=True)
class Rates:
    """Chunks a second, by round."""

    ours: NDArray[np.float64]
    theirs: NDArray[np.float64]


def bench_engines(retriever: Retriever, items: Sequence[Item]) -> None:
    """Speed, then recall with either engine's vectors of the same sample of chunks."""
    library, _, embedder = parts(retriever)
    engine = PackagedEngine()
    chunks = sample(library, items)
    print(f"\nembedding {ROUNDS * A_ROUND} chunks of the manuals, in turns of {A_ROUND}")
    print("\n".join(speeds(interleaved(embedder, engine, random.Random(_SEED).sample(chunks, ROUNDS * A_ROUND)))))
    print(f"\nvectors alone, exact search, {len(chunks)} chunks: all on right pages, {OTHERS} others")
    print("\n".join(table(recalls(library, embedder, engine, chunks, items), {"all": lambda outcome: True})))


def sample(library: Library, items: Sequence[Item]) -> list[tuple[int, Chunk]]:
    """Every chunk on a page that answers one of the questions, and OTHERS."""
    gold = {place for item in items for place in item.places}
    right: list[tuple[int, Chunk]] = []
    others: list[tuple[int, Chunk]] = []
    for row in library.documents():
        for stored in library.document_chunks(row.id):
            (right if (row.file, stored.chunk.page) in gold else others).append((stored.id, stored.chunk))
    return right + random.Random(_SEED).sample(others, min(OTHERS, len(others)))


def interleaved(embedder: Embedder, engine: PackagedEngine, chunks: Sequence[tuple[int, Chunk]]) -> Rates:
    """Tomo embeds the sentences of a chunk too, the engine the chunk alone."""
    texts = [embedded_text(chunk) for _, chunk in chunks]
    embedder.embed_chunks(texts[:4])  # both load before the clock starts
    engine.passages([text.whole for text in texts[:4]])
    ours, theirs = [], []
    for start in range(0, len(texts), A_ROUND):
        some = texts[start : start + A_ROUND]
        ours.append(len(some) / _seconds(lambda some=some: embedder.embed_chunks(some)))  # type: ignore[misc]
        theirs.append(len(some) / _seconds(lambda some=some: engine.passages([t.whole for t in some])))  # type: ignore[misc]
    return Rates(np.array(ours), np.array(theirs))


def speeds(rates: Rates) -> list[str]:
    """Of the whole, with intervals over rounds; a round's ratio is of the same chunks, one after the other."""
    return [
        f"  Tomo's embedder        {_interval(rates, lambda r: _mean(r.ours))} chunks/s",
        f"  packaged engine        {_interval(rates, lambda r: _mean(r.theirs))} chunks/s",
        f"  ratio                  {_interval(rates, lambda r: _mean(r.ours) / _mean(r.theirs))}",
    ]


def recalls(
    library: Library, embedder: Embedder, engine: PackagedEngine, chunks: Sequence[tuple[int, Chunk]],
    items: Sequence[Item],
) -> Systems:  # fmt: skip
    """What the questions find by either engine's vectors, of the questions too."""
    texts = [embedded_text(chunk) for _, chunk in chunks]
    ours = np.stack([vectors[0] for vectors in embedder.embed_chunks(texts)])
    theirs = engine.passages([text.whole for text in texts])
    ids, passages = [i for i, _ in chunks], passages_of(library)

    def finding(matrix: Vectors, embed: Callable[[Sequence[str]], Vectors]) -> Callable[[str], Hits]:
        return lambda text: nearest(ids, matrix, embed([text])[0], len(ids))

    ways = {
        "Tomo's vectors": finding(ours, embedder.embed_questions),
        "packaged engine's": finding(theirs, engine.questions),
    }
    asked = [item for item in items if item.answerable]
    return {name: evaluate(asked, searching(passages, find)).outcomes for name, find in ways.items()}


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _mean(rates: NDArray[np.float64]) -> float:
    """Of equal rounds: chunks over seconds, both summed."""
    return float(len(rates) / (1 / rates).sum())


def _interval(rates: Rates, figure: Callable[[Rates], float]) -> str:
    draw = np.random.default_rng(_SEED)
    rounds = len(rates.ours)
    drawn = [draw.integers(0, rounds, rounds) for _ in range(RESAMPLES)]
    tail = 50 * (1 - CONFIDENCE_LEVEL)
    low, high = np.percentile([figure(Rates(rates.ours[at], rates.theirs[at])) for at in drawn], [tail, 100 - tail])
    return f"{figure(rates):5.2f} ({low:.2f}–{high:.2f})"
