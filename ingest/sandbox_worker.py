"""Requests on stdin → Documents on stdout: the child process of `ingest.sandbox`.

It limits itself, exits when its parent does, and ends at the first error that is not a ReadError: what a broken
file has left behind in a library's memory cannot harm the next file.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from ingest.errors import ReadError, Skipped
from ingest.readers.options import Options
from ingest.types import Document, Working
from ingest.wire import Message, Sign, encode, send

if sys.platform != "win32":
    import resource

Read = Callable[[Path, Options], Iterator[Document | Working]]
Request = tuple[Path, Options]


def main(module: str, memory_bytes: int, seconds: float, page_seconds: float, message_bytes: int) -> None:
    """Read files with the `read` of `module` until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get between the answers
    _limit_memory(memory_bytes)
    sys.excepthook = lambda kind, error, trace: _confess(answers, kind, error, trace)
    sys.setrecursionlimit(5_000)
    read: Read = import_module(module).read
    requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    while True:
        _answer(read, requests.get(), answers, max(seconds, page_seconds), message_bytes)


def _listen(requests: queue.SimpleQueue[Request]) -> None:
    """Take requests from stdin, a JSON array (path, options) a line; leave at once when the parent is gone."""
    for line in sys.stdin.buffer:
        path, options = json.loads(line)
        requests.put((Path(path), Options.from_json(options)))
    os._exit(0)


def _answer(read: Read, request: Request, answers: BinaryIO, seconds: float, message_bytes: int) -> None:
    """Answer one request; `seconds` of CPU time may pass between two messages."""
    _limit_cpu(seconds)
    try:
        for found in read(*request):
            message = encode(found)
            if len(message.body) > message_bytes:
                return send(answers, Message(Sign.TOO_LARGE))
            send(answers, message)
            _limit_cpu(seconds)
    except Skipped as error:
        return send(answers, Message(Sign.SKIPPED, str(error).encode("utf-8", "replace")))
    except ReadError as error:
        return send(answers, Message(Sign.READ_ERROR, str(error).encode("utf-8", "replace")))
    return send(answers, Message(Sign.END))


def _confess(answers: BinaryIO, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say why the process ends."""
    if issubclass(kind, MemoryError):
        send(answers, Message(Sign.MEMORY))
    else:
        send(answers, Message(Sign.CRASH, f"{kind.__name__}: {error}"[:300].encode("utf-8", "replace")))
    sys.__excepthook__(kind, error, trace)


def _limit_memory(size: int) -> None:
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_cpu(seconds: float) -> None:
    """A last resort beside the parent's clock, should the parent be gone while a library hangs."""
    if sys.platform != "win32":
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time() + 2 * seconds + 10), hard))
