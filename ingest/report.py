"""Ingest events → lines for a person, or JSON for a program."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable
from typing import TextIO

from ingest.pipeline import Event, FileDone, Progress, Summary


def show(events: Iterable[Event], as_json: bool, quiet_unchanged: bool = False) -> Summary:
    """Write every event as it comes; the summary."""
    write = _write_json if as_json else _Terminal(quiet_unchanged).write
    summary = Summary()
    for event in events:
        write(event)
        if isinstance(event, Summary):
            summary = event
    return summary


def _write_json(event: Event) -> None:
    if isinstance(event, FileDone):
        _line(dataclasses.asdict(event))
    elif isinstance(event, Summary):
        _line({"summary": dataclasses.asdict(event)})


def _line(value: object) -> None:
    # ensure_ascii: an undecodable file name survives any terminal's encoding
    print(json.dumps(value), flush=True)


class _Terminal:
    """One line a file on stdout and, on a terminal, a moving bar below."""

    def __init__(self, quiet_unchanged: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._quiet_unchanged = quiet_unchanged
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:.0f}/{task.total:.0f}"))
        self._bar = Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal)
        self._files = self._bar.add_task("files", total=1)
        self._chunks = self._bar.add_task("vectors", total=1)
        self._bar.start()

    def write(self, event: Event) -> None:
        """Draw one event."""
        if isinstance(event, Progress):
            self._bar.update(self._files, completed=event.files_done, total=max(event.files, 1))
            self._bar.update(self._chunks, completed=event.embedded, total=max(event.to_embed, 1))
        elif isinstance(event, FileDone):
            if not (self._quiet_unchanged and event.status == "unchanged"):
                _print(_file_line(event))
        else:
            self._bar.stop()
            _print(_summary_line(event))


def _print(line: str, stream: TextIO = sys.stdout) -> None:
    print(line.encode("utf-8", "backslashreplace").decode(), file=stream, flush=True)


def _file_line(event: FileDone) -> str:
    if event.status in ("added", "updated"):
        return f"{event.status:9} {event.file}  {event.pages} pages, {event.chunks} chunks, {event.seconds:.1f} s"
    return f"{event.status:9} {event.file}" + (f"  {event.reason}" if event.reason else "")


def _summary_line(s: Summary) -> str:
    counts = {"added": s.added, "updated": s.updated, "unchanged": s.unchanged, "removed": s.removed}
    counts |= {"skipped": s.skipped, "failed": s.failed}
    files = ", ".join(f"{number} {name}" for name, number in counts.items() if number) or "no files"
    return f"{files}. The library holds {s.documents} documents, {s.chunks} chunks. {s.seconds:.1f} s."
