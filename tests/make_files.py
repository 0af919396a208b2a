"""Small files of every format, made when a test needs them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import docx
import openpyxl
import pptx
from pypdf import PdfWriter
from pypdf.constants import PageLabelStyle
from pypdf.generic import DecodedStreamObject, DictionaryObject, Fit, NameObject

LINE = 14
TOP = 780
_ODF = ("office", "text", "table")


def pdf(
    path: Path,
    pages: Sequence[str],
    *,
    title: str = "",
    outline: Sequence[tuple[int, str, int]] = (),
    roman: int = 0,
    password: str = "",
    owner_password: str = "",
) -> Path:
    """A PDF with one line of Helvetica a line of text; `outline` holds (level, title, page from 1), at the page's top.

    The first `roman` pages are labelled i, ii, …; those after them 1, 2, ….
    """
    writer = PdfWriter()
    for text in pages:
        _add_page(writer, text)
    parents: dict[int, object] = {}
    for level, heading, page in outline:
        parents[level] = writer.add_outline_item(heading, page - 1, parents.get(level - 1), fit=Fit.xyz(50, TOP))
    if roman:
        writer.set_page_label(0, roman - 1, PageLabelStyle.LOWERCASE_ROMAN)
        writer.set_page_label(roman, len(pages) - 1, PageLabelStyle.DECIMAL)
    if title:
        writer.add_metadata({"/Title": title})
    if password or owner_password:
        writer.encrypt(password, owner_password or None)
    writer.write(path)
    return path


def pdf_with_looping_outline(path: Path) -> Path:
    """A PDF whose only bookmark says that it comes after itself."""
    writer = PdfWriter()
    _add_page(writer, "Loop")
    item = writer.add_outline_item("Loop", 0)
    item.get_object()[NameObject("/Next")] = item
    item.get_object()[NameObject("/First")] = item
    writer.write(path)
    return path


def word(path: Path, blocks: Sequence[tuple[str, str] | list[list[str]]], header: str = "") -> Path:
    """A Word file of (style, text) paragraphs and of tables, given as rows of cells."""
    document = docx.Document()
    for block in blocks:
        if isinstance(block, tuple):
            document.add_paragraph(block[1], style=block[0])
            continue
        table = document.add_table(len(block), len(block[0]))
        for row, cells in zip(table.rows, block, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    if header:
        document.sections[0].header.paragraphs[0].text = header
    document.save(str(path))
    return path


def slides(path: Path, contents: Sequence[tuple[str, str, list[list[str]], str]]) -> Path:
    """A presentation of (title, body, table rows, notes) slides."""
    deck = pptx.Presentation()
    for title, body, rows, notes in contents:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = body
        if rows:
            table = slide.shapes.add_table(len(rows), len(rows[0]), 0, 9_000_000, 5_000_000, 500_000).table
            for number, row in enumerate(rows):
                for column, text in enumerate(row):
                    table.cell(number, column).text = text
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
    deck.save(str(path))
    return path


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    """A workbook of sheets, given as rows of values."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def odt(path: Path, body: str, title: str = "") -> Path:
    """An OpenDocument text with this XML inside its office:text."""
    spaces = "".join(f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in _ODF)
    content = f"<office:document-content{spaces}><office:body><office:text>{body}</office:text></office:body>"
    meta = f'<office:document-meta{spaces} xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title>'
    members = {
        "mimetype": b"application/vnd.oasis.opendocument.text",
        "content.xml": f"{content}</office:document-content>".encode(),
        "meta.xml": f"{meta}</office:document-meta>".encode(),
    }
    return archive(path, members)


def epub(path: Path, title: str, chapters: Sequence[str], locked: bool = False) -> Path:
    """A book of chapters, given as the HTML of their bodies; the files' order in the ZIP is the wrong one."""
    items = "".join(f'<item id="c{n}" href="text/c%20{n}.xhtml"/>' for n in range(len(chapters)))
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    package = f"""<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
        <dc:title>{title}</dc:title></metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"""
    container = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    members = {"META-INF/container.xml": container.encode(), "OEBPS/book.opf": package.encode()}
    for number, chapter in reversed(list(enumerate(chapters))):
        members[f"OEBPS/text/c {number}.xhtml"] = f"<html><body>{chapter}</body></html>".encode()
    if locked:
        members["META-INF/encryption.xml"] = b'<CipherReference URI="OEBPS/text/c 0.xhtml"/>'
    return archive(path, members)


def archive(path: Path, members: Mapping[str, bytes]) -> Path:
    """A ZIP with these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return path


def _add_page(writer: PdfWriter, text: str) -> None:
    page = writer.add_blank_page(595, 842)
    font = DictionaryObject()
    font[NameObject("/Type")] = NameObject("/Font")
    font[NameObject("/Subtype")] = NameObject("/Type1")
    font[NameObject("/BaseFont")] = NameObject("/Helvetica")
    font[NameObject("/Encoding")] = NameObject("/WinAnsiEncoding")
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)})}
    )
    stream = DecodedStreamObject()
    stream.set_data(b"BT /F1 11 Tf %d TL 50 %d Td %s ET" % (LINE, TOP, b" T* ".join(map(_show, text.split("\n")))))
    page[NameObject("/Contents")] = writer._add_object(stream)


def _show(line: str) -> bytes:
    escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return b"(%s) Tj" % escaped.encode("cp1252")
