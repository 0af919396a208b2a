"""Read a PDF into a Document: its pages' text word for word, its outline or its headings as sections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from ingest.errors import ReadError
from ingest.readers import headings, pdf_repair, pdf_scans, pdf_tables
from ingest.readers.assemble import MAX_SECTIONS, document, one_line
from ingest.readers.folios import printed_numbers
from ingest.readers.hyphens import join_hyphens
from ingest.readers.items import parted
from ingest.readers.leaders import shortened
from ingest.readers.names import shown
from ingest.readers.options import DEFAULTS, Options
from ingest.readers.outline import Bookmark, locate
from ingest.readers.pdf_accents import tidied
from ingest.readers.pdf_glued import Glued
from ingest.readers.pdf_lines import Line, bounded_text, raw_text, styled_lines
from ingest.readers.pdf_listings import Starts, indented
from ingest.readers.pdf_strays import settled
from ingest.readers.pdf_title import PAGES, is_nameless, printed_title
from ingest.readers.running import without_running_lines
from ingest.types import Document, Page, Working

MAX_PAGES = 20_000
FEWEST_BOOKMARKS = 2
"""Entries of an outline that says anything of a document; with fewer, headings are told by their type."""
_OUTLINE_DEPTH = 12
_MAX_BOXES = 1_000
_THUMBNAIL = 0.05
_MADE_UP = (
    "untitled",
    "sin título",
    "documento sin",
    "microsoft word - ",
    "microsoft powerpoint - ",
    "powerpoint pres",
)
_FILE_ENDINGS = (
    ".doc",
    ".docx",
    ".pdf",
    ".dvi",
    ".tex",
    ".indd",
    ".qxd",
    ".rtf",
    ".odt",
    ".ppt",
    ".pptx",
    ".xls",
    ".fm",
)


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document | Working]:
    """One document; pages without text are read by OCR. Raises ReadError: damaged, has a password, holds no text."""
    pdf = _open(path)
    if pdf is None:
        yield from pdf_repair.read(path)
        return
    try:
        if len(pdf) > MAX_PAGES:
            raise ReadError(f"{shown(path)}: has {len(pdf)} pages, more than {MAX_PAGES}. Split it into smaller files.")
        drawing = _Drawing(path, pdf)
        places = pdf_scans.scans(pdf, drawing.texts) if options.ocr else []
        if places and any(map(pdf_scans.letters, drawing.texts)):
            yield Working(0, len(places), drawing.document(drawing.texts))
        texts = yield from pdf_scans.read(pdf, drawing.texts, places, options)
        _refuse_unreadable(path, texts, options)
        yield drawing.document(texts)
    finally:
        pdf.close()


class _Drawing:
    """What pdfium says about the pages: their texts as drawn, labels, outline, and how their lines look."""

    def __init__(self, path: Path, pdf: pdfium.PdfDocument) -> None:
        self._path = path
        self._labels = [_label(pdf, index) for index in range(len(pdf))]
        self._outline = _outline(pdf)
        self._lines: list[list[Line]] | None = [] if len(self._outline) < FEWEST_BOOKMARKS else None
        glued = Glued()
        self.texts = [_page_text(pdf, index, self._lines, glued) for index in range(len(pdf))]
        self._title = _title(pdf) or printed_title((self._lines or list(_first_lines(pdf)))[:PAGES])

    def document(self, texts: list[str]) -> Document:
        """The document with these texts on its pages."""
        labels = printed_numbers(texts, self._labels)
        texts = without_running_lines(join_hyphens(texts), self._labels)
        texts = [parted(shortened(text)) for text in texts]
        pages = tuple(Page(i + 1, label, text) for i, (label, text) in enumerate(zip(labels, texts, strict=True)))
        sections = (headings.find(self._lines, texts) if self._lines else ()) or locate(self._outline, texts)
        return document(self._path, self._title, pages, sections)


def _open(path: Path) -> pdfium.PdfDocument | None:
    """The file as pdfium opens it; None when it is too damaged for that."""
    name = shown(path)
    try:
        return pdfium.PdfDocument(path.read_bytes())
    except pdfium.PdfiumError as error:
        if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
            raise ReadError(f"{name}: needs a password. Save a copy without one and ingest that.") from error
        if error.err_code == pdfium_c.FPDF_ERR_SECURITY:
            raise ReadError(f"{name}: is locked in a way only its own viewer opens. Print it to a new PDF.") from error
        return None


def _label(pdf: pdfium.PdfDocument, index: int) -> str:
    """The number printed on a page, as the file's page labels say; else its place, counted from 1."""
    try:
        label = one_line(pdf.get_page_label(index))[:20]
    except UnicodeDecodeError:
        label = ""
    return label or str(index + 1)


