"""Read an EPUB book into a Document: its chapters in reading order."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from ingest.errors import ReadError
from ingest.readers import zipguard
from ingest.readers.assemble import Heading, from_text
from ingest.readers.charset import decode
from ingest.readers.html import convert
from ingest.readers.names import shown
from ingest.readers.options import DEFAULTS, Options
from ingest.types import Document

_CONTAINER = "META-INF/container.xml"
_LOCKS = "META-INF/encryption.xml"


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document]:
    """One document. Raises ReadError for a book that is damaged or copy-protected."""
    zipguard.check(path, _CONTAINER, options)
    try:
        with zipfile.ZipFile(path) as archive:
            title, chapters = _contents(path, archive)
            text, headings = _joined(archive.read(chapter) for chapter in chapters)
    except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ValueError, EOFError) as error:
        raise ReadError(f"{shown(path)}: is damaged ({error}). Get a new copy of it.") from error
    yield from_text(path, title, text, headings)


def _contents(path: Path, archive: zipfile.ZipFile) -> tuple[str, list[str]]:
    """The book's title and the names of its chapters, in order."""
    root = _parse(archive.read(_CONTAINER)).find(".//{*}rootfile")
    package = unquote(root.get("full-path") or "") if root is not None else ""
    book = _parse(archive.read(package))
    folder = posixpath.dirname(package)
    items = {item.get("id"): item.get("href") or "" for item in book.iterfind(".//{*}manifest/{*}item")}
    spine = [items.get(entry.get("idref"), "") for entry in book.iterfind(".//{*}spine/{*}itemref")]
    names = set(archive.namelist())
    chapters = [posixpath.normpath(posixpath.join(folder, unquote(href))) for href in spine if href]
    locks = archive.read(_LOCKS).decode("utf-8", "replace") if _LOCKS in names else ""
    if any(chapter in locks for chapter in chapters):
        raise ReadError(f"{shown(path)}: is copy-protected. Ask its publisher for a copy that is not.")
    return book.findtext(".//{*}metadata/{*}title") or "", [chapter for chapter in chapters if chapter in names]


def _joined(pages: Iterator[bytes]) -> tuple[str, list[Heading]]:
    whole, headings = "", []
    for page in pages:
        _, text, found = convert(decode(page))
        start = len(whole) + 2 if whole else 0
        headings += [Heading(heading.title, heading.level, start + heading.start) for heading in found]
        whole += "\n\n" * bool(whole) + text
    return whole, headings


def _parse(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
