"""A page of a PDF → its text and its lines, each with the size and weight of its letters."""

from __future__ import annotations

from ctypes import POINTER, c_ushort, cast, create_string_buffer
from dataclasses import dataclass

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from ingest.readers.pdf_accents import LOOSE, alike, composed, is_spaced, respelt, tidied
from ingest.readers.pdf_gaps import closed, may_gape
from ingest.readers.pdf_mojibake import righted
from ingest.readers.pdf_type import Type, type_of
from ingest.readers.pdf_underscores import may_be_underscored, underscored
from ingest.readers.pdf_wraps import MARK, unwrapped


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page as pdfium tells them apart, in the page's own order.

    `size` is the height of its font in points as shown, `depth` how much of the page's text comes before it, from 0
    to 1. `bold` and `fixed` (width) hold for its first letter and its last, `font` names the first one's.
    """

    text: str
    size: float
    font: str
    bold: bool
    fixed: bool
    depth: float


def styled_lines(textpage: pdfium.PdfTextPage) -> list[Line]:
    """The lines of a page that hold anything, in the order of its text."""
    text = page_text(textpage)
    lines = []
    position = 0
    for raw in text.split("\n"):
        line = raw.strip()
        if line:
            start = position + raw.index(line)
            first, last = _type(textpage, start), _type(textpage, start + len(line) - 1)
            size, bold, fixed = min(first.size, last.size), first.bold and last.bold, first.fixed and last.fixed
            lines.append(Line(tidied(line), size, first.font, bold, fixed, position / len(text)))
        position += len(raw) + 1
    return lines


def bounded_text(textpage: pdfium.PdfTextPage) -> str:
    """The text inside the page's box, its letters put right."""
    text: str = textpage.get_text_bounded()
    if not _may_be_odd(text) and not may_be_underscored(textpage):
        return text
    whole = raw_text(textpage)
    return alike(text, whole, _put_right(textpage, whole))


def _may_be_odd(text: str) -> bool:
    """Whether anything of a page's text is put right by its letters' places."""
    return "Ã" in text or MARK in text or is_spaced(text) or may_gape(text) or bool(LOOSE.search(text))


def page_text(textpage: pdfium.PdfTextPage) -> str:
    """The page's text, in which a letter's place is pdfium's text index of it; its letters put right.

    Signs that are no more, and what white space goes with them, are marked for `pdf_accents.tidied`.
    """
    return _put_right(textpage, raw_text(textpage))


def _put_right(textpage: pdfium.PdfTextPage, whole: str) -> str:
    whole = composed(textpage, underscored(textpage, whole))
    return respelt(closed(textpage, unwrapped(textpage, righted(textpage, whole))))


def raw_text(textpage: pdfium.PdfTextPage) -> str:
    """The page's text as pdfium has it, its letters at the places of those of `page_text`."""
    count = textpage.count_chars()
    buffer = create_string_buffer(2 * count + 2)
    written = pdfium_c.FPDFText_GetText(textpage, 0, count, cast(buffer, POINTER(c_ushort)))
    return buffer.raw[: 2 * max(written - 1, 0)].decode("utf-16-le", "replace")


def _type(textpage: pdfium.PdfTextPage, place: int) -> Type:
    """What the letter at `place` of the text is set in."""
    return type_of(textpage, pdfium_c.FPDFText_GetCharIndexFromTextIndex(textpage, place))
