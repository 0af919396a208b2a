"""Text → whether it is a table of contents or an index: many words of the question, and no answer."""

from __future__ import annotations

import re
from itertools import pairwise

_LEADER = re.compile(r"(?:\.[ \u00a0]?){4,}|…{2,}")
_PAGES = re.compile(r",\s*\d{1,4}(?:,\s*\d{1,4})*$")
_SHARE = 0.4
_ENTRY = re.compile(r"(\d{1,3})(?:\.\d{1,3})*\.?\s+(\D.*?)\s(\d{1,4})")
_FEWEST_ENTRIES, _MOST_LINES, _TITLE_WORDS = 4, 0.6, 4
"""A list of parts has numbers at both ends too: their names are short, and their quantities do not rise."""


def is_contents(text: str) -> bool:
    """Whether two lines or more in five lead to a page number, by dots or as an index does, or numbered titles do."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    leading = sum(bool(_LEADER.search(line) or _PAGES.search(line)) for line in lines)
    return (len(lines) > 1 and leading >= _SHARE * len(lines)) or _leads_bare(lines)


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
