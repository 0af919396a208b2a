"""A page's text with numbers of a list that touch their items → the same with a blank between.

Where a list has ten items, the margin that its numbers are set in is often too narrow for two digits: "10.Close it" is
an item to who reads the page, and none to what keeps lists together.
"""

from __future__ import annotations

import re

_GLUED = re.compile(r"\n[ \t]*(\d{1,2})[.)](?=[^\W\d_a-zß-ÿ]|[¡¿«“\"(])")
_NUMBER = re.compile(r"\n[ \t]*(\d{1,2})[.)](?=\s|[^\W\d_]|[¡¿«“\"(])")


def parted(text: str) -> str:
    """The text, a blank after such a number where the one before it or after it begins a line too."""
    lines = f"\n{text}"
    if not _GLUED.search(lines):
        return text
    numbers = {int(found[1]) for found in _NUMBER.finditer(lines)}

    def apart(found: re.Match[str]) -> str:
        is_item = not numbers.isdisjoint((int(found[1]) - 1, int(found[1]) + 1))
        return f"{found[0]} " if is_item else found[0]

    return _GLUED.sub(apart, lines)[1:]
