"""Turn files a person hands over into documents of the library, in a child process that outlives the tab."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from ingest.errors import LibraryError, ReadError, Skipped
from ingest.readers import reader_for
from ingest.settings import ROOT
from ingest.space import keep_reserve, size
from rag.page.sanitise import file_name, line

_COPY_BYTES = 1 << 20
MOST_BYTES = 200 << 20
"""Of one file, as `server.maxUploadSize` says: what counts is what arrives, not what a browser announces."""
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
    """What became of one file. `status` is ingest's own word."""

    name: str
    status: str
    reason: str
    pages: int
    seconds: float

    @property
    def good(self) -> bool:
        """It can be found now."""
        return self.status in _GOOD


@dataclass
class Intake:
    """One run of `python -m ingest`. `files` grows as it goes; `error` says why it could not run at all."""

    expected: int
    files: list[FileResult] = field(default_factory=list)
    error: str = ""
    stopped: bool = False
    done: bool = False
    process: subprocess.Popen[bytes] | None = None

    def stop(self) -> None:
        """End it; ingest keeps what it has finished."""
        self.stopped = True
        if self.process is not None:
            self.process.terminate()


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


def start_intake(paths: Sequence[Path], library: Path, refused: Sequence[FileResult] = ()) -> Intake:
    """Ingest these files and folders into that library, in the background; `refused` are listed with them."""
    intake = Intake(expected=len(refused) + sum(_files(path) for path in paths), files=list(refused))
    if not paths:
        intake.done = True
        return intake
    command = [sys.executable, "-m", "ingest", *map(str, paths), "--json", "--library", str(library)]
    threading.Thread(target=_follow, args=(command, intake), name="tomo-intake", daemon=True).start()
    return intake


def _files(path: Path) -> int:
    if not path.is_dir():
        return 1
    return sum(found.is_file() and found.name[0] != "." for found in path.rglob("*"))


def remove_document(document_id: str, library: Path) -> None:
    """Remove one document and all that was kept of it, as `python -m rag remove` does; LibraryError with its reason."""
    command = [sys.executable, "-m", "rag", "remove", document_id, "--library", str(library)]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode:
        raise LibraryError(_last_words(done.stderr) or f"{document_id}: could not be removed. Try again.")


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


def _follow(command: Sequence[str], intake: Intake) -> None:
    try:
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            intake.process = process
            if intake.stopped:
                process.terminate()
            errors: list[bytes] = []
            reader = threading.Thread(target=lambda: errors.extend(_tail(process.stderr)), daemon=True)
            reader.start()
            for raw in process.stdout or ():
                _note(raw, intake)
            reader.join()
        if process.returncode not in (0, 2) and not intake.stopped and not intake.files:
            intake.error = _last_words(b"".join(errors)) or f"ingest ended with code {process.returncode}."
    except OSError as error:
        intake.error = f"ingest could not be started ({error.strerror})."
    finally:
        intake.done = True


def _note(raw: bytes, intake: Intake) -> None:
    try:
        found = json.loads(raw)
        if "file" in found:
            name = Path(str(found["file"])).name
            seconds, pages = float(found["seconds"]), int(found["pages"])
            intake.files.append(FileResult(name, str(found["status"]), str(found["reason"]), pages, seconds))
    except (ValueError, KeyError, TypeError):
        intake.error = f"ingest wrote a line that is not its own: {line(raw.decode('utf-8', 'replace'), 200)}"


def _tail(stream: IO[bytes] | None) -> list[bytes]:
    kept: list[bytes] = []
    for raw in stream or ():
        kept = [*kept[-19:], raw]
    return kept


def _last_words(errors: bytes) -> str:
    """The message behind the last `error: `, or the last line: never a traceback."""
    lines = [text.strip() for text in errors.decode("utf-8", "replace").splitlines() if text.strip()]
    said = [text.removeprefix("error: ") for text in lines if text.startswith("error: ")]
    return line((said or lines or [""])[-1], 600)
