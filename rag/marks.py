"""Marks [n] in a written text → marks that name something, one for every sentence that can have one. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ingest.lexical import content_words, fold, searchable
from ingest.sentences import sentences

_MARK = re.compile(r"\s*\[(\d{1,6})\]")
_AFTER_STOP = re.compile(
    r"^(?P<item>[ \t]*\d{1,3}\.)(?=(?:[ \t]*\[\d{1,6}\])+[ \t]*\S)|(?P<stop>[.!?…])(?P<marks>(?:\s*\[\d{1,6}\])+)",
    re.MULTILINE,
)
_END = re.compile(r"[\s.!?…:;]*$")
_FEWEST = 2
"""Words that a sentence and what proves it share at least."""


def marks(text: str) -> list[int]:
    """The numbers, each once, in order of first use."""
    return list(dict.fromkeys(int(number) for number in _MARK.findall(text)))


def marks_before_stops(text: str) -> str:
    """The text with the marks that follow a full stop before it, so that they are in the sentence they prove.

    The dot of a list's number is none.
    """
    return _AFTER_STOP.sub(lambda m: m["item"] or m["marks"] + m["stop"], text)


def renumbered(text: str, numbers: Mapping[int, int]) -> str:
    """The text with other numbers in its marks; a mark that is not among `numbers` goes."""

    def new(match: re.Match[str]) -> str:
        number = numbers.get(int(match.group(1)))
        return "" if number is None else match.group().replace(f"[{match.group(1)}]", f"[{number}]")

    return _MARK.sub(new, text)


def attributed(text: str, sources: Mapping[int, str]) -> str:
    """The text with a mark in each sentence that has none, of the source it shares the most words with.

    Marks go before the full stop; those that name no source go; a sentence that shares too little has none.
    """
    tidy = renumbered(marks_before_stops(text), {number: number for number in sources})
    words = {number: _words(source) for number, source in sources.items()}
    out, end = "", 0
    for a, b in sentences(tidy):
        sentence = tidy[a:b]
        if not _MARK.search(sentence):
            best = _closest(_words(sentence), words)
            at = a + len(_END.sub("", sentence))
            out += tidy[end:at] + ("" if best is None else f" [{best}]")
            end = at
    return out + tidy[end:]


def _closest(said: set[str], words: Mapping[int, set[str]]) -> int | None:
    shared = {number: len(said & held) for number, held in words.items()}
    best = max(shared, key=lambda number: shared[number], default=None)
    return best if best is not None and shared[best] >= _FEWEST else None


def _words(text: str) -> set[str]:
    return {fold(word) for word in content_words(searchable(_MARK.sub("", text)))}
