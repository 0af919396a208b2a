"""Lines of text and where they stand on a page → the page's text in reading order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from statistics import median
from typing import NamedTuple

_COLUMN_LINES = 3
"""Lines that a column of text has at least."""
_COLUMN_WIDTH = 8.0
"""How wide the lines of a column of text are, in line heights; the cells of a table are narrower."""
_CELL_GAP = 1.8
"""The gap between two cells of a row, in line heights; words of a line stand closer."""
_PARAGRAPH_GAP = 1.4
"""The distance between the lines of two paragraphs, in distances between the lines of one."""
_FALL = 0.004
"""The slope of lines, up or down, that needs no straightening."""


@dataclass(frozen=True, slots=True)
class Line:
    """Some words in one line: `text` between `left` and `right`, `top` and `bottom`, y growing downwards.

    `slope` is how far the line falls for each step to the right; `tall` is how high its letters are, 0 where only the
    upright box is known, which is higher than a line aslant.
    """

    left: float
    top: float
    right: float
    bottom: float
    text: str
    slope: float = 0.0
    tall: float = 0.0

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


class Cell(NamedTuple):
    """The words of a row that stand together, between `left` and `right`."""

    left: float
    right: float
    text: str


def reading_order(lines: Sequence[Line]) -> str:
    """The text, column after column; rows keep their lines, cells are parted by " | ", paragraphs by a blank line."""
    return "\n\n".join(_paragraphs(column) for column in _columns(_straight(lines)))


def _straight(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page scanned aslant as they would stand on a straight one."""
    slope = _slope(lines)
    if abs(slope) < _FALL:
        return list(lines)
    sine, cosine = math.sin(-math.atan(slope)), math.cos(math.atan(slope))
    turned = []
    for line in lines:
        x, y = (line.left + line.right) / 2, line.middle
        across, down = x * cosine - y * sine, x * sine + y * cosine
        half = line.width / 2
        tall = (line.tall or max(line.height - line.width * abs(slope), line.height / 3)) / 2
        turned.append(Line(across - half, down - tall, across + half, down + tall, line.text))
    return turned


def _slope(lines: Sequence[Line]) -> float:
    """The middle slope, each line having the weight of its squared width: a short cell hardly shows how it lies."""
    ordered = sorted(lines, key=lambda line: line.slope)
    weights = list(accumulate(line.width**2 for line in ordered))
    return next((line.slope for line, sum_ in zip(ordered, weights, strict=True) if 2 * sum_ >= weights[-1]), 0.0)


def _columns(lines: list[Line]) -> list[list[Line]]:
    """The lines in groups to be read one after the other, each from top to bottom."""
    gutter = _gutter(lines)
    if gutter is None:
        return [lines] if lines else []
    found, left, right = [], list[Line](), list[Line]()
    for line in sorted(lines, key=lambda line: line.middle):
        if line.right <= gutter:
            left.append(line)
        elif line.left >= gutter:
            right.append(line)
        else:
            found += [*_columns(left), *_columns(right), [line]]
            left, right = [], []
    return _joined([*found, *_columns(left), *_columns(right)])


def _joined(groups: list[list[Line]]) -> list[list[Line]]:
    """Lines across all columns that follow each other belong together."""
    found: list[list[Line]] = []
    for group in groups:
        if found and len(group) == 1 and len(found[-1]) == 1:
            found[-1] += group
        else:
            found.append(list(group))
    return found


def _gutter(lines: list[Line]) -> float | None:
    """An x that parts two columns of text and that few lines cross; None when there is one column, or a table."""
    best, most = None, 0
    for gutter in sorted({line.left for line in lines}):
        left = [line for line in lines if line.right <= gutter]
        right = [line for line in lines if line.left >= gutter]
        across = len(lines) - len(left) - len(right)
        fewer = min(len(left), len(right))
        if fewer - 2 * across > most and _is_column(left) and _is_column(right) and _beside(left, right):
            best, most = gutter, fewer - 2 * across
    return best


def _is_column(lines: list[Line]) -> bool:
    return len(lines) >= _COLUMN_LINES and median(line.width / line.height for line in lines) >= _COLUMN_WIDTH


def _beside(left: list[Line], right: list[Line]) -> bool:
    """Whether two groups stand next to each other for most of the lower one's height."""
    tops = [min(line.top for line in part) for part in (left, right)]
    bottoms = [max(line.bottom for line in part) for part in (left, right)]
    return min(bottoms) - max(tops) >= 0.5 * min(bottoms[0] - tops[0], bottoms[1] - tops[1])


def _paragraphs(lines: list[Line]) -> str:
    rows = _rows(lines)
    places = [median(line.middle for line in row) for row in rows]
    steps = [after - before for before, after in pairwise(places)]
    usual = sorted(steps)[len(steps) // 3] if steps else 0.0
    texts = _texts([_cells(row) for row in rows])
    text = texts[0]
    for row, step, words in zip(rows[1:], steps, texts[1:], strict=True):
        tall = median(line.height for line in row)
        text += ("\n\n" if step > _PARAGRAPH_GAP * max(usual, 0.9 * tall) else "\n") + words
    return text


def _rows(lines: list[Line]) -> list[list[Line]]:
    """Lines at one height together, from left to right; rows from top to bottom."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.middle):
        last = rows[-1] if rows else []
        middle = median(other.middle for other in last) if last else -math.inf
        if line.middle - middle < 0.5 * min(line.height, median(other.height for other in last) if last else 0.0):
            last.append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.left) for row in rows]


def _cells(row: list[Line]) -> list[Cell]:
    """The words of a row, those together that stand no further apart than words do."""
    cells = [Cell(row[0].left, row[0].right, row[0].text)]
    for before, after in pairwise(row):
        gap = after.left - before.right
        if gap > _CELL_GAP * min(before.height, after.height):
            cells.append(Cell(after.left, after.right, after.text))
        else:
            cells[-1] = Cell(cells[-1].left, max(cells[-1].right, after.right), f"{cells[-1].text} {after.text}")
    return cells


def _texts(rows: list[list[Cell]]) -> list[str]:
    """Each row as text; in a table a cell with nothing in it keeps its place: "Faro 40 | | 18.1"."""
    texts = []
    for together, group in groupby(rows, key=lambda row: len(row) > 1):
        run = list(group)
        columns = _table(run) if together else []
        texts += [" | ".join(_in_columns(row, columns)).replace("|  |", "| |").rstrip(" |") for row in run]
    return texts


def _table(rows: list[list[Cell]]) -> list[Cell]:
    """How far each column of a table reaches, by the rows that are filled in everywhere; [] where they do not agree."""
    most = max(map(len, rows))
    full = [row for row in rows if len(row) == most]
    columns = [Cell(min(c.left for c in cells), max(c.right for c in cells), "") for cells in zip(*full, strict=True)]
    parted = all(before.right < after.left for before, after in pairwise(columns))
    return columns if most > 2 and len(full) > 1 and parted else []


def _in_columns(row: list[Cell], columns: list[Cell]) -> list[str]:
    """The texts of a row, "" for each column it leaves out; as they are where a cell stands in no one column."""
    found: dict[int, str] = {}
    for cell in row:
        above = [n for n, column in enumerate(columns) if column.left < cell.right and cell.left < column.right]
        if len(above) != 1 or above[0] in found:
            return [cell.text for cell in row]
        found[above[0]] = cell.text
    return [found.get(n, "") for n in range(len(columns))]
