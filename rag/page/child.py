"""A command → a child process that outlives the tab, whose lines are handed on as it writes them."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import IO

from ingest.settings import ROOT
from rag.page.sanitise import line

_KEPT = 20
"""Last lines of stderr that an error is looked for in."""
_AGAIN = "Try again; if that does not help, run `python -m rag doctor`."

Heard = Callable[[str], None]


class Child:
    """`done` once it has ended; `error` says why then, in one sentence, unless its exit code is one of `good`.

    `out` and `err` get each line of its stdout and stderr, from threads of their own; what `err` gets may be an error
    message or a line of progress.
    """

    def __init__(
        self, command: Sequence[str], out: Heard, err: Heard = lambda said: None, good: Iterable[int] = (0,),
        environ: Mapping[str, str] | None = None, ended: Callable[[Child], None] = lambda child: None,
    ) -> None:  # fmt: skip
        self.error = ""
        self.done = self.stopped = False
        self._command, self._environ = list(command), {**os.environ, **(environ or {})}
        self._out, self._err, self._good, self._ended = out, err, frozenset(good), ended
        self._process: subprocess.Popen[bytes] | None = None
        self._last: list[str] = []
        self._thread = threading.Thread(target=self._run, name="tomo-child", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end; what it has finished stays."""
        self.stopped = True
        if self._process is not None:
            self._process.terminate()

    def wait(self, seconds: float) -> None:
        """Until it has ended, at most so long."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            with subprocess.Popen(
                self._command, cwd=ROOT, env=self._environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            ) as process:  # fmt: skip
                self._process = process
                if self.stopped:
                    process.terminate()
                errors = threading.Thread(target=self._listen, args=(process.stderr,), daemon=True)
                errors.start()
                for raw in process.stdout or ():
                    self._out(_text(raw))
                errors.join()
            if process.returncode not in self._good and not self.stopped:
                self.error = (
                    last_words(self._last) or f"{self._command[2]} ended with code {process.returncode}. {_AGAIN}"
                )
        except OSError as error:
            self.error = f"{self._command[0]}: could not be started ({error.strerror}). Install Tomo again."
        finally:
            self.done = True
            self._ended(self)

    def _listen(self, stream: IO[bytes] | None) -> None:
        for raw in stream or ():
            said = _text(raw)
            self._last = [*self._last[1 - _KEPT :], said]
            self._err(said)


def last_words(lines: Iterable[str]) -> str:
    """The message behind the last `error: `, or the last line that is no progress: never a traceback."""
    said = [text.strip() for text in lines if text.strip() and not text.startswith("{")]
    errors = [text.removeprefix("error: ") for text in said if text.startswith("error: ")]
    return line((errors or said or [""])[-1], 600)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").rstrip("\n")
