"""Run a reader in a child process with time and memory limits."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from ingest.errors import ReadError, Skipped
from ingest.readers import Format, reader_for
from ingest.readers.names import shown
from ingest.readers.options import DEFAULTS, Options
from ingest.types import Document, Working
from ingest.wire import Message, Sign, decode, receive

_ROOT = Path(__file__).resolve().parent.parent
_START = "import sys; sys.path.insert(0, sys.argv[1]); from ingest.sandbox_worker import main; main({!r}, {})"
# One malloc arena: with one a thread OCR takes 0.3 GB more address space, which the memory limit counts.
_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
_AHEAD = 8
"""Documents a child may be ahead of whoever takes them."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: seconds for each document of it, bytes of memory, bytes of one document's text.

    Pages that a reader counts (`Working`) take up to `page_seconds` each instead. A child process reads `files` files
    before a fresh one takes over.
    """

    seconds: float = 60.0
    page_seconds: float = 60.0
    memory_bytes: int = 1536 * 2**20
    document_bytes: int = 128 * 2**20
    files: int = 200


def read_file(path: Path, limits: Limits | None = None, options: Options = DEFAULTS) -> Iterator[Document | Working]:
    """Read one file in a child process of its own; see `Sandbox.read`."""
    with Sandbox(limits, options) as sandbox:
        yield from sandbox.read(path)


class Sandbox:
    """Child processes that read files. They wait for the next file and serve several threads, one file each.

    `module` names the module whose `read(path, options)` the children call.
    """

    def __init__(
        self, limits: Limits | None = None, options: Options = DEFAULTS, module: str = "ingest.readers"
    ) -> None:
        self._limits = limits or Limits()
        self._options = options
        self._module = module
        self._idle: list[_Worker] = []
        self._busy: list[_Worker] = []
        self._finalizer = weakref.finalize(self, _stop_all, self._idle)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the children that wait; those at work stop when their reading ends. It can be used again."""
        _stop_all(self._idle)

    def stop(self) -> None:
        """Stop all children at once: what is being read ends with a ReadError. It can be used again."""
        self.close()
        for worker in list(self._busy):
            worker.kill()

    def read(self, path: Path) -> Iterator[Document | Working]:
        """The documents of a file, one after the other, as they are read; a `Working` after each slow page.

        Raises ReadError or Skipped: for what `ingest.readers.read` refuses, and for a file that takes too long, needs
        too much memory, or crashes its reader. The reader is stopped when the iterator is closed early.
        """
        return self._documents(path.absolute(), reader_for(path))

    def _take(self) -> _Worker:
        """A child that waits and is still alive, else a new one."""
        while self._idle:
            worker = self._idle.pop()
            if worker.is_alive():
                return worker
            worker.stop()
        return _Worker(self._limits, self._module)

    def _documents(self, path: Path, format: Format) -> Iterator[Document | Working]:
        worker = self._take()
        self._busy.append(worker)
        sound, seconds, per = False, self._limits.seconds, ""
        try:
            worker.ask(path, self._options)
            while (message := worker.answer(seconds)).sign in (Sign.DOCUMENT, Sign.WORKING):
                seconds, per = self._limits.seconds, ""
                found = decode(message)
                if isinstance(found, Working) and found.page < found.pages:
                    seconds, per = self._limits.page_seconds, f" for page {found.page + 1} of {found.pages} to be read"
                yield found
            sound = message.sign in (Sign.END, Sign.READ_ERROR, Sign.SKIPPED)
            if message.sign is not Sign.END:
                raise _error(message, shown(path), format, self._limits, worker)
        except queue.Empty as error:
            raise ReadError(
                f"{shown(path)}: took longer than {seconds:g} s{per} and was stopped. Split it or leave it out."
            ) from error
        finally:
            self._busy.remove(worker)
            if sound and worker.asked < self._limits.files:
                self._idle.append(worker)
            else:
                worker.stop()


