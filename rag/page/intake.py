"""Turn files a person hands over into documents of the library, in a child process that outlives the tab."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ingest.errors import LibraryError, ReadError, Skipped
from ingest.readers import reader_for
from ingest.settings import ROOT
from ingest.space import keep_reserve, size
from rag.page.child import Child, last_words
from rag.page.sanitise import file_name, line

_COPY_BYTES = 1 << 20
MOST_BYTES = 200 << 20
"""Of one file, as `server.maxUploadSize` says: what counts is what arrives, not what a browser announces."""
PATIENCE = 600
"""Seconds that an intake waits for whoever is writing: a watched folder, or a command line."""
_GOOD = ("added", "updated", "unchanged")


class Upload(Protocol):
    """A file as the browser sends it."""

    @property
    def name(self) -> str:
        """Its name, foreign."""

    def read(self, size: int = -1, /) -> bytes:
        """Its next bytes."""


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file. `status` is ingest's own word; `path` is "" for one that was refused at the door."""

    name: str
    status: str
    reason: str
    pages: int
    seconds: float
    path: str = ""

    @property
    def good(self) -> bool:
        """It can be found now."""
        return self.status in _GOOD


@dataclass(frozen=True, slots=True)
class Now:
    """How far a run is, as ingest last said: `page` of `of_pages` of `file`; chunks embedded, of all it has to.

    `all_read`: the files are, and their words can be found; only vectors are missing.
    """

    file: str = ""
    page: int = 0
    of_pages: int = 0
    embedded: int = 0
    to_embed: int = 0
    seconds_left: int | None = None
    all_read: bool = False


@dataclass
class Batch:
    """Files and folders that were handed over together. `files` grows as they are read."""

    paths: list[Path]
    expected: int
    files: list[FileResult]

    @property
    def read(self) -> bool:
        """Its words can be found."""
        return len(self.files) >= self.expected


@dataclass
class Intake:
    """Runs of `python -m ingest`, one after the other: what is handed over meanwhile waits for its turn.

    `files` grows as they go; `error` says why one could not run at all. Any thread may call it.
    """

    library: Path
    expected: int = 0
    files: list[FileResult] = field(default_factory=list)
    now: Now = field(default_factory=Now)
    error: str = ""
    stopped: bool = False
    done: bool = False
    child: Child | None = None
    _batch: Batch = field(default_factory=lambda: Batch([], 0, []))
    _waiting: deque[Batch] = field(default_factory=deque)
    _turn: threading.RLock = field(default_factory=threading.RLock)

    def take(self, paths: Sequence[Path], refused: Sequence[FileResult] = ()) -> Batch | None:
        """Ingest these too, after what came before; `refused` are listed. None when it had ended: nothing is taken."""
        batch = Batch(list(paths), len(refused) + sum(_files(path) for path in paths), list(refused))
        with self._turn:
            if self.done:
                return None
            if paths:
                self._waiting.append(batch)
                self.stopped = False
            self.expected += batch.expected
            self.files.extend(refused)
            if self.child is None:
                self._next()
            self._give_way()
            return batch

    def stop(self) -> None:
        """End it; ingest keeps what it has finished, and what waits is not read."""
        with self._turn:
            self._waiting.clear()
            self.stopped = True
            if self.child is not None:
                self.child.stop()

    def heard(self, said: str) -> None:
        """A line of ingest's stdout."""
        try:
            found = json.loads(said)
            if "file" in found:
                result = _result(found)
                self.files.append(result)
                self._batch.files.append(result)
        except (ValueError, KeyError, TypeError):
            self.error = f"ingest wrote a line that is not its own: {line(said, 200)}. Install Tomo again."

    def noted(self, said: str) -> None:
        """A line of ingest's stderr: its progress, or something else."""
        if (now := progress(said)) is not None:
            self.now = now
            self._give_way()

    def _give_way(self) -> None:
        """Stop what only embeds while files wait to be read: the next run goes on with that, once it has read them."""
        with self._turn:
            if self._waiting and self.now.all_read and self.child is not None:
                self.child.stop()

    def _next(self) -> None:
        """Start what has waited longest, or be done."""
        if not self._waiting:
            self.done = True
            return
        self._batch, self.now = self._waiting.popleft(), Now()
        command = ingest_command(self._batch.paths, self.library, "--wait", str(PATIENCE))
        self.child = Child(command, self.heard, self.noted, good=(0, 2), ended=self._ended)

    def _ended(self, child: Child) -> None:
        with self._turn:
            if not any(result.path for result in self._batch.files):
                self.error = self.error or child.error
            self.child = None
            self._next()


