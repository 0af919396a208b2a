"""A page of a PDF → the lines drawn on it, and the grids they make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from ctypes import byref, c_float, c_int, c_uint
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from ingest.readers.pdf_bands import Fill, striped

MAX_RULES = 2_000
"""Drawn lines on a page above which it holds a drawing, and no table is looked for."""
FEWEST = 3
"""Rules of one length that may be those of a table's rows."""
_FAR = 1.5
"""Heights of a usual row between a rule of the page itself and the nearest of a table, at least."""
NEAR = 3.0
"""Points between things that are meant to touch or to be in line."""
_THIN, _SHORT = 2.5, 8.0
_RECTANGLE = 6
_WHITE = 254
_CAP = 18.0
"""Points of height up to which a box with round corners is one around a word, such as a key cap."""
_SAMPLE = 200  # letters of a page


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line along an axis: at `at` of the other axis, from `start` to `end`, in points."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Grid:
    """Rules that touch: horizontal ones at their heights, vertical ones at their places."""

    across: tuple[Rule, ...]
    down: tuple[Rule, ...]
    banded: bool = False
    """Whether it is of coloured bands, whose lowest edge is a guess."""

    @property
    def columns(self) -> list[float]:
        """Where columns begin and end, from the left."""
        ends = [rule.start for rule in self.across] + [rule.end for rule in self.across]
        return _distinct([rule.at for rule in self.down] + ([min(ends), max(ends)] if ends else []))

    @property
    def rows(self) -> list[float]:
        """Where rows end and begin, from the bottom."""
        ends = [rule.start for rule in self.down] + [rule.end for rule in self.down]
        return _distinct([rule.at for rule in self.across] + ([min(ends), max(ends)] if ends else []))

    def raised(self, top: float) -> Grid:
        """The same with one more rule across, as long as the highest."""
        highest = max(self.across, key=lambda rule: rule.at)
        return replace(self, across=(Rule(top, highest.start, highest.end), *self.across))


