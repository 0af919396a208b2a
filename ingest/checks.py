"""Catalogue → Findings: whether what SQLite holds of a library agrees with itself."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from ingest import lexical, schema
from ingest.errors import LibraryBusy
from ingest.filing import INTERRUPTED
from ingest.library import Library
from ingest.space import RESERVE, size
from ingest.sqlite_file import is_frozen

_SHOWN = 5
_UNIT = 0.01
"""How far from 1 the length of a vector may be that was rounded to float16."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: `count` things are wrong (of a check that is `ok`: how many there are).

    `fixable`: `doctor --fix` can put it right.
    """

    check: str
    ok: bool
    count: int
    text: str
    fixable: bool = False


Check = Callable[[sqlite3.Connection], Finding]


def check_catalogue(library: Library) -> Iterator[Finding]:
    """Every check that needs the catalogue only, in an order in which a person reads them."""
    with closing(schema.connect(library.path)) as db:
        for check in (
            _database,
            _references,
            _counts,
            _places,
            _journal,
            _interrupted,
            _words,
            _searchable,
            _copies,
            _sentences,
        ):
            yield _guarded(library, check, db)
    yield _disk(library)


def _guarded(library: Library, check: Check, db: sqlite3.Connection) -> Finding:
    try:
        return check(db)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            raise LibraryBusy(schema.database_message(library.path, error)) from error
        name = check.__name__.strip("_")
        if name in ("words", "searchable"):
            return Finding(name, False, 1, f"The word index is damaged ({error}).", fixable=True)
        return Finding(name, False, 1, schema.database_message(library.path, error))


def judged(check: str, wrong: int, good: str, bad: str, fixable: bool = True) -> Finding:
    """A finding that is `ok` when nothing is wrong; `bad` follows the number."""
    return Finding(check, not wrong, wrong, f"{wrong:,} {bad}" if wrong else good, bool(wrong) and fixable)


def _database(db: sqlite3.Connection) -> Finding:
    rows = [row[0] for row in db.execute("PRAGMA integrity_check(100)") if row[0] != "ok"]
    named = "; ".join(rows[:_SHOWN])
    bad = f"faults in the database: {named}. Restore a copy, or move the folder away and ingest again."
    return judged("database", len(rows), "The database is sound.", bad, fixable=all("index" in row for row in rows))


def _references(db: sqlite3.Connection) -> Finding:
    rows = db.execute("PRAGMA foreign_key_check").fetchall()
    bad = "rows belong to something that is not there. Ingest the same folders again with --again."
    return judged("references", len(rows), "Everything belongs to a document, every document to a file.", bad, False)


def _counts(db: sqlite3.Connection) -> Finding:
    query = """SELECT id FROM documents AS d WHERE
        pages IS NOT (SELECT count(*) FROM pages WHERE document_id = d.id)
        OR chunks IS NOT (SELECT count(*) FROM chunks WHERE document_id = d.id)
        OR pages IS NOT (SELECT ifnull(max(number), 0) FROM pages WHERE document_id = d.id)"""
    wrong = [row[0] for row in db.execute(query)]
    (total,) = db.execute("SELECT count(*) FROM documents").fetchone()
    good = f"{total:,} documents, each with the pages it says."
    return _judged_documents(db, "counts", wrong, good, "documents are miscounted.")


def holed(db: sqlite3.Connection) -> list[str]:
    """Documents that a page is lost of."""
    pages = "SELECT document_id FROM pages GROUP BY 1 HAVING max(number) > count(*)"
    return [row[0] for row in db.execute(pages)]


def _judged_documents(db: sqlite3.Connection, check: str, wrong: Sequence[str], good: str, bad: str) -> Finding:
    """What cannot be mended without its file, and is to be read again, is for the next ingest and no more for us."""
    query = """SELECT count(*) FROM documents JOIN files ON files.id = file_id
        WHERE files.digest <> '' AND documents.id IN (SELECT value FROM json_each(?))"""
    (left,) = db.execute(query, (json.dumps(wrong),)).fetchone()
    bad += "" if left else " The next ingest of their files reads them again."
    return judged(check, len(wrong), good, bad, fixable=bool(left))


def misplaced(db: sqlite3.Connection) -> list[str]:
    """Documents with a chunk that is not where it says it is."""
    found: dict[str, None] = {}
    place, page_text = ("", 0), ""
    query = "SELECT document_id, page, start, end, text FROM chunks ORDER BY document_id, ordinal"
    for document_id, page, start, end, text in db.execute(query):
        if (document_id, page) != place:  # each page is fetched once: it may be megabytes long
            place = (document_id, page)
            row = db.execute("SELECT text FROM pages WHERE document_id = ? AND number = ?", place).fetchone()
            page_text = "" if row is None else row[0]
        if page_text[start:end] != text:
            found[document_id] = None
    return list(found)


def _places(db: sqlite3.Connection) -> Finding:
    wrong = misplaced(db)
    bad = f"documents with chunks that are not on their page: {', '.join(wrong[:_SHOWN])}."
    return _judged_documents(db, "places", wrong, "Every chunk is on its page where it says.", bad)


def _journal(db: sqlite3.Connection) -> Finding:
    query = "SELECT name FROM files WHERE status = 'added' AND id NOT IN (SELECT file_id FROM documents)"
    empty = [row[0] for row in db.execute(query)]
    counts = dict(db.execute("SELECT status, count(*) FROM files GROUP BY status").fetchall())
    good = ", ".join(f"{number:,} {status}" for status, number in sorted(counts.items())) or "none"
    bad = f"files are said to be added and have no document: {', '.join(empty[:_SHOWN])}."
    return judged("journal", len(empty), f"Files: {good}.", bad)


def _interrupted(db: sqlite3.Connection) -> Finding:
    query = "SELECT name FROM files WHERE status = 'failed' AND digest = '' AND reason LIKE ?"
    names = [row[0] for row in db.execute(query, (f"%{INTERRUPTED}",))]
    bad = f"files were interrupted: {', '.join(names[:_SHOWN])}. The same ingest command reads the rest."
    return judged("interrupted", len(names), "No file was interrupted.", bad, fixable=False)


def _words(db: sqlite3.Connection) -> Finding:
    if not is_frozen(db):
        db.execute("INSERT INTO words (words) VALUES ('integrity-check')")
    query = """SELECT (SELECT count(*) FROM chunks WHERE id NOT IN (SELECT rowid FROM words)),
        (SELECT count(*) FROM words WHERE rowid NOT IN (SELECT id FROM chunks))"""
    missing, orphans = db.execute(query).fetchone()
    bad = f"differences between chunks and word index: {missing:,} missing, {orphans:,} of chunks that are gone."
    return judged("words", missing + orphans, "The word index has every chunk and nothing else.", bad)


def _searchable(db: sqlite3.Connection) -> Finding:
    lost = 0
    for chunk_id, text in db.execute("SELECT id, text FROM chunks"):
        word = max((w for w in lexical.words(lexical.searchable(text)) if w.isascii()), key=len, default="")
        found = "SELECT 1 FROM words WHERE words MATCH ? AND rowid = ?"
        if word and db.execute(found, (f'exact : "{word}"', chunk_id)).fetchone() is None:
            lost += 1
    return judged("searchable", lost, "Every chunk is found by a word of it.", "chunks are not found by their words.")


UNPARTED = """SELECT id FROM chunks LEFT JOIN sentence_vectors ON chunk_id = id
    WHERE vector IS NOT NULL AND (vectors IS NULL OR length(vectors) % (4 + (SELECT length(vector) / 2 FROM chunks
        WHERE vector IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1)) <> 0)"""
"""Chunks whose sentences have no vectors, or damaged ones: 4 + d bytes each, beside 2·d of the chunk's own."""


