"""Work that takes a while and no conversation: a command of `python -m rag` in a child process, and what it says."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ingest.settings import Settings
from rag.page.child import Child
from rag.page.sanitise import line

What = Literal["rebuild", "calibrate"]


@dataclass
class Chore:
    """One run. `lines` is what it said on the way, `rows` the objects it wrote; `error` one sentence, or ""."""

    what: What
    subject: str = ""
    lines: list[str] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""
    done: bool = False
    child: Child | None = None

    @property
    def stopped(self) -> bool:
        """Whether a person has ended it."""
        return self.child is not None and self.child.stopped

    def stop(self) -> None:
        """End it."""
        if self.child is not None:
            self.child.stop()

    def ended(self, child: Child) -> None:
        """The child has ended."""
        self.error, self.done = child.error, True

    def heard(self, said: str) -> None:
        """A line of its stdout: an object, or words."""
        try:
            found = json.loads(said)
        except ValueError:
            found = None
        if isinstance(found, dict):
            self.rows.append(found)
        else:
            self.noted(said)

    def noted(self, said: str) -> None:
        """A line of its stderr."""
        self.lines.append(line(said, 300))


def rebuild(settings: Settings) -> Chore:
    """Make the vector index anew."""
    return _run(Chore("rebuild"), ["rebuild"], settings)


def calibrate(settings: Settings, path: str) -> Chore:
    """Measure how a model runs best on this machine, and keep that; "" is the packaged one."""
    return _run(Chore("calibrate", path), ["models", "--calibrate", *([path] if path else [])], settings)


def _run(chore: Chore, arguments: list[str], settings: Settings) -> Chore:
    command = [sys.executable, "-m", "rag", *arguments, "--json", "--library", str(settings.library)]
    chore.child = Child(command, chore.heard, chore.noted, environ=_environ(settings), ended=chore.ended)
    return chore


def _environ(settings: Settings) -> Mapping[str, str]:
    return {"TOMO_MODELS": str(settings.models)}
