"""Small real things that tests are made of: documents, readers, libraries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.embed import HashEmbedder
from ingest.errors import ReadError
from ingest.library import Library
from ingest.pipeline import Tools
from ingest.readers.names import shown
from ingest.split import Splitter
from ingest.types import Document, Fields, Page, Section
from ingest.vectors import MemoryStore, VectorStore


def count_words(text: str) -> int:
    """Tokens as the tests count them: words."""
    return len(text.split())


def manual(*pages: str, title: str = "Manual", sections: tuple[Section, ...] = (), language: str = "en") -> Document:
    """A manual with these pages."""
    numbered = tuple(Page(n, str(n), text) for n, text in enumerate(pages, 1))
    return Document("", "manual", title, "es" if language == "es" else "en", numbered, sections)


def ticket(key: str, text: str, **fields: str) -> Document:
    """A ticket with this text."""
    return Document(key, "ticket", f"Ticket {key}", "en", (Page(1, "1", text),), (), Fields(key=key, **fields))


def read_text(path: Path) -> Iterator[Document]:
    """A reader of plain text whose pages are parted by form feeds; a file named *.bad cannot be read."""
    if path.suffix == ".bad":
        raise ReadError(f"{path.name}: is broken. Get another copy.")
    pages = path.read_text(encoding="utf-8").split("\f")
    if any(page.strip() for page in pages):
        yield manual(*pages, title=shown(path.with_suffix("")))


def make_tools(folder: Path, store: VectorStore | None = None) -> Tools:
    """Everything `ingest` needs, without a model."""
    library = Library(folder)
    return Tools(library, store or MemoryStore(), HashEmbedder(), Splitter(count_words, 40), read_text)


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """No file of this process can grow beyond `size` bytes meanwhile, as on a full disk."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
