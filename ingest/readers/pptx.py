"""Read a PowerPoint presentation into a Document: a page a slide, with its tables and speaker's notes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.exc import PythonPptxError
from pptx.shapes.shapetree import BaseShapeFactory

from ingest.errors import ReadError
from ingest.readers import zipguard
from ingest.readers.assemble import document, one_line
from ingest.readers.charset import clean
from ingest.readers.names import shown
from ingest.readers.options import DEFAULTS, Options
from ingest.readers.ordinals import ordinal
from ingest.readers.raised import END, START, written
from ingest.readers.spans import Spans
from ingest.types import Document, Page, Section

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_EITHER = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DATA = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"
_NUMBERED = re.compile(r"(arabic|alphaLc|alphaUc|romanLc|romanUc)(Plain|Period|ParenR|ParenBoth)")
_STYLES = {"arabic": "1", "alphaLc": "a", "alphaUc": "A", "romanLc": "i", "romanUc": "I"}
_AROUND = {"Plain": "{}", "Period": "{}.", "ParenR": "{})", "ParenBoth": "({})"}
_SAME_HEIGHT = 91_440
"""How far the tops of shapes that stand beside each other may differ: a tenth of an inch."""
_MOST_POINTS = 50


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document]:
    """One document; every slide with a title begins a section. Raises ReadError."""
    zipguard.check(path, "ppt/presentation.xml", options)
    try:
        slides = list(Presentation(str(path)).slides)
        pages = tuple(Page(number, str(number), _text(slide)) for number, slide in enumerate(slides, 1))
        titles = [_title(slide) for slide in slides]
    except (PythonPptxError, KeyError, ValueError, AttributeError, zipfile.BadZipFile, etree.XMLSyntaxError) as error:
        raise ReadError(f"{shown(path)}: is damaged ({error}). Open it in PowerPoint and save it again.") from error
    sections = tuple(Section(title, 1, number) for number, title in enumerate(titles, 1) if title)
    yield document(path, sections[0].title if sections else "", pages, sections)


def _title(slide: Any) -> str:
    shape = slide.shapes.title
    return "" if shape is None else one_line(_lines(shape.text_frame))


def _text(slide: Any) -> str:
    """The title, then the shapes from top to bottom, then the notes."""
    title = slide.shapes.title
    others = [shape for shape in _shapes(slide.shapes) if shape != title]
    shapes = [title] * (title is not None) + list(_in_order(others))
    blocks = [block for shape in shapes for block in _blocks(shape)]
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        blocks.append(slide.notes_slide.notes_text_frame.text)
    return clean("\n\n".join(block.replace("\v", "\n").strip() for block in blocks if block.strip()))


def _shapes(parent: Any) -> Iterator[Any]:
    """The shapes of a slide, also those that only newer programs know, as those with formulas are marked."""
    yield from parent
    for shape in parent._spTree.iterfind(f"{_EITHER}AlternateContent/{_EITHER}Choice/*"):
        yield BaseShapeFactory(shape, parent)


def _in_order(shapes: Iterable[Any]) -> Iterator[Any]:
    """From top to bottom; what stands at about one height from left to right."""
    row: list[Any] = []
    for shape in sorted(shapes, key=lambda shape: shape.top or 0):
        if row and (shape.top or 0) - (row[0].top or 0) > _SAME_HEIGHT:
            yield from sorted(row, key=lambda shape: shape.left or 0)
            row = []
        row.append(shape)
    yield from sorted(row, key=lambda shape: shape.left or 0)


def _blocks(shape: Any) -> Iterator[str]:
    """The text of a shape, of the shapes grouped in it, the rows of its table, or what its chart or diagram says."""
    if hasattr(shape, "shapes"):
        for inner in shape.shapes:
            yield from _blocks(inner)
    elif getattr(shape, "has_table", False):
        yield "\n".join(" | ".join(cells) for cells in _rows(shape.table))
    elif getattr(shape, "has_chart", False):
        yield "\n".join(_chart(shape.chart._chartSpace))
    elif shape.has_text_frame:
        yield _lines(shape.text_frame)
    else:
        yield from _diagrams(shape)


def _rows(table: Any) -> Iterator[list[str]]:
    """The texts of each row; what merged cells say stands in each row and column that they reach into."""
    spans = Spans()
    for row in table.rows:
        spans.row()
        cells: list[str] = []
        for cell in (cell for cell in row.cells if not cell.is_spanned):
            text = " ".join(_lines(cell.text_frame).split())
            cells += [*spans.above(), text]
            cells += spans.cell(text, cell.span_width, cell.span_height)
        yield [*cells, *spans.above()]


def _chart(chart: etree._Element) -> Iterator[str]:
    """The title of a chart, and a line a series: its name, its categories and their values."""
    title = chart.find(f"{_CHART}chart/{_CHART}title")
    if title is not None:
        yield "".join(piece.text or "" for piece in title.iter(f"{_A}t"))
    for series in chart.iter(f"{_CHART}ser"):
        name, names, values = (
            [value.text or "" for value in series.iterfind(f"{_CHART}{part}//{_CHART}v")]
            for part in ("tx", "cat", "val")
        )
        points = [" ".join(filter(None, point)) for point in zip(names, values, strict=False)]
        yield f"{' '.join(name)}: {', '.join(points[:_MOST_POINTS] or values[:_MOST_POINTS])}".strip(" :")


def _diagrams(shape: Any) -> Iterator[str]:
    """The texts of a diagram (SmartArt), a line each."""
    parts = (shape.part.rels.get(found.get(_DATA)) for found in shape._element.iter(f"{_DIAGRAM}relIds"))
    for part in filter(None, parts):
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        data = etree.fromstring(part.target_part.blob, parser)
        points = ("".join(piece.text or "" for piece in point.iter(f"{_A}t")) for point in data.iter(f"{_DIAGRAM}pt"))
        yield "\n".join(point for point in points if point.strip())


def _lines(frame: Any) -> str:
    """A line a paragraph, with the numbers that PowerPoint counts."""
    counts: dict[int, int] = {}
    return "\n".join(_line(paragraph, counts) for paragraph in frame.paragraphs)


def _line(paragraph: Any, counts: dict[int, int]) -> str:
    text = written("".join(_pieces(paragraph._p)))
    level = int(paragraph.level)
    if not text.strip():
        return text
    for deeper in [depth for depth in counts if depth > level]:
        del counts[deeper]
    found = paragraph._p.find(f"{_A}pPr/{_A}buAutoNum")
    kind = _NUMBERED.fullmatch(found.get("type") or "") if found is not None else None
    if found is None or kind is None:
        counts.pop(level, None)
        return "  " * level + text
    start = found.get("startAt") or "1"
    counts[level] = counts.get(level, (int(start) if start.isdecimal() else 1) - 1) + 1
    return "  " * level + _AROUND[kind[2]].format(ordinal(counts[level], _STYLES[kind[1]])) + " " + text


def _pieces(paragraph: etree._Element) -> Iterator[str]:
    """The text of a paragraph; START and END stand around what is raised."""
    for child in paragraph:
        if child.tag == f"{_A}br":
            yield "\v"
        elif child.tag in (f"{_A}r", f"{_A}fld"):
            look = child.find(f"{_A}rPr")
            baseline = "" if look is None else (look.get("baseline") or "")
            high = baseline.strip("%0") != "" and not baseline.startswith("-")
            yield f"{START * high}{child.findtext(f'{_A}t') or ''}{END * high}"
        elif isinstance(child.tag, str):
            yield from (piece.text or "" for piece in child.iter(f"{_MATH}t"))
