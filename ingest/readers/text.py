"""Read plain text into a Document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingest.readers.assemble import document, from_text
from ingest.readers.charset import read_text
from ingest.readers.options import DEFAULTS, Options
from ingest.types import Document, Page


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document]:
    """One document; form feeds part its pages, as on the printer they were meant for. Raises ReadError."""
    text = read_text(path)
    sheets = [sheet.strip("\n").rstrip() for sheet in text.split("\f")]
    if len(sheets) > 1:
        yield document(path, "", tuple(Page(number, str(number), sheet) for number, sheet in enumerate(sheets, 1)))
    else:
        yield from_text(path, "", text, [])
