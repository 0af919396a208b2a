"""Paths → what is new, changed, moved, unchanged or gone, before any work."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ingest.readers.names import shown
from ingest.records import FileRecord

Recipe = Callable[[Path], str]
"""Names the options that alter what is read of a file."""
Change = Literal["new", "changed", "moved", "unchanged", "skipped", "failed"]

_RACY_NS = 2_000_000_000
"""A file touched so shortly before it was hashed may change again within one tick of its file system's clock
(2 s on FAT): its dates prove nothing. Git calls such an entry racy."""
_MOST = 2**63 - 1
_DANGLING = "is a link to something that is not there. Remove it, or put back what it points to."


NO_OCR = "no_ocr"
"""In a recipe: pictures were not read."""


def plainly(path: Path) -> str:
    """The recipe of a run without options."""
    return ""


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
    paths: Sequence[Path],
    journal: Mapping[str, FileRecord],
    recipe: Recipe = plainly,
    again: bool = False,
    retry: bool = True,
) -> Iterator[Candidate]:
    """Every file under `paths`, once, in a stable order, compared with the journal by the SHA-256 of its bytes.

    A file is not hashed again while its inode, size, date and change time (ctime, which no program can set) are those
    of the time it was hashed. `recipe` names the options that alter what is read of a file: one read with others has
    changed, and with `again` every file has. Without `retry`, a file that could not be read is only tried again when it
    has changed. Nothing that is not a regular file is opened; links are not followed below a path given.
    """
    seen: set[str] = set()
    moves = _Moves(journal)
    for given in paths:
        root = root_of(given)
        for path, problem in _walk(root):
            key = journal_key(path)
            if key in seen:
                continue
            seen.add(key)
            known = journal.get(key)
            if problem:
                yield _refused(path, key, "failed", problem)
            elif path != root and os.path.islink(path):
                yield _refused(path, key, "skipped", _link(path, root))
            else:
                found = moves.recognise(_compare(path, key, known, recipe(path), again))
                yield found if retry else _still_refused(found, known)


def root_of(given: Path) -> Path:
    """The folder or file that is meant, whatever links lead to its folder: the same one is never stored twice."""
    absolute = os.path.abspath(given)
    if os.path.isdir(absolute):
        return Path(os.path.realpath(absolute))
    return Path(os.path.realpath(os.path.dirname(absolute)), os.path.basename(absolute))


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


def _path_of(key: str) -> Path:
    """The path of a journal key; where a name could be text or escaped bytes, the one that is there."""
    plain = Path(key)
    escaped = re.sub(rb"\\x([89a-f][0-9a-f])", lambda found: bytes.fromhex(found[1].decode()), os.fsencode(key))
    return Path(os.fsdecode(escaped)) if _is_absent(plain) else plain


def gone(paths: Sequence[Path], journal: Mapping[str, FileRecord], met: Sequence[Candidate]) -> list[str]:
    """Files of the journal that were below `paths` and are no longer there.

    Nothing is gone from below a folder that cannot be looked into, is not there, or is suddenly empty: its drive may
    not be mounted.
    """
    there = {c.record.path for c in met if c.change != "failed" or not _is_absent(c.path)}
    there |= {c.moved_from for c in met if c.moved_from}
    closed = tuple(c.record.path + os.sep for c in met if c.change == "failed" and os.path.isdir(c.path))
    roots = {journal_key(root): os.path.isdir(root) for root in map(root_of, paths)}
    folders = tuple(key.rstrip(os.sep) + os.sep for key, is_folder in roots.items() if is_folder)
    filled = tuple(folder for folder in folders if any(c.record.path.startswith(folder) for c in met))
    below = [key for key in journal if key in roots or key.startswith(filled)]
    return [key for key in below if key not in there and not key.startswith(closed) and _is_absent(_path_of(key))]


def emptied(paths: Sequence[Path], journal: Mapping[str, FileRecord], met: Sequence[Candidate]) -> list[Path]:
    """The folders among `paths` that hold nothing now, though files were read from them."""
    found = []
    for root in map(root_of, paths):
        folder = journal_key(root).rstrip(os.sep) + os.sep
        was = any(key.startswith(folder) for key in journal)
        if was and not any(c.record.path.startswith(folder) for c in met):
            found.append(root)
    return found


def _is_absent(path: Path) -> bool:
    """Whether a file is surely not there: one that may not be looked at is."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


class _Moves:
    """Recognises a new file whose content the journal knows from a place where it is no longer."""

    def __init__(self, journal: Mapping[str, FileRecord]) -> None:
        self._by_digest: dict[str, list[FileRecord]] = {}
        for record in journal.values():
            # An escaped name cannot be looked for.
            if record.status == "added" and "\\x" not in record.path:
                self._by_digest.setdefault(record.digest, []).append(record)

    def recognise(self, candidate: Candidate) -> Candidate:
        """A new file as a moved one, if it is. One of another ending is read in another way, and so is new."""
        known = self._by_digest.get(candidate.record.digest, []) if candidate.change == "new" else []
        for at in reversed(range(len(known))):
            old, suffix = known[at], candidate.path.suffix.lower()
            if old.recipe != candidate.record.recipe or Path(old.path).suffix.lower() != suffix:
                continue  # a later file may be this one
            del known[at]
            if _is_absent(Path(old.path)):
                return replace(candidate, change="moved", moved_from=old.path, reason=f"was {old.path}")
        return candidate


def _walk(root: Path) -> Iterator[tuple[Path, str]]:
    """Files, each with "", and folders that cannot be looked into, with the reason. Links are met and not entered."""
    if not os.path.isdir(root):
        yield root, ""
        return
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield folder, f"is a folder that cannot be looked into ({error.strerror}). Check its permissions."
            continue
        visible = [entry for entry in found if not entry.name.startswith(".")]
        folders = {entry.name for entry in visible if _is_folder(entry)}
        yield from ((Path(entry), "") for entry in visible if entry.name not in folders)
        waiting += [Path(entry) for entry in reversed(visible) if entry.name in folders]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _link(path: Path, root: Path) -> str:
    target, top = os.path.realpath(path), os.path.realpath(root) + os.sep
    if not os.path.exists(target):
        return _DANGLING
    inside = os.path.join(target, "").startswith(top)
    hidden = inside and any(part.startswith(".") for part in Path(target[len(top) :]).parts)
    if inside and not hidden:
        return "is a link to another place in this folder, and is read there."
    where = "in a hidden folder" if inside else "outside this folder"
    return f"is a link to {target}, {where}. Give that path itself to read it."


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
        return _refused(path, key, "failed", _DANGLING if link else "no such file or folder. Check the spelling.")
    except OSError as error:
        return _refused(path, key, "failed", f"cannot be read ({error.strerror}). Check its permissions.")
    except ValueError as error:
        return _refused(
            path, key, "failed", f"cannot be opened ({error}). Check its disk and its name, and ingest it again."
        )
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
    modified, changed = (min(max(date, -_MOST), _MOST) for date in (facts.st_mtime_ns, facts.st_ctime_ns))
    return facts.st_size, modified, changed, facts.st_ino & _MOST


def _stamp_of(record: FileRecord) -> tuple[int, int, int, int]:
    return record.size, record.mtime_ns, record.ctime_ns, record.inode


def _refused(path: Path, key: str, change: Change, reason: str) -> Candidate:
    return Candidate(path, change, FileRecord(key, "", 0, 0), f"{shown(path)}: {reason}")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
