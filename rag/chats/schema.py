"""Open the conversations' SQLite file: its tables, its version, and what its errors mean."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from ingest import sqlite_file
from ingest.errors import LibraryError

VERSION = 1
BUSY_SECONDS = 3
"""A person is waiting."""

_TABLES = """
CREATE TABLE chats (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL DEFAULT '',      -- whose it is; '' where one person has the machine
    title TEXT NOT NULL,
    created REAL NOT NULL,               -- seconds since 1970, like all times here
    updated REAL NOT NULL,
    turns INTEGER NOT NULL DEFAULT 0,
    changes INTEGER NOT NULL DEFAULT 0   -- grows with everything that alters what is shown of it
) WITHOUT ROWID;
CREATE INDEX chats_newest ON chats (owner, updated DESC, id);

-- A turn is stored when its question is asked. While it is 'running', `runner` names the process that answers it.
-- AUTOINCREMENT: an answer that comes after its conversation was deleted never lands in another.
CREATE TABLE turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_id TEXT NOT NULL REFERENCES chats ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('running', 'answered', 'stopped', 'failed')),
    runner TEXT NOT NULL DEFAULT '',
    asked REAL NOT NULL,
    question TEXT NOT NULL,              -- as text, for the search; `request` has it exactly
    request TEXT NOT NULL,               -- JSON of rag.chats.types.Request
    text TEXT NOT NULL DEFAULT '',       -- the answer's, or what there is of it
    answer TEXT NOT NULL DEFAULT '',     -- JSON of rag.events.Answer; '' without one
    refused INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT ''
);
CREATE INDEX turns_chat ON turns (chat_id, asked, id);
CREATE INDEX turns_asked ON turns (asked);
CREATE INDEX turns_running ON turns (runner) WHERE state = 'running';

-- The pages that answers stand on; a refusal stands on none.
CREATE TABLE cited (
    turn_id INTEGER NOT NULL REFERENCES turns ON DELETE CASCADE,
    document_id TEXT NOT NULL,
    document TEXT NOT NULL,
    file TEXT NOT NULL,
    page INTEGER NOT NULL,
    PRIMARY KEY (turn_id, document_id, page)
) WITHOUT ROWID;

CREATE TABLE feedback (
    turn_id INTEGER PRIMARY KEY REFERENCES turns ON DELETE CASCADE,
    good INTEGER NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    given REAL NOT NULL
);

CREATE VIRTUAL TABLE words USING fts5 (title, question, answer, tokenize = "unicode61 remove_diacritics 2");

CREATE TRIGGER turn_comes AFTER INSERT ON turns BEGIN
    INSERT INTO words (rowid, title, question, answer)
        SELECT new.id, title, new.question, new.text FROM chats WHERE id = new.chat_id;
END;
-- Not at every piece of an answer on its way: the words of one that never ended are those of its question.
CREATE TRIGGER turn_ends AFTER UPDATE OF state ON turns BEGIN
    UPDATE words SET answer = new.text WHERE rowid = new.id;
END;
CREATE TRIGGER turn_goes AFTER DELETE ON turns BEGIN
    DELETE FROM words WHERE rowid = old.id;
END;
CREATE TRIGGER chat_renamed AFTER UPDATE OF title ON chats BEGIN
    UPDATE words SET title = new.title WHERE rowid IN (SELECT id FROM turns WHERE chat_id = new.id);
END;
"""
_STEPS = {0: _TABLES}
"""What brings a file of each version to VERSION."""


def connect(path: Path) -> sqlite3.Connection:
    """The file's connection, for any thread; made if absent, for its owner's eyes only; LibraryError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)  # SQLite gives the files beside it the same
    except OSError as error:
        why = f"cannot be opened for writing ({error.strerror})"
        raise LibraryError(f"{path}: {why}. Conversations are not kept: check the folder's permissions.") from error
    try:
        return sqlite_file.connect(path, VERSION, _STEPS, "secure_delete = ON", BUSY_SECONDS)
    except sqlite_file.OtherFormat as other:
        raise LibraryError(
            f"{path}: was written by another version of Tomo (format {other.version}, this one writes {VERSION}). "
            "Use that version, or move the file away to start with no conversations."
        ) from other
    except sqlite3.Error as error:
        raise LibraryError(message(path, error)) from error


def message(path: Path, error: sqlite3.Error) -> str:
    """What an SQLite error means to a person, and what to do."""
    text = str(error)
    if "locked" in text or "busy" in text:
        return f"{path}: another program has held it for {BUSY_SECONDS} s. Close that program and try again."
    if "full" in text or "disk I/O" in text:
        return f"{path}: the disk is full or failing ({text}). Free some space; what was saved before is there."
    if "not a database" in text or "malformed" in text:
        return f"{path}: is damaged ({text}). Move it away to start with no conversations, or restore a copy."
    if "unable to open" in text or "readonly" in text:
        return f"{path}: cannot be opened for writing ({text}). Check the folder's permissions."
    return f"{path}: cannot be used ({text}). Move it away to start with no conversations, or restore a copy."
