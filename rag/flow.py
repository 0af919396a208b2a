"""Text of a page → the same words as they flow in a column that is not the page's. For showing only. Pure."""

from __future__ import annotations

import re

from ingest.lexical import STOPWORDS, words

LONG = 40
"""Characters of a line that a page's margin may have ended; a shorter one ended by itself."""
CELLS = " · "
"""Between two cells of a table's row, where the text has a tab."""

_ENDED = re.compile(r"[.:;?!…\-\u00ad\u2010–—]$")
_ITEM = re.compile(r"\s*(?:[-*+•‣–●▪◦>#$%|]|\w{1,3}[.)])\s")
_TYPED = re.compile(r"\s*[>#$%|]\s")
"""Lines that are commands, comments, or cited in a mail: none of them runs on."""
_TABS = re.compile(
    r"^(?P<mark>[ \t]*(?:[-*+•‣–●▪◦]|\w{1,3}[.)])[ \t]+)|(?<=\S) *(?P<cells>\t[ \t]*)(?=\S)", re.MULTILINE
)
_COLUMNS = re.compile(r"\t|\S {2,}\S| \| ")
_ROW = re.compile(
    r"^(?P<open>[ \t]*[«“\"]?)\|(?P<cells>[^|\n]*(?:\|[^|\n]*)+)\|"
    r"(?P<close>[»”\"]?[ \t]*(?:\[\d+\])*\.?[ \t]*(?:\n|\Z))",
    re.MULTILINE,
)
_RULE = re.compile(r"\s*:?-{2,}:?\s*")
_CODE = re.compile(r"[{}<>=\\`|_]|\w\(\)|::|//")
_GOES_ON = re.compile(r"[(\"“‘'«]?([^\W\d_])[^\W_]*(?:[-’'][^\W_]+)*[\])\"”’'»,.;:?!…]*(?=\s|$)")
_GRAMMAR = 2
"""Words that only hold a sentence together, in a line of prose; a command has none."""


def flowing(text: str) -> str:
    """Its lines as paragraphs: one that a margin has ended goes on with the next, all others end where they did.

    Whether two lines are one hangs on the first and on the first word of the second, so that a text still being written
    jumps once a line. No word is changed; a hyphen at a line's end may be the word's own, so its line ends there.
    """
    made: list[str] = []
    before = ""
    for line in text.split("\n"):
        if before and _runs_on(before) and _begins_within(line):
            made[-1] = f"{made[-1].rstrip()} {line.lstrip()}"
        else:
            made.append(line)
        before = line
    return "\n".join(made)


def in_columns(text: str) -> str:
    """The cells of a row apart, as a reader of one column needs it; an empty one is a dash.

    Of a table in Markdown the bars at its sides and the line below its head go.
    """
    text = _ROW.sub(_of_row, text)
    return _TABS.sub(lambda tabs: tabs["mark"] or CELLS + f"—{CELLS}" * (tabs["cells"].count("\t") - 1), text)


def _of_row(row: re.Match[str]) -> str:
    """A quote's own marks stay, at the first and the last row."""
    cells = row["cells"].split("|")
    if all(_RULE.fullmatch(cell) for cell in cells):
        return (row["open"] + row["close"]).strip(" \t\n")
    return row["open"] + CELLS.join(cell.strip() or "—" for cell in cells) + row["close"]


def _runs_on(line: str) -> bool:
    stripped = line.strip()
    if len(stripped) < LONG or _ENDED.search(stripped) or _TYPED.match(line):
        return False
    if _COLUMNS.search(stripped) or _CODE.search(stripped):
        return False
    said = words(stripped)
    return sum(word in STOPWORDS["es"] or word in STOPWORDS["en"] for word in said) >= _GRAMMAR


def _begins_within(line: str) -> bool:
    begins = _GOES_ON.match(line.strip())
    return begins is not None and begins[1].islower() and not _ITEM.match(f"{line.strip()} ")
