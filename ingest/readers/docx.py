"""Read a Word document into a Document: paragraphs, lists and tables in order, heading styles as sections."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml
from lxml import etree

from ingest.errors import ReadError
from ingest.readers import zipguard
from ingest.readers.assemble import Heading, from_text
from ingest.readers.blocks import Blocks
from ingest.readers.charset import clean
from ingest.readers.docx_formula import MATH, around
from ingest.readers.docx_numbers import BULLET, ListNumbers
from ingest.readers.names import shown
from ingest.readers.options import DEFAULTS, Options
from ingest.readers.ordinals import ordinal
from ingest.readers.raised import END, START, written
from ingest.readers.spans import WIDEST, again
from ingest.types import Document

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING = re.compile(r"(?:heading|título|titulo|encabezado|überschrift|titre)\s*([1-9])", re.IGNORECASE)
_TITLES = ("title", "título", "titulo", "puesto")
_P, _TBL, _TR, _TC, _BOX, _RUN, _TEXT = (f"{_W}{name}" for name in ("p", "tbl", "tr", "tc", "txbxContent", "r", "t"))
_FORMULA, _EXPONENT = f"{MATH}t", f"{MATH}sup"
_UNSHOWN = frozenset(
    (*(f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "pPr", "rPr", "sdtPr", "tblPr")), _FALLBACK)
)
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_NOTES = {f"{_W}footnoteReference": "1", f"{_W}endnoteReference": "i"}
_SYMBOL = f"{_W}sym"
_ARROWS = dict(zip(range(0xDF, 0xE7), "←→↑↓↖↗↙↘", strict=True)) | dict(zip(range(0xE7, 0xEF), "←→↑↓↖↗↙↘", strict=True))
_WINGDINGS = _ARROWS | {0xFC: "✓", 0xFB: "✗", 0xFE: "☑", 0xFD: "☒", 0xA8: "☐", 0x6F: "☐", 0xF0: "⇨", 0x4A: "☺"}
_SYMBOLS = dict(zip((0xAC, 0xAD, 0xAE, 0xAF, 0xB0, 0xB1, 0xA3, 0xB3, 0xB4, 0xB9, 0xD7, 0x6D, 0x57, 0x44),
                    "←↑→↓°±≤≥×≠·µΩΔ", strict=True))  # fmt: skip
_LONGEST_HEADING = 300


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document]:
    """One document. Raises ReadError for a file that is damaged, has a password, or is a bomb."""
    zipguard.check(path, "word/document.xml", options)
    try:
        word = docx.Document(str(path))
    except (OpcError, KeyError, ValueError, zipfile.BadZipFile, etree.XMLSyntaxError) as error:
        raise ReadError(f"{shown(path)}: is damaged ({error}). Open it in Word and save it again.") from error
    converter = _Converter(word)
    text, headings = converter.convert()
    first = next((heading.title for heading in headings if heading.level == 1), "")
    yield from_text(path, converter.title or word.core_properties.title or first, text, headings)


class _Converter:
    """One document's styles, its running list numbers, and the text collected so far."""

    def __init__(self, word: WordDocument) -> None:
        self._body = word.element.body
        self._relations = tuple(word.part.rels.values())
        self._styles = {style.style_id: style.element for style in word.styles if style.style_id}
        self._numbers = ListNumbers(_numbering_of(word))
        self._marks = _note_marks(self._body)
        self._blocks = Blocks()
        self.title = ""

    def convert(self) -> tuple[str, list[Heading]]:
        """The text and its headings; `title` then holds what is styled as the title."""
        self._blocks.verbatim(True)
        self._convert(self._body)
        self._notes()
        return self._blocks.finish()

    def _convert(self, parent: etree._Element) -> None:
        for block in _blocks(parent):
            if block.tag == _P:
                self._paragraph(block)
            else:
                self._table(block)

    def _notes(self) -> None:
        """Footnotes and endnotes, after all else, by the number that the text refers to them with."""
        for relation in self._relations:
            if relation.is_external or not relation.reltype.endswith(("/footnotes", "/endnotes")):
                continue
            kind = f"{_W}{relation.reltype.rpartition('/')[2].removesuffix('s')}Reference"
            for note in parse_xml(relation.target_part.blob):
                if note.get(f"{_W}type") is None and (mark := self._marks.get((kind, note.get(f"{_W}id") or ""))):
                    self._blocks.paragraph()
                    self._blocks.text(f"[{mark}] ")
                    self._blocks.text(self._text(note).strip())
                    self._blocks.line()

    def _paragraph(self, paragraph: etree._Element) -> None:
        text = self._text(paragraph)
        level, numbering = self._level(paragraph), self._numbering(paragraph)
        mark = self._numbers.mark(*numbering) if numbering and (text.strip() or not _is_deleted(paragraph)) else ""
        if numbering and not level and text.strip():
            self._blocks.item("  " * min(numbering[1], 8) + f"{mark} " * bool(mark))
        else:
            self._blocks.paragraph()
            text = f"{mark} {text}" if text.strip() and mark not in ("", BULLET) else text
        for line in text.split("\n"):
            self._blocks.text(line)
            if level and len(text) <= _LONGEST_HEADING:
                self._blocks.heading(level)
            self._blocks.line()
        if text.strip() and not self.title and self._style_name(paragraph) in _TITLES:
            self.title = text
        for box in paragraph.iter(_BOX):
            if not any(parent.tag == _FALLBACK for parent in box.iterancestors()):
                self._convert(box)

    def _text(self, paragraph: etree._Element) -> str:
        return clean(written("".join(_inline(paragraph, self._marks))))

    def _table(self, table: etree._Element) -> None:
        self._blocks.paragraph()
        rows = [list(_children(row, _TC)) for row in _children(table, _TR)]
        if any(len(row) > 1 for row in rows):
            self._rows(table)
        else:
            for cell in (cell for row in rows for cell in row):
                self._blocks.line()
                self._convert(cell)
        self._blocks.paragraph()

    def _rows(self, table: etree._Element) -> None:
        """A line a row; what merged cells say stands in each row and column that they reach into."""
        above: dict[int, str] = {}
        for row in _children(table, _TR):
            self._blocks.line()
            column = min(_count(row, "trPr/gridBefore"), WIDEST)
            first = self._blocks.filled([""] * column, first=True)
            for cell in _children(row, _TC):
                across = min(max(_count(cell, "tcPr/gridSpan"), 1), WIDEST)
                text = self._cell(cell, first, above.pop(column, ""))
                if cell.find(f"{_W}tcPr/{_W}vMerge") is not None:
                    above[column] = again(text)
                self._blocks.filled([again(text) if column else ""] * (across - 1))
                column, first = column + across, False

    def _cell(self, cell: etree._Element, first: bool, above: str) -> str:
        """Take a cell in; its text, which is that of the cell above if it is merged with it."""
        self._blocks.cell(True, first)
        merged = cell.find(f"{_W}tcPr/{_W}vMerge")
        if merged is not None and merged.get(f"{_W}val") != "restart":
            self._blocks.text(above)
        self._convert(cell)
        return self._blocks.cell(False)

    def _style_chain(self, paragraph: etree._Element) -> Iterator[etree._Element]:
        """The paragraph's own properties, then its style and the styles that one is based on."""
        yield paragraph
        name = _value(paragraph, "pPr/pStyle")
        for _ in range(20):  # a style may be based on itself
            style = self._styles.get(name)
            if style is None:
                return
            yield style
            name = _value(style, "basedOn")

    def _style_name(self, paragraph: etree._Element) -> str:
        style = self._styles.get(_value(paragraph, "pPr/pStyle"))
        return "" if style is None else _value(style, "name").lower()

    def _level(self, paragraph: etree._Element) -> int:
        """1 to 9 for a heading, else 0."""
        for holder in self._style_chain(paragraph):
            if named := _HEADING.fullmatch(_value(holder, "name").strip()):
                return int(named.group(1))
            outline = _value(holder, "pPr/outlineLvl")
            if outline.isdecimal():
                return int(outline) + 1 if int(outline) < 9 else 0
        return 0

    def _numbering(self, paragraph: etree._Element) -> tuple[str, int] | None:
        """The list a paragraph is an item of, and how deep it is in it."""
        depth = ""
        for holder in self._style_chain(paragraph):
            list_id = _value(holder, "pPr/numPr/numId")
            depth = depth or _value(holder, "pPr/numPr/ilvl")
            if list_id:
                return (list_id, int(depth) if depth.isdecimal() else 0) if list_id != "0" else None
        return None


