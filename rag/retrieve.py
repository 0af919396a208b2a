"""Question → ranked Passages: by meaning, by words, fused."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable

import numpy as np

from ingest.embed import Embedder
from ingest.filters import EVERYTHING, Filters
from ingest.lexical import terms
from ingest.library import Library
from ingest.records import DocumentRow
from ingest.types import Chunk
from ingest.vectors import Vector, VectorStore, nearest
from rag.types import Passage, Question, SearchResult

DEPTH = 60
"""Candidates taken from each side before they are fused."""

_RRF_K = 60
"""Reciprocal rank fusion's constant (Cormack, Clarke and Büttcher, SIGIR 2009)."""

_FOREIGN_WORDS = 0.25
"""What a match by words counts when the document is in another language than the question."""

EXACT_VECTORS = 50_000
"""Filtered vectors that are compared one by one; among more than that the index is asked first."""

MOST_FETCHED = 4_000
"""Neighbours asked of the index at most, before a filter lets enough of them through."""

_Found = list[tuple[int, float]]
Ask = Callable[[Vector, int], _Found]


class Retriever:
    """Searches one library. Any thread may call it; a search sees what other processes have ingested."""

    def __init__(self, library: Library, store: VectorStore, embedder: Embedder) -> None:
        self.library, self._store, self._embedder = library, store, embedder
        self._generation = library.generation
        self._lock = threading.Lock()

    def search(self, question: Question, limit: int, filters: Filters = EVERYTHING) -> SearchResult:
        """The best passages, best first, of documents that pass. SettingsError when no document does."""
        started = time.perf_counter()
        self.library.require(filters)
        self._see_changes()
        dense = self._by_meaning(question, filters)
        words = self.library.search_terms(terms(question.text, question.language), DEPTH, filters)
        named = self.library.search_phrases(question.identifiers, DEPTH, filters)
        chunks = self.library.chunks([i for i, _ in (*dense, *words, *named)])
        documents = self.library.documents_by_id({c.document_id for c in chunks.values()})
        rows = {i: row for i, c in chunks.items() if (row := documents.get(c.document_id))}
        scores = _fuse(question, dense, words, named, rows)
        similarity = dict(dense)
        best = sorted((i for i in scores if i in rows), key=lambda i: (-scores[i], i))[:limit]
        found = tuple(self._passage(chunks[i], rows[i], scores[i], similarity.get(i, 0.0)) for i in best)
        return SearchResult(question, found, time.perf_counter() - started)

    def _see_changes(self) -> None:
        with self._lock:
            if (generation := self.library.generation) != self._generation:
                self._store.refresh()
                self._generation = generation

    def _by_meaning(self, question: Question, filters: Filters) -> _Found:
        vector = self._embedder.embed_questions([question.text])[0]
        if filters:
            return nearest_among(self.library, self._ask_store, vector, DEPTH, filters)
        return self._ask_store(vector, DEPTH)

    def _ask_store(self, vector: Vector, limit: int) -> _Found:
        with self._lock:
            return self._store.search(vector, limit)

    def _passage(self, chunk: Chunk, row: DocumentRow, score: float, similarity: float) -> Passage:
        page = self.library.page(chunk.document_id, chunk.page)
        section = chunk.breadcrumb.partition(" › ")[2]
        return Passage(
            chunk.document_id, row.title, row.file, row.kind, row.language, chunk.page, page.label if page else "",
            chunk.start, chunk.end, chunk.text, section, score, similarity, row.fields,
        )  # fmt: skip


def nearest_among(
    library: Library,
    ask: Ask,
    vector: Vector,
    limit: int,
    filters: Filters,
    exact: int = EXACT_VECTORS,
    most: int = MOST_FETCHED,
) -> _Found:
    """The nearest chunks that pass, best first. `ask` finds the nearest of all.

    Up to `exact` are compared one by one. Of more, the index is asked for as many as should leave `limit` after the
    filter, then for more; when it would have to be asked for over `most`, all are compared after all.
    """
    passing = library.count_vectors(filters)
    if passing > exact:
        total, wanted = library.count_vectors(), min(limit, passing)
        fetched = int(1.5 * wanted * total / passing) + 1
        while fetched <= most:
            found = ask(vector, fetched)
            kept = library.among([i for i, _ in found], filters)
            if len(kept) >= wanted:
                return [pair for pair in found if pair[0] in kept][:limit]
            fetched *= 4
    return _compared(library, vector, limit, filters)


def _compared(library: Library, vector: Vector, limit: int, filters: Filters) -> _Found:
    """The nearest chunks that pass, by comparing each: exact, and in bounded memory."""
    best: _Found = []
    for ids, matrix in library.vectors(filters):
        top = np.argsort(-(matrix @ vector), kind="stable")[:limit]
        best += nearest([ids[i] for i in top], matrix[top], vector, limit)
    return sorted(best, key=lambda pair: (-pair[1], pair[0]))[:limit]


def _fuse(
    question: Question, dense: _Found, words: _Found, named: _Found, rows: dict[int, DocumentRow]
) -> dict[int, float]:
    """Reciprocal ranks added up: by meaning, by words (less across languages), by identifiers."""
    scores: dict[int, float] = defaultdict(float)
    for rank, (i, _) in enumerate(dense, 1):
        scores[i] += 1.0 / (_RRF_K + rank)
    for rank, (i, _) in enumerate(words, 1):
        foreign = i in rows and {rows[i].language, question.language} == {"es", "en"}
        scores[i] += (_FOREIGN_WORDS if foreign else 1.0) / (_RRF_K + rank)
    for rank, (i, _) in enumerate(named, 1):
        scores[i] += 1.0 / (_RRF_K + rank)
    return scores
