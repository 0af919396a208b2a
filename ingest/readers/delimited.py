"""A CSV or TSV file of any dialect and encoding → its rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from ingest.errors import ReadError
from ingest.readers.charset import WESTERN, of_dos_or_mac
from ingest.readers.columns import guess
from ingest.readers.names import shown
from ingest.readers.sniff import utf16_without_bom

SAMPLE_BYTES = 1 << 16
HEADER_WITHIN = 10
# Python's own limit is 131,072 characters, which one long thread exceeds; C long is 32 bits on some systems.
CELL_CHARACTERS = 64 << 20
# A line that no file has: `lines_of` takes NULs out. Within a cell it says that a quote is still open, for which the
# csv module has no error unless it is so strict that it refuses `"Broken 24" panel` too.
_END = "\0end"
_WESTERN_LETTER = "western-letter"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(path: Path) -> str:
    """The encoding a text file is most likely in: by its mark, else UTF-8 if it mostly reads as that, else cp1252 or an
    older one of DOS or Mac."""
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
        for mark, encoding in _MARKS:
            if head.startswith(mark):
                return encoding
        return utf16_without_bom(head) or _utf8_or_cp1252(head, file)


def _utf8_or_cp1252(head: bytes, rest: io.BufferedReader) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    block, odd = head, b""
    while block:
        odd = odd or (b"" if block.isascii() else block)
        text = decoder.decode(block)
        broken = text.count("\ufffd")
        bad += broken
        good += len(text) - len(text.encode("ascii", "ignore")) - broken
        block = rest.read(1 << 18)
    return "utf-8" if good >= bad else of_dos_or_mac(odd) or "cp1252"


def lines_of(path: Path, encoding: str) -> Iterator[str]:
    """The lines of a text file with their ends, decoded, without NULs; a cp1252 letter in UTF-8 text is that letter."""
    codecs.register_error(_WESTERN_LETTER, _western_letter)
    errors = _WESTERN_LETTER if encoding.startswith("utf-8") else "replace"
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        for line in file:
            yield line.replace("\0", "")


def _western_letter(error: UnicodeError) -> tuple[str, int]:
    """What stands for bytes that are no UTF-8: their cp1252 letters, U+FFFD for what a cut has left of a letter."""
    assert isinstance(error, UnicodeDecodeError)
    text = error.object[error.start : error.end].decode("cp1252", "replace")
    return (text if WESTERN.issuperset(text) and "€" not in text[1:] else "\ufffd"), error.end


def rows_of(path: Path) -> Iterator[list[str]]:
    """The rows of a CSV or TSV file in order, [] for an empty one; ReadError where the file breaks off being one."""
    csv.field_size_limit(max(csv.field_size_limit(), CELL_CHARACTERS))
    encoding = encoding_of(path)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        sample = file.read(SAMPLE_BYTES).replace("\0", "")
    lines = chain(_without_hint(lines_of(path, encoding)), ["\n", _END])
    reader = csv.reader(lines, delimiter=delimiter_of(sample))
    began = 1
    try:
        for row in reader:
            if row and row[-1].endswith(_END):
                if row != [_END]:
                    raise csv.Error("unexpected end of data")
                return
            yield row if any(cell.strip() for cell in row) else []
            began = reader.line_num + 1
    except csv.Error as error:
        raise ReadError(
            f"{shown(path)}: is no readable CSV near line {began} ({error}). "
            "A quote there is probably never closed: export the file again or correct that line."
        ) from error


def _without_hint(lines: Iterator[str]) -> Iterator[str]:
    first = next(lines, "")
    yield "\n" if re.fullmatch(r"\s*sep=.\s*", first) else first
    yield from lines


def delimiter_of(sample: str) -> str:
    """The delimiter under which the beginning of a file makes the best table: comma, semicolon, tab or bar."""
    return max(",;\t|", key=lambda delimiter: _fit(sample, delimiter))


def _fit(sample: str, delimiter: str) -> tuple[int, float, int]:
    """Known column names in the best of the first rows, share of rows of the usual width, that width."""
    rows = []
    try:
        rows = [row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row]
    except csv.Error:
        return (0, 0.0, 0)
    if len(rows) > 2 and len(sample) >= SAMPLE_BYTES:
        rows.pop()
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return (0, 0.0, 0)
    width, count = widths.most_common(1)[0]
    known = max((len(guess(row).pairs) for row in rows[:HEADER_WITHIN] if len(row) < 2000), default=0)
    return (known if known > 1 else 0, count / len(rows), width)
