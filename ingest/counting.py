"""Documents → how many tokens each has for the answering model, so that a plan reads numbers and not text."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from ingest import schema, tallies
from ingest.errors import TomoError
from ingest.gguf_header import tokenizer_digest
from ingest.library import Library
from ingest.manifest import Manifest
from ingest.settings import Settings
from ingest.trial import trial_once
from ingest.vocabulary import Vocabulary

STEM = "smollm2-135m-instruct"
"""What the file of the packaged model, as it was prepared for this machine, begins with."""

_BATCH, _BATCH_SECONDS = 2048, 1.0
_LOG = logging.getLogger(__name__)

Count = Callable[[str], int]


def answering_model(settings: Settings) -> Path | None:
    """The file of the model that will answer: the one set, else the prepared one; None when it is not there yet."""
    if settings.llm:
        path = Path(settings.llm)
        return path if path.exists() else None
    return next(iter(sorted(settings.models.glob(f"{STEM}-*.gguf"))), None)


def count_documents(library: Library, count: Count, tokenizer: str, stop: threading.Event | None = None) -> int:
    """Count the documents that have no count for `tokenizer`; how many. `stop` ends it within a document.

    A document's tokens are the sum over its pages, each counted alone.
    """
    done = 0
    while counted := count_some(library, count, tokenizer, stop):
        done += counted
    return done


def count_some(library: Library, count: Count, tokenizer: str, stop: threading.Event | None = None) -> int:
    """Count about a second's worth of those documents, kept in one transaction; how many, 0 when none is left.

    What another process counts, replaces or removes meanwhile is left to it.
    """
    found: dict[tallies.Edition, int] = {}
    started = time.monotonic()
    with closing(schema.connect(library.path)) as db:
        for edition in tallies.uncounted(db, tokenizer, _BATCH):
            tokens = _tokens(db, edition, count, stop)
            if tokens is None:
                break
            found[edition] = tokens
            if time.monotonic() - started > _BATCH_SECONDS:
                break
    if not found:
        return 0
    with library.transaction() as writing:
        tallies.store(writing, tokenizer, found)
    return len(found)


def _tokens(db: sqlite3.Connection, edition: tallies.Edition, count: Count, stop: threading.Event | None) -> int | None:
    """Tokens of a document's pages; None once stopped."""
    total = 0
    for text in tallies.texts(db, edition.id):
        if stop is not None and stop.is_set():
            return None
        total += count(text)
    return total


class AnsweringModelCounts:
    """Keeps a library's documents counted for the model that will answer. It never makes that model ready.

    Called again, it looks at the library only when that has changed, or the model's file.
    """

    def __init__(self, library: Library, settings: Settings) -> None:
        self._library, self._settings = library, settings
        self._seen: tuple[Path, int, int] | None = None

    def bring_up_to_date(self) -> int:
        """Count what is missing; how many documents. What prevents it is a log line: counts can be made up later."""
        path = answering_model(self._settings)
        if path is None:
            return 0
        try:
            state = path, path.stat().st_mtime_ns, self._library.generation
            if state == self._seen:
                return 0
            self._seen = state
            return self._count(path)
        except (TomoError, OSError) as error:
            _LOG.warning("%s Tokens are counted for the model later.", error)
            return 0

    def _count(self, path: Path) -> int:
        tokenizer = tokenizer_digest(path)
        with closing(schema.connect(self._library.path)) as db:
            if not tallies.uncounted(db, tokenizer, 1):
                return 0
        trial_once(path, Manifest(self._settings.models))
        with closing(Vocabulary(path)) as vocabulary:
            return count_documents(self._library, vocabulary.count, tokenizer)
