"""Lines of a text that only lead elsewhere: a link of an HTML page alone on its line, told by the mark before it."""

from __future__ import annotations

import re

POINTER = "⇢ "
"""What stands before a line that is nothing but a link to another place; documents themselves do not use the sign."""

_LINE = re.compile(rf"[ \t]*{POINTER}")
_MANY = 0.5


def points_on(text: str, at: int) -> bool:
    """Whether the line that a place in a text stands in only leads elsewhere."""
    return _LINE.match(text, text.rfind("\n", 0, at) + 1) is not None


def is_index(text: str) -> bool:
    """Whether half of a text's lines or more, and two at least, only lead elsewhere."""
    lines = [line for line in text.splitlines() if line.strip()]
    leading = sum(_LINE.match(line) is not None for line in lines)
    return leading > 1 and leading >= _MANY * len(lines)
