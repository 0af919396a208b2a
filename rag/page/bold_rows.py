"""An answer made of quotes → the rows of tables in bold that were asked for."""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.visible import plain
from rag.events import Answer
from rag.flow import flowing, in_columns
from rag.page.sanitise import shaped

_APART = r"[\s·|—]+"
"""Between two words of a row: its cells are shown apart."""
_CELL = re.compile(r"[^\s·|](?:[^\n·|]*[^\s·|])?")


def with_bold_rows(answer: Answer) -> str:
    """Markdown that shows the answer, as `sanitise.block` does, and in bold the row of each citation that has one."""
    return _made(answer.text, tuple((citation.n, citation.row) for citation in answer.citations))


@lru_cache(maxsize=512)
def _made(said: str, rows: tuple[tuple[int, str], ...]) -> str:
    """Kept: a conversation of sixty turns is drawn whole at every press of a button."""
    text = in_columns(flowing(plain(said)))
    at = 0
    for number, row in rows:
        end = text.find(f"» [{number}]", at)
        if end < 0:
            continue
        bold = _bold(text[at:end], row)
        text, at = text[:at] + bold + text[end:], at + len(bold)
    return shaped(text)


def _bold(text: str, row: str) -> str:
    """The text with the row in bold, cell by cell, if it is found there as it is."""
    said = [re.escape(word) for word in plain(row).split() if word != "|"]
    found = re.search(_APART.join(said), text) if said else None
    if found is None or "*" in found[0]:
        return text
    return text[: found.start()] + _CELL.sub(lambda cell: f"**{cell[0]}**", found[0]) + text[found.end() :]
