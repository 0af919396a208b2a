"""A path and the steps between versions of its tables → an open SQLite file that has the newest tables."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from pathlib import Path

PRAGMAS = ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON")
_AGAIN_SECONDS = 0.02


class OtherFormat(Exception):
    """The file has tables of a version that no step starts from."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


def connect(
    path: Path,
    version: int,
    steps: Mapping[int, str],
    pragma: str,
    busy_seconds: float,
    functions: Mapping[str, Callable[[str], str]] | None = None,
) -> sqlite3.Connection:
    """A connection for any thread, in autocommit; made if absent.

    `steps` are the scripts that bring a file of each older version to `version`; 0 is an empty file. `pragma` is set
    besides PRAGMAS; `functions` are what the steps may call, by name. sqlite3.Error, and OtherFormat, after which
    nothing is left open.
    """
    connection = sqlite3.connect(path, timeout=busy_seconds, check_same_thread=False, isolation_level=None)
    try:
        connection.row_factory = sqlite3.Row
        for each in (*PRAGMAS, pragma):
            _set(connection, each, busy_seconds)
        for name, function in (functions or {}).items():
            connection.create_function(name, 1, function, deterministic=True)
        _bring_to(connection, version, steps)
    except (sqlite3.Error, OtherFormat):
        connection.close()
        raise
    return connection


def _set(connection: sqlite3.Connection, pragma: str, busy_seconds: float) -> None:
    """SQLite does not wait for its turn to make a new file's journal: of several who open it first, one was refused."""
    deadline = time.monotonic() + busy_seconds
    while True:
        try:
            connection.execute(f"PRAGMA {pragma}")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(_AGAIN_SECONDS)


def _bring_to(connection: sqlite3.Connection, version: int, steps: Mapping[int, str]) -> None:
    found = _version(connection)
    if found == version:
        return
    if found not in steps:
        raise OtherFormat(found)
    connection.execute("BEGIN IMMEDIATE")
    for statement in statements(steps.get(_version(connection), "")):  # another process may have been first
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def statements(script: str) -> list[str]:
    """The statements of a script, each whole."""
    found, current = [], ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            found.append(current)
            current = ""
    return found
