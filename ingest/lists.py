"""Text → its lists, each with the line that leads into it: what is better not torn apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ITEM = re.compile(r"[ \t]*(?:[-•*●▪◦–]|\d{1,2}[.)]|[a-z]\)|(?:paso|step) \d{1,2}\b)[ \t.:]", re.IGNORECASE)
STEP = re.compile(r"^[ \t]*(?:(\d{1,2})[.)](?=\s)|(?:paso|step) (\d{1,2})\b)", re.IGNORECASE | re.MULTILINE)
"""The number of a step where a line begins; `step_number` has it."""
SENTENCE_END = re.compile(r"[.!?:;]['\")»”]?\s*$")
"""The end of a line that ends a sentence, or leads into what follows."""
_LEAD_LINES = 3
"""Lines that a lead-in ("To reset it, do this:") takes at most."""


def step_number(found: re.Match[str]) -> int:
    """The number that STEP found."""
    return int(found[1] or found[2])


def lists(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each list of two items or more, in order. Lines that go on with an item belong to it.

    The last item ends with the first line that ends a sentence, or at a blank line.
    """
    lines = lines_of(text)
    at = 0
    while at < len(lines):
        if not _is_item(text, lines[at]):
            at += 1
            continue
        items, last, parted = 1, at, False
        ahead = at + 1
        while ahead < len(lines) and _goes_on(text, lines, ahead, parted):
            if _is_item(text, lines[ahead]):
                items, last, parted = items + 1, ahead, False
            parted = parted or _is_blank(lines[ahead])
            ahead += 1
        end = _item_end(text, lines, last)
        if items > 1:
            yield lines[_lead(text, lines, at)][0], lines[end][1]
        at = max(end, at) + 1


def lines_of(text: str) -> list[tuple[int, int]]:
    """(start, end) of each line, without the blanks at its end."""
    found, start = [], 0
    for line in text.splitlines(keepends=True):
        found.append((start, start + len(line.rstrip())))
        start += len(line)
    return found


def _is_item(text: str, line: tuple[int, int]) -> bool:
    return _ITEM.match(text, *line) is not None


def _is_blank(line: tuple[int, int]) -> bool:
    return line[0] >= line[1]


def _goes_on(text: str, lines: list[tuple[int, int]], at: int, parted: bool) -> bool:
    """Whether a line belongs to the list above it; `parted`: a blank line has come since the list's last item."""
    if _is_item(text, lines[at]):
        return True
    if _is_blank(lines[at]):
        return at + 1 < len(lines) and (_is_item(text, lines[at + 1]) or _is_blank(lines[at + 1]))
    return not parted


def _item_end(text: str, lines: list[tuple[int, int]], first: int) -> int:
    at = first
    while at + 1 < len(lines) and not _is_blank(lines[at + 1]) and not SENTENCE_END.search(text[slice(*lines[at])]):
        at += 1
    return at


def _lead(text: str, lines: list[tuple[int, int]], first: int) -> int:
    """The line where the sentence begins that ends in a colon right before the list; else the list's first line."""
    before = first - 1
    while before >= 0 and _is_blank(lines[before]):
        before -= 1
    if before < 0 or not text[slice(*lines[before])].endswith(":"):
        return first
    start = before
    while start > 0 and before - start + 1 < _LEAD_LINES:
        above = lines[start - 1]
        if _is_blank(above) or _is_item(text, above) or SENTENCE_END.search(text[slice(*above)]):
            break
        start -= 1
    return start
