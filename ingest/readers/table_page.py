"""Rows of a table that holds no tickets → one Document that can be searched row by row."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from ingest.readers.assemble import document
from ingest.readers.charset import clean
from ingest.types import Document, Page, Section

ROWS_A_PAGE = 50


def table_document(path: Path, rows: Iterable[list[str]]) -> Document:
    """A manual with a line a row, `column: value | …`, 50 rows a page, a section a page. Raises Skipped if empty."""
    cleaned = [[" ".join(clean(cell).split()) for cell in row] for row in rows]
    start = next((n for n, row in enumerate(cleaned) if sum(map(bool, row)) > 1), 0)
    header = cleaned[start] if cleaned and _is_header(cleaned[start]) else []
    body = cleaned[start + 1 :] if header else cleaned
    lines = [" | ".join(row for row in before if row) for before in cleaned[:start]] if header else []
    lines += [_line(header, row) for row in body] or [" | ".join(header)]
    pages: list[Page] = []
    sections: list[Section] = []
    for first in range(0, len(lines), ROWS_A_PAGE):
        batch = lines[first : first + ROWS_A_PAGE]
        pages.append(Page(len(pages) + 1, str(len(pages) + 1), "\n".join(batch)))
        sections.append(Section(f"{first + 1}–{first + len(batch)}", 1, len(pages)))
    return document(path, "", tuple(pages), tuple(sections) if len(sections) > 1 else ())


def _is_header(row: list[str]) -> bool:
    named = [cell for cell in row if cell]
    numeric = any(re.fullmatch(r"[\d.,:/%€$ -]+", cell) for cell in named)
    return len(named) > 1 and not numeric and len(set(named)) == len(named) and max(map(len, named)) <= 80


def _line(header: list[str], row: list[str]) -> str:
    names = header + [""] * (len(row) - len(header))
    return " | ".join(f"{name}: {cell}" if name else cell for name, cell in zip(names, row, strict=False) if cell)
