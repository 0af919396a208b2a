"""An SQLite file → the process that keeps others from it."""

from __future__ import annotations

import os
import struct
import sys
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_PENDING, _RESERVED, _SHARED = (0x4000_0000, 1), (0x4000_0001, 1), (0x4000_0002, 510)
"""Start and length of the bytes that SQLite locks in place of the file (sqlite.org/lockingv3.html)."""
_LAYOUT = "qqihh" if sys.platform == "darwin" else "hhqqi"


class Watched:
    """Asks the system who has locked a database, without ever locking it.

    A second SQLite in this process that takes and drops a lock would drop those of the first, and so would closing the
    file: it stays open until `close`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def holder(self, *, writing: bool) -> int | None:
        """The process because of which reading (or writing) would have to wait; None when none does, or none can be
        known. Locks of this process do not count."""
        if sys.platform == "win32" or (file := self._opened()) is None:
            return None
        ranges = (_PENDING, _RESERVED, _SHARED) if writing else (_PENDING, _SHARED)
        kind = fcntl.F_WRLCK if writing else fcntl.F_RDLCK
        return next((pid for some in ranges if (pid := _holder(file, kind, *some)) is not None), None)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _opened(self) -> int | None:
        if self._file is None:
            with suppress(OSError):
                self._file = os.open(self._path, os.O_RDWR)
        return self._file


def _holder(file: int, kind: int, start: int, length: int) -> int | None:
    mac = _LAYOUT == "qqihh"
    wish = (start, length, 0, kind, os.SEEK_SET) if mac else (kind, os.SEEK_SET, start, length, 0)
    answer = struct.unpack(_LAYOUT, fcntl.fcntl(file, fcntl.F_GETLK, struct.pack(_LAYOUT, *wish)))
    found, pid = (answer[3], answer[2]) if mac else (answer[0], answer[4])
    return None if found == fcntl.F_UNLCK else int(pid)