@dataclass(frozen=True, slots=True)
class Saved:
    """Files that lie under their safe names now, and those that were not kept, each with its reason."""

    paths: list[Path]
    refused: list[FileResult]


def save_uploads(uploads: Iterable[Upload], folder: Path, most_bytes: int = MOST_BYTES) -> Saved:
    """Write each under its safe name, whole or not at all; LibraryError when the disk refuses.

    A file is kept when its first bytes are what its name says; until then nothing of that name is touched. A name known
    from an earlier upload is replaced; two equal names handed over together both stay.
    """
    saved = Saved([], [])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for upload in uploads:
            keep_reserve(folder)
            path = _unused(folder / file_name(upload.name), saved.paths)
            try:
                _write(upload, path, most_bytes)
                saved.paths.append(path)
            except ReadError as error:
                status = "skipped" if isinstance(error, Skipped) else "failed"
                saved.refused.append(FileResult(path.name, status, str(error), 0, 0.0))
    except OSError as error:
        raise LibraryError(
            f"{folder}: the files could not be saved ({error.strerror}). Free some space, or choose another "
            "library folder with TOMO_LIBRARY."
        ) from error
    return saved


def start_intake(paths: Sequence[Path], library: Path, refused: Sequence[FileResult] = ()) -> tuple[Intake, Batch]:
    """Ingest these files and folders into that library, in the background; `refused` are listed with them.

    Who is writing the library already is waited for.
    """
    intake = Intake(library)
    batch = intake.take(paths, refused)
    assert batch is not None  # it has just begun
    return intake, batch


def ingest_command(paths: Sequence[Path], library: Path, *flags: str) -> list[str]:
    """`python -m ingest` for these, in its words for programs, with its progress every second."""
    command = [sys.executable, "-m", "ingest", *map(str, paths), "--json", "--library", str(library)]
    return [*command, "--progress", "1", *flags]


def progress(said: str) -> Now | None:
    """What a line of ingest's stderr says about its progress; None when it is about something else."""
    try:
        at = json.loads(said)["progress"]
        left = at["seconds_left"]
        name = Path(str(at["file"])).name
        page, of_pages, embedded, to_embed = (int(at[key]) for key in ("page", "of_pages", "embedded", "to_embed"))
        all_read = int(at["files_done"]) >= int(at["files"])
        return Now(name, page, of_pages, embedded, to_embed, None if left is None else int(left), all_read)
    except (ValueError, KeyError, TypeError):
        return None


def _result(found: dict[str, Any]) -> FileResult:
    path = str(found["file"])
    return FileResult(
        Path(path).name, str(found["status"]), str(found["reason"]), int(found["pages"]), float(found["seconds"]), path
    )


def _files(path: Path) -> int:
    if not path.is_dir():
        return 1
    return sum(found.is_file() and found.name[0] != "." for found in path.rglob("*"))


def remove_document(document_id: str, library: Path) -> None:
    """Remove one document and all that was kept of it, as `python -m rag remove` does; LibraryError with its reason."""
    command = [sys.executable, "-m", "rag", "remove", document_id, "--library", str(library)]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode:
        raise LibraryError(
            last_words(done.stderr.decode("utf-8", "replace").splitlines())
            or f"{document_id}: could not be removed. Try again."
        )


def _unused(path: Path, taken: Sequence[Path]) -> Path:
    tried, number = path, 1
    names = {other.name.casefold() for other in taken}  # some disks take A.pdf and a.pdf for one
    while tried.name.casefold() in names:
        number += 1
        tried = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return tried


def _write(upload: Upload, path: Path, most_bytes: int) -> None:
    """ReadError when it is too large or not what its name says."""
    part = path.with_name(f".{secrets.token_hex(4)}.part{path.suffix}")
    try:
        with part.open("xb") as file:
            while piece := upload.read(_COPY_BYTES):
                file.write(piece)
                if file.tell() > most_bytes:
                    raise ReadError(f"{path.name}: is larger than {size(most_bytes)}. Split it, or add it by folder.")
        _check_kind(part, path.name)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _check_kind(part: Path, name: str) -> None:
    """The reader's own check of name and first bytes, in the words for the name that people know."""
    try:
        reader_for(part)
    except ReadError as error:
        raise type(error)(str(error).replace(part.name, name)) from error
