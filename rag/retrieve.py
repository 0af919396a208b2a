"""Question → ranked Passages: by meaning, by words, fused."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Sequence

from ingest.embed import Embedder
from ingest.lexical import fts_query, phrase_query
from ingest.library import Library
from ingest.records import DocumentRow
from ingest.types import Chunk
from ingest.vectors import VectorStore, nearest
from rag.types import Passage, Question, SearchResult

DEPTH = 60
"""Candidates taken from each side before they are fused."""

_RRF_K = 60
"""Reciprocal rank fusion's constant (Cormack, Clarke and Büttcher, SIGIR 2009)."""

_FOREIGN_WORDS = 0.25
"""What a match by words counts when the document is in another language than the question."""


_Found = list[tuple[int, float]]


class Retriever:
    """Searches one library. Any thread may call it; a search sees what other processes have ingested."""

    def __init__(self, library: Library, store: VectorStore, embedder: Embedder) -> None:
        self._library, self._store, self._embedder = library, store, embedder
        self._generation = library.generation
        self._lock = threading.Lock()

    def search(self, question: Question, limit: int, documents: Sequence[str] = ()) -> SearchResult:
        """The best passages, best first; only from `documents` (ids) when there are any."""
        started = time.perf_counter()
        self._see_changes()
        dense = self._by_meaning(question, documents)
        words = self._by_words(fts_query(question.text, question.language), documents)
        named = self._by_words(phrase_query(question.identifiers), documents)
        chunks = self._library.chunks([i for i, _ in (*dense, *words, *named)])
        documents_by_id = {c.document_id: self._library.document(c.document_id) for c in chunks.values()}
        rows = {i: row for i, c in chunks.items() if (row := documents_by_id[c.document_id])}
        scores = _fuse(question, dense, words, named, rows)
        similarity = dict(dense)
        best = sorted((i for i in scores if i in rows), key=lambda i: (-scores[i], i))[:limit]
        found = tuple(self._passage(chunks[i], rows[i], scores[i], similarity.get(i, 0.0)) for i in best)
        return SearchResult(question, found, time.perf_counter() - started)

    def _see_changes(self) -> None:
        with self._lock:
            if (generation := self._library.generation) != self._generation:
                self._store.refresh()
                self._generation = generation

    def _by_meaning(self, question: Question, documents: Sequence[str]) -> _Found:
        vector = self._embedder.embed_questions([question.text])[0]
        if documents:
            ids, matrix = self._library.vectors(documents)
            return nearest(ids, matrix, vector, DEPTH) if ids else []
        with self._lock:
            return self._store.search(vector, DEPTH)

    def _by_words(self, expression: str, documents: Sequence[str]) -> _Found:
        return self._library.search_words(expression, DEPTH, documents) if expression else []

    def _passage(self, chunk: Chunk, row: DocumentRow, score: float, similarity: float) -> Passage:
        page = self._library.page(chunk.document_id, chunk.page)
        section = chunk.breadcrumb.partition(" › ")[2]
        return Passage(
            chunk.document_id, row.title, row.file, row.kind, row.language, chunk.page, page.label if page else "",
            chunk.start, chunk.end, chunk.text, section, score, similarity, row.fields,
        )  # fmt: skip


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
