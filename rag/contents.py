"""Text → whether it is a table of contents or an index: many words of the question, and no answer."""

from __future__ import annotations

import re

_LEADER = re.compile(r"(?:\.[ \u00a0]?){4,}|…{2,}")
_PAGES = re.compile(r",\s*\d{1,4}(?:,\s*\d{1,4})*$")
_SHARE = 0.4


def is_contents(text: str) -> bool:
    """Whether two lines or more in five lead to a page number, by dots or as an index does."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    leading = sum(bool(_LEADER.search(line) or _PAGES.search(line)) for line in lines)
    return len(lines) > 1 and leading >= _SHARE * len(lines)
