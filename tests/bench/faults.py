"""Kill an ingest (SIGKILL) at named points and at random moments, and compare the library with an uninterrupted one."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from ingest.digest import library_digest
from ingest.doctor import examine
from ingest.library import Library
from ingest.settings import ROOT
from ingest.vectors import ChromaStore
from tests.bench.measure import run
from tests.faulty import LATER_POINTS, POINTS, in_a_process, killed_at_random, make_material, wrong
from tests.faulty import held as held_by

KILLS = 75
"""Random kills of an ingest with hashed vectors, each followed by a whole run."""
REAL_LIBRARIES, REAL_KILLS = 5, 5
"""Libraries made by `python -m ingest` with the real embedder, each killed so often before a whole run."""


def bench_faults(folder: Path) -> None:
    """Further faults, named points, random moments, and the real command line."""
    _further()
    _named(folder / "named")
    _random(folder / "random")
    _real(folder / "real")


def _further() -> None:
    """Disk full, a file changed while it is read, a second writer, questions meanwhile, clocks, locked databases."""
    done = run("-m", "pytest", "-q", "--no-header", "tests/test_trouble.py")
    outcome = done.output.splitlines()[-1]
    print(f"disk full, change while read, second writer, questions meanwhile, clock, locks: {outcome}")


def _named(folder: Path) -> None:
    """Every point, the first and the second time an ingest comes there; the folder changes or is new."""
    material = make_material(folder)
    first, whole = folder / "first", folder / "whole"
    in_a_process(material.files, first)
    shutil.copytree(first, whole)
    wanted = {"new": held_by(whole)}
    material.show(material.after)
    in_a_process(material.files, whole)
    wanted["changed"] = held_by(whole)
    cases = [("new", point) for point in POINTS] + [("changed", point) for point in (*POINTS, *LATER_POINTS)]
    equal = clean = total = 0
    for state, point in cases:
        material.show(material.before if state == "new" else material.after)
        for nth in (1,) if point.endswith("the-summary") else (1, 2):
            library = folder / "library"
            shutil.rmtree(library, ignore_errors=True)
            if state == "changed":
                shutil.copytree(first, library)
            killed = in_a_process(material.files, library, point, nth) == -signal.SIGKILL
            in_a_process(material.files, library)
            total += 1
            clean += not wrong(library)
            equal += killed and held_by(library) == wanted[state]
    places = len({point for _, point in cases})
    print(
        f"killed at {places} named points, {total} cases: {equal} libraries as uninterrupted, doctor clean in {clean}"
    )


def _random(folder: Path) -> None:
    material = make_material(folder)
    first, whole, library = folder / "first", folder / "whole", folder / "library"
    in_a_process(material.files, first)
    material.show(material.after)
    shutil.copytree(first, whole)
    started = time.perf_counter()
    in_a_process(material.files, whole)
    longest, wanted = time.perf_counter() - started, held_by(whole)
    draw, equal, clean, hit = random.Random(3), 0, 0, 0
    for _ in range(KILLS):
        shutil.rmtree(library, ignore_errors=True)
        shutil.copytree(first, library)
        hit += killed_at_random(material.files, library, draw.uniform(0, longest))
        in_a_process(material.files, library)
        clean += not wrong(library)
        equal += held_by(library) == wanted
    print(f"killed at {KILLS} random moments ({hit} before the end): {equal} as uninterrupted, doctor clean in {clean}")


def _real(folder: Path) -> None:
    """The real command and embedder: what is stored must be equal; its vectors vary a little with the batches."""
    samples, whole = ROOT / "data" / "samples", folder / "whole"
    started = time.perf_counter()
    _ingest(samples, whole).wait()
    longest, wanted = time.perf_counter() - started, _judged(whole)
    draw, equal, left = random.Random(4), 0, 0
    for n in range(REAL_LIBRARIES):
        for _ in range(REAL_KILLS):
            process = _ingest(samples, folder / str(n))
            time.sleep(draw.uniform(0, longest))
            children = _children(process.pid)
            process.kill()
            process.wait()
            left += _still_there(children)
        _ingest(samples, folder / str(n)).wait()
        equal += _judged(folder / str(n)) == wanted
    kills = REAL_LIBRARIES * REAL_KILLS
    print(f"`python -m ingest` killed {kills} times: {equal} of {REAL_LIBRARIES} as uninterrupted, {left} readers left")


def _ingest(files: Path, library: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-W", "ignore", "-m", "ingest", str(files), "--library", str(library), "--json"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _judged(folder: Path) -> tuple[str, list[str]]:
    """What is stored, but for the bits of the vectors, and what doctor finds wrong."""
    with closing(Library(folder)) as library, closing(ChromaStore(folder / "chroma")) as store:
        bad = [finding.check for finding in examine(library, store) if not finding.ok]
        return library_digest(library, store, vectors=False), bad


def _children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def _still_there(pids: list[int]) -> int:
    """Processes that have not ended five seconds after their parent."""
    deadline = time.monotonic() + 5
    while pids and time.monotonic() < deadline:
        pids = [pid for pid in pids if _runs(pid)]
        time.sleep(0.05)
    return len(pids)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (OSError, IndexError):
        return False
