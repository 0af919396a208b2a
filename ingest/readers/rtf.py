"""Read a Rich Text file into a Document: its paragraphs and tables, heading styles as sections."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.readers.assemble import Heading, from_text
from ingest.readers.blocks import Blocks
from ingest.readers.charset import clean
from ingest.readers.options import DEFAULTS, Options
from ingest.readers.raised import END, START, written
from ingest.types import Document

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\"
)
_SIGNS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
_SYMBOLS = {"~": "\xa0", "_": "-", "-": "", "{": "{", "}": "}", "\\": "\\", "\n": "\n", "\r": "\n"}
_UNSHOWN = frozenset(
    "colortbl pict objdata header headerl headerr headerf footer footerl footerr footerf fldinst themedata datastore "
    "xmlnstbl listtable listoverridetable revtbl rsidtbl generator latentstyles nonshppict colorschememapping "
    "filetbl bkmkstart bkmkend atnid atnauthor annotation xe tc".split()
)
_SHOWN_DESPITE_STAR = frozenset("shppict shpinst shptxt nesttableprops ud".split())
_LOOKS = frozenset("super sub nosupersub up dn plain deleted v".split())
_CHARSETS = {
    2: "symbol", 128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_HEADING = re.compile(r"\s*(?:heading|título|titulo|encabezado)\s*([1-9])\s*;?", re.IGNORECASE)


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document]:
    """One document. Raises ReadError."""
    title, text, headings = _Rtf(path.read_bytes()).convert()
    first = next((heading.title for heading in headings if heading.level == 1), "")
    yield from_text(path, title if any(map(str.isalnum, title)) else first, text, headings)


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds inside a pair of braces: where its text goes, its font, how many signs stand for a \\u, its look."""

    target: str = "body"
    codec: str = "cp1252"
    fallbacks: int = 1
    raised: bool = False
    deleted: bool = False
    hidden: bool = False


