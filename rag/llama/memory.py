"""This machine → bytes of memory that a model may take now. Standard library only."""

from __future__ import annotations

import ctypes
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_LIMITS = (("memory.max", "memory.current", ""), ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_"))
"""Limit, use and the prefix of `memory.stat`, in version 2 and version 1 of control groups."""


def free_memory() -> int | None:
    """Bytes that can be had without swapping, within the limits of the control groups this process is in.

    Files in the page cache count as free, so a model that is mapped already is not counted twice. None when the system
    does not say.
    """
    if sys.platform == "win32":
        return _windows()
    if sys.platform == "darwin":
        return _macos()
    return linux_memory(Path("/"))


def linux_memory(root: Path) -> int | None:
    """As `free_memory`, read from `proc` and `sys` under `root`."""
    found = re.search(r"^MemAvailable:\s+(\d+) kB", _text(root / "proc/meminfo"), re.MULTILINE)
    bounds = [int(found[1]) * 1024] if found else []
    return min([*bounds, *_group_bounds(root)], default=None)


def _group_bounds(root: Path) -> Iterator[int]:
    """What each control group with a limit has left, from this process's own up to the root."""
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers and "memory" not in controllers.split(","):
            continue
        top = root / "sys/fs/cgroup" / ("memory" if controllers else "")
        own = top / path.lstrip("/")
        for folder in (own, *(parent for parent in own.parents if parent.is_relative_to(top))):
            for limit, use, prefix in _LIMITS:
                most, used = _text(folder / limit).strip(), _text(folder / use).strip()
                if most.isdigit() and used.isdigit():
                    yield max(0, int(most) - max(0, int(used) - _page_cache(folder, prefix)))


def _page_cache(folder: Path, prefix: str) -> int:
    """Bytes of files that a control group is charged for and that can be let go."""
    kinds = re.findall(rf"^{prefix}(?:in)?active_file (\d+)$", _text(folder / "memory.stat"), re.MULTILINE)
    return sum(map(int, kinds))


def _text(path: Path) -> str:
    """A file's text; empty when it is not there or may not be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def vm_stat_free(text: str) -> int | None:
    """Bytes that macOS's `vm_stat` says are free or can be let go."""
    size = re.search(r"page size of (\d+) bytes", text)
    pages = re.findall(r"^Pages (?:free|inactive|speculative|purgeable):\s+(\d+)", text, re.MULTILINE)
    return int(size[1]) * sum(map(int, pages)) if size and pages else None


def _macos() -> int | None:
    try:
        done = subprocess.run(["/usr/bin/vm_stat"], capture_output=True, text=True, check=True, timeout=5)
    except (OSError, subprocess.SubprocessError):
        return None
    return vm_stat_free(done.stdout)


class _MemoryStatus(ctypes.Structure):
    """Windows's MEMORYSTATUSEX."""

    _fields_ = (
        ("length", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        *(
            (name, ctypes.c_uint64)
            for name in ("total", "free", "pages", "free_pages", "virtual", "free_virtual", "more")
        ),
    )


def _windows() -> int | None:
    status = _MemoryStatus()
    status.length = ctypes.sizeof(status)
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - the name exists on Windows only
    return int(status.free) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else None
