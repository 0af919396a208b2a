"""A place in a page's text → the header of the table whose later row stands there."""

from __future__ import annotations

import re

LONGEST = 160
"""Characters of a header; a longer one is a row of text."""
_MOST_ROWS = 500
_LONGEST_ROW = 4_000
"""Characters; a longer line is no row, and looking through it for every chunk of it would take for ever."""
_CELLS = re.compile(r"[ \t]*(?:\t|(?<![^ \t\n])\|(?![^ \t\n]))[ \t]*")
_UNDERLINE = re.compile(r"\s*\|[|: -]+\|\s*")
_FIGURES = re.compile(r"[\d.,:/%€$ +-]+")


def header_above(text: str, place: int) -> str:
    """The first row of the table in whose later rows `place` stands, its cells parted by " | "; "" if in none.

    A row is a line with cells parted by tabs or bars. It is a header if no cell is empty, a number, or there twice.
    """
    span = header_span(text, place)
    return header(text[slice(*span)]) if span else ""


def header_span(text: str, place: int) -> tuple[int, int] | None:
    """Where that header stands; None if in none."""
    start, end = _line(text, place)
    if end - start > _LONGEST_ROW or not is_row(text[start:end]):
        return None
    first: tuple[int, int] | None = None
    for _ in range(_MOST_ROWS):
        if not start:
            break
        above, end = _line(text, start - 1)
        if end - above > _LONGEST_ROW or not is_row(text[above:end]):
            break
        first, start = (above, end), above
    else:
        return None
    return first if first and header(text[slice(*first)]) else None


def _line(text: str, place: int) -> tuple[int, int]:
    """Where the line around `place` begins and ends; of a very long one, some part longer than a row."""
    low, high = max(place - _LONGEST_ROW, 0), place + _LONGEST_ROW
    start, end = text.rfind("\n", low, place) + 1, text.find("\n", place, high)
    return start or low, end if end >= 0 else min(high, len(text))


def is_row(line: str) -> bool:
    """Whether a line has cells parted by tabs or bars."""
    return bool(_CELLS.search(line.strip()) or _UNDERLINE.fullmatch(line))


def header(row: str, longest: int = LONGEST) -> str:
    """The row as a header; "" if it is none. What names its own values ("Color: red | Size: 3") needs none."""
    cells = [cell.strip() for cell in _CELLS.split(row.strip().strip("|").strip())]
    named = all(": " in cell for cell in cells)
    figures = any(not cell or _FIGURES.fullmatch(cell) for cell in cells)
    joined = " | ".join(cells)
    fits = len(cells) > 1 and len(set(cells)) == len(cells) and len(joined) <= longest
    return joined if fits and not named and not figures else ""
