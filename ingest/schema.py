"""Open the SQLite catalogue: its tables, its version, its connections."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ingest import sqlite_file
from ingest.errors import LibraryError
from ingest.threads import hidden

VERSION = 6
BUSY_SECONDS = 20

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- The ingest journal: every file ever met, and what became of it. A file whose reading was interrupted is 'failed'
-- with an empty digest. seen_ns is when it was hashed; recipe names the options it was read with.
CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('added', 'failed', 'skipped')),
    reason TEXT NOT NULL DEFAULT '',
    ctime_ns INTEGER NOT NULL DEFAULT 0,
    inode INTEGER NOT NULL DEFAULT 0,
    seen_ns INTEGER NOT NULL DEFAULT 0,
    recipe TEXT NOT NULL DEFAULT ''
);
CREATE INDEX files_digest ON files (digest);

CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    file_id INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    key TEXT NOT NULL, product TEXT NOT NULL, version TEXT NOT NULL, status TEXT NOT NULL, resolution TEXT NOT NULL,
    created TEXT NOT NULL, updated TEXT NOT NULL, requester TEXT NOT NULL, tags TEXT NOT NULL,
    pages INTEGER NOT NULL,
    chunks INTEGER NOT NULL,
    characters INTEGER NOT NULL,
    part TEXT NOT NULL DEFAULT '',    -- which document of its file; a mail's: its Message-ID
    digest TEXT NOT NULL DEFAULT '',  -- what the reader made of it
    thread TEXT NOT NULL DEFAULT '',  -- the Message-ID a mail thread began with
    others TEXT NOT NULL DEFAULT ''   -- languages that parts of it are in, beside its own, blanks between them
);
CREATE INDEX documents_file ON documents (file_id, part);
CREATE INDEX documents_thread ON documents (thread) WHERE thread <> '';
CREATE INDEX documents_mail ON documents (part) WHERE thread <> '';

CREATE TABLE pages (
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    number INTEGER NOT NULL,
    label TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (document_id, number)
);

CREATE TABLE sections (
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    title TEXT NOT NULL,
    level INTEGER NOT NULL,
    page INTEGER NOT NULL,
    start INTEGER NOT NULL,
    PRIMARY KEY (document_id, ordinal)
) WITHOUT ROWID;

-- AUTOINCREMENT: an id is never used twice, so a vector can never be taken for another chunk's.
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    page INTEGER NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    text TEXT NOT NULL,
    breadcrumb TEXT NOT NULL,
    section INTEGER NOT NULL,
    vector BLOB,
    indexed INTEGER NOT NULL DEFAULT 0,
    fingerprint INTEGER,  -- of what is embedded: an equal chunk needs no second embedding
    language TEXT  -- where it is another than its document's
);
CREATE UNIQUE INDEX chunks_place ON chunks (document_id, ordinal);
CREATE INDEX chunks_unfinished ON chunks (id) WHERE indexed = 0;
CREATE INDEX chunks_unembedded ON chunks (id) WHERE vector IS NULL;
CREATE INDEX chunks_embedded ON chunks (id) WHERE vector IS NOT NULL AND indexed = 0;
CREATE INDEX chunks_fingerprint ON chunks (fingerprint);

-- Unit vectors of a chunk's sentences, as `ingest.packing` packs them. Beside the chunks, whose rows stay short.
CREATE TABLE sentence_vectors (
    chunk_id INTEGER PRIMARY KEY REFERENCES chunks ON DELETE CASCADE,
    vectors BLOB NOT NULL
);

CREATE VIRTUAL TABLE words USING fts5 (exact, stem, tokenize = "unicode61 remove_diacritics 2");

-- Vectors that the index still has to forget.
CREATE TABLE forgotten (chunk_id INTEGER PRIMARY KEY);

CREATE TRIGGER chunk_goes AFTER DELETE ON chunks BEGIN
    DELETE FROM words WHERE rowid = old.id;
    INSERT INTO forgotten SELECT old.id WHERE old.vector IS NOT NULL;
END;

CREATE TABLE token_counts (
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    tokenizer TEXT NOT NULL,
    tokens INTEGER NOT NULL,
    PRIMARY KEY (document_id, tokenizer)
) WITHOUT ROWID;

-- What has been summarised, kept as soon as it is made. They go when their document is read anew.
CREATE TABLE summaries (
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    digest TEXT NOT NULL,    -- of the document's text
    method TEXT NOT NULL,    -- the model and the instructions it had
    language TEXT NOT NULL,
    level INTEGER NOT NULL,  -- 0: a part of the document; 1, 2 …: several of the level below; -1: the whole
    ordinal INTEGER NOT NULL,
    text TEXT NOT NULL,
    places TEXT NOT NULL DEFAULT '',  -- what its marks [1], [2] … stand for: [[page, start, end], …]
    PRIMARY KEY (document_id, method, language, level, ordinal)
);
"""

