"""What an embedder makes of words of Tomo's own → made once: kept in the library, and beside the models for others."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TypeVar

from ingest.library import Library
from rag.kept import write_json

FILE = "learnt.json"
"""Its name, in the folder of the models."""
_MOST = 20
"""Entries that are kept; those of the embedders of long ago go first."""


class Dumped(Protocol):
    """What can be written as text."""

    def dump(self) -> str:
        """The text."""


_T = TypeVar("_T", bound=Dumped)


def learnt(library: Library, file: Path | None, key: str, load: Callable[[str], _T], make: Callable[[], _T]) -> _T:
    """What `load` reads of the text kept under `key`; where it raises ValueError, what is made, and kept from now on.

    `file` serves a library that was never searched, or where nothing can be written: making takes seconds.
    """
    held = _read(file) if file is not None else {}
    for text in (library.meta(key) or "", held.get(key, "")):
        with suppress(ValueError):
            return load(text)
    made = make()
    text = made.dump()
    library.offer_meta(key, text)
    if file is not None:
        others = [(name, other) for name, other in held.items() if name != key]
        with suppress(OSError):
            write_json(file, dict([*others[-_MOST + 1 :], (key, text)]))
    return made


def _read(file: Path) -> dict[str, str]:
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):  # none yet, or damaged
        return {}
    return {name: text for name, text in held.items() if isinstance(text, str)} if isinstance(held, dict) else {}
