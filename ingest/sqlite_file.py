"""A path and the steps between versions of its tables → an open SQLite file that has the newest tables."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PRAGMAS = ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON")
_AGAIN_SECONDS = 0.02
_UNWRITABLE = re.compile("unable to open|readonly|full|disk I/O")
"""What SQLite says where it can make no file beside its own; it then cannot even be read in the usual way."""


class OtherFormat(Exception):
    """The file has tables of a version that no step starts from."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class _Connection(sqlite3.Connection):
    """`stamp`: what the file was when it was opened as one that never changes; None where it may change."""

    stamp: tuple[int, int] | None = None


def connect(
    path: Path,
    version: int,
    steps: Mapping[int, str],
    pragma: str,
    busy_seconds: float,
    functions: Mapping[str, Callable[[str], str]] | None = None,
    reading: bool = False,
) -> sqlite3.Connection:
    """A connection for any thread, in autocommit; made if absent.

    `steps` are the scripts that bring a file of each older version to `version`; 0 is an empty file. `pragma` is set
    besides PRAGMAS; `functions` are what the steps may call, by name. With `reading`, a file that was closed in
    order is opened where nothing can be written too; `is_frozen` tells. sqlite3.Error, and OtherFormat, after
    which nothing is left open.
    """
    try:
        return _connected(str(path), False, (*PRAGMAS, pragma), version, steps, busy_seconds, functions or {})
    except sqlite3.OperationalError as error:
        if not reading or _stamp(path) is None or not _UNWRITABLE.search(str(error)):
            raise
        stamp = _stamp(path)
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        connection = _connected(uri, True, (pragma,), version, {}, busy_seconds, functions or {})
        connection.stamp = stamp
        return connection


def is_frozen(connection: sqlite3.Connection) -> bool:
    """Whether a connection takes its file for unchangeable: it could not be written when it was opened."""
    return getattr(connection, "stamp", None) is not None


def is_outdated(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether a connection that takes its file for unchangeable was opened before the file was written to."""
    stamp = getattr(connection, "stamp", None)
    return stamp is not None and stamp != _stamp(path)


def _stamp(path: Path) -> tuple[int, int] | None:
    """Changes when the file does; None where it is absent, empty, or what was written to it waits in a journal."""
    try:
        journals = [path.with_name(path.name + end) for end in ("-wal", "-journal")]
        stat = path.stat()
        waiting = not stat.st_size or any(one.exists() and one.stat().st_size for one in journals)
        return None if waiting else (stat.st_size, stat.st_mtime_ns)
    except OSError:
        return None


def _connected(
    name: str,
    uri: bool,
    pragmas: Sequence[str],
    version: int,
    steps: Mapping[int, str],
    busy_seconds: float,
    functions: Mapping[str, Callable[[str], str]],
) -> _Connection:
    connection = sqlite3.connect(
        name, timeout=busy_seconds, check_same_thread=False, isolation_level=None, factory=_Connection, uri=uri
    )  # fmt: skip
    try:
        connection.row_factory = sqlite3.Row
        for each in pragmas:
            _set(connection, each, busy_seconds)
        for function_name, function in functions.items():
            connection.create_function(function_name, 1, function, deterministic=True)
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
