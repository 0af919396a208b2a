"""Commands → how long they took and the most memory they held, children included."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.settings import ROOT

_EVERY_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Measured:
    """A process that has ended. `peak_mb`: its own most resident memory; `tree_mb`: with its children, as sampled."""

    seconds: float
    code: int
    peak_mb: int
    tree_mb: int
    output: str


def run(*arguments: object, watch: Callable[[float], None] | None = None) -> Measured:
    """Run `python …` to its end; `watch` is called about ten times a second with the seconds since its start."""
    command = [sys.executable, "-W", "ignore", *map(str, arguments)]
    started = time.perf_counter()
    peak = tree = 0
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.DEVNULL)
        while process.poll() is None:
            own, together = _memory(process.pid)
            peak, tree = max(peak, own), max(tree, together)
            if watch is not None:
                watch(time.perf_counter() - started)
            time.sleep(_EVERY_SECONDS)
        seconds = time.perf_counter() - started
        output.seek(0)
        return Measured(seconds, process.returncode, peak, tree, output.read())


def memory_mb() -> int:
    """What this process holds now, in MiB; 0 where /proc is not."""
    try:
        return _status(os.getpid(), "VmRSS")
    except (OSError, ValueError):
        return 0


def _memory(pid: int) -> tuple[int, int]:
    """The most a process has held, and what it and its children hold now, in MiB; zeros where /proc is not."""
    try:
        return _status(pid, "VmHWM"), sum(_status(each, "VmRSS") for each in _family(pid))
    except (OSError, ValueError):
        return 0, 0


def _family(pid: int) -> Sequence[int]:
    """A process and its descendants, whichever of its threads started them."""
    tasks = list(Path(f"/proc/{pid}/task").iterdir())
    children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    return [pid, *(each for child in children for each in _family(child))]


def _status(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) // 1024
    return 0
