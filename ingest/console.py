"""A command → its exit code: whatever goes wrong is one sentence on stderr."""

from __future__ import annotations

import errno
import logging
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable
from typing import TextIO

from ingest.errors import TomoError
from ingest.interrupted import raise_again
from ingest.schema import database_message
from ingest.settings import Settings
from ingest.visible import plain

_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG)
"""A disk, or what a person may use of it."""


def show(text: str, end: str = "\n", file: TextIO | None = None) -> None:
    """Print foreign text so that a terminal only shows it, at once; half a character is shown as its number."""
    print(plain(text.encode("utf-8", "backslashreplace").decode()), end=end, file=file or sys.stdout, flush=True)


class _Shown(logging.Formatter):
    """A log line with foreign text in it."""

    def format(self, record: logging.LogRecord) -> str:
        return plain(super().format(record))


def exit_code(read: Callable[[], Settings], command: Callable[[Settings], int], stopped: str) -> int:
    """What `command` returns for the settings that are read; 1 if it could not run, or was stopped (`stopped`).

    Ctrl-C and SIGTERM stop it, and end the process: what is being written is finished first.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Shown("%(levelname)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    try:
        raise_again()
        settings = read()
        return command(settings)
    except TomoError as error:
        show(f"error: {error}", file=sys.stderr)
    except sqlite3.DatabaseError as error:
        show(f"error: {database_message(settings.library / 'library.sqlite3', error)}", file=sys.stderr)
    except BrokenPipeError:
        _to_nobody()
    except OSError as error:
        if error.errno not in _FULL:
            raise
        where = error.filename or "The output"
        show(f"error: {where}: cannot be written ({error.strerror}). Free some space and try again.", file=sys.stderr)
        _to_nobody()
    except KeyboardInterrupt:
        show(stopped, file=sys.stderr)
        os._exit(1)  # a model may be loading in a thread: an interpreter that is taken down around it crashes
    return 1


def _to_nobody() -> None:
    """What is still to be printed, and cannot be, is no error when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
