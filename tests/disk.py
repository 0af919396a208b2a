"""`python -m tests.disk FILES LIBRARY ingest | find | digest`: without a model, and without the check for room."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from ingest.digest import library_digest
from ingest.doctor import examine
from ingest.errors import TomoError
from ingest.pipeline import Tools, ingest
from ingest.vectors import ChromaStore
from rag.question import understand
from rag.retrieve import Retriever
from tests.fakes import make_tools


def main(files: Path, library: Path, what: str) -> int:
    """As the command lines do it: 1 and a sentence when it cannot be done."""
    try:
        tools = make_tools(library)
        tools = replace(tools, store=ChromaStore(library / "chroma"))
        return {"ingest": _ingest, "find": _find, "digest": _digest}[what](files, tools)
    except TomoError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _ingest(files: Path, tools: Tools) -> int:
    for _ in ingest([files], tools, check_space=False):
        pass
    return 0


def _find(files: Path, tools: Tools) -> int:
    """Words first, in case the index is what is full."""
    print(json.dumps({"words": len(tools.library.search_words('"alpha"', 5))}))
    found = Retriever(tools.library, tools.store, tools.embedder).search(understand("alpha"), 5)
    print(json.dumps({"passages": len(found.passages)}))
    return 0


def _digest(files: Path, tools: Tools) -> int:
    wrong = [f.check for f in examine(tools.library, tools.store) if not f.ok]
    print(json.dumps({"digest": library_digest(tools.library, tools.store), "wrong": wrong}))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
