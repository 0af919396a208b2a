"""PDFs set in several sizes, with lines drawn on them, made when a test needs them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

LEFT, TOP, LEADING = 60, 780, 1.3
_FONTS = {"F": "Helvetica", "B": "Helvetica-Bold", "C": "Courier"}

Text = tuple[str, float, str]
"""Font ("F" plain, "B" bold, "C" of fixed width), size in points, words."""
Placed = tuple[float, float, Text]
"""Left and height of the baseline in points from the lower left corner, and what stands there."""
Box = tuple[float, float, float, float]
"""A line from (x, y) to (x, y)."""


def typeset(path: Path, pages: Sequence[Sequence[Text]], outline: Sequence[tuple[str, int]] = ()) -> Path:
    """A PDF whose pages are lines, one below the other; `outline` holds (title, page from 1)."""
    placed = []
    for page in pages:
        height = TOP
        lines: list[Placed] = []
        for font, size, words in page:
            height -= round(size * LEADING)
            lines.append((LEFT, height, (font, size, words)))
        placed.append((lines, []))
    return drawn(path, placed, outline)


def drawn(
    path: Path,
    pages: Sequence[tuple[Sequence[Placed], Sequence[Box]]],
    outline: Sequence[tuple[str, int]] = (),
) -> Path:
    """A PDF whose pages are words at their places and lines between theirs."""
    writer = PdfWriter()
    fonts = DictionaryObject({NameObject(f"/{key}"): _font(writer, name) for key, name in _FONTS.items()})
    for words, lines in pages:
        page = writer.add_blank_page(595, 842)
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        show = b"BT /%b %f Tf 1 0 0 1 %f %f Tm %b ET"
        content = [show % (font.encode(), size, x, y, _shown(text)) for x, y, (font, size, text) in words]
        content += [b"0.5 w %f %f m %f %f l S" % line for line in lines]
        stream = DecodedStreamObject()
        stream.set_data(b"\n".join(content))
        page[NameObject("/Contents")] = writer._add_object(stream)
    for title, number in outline:
        writer.add_outline_item(title, number - 1)
    writer.write(path)
    return path


def grid(columns: Sequence[float], rows: Sequence[float]) -> list[Box]:
    """The lines of a table that is ruled all around every cell."""
    across = [(columns[0], y, columns[-1], y) for y in rows]
    return across + [(x, rows[0], x, rows[-1]) for x in columns]


def _font(writer: PdfWriter, name: str) -> object:
    font = DictionaryObject()
    for key, value in (("Type", "Font"), ("Subtype", "Type1"), ("BaseFont", name), ("Encoding", "WinAnsiEncoding")):
        font[NameObject(f"/{key}")] = NameObject(f"/{value}")
    return writer._add_object(font)


def _shown(text: str) -> bytes:
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return b"(%b) Tj" % escaped.encode("cp1252")
