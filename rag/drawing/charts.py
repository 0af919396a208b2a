"""Numbers → charts as inline SVG, coloured by the classes of the page that they stand in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 360
"""Units across: about a phone's pixels, so that the text is as large as the page's wherever it is read."""

_BAR, _GAP, _HEAD, _ROW = 13, 3, 20, 14
_LEFT, _RIGHT = 42, 46
_PLOT = WIDTH - _LEFT - _RIGHT


@dataclass(frozen=True, slots=True)
class Bar:
    """A share from 0 to 1; `low` and `high` are the ends of its interval, where it has one. `style` is a CSS class."""

    name: str
    value: float
    shown: str
    style: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Bars that belong together, under a heading."""

    heading: str
    note: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """Values counted in a histogram; `style` is a CSS class."""

    name: str
    style: str
    values: tuple[float, ...]


def bar_chart(title: str, rows: Sequence[Row]) -> str:
    """Horizontal bars over one axis from 0 to 1, heading by heading; an interval is a line across the bar's end."""
    parts, y = [], 0.0
    for row in rows:
        heading = f'<tspan class="strong">{escape(row.heading)}</tspan> <tspan class="soft">{escape(row.note)}</tspan>'
        parts.append(f'<text x="0" y="{y + 14}">{heading}</text>')
        y += _HEAD
        for bar in row.bars:
            parts.append(_bar(bar, y))
            y += _BAR + _GAP
        y += _ROW
    grid = [f'<line class="grid" x1="{_x(v)}" x2="{_x(v)}" y1="0" y2="{y - _ROW}"/>' for v in (0, 0.25, 0.5, 0.75, 1)]
    ends = [
        f'<text class="soft" x="{_x(v)}" y="{y}" text-anchor="middle">{name}</text>'
        for v, name in ((0, "0"), (0.5, "½"), (1, "1"))
    ]
    return svg(title, y + 6, [*grid, *parts, *ends])


def _bar(bar: Bar, y: float) -> str:
    middle = y + _BAR / 2
    interval, tip = "", f"{bar.name} {bar.shown}"
    if bar.low is not None and bar.high is not None:
        tip += f", 95 %: {bar.low:.3f} to {bar.high:.3f}"
        interval = f"{_whisker('halo', bar.low, bar.high, middle)}{_whisker('whisker', bar.low, bar.high, middle)}"
    return (
        f'<g><title>{escape(tip)}</title><text class="soft" x="0" y="{middle + 4}">{escape(bar.name)}</text>'
        f'<rect class="{escape(bar.style)}" x="{_LEFT}" y="{y}" width="{number(bar.value * _PLOT)}" height="{_BAR}" '
        f'rx="2"/>{interval}<text x="{WIDTH}" y="{middle + 4}" text-anchor="end">{escape(bar.shown)}</text></g>'
    )


def _whisker(style: str, low: float, high: float, y: float) -> str:
    a, b = _x(low), _x(high)
    return f'<path class="{style}" fill="none" d="M{a} {y}H{b}M{a} {y - 3}v6M{b} {y - 3}v6"/>'


def histogram(title: str, series: Sequence[Series], top: float, bins: int, label: Callable[[float], str]) -> str:
    """Shares of each series' values from 0 to `top`, side by side in each bin; what is above is in the last one."""
    height, base = 130, 140
    counts = [_counts(one.values, top, bins) for one in series]
    shares = [[n / max(1, sum(row)) for n in row] for row in counts]
    most = max((share for row in shares for share in row), default=0.0) or 1.0
    slot = WIDTH / bins
    wide = (slot - 2) / max(1, len(series))
    parts = [f'<line class="grid" x1="0" x2="{WIDTH}" y1="{base}" y2="{base}"/>']
    for k, one in enumerate(series):
        for i, share in enumerate(shares[k]):
            tip = f"{one.name}, {label(i * top / bins)} to {label((i + 1) * top / bins)}: {counts[k][i]}"
            tall = share / most * height
            x, y = number(i * slot + 1 + k * wide), number(base - tall)
            box = f'x="{x}" y="{y}" width="{number(wide - 0.5)}" height="{number(tall)}" rx="1"'
            parts.append(f'<g><title>{escape(tip)}</title><rect class="{escape(one.style)}" {box}/></g>')
    marks = ((0, 0.0, "start"), (WIDTH / 2, top / 2, "middle"), (WIDTH, top, "end"))
    parts += [
        f'<text class="soft" x="{x}" y="{base + 16}" text-anchor="{anchor}">{escape(label(value))}</text>'
        for x, value, anchor in marks
    ]
    return svg(title, base + 22, parts)


def _counts(values: Iterable[float], top: float, bins: int) -> list[int]:
    counts = [0] * bins
    for value in values:
        counts[max(0, min(bins - 1, int(value / top * bins)))] += 1
    return counts


def svg(title: str, height: float, parts: Iterable[str]) -> str:
    """A drawing WIDTH units across with a name for screen readers."""
    return f'<svg viewBox="0 0 {WIDTH} {number(height)}" role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>'


def _x(value: float) -> str:
    return number(_LEFT + value * _PLOT)


def number(value: float) -> str:
    """A length as SVG has it."""
    return f"{value:.1f}"
