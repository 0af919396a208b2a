"""Read an OpenDocument presentation into a Document: a page a slide, with its tables and speaker's notes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from ingest.readers.assemble import document, one_line
from ingest.readers.odt import OFFICE, converted, load
from ingest.readers.odt_styles import Styles
from ingest.readers.options import DEFAULTS, Options
from ingest.types import Document, Page, Section

_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SHOW = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document]:
    """One document; every slide with a title begins a section. Raises ReadError."""
    parts = load(path, options)
    slides = list(parts.body.iterfind(f"{OFFICE}presentation/{_DRAW}page"))
    titles = [_title(slide, parts.styles) for slide in slides]
    pages = tuple(
        Page(number, str(number), converted(slide, parts.styles)[0]) for number, slide in enumerate(slides, 1)
    )
    sections = tuple(Section(title, 1, number) for number, title in enumerate(titles, 1) if title)
    yield document(path, parts.title or (sections[0].title if sections else ""), pages, sections)


def _title(slide: etree._Element, styles: Styles) -> str:
    frames = (frame for frame in slide.iter(f"{_DRAW}frame") if frame.get(f"{_SHOW}class") == "title")
    return next((title for frame in frames if (title := one_line(converted(frame, styles)[0]))), "")