def _page_text(pdf: pdfium.PdfDocument, index: int, lines: list[list[Line]] | None, glued: Glued) -> str:
    """The text inside the page's box; "" for a page that is damaged, so that the others are not lost.

    The rows of tables are on lines of their own. The page's lines as they are set are added to `lines`.
    """
    if lines is not None:
        lines.append([])
    try:
        page = pdf[index]
        if _has_filled_boxes(page):
            page.render(scale=_THUMBNAIL)  # pdfium makes the looks of boxes that have none when it draws them
            pdfium_c.FPDFPage_Flatten(page, pdfium_c.FLAT_NORMALDISPLAY)
            page.close()
            page = pdf[index]
        textpage = page.get_textpage()
    except pdfium.PdfiumError:
        return ""
    starts = Starts(textpage, raw_text(textpage))
    text = settled(starts, pdf_tables.with_rows(page, textpage, bounded_text(textpage)))
    mended = glued.mender(starts)
    text = mended(tidied(indented(starts, text)))
    if lines is not None:
        lines[-1] = [replace(line, text=mended(line.text)) for line in styled_lines(textpage)]
    textpage.close()
    page.close()
    return text


def _has_filled_boxes(page: pdfium.PdfPage) -> bool:
    """Whether form fields or text boxes lie on a page: their text counts only once they are made part of it."""
    for number in range(min(pdfium_c.FPDFPage_GetAnnotCount(page), _MAX_BOXES)):
        box = pdfium_c.FPDFPage_GetAnnot(page, number)
        kind = pdfium_c.FPDFAnnot_GetSubtype(box)
        pdfium_c.FPDFPage_CloseAnnot(box)
        if kind in (pdfium_c.FPDF_ANNOT_FREETEXT, pdfium_c.FPDF_ANNOT_WIDGET, pdfium_c.FPDF_ANNOT_STAMP):
            return True
    return False


def _refuse_unreadable(path: Path, texts: list[str], options: Options) -> None:
    """Raise ReadError where there is nothing to read, or only signs that stand for no letter."""
    if any(map(pdf_scans.letters, texts)):
        return
    name, strange = shown(path), any(map(pdf_scans.strangers, texts))
    what = "its fonts do not say which letters they show" if strange else "has no text, only pictures or blank pages"
    if options.ocr:
        raise ReadError(
            f"{name}: {what}, and OCR found none. If you can read it in a viewer, scan it in better quality."
        )
    raise ReadError(f"{name}: {what}, and --no-ocr is on. Ingest it without --no-ocr to have its pictures read.")


def _title(pdf: pdfium.PdfDocument) -> str:
    """The title the file gives itself, unless a program made it up."""
    try:
        title = one_line(pdf.get_metadata_value("Title"))
    except UnicodeDecodeError:
        return ""
    made_up = title.lower().startswith(_MADE_UP) or title.lower().endswith(_FILE_ENDINGS)
    return "" if made_up or is_nameless(title) else title


def _first_lines(pdf: pdfium.PdfDocument) -> Iterator[list[Line]]:
    """The lines of the first pages."""
    for index in range(min(len(pdf), PAGES)):
        try:
            page = pdf[index]
            textpage = page.get_textpage()
        except pdfium.PdfiumError:
            continue
        yield styled_lines(textpage)
        textpage.close()
        page.close()


def _outline(pdf: pdfium.PdfDocument) -> list[Bookmark]:
    """The outline in its own order, at most MAX_SECTIONS entries; pdfium breaks its loops."""
    found = []
    for item in islice(pdf.get_toc(max_depth=_OUTLINE_DEPTH), MAX_SECTIONS):
        try:
            title = one_line(item.get_title())
        except UnicodeDecodeError:
            continue
        index = dest.get_index() if (dest := item.get_dest()) else None
        if dest is None or index is None or index >= len(pdf):
            found.append(Bookmark(title, item.level + 1))
        else:
            found.append(
                Bookmark(title, item.level + 1, index + 1, _depth(dest.get_view(), pdf.get_page_size(index)[1]))
            )
    return found


def _depth(view: tuple[int, list[float]], height: float) -> float:
    """How far down its page a bookmark points, from 0 at the top to 1; 0 when it names the page only."""
    mode, position = view
    place = {pdfium_c.PDFDEST_VIEW_XYZ: 1, pdfium_c.PDFDEST_VIEW_FITH: 0, pdfium_c.PDFDEST_VIEW_FITR: 3}.get(mode, 9)
    if place >= len(position) or not height or not 0 < position[place] <= height:
        return 0.0
    return 1 - position[place] / height
