"""Ingest events → lines for a person, or JSON for a program."""

from __future__ import annotations

import dataclasses
import json
import sys
import time
from collections.abc import Iterable
from typing import TextIO

from ingest import space
from ingest.console import show
from ingest.pipeline import Event, FileDone, Progress, Summary
from ingest.preview import Preview
from ingest.visible import line


class Report:
    """Shows runs as they go: one line a file, or one JSON object a line, and on stderr how far it is.

    From the second run on (a watched folder), a file is only named when something has become of it.
    """

    def __init__(self, as_json: bool, every: float = 10.0) -> None:
        """`every`: seconds between two lines about the progress, where there is no terminal."""
        self._as_json, self._every = as_json, every
        self._known: dict[str, tuple[str, str]] = {}
        self._first = True

    def show(self, events: Iterable[Event]) -> Summary:
        """Write every event as it comes; the summary."""
        first, summary, news = self._first, Summary(), False
        self._first = False
        with _bar(self._every) as bar:
            for event in events:
                if isinstance(event, FileDone):
                    shown = first or self._is_news(event)
                    self._known[event.file] = (event.status, event.reason)
                    news |= shown
                    if shown:
                        _print(_line(dataclasses.asdict(event)) if self._as_json else _file_line(event))
                elif isinstance(event, Progress):
                    bar.update(event)
                else:
                    summary = event
        if first or news:
            as_json = _line({"summary": dataclasses.asdict(summary)})
            _print(as_json if self._as_json else _summary_line(summary))
        return summary

    def _is_news(self, event: FileDone) -> bool:
        if event.status in ("added", "updated", "removed"):
            return True
        return event.status != "unchanged" and self._known.get(event.file) != (event.status, event.reason)


def show_preview(preview: Preview, as_json: bool) -> None:
    """What an ingest would do."""
    for file in preview.files:
        reason = f"  {file.reason}" if file.reason else ""
        _print(_line(dataclasses.asdict(file)) if as_json else _one_line(f"{file.status:9} {file.file}{reason}"))
    totals = {**preview.counts, "needs_bytes": preview.needs_bytes, "free_bytes": preview.free_bytes}
    if as_json:
        return _print(_line({"summary": totals}))
    counts = ", ".join(f"{number} {name}" for name, number in preview.counts.items() if number) or "no files"
    needs = f"It needs about {space.size(preview.needs_bytes)}, {space.size(preview.free_bytes)} free."
    return _print(f"{counts}. {needs} Nothing has been done.")


def _line(value: object) -> str:
    # ASCII only: an undecodable file name survives any terminal's encoding
    return json.dumps(value)


def _print(text: str, stream: TextIO | None = None) -> None:
    show(text, file=stream)


def _bar(every: float) -> _Bar | _Lines:
    return _Bar() if sys.stderr.isatty() else _Lines(every)


class _Lines:
    """Progress where nobody watches a terminal: one JSON object a line on stderr, every so many seconds."""

    def __init__(self, every: float) -> None:
        self._every = every
        self._rate = _Rate()
        self._written = time.monotonic()

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def update(self, event: Progress) -> None:
        """Perhaps write a line."""
        rate = self._rate.of(event)
        if time.monotonic() - self._written >= self._every:
            self._written = time.monotonic()
            left = (event.to_embed - event.embedded) / rate if rate else None
            facts = dataclasses.asdict(event) | {"chunks_per_second": round(rate, 1)}
            facts["seconds_left"] = None if left is None else round(left)
            _print(_line({"progress": facts}), sys.stderr)


class _Bar:
    """Two moving bars on a terminal: files and pages read, chunks embedded, with the rate and the time left."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:.0f}/{task.total:.0f}"))
        text = TextColumn("{task.fields[note]}", markup=False)
        # Lines for a person are printed above the bar; where stdout is a file, they go there untouched.
        self._bar = Progress(
            *columns, TimeRemainingColumn(), text,
            console=Console(stderr=True), transient=True, redirect_stdout=sys.stdout.isatty(), redirect_stderr=False,
        )  # fmt: skip
        self._files = self._bar.add_task("files", total=1, note="")
        self._chunks = self._bar.add_task("vectors", total=1, note="")
        self._rate = _Rate()

    def __enter__(self) -> _Bar:
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def update(self, event: Progress) -> None:
        """Draw it."""
        at = f"{event.file.rpartition('/')[2]} {event.page}/{event.of_pages}" if event.of_pages else ""
        note = line(f"{event.pages} pages  {at}")
        self._bar.update(self._files, completed=event.files_done, total=max(event.files, 1), note=note)
        chunks = f"{self._rate.of(event):.0f} chunks/s"
        self._bar.update(self._chunks, completed=event.embedded, total=max(event.to_embed, 1), note=chunks)


class _Rate:
    """Chunks embedded a second, from the first ones on: loading the embedder does not count."""

    def __init__(self) -> None:
        self._began: tuple[float, int] | None = None

    def of(self, event: Progress) -> float:
        """The rate up to this event; 0 before there is one."""
        if not event.embedded:
            return 0.0
        if self._began is None:
            self._began = (time.monotonic(), event.embedded)
        since, before = self._began
        seconds = time.monotonic() - since
        return (event.embedded - before) / seconds if seconds > 0 else 0.0


def _file_line(event: FileDone) -> str:
    reason = f"  {event.reason}" if event.reason else ""
    if event.status in ("added", "updated"):
        sizes = f"{event.pages} pages, {event.chunks} chunks, {event.seconds:.1f} s"
        return _one_line(f"{event.status:9} {event.file}  {sizes}{reason}")
    return _one_line(f"{event.status:9} {event.file}{reason}")


def _one_line(text: str) -> str:
    """A line end in a file's name is shown as its sign: what follows it is no other file's line."""
    return r"\n".join(text.splitlines())


def _summary_line(s: Summary) -> str:
    counts = {"added": s.added, "updated": s.updated, "unchanged": s.unchanged, "removed": s.removed}
    counts |= {"skipped": s.skipped, "failed": s.failed}
    files = ", ".join(f"{number} {name}" for name, number in counts.items() if number) or "no files"
    return f"{files}. The library holds {s.documents} documents, {s.chunks} chunks. {s.seconds:.1f} s."