class _Worker:
    """One child process and the thread that listens to it."""

    def __init__(self, limits: Limits, module: str) -> None:
        numbers = (limits.memory_bytes, limits.seconds, limits.page_seconds, limits.document_bytes)
        start = _START.format(module, ", ".join(map(str, numbers)))
        self._process = subprocess.Popen(
            [sys.executable, "-c", start, str(_ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_ENVIRONMENT},
        )
        assert self._process.stdin
        assert self._process.stdout
        self._requests, self._replies = self._process.stdin, self._process.stdout
        self._messages: queue.Queue[Message] = queue.Queue(_AHEAD)
        arguments = (self._replies, self._messages, limits.document_bytes)
        self._listener = threading.Thread(target=_listen, args=arguments, daemon=True)
        self._listener.start()
        self.asked = 0

    def ask(self, path: Path, options: Options) -> None:
        """Have a file read. What becomes of it is in the answers, also if the child is dead."""
        self.asked += 1
        try:
            self._requests.write(json.dumps([str(path), options.to_json()]).encode() + b"\n")
            self._requests.flush()
        except OSError:
            return

    def is_alive(self) -> bool:
        """Whether the child can still be asked."""
        return self._process.poll() is None

    def answer(self, seconds: float) -> Message:
        """The next message; queue.Empty after `seconds` without one."""
        return self._messages.get(timeout=seconds)

    def kill(self) -> None:
        """End the child; whoever waits for its answer gets a CRASH."""
        self._process.kill()

    def stop(self) -> int:
        """Kill the child and wait for its end; its exit code, which is the negative signal that ended it."""
        try:
            code = self._process.wait(0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        while self._listener.is_alive():  # it may be waiting for room in the queue
            self._listener.join(0.01)
            _drain(self._messages)
        self._replies.close()
        try:
            self._requests.close()
        except OSError:
            return code  # what was left to flush has nobody to go to
        return code

    def end(self, seconds: float) -> int:
        """Give a child that has closed its pipe a moment to exit by itself, so that its own exit code is known."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return self.stop()


def _listen(pipe: BinaryIO, messages: queue.Queue[Message], limit: int) -> None:
    while True:
        message = receive(pipe, limit)
        messages.put(message)
        if message.sign in (Sign.CRASH, Sign.TOO_LARGE, Sign.MEMORY):
            return


def _drain(messages: queue.Queue[Message]) -> None:
    while not messages.empty():
        messages.get_nowait()


def _stop_all(workers: list[_Worker]) -> None:
    while workers:
        workers.pop().stop()


def _error(message: Message, name: str, format: Format, limits: Limits, worker: _Worker) -> ReadError:
    """The error to raise for a message that ends a file before its time."""
    body = message.body.decode("utf-8", "replace")
    if message.sign is Sign.SKIPPED:
        return Skipped(body)
    if message.sign is Sign.READ_ERROR:
        return ReadError(body)
    if message.sign is Sign.TOO_LARGE:
        size = f"{limits.document_bytes / 2**20:g} MiB"
        return ReadError(f"{name}: holds more than {size} of text. Split it into smaller files.")
    if message.sign is Sign.MEMORY or "cannot allocate" in body.lower():
        return _memory(name, limits)
    cause = body or _cause(worker.end(5.0))
    if cause == "SIGABRT":  # how C++ libraries end when memory is refused
        cause = f"{cause}; perhaps it needs more than {_size(limits)} of memory"
    return ReadError(
        f"{name}: crashed the {format.name} reader ({cause}). Save it again in its own program, or split it."
    )


def _memory(name: str, limits: Limits) -> ReadError:
    return ReadError(f"{name}: needs more than {_size(limits)} of memory. Split it into smaller files.")


def _size(limits: Limits) -> str:
    return f"{limits.memory_bytes / 2**30:.2g} GiB"


def _cause(code: int) -> str:
    """How a child ended, in a few words."""
    if code >= 0:
        return f"exit code {code}"
    return signal.Signals(-code).name
