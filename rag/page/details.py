"""A document of the library → what a person may want to know of it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from ingest import schema
from ingest.library import Library
from ingest.prefixes import FOLDER, PrefixHeader, headers
from ingest.records import DocumentRow
from rag.chats.counts import answers_of
from rag.chats.store import Chats


@dataclass(frozen=True, slots=True)
class Details:
    """`tokens`: the most any model has counted in it, None before one has; `ready`: what is kept of reading all of it.

    `answers` stand on its pages, of everybody's; `sections` are its headings; `summaries` whether one is kept; `said`
    is what was to be said of its file when it was read last, "" for most.
    """

    row: DocumentRow
    tokens: int | None
    sections: int
    answers: int
    ready: tuple[PrefixHeader, ...]
    summary: bool
    said: str = ""


def details(library: Library, chats: Chats, row: DocumentRow) -> Details:
    """As they are now; LibraryError."""
    with closing(schema.connect(library.path)) as db:
        (tokens,) = db.execute("SELECT max(tokens) FROM token_counts WHERE document_id = ?", (row.id,)).fetchone()
        (sections,) = db.execute("SELECT count(*) FROM sections WHERE document_id = ?", (row.id,)).fetchone()
        summary = db.execute("SELECT 1 FROM summaries WHERE document_id = ? AND level = -1", (row.id,)).fetchone()
        file = db.execute("SELECT reason FROM files WHERE path = ?", (row.path,)).fetchone()
    kept = tuple(header for header in headers(library.folder / FOLDER) if row.id in header.documents)
    said = file[0] if file else ""
    return Details(row, tokens, sections, answers_of(chats, row.id), kept, summary is not None, said)
