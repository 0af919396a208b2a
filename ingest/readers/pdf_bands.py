"""Filled boxes on a page of a PDF → the grids of tables whose rows are told apart by their colour alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

NEAR = 2.0
"""Points between boxes that are meant to touch or to be in line."""
_LOWEST, _HIGHEST = 6.0, 90.0
_NARROWEST = 100.0
_THINNEST, _WIDEST = 0.4, 4.0
"""Heights of a band between it and the next one of its colour: a row without colour, of one line or of several."""
FEWEST = 2


class Fill(NamedTuple):
    """A box filled with a colour, (left, bottom, right, top) in points."""

    left: float
    bottom: float
    right: float
    top: float
    colour: tuple[int, int, int]


def striped(fills: Iterable[Fill]) -> Iterator[tuple[float, float, list[float]]]:
    """(left, right, the heights of the edges of rows) for each group of bands, one below the other, that are a table's.

    Two of one colour must have a row without it between them: the background of a listing or of a note is one box, and
    one box for each of its lines. The lowest height is a guess: where a row without colour below the last band ends.
    """
    for bands in _in_line(_across(fills)):
        own = _down(bands)
        rows = [gap for gap in map(_gap, own, own[1:]) if gap] if len(own) >= FEWEST else []
        if rows:
            edges = {edge for band in own for edge in (band.bottom, band.top)}
            lowest = own[-1].bottom - max(min(rows), own[-1].top - own[-1].bottom)
            yield own[0].left, own[0].right, sorted((*edges, lowest))


def _gap(band: Fill, below: Fill) -> float:
    """The height of the row without colour between two bands of the same; 0 where none is."""
    height, gap = band.top - band.bottom, band.bottom - below.top
    return gap if band.colour == below.colour and _THINNEST * height <= gap <= _WIDEST * height else 0.0


def _across(fills: Iterable[Fill]) -> list[Fill]:
    """The bands that are made of the boxes of their cells."""
    found: list[Fill] = []
    low = (fill for fill in fills if _LOWEST <= fill.top - fill.bottom <= _HIGHEST)
    for fill in sorted(low, key=lambda fill: (-round(fill.top), -round(fill.bottom), fill.colour, fill.left)):
        last = found[-1] if found else None
        level = last and abs(last.top - fill.top) <= NEAR and abs(last.bottom - fill.bottom) <= NEAR
        if last and level and last.colour == fill.colour and fill.left <= last.right + NEAR:
            found[-1] = last._replace(right=max(last.right, fill.right))
        else:
            found.append(fill)
    return [fill for fill in found if fill.right - fill.left >= _NARROWEST]


def _in_line(bands: Iterable[Fill]) -> list[list[Fill]]:
    """Bands that begin and end alike, from the top."""
    groups: list[list[Fill]] = []
    for band in bands:
        alike = (g for g in groups if abs(g[0].left - band.left) <= NEAR and abs(g[0].right - band.right) <= NEAR)
        group = next(alike, None)
        if group is None:
            groups.append([band])
        else:
            group.append(band)
    return groups


def _down(bands: Sequence[Fill]) -> list[Fill]:
    """Bands of one colour that touch made one."""
    found = list(bands[:1])
    for band, below in pairwise(bands):
        if band.colour == below.colour and found[-1].bottom - below.top <= NEAR:
            found[-1] = found[-1]._replace(bottom=min(found[-1].bottom, below.bottom))
        else:
            found.append(below)
    return found
