"""Paths → what is new, changed, unchanged or gone, before any work."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ingest.records import FileRecord

Change = Literal["new", "changed", "unchanged", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file met on the way and what is to be done with it; `reason` says why it is passed over."""

    path: Path
    change: Change
    record: FileRecord
    reason: str = ""


def scan(paths: Sequence[Path], journal: Mapping[str, FileRecord]) -> Iterator[Candidate]:
    """Every file under `paths`, once, in a stable order, compared with the journal by the SHA-256 of its bytes.

    Nothing that is not a regular file is opened; links to folders are not followed.
    """
    seen: set[str] = set()
    for given in paths:
        root = Path(os.path.abspath(given))
        for path in _walk(root):
            key = journal_key(path)
            if key not in seen:
                seen.add(key)
                yield _compare(path, key, journal.get(key))


def journal_key(path: Path) -> str:
    """The path as kept in the journal: absolute, and writable as UTF-8 whatever its bytes are."""
    return os.fsencode(os.path.abspath(path)).decode("utf-8", "backslashreplace")


def gone(paths: Sequence[Path], journal: Mapping[str, FileRecord]) -> list[str]:
    """Files of the journal that were below `paths` and are no longer there."""
    roots = [journal_key(path) for path in paths]
    below = [key for key in journal if any(key == root or key.startswith(root + os.sep) for root in roots)]
    return [key for key in below if not os.path.lexists(key)]


def _walk(root: Path) -> Iterator[Path]:
    if not root.is_dir():
        yield root
        return
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(folder, name)


def _compare(path: Path, key: str, known: FileRecord | None) -> Candidate:
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            return _refused(path, key, "skipped", "is not a regular file (a pipe, socket or device). Nothing to read.")
        digest = _digest(path)
    except FileNotFoundError:
        link = path.is_symlink()
        text = "is a link to a file that is not there." if link else "no such file or folder. Check the spelling."
        return _refused(path, key, "failed", text)
    except OSError as error:
        return _refused(path, key, "failed", f"cannot be read ({error.strerror}). Check its permissions.")
    record = FileRecord(key, digest, facts.st_size, facts.st_mtime_ns)
    if known is None:
        return Candidate(path, "new", record)
    same = known.digest == digest and known.status == "added"
    return Candidate(path, "unchanged" if same else "changed", record)


def _refused(path: Path, key: str, change: Change, reason: str) -> Candidate:
    return Candidate(path, change, FileRecord(key, "", 0, 0), f"{path.name}: {reason}")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
