"""Tell what a file is from its first bytes."""

from __future__ import annotations

import codecs
from enum import Enum


class Content(Enum):
    """What a file turns out to be; the value goes into a sentence after "it is"."""

    PDF = "a PDF"
    ZIP = "a ZIP archive, as today's Office files are"
    OLE = "an old or encrypted Office file"
    RTF = "Rich Text"
    TEXT = "plain text"
    BINARY = "binary data"
    PICTURE = "a picture"
    PROGRAM = "a program"
    PACKED = "compressed"
    POSTSCRIPT = "PostScript"


_MAGIC = (
    (b"PK\x03\x04", Content.ZIP),
    (b"PK\x05\x06", Content.ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Content.OLE),
    (b"{\\rt", Content.RTF),
    (b"%!PS", Content.POSTSCRIPT),
    (b"\x89PNG", Content.PICTURE),
    (b"\xff\xd8\xff", Content.PICTURE),
    (b"GIF8", Content.PICTURE),
    (b"II*\x00", Content.PICTURE),
    (b"MM\x00*", Content.PICTURE),
    (b"II+\x00", Content.PICTURE),
    (b"MM\x00+", Content.PICTURE),
    (b"BM", Content.PICTURE),
    (b"\x7fELF", Content.PROGRAM),
    (b"MZ", Content.PROGRAM),
    (b"\x1f\x8b", Content.PACKED),
    (b"7z\xbc\xaf", Content.PACKED),
    (b"Rar!", Content.PACKED),
)
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\b\x1a\x1b"))
_PDF_HEADER_WITHIN = 1024  # PDF 1.7 implementation note 13: readers look for the header in the first 1024 bytes


def sniff(head: bytes) -> Content:
    """What the first bytes (a few thousand are enough) look like."""
    if b"%PDF-" in head[:_PDF_HEADER_WITHIN]:
        return Content.PDF
    for magic, content in _MAGIC:
        if head.startswith(magic) and not (magic in (b"MZ", b"BM") and is_text(head)):
            return content
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Content.PICTURE
    return Content.TEXT if is_text(head) else Content.BINARY


def is_text(data: bytes) -> bool:
    """Whether bytes are text in some encoding: a byte-order mark, two-byte letters, or few control characters."""
    if data.startswith(_BOMS) or utf16_without_bom(data):
        return True
    controls = len(data) - len(data.translate(None, _CONTROLS))
    return controls <= 0.04 * len(data) and data.count(0) <= 0.001 * len(data)


def utf16_without_bom(data: bytes) -> str:
    """The codec of UTF-16 without its mark, seen from where the NULs of Latin letters stand; "" for anything else."""
    even, odd = data[0:4096:2], data[1:4096:2]
    if len(odd) < 2:
        return ""
    if odd.count(0) > 0.7 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.7 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return ""
