"""Read a Rich Text file into a Document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from striprtf.striprtf import rtf_to_text

from ingest.errors import ReadError
from ingest.readers.assemble import from_text
from ingest.readers.charset import clean
from ingest.readers.names import shown
from ingest.types import Document

_TITLE = re.compile(r"\{\\title ([^{}\\]{1,300})\}")
_PICTURES = re.compile(r"(?<=[\s}])(?:[0-9a-fA-F]{32,}\s*){4,}")
_BLANKS = re.compile(r"\n\s*\n\s*\n+")


def read(path: Path) -> Iterator[Document]:
    """One document without sections. Raises ReadError."""
    source = _PICTURES.sub("", path.read_bytes().decode("latin-1"))
    try:
        text: str = rtf_to_text(source, encoding="cp1252", errors="replace")  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, IndexError) as error:
        raise ReadError(f"{shown(path)}: is damaged ({error}). Open it in its program and save it again.") from error
    lines = (re.sub(r"\|\s*$", "", line).rstrip() for line in clean(text).split("\n"))
    title = _TITLE.search(source)
    yield from_text(path, title.group(1) if title else "", _BLANKS.sub("\n\n", "\n".join(lines)).strip(), [])
