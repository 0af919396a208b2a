"""Paths → what is new, changed, moved, unchanged or gone, before any work."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ingest.records import FileRecord

Change = Literal["new", "changed", "moved", "unchanged", "skipped", "failed"]

_RACY_NS = 2_000_000_000
"""A file touched so shortly before it was hashed may change again within one tick of its file system's clock
(2 s on FAT): its dates prove nothing. Git calls such an entry racy."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file met on the way and what is to be done with it.

    `reason` says why it is passed over or read again; `moved_from` is its former journal key.
    """

    path: Path
    change: Change
    record: FileRecord
    reason: str = ""
    moved_from: str = ""


def scan(
    paths: Sequence[Path], journal: Mapping[str, FileRecord], recipe: str = "", again: bool = False, retry: bool = True
) -> Iterator[Candidate]:
    """Every file under `paths`, once, in a stable order, compared with the journal by the SHA-256 of its bytes.

    A file is not hashed again while its inode, size, date and change time (ctime, which no program can set) are those
    of the time it was hashed. `recipe` names the options that alter what is read: a file read with others has changed,
    and with `again` every file has. Nothing that is not a regular file is opened; links to folders are not followed,
    links to files only where they are named themselves.
    """
    seen: set[str] = set()
    moves = _Moves(journal)
    for given in paths:
        root = Path(os.path.abspath(given))
        for path in _walk(root):
            key = journal_key(path)
            if key in seen:
                continue
            seen.add(key)
            if path != root and path.is_symlink():
                yield _refused(path, key, "skipped", _link(path, root))
            else:
                found = moves.recognise(_compare(path, key, journal.get(key), recipe, again))
                yield found if retry else _still_refused(found, journal.get(key))


def _still_refused(candidate: Candidate, known: FileRecord | None) -> Candidate:
    """A file that could not be read, and would not be now."""
    same = known is not None and known.digest == candidate.record.digest and known.recipe == candidate.record.recipe
    if known is None or known.status == "added" or candidate.change != "changed" or not same:
        return candidate
    change: Change = "skipped" if known.status == "skipped" else "failed"
    return replace(candidate, change=change, reason=known.reason)


def look_again(candidate: Candidate) -> Candidate:
    """The file as it is now, to be read as it is now: for one that changed while it was read."""
    return _compare(candidate.path, candidate.record.path, None, candidate.record.recipe, again=True)


def is_as_scanned(candidate: Candidate) -> bool:
    """Whether the file has not been touched since it was scanned."""
    try:
        return _stamp(candidate.path.stat()) == _stamp_of(candidate.record)
    except OSError:
        return False


def journal_key(path: Path) -> str:
    """The path as kept in the journal: absolute, and writable as UTF-8 whatever its bytes are."""
    return os.fsencode(os.path.abspath(path)).decode("utf-8", "backslashreplace")


def gone(paths: Sequence[Path], journal: Mapping[str, FileRecord], met: Sequence[Candidate]) -> list[str]:
    """Files of the journal that were below `paths` and are no longer there.

    Nothing is gone from below a folder that is not there itself: a drive may not be mounted.
    """
    there = {c.record.path for c in met if c.change != "failed" or os.path.lexists(c.path)}
    there |= {c.moved_from for c in met if c.moved_from}
    roots = [journal_key(path) for path in paths]
    folders = tuple(root.rstrip(os.sep) + os.sep for root in roots if os.path.isdir(root))
    below = [key for key in journal if key in roots or key.startswith(folders)]
    return [key for key in below if key not in there and not os.path.lexists(key)]


class _Moves:
    """Recognises a new file whose content the journal knows from a place where it is no longer."""

    def __init__(self, journal: Mapping[str, FileRecord]) -> None:
        self._by_digest: dict[str, list[FileRecord]] = {}
        for record in journal.values():
            if record.status == "added":
                self._by_digest.setdefault(record.digest, []).append(record)

    def recognise(self, candidate: Candidate) -> Candidate:
        if candidate.change != "new":
            return candidate
        known = self._by_digest.get(candidate.record.digest, [])
        for old in known:
            if old.recipe == candidate.record.recipe and not os.path.lexists(old.path):
                known.remove(old)
                return replace(candidate, change="moved", moved_from=old.path, reason=f"was {old.path}")
        return candidate


def _walk(root: Path) -> Iterator[Path]:
    """Files, and what stands where a folder might be: links to folders are met and not entered."""
    if not root.is_dir():
        yield root
        return
    for folder, folders, names in os.walk(root):
        linked = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted([*names, *linked]):
            if not name.startswith("."):
                yield Path(folder, name)


def _link(path: Path, root: Path) -> str:
    target = path.resolve()
    if not target.exists():
        return "is a link to something that is not there. Remove it, or put back what it points to."
    if target.is_relative_to(root.resolve()):
        return "is a link to another place in this folder, and is read there."
    return f"is a link to {target}, outside this folder. Give that path itself to read it."


def _compare(path: Path, key: str, known: FileRecord | None, recipe: str, again: bool) -> Candidate:
    if path.name.startswith("~$"):
        return _refused(path, key, "skipped", "is the note that an Office program leaves beside a file it has open.")
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            return _refused(path, key, "skipped", "is not a regular file (a pipe, socket or device). Nothing to read.")
        fresh = known is not None and _untouched(known, facts)
        now = time.time_ns()
        digest = known.digest if known is not None and fresh else _digest(path)
    except FileNotFoundError:
        link = path.is_symlink()
        text = "is a link to a file that is not there." if link else "no such file or folder. Check the spelling."
        return _refused(path, key, "failed", text)
    except OSError as error:
        return _refused(path, key, "failed", f"cannot be read ({error.strerror}). Check its permissions.")
    seen = known.seen_ns if known is not None and fresh else now
    record = FileRecord(key, digest, *_stamp(facts), seen, recipe)
    if known is None:
        return Candidate(path, "new", record)
    if known.digest != digest or known.status != "added" or again:
        return Candidate(path, "changed", record)
    if known.recipe != recipe:
        return Candidate(path, "changed", record, "is read again with other options")
    return Candidate(path, "unchanged", record)


def _untouched(known: FileRecord, facts: os.stat_result) -> bool:
    """Whether the journal's digest can be trusted without reading the file."""
    settled = max(facts.st_ctime_ns, facts.st_mtime_ns) + _RACY_NS < known.seen_ns
    return bool(known.digest) and settled and _stamp_of(known) == _stamp(facts)


def _stamp(facts: os.stat_result) -> tuple[int, int, int, int]:
    return facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino & 0x7FFF_FFFF_FFFF_FFFF


def _stamp_of(record: FileRecord) -> tuple[int, int, int, int]:
    return record.size, record.mtime_ns, record.ctime_ns, record.inode


def _refused(path: Path, key: str, change: Change, reason: str) -> Candidate:
    return Candidate(path, change, FileRecord(key, "", 0, 0), f"{path.name}: {reason}")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
