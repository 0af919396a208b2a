"""Ctrl-C before a command line is loaded → its sentence and its exit code."""

from __future__ import annotations

import os
import signal

STOPPED = "Stopped."
GOES_ON = "Stopped. What is done is kept; the same command goes on from here."


class _Ends:
    """Ends the process with a sentence."""

    def __init__(self, said: str) -> None:
        self._said = said

    def __call__(self, *_: object) -> None:
        os.write(2, f"{self._said}\n".encode())
        os._exit(1)


def end_with(said: str) -> None:
    """From now on Ctrl-C ends the process at once. Where it is ignored, as in a job in the background, it stays so."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _Ends(said))


def raise_again() -> None:
    """What `end_with` did ends: Ctrl-C is a KeyboardInterrupt, for which there is somebody now."""
    if isinstance(signal.getsignal(signal.SIGINT), _Ends):
        signal.signal(signal.SIGINT, signal.default_int_handler)
