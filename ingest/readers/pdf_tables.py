"""A page of a PDF with ruled tables → its text with every row of theirs on a line of its own."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import pypdfium2 as pdfium

from ingest.readers.pdf_lines import page_text
from ingest.readers.pdf_rules import NEAR, UPRIGHT, Grid, grids, parts_of, turn_of
from ingest.readers.pdf_words import BASELINE, HEADER, WORD, Places, Word

BETWEEN = "\t"
"""What parts the cells of a row: white space, so that a quote of a row is word for word what the page shows."""
FULL = 0.4
"""The share of a table's cells that hold something, at least: the grid of a chart is nearly empty."""
TALLEST = 15
"""Lines of a row at most; what is longer is a page laid out in boxes."""
_GAP = 8.0
_HALFWAY = 8.0
_FEW_BANDS = 2
# Where lines, not rules, part the rows, a table has a column of fewer words a cell than a column of prose has a line.
_WORDY = 4
_MARKS = frozenset("-\x02\ufffe")
_APART = 3
"""Characters between words that other words of the page, not white space alone, stand between."""
_OVER_THE_EDGE = 0.02
_ENDS_BROKEN = re.compile(r"[^\W\d_]-$")


Row = list[list[Word]]
"""A row's cells, from the left; the words of each in the order of the page's text."""


def with_rows(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, text: str) -> str:
    """`text`, the page's own, with a line a row for each table whose rows are told apart by drawn lines.

    Everything else stays as and where it is, and so does a table that is not clearly one. No letter is lost or added.
    A page that is read turned is in the order of its whole text: `text` was put together by places on the sheet.
    """
    turn = turn_of(page, textpage)
    found = grids(page, turn)
    if not found and turn == UPRIGHT:
        return text
    whole = page_text(textpage)
    if turn != UPRIGHT and _says_the_same(whole, text):
        text = whole
    left, bottom, right, top = turn.box(*page.get_bbox())
    words = Places(textpage, whole, turn, ends=not all(grid.down for grid in found)).beside(found)
    shown = [word for word in words if left <= word.x <= right and bottom <= word.y <= top]
    taken = {word.start for word in words} - {word.start for word in shown}
    tables: dict[int, str] = {}
    for grid in found:
        rows = _table(grid, [word for word in shown if word.start not in taken])
        if rows:
            members = [word.start for row in rows for cell in row for word in cell]
            tables[min(members)] = "\n".join(map(_line, rows))
            taken.update(members)
    changed = _rewrite(whole, words, taken, tables) if tables else text
    return changed if _says_the_same(changed, text) else text


def _says_the_same(changed: str, text: str) -> bool:
    """Whether no letter is lost, and none is new but those of words that reach over the page's edge."""
    after, before = _letters(changed), _letters(text)
    return before <= after and (after - before).total() <= _OVER_THE_EDGE * before.total()


def _letters(text: str) -> Counter[str]:
    """How often each letter stands there; hyphens at line ends, which pdfium marks in several ways, do not count."""
    return Counter({letter: n for letter, n in Counter(text).items() if not letter.isspace() and letter not in _MARKS})


def _line(row: Row) -> str:
    return BETWEEN.join(map(_cell, row)).rstrip(BETWEEN)


def _cell(words: Sequence[Word]) -> str:
    """The words of a cell; one that is broken at a line's end is marked for `hyphens.join_hyphens`."""
    text = "".join(word.text for word in words[:1])
    for before, word in pairwise(words):
        below = before.y - word.y > BASELINE
        broken = below and _ENDS_BROKEN.search(before.text) and word.text[0].islower()
        text = f"{text[:-1]}\x02{word.text}" if broken else f"{text} {word.text}"
    return text


def _table(grid: Grid, words: Sequence[Word]) -> list[Row]:
    """The rows of a grid from the top; [] if it is no table.

    Rules alone may be too many, as those of the page itself are: of several ways that with the most columns is it.
    """
    best: list[Row] = []
    for part in parts_of(grid):
        rows = _with_header(part, words) or _rows(part, _inside(part, words))
        if rows and (not best or len(rows[0]) > len(best[0])):
            best = rows
    return best


