"""PDF pages that hold no text, or none that makes sense → their text, read from how they look."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from ingest.language import common_words, has_common_words
from ingest.readers import ocr
from ingest.readers.options import Options
from ingest.types import Working

_DOTS_AN_INCH = 200
"""0.61 % of the characters of real manuals come out wrong, as with 300; 0.65 % with 150."""
_LEAST_SIDE = 1_600
_STAMP = 80
"""Letters that a scanner or an archive may have put on a picture of a page."""
_PICTURE_SHARE = 0.6
_STRANGE = re.compile("[\ufffd\ue000-\uf8ff]")
_NONSENSE, _SENSE = 0.02, 0.12
"""Shares of common words: below the one what another program read in a picture is rubbish, unless it is a table; above
the other it is running text."""


def scans(pdf: pdfium.PdfDocument, texts: Sequence[str]) -> list[int]:
    """The places of the pages that hold no text worth the name, or make no sense, and something to look at."""
    return [index for index, text in enumerate(texts) if _is_scan(pdf, index, text)]


def read(
    pdf: pdfium.PdfDocument, texts: Sequence[str], places: Sequence[int], options: Options
) -> Generator[Working, None, list[str]]:
    """The pages' texts, those at `places` read by OCR; a `Working` after each of these."""
    found = list(texts)
    for done, index in enumerate(places):
        yield Working(done, len(places))
        text = _read(pdf, index, options.ocr_side)
        if letters(text) > 2 * letters(texts[index]) or (_is_nonsense(texts[index]) and common_words(text) > _SENSE):
            found[index] = text
    if places:
        yield Working(len(places), len(places))
    return found


def letters(text: str) -> int:
    """How many letters and digits can be read in a text; 0 where more signs stand for none."""
    known = sum(map(str.isalnum, text))
    return known if known >= strangers(text) else 0


def strangers(text: str) -> int:
    """How many signs of a text stand for no letter: its font does not say which they show."""
    return len(_STRANGE.findall(text))


def _is_nonsense(text: str) -> bool:
    return not has_common_words(text, _NONSENSE)


def _is_scan(pdf: pdfium.PdfDocument, index: int, text: str) -> bool:
    """Whether a page has no letters but something drawn, or few letters or nonsense on a large picture."""
    known = letters(text)
    if known > _STAMP and not _is_nonsense(text):
        return False
    try:
        page = pdf[index]
    except pdfium.PdfiumError:
        return False
    try:
        if not known:
            return bool(pdfium_c.FPDFPage_CountObjects(page) or pdfium_c.FPDFPage_GetAnnotCount(page))
        return _has_large_picture(page)
    finally:
        page.close()


def _has_large_picture(page: pdfium.PdfPage) -> bool:
    width, height = page.get_size()
    for item in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        try:
            left, bottom, right, top = item.get_bounds()
        except pdfium.PdfiumError:
            continue
        if (right - left) * (top - bottom) >= _PICTURE_SHARE * width * height:
            return True
    return False


def _read(pdf: pdfium.PdfDocument, index: int, side: int) -> str:
    """The text on the picture of a page; "" for one that cannot be drawn."""
    try:
        page = pdf[index]
    except pdfium.PdfiumError:
        return ""
    try:
        longest, shortest = max(page.get_size()), min(page.get_size())
        scale = min(max(_DOTS_AN_INCH / 72, _LEAST_SIDE / max(longest, 1)), side / max(longest, 1))
        if shortest * scale < 1:
            return ""
        if ocr.is_blank(page.render(scale=min(1.0, scale), grayscale=True).to_pil()):
            return ""
        return ocr.text_of(page.render(scale=scale).to_pil())
    except pdfium.PdfiumError:
        return ""
    finally:
        page.close()
