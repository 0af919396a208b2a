"""`python -m tests.disk FILES LIBRARY WHAT`: what the command lines do, without a model and without the check for room.

WHAT is ingest, find or digest; `ingest-filling-while-reading` (embedding, indexing) fills the disk at that point.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ingest.digest import library_digest
from ingest.doctor import examine
from ingest.embed import HashEmbedder, Vectors
from ingest.errors import TomoError
from ingest.pipeline import Tools, ingest
from ingest.types import Document
from ingest.vectors import ChromaStore
from rag.question import understand
from rag.retrieve import Retriever
from tests.fakes import make_tools, read_text

FILLING = "ingest-filling-while-"


def fill(folder: Path) -> None:
    """Leave not a byte on the disk, beside the library."""
    for size in (2**20, 4096, 1):
        try:
            with (folder.parent / f"ballast{size}").open("wb", buffering=0) as file:
                while file.write(b"\0" * size):
                    pass
        except OSError:
            continue


class FillingEmbedder(HashEmbedder):
    """Something else fills the disk after the first batch."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        vectors = super().embed_passages(texts)
        fill(self._folder)
        return vectors


class FillingStore(ChromaStore):
    """Something else fills the disk before the first vectors are added."""

    def upsert(self, ids: Sequence[int], vectors: Vectors) -> None:
        self.count()
        fill(self._folder.parent)
        super().upsert(ids, vectors)


def filling_read(folder: Path) -> Callable[[Path], Iterator[Document]]:
    """Something else fills the disk while the sixth file is read."""

    def reading(path: Path) -> Iterator[Document]:
        yield from read_text(path)
        if path.name.startswith("005"):
            fill(folder)

    return reading


def make(library: Path, what: str) -> Tools:
    """What it works with."""
    tools = make_tools(library, ChromaStore(library / "chroma"))
    if what == "reading":
        return replace(tools, read=filling_read(library))
    if what == "embedding":
        return replace(tools, embedder=FillingEmbedder(library))
    return replace(tools, store=FillingStore(library / "chroma")) if what == "indexing" else tools


def main(files: Path, library: Path, what: str) -> int:
    """As the command lines do it: 1 and a sentence when it cannot be done."""
    try:
        tools = make(library, what.removeprefix(FILLING))
        if what.startswith("ingest"):
            for _ in ingest([files], tools, check_space=False):
                pass
        elif what == "find":
            print("words", len(tools.library.search_words('"alpha"', 5)))
            retriever = Retriever(tools.library, tools.store, tools.embedder)
            print("passages", len(retriever.search(understand("alpha"), 5).passages))
        else:
            wrong = [f.check for f in examine(tools.library, tools.store) if not f.ok]
            print(json.dumps({"digest": library_digest(tools.library, tools.store), "wrong": wrong}))
        return 0
    except TomoError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
