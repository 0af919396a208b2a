"""Read an OpenDocument text into a Document: paragraphs, lists and tables in order, headings as sections."""

from __future__ import annotations

import re
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
from ingest.readers.odt_styles import Marks, Styles
from ingest.readers.options import DEFAULTS, Options
from ingest.readers.raised import END, START, written
from ingest.readers.spans import Spans
from ingest.types import Document

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_UNSHOWN = (f"{TEXT}tracked-changes", f"{OFFICE}annotation", f"{TEXT}sequence-decls", f"{OFFICE}forms")
_CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
_PARAGRAPHS = (f"{TEXT}p", f"{TEXT}h")
_BLANKS = re.compile(r"[ \t\r\n]+")
_MOST_BLANKS = 200
_DEEPEST = 9


@dataclass(frozen=True, slots=True)
class Parts:
    """What is read of an OpenDocument file: its content, its styles, and the title it gives itself, or ""."""

    content: etree._Element
    styles: Styles
    title: str

    @property
    def body(self) -> etree._Element:
        """What a person sees; empty in a file that has none."""
        found = self.content.find(f"{OFFICE}body")
        return etree.Element("none") if found is None else found


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document]:
    """One document. Raises ReadError for a file that is damaged, has a password, or is a bomb."""
    parts = load(path, options)
    text, headings = converted(parts.body, parts.styles)
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
            common = [_parse(archive.read("styles.xml"))] if "styles.xml" in members else []
            title = _parse(archive.read("meta.xml")).findtext(f".//{_TITLE}") if "meta.xml" in members else ""
    except (zipfile.BadZipFile, etree.XMLSyntaxError, EOFError, OSError) as error:
        raise ReadError(f"{shown(path)}: is damaged ({error}). Open it in its program and save it again.") from error
    return Parts(content, Styles([*common, content]), title or "")


def converted(element: etree._Element, styles: Styles) -> tuple[str, list[Heading]]:
    """The text inside an element, its notes at the end, and its headings, which point into it."""
    converter = _Converter(styles)
    converter.convert(element, [])
    return converter.finish()


def _parse(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


class _Converter:
    """The text collected so far, the running numbers, and the notes still to be written."""

    def __init__(self, styles: Styles) -> None:
        self._raised = styles.raised
        self._marks = Marks(styles)
        self._blocks = Blocks()
        self._blocks.verbatim(True)
        self._notes: list[etree._Element] = []
        self._spans = [Spans()]  # of each open table

    def finish(self) -> tuple[str, list[Heading]]:
        for note in self._notes:
            self._blocks.paragraph()
            mark = note.findtext(f"{TEXT}note-citation") or ""
            body = note.find(f"{TEXT}note-body")
            self._blocks.text(f"[{mark}] {'' if body is None else self._text(body).strip()}")
        return self._blocks.finish()

    def convert(self, parent: etree._Element, lists: list[str], mark: str = "") -> None:
        """The blocks inside an element; `lists` holds the style of every open list, `mark` begins the first."""
        for child in parent:
            if child.tag in _PARAGRAPHS:
                self._paragraph(child, lists, mark)
                mark = ""
            elif child.tag == f"{TEXT}list":
                if not lists:
                    self._marks.begin(child)
                style = child.get(f"{TEXT}style-name") or (lists[-1] if lists else "")
                self.convert(child, [*lists, style])
                self._blocks.line() if lists else self._blocks.paragraph()
            elif child.tag == f"{TEXT}list-item":
                self._item(child, lists)
            elif child.tag == f"{TABLE}table":
                self._spans.append(Spans())
                self.convert(child, lists)
                self._spans.pop()
            elif child.tag == f"{TABLE}table-row":
                self._row(child, self._spans[-1])
            elif child.tag not in _UNSHOWN and isinstance(child.tag, str):
                self.convert(child, lists)

    def _item(self, item: etree._Element, lists: list[str]) -> None:
        """An item that begins with a list of its own is there for that list, and has no number."""
        begins = next((child.tag for child in item if child.tag != f"{TEXT}soft-page-break"), "")
        mark = self._marks.item(item, lists[-1], len(lists)) if begins in _PARAGRAPHS else ""
        self.convert(item, lists, mark)

    def _paragraph(self, paragraph: etree._Element, lists: list[str], mark: str) -> None:
        text = self._text(paragraph)
        heading = paragraph.tag == f"{TEXT}h"
        self._blocks.line() if lists and not heading else self._blocks.paragraph()
        level = _level(paragraph) if heading else 0
        if heading:
            number = mark.removeprefix("-") if lists else self._marks.chapter(paragraph, level)
            text = f"{number} {text}" if number and text.strip() else text
        elif mark and text.strip():
            self._blocks.item("  " * (len(lists) - 1) + f"{mark} ")
        for number_of_line, line in enumerate(text.split("\n")):
            if number_of_line:
                self._blocks.line()
            self._blocks.text(line)
        if heading:
            self._blocks.heading(level)
        self._blocks.line() if lists and not heading else self._blocks.paragraph()
        self._notes += [
            note for note in paragraph.iter(f"{TEXT}note") if not any(a.tag in _UNSHOWN for a in note.iterancestors())
        ]

    def _row(self, row: etree._Element, spans: Spans) -> None:
        """A line; what merged cells say stands in each row and column that they reach into."""
        cells = [cell for cell in row if cell.tag in _CELLS]
        spans.row()
        first = True
        self._blocks.line()
        for cell in cells:
            if len(cells) == 1:
                self.convert(cell, [])
            elif cell.tag == _CELLS[0]:
                first = self._blocks.filled(spans.above(), first)
                self._blocks.cell(True, first)
                self.convert(cell, [])
                text = self._blocks.cell(False)
                self._blocks.filled(spans.cell(text, *(_spanned(cell, what) for what in ("columns", "rows"))))
                first = False
        if not first:
            self._blocks.filled(spans.above())
        self._blocks.line()

    def _text(self, parent: etree._Element) -> str:
        return clean(written("".join(inline(parent, self._raised))))


def _spanned(cell: etree._Element, what: str) -> int:
    """Over how many columns or rows a cell reaches."""
    number = cell.get(f"{TABLE}number-{what}-spanned") or "1"
    return int(number) if number.isdecimal() and len(number) < 7 else 1


def _level(heading: etree._Element) -> int:
    level = heading.get(f"{TEXT}outline-level") or "1"
    return min(int(level), _DEEPEST) if level.isdecimal() else 1


def inline(parent: etree._Element, raised: frozenset[str] = frozenset()) -> Iterator[str]:
    """The text of a paragraph as it is shown, in pieces, a note as its mark; START and END stand around raised text."""
    yield _BLANKS.sub(" ", parent.text or "")
    for child in parent:
        if child.tag == f"{TEXT}s":
            times = child.get(f"{TEXT}c") or "1"
            yield " " * (min(int(times), _MOST_BLANKS) if times.isdecimal() else 1)
        elif child.tag == f"{TEXT}tab":
            yield "\t"
        elif child.tag in (f"{TEXT}line-break", f"{TEXT}p"):
            yield "\n"
            yield from inline(child, raised)
        elif child.tag == f"{TEXT}note":
            yield f"[{child.findtext(f'{TEXT}note-citation') or ''}]"
        elif child.tag not in _UNSHOWN and isinstance(child.tag, str):
            high = child.get(f"{TEXT}style-name") in raised
            yield START * high
            yield from inline(child, raised)
            yield END * high
        yield _BLANKS.sub(" ", child.tail or "")