@dataclass(frozen=True, slots=True)
class Turn:
    """Places on the sheet → places as a page is shown: x' = a·x + b·y, y' = c·x + d·y, up to where zero is."""

    a: int
    b: int
    c: int
    d: int

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the sheet is shown."""
        return self.a * x + self.b * y, self.c * x + self.d * y

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """(left, bottom, right, top) of a box as shown."""
        return _box(self.point(x0, y0), self.point(x1, y1))


UPRIGHT = Turn(1, 0, 0, 1)
_TURNS = {90: Turn(0, 1, -1, 0), 180: Turn(-1, 0, 0, -1), 270: Turn(0, -1, 1, 0)}


def turn_of(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> Turn:
    """How a page is turned to be read; UPRIGHT too where it is turned but its letters stand upright on the sheet."""
    turn = _TURNS.get(page.get_rotation(), UPRIGHT)
    count = textpage.count_chars() if turn != UPRIGHT else 0
    matrix, along, across = pdfium_c.FS_MATRIX(), 0.0, 0.0
    for index in range(0, count, max(1, count // _SAMPLE)):
        if pdfium_c.FPDFText_GetMatrix(textpage, index, matrix):
            x, y = turn.point(matrix.a, matrix.b)
            along, across = along + x, across + abs(y)
    return turn if along > across else UPRIGHT


def grids(page: pdfium.PdfPage, turn: Turn = UPRIGHT) -> list[Grid]:
    """The grids on a page, turned so, that may be tables: two columns and two rows at least, or three equal rules."""
    across: list[Rule] = []
    down: list[Rule] = []
    fills: list[Fill] = []
    for stroke in _strokes(page, turn, fills):
        x0, y0, x1, y1 = turn.box(*stroke)
        if y1 - y0 <= _THIN and x1 - x0 >= _SHORT:
            across.append(Rule((y0 + y1) / 2, x0, x1))
        elif x1 - x0 <= _THIN and y1 - y0 >= _SHORT / 2:
            down.append(Rule((x0 + x1) / 2, y0, y1))
        if len(across) + len(down) > MAX_RULES:
            return []
    bands = [
        Grid(tuple(Rule(at, left, right) for at in edges), (), banded=True) for left, right, edges in striped(fills)
    ]
    if len(across) + len(down) < 3:
        return bands
    found = _touching(_merged(across), _merged(down))
    boxed = [grid for grid in found if grid.down and len(grid.columns) > 2 and len(grid.rows) > 2]
    return boxed + _open([rule for grid in found if not grid.down for rule in grid.across]) + bands


def parts_of(grid: Grid) -> Iterator[Grid]:
    """The grid; and, where it is of rules alone, without its highest, its lowest, both, if they are far from others."""
    yield grid
    if grid.banded:
        grid = replace(grid, across=grid.across[1:])
        yield grid
    rows = grid.rows
    steps = [above - below for below, above in pairwise(rows)]
    if grid.down or len(steps) < FEWEST:
        return
    usual = median(steps)
    top, bottom = steps[-1] > _FAR * usual, steps[0] > _FAR * usual
    for highest, lowest in ((rows[-1 - top], rows[0]), (rows[-1], rows[bottom]), (rows[-1 - top], rows[bottom])):
        part = tuple(rule for rule in grid.across if lowest - NEAR <= rule.at <= highest + NEAR)
        if FEWEST <= len(part) < len(grid.across):
            yield Grid(part, ())


def _open(across: Sequence[Rule]) -> list[Grid]:
    """Grids of horizontal rules of the same length alone, one below the other."""
    left = sorted(across, key=lambda rule: -rule.at)
    found = []
    while left:
        first = left[0]
        alike = [r for r in left if abs(r.start - first.start) <= NEAR and abs(r.end - first.end) <= NEAR]
        left = [rule for rule in left if rule not in alike]
        if len(alike) >= FEWEST:
            found.append(Grid(tuple(alike), ()))
    return found


def _strokes(page: pdfium.PdfPage, turn: Turn, fills: list[Fill]) -> Iterator[tuple[float, float, float, float]]:
    """(left, bottom, right, top) of every line that is drawn; a rectangle gives its four sides.

    Those that are only filled with a colour are added to `fills`, as they are shown.
    """
    box = [c_float() for _ in range(4)]
    refs = [byref(side) for side in box]
    raw = page.raw
    for index in range(pdfium_c.FPDFPage_CountObjects(raw)):
        item = pdfium_c.FPDFPage_GetObject(raw, index)
        if pdfium_c.FPDFPageObj_GetType(item) != pdfium_c.FPDF_PAGEOBJ_PATH:
            continue
        count = pdfium_c.FPDFPath_CountSegments(item)
        known = pdfium_c.FPDFPageObj_GetBounds(item, *refs)
        x0, y0, x1, y1 = (side.value for side in box)
        if count > _RECTANGLE:
            if not known or not _SHORT < y1 - y0 <= _CAP:
                yield from _segments(item, min(count, MAX_RULES))
        elif known:
            if min(x1 - x0, y1 - y0) <= _THIN:
                yield x0, y0, x1, y1
            elif count >= 4 and _is_stroked(item):
                yield from ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1))
            elif count >= 4 and len(fills) < MAX_RULES and (colour := _colour(item)):
                fills.append(Fill(*turn.box(x0, y0, x1, y1), colour))


def _is_stroked(item: object) -> bool:
    fill, stroke = c_int(), c_int()
    return bool(pdfium_c.FPDFPath_GetDrawMode(item, byref(fill), byref(stroke)) and stroke.value)


def _colour(item: object) -> tuple[int, int, int] | None:
    """What a path is filled with; None where it is not, or with white."""
    fill, stroke = c_int(), c_int()
    if not pdfium_c.FPDFPath_GetDrawMode(item, byref(fill), byref(stroke)) or not fill.value:
        return None
    red, green, blue, alpha = (c_uint() for _ in range(4))
    pdfium_c.FPDFPageObj_GetFillColor(item, byref(red), byref(green), byref(blue), byref(alpha))
    colour = red.value, green.value, blue.value
    return colour if min(colour) < _WHITE and alpha.value else None


def _segments(item: object, count: int) -> Iterator[tuple[float, float, float, float]]:
    """The straight lines of a path of several, in the page's own space."""
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPageObj_GetMatrix(item, matrix)
    x, y = c_float(), c_float()
    start = here = (0.0, 0.0)
    for number in range(count):
        segment = pdfium_c.FPDFPath_GetPathSegment(item, number)
        pdfium_c.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = pdfium_c.FPDFPathSegment_GetType(segment)
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == pdfium_c.FPDF_SEGMENT_LINETO:
            yield _box(here, point)
        if pdfium_c.FPDFPathSegment_GetClose(segment):
            yield _box(point, start)
        here = point


def _box(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float, float, float]:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """The rules, those that go on in one another made one."""
    merged: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: (round(rule.at), rule.start)):
        last = merged[-1] if merged else None
        if last and abs(last.at - rule.at) <= _THIN and rule.start <= last.end + NEAR:
            merged[-1] = Rule(last.at, last.start, max(last.end, rule.end))
        else:
            merged.append(rule)
    return merged


def _touching(across: Sequence[Rule], down: Sequence[Rule]) -> list[Grid]:
    """The rules in groups, each of rules that touch one another."""
    groups: list[tuple[set[int], set[int]]] = [({n}, set()) for n in range(len(across))]
    for number, rule in enumerate(down):
        crossed = {
            n
            for n, other in enumerate(across)
            if other.start - NEAR <= rule.at <= other.end + NEAR and rule.start - NEAR <= other.at <= rule.end + NEAR
        }
        if not crossed:
            continue
        joined = (set(crossed), {number})
        for group in [group for group in groups if group[0] & crossed]:
            joined[0].update(group[0])
            joined[1].update(group[1])
            groups.remove(group)
        groups.append(joined)
    return [Grid(tuple(across[n] for n in sorted(h)), tuple(down[n] for n in sorted(v))) for h, v in groups]


def _distinct(places: Iterable[float]) -> list[float]:
    """Places in order, those nearly the same once."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > NEAR:
            found.append(place)
    return found