def _with_header(grid: Grid, words: Sequence[Word]) -> list[Row]:
    """The rows of a grid of rules alone and, first, the line right above it; [] where that is no header."""
    headed = _headed(grid, words)
    rows = _rows(headed, _inside(headed, words)) if headed else []
    return rows if rows and all(rows[0]) and len(rows[0]) > 2 else []


def _headed(grid: Grid, words: Sequence[Word]) -> Grid | None:
    """The grid of rules alone with one more above the line that stands right on it; None without such a line."""
    if grid.down:
        return None
    left, top, right = grid.columns[0], grid.rows[-1], grid.columns[-1]
    above = [w for w in words if left - BASELINE <= w.x <= right and top < w.y <= top + HEADER]
    lines = _lines(above)
    return grid.raised(lines[-1][0].y + BASELINE) if lines else None


def _inside(grid: Grid, words: Sequence[Word]) -> list[Word]:
    columns, rows = grid.columns, grid.rows
    return [w for w in words if columns[0] - BASELINE <= w.x <= columns[-1] and rows[0] <= w.y <= rows[-1]]


def _rows(grid: Grid, words: Sequence[Word]) -> list[Row]:
    """The rows of a grid from the top; [] if it is no table."""
    edges = grid.rows
    columns = grid.columns if grid.down else _gaps(words)
    if len(columns) < 3 or len(words) < 4:
        return []
    bands: list[list[Word]] = [[] for _ in range(len(edges) - 1)]
    for word in words:
        bands[min(bisect_right(edges, word.y), len(edges) - 1) - 1].append(word)
    several = sum(map(bool, bands)) <= _FEW_BANDS
    if grid.banded and any(_is_block(band, grid, columns) for band in bands):
        return []
    parts = [_split(band, grid, columns, several) for band in reversed(bands)]
    held = _span(parts, grid, columns) if grid.down else 0
    rows = [row for part in parts for row in part if any(row)]
    is_prose = several and all(_words_a_cell(column) > _WORDY for column in zip(*rows, strict=True))
    return rows if _is_table(rows, held) and not is_prose else []


def _is_block(band: Sequence[Word], grid: Grid, columns: Sequence[float]) -> bool:
    """Whether a band is behind several lines of a label and a value each, not behind one row."""
    return sum(all(_cells(line, grid, columns)) for line in _lines(band)) > _FEW_BANDS


def _words_a_cell(column: Sequence[list[Word]]) -> float:
    return sum(map(len, column)) / max(sum(map(bool, column)), 1)


def _span(parts: Sequence[list[Row]], grid: Grid, columns: Sequence[float]) -> int:
    """Move the words of a cell that reaches over several rows, wherever it has them, to the first of these rows.

    How many places of the other rows such cells, be they empty, reach into.
    """
    first = [0] * (len(columns) - 1)
    reached: list[int] = []
    for number, edge in enumerate(reversed(grid.rows[1:-1]), 1):
        for column, (left, right) in enumerate(pairwise(columns)):
            middle = (left + right) / 2
            ruled = any(abs(r.at - edge) <= NEAR and r.start <= middle <= r.end for r in grid.across)
            if ruled or len(parts[number]) != 1 or len(parts[first[column]]) != 1:
                first[column] = number
            else:
                parts[first[column]][0][column] += parts[number][0][column]
                parts[number][0][column] = []
                reached.append(number)
    return sum(any(parts[number][0]) for number in reached)


def _split(band: Sequence[Word], grid: Grid, columns: Sequence[float], several: bool) -> list[Row]:
    """A band between two rules as a row, or as several where each begins with a line that has a first cell."""
    rows: list[Row] = []
    lines = [_cells(line, grid, columns) for line in _lines(band)]
    begin = [row for row in lines if row[0] and any(row[1:])]
    several = (
        (several or (grid.banded and len(begin) == len(lines)))
        and len(lines) > 2
        and not (len(begin) == 1 and _is_halfway(begin[0], lines))
    )
    for row in lines:
        if not rows or (several and row in begin):
            rows.append(row)
        else:
            for cell, more in zip(rows[-1], row, strict=True):
                cell += more
    return [list(map(_in_order, row)) for row in rows]


