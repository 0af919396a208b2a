"""Cells that reach over several rows or columns → what stands in each place of a table's rows."""

from __future__ import annotations

from collections.abc import Iterator

WIDEST = 60
"""Columns that a cell is taken to reach over at most; a file may claim any number."""
_LONGEST = 200
"""Characters of a cell that is read again in each row it reaches into: a label or a value, not a description."""


class Spans:
    """One table, filled row by row from the left. A place without a text of its own is ""."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[str, int]] = {}
        self._column = 0

    def row(self) -> None:
        """A row begins."""
        self._column = 0

    def above(self) -> Iterator[str]:
        """What cells of earlier rows put before the next cell of this one; at the end of a row, after its last."""
        while self._column in self._held:
            text, rows = self._held.pop(self._column)
            if rows > 1:
                self._held[self._column] = (text, rows - 1)
            self._column += 1
            yield text

    def cell(self, text: str, across: int = 1, down: int = 1) -> list[str]:
        """Take a cell of so many columns and rows; what stands in its further columns.

        A value holds for each of them, a row's first cell only for itself.
        """
        text = again(text)
        wide = max(1, min(across, WIDEST))
        beside = text if self._column else ""
        for number in range(wide):
            if down > 1:
                self._held[self._column + number] = (beside if number else text, down - 1)
        self._column += wide
        return [beside] * (wide - 1)

    def end(self) -> None:
        """No cell reaches further down: a part of the table ends here."""
        self._held.clear()


def again(text: str) -> str:
    """What is read of a cell in the further places that it reaches into."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else ""
