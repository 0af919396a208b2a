"""Questions → an evaluation in the background, which goes on when the tab closes and can be stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from ingest.errors import LibraryBusy, LibraryError, TomoError
from ingest.library import Library
from rag.evaluation.askable import Asking, part
from rag.evaluation.command import require_some
from rag.evaluation.log import Run, keep, log_path, run_of, runs
from rag.evaluation.questions_file import Item
from rag.evaluation.report import Measured, report
from rag.evaluation.scores import Evaluation, evaluate
from rag.page.answers import Opens

DEPTH = 60
"""Passages searched a question, as `python -m rag evaluate` does."""


class Measuring(threading.Thread):
    """One evaluation on its way. Once `ended`, `made` and `html` are there, else `error`, or it was `stopped`.

    `owner` asked for it: its report holds the questions, which are nobody else's.
    """

    def __init__(
        self, items: Sequence[Item], file: str, library: Library, open_assistant: Opens, owner: str = ""
    ) -> None:
        super().__init__(name="tomo-evaluate", daemon=True)
        self._items, self._library, self._open = tuple(items), library, open_assistant
        self._cancel = threading.Event()
        self.file, self.total, self.done, self.owner = file, len(items), 0, owner
        self.made: Run | None = None
        self.html = self.error = ""
        self.warnings: tuple[str, ...] = ()
        self.ended = False

    @property
    def stopped(self) -> bool:
        """Whether somebody has stopped it."""
        return self._cancel.is_set()

    def stop(self) -> None:
        """End it after the question that is being searched; nothing of it is kept."""
        self._cancel.set()

    def run(self) -> None:
        """Ask every question."""
        try:
            asking = part(self._items, self._library.documents())
            require_some(asking, self.file, self._library.folder)
            self.total = len(asking.items)
            assistant = self._open()
            # Once before: loading the model is no search's time.
            assistant.search(asking.items[0].question, DEPTH)
            evaluation = evaluate(self._counted(asking.items), lambda text: assistant.search(text, DEPTH))
            if not self.stopped:
                self._finish(evaluation, asking)
        except TomoError as error:
            self.error = str(error)
        finally:
            self.ended = True

    def _counted(self, items: Sequence[Item]) -> Iterator[Item]:
        for item in items:
            if self.stopped:
                return
            yield item
            self.done += 1

    def _finish(self, evaluation: Evaluation, asking: Asking) -> None:
        now = time.time()
        warnings = list(asking.warnings)
        run = run_of(evaluation, asking, self.file, self._library.totals()["documents"], now)
        try:
            keep(self._library.folder, run)
        except LibraryError as error:
            warnings.append(str(error))
        day = datetime.fromtimestamp(now).date().isoformat()
        self.html = report(Measured(evaluation, asking, self.file, str(self._library.folder), day))
        self.warnings, self.made = tuple(warnings), run


class Bench:
    """Where one evaluation at a time is made, for the whole server. Any thread may call it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read: tuple[tuple[int, int], tuple[Run, ...]] = ((-1, -1), ())
        self.measuring: Measuring | None = None

    def runs(self, folder: Path) -> tuple[Run, ...]:
        """The library's evaluations, oldest first; read again only when there is a new one; LibraryError."""
        try:
            found = log_path(folder).stat()
        except OSError:
            return runs(folder)
        stamp = (found.st_mtime_ns, found.st_size)
        if stamp != self._read[0]:
            self._read = (stamp, runs(folder))
        return self._read[1]

    def start(self, measuring: Measuring) -> None:
        """Start it; LibraryBusy while another is on its way."""
        with self._lock:
            if self.measuring is not None and not self.measuring.ended:
                raise LibraryBusy("An evaluation is on its way already. Wait for it to end, or stop it.")
            self.measuring = measuring
            measuring.start()

    def clear(self) -> None:
        """Forget the one that has ended."""
        with self._lock:
            if self.measuring is not None and self.measuring.ended:
                self.measuring = None
