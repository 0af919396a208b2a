"""The list that a Word paragraph is an item of → the number or the sign that Word shows before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from ingest.readers.ordinals import ordinal

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STYLES = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I", "decimalZero": "01"}
_PLACE = re.compile(r"%([1-9])")
BULLET = "-"


@dataclass(frozen=True, slots=True)
class _Level:
    """How one depth of a list is numbered; `text` holds `%1` for the number of depth 0."""

    kind: str = "decimal"
    text: str = ""
    start: int = 1
    digits: bool = False  # whether the numbers of other depths are shown as digits, whatever their style

    @property
    def style(self) -> str:
        return _STYLES.get(self.kind, "1")


class ListNumbers:
    """Counts the items of a document's lists as they come. Lists made of one definition go on counting together."""

    def __init__(self, numbering: etree._Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._definition: dict[str, str] = {}
        self._restarts: set[tuple[str, int]] = set()
        self._counts: dict[tuple[str, int], int] = {}
        if numbering is not None:
            self._learn(numbering)

    def mark(self, list_id: str, depth: int) -> str:
        """What stands before the next item of a list at a depth (from 0): "-", its number as shown, or ""."""
        levels = self._levels.get(list_id, {})
        level = levels.get(depth, _Level(text=f"%{depth + 1}."))
        if level.kind == "bullet" or (level.kind == "none" and not level.text):
            return BULLET
        counted = self._definition.get(list_id, list_id)
        if (list_id, depth) in self._restarts:
            self._restarts.remove((list_id, depth))
            self._counts.pop((counted, depth), None)
        self._counts[counted, depth] = self._counts.get((counted, depth), level.start - 1) + 1
        for deeper in [key for key in self._counts if key[0] == counted and key[1] > depth]:
            del self._counts[deeper]
        return _PLACE.sub(lambda place: self._number(counted, levels, int(place[1]) - 1, level), level.text).strip()

    def _number(self, counted: str, levels: dict[int, _Level], depth: int, shown_in: _Level) -> str:
        level = levels.get(depth, _Level())
        if level.kind == "none":
            return ""
        number = self._counts.get((counted, depth), level.start)
        return ordinal(number, "1" if shown_in.digits else level.style)

    def _learn(self, numbering: etree._Element) -> None:
        abstract = {one.get(f"{_W}abstractNumId") or "": one for one in numbering.iterfind(f"{_W}abstractNum")}
        styled = {_value(one, "styleLink"): name for name, one in abstract.items() if _value(one, "styleLink")}
        for one in numbering.iterfind(f"{_W}num"):
            list_id, name = one.get(f"{_W}numId") or "", _value(one, "abstractNumId")
            if name in abstract and (linked := styled.get(_value(abstract[name], "numStyleLink"))):
                name = linked
            self._definition[list_id] = name
            levels = dict(_levels(abstract[name])) if name in abstract else {}
            for override in one.iterfind(f"{_W}lvlOverride"):
                self._override(list_id, override, levels)
            self._levels[list_id] = levels

    def _override(self, list_id: str, override: etree._Element, levels: dict[int, _Level]) -> None:
        depth = _whole(override.get(f"{_W}ilvl"), 0)
        levels.update(_levels(override))
        if start := _value(override, "startOverride"):
            before = levels.get(depth, _Level())
            levels[depth] = _Level(before.kind, before.text, _whole(start, before.start), before.digits)
            self._restarts.add((list_id, depth))


def _levels(parent: etree._Element) -> Iterator[tuple[int, _Level]]:
    for level in parent.iterfind(f"{_W}lvl"):
        yield (
            _whole(level.get(f"{_W}ilvl"), 0),
            _Level(
                _value(level, "numFmt") or "decimal",
                _value(level, "lvlText"),
                _whole(_value(level, "start"), 0 if level.find(f"{_W}start") is None else 1),
                level.find(f"{_W}isLgl") is not None,
            ),
        )


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 7 else otherwise


def _value(holder: etree._Element, name: str) -> str:
    found = holder.find(f"{_W}{name}")
    return "" if found is None else str(found.get(f"{_W}val") or "")