def _in_order(cell: Sequence[Word]) -> list[Word]:
    """The words of a cell as the page's text has them; as they stand where some, such as key caps, are drawn late."""
    words = sorted(cell, key=lambda word: word.start)
    late = ((a, b) for a, b in pairwise(words) if b.start - a.start - len(a.text) > _APART)
    if any(b.y - a.y > BASELINE or (b.x < a.x and abs(b.y - a.y) <= BASELINE) for a, b in late):
        return [word for line in _lines(words) for word in sorted(line, key=lambda word: word.x)]
    return words


def _is_halfway(row: Row, lines: Sequence[Row]) -> bool:
    """Whether a line is at half the height of several, as the name of a row is that its other cells make tall."""
    top, own, bottom = (next(word.y for cell in line for word in cell) for line in (lines[0], row, lines[-1]))
    return row is not lines[0] and abs(own - (top + bottom) / 2) <= _HALFWAY


def _cells(line: Sequence[Word], grid: Grid, columns: Sequence[float]) -> Row:
    """The words of a line by the columns they stand in."""
    row: Row = [[] for _ in columns[1:]]
    for word in line:
        row[_column(word, grid, columns)].append(word)
    return row


def _lines(words: Sequence[Word]) -> list[list[Word]]:
    """The words by lines, from the top."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (-word.y, word.x)):
        if lines and lines[-1][0].y - word.y <= BASELINE:
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def _column(word: Word, grid: Grid, columns: Sequence[float]) -> int:
    """The cell a word is in; the first one of those that no rule parts at its height."""
    number = min(max(bisect_right(columns, word.x + 1) - 1, 0), len(columns) - 2)
    while number and grid.down:
        edge = columns[number]
        if any(abs(rule.at - edge) <= NEAR and rule.start - NEAR <= word.y <= rule.end + NEAR for rule in grid.down):
            break
        number -= 1
    return number


def _gaps(words: Sequence[Word]) -> list[float]:
    """Where columns begin, and the last one ends, told by the white between them on all lines."""
    starts: list[float] = []
    end = 0.0
    for word in sorted(words, key=lambda word: word.x):
        if not starts or word.x - end >= _GAP:
            starts.append(word.x - 1)
        end = max(end, word.right)
    return [*starts, end] if starts else []


def _is_table(rows: Sequence[Row], held: int = 0) -> bool:
    """Whether it has two rows of two cells, is not nearly empty, and no cell is a page or a column of bullets.

    `held` are the places that cells of other rows reach into.
    """
    columns = [column for column in zip(*rows, strict=True) if any(column)]
    cells = len(rows) * len(columns)
    filled = sum(bool(cell) for row in rows for cell in row)
    if len(columns) < 2 or sum(sum(map(bool, row)) > 1 for row in rows) < 2 or filled < FULL * (cells - held):
        return False
    if any(len({round(w.y) for w in cell}) > TALLEST for row in rows for cell in row):
        return False
    return all(any(letter.isalnum() for cell in column for word in cell for letter in word.text) for column in columns)


def _rewrite(text: str, words: Sequence[Word], taken: set[int], tables: dict[int, str]) -> str:
    """The text without the words taken, the tables in their place."""
    lines: list[str] = []
    at = {word.start: word for word in words}
    position = 0
    for raw in text.split("\n"):
        inside = [match.start() + position for match in WORD.finditer(raw)]
        if taken.isdisjoint(inside):
            lines.append(raw)
        else:
            lines += _rest(inside, at, taken, tables)
        position += len(raw) + 1
    return "\n".join(line.rstrip("\r") for line in lines)


def _rest(starts: Sequence[int], at: dict[int, Word], taken: set[int], tables: dict[int, str]) -> list[str]:
    """What a line becomes: its words outside tables, and the tables that begin in it, each on lines of its own."""
    parts: list[list[str]] = [[]]
    for start in starts:
        if start in tables:
            parts += [[tables[start]], []]
        elif start not in taken:
            parts[-1].append(at[start].text)
    return [" ".join(part) for part in parts if part]
