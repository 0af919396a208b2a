"""A path and the steps between versions of its tables → an open SQLite file that has the newest tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

PRAGMAS = ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON")


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
            connection.execute(f"PRAGMA {each}")
        for name, function in (functions or {}).items():
            connection.create_function(name, 1, function, deterministic=True)
        _bring_to(connection, version, steps)
    except (sqlite3.Error, OtherFormat):
        connection.close()
        raise
    return connection


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
