"""Turn files a person hands over into documents of the library, in a child process that outlives the tab."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from ingest.errors import LibraryError
from ingest.settings import ROOT
from rag.page.sanitise import file_name, line

_COPY_BYTES = 1 << 20
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


def save_uploads(uploads: Iterable[Upload], folder: Path) -> list[Path]:
    """Write each under its safe name, whole or not at all; LibraryError when the disk refuses.

    A name known from an earlier upload is replaced; two equal names handed over together both stay.
    """
    saved: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for upload in uploads:
            path = _unused(folder / file_name(upload.name), saved)
            _write(upload, path)
            saved.append(path)
    except OSError as error:
        raise LibraryError(
            f"{folder}: the files could not be saved ({error.strerror}). Free some space, or choose another "
            "library folder with TOMO_LIBRARY."
        ) from error
    return saved


def start_intake(paths: Sequence[Path], library: Path) -> Intake:
    """Ingest these files and folders into that library, in the background."""
    intake = Intake(expected=sum(_files(path) for path in paths))
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
    while tried in taken:
        number += 1
        tried = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return tried


def _write(upload: Upload, path: Path) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            while piece := upload.read(_COPY_BYTES):
                file.write(piece)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


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
