"""Two documents' sections → which is which: by title, by number, by what they say. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from ingest.lexical import fold
from ingest.types import Page
from rag.outline import Part

Bodies = Mapping[int, tuple[int, int]]
"""Page number → where its text begins and ends between running headers and footers."""

_NUMBER = re.compile(
    r"\W*(?:(?:chapter|section|appendix|capitulo|seccion|apendice|anexo)\s+[a-z\d]{1,3}|\d+|[a-z](?=\.\d))"
    r"(?:\.\d+)*[.):]?\s+(?=\w)"
)
_STOP = re.compile(r"[.!?:;,]$")
"""A line that ends so is text: pages of one template may begin alike."""
_EDGE = 2
"""Lines at the top and at the bottom of a page that may be headers and footers."""
_COMMON = 0.2
"""Share of the pages, three at least, on which a line is a running header."""
_ENOUGH = 0.3
"""Share of the sentences of the shorter section by which two sections are the same under other titles."""


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    plain: str


def bodies(pages: Sequence[Page]) -> Bodies:
    """The text of each page without the first and last lines that stand on many pages, whatever their numbers."""
    lines = {page.number: _lines(page.text) for page in pages}
    heads = Counter(line.plain for found in lines.values() for line in found[:_EDGE] if not _STOP.search(line.plain))
    feet = Counter(line.plain for found in lines.values() for line in found[-_EDGE:] if not _STOP.search(line.plain))
    least = max(3, _COMMON * len(pages))
    within = {}
    for page in pages:
        start, end = 0, len(page.text)
        for line in lines[page.number][:_EDGE]:
            if heads[line.plain] < least:
                break
            start = line.end
        for line in reversed(lines[page.number][-_EDGE:]):
            if feet[line.plain] < least or line.start < start:
                break
            end = line.start
        within[page.number] = (start, end)
    return within


def aligned(
    old: Sequence[Part], new: Sequence[Part], old_keys: Sequence[Sequence[str]], new_keys: Sequence[Sequence[str]]
) -> list[tuple[int, int]]:
    """Pairs of ordinals, in the new document's order; each section is in one pair at most.

    The keys are the sentences of each section. Equal paths come first, then equal titles, then shared sentences.
    """
    pairs: dict[int, int] = {}
    for name in (_path, _title):
        pairs |= _by_name(*_left(old, new, pairs), name)
    pairs |= _by_text(*_left(old, new, pairs), old_keys, new_keys)
    return sorted(pairs.items(), key=lambda pair: pair[1])


def _left(old: Sequence[Part], new: Sequence[Part], pairs: Mapping[int, int]) -> tuple[list[Part], list[Part]]:
    taken = set(pairs.values())
    return [part for part in old if part.ordinal not in pairs], [part for part in new if part.ordinal not in taken]


def _by_name(old: Sequence[Part], new: Sequence[Part], name: Callable[[Part], Hashable]) -> dict[int, int]:
    """Sections of one name, in order, where both documents have as many of it."""
    named: dict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, parts in enumerate((old, new)):
        for part in parts:
            named[name(part)][side].append(part.ordinal)
    equal = [both for both in named.values() if len(both[0]) == len(both[1])]
    return {i: j for ours, theirs in equal for i, j in zip(ours, theirs, strict=True)}


def _by_text(
    old: Sequence[Part], new: Sequence[Part], old_keys: Sequence[Sequence[str]], new_keys: Sequence[Sequence[str]]
) -> dict[int, int]:
    holders: dict[str, list[int]] = defaultdict(list)
    for part in new:
        for key in set(new_keys[part.ordinal]):
            holders[key].append(part.ordinal)
    shared = Counter(
        (part.ordinal, j) for part in old for key in set(old_keys[part.ordinal]) for j in holders.get(key, ())
    )
    ranked = sorted(shared.items(), key=lambda entry: (-entry[1], entry[0]))
    pairs: dict[int, int] = {}
    for (i, j), count in ranked:
        least = min(len(set(old_keys[i])), len(set(new_keys[j])))
        if i not in pairs and j not in pairs.values() and count >= _ENOUGH * least:
            pairs[i] = j
    return pairs


def _path(part: Part) -> Hashable:
    return tuple(_named(title) for title in part.path)


def _title(part: Part) -> Hashable:
    return _named(part.title)


def _named(title: str) -> str:
    """A title as it is compared: its number may change when a chapter is put in."""
    plain = " ".join(fold(title).split())
    match = _NUMBER.match(plain)
    return plain[match.end() :] if match else plain


def _lines(text: str) -> list[_Line]:
    """Lines that are not blank; figures count as one, since page numbers differ."""
    found, at = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            found.append(_Line(at, at + len(line), re.sub(r"\d+|\b[ivxl]+\b", "#", fold(line).strip())))
        at += len(line)
    return found
