"""Lines of a table of contents with a row of dots up to the page's number → the same with four dots.

Each dot is a token: in full they fill a chunk with one line of the contents, and a manual with hundreds of such chunks.
"""

from __future__ import annotations

import re

SHORT = " .... "
"""Four dots still say that the line is one of a table of contents."""
_ROW = re.compile(
    r"(?<=[^\s.…])[^\S\n]*(?:(?:\.[^\S\n]?){5,}|(?:…[^\S\n]?){2,})[^\S\n]*"
    r"(?=(?:\d{1,4}|[ivxlcIVXLC]{1,7}|(?:\d{1,2}|[A-Z])[-–.]\d{1,3})[^\S\n]*\r?$)",
    re.MULTILINE,
)


def shortened(text: str) -> str:
    """The text, rows of dots between words and a number at their line's end made short."""
    return _ROW.sub(SHORT, text) if ". . ." in text or "...." in text or "……" in text else text
