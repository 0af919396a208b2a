"""A reader that misbehaves as the name of the file tells it to, for the sandbox to cope with."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from ingest.errors import ReadError, Skipped
from ingest.readers.options import Options
from ingest.types import Document, Fields, Page, Section, Working


def document(key: str = "", text: str = "text") -> Document:
    """A small ticket that uses every field a document has."""
    fields = Fields(key=key, status="Cerrado", tags=("red", "vpn"))
    return Document(key, "ticket", "Título", "es", (Page(1, "i", text),), (Section("Uno", 1, 1, 0),), fields)


def read(path: Path, options: Options) -> Iterator[Document | Working]:
    """What the file's name says: see the test that writes it."""
    how = path.stem
    if how == "hang":
        time.sleep(600)
    if how == "memory":
        yield document(text=str(len("x" * (1 << 40))))
    if how == "segfault":
        ctypes.string_at(0)
    if how == "abort":
        os.abort()
    if how == "exit":
        os._exit(3)
    if how == "raise":
        raise KeyError("/Root")
    if how == "refuse":
        raise ReadError("refuse.txt: cannot be read. Try another.")
    if how == "skip":
        raise Skipped("skip.txt: is nothing for Tomo.")
    if how == "print":
        print("noise on stdout")
        os.write(1, b"noise on file descriptor 1")
        sys.stdout.flush()
    if how == "long":
        yield document(text="x" * 2_000_000)
    if how == "process":
        yield document(key=str(os.getpid()))
    if how == "options":
        yield document(text=options.to_json())
    if how in ("slow", "stuck"):
        for number in range(4):
            yield Working(number, 4)
            time.sleep(600 if how == "stuck" and number == 2 else 0.4)
        yield Working(4, 4)
    if how == "surrogate":
        yield document(text="half \ud83d a pair")
    count = {"endless": sys.maxsize, "many": 5_000, "halfway": 3}.get(how, 1)
    for number in range(count):
        yield document(key=f"T-{number}")
    if how == "halfway":
        raise ReadError("halfway.txt: breaks off after three tickets.")
