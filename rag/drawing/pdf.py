"""Paragraphs → a PDF: A4 pages, lines broken where the font says, page numbers; nothing but the standard library.

The fonts are the ones that every reader brings along, so nothing is embedded and the text can be searched and copied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rag.drawing.pdf_fonts import NAMES, SIGN, Encoded, Face, encode, width

PAPER = (595, 842)
MARGIN = 60
_FOOT = 32
_LEADING = 1.35
_CODES: dict[Face, bytes] = {face: b"/%s" % face.encode() for face in NAMES}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text that is set as one: its line ends are kept. `indent` and the space `above` are in points."""

    text: str
    face: Face = "plain"
    size: float = 10
    indent: float = 0
    above: float = 4


@dataclass(frozen=True, slots=True)
class _Line:
    data: bytes
    face: Face
    size: float
    x: float
    y: float


def make_pdf(title: str, paragraphs: Iterable[Paragraph], note: Callable[[int, str], str]) -> bytes:
    """The file. `note(count, sign)` says at its end that the fonts lack so many characters, if any."""
    setting = _Setting()
    for paragraph in paragraphs:
        setting.set(paragraph)
    if setting.unknown:
        setting.set(Paragraph(note(setting.unknown, SIGN), "slanted", 8, above=16))
    return _file(title, setting.pages)


def broken(text: Encoded, face: Face, size: float, room: float) -> Iterator[bytes]:
    """The lines of a text, none wider than `room` points; broken at blanks, and within a word that is wider itself.

    The blanks that it begins with are those of a listing, and stay.
    """
    words = text.data.lstrip(b" ")
    first, *more = words.split(b" ")
    line = b""
    for word in (text.data[: len(text.data) - len(words)] + first, *more):
        longer = line + b" " + word if line else word
        if width(longer, face, size) <= room:
            line = longer
            continue
        if line:
            yield line
        *full, line = _cut(word, face, size, room)
        yield from full
    yield line


def _cut(word: bytes, face: Face, size: float, room: float) -> Iterator[bytes]:
    """Pieces of a word, each as long as fits; one letter where not even that does."""
    start, taken = 0, 0.0
    for at in range(len(word)):
        letter = width(word[at : at + 1], face, size)
        if at > start and taken + letter > room:
            yield word[start:at]
            start, taken = at, 0.0
        taken += letter
    yield word[start:]


class _Setting:
    """Pages as they fill from the top."""

    def __init__(self) -> None:
        self.pages: list[list[_Line]] = [[]]
        self.unknown = 0
        self._y: float = PAPER[1] - MARGIN

    def set(self, paragraph: Paragraph) -> None:
        """Set one paragraph below the last."""
        face, size, x = paragraph.face, paragraph.size, MARGIN + paragraph.indent
        if self.pages[-1]:
            self._y -= paragraph.above
        for text in paragraph.text.split("\n"):
            encoded = encode(text.rstrip().expandtabs(4))
            self.unknown += encoded.unknown
            for data in broken(encoded, face, size, PAPER[0] - MARGIN - x):
                self._y -= size * _LEADING
                if self._y < MARGIN:
                    self.pages.append([])
                    self._y = PAPER[1] - MARGIN - size * _LEADING
                self.pages[-1].append(_Line(data, face, size, x, self._y))


def _file(title: str, pages: list[list[_Line]]) -> bytes:
    """Objects 1 catalogue, 2 page tree, 3 facts, then the fonts, then two a page; and where each one begins."""
    first = 4 + len(NAMES)
    fonts = b"".join(b"%b %d 0 R" % (_CODES[face], 4 + at) for at, face in enumerate(NAMES))
    kids = b" ".join(b"%d 0 R" % (first + 2 * at) for at in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%b]/Count %d/MediaBox[0 0 %d %d]/Resources<</Font<<%b>>>>>>"
        % (kids, len(pages), *PAPER, fonts),
        b"<</Title<%b>/Producer(Tomo)>>" % title.encode("utf-16", "replace").hex().encode(),
    ]
    objects += [
        b"<</Type/Font/Subtype/Type1/BaseFont/%b/Encoding/WinAnsiEncoding>>" % name.encode() for name in NAMES.values()
    ]
    for at, lines in enumerate(pages):
        content = b"\n".join(_shown(line) for line in [*lines, _number(at + 1, len(pages))])
        objects.append(b"<</Type/Page/Parent 2 0 R/Contents %d 0 R>>" % (first + 2 * at + 1))
        objects.append(b"<</Length %d>>stream\n%b\nendstream" % (len(content), content))
    return _joined(objects)


def _joined(objects: list[bytes]) -> bytes:
    made, begins = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, 1):
        begins.append(len(made))
        made += b"%d 0 obj%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % begin for begin in begins)
    size, begin = len(objects) + 1, len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, table)
    made += b"trailer<</Size %d/Root 1 0 R/Info 3 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, begin)
    return bytes(made)


def _number(page: int, pages: int) -> _Line:
    data = b"%d / %d" % (page, pages)
    return _Line(data, "plain", 8, (PAPER[0] - width(data, "plain", 8)) / 2, _FOOT)


def _shown(line: _Line) -> bytes:
    text = line.data.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"BT %b %.1f Tf %.1f %.1f Td (%b) Tj ET" % (_CODES[line.face], line.size, line.x, line.y, text)
