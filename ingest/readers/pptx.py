"""Read a PowerPoint presentation into a Document: a page a slide, with its tables and speaker's notes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.exc import PythonPptxError

from ingest.errors import ReadError
from ingest.readers import zipguard
from ingest.readers.assemble import document, one_line
from ingest.readers.charset import clean
from ingest.readers.names import shown
from ingest.readers.options import DEFAULTS, Options
from ingest.types import Document, Page, Section


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
    return "" if shape is None else one_line(shape.text_frame.text)


def _text(slide: Any) -> str:
    """The title, then the shapes from top to bottom, then the notes."""
    title = slide.shapes.title
    shapes = sorted(slide.shapes, key=lambda shape: (shape != title, shape.top or 0, shape.left or 0))
    blocks = [block for shape in shapes for block in _blocks(shape)]
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        blocks.append(slide.notes_slide.notes_text_frame.text)
    return clean("\n\n".join(block.replace("\v", "\n").strip() for block in blocks if block.strip()))


def _blocks(shape: Any) -> Iterator[str]:
    """The text of a shape, of the shapes grouped in it, or the rows of its table."""
    if hasattr(shape, "shapes"):
        for inner in shape.shapes:
            yield from _blocks(inner)
    elif getattr(shape, "has_table", False):
        rows = ([" ".join(cell.text.split()) for cell in row.cells] for row in shape.table.rows)
        yield "\n".join(" | ".join(cells) for cells in rows)
    elif shape.has_text_frame:
        yield "\n".join("  " * paragraph.level + paragraph.text for paragraph in shape.text_frame.paragraphs)
