"""Text → whether it is a table of contents or an index: many words of the question, and no answer."""

from __future__ import annotations

import re
from itertools import pairwise

from ingest.pointers import is_index

_LEADER = re.compile(r"(?:\.[ \u00a0]?){4,}|…{2,}")
_PAGES = re.compile(r",\s*\d{1,4}(?:,\s*\d{1,4})*$")
_SHARE = 0.4
_ENTRY = re.compile(r"(\d{1,3})(?:\.\d{1,3})*\.?\s+(\D.*?)\s(\d{1,4})")
_AT_END = re.compile(r"(\d{1,4})$")
_TITLED = re.compile(r"\d{1,3}(?:\.\d{1,3})*(?:\.\s*|\s+)[^\W\d]")
_FEWEST_ENTRIES, _MOST_LINES, _TITLE_WORDS = 4, 0.6, 4
"""A list of parts has numbers at both ends too: their names are short, and their quantities do not rise."""


def is_contents(text: str) -> bool:
    """Whether two lines or more in five lead to a page number, by dots or as an index does, or numbered titles do.

    So does a page of links (see `ingest.pointers`).
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    leading = sum(bool(_LEADER.search(line) or _PAGES.search(line)) for line in lines)
    if len(lines) > 1 and leading >= _SHARE * len(lines):
        return True
    return is_index(text) or _leads_bare(lines) or (leading > 0 and _leads_in_part(lines))


def _leads_in_part(lines: list[str]) -> bool:
    """Whether numbered titles lead to pages that do not fall, by dots or, as those of chapters often do, without.

    It is how a contents page begins: a few chapters of no parts, and one title with dots. One such title alone will do.
    """
    entries = [line for line in lines if _TITLED.match(line) and _AT_END.search(line)]
    pages = [int(found[1]) for line in entries if (found := _AT_END.search(line))]
    dotted = sum(bool(_LEADER.search(line)) for line in entries)
    rise = all(a <= b for a, b in pairwise(pages))
    return dotted > 0 and rise and len(entries) >= _MOST_LINES * len(lines)


def _leads_bare(lines: list[str]) -> bool:
    """Whether numbered titles end in page numbers that rise, with no dots between: "3 What the lamps mean 12"."""
    entries = [entry for line in lines if (entry := _ENTRY.fullmatch(line))]
    if len(entries) < max(_FEWEST_ENTRIES, _MOST_LINES * len(lines)):
        return False
    numbers, pages = ([int(entry[group]) for entry in entries] for group in (1, 3))
    rise = all(a <= b for column in (numbers, pages) for a, b in pairwise(column))
    return (
        rise and pages[0] < pages[-1] and sum(len(entry[2].split()) for entry in entries) >= _TITLE_WORDS * len(entries)
    )
