"""Folders that are watched: kept beside the library, and followed by one child process for as long as Tomo runs."""

from __future__ import annotations

import atexit
import json
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ingest.errors import LibraryError, SettingsError
from rag.kept import write_json
from rag.page.child import Child
from rag.page.intake import FileResult, Intake, ingest_command

FILE = "watched.json"
_SHOWN = 12


class Watcher:
    """One for the whole server; any thread may call it. The child ends with the server and starts with it again."""

    def __init__(self, library: Path) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._seen: deque[FileResult] = deque(maxlen=_SHOWN)
        self._said = ""
        self.heard = 0
        """Results so far: a file that cannot be read changes nothing else that tells of it."""
        self.folders = _read(library / FILE)
        atexit.register(self.close)
        self._start()

    def add(self, folder: Path) -> None:
        """Watch this one too; SettingsError when it is no folder or is watched already, LibraryError for the disk."""
        folder = a_folder(str(folder))
        for known in self.folders:
            if folder == known or known in folder.parents:
                raise SettingsError(f"{folder}: is watched already, with {known}.")
        within = [known for known in self.folders if folder not in known.parents]
        self._keep([*within, folder])

    def remove(self, folder: Path) -> None:
        """Watch it no longer; its documents stay. LibraryError for the disk."""
        self._keep([known for known in self.folders if known != folder])

    def restart(self) -> None:
        """Follow them again, after the child has ended with an error."""
        with self._lock:
            self._stop()
            self._start()

    @property
    def error(self) -> str:
        """Why nothing is followed although something should be, or what the child complained about last; else ""."""
        if self._child is not None and self._child.done:
            return self._child.error or self._said
        return self._said

    @property
    def ended(self) -> bool:
        """Whether nothing is followed although something should be."""
        return bool(self.folders) and (self._child is None or self._child.done)

    def seen(self) -> list[FileResult]:
        """What became of the last files, newest first; none that were known before."""
        return list(self._seen)[::-1]

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._stop()

    def _keep(self, folders: Sequence[Path]) -> None:
        with self._lock:
            try:
                write_json(self._library / FILE, [str(folder) for folder in folders])
            except OSError as error:
                raise LibraryError(
                    f"{self._library / FILE}: cannot be written ({error.strerror}). Free some space, or check the "
                    "folder's permissions."
                ) from error
            self.folders = list(folders)
            self._stop()
            self._start()

    def _start(self) -> None:
        self._said = ""
        if self.folders:
            command = ingest_command(self.folders, self._library, "--watch", "--prune")
            self._child = Child(command, self._heard, self._noted)

    def _stop(self) -> None:
        if self._child is not None:
            self._child.stop()
            self._child.wait(5.0)
            self._child = None

    def _heard(self, said: str) -> None:
        self._said = ""
        run = Intake(self._library)
        run.heard(said)
        new = [result for result in run.files if result.status != "unchanged"]
        self._seen.extend(new)
        self.heard += len(new)

    def _noted(self, said: str) -> None:
        if not said.startswith("{"):
            self._said = said.removeprefix("error: ")


def a_folder(typed: str) -> Path:
    """What a person typed as a folder of this computer, absolute; SettingsError."""
    path = Path(typed.strip().strip('"'))
    with suppress(RuntimeError):  # `~somebody` who is not known here
        path = path.expanduser()
    if not typed.strip() or not path.is_absolute():
        raise SettingsError(f"{typed.strip() or 'Nothing'}: is no whole path. Type one such as /home/ana/manuals.")
    try:
        found = path.is_dir()
    except OSError as error:  # a name that is too long, a folder above that may not be looked into
        raise SettingsError(f"{path}: cannot be looked into ({error.strerror}). Check how it is written.") from error
    if not found:
        raise SettingsError(f"{path}: there is no such folder on this computer. Check how it is written.")
    return path.resolve()


def _read(file: Path) -> list[Path]:
    try:
        return [Path(str(folder)) for folder in json.loads(file.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return []
