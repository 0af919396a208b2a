"""Read reStructuredText into a Document: its text as it is written, its underlined titles as sections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from ingest.readers.assemble import Heading, from_text
from ingest.readers.charset import read_text
from ingest.readers.options import DEFAULTS, Options
from ingest.types import Document

_RULE = re.compile(r"([!-/:-@[-`{-~])\1+")
_ROLE = re.compile(r":[\w:+.-]+:`([^`<]*?)(?:\s*<[^`>]*>)?`")
_SHORTEST = 4
"""Signs an underline has at least where the title is not shorter itself, as docutils has it."""


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document]:
    """One document. A title's level is the place of its adornment among those met so far. Raises ReadError."""
    text = read_text(path)
    headings = _headings(text)
    yield from_text(path, headings[0].title if headings else "", text, headings)


def _headings(text: str) -> list[Heading]:
    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    styles: list[str] = []
    found = []
    for number in range(len(lines) - 1):
        overlined = number > 0 and _is_rule_of(lines[number - 1], lines[number])
        if not _is_title(lines, number, overlined):
            continue
        style = lines[number + 1][0] * (2 if overlined else 1)
        if style not in styles:
            styles.append(style)
        title = _ROLE.sub(r"\1", lines[number]).replace("`", "").replace("*", "").strip()
        found.append(Heading(title, styles.index(style) + 1, starts[number - overlined]))
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