def _numbering_of(word: WordDocument) -> etree._Element | None:
    try:
        return word.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return None


def _blocks(parent: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables in order, also those inside content controls; not those inside text boxes."""
    for child in parent:
        if child.tag in (_P, _TBL):
            yield child
        elif child.tag not in _UNSHOWN:
            yield from _blocks(child)


def _children(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The rows of a table or the cells of a row, also those inside content controls."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag not in _UNSHOWN and child.tag != _TBL:
            yield from _children(child, tag)


def _is_deleted(paragraph: etree._Element) -> bool:
    """Whether a tracked change takes a whole paragraph away, its number included."""
    return paragraph.find(f"{_W}pPr/{_W}rPr/{_W}del") is not None


def _note_marks(body: etree._Element) -> dict[tuple[str, str], str]:
    """The mark each note is shown with, by kind and id of its reference: 1, 2 … and i, ii … for endnotes."""
    found: dict[tuple[str, str], str] = {}
    counts = dict.fromkeys(_NOTES, 0)
    for reference in body.iter(*_NOTES):
        key = (str(reference.tag), reference.get(f"{_W}id") or "")
        if key in found or any(parent.tag in _UNSHOWN for parent in reference.iterancestors()):
            continue
        counts[key[0]] += 1
        found[key] = ordinal(counts[key[0]], _NOTES[key[0]])
    return found


def _inline(parent: etree._Element, marks: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """The text of a paragraph as it is shown: insertions in, deletions and field codes out."""
    for child in parent:
        if child.tag in (_TEXT, _FORMULA):
            yield child.text or ""
        elif child.tag in _NOTES:
            yield f"[{marks.get((child.tag, child.get(f'{_W}id') or ''), '')}]"
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag == _SYMBOL:
            yield _symbol(child)
        elif child.tag not in _UNSHOWN and child.tag != _BOX:
            raised = child.tag == _EXPONENT or (child.tag == _RUN and _value(child, "rPr/vertAlign") == "superscript")
            before, after = around(child)
            yield START * raised + before
            yield from _inline(child, marks)
            yield after + END * raised


def _symbol(sign: etree._Element) -> str:
    """A letter of a font of signs: the arrow that Word makes of "-->" is one."""
    font, code = (sign.get(f"{_W}font") or "").lower(), sign.get(f"{_W}char") or ""
    number = int(code, 16) & 0xFF if re.fullmatch(r"[0-9A-Fa-f]{1,4}", code) else 0
    return (_WINGDINGS if font == "wingdings" else _SYMBOLS if font == "symbol" else {}).get(number, "")


def _count(holder: etree._Element, path: str) -> int:
    value = _value(holder, path)
    return int(value) if value.isdecimal() and len(value) < 7 else 0


def _value(holder: etree._Element, path: str) -> str:
    found = holder.find("/".join(f"{_W}{name}" for name in path.split("/")))
    return "" if found is None else str(found.get(f"{_W}val") or "")
