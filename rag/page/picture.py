"""Turn a page of a PDF file into a PNG with the quote marked.

The file is foreign, so PDFium runs in a child process (`python -m rag.page.picture`) with a limit on time and memory:
a page that kills it costs a picture and nothing else.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from ingest.settings import ROOT

WIDTH = 1000
_PIXELS = 3_000_000
_SECONDS = 20
_MEMORY_BYTES = 2 << 30
_PARTS = 1000
_MARK = (255, 196, 0)
_TELLING = 20
"""Characters of a line that is a quote's own, and not anybody's."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as a PNG. `quoted`: how far down the quote begins, as a share of its height; None if it is not marked."""

    png: bytes
    quoted: float | None = None


def has_picture(path: str) -> bool:
    """Whether the document's file is a PDF file that still exists."""
    return path.lower().endswith(".pdf") and Path(path).is_file()


def page_picture(path: str, number: int, quote: str) -> Picture | None:
    """Page `number` (from 1), at most 1,000 pixels wide, the quote marked if found; None when it fails."""
    command = [sys.executable, "-m", "rag.page.picture", path, str(number)]
    said = quote.encode("utf-8", "replace")
    try:
        done = subprocess.run(command, input=said, cwd=ROOT, capture_output=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    where, _, png = done.stdout.partition(b"\n")
    if done.returncode or not png.startswith(b"\x89PNG"):
        return None
    known = where.isdigit() and len(where) <= len(str(_PARTS)) and int(where) <= _PARTS
    return Picture(png, int(where) / _PARTS if known else None)


def draw(path: Path, number: int, quote: str) -> Picture:
    """The work of the child process, without its limits; pdfium's own errors."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as pdf:
        page = pdf[number - 1]
        width, height = page.get_size()
        scale = min(WIDTH / width, (_PIXELS / (width * height)) ** 0.5)
        image = page.render(scale=scale).to_pil().convert("RGB")
        # Page space begins at the crop box's lower left and may be turned: PDFium maps it to pixels itself.
        boxes = [_pixels(page, box, image.size) for box in _boxes(page, quote)]
        for box in boxes:
            _mark(image, box)
    out = BytesIO()
    image.save(out, "PNG")
    tops = [min(max(top / image.height, 0.0), 1.0) for _, top, _, _ in boxes]
    return Picture(out.getvalue(), min(tops, default=None))


def _boxes(page: Any, quote: str) -> list[tuple[float, float, float, float]]:
    """Rectangles (left, bottom, right, top) in page space around the quote, one a line; [] when it is not found.

    Where a reader has put a sign right, or read in another order, those of the quote's lines that are found.
    """
    import pypdfium2.raw as pdfium

    text_page = page.get_textpage()
    count = text_page.count_chars()
    text = "".join(chr(pdfium.FPDFText_GetUnicode(text_page.raw, i) or 32) for i in range(count))
    whole = _places(quote, text)[:1]
    lines = [] if whole else [_places(line, text) for line in quote.split("\n") if len(line) >= _TELLING]
    boxes = []
    for start, end in whole or [places[0] for places in lines if len(places) == 1]:
        boxes += [text_page.get_rect(i) for i in range(text_page.count_rects(start, end - start))]
    return boxes


def _places(said: str, text: str) -> list[tuple[int, int]]:
    """Where it stands: white space and hyphens at a line's end differ between readers, only letters have to agree."""
    letters = [re.escape(letter) for letter in "".join(said.split())]
    return [found.span() for found in re.finditer(r"[\s\x02\ufffe\u00ad-]*".join(letters), text)] if letters else []


def _pixels(page: Any, box: tuple[float, float, float, float], size: tuple[int, int]) -> tuple[int, int, int, int]:
    from ctypes import byref, c_int

    import pypdfium2.raw as pdfium

    x, y = c_int(), c_int()
    corners = []
    for corner in ((box[0], box[1]), (box[2], box[3])):
        pdfium.FPDF_PageToDevice(page.raw, 0, 0, *size, 0, *corner, byref(x), byref(y))
        corners.append((x.value, y.value))
    (a, b), (c, d) = corners
    return min(a, c) - 2, min(b, d) - 2, max(a, c) + 2, max(b, d) + 2


def _mark(image: Any, box: tuple[int, int, int, int]) -> None:
    from PIL import Image, ImageChops

    left, top = max(box[0], 0), max(box[1], 0)
    right, bottom = min(box[2], image.width), min(box[3], image.height)
    if left < right and top < bottom:
        part = image.crop((left, top, right, bottom))
        colour = Image.new("RGB", part.size, tuple(255 - (255 - c) // 2 for c in _MARK))
        image.paste(ImageChops.multiply(part, colour), (left, top))


def main() -> None:
    """Draw the page named on the command line; the quote comes on stdin. A line goes to stdout, how far down it is in
    parts of the height or nothing, and then the PNG."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    path, number = Path(sys.argv[1]), int(sys.argv[2])
    drawn = draw(path, number, sys.stdin.buffer.read().decode("utf-8", "replace"))
    where = b"" if drawn.quoted is None else b"%d" % round(drawn.quoted * _PARTS)
    sys.stdout.buffer.write(where + b"\n" + drawn.png)


if __name__ == "__main__":
    main()
