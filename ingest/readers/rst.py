"""Read reStructuredText into a Document: the text that it shows, its underlined titles as sections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ingest.readers.assemble import Heading, from_text
from ingest.readers.charset import read_text
from ingest.readers.options import DEFAULTS, Options
from ingest.readers.rst_plain import blocks, inline
from ingest.types import Document

_RULE = re.compile(r"([!-/:-@[-`{-~])\1+")
_ITEM = re.compile(r" *(#|\d{1,6})[.)] ")
_SHORTEST = 4
"""Signs an underline has at least where the title is not shorter itself, as docutils has it."""


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document]:
    """One document. A title's level is the place of its adornment among those met so far. Raises ReadError.

    Comments, tables of contents and what is included are left out; a row of a table is a line.
    """
    lines = _numbered(read_text(path).expandtabs().split("\n"))
    levels = _levels(lines)
    titles = {number: inline(lines[number].strip(), {}) for number in levels}
    rules = {beside: "" for number in levels for beside in (number - 1, number + 1) if _is_rule(lines, beside)}
    rules |= {number: "" for number in range(len(lines)) if _is_transition(lines, number)}
    text, headings = "", list[Heading]()
    for block in blocks(lines, rules | titles):
        if not block.text.strip() and (not text or text.endswith("\n\n")):
            continue
        if block.line in titles:
            headings.append(Heading(block.text, levels[block.line], len(text)))
        text += block.text.rstrip() + "\n"
    yield from_text(path, headings[0].title if headings else "", text, headings)


def _numbered(lines: list[str]) -> list[str]:
    """The lines with the numbers that `#.` stands for."""
    counts: dict[int, int] = {}
    found = []
    for line in lines:
        indent = len(line) - len(line.lstrip())
        item = _ITEM.match(line)
        if line.strip():
            counts = {place: count for place, count in counts.items() if place < indent or (item and place == indent)}
        if item:
            counts[indent] = counts.get(indent, 0) + 1 if item[1] == "#" else int(item[1])
            line = f"{line[:indent]}{counts[indent]}{line[item.end(1) :]}"
        found.append(line)
    return found


def _levels(lines: list[str]) -> dict[int, int]:
    """The level of each title, by its line."""
    styles: list[str] = []
    found = {}
    for number in range(len(lines) - 1):
        overlined = number > 0 and _is_rule_of(lines[number - 1], lines[number])
        if not _is_title(lines, number, overlined):
            continue
        style = lines[number + 1][0] * (2 if overlined else 1)
        if style not in styles:
            styles.append(style)
        found[number] = styles.index(style) + 1
    return found


def _is_title(lines: list[str], number: int, overlined: bool) -> bool:
    """Whether a line is underlined, and is no item, table or rule itself."""
    line, below = lines[number], lines[number + 1]
    if not line.strip() or _RULE.fullmatch(line.rstrip()) or not _is_rule_of(below, line):
        return False
    if overlined:
        return lines[number - 1].rstrip() == below.rstrip()
    return not line[0].isspace() and (number == 0 or not lines[number - 1].strip())


def _is_rule_of(rule: str, title: str) -> bool:
    rule = rule.rstrip()
    return bool(_RULE.fullmatch(rule)) and len(rule) >= min(len(title.rstrip()), _SHORTEST)


def _is_rule(lines: list[str], number: int) -> bool:
    return 0 <= number < len(lines) and bool(_RULE.fullmatch(lines[number].rstrip()))


def _is_transition(lines: list[str], number: int) -> bool:
    """Whether a rule stands alone between paragraphs."""
    beside = [lines[place] for place in (number - 1, number + 1) if 0 <= place < len(lines)]
    return _is_rule(lines, number) and len(lines[number].rstrip()) >= _SHORTEST and not any(map(str.strip, beside))
