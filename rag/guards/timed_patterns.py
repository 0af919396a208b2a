"""Regular expressions and a text → the first that is found in it, within a time limit: a team's may run without end.

Nothing but its end stops one at work, so a child process has it: this file, which loads nothing of Tomo there.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


class NotDone(Exception):
    """The pattern at index `at` was not done in time."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


def first_found(patterns: Sequence[str], text: str, seconds: float) -> int | None:
    """The index of the first pattern that is found, in any case. Raises NotDone after `seconds`."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(Path(__file__).resolve())],
            input=json.dumps([list(patterns), text]).encode(), capture_output=True, timeout=seconds, check=True,
        )  # fmt: skip
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise NotDone(max(0, len((error.output or b"").split()) - 1)) from error
    tried = done.stdout.split()
    return len(tried) - 2 if tried[-1] == b"found" else None


def main() -> None:
    """In the child: a line before each pattern, one more where it is found."""
    patterns, text = json.load(sys.stdin)
    for number, pattern in enumerate(patterns):
        _tell(str(number))
        if re.search(pattern, text, re.IGNORECASE):
            _tell("found")
            return


def _tell(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