def _sentences(db: sqlite3.Connection) -> Finding:
    (wrong,) = db.execute(f"SELECT count(*) FROM ({UNPARTED})").fetchone()
    bad = "chunks have no vectors of their sentences (an earlier version made them): they rank less well."
    return judged("sentences", wrong, "Every chunk's sentences have vectors.", bad)


def bad_copies(db: sqlite3.Connection, after: int = 0) -> list[int]:
    """Chunks of an id above `after` whose vector is not finite, not of length 1, or longer or shorter than most."""
    among = "FROM chunks WHERE id > ? AND vector IS NOT NULL"
    usual = db.execute(f"SELECT length(vector) {among} GROUP BY 1 ORDER BY count(*) DESC LIMIT 1", (after,)).fetchone()
    rows = db.execute(f"SELECT id, vector {among}", (after,))
    return [chunk_id for chunk_id, blob in rows if _is_bad(blob, usual[0])]


def _is_bad(blob: bytes, length: int) -> bool:
    if len(blob) != length or length % 2:
        return True
    norm = float(np.linalg.norm(np.frombuffer(blob, np.float16).astype(np.float32)))
    return not abs(norm - 1.0) <= _UNIT  # so said, NaN is bad too


def _copies(db: sqlite3.Connection) -> Finding:
    (missing,) = db.execute("SELECT count(*) FROM chunks WHERE vector IS NULL").fetchone()
    bad = len(bad_copies(db))
    text = f"chunks have no good vector: {missing:,} not embedded yet, {bad:,} damaged."
    return judged("vectors", missing + bad, "Every chunk has a vector.", text)


def _disk(library: Library) -> Finding:
    free = shutil.disk_usage(library.folder).free
    text = f"{size(free)} free" + ("." if free >= RESERVE else ": too little to work with. Free some space.")
    return Finding("disk", free >= RESERVE, 0 if free >= RESERVE else 1, text)
