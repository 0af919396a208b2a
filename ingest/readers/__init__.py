"""Turn a path into Documents: the one table of formats and the front door."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from ingest.errors import ReadError, Skipped
from ingest.readers.names import shown
from ingest.readers.options import DEFAULTS, Options
from ingest.readers.sniff import Content, is_jira, sniff
from ingest.types import Document, Working

HEAD_BYTES = 4096
"""How much of a file is looked at to tell what it is."""


@dataclass(frozen=True, slots=True)
class Format:
    """One family of files: how its names end, what its first bytes are, and the module whose `read` reads it."""

    name: str
    suffixes: tuple[str, ...]
    content: Content
    module: str

    def read(self, path: Path, options: Options) -> Iterator[Document | Working]:
        """Import the reader and read `path`. Raises ReadError."""
        documents: Iterator[Document | Working] = import_module(self.module).read(path, options)
        return documents


_PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif")
FORMATS = (
    Format("PDF", (".pdf",), Content.PDF, "ingest.readers.pdf"),
    Format("Word", (".docx", ".docm"), Content.ZIP, "ingest.readers.docx"),
    Format("PowerPoint", (".pptx", ".pptm"), Content.ZIP, "ingest.readers.pptx"),
    Format("Excel", (".xlsx", ".xlsm"), Content.ZIP, "ingest.readers.xlsx"),
    Format("OpenDocument", (".odt",), Content.ZIP, "ingest.readers.odt"),
    Format("OpenDocument spreadsheet", (".ods",), Content.ZIP, "ingest.readers.ods"),
    Format("OpenDocument presentation", (".odp",), Content.ZIP, "ingest.readers.odp"),
    Format("EPUB", (".epub",), Content.ZIP, "ingest.readers.epub"),
    Format("Rich Text", (".rtf",), Content.RTF, "ingest.readers.rtf"),
    Format("HTML", (".html", ".htm", ".xhtml"), Content.TEXT, "ingest.readers.html"),
    Format("Markdown", (".md", ".markdown"), Content.TEXT, "ingest.readers.markdown"),
    Format("reStructuredText", (".rst",), Content.TEXT, "ingest.readers.rst"),
    Format("plain text", (".txt", ".text", ".log"), Content.TEXT, "ingest.readers.text"),
    Format("ticket export", (".csv", ".tsv", ".jsonl", ".ndjson", ".json"), Content.TEXT, "ingest.readers.tickets"),
    Format("Jira XML", (".xml",), Content.TEXT, "ingest.readers.jira_xml"),
    Format("mail", (".eml", ".mbox"), Content.TEXT, "ingest.readers.mail"),
    Format("Outlook", (".msg",), Content.OLE, "ingest.readers.msg"),
    Format("picture", _PICTURES, Content.PICTURE, "ingest.readers.image"),
)
"""Every kind of file that is read. A new one is a row here and a module with `read(path, options)`."""

_TICKETS = ("tickets", "jira_xml", "xlsx", "ods", "mail", "msg")
_SEEN = ("pdf", "image")
TICKET_SUFFIXES = frozenset(s for f in FORMATS if f.module.rpartition(".")[2] in _TICKETS for s in f.suffixes)
"""Ends of the names of files that may hold tickets."""
PICTURE_SUFFIXES = frozenset(s for f in FORMATS if f.module.rpartition(".")[2] in _SEEN for s in f.suffixes)
"""Ends of the names of files that OCR may read."""

_TODAYS = {
    ".doc": ".docx",
    ".dot": ".docx",
    ".ppt": ".pptx",
    ".pps": ".pptx",
    ".xls": ".xlsx",
}
_BY_SUFFIX = {suffix: format for format in FORMATS for suffix in format.suffixes}


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document | Working]:
    """The documents in a file, with `id=""` (or the ticket's key) and without running anything found in it.

    A reader of slow pages (OCR) also yields a `Working` after each of them.

    Raises Skipped for what is not for Tomo, ReadError for what cannot be read. Foreign files may also hang, crash or
    eat all memory: outside tests go through `ingest.sandbox`.
    """
    return reader_for(path).read(path, options)


def reader_for(path: Path) -> Format:
    """The row of the table that reads `path`, by the end of its name and by its first bytes.

    Only regular files are opened. Raises Skipped (unknown kind, empty, not a regular file) and ReadError (missing,
    unreadable, or not what its name says).
    """
    name = shown(path)
    head = _head(path)
    suffix = path.suffix.lower()
    format = _BY_SUFFIX.get(suffix)
    if format is None or (suffix == ".xml" and not is_jira(head)):
        if better := _TODAYS.get(suffix):
            raise Skipped(f"{name}: is in a format Tomo does not read. Save it as {better} or .pdf and ingest that.")
        kinds = " ".join(known for known in _BY_SUFFIX if known != suffix)
        raise Skipped(f"{name}: Tomo does not read this kind of file. It reads {kinds}.")
    content = sniff(head)
    if content is not format.content:
        raise ReadError(f"{name}: is not {_a(format)} (it is {content.value}). {_advice(content)}")
    return format


def _head(path: Path) -> bytes:
    """The first bytes of a regular file. Nothing else is opened: a FIFO would block, a device might act."""
    name = shown(path)
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise Skipped(f"{name}: is not a regular file.")
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except FileNotFoundError as error:
        raise ReadError(f"{name}: is not there. Check the path, or the link if it is one.") from error
    except PermissionError as error:
        raise ReadError(f"{name}: may not be read. Give yourself permission to read it and ingest it again.") from error
    except (OSError, ValueError) as error:
        raise ReadError(
            f"{name}: cannot be opened ({error}). Check its disk and its name, and ingest it again."
        ) from error
    if not head:
        raise Skipped(f"{name}: is empty.")
    return head


def _a(format: Format) -> str:
    known = {"plain text": "plain text", "HTML": "an HTML page", "OpenDocument": "an OpenDocument file"}
    return known.get(format.name, f"{'an' if format.name[0] in 'AEIOU' else 'a'} {format.name} file")


def _advice(content: Content) -> str:
    """What to do with a file whose name does not say what it is."""
    if content is Content.TEXT:
        return "Rename it to .txt, or to .html if it is a web page, and ingest it again."
    if content is Content.PDF:
        return "Rename it to .pdf and ingest it again."
    if content is Content.OLE:
        return "If it has a password, save a copy without one; if it is an old Office file, save it in today's format."
    if content is Content.ZIP:
        return "If it is an Office file, give it its proper ending (such as .docx); if an archive, unpack it first."
    return "Get a good copy of it, or give it its proper ending."
