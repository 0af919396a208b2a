"""Process ↔ a name that others can tell to be alive: a lock that the operating system drops when the process dies."""

from __future__ import annotations

import secrets
import threading
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import LibraryError


class Runner:
    """One process's mark in a folder of locks. Any thread may use it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._name = folder, secrets.token_hex(8)
        self._lock: FileLock | None = None
        self._one = threading.Lock()

    @property
    def name(self) -> str:
        """The name, under which this process is alive from now on; LibraryError when it cannot be marked."""
        with self._one:
            if self._lock is None:
                try:
                    self._folder.mkdir(parents=True, exist_ok=True)
                    self._lock = self._taken(self._name)
                except (OSError, Timeout) as error:
                    raise LibraryError(
                        f"{self._folder}: cannot be written ({error}). Free some space, or check its permissions."
                    ) from error
        return self._name

    def alive(self, name: str) -> bool:
        """Whether the process of that name still runs; what a dead one left is tidied up."""
        path = self._folder / name
        if name == self._name:
            return self._lock is not None
        if not name.isalnum() or not path.exists():
            return False
        try:
            self._taken(name).release()
        except (OSError, Timeout):
            return True
        with suppress(OSError):
            path.unlink()
        return False

    def close(self) -> None:
        """From now on it counts as dead."""
        with self._one:
            if self._lock is not None:
                self._lock.release()
                self._lock = None
                with suppress(OSError):
                    (self._folder / self._name).unlink()

    def _taken(self, name: str) -> FileLock:
        lock = FileLock(self._folder / name, timeout=0, thread_local=False)
        lock.acquire()
        return lock