_FROM_1 = """
ALTER TABLE files ADD COLUMN ctime_ns INTEGER NOT NULL DEFAULT 0;
ALTER TABLE files ADD COLUMN inode INTEGER NOT NULL DEFAULT 0;
ALTER TABLE files ADD COLUMN seen_ns INTEGER NOT NULL DEFAULT 0;
ALTER TABLE files ADD COLUMN recipe TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN part TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN digest TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN thread TEXT NOT NULL DEFAULT '';
ALTER TABLE chunks ADD COLUMN fingerprint INTEGER;
UPDATE documents SET part = key WHERE kind = 'ticket';
DROP INDEX documents_file;
CREATE INDEX documents_file ON documents (file_id, part);
CREATE INDEX documents_thread ON documents (thread) WHERE thread <> '';
CREATE INDEX documents_mail ON documents (key) WHERE thread <> '';
CREATE INDEX chunks_unembedded ON chunks (id) WHERE vector IS NULL;
CREATE INDEX chunks_embedded ON chunks (id) WHERE vector IS NOT NULL AND indexed = 0;
CREATE INDEX chunks_fingerprint ON chunks (fingerprint);
"""
_FROM_2 = """
CREATE TABLE sentence_vectors (
    chunk_id INTEGER PRIMARY KEY REFERENCES chunks ON DELETE CASCADE,
    vectors BLOB NOT NULL
);
"""
_FROM_3 = """
CREATE TABLE summaries (
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    digest TEXT NOT NULL,
    method TEXT NOT NULL,
    language TEXT NOT NULL,
    level INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    text TEXT NOT NULL,
    places TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (document_id, method, language, level, ordinal)
);
"""
# Where a mail's thread is hashed, its own name was not.
_FROM_4 = """
DROP INDEX documents_mail;
CREATE INDEX documents_mail ON documents (part) WHERE thread <> '';
UPDATE documents SET part = hidden(part) WHERE length(thread) = 32 AND thread NOT GLOB '*[^0-9a-f]*';
"""
# Neither rewrites a row.
_FROM_5 = """
ALTER TABLE documents ADD COLUMN others TEXT NOT NULL DEFAULT '';
ALTER TABLE chunks ADD COLUMN language TEXT;
"""
_STEPS = {
    0: _TABLES,
    1: _FROM_1 + _FROM_2 + _FROM_3 + _FROM_4 + _FROM_5,
    2: _FROM_2 + _FROM_3 + _FROM_4 + _FROM_5,
    3: _FROM_3 + _FROM_4 + _FROM_5,
    4: _FROM_4 + _FROM_5,
    5: _FROM_5,
}
"""What brings a catalogue of each version to VERSION."""

CHUNK_LANGUAGE = "coalesce(chunks.language, documents.language)"
"""A chunk's language, in a query that joins it with its document."""


def connect(path: Path) -> sqlite3.Connection:
    """A connection to the catalogue at `path`, made if absent; LibraryError if it is not ours or cannot be opened."""
    try:
        return sqlite_file.connect(
            path, VERSION, _STEPS, "recursive_triggers = ON", BUSY_SECONDS, {"hidden": hidden}, True
        )
    except sqlite_file.OtherFormat as other:
        raise LibraryError(
            f"{path}: was written by another version of Tomo (format {other.version}, this one writes {VERSION}). "
            "Use that version, or ingest into a new folder with --library."
        ) from other
    except sqlite3.DatabaseError as error:
        raise LibraryError(database_message(path, error)) from error


def database_message(path: Path, error: sqlite3.Error) -> str:
    """What an SQLite error means to a person, and what to do."""
    text = str(error)
    if "locked" in text or "busy" in text:
        return f"{path}: another program has held it for {BUSY_SECONDS} s. Close that program and try again."
    if "full" in text or "disk I/O" in text:
        return f"{path}: the disk is full or failing ({text}). Free some space; nothing written before is lost."
    if "not a database" in text or "malformed" in text:
        return f"{path}: is damaged ({text}). Move the folder away and ingest again, or restore a copy."
    if "unable to open" in text and not path.parent.exists():
        return (
            f"{path.parent}: the library's folder is not there: it was moved or deleted, or its drive is not "
            "connected. Bring it back and try again."
        )
    if "unable to open" in text or "readonly" in text:
        return f"{path}: cannot be opened for writing ({text}). Check the folder's permissions."
    return f"{path}: cannot be used ({text}). Try again; if that does not help, restore a copy of its folder."
