"""Rows of a table that holds no tickets → one Document that can be searched row by row."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path

from ingest.readers.assemble import document
from ingest.readers.charset import clean
from ingest.types import Document, Page, Section

ROWS_A_PAGE = 50
_BELOW = 20
_DIGIT = re.compile(r"\d")


def table_document(path: Path, rows: Iterable[list[str]]) -> Document:
    """A manual with a line a row, `column: value | …`, 50 rows a page, a section a page. Raises Skipped if empty.

    Below a row that is [] another table may begin, with names of its own.
    """
    cleaned = [[" ".join(clean(cell).split()) for cell in row] for row in rows]
    start = next((n for n, row in enumerate(cleaned) if sum(map(bool, row)) > 1), 0)
    header = cleaned[start] if cleaned and _is_header(cleaned[start]) else []
    body = cleaned[start + 1 :] if header else cleaned
    lines = [" | ".join(row for row in before if row) for before in cleaned[:start]] if header else []
    lines += _lines(header, body) or [" | ".join(header)]
    lines = [line for line in lines if line]
    pages: list[Page] = []
    sections: list[Section] = []
    for first in range(0, len(lines), ROWS_A_PAGE):
        batch = lines[first : first + ROWS_A_PAGE]
        pages.append(Page(len(pages) + 1, str(len(pages) + 1), "\n".join(batch)))
        sections.append(Section(f"{first + 1}–{first + len(batch)}", 1, len(pages)))
    return document(path, "", tuple(pages), tuple(sections) if len(sections) > 1 else ())


def _lines(header: list[str], body: list[list[str]]) -> list[str]:
    """A line a row under the names that stand above it; a title above other names stands alone."""
    lines = []
    for number, row in enumerate(body):
        if header and _begins_anew(body, number):
            header = row
        elif header and sum(map(bool, row)) == 1 and _begins_anew(body, number + 1):
            lines.append(" ".join(filter(None, row)))
        else:
            lines.append(_line(header, row))
    return lines


def _begins_anew(body: list[list[str]], number: int) -> bool:
    """Whether a row names the columns of those below: it has no figures, and a column of theirs does.

    It is the first after an empty row, or there is a title between.
    """
    above = number - 1
    if above > 0 and sum(map(bool, body[above])) == 1:
        above -= 1
    if above < 0 or number >= len(body) or any(body[above]):
        return False
    row, below = body[number], list(takewhile(any, body[number + 1 : number + 1 + _BELOW]))
    if not below or not _is_header(row) or any(map(_DIGIT.search, row)):
        return False
    columns = [number for number, name in enumerate(row) if name]
    return any(_is_of_figures([under[number] for under in below if number < len(under)]) for number in columns)


def _is_of_figures(cells: list[str]) -> bool:
    """Whether figures stand in two thirds of the cells that are filled in."""
    filled = list(filter(None, cells))
    return bool(filled) and 3 * sum(bool(_DIGIT.search(cell)) for cell in filled) >= 2 * len(filled)


def _is_header(row: list[str]) -> bool:
    named = [cell for cell in row if cell]
    numeric = any(re.fullmatch(r"[\d.,:/%€$ -]+", cell) for cell in named)
    return len(named) > 1 and not numeric and len(set(named)) == len(named) and max(map(len, named)) <= 80


def _line(header: list[str], row: list[str]) -> str:
    names = header + [""] * (len(row) - len(header))
    return " | ".join(f"{name}: {cell}" if name else cell for name, cell in zip(names, row, strict=False) if cell)
