"""Question → ranked Passages: found by meaning, by words and by names, then looked at a second time."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from ingest.embed import Embedder
from ingest.errors import IndexUnwritable
from ingest.evidence import Evidence
from ingest.filters import EVERYTHING, Filters
from ingest.lexical import Term, terms, words
from ingest.library import Library
from ingest.records import DocumentRow
from ingest.vectors import Vector, VectorStore
from rag.search.asked import Asked
from rag.search.centre import Centre
from rag.search.confidence import Signals, probability, signals
from rag.search.joining import Joiner
from rag.search.kinds import Kinds, kinds_key, learn, load_kinds
from rag.search.learnt import learnt
from rag.search.nearest import compared, nearest_among
from rag.search.probes import load, probe, probes_key
from rag.search.ranking import rank, reranked, score
from rag.search.reranker import Reranker
from rag.search.revisions import superseded
from rag.search.signals import Matrix, measure, shortlist
from rag.search.spellings import is_code, pattern, spellings
from rag.types import Question, SearchResult

LOG = logging.getLogger(__name__)
DEPTH = 60
"""Chunks found by meaning, by words and by names, each."""

MISTYPED = 6
"""Letters of an unknown word that may be a mistyped one: most shorter ones are words that the library does not use, and
so is what the embedder knows as one piece. Without both, 16 of 20 words of 80 real questions were respelt wrongly."""

_V = re.compile(r"v(?=\d+[.,]\d)", re.IGNORECASE)
"""The v of v2.1, which `pattern` adds by itself."""
_GLUED = re.compile(r"(?<=[^\W\d_])(?=\d)")
_MANUALS = Filters(kind="manual")
_Found = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class _Lexical:
    """What is found without a vector: the question's terms, how rare each is, and chunks by words and by names.

    `ranks` are those by words, from 1, by chunk id.
    """

    terms: tuple[Term, ...]
    rarity: tuple[float, ...]
    ranks: dict[int, int]
    evidence: list[Evidence]


class Retriever:
    """Searches one library. Any thread may call it; a search sees what other processes have ingested.

    LibraryError when one of them has made all vectors anew with another embedder. `learnt` is a file for what is made
    of the embedder once.
    """

    def __init__(
        self, library: Library, store: VectorStore, embedder: Embedder, reranker: Reranker | None = None,
        learnt: Path | None = None,
    ) -> None:  # fmt: skip
        self.library, self._store, self._embedder, self._reranker = library, store, embedder, reranker
        self._learnt = learnt
        self._generation: int | None = None
        self._told = False
        self._newest: dict[str, str] = {}
        self._lock = threading.Lock()
        # One thread: the embedder works on one question at a time anyway. It ends with the Retriever.
        self._embedding = ThreadPoolExecutor(1, "embed-question")

    @property
    def embedder(self) -> Embedder:
        """What makes its vectors."""
        return self._embedder

    def search(self, question: Question, limit: int, filters: Filters = EVERYTHING) -> SearchResult:
        """The best passages, best first, of documents that pass. SettingsError when no document does.

        The result's question has the kind that its vector tells where its words tell none.
        """
        started = time.perf_counter()
        self.library.require(filters)
        asked, found, rows = self.look(question, filters)
        if question.kind == "lookup":
            question = replace(question, kind=self._kinds.of(asked.vector, question.language))
        newest = self._newest
        ids = {one.chunk.document_id for one in found}
        documents = self.library.documents_by_id(ids | {newest[i] for i in ids if i in newest})
        there = [at for at, one in enumerate(found) if one.chunk.document_id in documents]  # not removed meanwhile
        found, rows, ids = [found[at] for at in there], rows[there], ids & documents.keys()
        old = {} if filters.version else {i: documents[newest[i]] for i in ids if newest.get(i) in documents}
        named = {i for i in old if i in filters.documents or names(question, documents[i], old[i])}
        keys = {i: row.fields.key for i, row in documents.items()}
        scores = score(rows)
        ranked = rank(question, found, scores, self._centre, old.keys() - named, keys)
        if self._reranker is not None:
            ranked = reranked(self._reranker, question, ranked)
        similarity = {one.id: float(one.vector @ asked.vector) for one in found if len(one.vector)}
        newer = {i: f"{row.title} ({row.file})" for i, row in old.items()}
        passages = Joiner(self.library, documents, newer, similarity).passages(ranked, limit)
        confidence = probability(signals(asked, found, rows, scores, self._centre)) if found else 0.0
        return SearchResult(question, passages, time.perf_counter() - started, confidence)

    def search_signals(self, question: Question, filters: Filters = EVERYTHING) -> Signals:
        """What the confidence is computed from: for fitting it."""
        asked, found, rows = self.look(question, filters)
        return signals(asked, found, rows, score(rows), self._centre)

    def look(self, question: Question, filters: Filters = EVERYTHING) -> tuple[Asked, list[Evidence], Matrix]:
        """The question as searched, the chunks found for it in no order, and the signals of each."""
        self._see_changes()
        embedding = self._embedding.submit(self._embedder.embed_question, question.text)
        lexical = self._lexical(question, filters)
        vectors = embedding.result()
        asked = Asked(question, vectors[0], vectors[1:], lexical.terms, lexical.rarity)
        near = self._by_meaning(asked.vector, filters)
        held = {one.id for one in lexical.evidence}
        others = self.library.evidence([i for i, _ in near if i not in held])
        found = shortlist(asked, [*lexical.evidence, *others], lexical.ranks, self._centre)
        return asked, found, measure(asked, found, lexical.ranks, self._centre)

    def _lexical(self, question: Question, filters: Filters) -> _Lexical:
        wanted = _spelt(terms(question.text, question.language), question.identifiers)
        rarity = self.library.rarity(wanted)
        unknown = [t.word for t, r in zip(wanted, rarity, strict=True) if not r and len(t.word) >= MISTYPED]
        pieces = self._embedder.count_tokens(unknown)
        broken = [word for word, count in zip(unknown, pieces, strict=True) if count > 1]
        if broken and (respelt := self.library.respelt(broken, question.language)):
            wanted = terms(" ".join(respelt.get(term.word, term.word) for term in wanted), question.language)
            wanted = _spelt(wanted, question.identifiers)
            rarity = self.library.rarity(wanted)
        by_words = self.library.search_terms(wanted, DEPTH, filters)
        written = [spelling for name in question.identifiers for spelling in spellings(name)]
        named = self.library.search_phrases(written, DEPTH, filters)
        found = self.library.evidence(list(dict.fromkeys(i for i, _ in (*by_words, *named))))
        return _Lexical(tuple(wanted), tuple(rarity), {i: at for at, (i, _) in enumerate(by_words, 1)}, found)

    @cached_property
    def _centre(self) -> Centre:
        size, key = self._embedder.dimension, probes_key(self._embedder)
        return Centre(
            learnt(self.library, self._learnt, key, lambda text: load(text, size), lambda: probe(self._embedder))
        )

    @cached_property
    def _kinds(self) -> Kinds:
        size, key = self._embedder.dimension, kinds_key(self._embedder)
        return learnt(
            self.library, self._learnt, key, lambda text: load_kinds(text, size), lambda: learn(self._embedder)
        )

    def _see_changes(self) -> None:
        with self._lock:
            generation = self.library.generation
            if generation == self._generation:
                return
            if self._generation is not None:
                self.library.expect_unchanged(self._embedder.name)
                self._store.refresh()
            self._centre.see(self.library.mean_vectors())
            self._newest = superseded(self.library.documents(_MANUALS))
            self._generation = generation

    def _by_meaning(self, vector: Vector, filters: Filters) -> _Found:
        if filters:
            return nearest_among(self.library, self._ask_store, vector, DEPTH, filters)
        return self._ask_store(vector, DEPTH)

    def _ask_store(self, vector: Vector, limit: int) -> _Found:
        with self._lock:
            try:
                return self._store.search(vector, limit)
            except IndexUnwritable as error:
                if not self._told:
                    LOG.warning("%s Meanwhile every vector is compared, which takes longer in a large library.", error)
                self._told = True
        return compared(self.library, vector, limit, EVERYTHING)


def _spelt(wanted: Sequence[Term], names: Sequence[str]) -> list[Term]:
    """The terms, those that are a code or its number also found by the code's other spellings in one word."""
    others: dict[str, tuple[str, ...]] = {}
    for name in filter(is_code, names):
        joined = tuple(one.casefold() for one in spellings(name) if one.isalnum())
        others |= dict.fromkeys((word for word in words(name) if any(map(str.isdigit, word))), joined)
    return [replace(one, stems=tuple(dict.fromkeys((*one.stems, *others.get(one.word, ()))))) for one in wanted]


def names(question: Question, old: DocumentRow, newest: DocumentRow) -> bool:
    """Whether a question asks for this very revision: by its version, which the newest one's names do not hold.

    Versions are compared whole: 2.1 is no part of 2.10 and v2.1 is 2.1, as a title or the version's field has it.
    """
    here, there = (_named(row) for row in (old, newest))
    wanted = [pattern(_V.sub("", name)) for name in question.identifiers if any(c.isdigit() for c in name)]
    return any(name.search(here) and not name.search(there) for name in wanted)


def _named(row: DocumentRow) -> str:
    """What a manual is called, in lower case, numbers apart from what they are glued to: pump_v2 is "pump v 2"."""
    version = row.fields.version
    text = f"{row.title} {row.file} {version} v{version}".casefold()
    return _GLUED.sub(" ", text.replace("_", " "))
