"""Days and evaluations → charts in time as inline SVG, coloured by the classes of the page that they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from rag.drawing.charts import WIDTH, number, svg

_TALL, _TOP, _LEFT, _RIGHT = 120, 24, 30, 8
_BASE = _TOP + _TALL
_PLOT = WIDTH - _LEFT - _RIGHT
_LABELLED = 5
"""Columns that have their name below them, at most."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a column; `style` is a CSS class."""

    name: str
    style: str
    value: int


@dataclass(frozen=True, slots=True)
class Column:
    """Parts on top of each other, the first at the bottom, and what stands below them."""

    label: str
    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        """Its height."""
        return sum(part.value for part in self.parts)


@dataclass(frozen=True, slots=True)
class Point:
    """A rate from 0 to 1; `low` and `high` are the ends of its interval, where it has one."""

    label: str
    value: float
    shown: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Points in the order of time; `style` is a CSS class."""

    name: str
    style: str
    points: tuple[Point, ...]


def columns(title: str, every: Sequence[Column]) -> str:
    """Stacked columns over an axis of whole numbers from 0."""
    top = ceiling(max((column.total for column in every), default=0))
    drawn = _axis([(value, str(value)) for value in dict.fromkeys((0, top // 2, top))], top)
    slot = _PLOT / max(1, len(every))
    wide = min(slot - min(3.0, slot * 0.25), 34.0)
    for at, column in enumerate(every):
        left, y = _LEFT + at * slot + (slot - wide) / 2, float(_BASE)
        for part in column.parts:
            tall = part.value / top * _TALL
            y -= tall
            if part.value:
                box = f'x="{number(left)}" y="{number(y)}" width="{number(wide)}" height="{number(tall)}"'
                drawn.append(f'<rect class="{escape(part.style)}" {box} rx="1"/>')
    return svg(title, _BASE + 22, [*drawn, *_names([column.label for column in every])])


def lines(title: str, every: Sequence[Line]) -> str:
    """Lines over one axis from 0 to 1, a step for each point; an interval is an upright line through its point."""
    drawn = _axis([(0, "0"), (0.5, "½"), (1, "1")], 1.0)
    for nth, line in enumerate(every):
        places = [(_middle(at, len(line.points)), _BASE - point.value * _TALL) for at, point in enumerate(line.points)]
        path = " ".join(f"{number(x)},{number(y)}" for x, y in places)
        drawn.append(f'<polyline class="{escape(line.style)} line" fill="none" points="{path}"/>')
        for (x, y), point in zip(places, line.points, strict=True):
            if point.low is not None and point.high is not None:
                ends = f'y1="{number(_BASE - point.low * _TALL)}" y2="{number(_BASE - point.high * _TALL)}"'
                drawn.append(f'<line class="{escape(line.style)} ends" x1="{number(x)}" x2="{number(x)}" {ends}/>')
            drawn.append(f'<circle class="{escape(line.style)}" cx="{number(x)}" cy="{number(y)}" r="3.5"/>')
        if places:
            # At its last point, the figure that a person looks for: above the first line, below the others.
            x, y = places[-1][0], places[-1][1] + (18 if nth else -8)
            x, anchor = (float(WIDTH), "end") if x > WIDTH - 30 else (x, "middle")
            shown = escape(line.points[-1].shown)
            drawn.append(f'<text class="strong" x="{number(x)}" y="{number(y)}" text-anchor="{anchor}">{shown}</text>')
    longest = max(every, key=lambda line: len(line.points), default=Line("", "", ()))
    return svg(title, _BASE + 22, [*drawn, *_names([point.label for point in longest.points])])


def ceiling(most: int) -> int:
    """The end of an axis: a round even number that is not below `most` and never 0, so that its half is whole."""
    step = 2
    while most > step * 5:
        step *= 5 if str(step)[0] == "2" else 2
    return max(2, -(-most // step) * step)


def _axis(marks: Sequence[tuple[float, str]], top: float) -> list[str]:
    drawn = []
    for value, name in marks:
        y = number(_BASE - value / top * _TALL)
        drawn.append(f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>')
        drawn.append(f'<text class="soft" x="{_LEFT - 6}" y="{float(y) + 4:.1f}" text-anchor="end">{name}</text>')
    return drawn


def _middle(at: int, count: int) -> float:
    return _LEFT + _PLOT * (at + 0.5) / max(1, count)


def _names(labels: Sequence[str]) -> list[str]:
    """The labels below, so few that none touches another; the last one always."""
    step = -(-len(labels) // _LABELLED) or 1
    drawn = []
    for at, label in enumerate(labels):
        if (len(labels) - 1 - at) % step == 0:
            x, anchor = _middle(at, len(labels)), "middle"
            if x > WIDTH - 30:
                x, anchor = float(WIDTH), "end"
            drawn.append(
                f'<text class="soft" x="{number(x)}" y="{_BASE + 17}" text-anchor="{anchor}">{escape(label)}</text>'
            )
    return drawn
