"""A command → its exit code: whatever goes wrong is one sentence on stderr."""

from __future__ import annotations

import logging
import os
import sqlite3
import sys
from collections.abc import Callable

from ingest.errors import TomoError
from ingest.schema import database_message
from ingest.settings import Settings


def exit_code(read: Callable[[], Settings], command: Callable[[Settings], int], stopped: str) -> int:
    """What `command` returns for the settings that are read; 1 if it could not run, or after Ctrl-C (`stopped`)."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s", stream=sys.stderr)
    try:
        settings = read()
        return command(settings)
    except TomoError as error:
        print(f"error: {error}", file=sys.stderr)
    except sqlite3.DatabaseError as error:
        print(f"error: {database_message(settings.library / 'library.sqlite3', error)}", file=sys.stderr)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more to say to nobody
    except KeyboardInterrupt:
        print(stopped, file=sys.stderr)
    return 1
