"""Lines of a text that only lead elsewhere: a link of an HTML page alone on its line, told by the mark before it."""

from __future__ import annotations

import re

POINTER = "⇢ "
"""What stands before a line that is nothing but a link to another place; documents themselves do not use the sign."""

_LINE = re.compile(rf"[ \t]*{POINTER}")
_MOST = 0.6
"""Of its characters."""


def points_on(text: str, at: int) -> bool:
    """Whether the line that a place in a text stands in only leads elsewhere."""
    return _LINE.match(text, text.rfind("\n", 0, at) + 1) is not None


def is_index(text: str) -> bool:
    """Whether two lines or more, which are most of a text, only lead elsewhere."""
    leading = [line for line in text.splitlines() if _LINE.match(line)]
    return len(leading) > 1 and sum(map(len, leading)) >= _MOST * len(text)