class _Rtf:
    """One file on its way from control words to text."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._blocks = Blocks()
        self._blocks.verbatim(True)
        self._group = _Group()
        self._stack: list[_Group] = []
        self._bytes = bytearray()
        self._fallbacks_left = 0
        self._opened = self._starred = False  # whether a group has just begun, and whether with a star
        self._paragraph: list[str] = []
        self._notes: list[list[str]] = []
        self._in_table = False
        self._level = 0
        self._title: list[str] = []
        self._default = "cp1252"
        self._font = self._style = 0
        self._fonts: dict[int, str] = {}
        self._levels: dict[int, int] = {}
        self._style_name: list[str] = []

    def convert(self) -> tuple[str, str, list[Heading]]:
        """The title, the text and its headings."""
        place = 0
        while match := _TOKEN.match(self._data, place):
            place = match.end()
            word, number, code, symbol, brace, text = match.groups()
            if code or text:
                self._letters(bytes.fromhex(code.decode()) if code else text)
                continue
            self._flush()
            if word == b"bin":
                place += max(0, int(number or 0))
            elif word:
                self._word(word.decode().lower(), int(number) if number else None)
            elif brace:
                self._brace(brace)
            elif symbol == b"*":
                self._starred = self._opened
            elif symbol:
                self._text(_SYMBOLS.get(symbol.decode("latin-1"), ""))
        self._flush()
        self._end_paragraph()
        for number, note in enumerate(self._notes, 1):
            self._blocks.paragraph()
            self._blocks.text(f"[{number}] {' '.join(_written(note).split())}")
        text, headings = self._blocks.finish()
        return clean("".join(self._title)), text, headings

    def _letters(self, data: bytes) -> None:
        skipped = min(self._fallbacks_left, len(data))
        self._fallbacks_left -= skipped
        self._bytes += data[skipped:]

    def _flush(self) -> None:
        """Decode the letters collected: two-byte alphabets need them together."""
        if self._bytes:
            data, self._bytes = bytes(self._bytes), bytearray()
            symbol = self._group.codec == "symbol"
            self._text("•" if symbol else _decode(data, self._group.codec))

    def _text(self, text: str) -> None:
        target = self._group.target
        if target in ("body", "note"):
            if not (self._group.deleted or self._group.hidden):
                shown = f"{START}{text}{END}" if self._group.raised else text
                (self._paragraph if target == "body" else self._notes[-1]).append(shown)
        elif target == "title":
            self._title.append(text)
        elif target == "stylesheet":
            self._style_name.append(text)
            if ";" in text:
                if named := _HEADING.fullmatch("".join(self._style_name)):
                    self._levels[self._style] = int(named.group(1))
                self._style_name.clear()

    def _brace(self, brace: bytes) -> None:
        self._fallbacks_left = 0
        self._starred, self._opened = False, brace == b"{"
        if brace == b"{":
            self._stack.append(self._group)
        elif self._stack:
            self._group = self._stack.pop()

    def _word(self, word: str, number: int | None) -> None:
        starred, self._starred, self._opened = self._starred, False, False
        if word == "footnote" and self._group.target == "body":
            self._notes.append([])
            self._paragraph.append(f"[{len(self._notes)}]")
            self._group = replace(self._group, target="note", raised=False)
        elif word in _UNSHOWN or (starred and word not in _SHOWN_DESPITE_STAR):
            self._group = replace(self._group, target="none")
        elif word in ("fonttbl", "stylesheet", "info", "title"):
            self._group = replace(self._group, target=word)
        elif word == "ud":  # what came before says the same in fewer letters
            self._title.clear()
        elif word in _SIGNS:
            self._text(_SIGNS[word])
        elif word == "u" and number is not None:
            self._text(chr(number % 0x10000))
            self._fallbacks_left = self._group.fallbacks
        elif word == "uc":
            self._group = replace(self._group, fallbacks=min(number or 0, 8))
        elif word in ("ansicpg", "f", "fcharset"):
            self._set_font(word, number or 0)
        elif word in _LOOKS:
            self._look(word, number)
        elif self._group.target in ("body", "stylesheet"):
            self._layout(word, number)
        elif word == "par":
            self._text(" ")

    def _look(self, word: str, number: int | None) -> None:
        """Superscript, hidden text, and what a tracked change took away."""
        on = number != 0
        if word in ("deleted", "v"):
            deleted, hidden = (on, self._group.hidden) if word == "deleted" else (self._group.deleted, on)
            self._group = replace(self._group, deleted=deleted, hidden=hidden)
        elif word == "plain":
            self._group = replace(self._group, raised=False, deleted=False, hidden=False)
        else:
            self._group = replace(self._group, raised=on and word in ("super", "up"))

    def _set_font(self, word: str, number: int) -> None:
        if word == "ansicpg":
            self._default = f"cp{number}"
            self._group = replace(self._group, codec=self._default)
        elif word == "f" and self._group.target != "fonttbl":
            self._group = replace(self._group, codec=self._fonts.get(number, self._default))
        elif word == "f":
            self._font = number
        elif number in _CHARSETS:
            self._fonts[self._font] = _CHARSETS[number]

    def _layout(self, word: str, number: int | None) -> None:
        if word == "s":
            self._style = number or 0
            self._level = self._levels.get(self._style, 0)
        elif self._group.target != "body":
            return
        elif word == "pard":
            self._in_table, self._level = False, 0
        elif word == "outlinelevel" and number is not None:
            self._level = number + 1 if 0 <= number < 9 else 0
        elif word == "intbl":
            self._in_table = True
        elif word in ("cell", "nestcell"):
            self._paragraph.append(" | ")
        elif word in ("row", "nestrow"):
            self._end_paragraph(row=True)
        elif word in ("par", "sect", "page"):
            self._paragraph.append(" ") if self._in_table else self._end_paragraph()

    def _end_paragraph(self, row: bool = False) -> None:
        text = _written(self._paragraph)
        self._paragraph.clear()
        text = " ".join(text.split()).rstrip(" |") if row else clean(text).strip(" ")
        if not text.strip():
            self._blocks.paragraph()
            return
        self._blocks.text(re.sub(r"^\s*[•·\ufffd]\s*", "- ", text))
        if self._level:
            self._blocks.heading(self._level)
        self._blocks.line()


def _written(pieces: list[str]) -> str:
    return written("".join(pieces)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _decode(data: bytes, codec: str) -> str:
    try:
        codecs.lookup(codec)
    except LookupError:
        codec = "cp1252"
    return data.decode(codec, "replace")
