"""Hold a library's write lock: one writer at a time, named, and gone when its process dies."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import LibraryBusy, LibraryUnwritable


@contextmanager
def write_lock(folder: Path, what: str, wait: float = 1.0) -> Iterator[None]:
    """Hold `folder/write.lock` inside the block; LibraryBusy, naming the holder, after `wait` seconds.

    LibraryUnwritable where nothing can be written. The operating system drops the lock with its process, so there is
    never a stale one to delete.
    """
    holder = folder / "write.lock.json"
    lock = FileLock(folder / "write.lock", timeout=wait)
    try:
        lock.acquire()
    except Timeout as error:
        raise LibraryBusy(
            f"{folder}: {_named(holder)} is writing this library. Wait for it to end, or stop it."
        ) from error
    except OSError as error:
        raise LibraryUnwritable(
            f"{folder}: cannot be written ({error.strerror}). Free some space, or check the folder's permissions."
        ) from error
    try:
        started = time.strftime("%Y-%m-%d %H:%M:%S")
        try:
            holder.write_text(json.dumps({"pid": os.getpid(), "what": what, "since": started}), encoding="utf-8")
        except OSError as error:
            raise LibraryUnwritable(
                f"{folder}: cannot be written ({error.strerror}). Free some space, or check the folder's permissions."
            ) from error
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def being_written(folder: Path) -> bool:
    """Whether somebody holds the lock now."""
    if not (folder / "write.lock.json").exists():
        return False
    lock = FileLock(folder / "write.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False  # who left that file behind has been killed


def _named(holder: Path) -> str:
    try:
        who = json.loads(holder.read_text(encoding="utf-8"))
        return f"process {who['pid']} ({who['what']}, since {who['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
