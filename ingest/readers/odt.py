"""Read an OpenDocument text into a Document: paragraphs, lists and tables in order, headings as sections."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from ingest.errors import ReadError
from ingest.readers import zipguard
from ingest.readers.assemble import Heading, from_text
from ingest.readers.blocks import Blocks
from ingest.readers.charset import clean
from ingest.readers.names import shown
from ingest.readers.options import DEFAULTS, Options
from ingest.types import Document

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_UNSHOWN = (f"{TEXT}tracked-changes", f"{OFFICE}annotation", f"{TEXT}sequence-decls", f"{OFFICE}forms")
_DEEPEST = 9


@dataclass(frozen=True, slots=True)
class Parts:
    """What is read of an OpenDocument file: its content and the title it gives itself, or ""."""

    content: etree._Element
    title: str

    @property
    def body(self) -> etree._Element:
        """What a person sees; empty in a file that has none."""
        found = self.content.find(f"{OFFICE}body")
        return etree.Element("none") if found is None else found


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document]:
    """One document. Raises ReadError for a file that is damaged, has a password, or is a bomb."""
    parts = load(path, options)
    text, headings = converted(parts.body)
    first = next((heading.title for heading in headings if heading.level == 1), "")
    yield from_text(path, parts.title or first, text, headings)


def load(path: Path, options: Options) -> Parts:
    """The parts of an OpenDocument file of any kind. Raises ReadError as `read` does."""
    zipguard.check(path, "content.xml", options)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.namelist()
            manifest = archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in members else b""
            if b"encryption-data" in manifest:
                raise ReadError(f"{shown(path)}: needs a password. Save a copy without one and ingest that.")
            content = _parse(archive.read("content.xml"))
            title = _parse(archive.read("meta.xml")).findtext(f".//{_TITLE}") if "meta.xml" in members else ""
    except (zipfile.BadZipFile, etree.XMLSyntaxError, EOFError, OSError) as error:
        raise ReadError(f"{shown(path)}: is damaged ({error}). Open it in its program and save it again.") from error
    return Parts(content, title or "")


def converted(element: etree._Element) -> tuple[str, list[Heading]]:
    """The text inside an element and its headings, which point into it."""
    blocks = Blocks()
    _convert(element, blocks, [])
    return blocks.finish()


def _parse(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def _convert(parent: etree._Element, blocks: Blocks, lists: list[str]) -> None:
    """The blocks inside an element; `lists` holds the name of every open list's style."""
    for child in parent:
        if child.tag in (f"{TEXT}p", f"{TEXT}h"):
            _paragraph(child, blocks, bool(lists))
        elif child.tag == f"{TEXT}list":
            _convert(child, blocks, [*lists, child.get(f"{TEXT}style-name") or ""])
            blocks.line() if lists else blocks.paragraph()
        elif child.tag == f"{TEXT}list-item":
            blocks.item("  " * (len(lists) - 1) + "- ")
            _convert(child, blocks, lists)
        elif child.tag == f"{TABLE}table-row":
            _row(child, blocks)
        elif child.tag not in _UNSHOWN and isinstance(child.tag, str):
            _convert(child, blocks, lists)


def _paragraph(paragraph: etree._Element, blocks: Blocks, in_list: bool) -> None:
    blocks.line() if in_list else blocks.paragraph()
    for number, line in enumerate(clean("".join(inline(paragraph))).split("\n")):
        if number:
            blocks.line()
        blocks.text(line)
    if paragraph.tag == f"{TEXT}h":
        level = paragraph.get(f"{TEXT}outline-level") or "1"
        blocks.heading(min(int(level), _DEEPEST) if level.isdecimal() else 1)
    blocks.line() if in_list else blocks.paragraph()


def _row(row: etree._Element, blocks: Blocks) -> None:
    cells = [cell for cell in row if cell.tag == f"{TABLE}table-cell"]
    blocks.line()
    for number, cell in enumerate(cells):
        if len(cells) > 1:
            blocks.cell(True, first=number == 0)
        _convert(cell, blocks, [])
        if len(cells) > 1:
            blocks.cell(False)
    blocks.line()


def inline(parent: etree._Element) -> Iterator[str]:
    """The text of a paragraph as it is shown, in pieces."""
    yield parent.text or ""
    for child in parent:
        if child.tag == f"{TEXT}s":
            yield " "
        elif child.tag == f"{TEXT}tab":
            yield "\t"
        elif child.tag in (f"{TEXT}line-break", f"{TEXT}p"):
            yield "\n"
            yield from inline(child)
        elif child.tag == f"{TEXT}note-citation":
            yield f" [{child.text or ''}] "
        elif child.tag not in _UNSHOWN and isinstance(child.tag, str):
            yield from inline(child)
        yield child.tail or ""
