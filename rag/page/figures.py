"""A chart as inline SVG → a picture of its own: with its legend, coloured for a light or a dark page.

A picture's SVG runs nothing and fetches nothing, whatever names stand in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from rag.drawing.charts import WIDTH, number

_LIGHT = {
    "ink": "#1f2625", "soft": "#5d6664", "grid": "#e2ddd2", "card": "#fcfbf8", "deep": "#0b5750", "mid": "#2b9388",
    "pale": "#a4d2cc", "blue": "#0f6f68", "orange": "#cf6a2a", "grey": "#a39d90",
}  # fmt: skip
_DARK = {
    "ink": "#e9e6df", "soft": "#a9afad", "grid": "#2e3738", "card": "#15191a", "deep": "#9fdcd4", "mid": "#35a297",
    "pale": "#23605a", "blue": "#3bb0a4", "orange": "#e58450", "grey": "#707b7c",
}  # fmt: skip
_FILLED = ("deep", "mid", "pale", "blue", "orange", "grey")
_LEGEND, _ROW, _LETTER, _SIZE = 24, 18, 6.4, 12
_MARGIN = 4
"""The page rounds a picture's corners: nothing stands in them."""
_BOX = re.compile(r'viewBox="0 0 [\d.]+ ([\d.]+)"')


@dataclass(frozen=True, slots=True)
class Key:
    """What a colour stands for; `style` is a CSS class of the charts."""

    name: str
    style: str


@dataclass(frozen=True, slots=True)
class Table:
    """The chart's numbers for those who cannot see it: as many cells in each row as in the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with all that is said of it. Title and cells of the table may be foreign; the note is the page's own."""

    title: str
    note: str
    chart: str
    keys: tuple[Key, ...]
    table: Table


def picture(chart: str, keys: Sequence[Key], dark: bool) -> str:
    """A whole SVG file around the chart, its legend above it."""
    legend, top = _legend(keys)
    found = _BOX.search(chart)
    height = float(found[1]) if found else 0.0
    inner = chart.replace("<svg ", f'<svg y="{top}" width="{WIDTH}" height="{number(height)}" ', 1)
    wide, tall = number(WIDTH + 2 * _MARGIN), number(top + height + 2 * _MARGIN)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{tall}" '
        f'viewBox="{-_MARGIN} {-_MARGIN} {wide} {tall}"><style>{_style(_DARK if dark else _LIGHT)}</style>'
        f"{legend}{inner}</svg>"
    )


def _legend(keys: Sequence[Key]) -> tuple[str, int]:
    """The legend, and its height; a row more where the names do not fit one."""
    drawn, x, row = [], 0.0, 0
    for key in keys:
        wide = 28 + len(key.name) * _LETTER
        if x and x + wide > WIDTH:
            x, row = 0.0, row + 1
        y = row * _ROW
        drawn.append(f'<rect class="{escape(key.style)}" x="{number(x)}" y="{y + 3}" width="10" height="10" rx="2"/>')
        drawn.append(f'<text class="soft" x="{number(x + 15)}" y="{y + 12}">{escape(key.name)}</text>')
        x += wide
    return "".join(drawn), _LEGEND + row * _ROW if keys else 0


def _style(colours: dict[str, str]) -> str:
    filled = "".join(f".{name}{{fill:{colours[name]}}}" for name in _FILLED)
    lined = "".join(f".line.{name},.ends.{name}{{stroke:{colours[name]}}}" for name in _FILLED)
    return (
        f"text{{font:{_SIZE}px system-ui,sans-serif;fill:{colours['ink']};font-variant-numeric:tabular-nums}}"
        f".soft{{fill:{colours['soft']}}}.strong{{font-weight:600}}.grid{{stroke:{colours['grid']}}}"
        f".whisker{{stroke:{colours['ink']};stroke-width:1.2}}.halo{{stroke:{colours['card']};stroke-width:3.6}}"
        f"{filled}{lined}.line{{fill:none;stroke-width:2}}.ends{{stroke-width:1.2;opacity:.55}}"
    )
