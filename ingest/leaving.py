"""A command that is done → the end of its process, whatever its threads are about."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress
from typing import NoReturn


def leave(code: int) -> NoReturn:
    """End the process with this code: what is printed gets out, and whoever wants to know of the end is told.

    The interpreter is not taken down first: libraries keep threads of their own, and one that is inside native code
    while that happens aborts the process, and with it the exit code of a command that has done all it had to.
    """
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads it any more, or it is closed
            stream.flush()
    os._exit(code)
