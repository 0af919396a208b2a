"""The tables of reStructuredText → a line a row, cells parted by " | "."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

_GRID = re.compile(r"\s*\+(?:[-=]+\+)+\s*")
_SIMPLE = re.compile(r"\s*=+(?: +=+)+\s*")
_ROW, _CELL = re.compile(r"(\s*)\* +(?=-)"), re.compile(r"(\s*)-(?: +|$)")


def drawn_rows(lines: Sequence[str]) -> list[str]:
    """The rows of a table drawn with signs; [] for what is none, and for one with cells over several columns."""
    if len(lines) < 3:
        return []
    if _GRID.fullmatch(lines[0]) and _GRID.fullmatch(lines[-1]):
        edges = [number for number, sign in enumerate(lines[0]) if sign == "+"]
        return _grid(lines, edges)
    if _SIMPLE.fullmatch(lines[0]) and _SIMPLE.fullmatch(lines[-1]):
        return _simple(lines, [found.start() for found in re.finditer(r"=+", lines[0])])
    return []


def listed_rows(lines: Sequence[str]) -> list[str]:
    """The rows of a list of lists, `* - cell`; [] where it is none."""
    rows: list[list[list[str]]] = []
    place = 0
    for line in lines:
        if row := _ROW.match(line):
            rows.append([])
            place = row.end()
            line = " " * place + line[place:]
        cell = _CELL.match(line)
        if rows and cell and len(cell[1]) == place:
            rows[-1].append([line[cell.end() :].strip()])
        elif line.strip() and not (rows and rows[-1]):
            return []
        elif line.strip():
            rows[-1][-1].append(line.strip())
    return [_joined([" ".join(cell) for cell in row]) for row in rows]


def csv_rows(lines: Sequence[str], header: str) -> list[str]:
    """The rows of a table of comma-separated values below `header`; [] for one that is not readable."""
    text = [header, *(line.strip() for line in lines)]
    try:
        return [_joined(row) for row in csv.reader(filter(None, text), skipinitialspace=True)]
    except csv.Error:
        return []


def _grid(lines: Sequence[str], edges: Sequence[int]) -> list[str]:
    rows: list[list[list[str]]] = []
    for line in lines:
        if _GRID.fullmatch(line):
            if [number for number, sign in enumerate(line) if sign == "+"] != list(edges):
                return []
            rows.append([[] for _ in edges[1:]])
        elif any(line[edge : edge + 1] != "|" for edge in edges):
            return []
        else:
            for number, cell in enumerate(rows[-1]):
                cell.append(line[edges[number] + 1 : edges[number + 1]].strip())
    return [_joined([" ".join(filter(None, cell)) for cell in row]) for row in rows if any(map(any, row))]


def _simple(lines: Sequence[str], starts: Sequence[int]) -> list[str]:
    rows: list[list[str]] = []
    for line in lines:
        if _SIMPLE.fullmatch(line) or not line.strip(" -"):
            continue
        if any(start and line[start - 1 : start].strip() for start in starts):
            return []
        cells = [line[a:b].strip() for a, b in zip(starts, [*starts[1:], None], strict=True)]
        if rows and not cells[0]:
            rows[-1] = [f"{above} {cell}".strip() for above, cell in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
    return [_joined(row) for row in rows]


def _joined(cells: Sequence[str]) -> str:
    return " | ".join(" ".join(cell.split()) for cell in cells).replace("|  |", "| |").rstrip(" |").strip()
