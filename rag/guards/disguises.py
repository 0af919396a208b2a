"""Folded text → the same read in the ways that hide words from a search and not from a model. Pure."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

# Letters of other alphabets that look like these in most fonts, in the order of the Latin ones.
_ALIKE = str.maketrans(
    "авсԁеғɡһіјкӏмопрԛгѕтцѵԝхуѡ" + "αβεηικνορτυχωγ" + "ı",
    "abcdefghijklmonpqrstuvwxyw" + "abenikvoptuxwy" + "i",
)  # fmt: skip
_DIGITS = str.maketrans("013457@$", "oieastas")
_MIXED = re.compile(r"(?:[^\W\d_][0134578@$]|[0134578@$][^\W\d_])")
_CELLS = re.compile(r"[|¦│\"“”«»+]|(?<!\w)[-:]{3,}(?!\w)")
_SPACES = re.compile(r"\s+")
_WORDS = ("ignor", "instruc", "prompt", "disregard", "forget", "olvid", "asistente", "assistant", "previous", "previas")
"""What a disguise is made for: one that brings out none of these is not worth a second reading."""

BLOB = re.compile(r"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/]{24,}={0,2}(?![A-Za-z0-9+/=_-])")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){12,}")
_BLOBS = 40
"""Encoded runs of one text that are looked into."""


def undisguised(text: str) -> Iterator[str]:
    """Other readings of folded text that may say more than it does: letters that look alike, digits for letters, words
    parted by the cells of a table or by quotes, backwards, thirteen letters on, and as a page's source writes it."""
    cells = _SPACES.sub(" ", _CELLS.sub(" ", text))
    told = _held(text)
    if told and cells != text:
        yield cells
    yield from (other for read in _LETTERS if _held(other := read(text)) > told)
    yield from (other for read in _CODES if (other := read(text)) != text and _held(other))


def decoded(text: str) -> Iterator[str]:
    """What runs of base64 and of hexadecimal digits in the text say."""
    for blob in BLOB.findall(text)[:_BLOBS]:
        raw = bytes.fromhex(blob) if _HEX.fullmatch(blob) else _base64(blob)
        try:
            yield raw.decode("utf-8")
        except UnicodeDecodeError:
            continue


def _base64(blob: str) -> bytes:
    try:
        return base64.b64decode(blob + "=" * (-len(blob) % 4), validate=True)
    except binascii.Error:
        return b""


def _held(text: str) -> int:
    return sum(text.count(word) for word in _WORDS)


def _alike(text: str) -> str:
    return text if text.isascii() else text.translate(_ALIKE)


def _digits(text: str) -> str:
    return text.translate(_DIGITS) if _MIXED.search(text) else text


def _backwards(text: str) -> str:
    return text[::-1]


def _rotated(text: str) -> str:
    return codecs.encode(text, "rot13")


def _unescaped(text: str) -> str:
    return html.unescape(text).casefold()


def _unquoted(text: str) -> str:
    return unquote(text).casefold()


_LETTERS: tuple[Callable[[str], str], ...] = (_alike, _digits)
_CODES: tuple[Callable[[str], str], ...] = (_backwards, _rotated, _unescaped, _unquoted)
