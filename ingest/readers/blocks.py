"""Pieces of a page in reading order → clean text with headings."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.readers.assemble import Heading
from ingest.readers.raised import raised


class Blocks:
    """Collects inline text into lines, lines into paragraphs, cells into rows; `finish` gives the text.

    White space is collapsed except between `verbatim(True)` and `verbatim(False)`. A row of cells is one line.
    """

    def __init__(self) -> None:
        self._out: list[str] = []
        self._length = 0
        self._line: list[str] = []
        self._prefix = ""
        self._gap = 0
        self._verbatim = 0
        self._cells: list[int] = []  # where in the line each open cell begins
        self._row = False
        self._headings: list[Heading] = []

    def text(self, text: str) -> None:
        """Inline text; white space at its ends parts words."""
        self._line.append(text)

    def raised(self, text: str) -> None:
        """Inline text that is set as a superscript."""
        self._line.append(raised("".join(self._line[-4:]), text))

    def line(self) -> None:
        """What follows begins a new line."""
        self._break(1)

    def paragraph(self) -> None:
        """What follows is set off by a blank line."""
        self._break(2)

    def item(self, prefix: str) -> None:
        """A list item: `prefix` stands before its first line."""
        self.line()
        if not self._cells:
            self._prefix = prefix

    def heading(self, level: int) -> None:
        """The line collected since the last break is a heading; ends it."""
        if self._cells:
            return
        title = " ".join("".join(self._line).split())
        gap = self._gap
        self._flush()
        if title:
            self._headings.append(Heading(title, level, self._length - len(self._out[-1])))
        self._gap = max(gap if not title else 0, 2)

    def verbatim(self, on: bool) -> None:
        """Keep white space as it is, or no longer; may be nested."""
        if on:
            self.line()
            self._verbatim += 1
        else:
            self.line()
            self._verbatim -= 1

    def cell(self, on: bool, first: bool = False) -> str:
        """Enter or leave a table cell; cells of a row are parted by " | ". What it holds, when it is left."""
        if not on:
            return "".join(self._line[self._cells.pop() :])
        if not first:
            self._line.append(" | ")
        self._cells.append(len(self._line))
        self._row = True
        return ""

    def filled(self, texts: Iterable[str], first: bool = False) -> bool:
        """Cells that hold these texts, the first of a row perhaps; whether the next cell is still the first."""
        for text in texts:
            self.cell(True, first)
            self.text(text)
            self.cell(False)
            first = False
        return first

    def finish(self) -> tuple[str, list[Heading]]:
        """The whole text and its headings, which point into it."""
        self._flush()
        return "".join(self._out), self._headings

    def _break(self, gap: int) -> None:
        if self._cells:
            self._line.append(" ")
            return
        self._flush()
        self._gap = max(self._gap, gap)

    def _flush(self) -> None:
        text = "".join(self._line)
        self._line.clear()
        text = _tidy(text) if self._verbatim and not self._row else " ".join(text.split())
        if self._row:
            text = text.rstrip(" |")
            text = text[2:] if text.startswith("| ") and text.count("|") == 1 else text
            self._row = False
        if not text.strip():
            return
        if self._out:
            self._add("\n" * self._gap)
        if self._prefix:
            self._add(self._prefix)
            self._prefix = ""
        self._add(text)
        self._gap = 0

    def _add(self, text: str) -> None:
        self._out.append(text)
        self._length += len(text)


def _tidy(text: str) -> str:
    """Verbatim text without blank lines at its ends and blanks at the ends of its lines."""
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
