"""Questions → what the usual ways find among Tomo's own chunks: words alone, vectors alone, both fused by rank."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from ingest.embed import Embedder
from ingest.lexical import terms
from ingest.library import Library
from ingest.vectors import VectorStore
from rag.evaluation.scores import Search
from rag.question import understand
from rag.retrieve import DEPTH, Retriever
from rag.types import Passage, SearchResult

FUSION_K = 60
"""The constant of reciprocal rank fusion (Cormack, Clarke and Buettcher, 2009)."""

Hits = list[tuple[int, float]]


def parts(retriever: Retriever) -> tuple[Library, VectorStore, Embedder]:
    """What a Retriever searches with: the baselines have to use the very same."""
    return retriever.library, retriever._store, retriever._embedder


def passages_of(library: Library) -> dict[int, Passage]:
    """Every chunk of a library as a passage, by id."""
    return {
        stored.id: Passage(
            row.id, row.title, row.file, row.kind, row.language, stored.chunk.page, "", stored.chunk.start,
            stored.chunk.end, stored.chunk.text, stored.chunk.breadcrumb, 0.0, fields=row.fields,
        )
        for row in library.documents()
        for stored in library.document_chunks(row.id)
    }  # fmt: skip


def fused(lists: Iterable[Hits]) -> Hits:
    """Reciprocal rank fusion, best first."""
    scores: dict[int, float] = defaultdict(float)
    for hits in lists:
        for rank, (i, _) in enumerate(hits, 1):
            scores[i] += 1 / (FUSION_K + rank)
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))


def searching(passages: Mapping[int, Passage], find: Callable[[str], Hits]) -> Search:
    """A way to find chunks, as a search for passages; it is sure of nothing."""

    def search(text: str) -> SearchResult:
        started = time.perf_counter()
        found = tuple(passages[i] for i, _ in find(text))
        return SearchResult(understand(text), found, time.perf_counter() - started)

    return search


def baselines(retriever: Retriever, questions: Sequence[str]) -> dict[str, Search]:
    """Searches by name, for these questions only: all are embedded at once here."""
    library, store, embedder = parts(retriever)
    passages = passages_of(library)
    near = dict(zip(questions, store.search_many(embedder.embed_questions(questions), DEPTH), strict=True))

    def words(text: str) -> Hits:
        question = understand(text)
        plain = [replace(term, said=()) for term in terms(question.text, question.language)]
        return library.search_terms(plain, DEPTH)

    ways: dict[str, Callable[[str], Hits]] = {
        "bm25": words,
        "dense": near.__getitem__,
        "bm25 + dense, RRF": lambda text: fused((words(text), near[text])),
    }
    return {name: searching(passages, find) for name, find in ways.items()}
