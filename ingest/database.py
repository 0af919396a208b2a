"""A library's folder → connections to its catalogue, one a thread, transactions, and the facts kept about the whole."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ingest import schema
from ingest.errors import LibraryError
from ingest.filters import teach
from ingest.sqlite_file import is_frozen, is_outdated

CATALOGUE = "library.sqlite3"
"""The catalogue's file, in the library's folder."""


class Database:
    """The SQLite file in a library's folder. Any thread may use it: each has its own connection."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"{folder}: cannot be made ({error.strerror}). Choose another with --library."
            ) from error
        self._local = threading.local()
        self._opened: list[tuple[threading.Thread, sqlite3.Connection]] = []
        self._one_writer, self._opening = threading.Lock(), threading.Lock()
        self._db.execute("SELECT 1")

    @property
    def _db(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection") or is_outdated(self._local.connection, self.path):
            self._local.connection = schema.connect(self.path)
            teach(self._local.connection)
            with self._opening:
                self._close_those_of_ended_threads()
                self._opened.append((threading.current_thread(), self._local.connection))
        connection: sqlite3.Connection = self._local.connection
        return connection

    def _close_those_of_ended_threads(self) -> None:
        for thread, connection in [entry for entry in self._opened if not entry[0].is_alive()]:
            self._opened.remove((thread, connection))
            connection.close()

    @property
    def path(self) -> Path:
        """The catalogue's file."""
        return self.folder / CATALOGUE

    def close(self) -> None:
        """Close every thread's connection."""
        while self._opened:
            self._opened.pop()[1].close()
        self._local = threading.local()

    def meta(self, key: str) -> str | None:
        """A fact kept about the library, or None."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row["value"])

    def set_meta(self, key: str, value: str) -> None:
        """Keep a fact about the library."""
        with self.transaction() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def offer_meta(self, key: str, value: str) -> bool:
        """Keep a fact that can be found out again; False at once where another writes or the disk refuses."""
        try:
            with closing(sqlite3.connect(self.path, timeout=0)) as db, db:
                db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
        except sqlite3.DatabaseError:
            return False
        return True

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, one writer at a time; LibraryError with what to do when the disk or a lock refuses."""
        with self._one_writer, self._translated():
            if is_frozen(self._db):  # there may be room by now
                del self._local.connection
            self._db.execute("BEGIN IMMEDIATE")
            yield self._db
            self._db.execute("COMMIT")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            self._rollback()
            raise LibraryError(schema.database_message(self.path, error)) from error
        except BaseException:
            self._rollback()
            raise

    def _rollback(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
