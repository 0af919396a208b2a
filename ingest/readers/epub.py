"""Read an EPUB book into a Document: its chapters in reading order."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from ingest.errors import ReadError
from ingest.readers import zipguard
from ingest.readers.assemble import Heading, from_text, one_line
from ingest.readers.charset import decode
from ingest.readers.html import convert
from ingest.readers.names import shown
from ingest.readers.options import DEFAULTS, Options
from ingest.types import Document

_CONTAINER = "META-INF/container.xml"
_LOCKS = "META-INF/encryption.xml"
_EMPTY = re.compile(
    r"<((?!(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b)[a-zA-Z][\w:-]*)((?:\s[^<>]*?)?)/>"
)
"""An element that XHTML ends in its own tag; to HTML it would go on, a title to the end of the file."""
_DEEPEST = 9


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of the table of contents: the chapter it points into, its title, and how deep it stands, from 1."""

    chapter: str
    title: str
    level: int


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document]:
    """One document. Raises ReadError for a book that is damaged or copy-protected."""
    zipguard.check(path, _CONTAINER, options)
    try:
        with zipfile.ZipFile(path) as archive:
            title, chapters, entries = _contents(path, archive)
            text, headings = _joined(((chapter, archive.read(chapter)) for chapter in chapters), entries)
    except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ValueError, EOFError) as error:
        raise ReadError(f"{shown(path)}: is damaged ({error}). Get a new copy of it.") from error
    yield from_text(path, title, text, headings)


def _contents(path: Path, archive: zipfile.ZipFile) -> tuple[str, list[str], list[_Entry]]:
    """The book's title, the names of its chapters, and its table of contents, in order."""
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
    lists = [
        posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))
        for item in book.iterfind(".//{*}manifest/{*}item")
        if "nav" in (item.get("properties") or "").split() or item.get("media-type") == "application/x-dtbncx+xml"
    ]
    listed = (_entries(name, archive.read(name)) for name in lists if name in names)
    title = book.findtext(".//{*}metadata/{*}title") or ""
    return title, [chapter for chapter in chapters if chapter in names], next(filter(None, listed), [])


def _entries(name: str, data: bytes) -> list[_Entry]:
    """The table of contents in a navigation page (EPUB 3) or an NCX file (EPUB 2); [] for one that is broken."""
    try:
        root = _parse(data)
    except etree.XMLSyntaxError:
        return []
    found = []
    for point in root.iter("{*}navPoint"):
        depth = 1 + sum(1 for _ in point.iterancestors("{*}navPoint"))
        target, title = point.find("{*}content"), point.findtext("{*}navLabel/{*}text") or ""
        found.append((target.get("src") or "" if target is not None else "", title, depth))
    for nav in root.iter("{*}nav"):
        if "toc" in (nav.get("{http://www.idpf.org/2007/ops}type") or "").split():
            for link in nav.iter("{*}a"):
                depth = sum(1 for _ in link.iterancestors("{*}ol"))
                found.append((link.get("href") or "", "".join(link.itertext()), depth))
    folder = posixpath.dirname(name)
    return [
        _Entry(posixpath.normpath(posixpath.join(folder, unquote(href.partition("#")[0]))), title, min(depth, _DEEPEST))
        for href, text, depth in found
        if (title := one_line(text))
    ]


def _joined(pages: Iterator[tuple[str, bytes]], entries: list[_Entry]) -> tuple[str, list[Heading]]:
    whole, headings = "", []
    for name, page in pages:
        _, text, found = convert(_EMPTY.sub(r"<\1\2></\1>", decode(page)), book=True)
        found = found or _listed(text, [entry for entry in entries if entry.chapter == name])
        start = len(whole) + 2 if whole else 0
        headings += [Heading(heading.title, heading.level, start + heading.start) for heading in found]
        whole += "\n\n" * bool(whole) + text
    return whole, headings


def _listed(text: str, entries: list[_Entry]) -> list[Heading]:
    """The headings of a chapter that marks none, by the table of contents: where a line is one of its titles.

    The first of its titles stands for the chapter, wherever that line is.
    """
    found: list[Heading] = []
    for entry in entries if text.strip() else ():
        after = found[-1].start + 1 if found else 0
        line = re.compile(rf"^{re.escape(entry.title)}$", re.MULTILINE | re.IGNORECASE).search(text, after)
        if line or not found:
            found.append(Heading(entry.title, entry.level, line.start() if line else 0))
    return found


def _parse(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
