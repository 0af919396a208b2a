"""Files to be read → the room they need on the disk."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from ingest.errors import LibraryError
from ingest.scan import Candidate

RESERVE = 64 * 2**20
"""Bytes that stay free: a database on a disk that is entirely full cannot even be read."""

_TEXT, _PACKED, _PICTURE = 15.0, 4.0, 0.5
"""Bytes a library grows by for each byte of a file. Measured on 1,709 documents: 14 bytes for a character (its text,
its words, its vector twice), and one character in four bytes of a PDF. Few pictures hold text."""
_OFFICE = (".docx", ".docm", ".pptx", ".pptm", ".xlsx", ".xlsm", ".odt", ".ods", ".odp")
_FACTORS = {
    **dict.fromkeys((*_OFFICE, ".pdf", ".epub", ".msg"), _PACKED),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif"), _PICTURE),
}
_SMALLEST_PAGE = 4096
_ROUNDS_UP = 0.9995
"""Of a unit: with three digits it reads as 1, and what is just below it of the next smaller one as 1e+03."""


def needed(candidates: Sequence[Candidate]) -> int:
    """About how many bytes the library grows by; the reserve is not counted."""
    wanted = [c for c in candidates if c.change in ("new", "changed")]
    return int(sum(_FACTORS.get(c.path.suffix.lower(), _TEXT) * c.record.size + _SMALLEST_PAGE for c in wanted))


def free(folder: Path) -> int:
    """Bytes free where the library is, or will be."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def check(candidates: Sequence[Candidate], folder: Path) -> None:
    """LibraryError with the numbers when the disk has not the room for what is to be read."""
    need, have = needed(candidates), free(folder)
    if need and need + RESERVE > have:
        raise LibraryError(
            f"{folder}: this needs about {size(need + RESERVE)}, {size(have)} free. Free some space, choose another "
            "disk with --library, or give fewer files at once (--no-space-check tries all the same)."
        )


def keep_reserve(folder: Path) -> None:
    """LibraryError when the disk is about to be full, while everything can still be closed in order."""
    have = free(folder)
    if have < RESERVE // 4:
        raise LibraryError(
            f"{folder}: the disk is almost full ({size(have)} free). What is done is kept; free some space and give "
            "the same command again."
        )


def size(count: int) -> str:
    """Bytes as a person reads them."""
    for unit, bytes_in_it in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        number = count / bytes_in_it
        if number >= _ROUNDS_UP:
            return f"{number:.3g} {unit}" if number < 1000 * _ROUNDS_UP else f"{number:,.0f} {unit}"
    return f"{count} bytes"
