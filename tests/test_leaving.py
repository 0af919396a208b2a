"""A command's process ends with its exit code, its output whole, and no interpreter taken down around its threads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import atexit, sys, threading, time
from ingest.leaving import leave

class Kept:
    def __del__(self):
        print("taken down", flush=True)

kept = Kept()
atexit.register(print, "told")
threading.Thread(target=time.sleep, args=(600,)).start()
print("printed")
{closed}
leave(3)
"""


@pytest.mark.parametrize("closed", ["", "sys.stderr.close()"])
def test_all_is_printed_and_nothing_is_taken_down(closed: str) -> None:
    program = [sys.executable, "-c", PROGRAM.format(closed=closed)]
    done = subprocess.run(program, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (3, "printed\ntold\n"), done.stderr


def test_an_output_that_nobody_reads_is_no_matter() -> None:
    program = [sys.executable, "-c", PROGRAM.format(closed="")]
    buffered = os.environ | {"PYTHONUNBUFFERED": ""}
    child = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=buffered)
    assert child.stdout is not None
    child.stdout.close()
    assert child.wait(60) == 3


COMMAND = """
import runpy, sys

class Kept:
    def __del__(self):
        print("taken down", flush=True)

kept = Kept()
sys.argv = [sys.argv[1], *sys.argv[2:]]
runpy.run_module(sys.argv[0], run_name="__main__")
"""


@pytest.mark.parametrize(("module", "code"), [("rag", 0), ("ingest", 1)])
def test_both_commands_end_so(module: str, code: int, tmp_path: Path) -> None:
    arguments = {"rag": ["models"], "ingest": [str(tmp_path / "nowhere"), "--library", str(tmp_path / "library")]}
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, module, *arguments[module]], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == code, done.stderr
    assert done.stdout
    assert "taken down" not in done.stdout
