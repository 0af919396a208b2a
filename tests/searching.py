"""Small libraries to search, and evidence made by hand, for the tests of the search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from ingest.embed import ChunkText, Embedder, HashEmbedder, Vectors
from ingest.evidence import Evidence
from ingest.filing import Piece, embedded_text
from ingest.language import detect
from ingest.lexical import stems, terms
from ingest.library import Library
from ingest.records import FileRecord
from ingest.sentences import sentences
from ingest.split import Splitter
from ingest.types import Chunk, Document, Language, Section
from ingest.vectors import MemoryStore
from rag.question import understand
from rag.retrieve import Retriever
from rag.search.asked import Asked
from rag.search.centre import Centre
from tests.fakes import count_words, manual

SPLITTER = Splitter(count_words, 40)
EMBEDDER = HashEmbedder()


class Tinted(HashEmbedder):
    """Keeps the language in the vector, as a multilingual encoder does: a direction of its own for each."""

    def _embed(self, text: str) -> Vectors:
        row = super()._embed(text)
        row[0 if detect(text) == "es" else 1] += 1.5
        tinted: Vectors = row / np.linalg.norm(row)
        return tinted


def guide(name: str, *pages: str, language: str = "en", sections: tuple[Section, ...] = ()) -> Document:
    """A manual with these pages whose id is its title."""
    return replace(manual(*pages, title=name, language=language, sections=sections), id=name)


def store(library: Library, *documents: Document, path: str = "/m/all.txt") -> None:
    """The documents of one file, not embedded yet."""
    pieces = [Piece(document, SPLITTER.split(document), document.id) for document in documents]
    library.store(FileRecord(path, "d", 1, 1), pieces, [piece.part for piece in pieces])


def embed(library: Library, index: MemoryStore, embedder: Embedder = EMBEDDER) -> None:
    """What the pipeline does with chunks that have no vector yet."""
    waiting = library.without_vector(100_000)
    found = embedder.embed_chunks([embedded_text(stored.chunk) for stored in waiting])
    library.store_vectors([stored.id for stored in waiting], found)
    ids, vectors = library.without_index(100_000)
    index.upsert(ids, vectors)
    library.mark_indexed(ids)


def searcher(folder: Path, *documents: Document, embedder: Embedder = EMBEDDER, embedded: bool = True) -> Retriever:
    """A search over a library of these documents."""
    library, index = Library(folder), MemoryStore()
    store(library, *documents)
    if embedded:
        embed(library, index, embedder)
    return Retriever(library, index, embedder)


def evidence(
    number: int,
    text: str,
    *,
    document: str = "D",
    ordinal: int | None = None,
    page: int = 1,
    start: int = 0,
    language: Language = "en",
    breadcrumb: str = "Manual",
    vector: Vectors | None = None,
    embedded: bool = True,
) -> Evidence:
    """A chunk as a search finds it, with `vector` or EMBEDDER's; not embedded yet when it is said so."""
    place = number if ordinal is None else ordinal
    chunk = Chunk(document, place, page, start, start + len(text), text, breadcrumb)
    held = tuple(stems(f"{breadcrumb}\n{text}", language).split())
    if not embedded:
        nothing = np.zeros((0, 0), np.float32)
        return Evidence(number, chunk, language, held, nothing.reshape(-1), nothing)
    rows = EMBEDDER.embed_chunks([ChunkText(breadcrumb, text, tuple(sentences(text)))])[0]
    if vector is not None:
        return Evidence(number, chunk, language, held, vector, np.empty((0, len(vector)), np.float32))
    return Evidence(number, chunk, language, held, rows[0], rows[1:])


def asked(text: str, language: Language = "en", rarity: Mapping[str, float] | None = None) -> Asked:
    """A question as searched; each of its words is as rare as `rarity` says, else 1."""
    question = understand(text, language)
    vectors = EMBEDDER.embed_question(question.text)
    wanted = terms(question.text, language)
    rare = tuple((rarity or {}).get(term.word, 1.0) for term in wanted)
    return Asked(question, vectors[0], vectors[1:], tuple(wanted), rare)


def saying(what: Vectors, language: Language, centre: Centre) -> Vectors:
    """The vector of a text in that language that says `what` (d,), as an encoder that keeps the language makes it."""
    away = centre.passages(np.zeros((1, len(what)), np.float32), [language])[0]
    said: Vectors = what / np.linalg.norm(what) - 0.3 * away
    return said


def something(seed: int) -> Vectors:
    """A direction of its own: what a text says."""
    return np.random.default_rng(seed).normal(size=EMBEDDER.dimension).astype(np.float32)
