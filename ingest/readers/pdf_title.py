"""The first pages of a PDF whose file names no title → the title printed on its first one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

from ingest.readers.assemble import one_line
from ingest.readers.pdf_lines import Line

PAGES = 4
"""Pages by which the size of a document's letters is told."""
_LARGER = 1.25
_SHORTEST, _LONGEST, _LINES = 4, 120, 3
_NAMELESS = re.compile(
    r"(?:table of |tabla de )?(?:contents|contenidos?)|[ií]ndice(?: general)?|title|t[ií]tulo|(?:página|page)\b.*"
    r"|abstract|resumen|name|nombre|(?:chapter|cap[ií]tulo)\b.*|\d.*",
    re.IGNORECASE,
)
"""What is printed large at the top of a first page and names no document: "Contents", the number of a chapter."""


def is_nameless(title: str) -> bool:
    """Whether a title says what part of a document it stands for, not what document."""
    return bool(_NAMELESS.fullmatch(title))


def printed_title(pages: Sequence[Sequence[Line]]) -> str:
    """The lines that a first page begins with if they are the largest on it; "" where they may be no title.

    A slogan or a person may stand larger below the first line, and a file's name is better than these.
    """
    sizes = Counter[int]()
    for page in pages:
        for line in page:
            sizes[round(2 * line.size)] += len(line.text)
    lines = pages[0] if pages else ()
    if len(pages) < 2 or not lines or 2 * lines[0].size < _LARGER * sizes.most_common(1)[0][0]:
        return ""
    first = lines[0].size
    if first + 1 < max(line.size for line in lines):
        return ""
    own = list(takewhile(lambda line: abs(line.size - first) < 1, lines))
    title = one_line(" ".join(line.text for line in own))
    letters = sum(map(str.isalpha, title))
    usable = len(own) <= _LINES and _SHORTEST <= len(title) <= _LONGEST and 2 * letters > len(title)
    return title if usable and not is_nameless(title) else ""
