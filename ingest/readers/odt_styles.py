"""The styles of an OpenDocument file → which text is raised, and the numbers before items and headings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from ingest.readers.ordinals import ordinal

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_MOST_LEVELS = 10
BULLET = "-"


@dataclass(frozen=True, slots=True)
class _Level:
    """How one depth of a list is numbered: `format` is "1", "a", "I" …, or "" for none; `shown` levels are joined."""

    format: str = ""
    prefix: str = ""
    suffix: str = ""
    shown: int = 1
    start: int = 1
    bullet: bool = False


class Styles:
    """What the styles of a file say; `roots` are those of its content and its common styles."""

    def __init__(self, roots: Sequence[etree._Element] = ()) -> None:
        self.raised = frozenset(name for root in roots for name in _raised(root))
        self.lists = {
            style.get(f"{_STYLE}name") or "": dict(_levels(style))
            for root in roots
            for style in root.iter(f"{_TEXT}list-style")
        }
        self.outline = {
            depth: level
            for root in roots
            for outline in root.iter(f"{_TEXT}outline-style")
            for depth, level in _levels(outline)
        }
        self._parents = {
            style.get(f"{_STYLE}name") or "": style for root in roots for style in root.iter(f"{_STYLE}style")
        }

    def is_numbered(self, style: str) -> bool:
        """Whether a heading of this style is numbered as the outline is: none of its styles takes it out of it."""
        for _ in range(20):  # a style may be based on itself
            found = self._parents.get(style)
            if found is None:
                return True
            if (name := found.get(f"{_STYLE}list-style-name")) is not None:
                return bool(name)
            style = found.get(f"{_STYLE}parent-style-name") or ""
        return True


class Marks:
    """Counts the items of the lists, and the headings, of a file as they come."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._kept: dict[str, dict[int, int]] = {}  # by a list's id, and by the name of its style
        self._counts: dict[int, int] = {}
        self._chapters: dict[int, int] = {}

    def begin(self, found: etree._Element) -> None:
        """An outermost list begins; one may go on counting where another stopped."""
        style, name = found.get(f"{_TEXT}style-name") or "", found.get(_XML_ID)
        continued = found.get(f"{_TEXT}continue-list")
        before = self._kept.get(continued) if continued else None
        if before is None and found.get(f"{_TEXT}continue-numbering") == "true":
            before = self._kept.get(f" {style}")
        self._counts = {} if before is None else before
        self._kept[f" {style}"] = self._counts
        if name:
            self._kept[name] = self._counts

    def item(self, item: etree._Element, style: str, depth: int) -> str:
        """What stands before an item at a depth from 1: "-", its number as shown, or ""."""
        levels = self._styles.lists.get(style, {})
        if depth not in levels or levels[depth].bullet:
            return BULLET
        start = item.get(f"{_TEXT}start-value")
        if start and start.isdecimal() and len(start) < 7:
            self._counts[depth] = int(start) - 1
        return _counted(self._counts, levels, depth)

    def chapter(self, heading: etree._Element, depth: int) -> str:
        """The number before a heading of the outline; "" where headings have none."""
        level = self._styles.outline.get(depth)
        if level is None or level.bullet or not self._styles.is_numbered(heading.get(f"{_TEXT}style-name") or ""):
            return ""
        if heading.get(f"{_TEXT}is-list-header") == "true":
            return ""
        number = _counted(self._chapters, self._styles.outline, depth)
        return number if level.format else ""


def _counted(counts: dict[int, int], levels: dict[int, _Level], depth: int) -> str:
    level = levels[depth]
    counts[depth] = counts.get(depth, level.start - 1) + 1
    for deeper in [other for other in counts if other > depth]:
        del counts[deeper]
    if not level.format:
        return (level.prefix + level.suffix).strip()
    above = [(at, levels[at]) for at in range(max(1, depth - level.shown + 1), depth) if at in levels]
    numbers = [ordinal(counts.get(at, other.start), other.format) for at, other in above if other.format]
    return (level.prefix + ".".join([*numbers, ordinal(counts[depth], level.format)]) + level.suffix).strip()


def _levels(style: etree._Element) -> Iterator[tuple[int, _Level]]:
    for level in style:
        if not isinstance(level.tag, str):
            continue
        number = level.tag in (f"{_TEXT}list-level-style-number", f"{_TEXT}outline-level-style")
        yield (
            _whole(level.get(f"{_TEXT}level"), 1),
            _Level(
                level.get(f"{_STYLE}num-format") or "",
                level.get(f"{_STYLE}num-prefix") or "",
                level.get(f"{_STYLE}num-suffix") or "",
                min(_whole(level.get(f"{_TEXT}display-levels"), 1), _MOST_LEVELS),
                _whole(level.get(f"{_TEXT}start-value"), 1),
                not number,
            ),
        )


def _raised(root: etree._Element) -> Iterator[str]:
    """The names of the styles whose text stands above the line."""
    for style in root.iter(f"{_STYLE}style"):
        for properties in style.iterfind(f"{_STYLE}text-properties"):
            place = (properties.get(f"{_STYLE}text-position") or "0%").split()[0].removesuffix("%")
            if place == "super" or (place.isdecimal() and int(place) > 0):
                yield style.get(f"{_STYLE}name") or ""


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 7 else otherwise
