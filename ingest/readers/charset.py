"""Bytes → text, whatever encoding they are in."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from ingest.errors import ReadError
from ingest.readers.names import shown
from ingest.readers.sniff import is_text, utf16_without_bom

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WESTERN = frozenset("áéíóúüñÁÉÍÓÚÜÑçÇàèìòùâêîôûäëïöÀÈÄÖßãõåæø¿¡«»“”‘’–—…•·ºª°€£©®™±½¼×§\xa0")
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\xad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_SPANISH = frozenset("áéíóúüñçÁÉÍÓÚÜÑÇàèìòâêôäö")
_IN_WORDS = re.compile(rb"(?<=[A-Za-z])[\x80-\xff](?=[A-Za-z])")
_FEWEST, _MOSTLY, _NEARLY_ALL = 2, 0.5, 0.9
_SAMPLE = 200_000
_BEFORE = 2_000
"""Bytes of a sample before its first that is not ASCII."""


def read_text(path: Path) -> str:
    """A text file's content, its encoding found out and its line ends "\\n". Raises ReadError for binary data."""
    data = path.read_bytes()
    if not is_text(data[:_SAMPLE]):
        raise ReadError(f"{shown(path)}: is not text (it holds binary data). Give it the ending of its real format.")
    return decode(data)


def decode(data: bytes, declared: str = "") -> str:
    """Text of any encoding, cleaned as `clean` does; never fails. `declared` is what the file says of itself, or "".

    In this order: byte-order mark, UTF-16 without one, UTF-8, what is declared, DOS or Mac where only these
    give words, Windows-1252 if it gives western letters, what charset-normalizer finds, Windows-1252 as it comes.
    """
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return clean(data[len(mark) :].decode(codec, "replace"))
    if codec := utf16_without_bom(data):
        return clean(data.decode(codec, "replace"))
    try:
        return clean(data.decode("utf-8"))
    except UnicodeDecodeError:
        return clean(_decode_other(data, declared))


def clean(text: str) -> str:
    """Line ends as "\\n"; without controls, soft hyphens, zero-width marks and lone surrogates: they break search."""
    return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _decode_other(data: bytes, declared: str) -> str:
    sample = _sample(data)
    if _is_damaged_utf8(sample):
        return data.decode("utf-8", "replace")
    if declared and (text := _strictly(data, declared)) is not None:
        return text
    if codec := of_dos_or_mac(sample):
        return data.decode(codec, "replace")
    high = [letter for letter in sample.decode("cp1252", "replace") if letter > "\x7f"]
    if sum(letter in WESTERN for letter in high) > 0.8 * len(high):
        return data.decode("cp1252", "replace")
    return _strictly(data, _guess(sample)) or data.decode("cp1252", "replace")


def _sample(data: bytes) -> bytes:
    """The part of data that is not ASCII throughout where that ends, with a little of what stands before."""
    found = _NOT_ASCII.search(data)
    start = max(0, found.start() - _BEFORE) if found else 0
    return data[start : start + _SAMPLE]


def _is_damaged_utf8(sample: bytes) -> bool:
    """Whether what is not ASCII is UTF-8 for the most part: a file cut short or patched with something else.

    Hardly a text of another encoding gives western letters as UTF-8; others come about by chance, as in "CAFÉ»".
    """
    text = sample.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(letter > "\x7f" for letter in text) - bad
    return sum(letter in WESTERN for letter in text) >= bad or good > 4 * bad


def of_dos_or_mac(sample: bytes) -> str:
    """The encoding of an old program, if it makes letters of what stands within words and Windows-1252 does not."""
    within = b"".join(_IN_WORDS.findall(sample))
    shares = {codec: _spanish(within.decode(codec, "replace")) for codec in ("cp1252", "cp850", "mac_roman")}
    if len(within) < _FEWEST or shares.pop("cp1252") > _MOSTLY:
        return ""
    codec = max(shares, key=lambda codec: shares[codec])
    return codec if shares[codec] > _NEARLY_ALL else ""


def _spanish(letters: str) -> float:
    return sum(letter in _SPANISH for letter in letters) / max(len(letters), 1)


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (LookupError, UnicodeError):
        return None


def _guess(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return best.encoding if best else "cp1252"
