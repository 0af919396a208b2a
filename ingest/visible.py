r"""Foreign text → what a page or a terminal can show without obeying it. Pure.

Titles, file names, tickets and a model's words hold whatever somebody put there: a terminal takes ESC and its eight-bit
sisters as orders (colours, links, the title, the clipboard), a carriage return paints over what was said before, and
some characters turn the order of letters round or are not seen at all.
"""

from __future__ import annotations

import re

_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_MARKS = re.compile("([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3})"
                    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")  # fmt: skip


def plain(text: str) -> str:
    """The text without controls, bidirectional overrides and invisible characters; line ends become `\\n`.

    What remains reads in the order in which it is written, at most three accents stand on a letter, and it can be
    encoded in UTF-8.
    """
    text = _HIDDEN.sub("", _BREAKS.sub("\n", text))
    return _MARKS.sub(r"\1", _LONE_SURROGATE.sub("\ufffd", text))


def line(text: str, limit: int = 0) -> str:
    """`plain` on one line, its runs of white space one space; cut to `limit` characters with an ellipsis if given."""
    whole = " ".join(plain(text).split())
    return whole if not limit or len(whole) <= limit else whole[: limit - 1].rstrip() + "…"
