"""Read a PDF that pdfium gives up on: pypdf rebuilds a lost table of objects from what is there."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from ingest.errors import ReadError
from ingest.readers.assemble import MAX_SECTIONS, document, one_line
from ingest.readers.charset import clean
from ingest.readers.folios import printed_numbers
from ingest.readers.names import shown
from ingest.readers.outline import Bookmark, locate
from ingest.types import Document, Page

# What pypdf raises on broken files, beside its own errors.
_BROKEN = (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, RecursionError)
_DEPTH = 12


def read(path: Path) -> Iterator[Document]:
    """One document with whatever pages can be saved. Raises ReadError when no text can be."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(path)
        texts = [_text(page) for page in reader.pages]
    except (*_BROKEN, OSError) as error:
        raise ReadError(f"{shown(path)}: is damaged and no longer a PDF. Get a new copy of it.") from error
    if not any(map(str.isalnum, "".join(texts))):
        raise ReadError(f"{shown(path)}: is damaged, and no text can be saved from it. Get a new copy of it.")
    labels = printed_numbers(texts, _labels(reader, len(texts)))
    pages = tuple(Page(n, label, text) for n, (label, text) in enumerate(zip(labels, texts, strict=True), 1))
    yield document(path, _title(reader), pages, locate(_bookmarks(reader), texts))


def _text(page: Any) -> str:
    try:
        return clean(page.extract_text())
    except _BROKEN:
        return ""


def _labels(reader: PdfReader, count: int) -> list[str]:
    try:
        return [one_line(label)[:20] or str(n) for n, label in enumerate(reader.page_labels, 1)]
    except _BROKEN:
        return [str(n) for n in range(1, count + 1)]


def _title(reader: PdfReader) -> str:
    try:
        return one_line(str(reader.metadata.title or "")) if reader.metadata else ""
    except _BROKEN:
        return ""


def _bookmarks(reader: PdfReader) -> list[Bookmark]:
    try:
        return list(islice(_walk(reader, reader.outline, 1), MAX_SECTIONS))
    except _BROKEN:
        return []


def _walk(reader: PdfReader, items: Any, level: int) -> Iterator[Bookmark]:
    for item in items:
        if not isinstance(item, list):
            index = reader.get_destination_page_number(item)
            place = () if index is None or index < 0 else (index + 1,)
            yield Bookmark(one_line(str(item.title)), level, *place)
        elif level < _DEPTH:
            yield from _walk(reader, item, level + 1)
