"""A page's text with words that only their places part → the same with blanks between them.

groff kerns within words, and pdfium then takes the white after a word for kerning too: "the firstword of aline".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from ctypes import byref
from typing import NamedTuple

from pypdfium2 import raw as pdfium_c

from ingest.language import common_words
from ingest.readers.pdf_accents import GONE, JOINED, tidied
from ingest.readers.pdf_lines import page_text
from ingest.readers.pdf_listings import Starts, name_of

_GAP = 0.22
"""Heights of a line between two letters that are of two words. Measured: 0.25 and more between words, less within."""
_WIDEST = 3.0
_LEVEL = 0.15
_FIRST, _EVERY = 3, 50
"""Pages of text that are looked at before a file is taken for a sound one, and how often it is looked at again."""
_TEXT, _SOME, _SIGNS = 100, 80, 3
"""Words of a page that tells how its file is made, those measured later on, and glued ones that make it another
kind of file."""
_WHOLE, _TORN, _MADE = 0.9, 0.05, 0.25
"""Of a word that everybody uses; the share of these among those with a gap, at most; and the share of those with a gap
of which one part is such a word, at least."""
_WORD = re.compile(r"\S+")
_NO_START = frozenset(".,;:!?)]}»”’'\"%\x02\ufffe" + GONE + JOINED)
_NO_END = frozenset("([{«“‘\x02\ufffe" + GONE + JOINED)


class _Box(NamedTuple):
    left: float
    right: float
    bottom: float
    top: float


class Glued:
    """Puts blanks into the pages of one file, in order; where the first show no glued words, few more are measured."""

    def __init__(self) -> None:
        self._seen, self._ahead, self._since = 0, 0, 0

    def mender(self, starts: Starts) -> Callable[[str], str]:
        """What parts the words of a text made of this page's."""
        wanted = self._seen < _FIRST or self._ahead > 0 or self._since >= _EVERY
        self._ahead, self._since = self._ahead - 1, self._since + 1
        if not wanted:
            return str
        whole = page_text(starts.textpage)
        words = list(_WORD.finditer(whole))
        some = words[len(words) // 3 :][:_SOME]
        if len(words) >= _TEXT:
            self._seen, self._since = self._seen + 1, 0
        if self._ahead < 0 and self._seen > _FIRST and not any(_parted(starts, match) for match in some):
            return str
        found = {match.start(): parts for match in words if (parts := _parted(starts, match))}
        if not _is_likely({tidied(match[0]): found[match.start()] for match in words if match.start() in found}):
            return str
        if len(found) >= _SIGNS:
            self._ahead = _EVERY
        return _mender([(_name(match[0]), found.get(match.start(), "")) for match in words])


def _is_likely(found: Mapping[str, str]) -> bool:
    """Whether blanks make words of what is glued. Some fonts leave such gaps within words: "fo r", "mu st"."""
    torn = sum(common_words(word) > _WHOLE for word in found)
    made = sum(common_words(parts) > 0 for parts in found.values())
    return torn <= _TORN * len(found) and made >= _MADE * len(found) > 0


def _mender(words: list[tuple[str, str]]) -> Callable[[str], str]:
    """Words that are one in other places of the page stay: "cannot" is no mistake because of one "can not"."""
    often = Counter(name for name, _ in words)
    glued = Counter(name for name, parts in words if parts)
    known = {name: parts for name, parts in words if parts and glued[name] == often[name]}
    if not known:
        return str
    return lambda text: _WORD.sub(lambda match: known.get(_name(match[0]), match[0]), text)


def _name(word: str) -> str:
    return name_of(tidied(word))


def _parted(starts: Starts, match: re.Match[str]) -> str:
    """A word with blanks where a gap parts it in two; "" where none does, or nearly each letter stands alone."""
    word = match[0]
    cuts = [at for at in _gaps(starts, match) if word[at] not in _NO_START and word[at - 1] not in _NO_END]
    if not cuts or len(cuts) > len(word) / 3:
        return ""
    return _name(" ".join(word[start:end] for start, end in zip([0, *cuts], [*cuts, len(word)], strict=True)))


def _gaps(starts: Starts, match: re.Match[str]) -> Iterator[int]:
    """The places of a word before which a gap is."""
    raw, box = starts.textpage.raw, pdfium_c.FS_RECTF()
    ref, before = byref(box), None
    for place in range(*match.span()):
        pdfium_c.FPDFText_GetLooseCharBox(raw, starts.index(place), ref)
        here = _Box(box.left, box.right, box.bottom, box.top)
        if before:
            tall = before.top - before.bottom
            level = abs(here.bottom - before.bottom) < _LEVEL * tall and abs(here.top - before.top) < _LEVEL * tall
            if level and _GAP * tall < here.left - before.right < _WIDEST * tall:
                yield place - match.start()
        before = here
