r"""Turn foreign text into text that a browser can only show.

Documents, tickets, file names, questions and the model's own words are foreign. `st.text` shows `plain(text)` as it
is; wherever the page needs Markdown, `inline` and `block` escape it, so that no image, link, formula, icon, emoji name
or directive ever comes alive. The Markdown renderer of the page also rewrites text *after* it has parsed it (bare
addresses become links, `:name:` an icon, a lone `->` an arrow), where a backslash no longer protects: such words are
shown as code, but never a bracket: a directive around it (`:gray[…]`) ends at the first one that no backslash stands
before, be it in code. All functions hold for every string, so they hold for every prefix of an answer still being
written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from ingest.rows import header
from ingest.visible import line as line
from ingest.visible import plain as plain
from rag.flow import flowing, in_columns
from rag.listing import fenced, listing, unquoted

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_LIVE = re.compile(r"://|:/|www\.|@|:[\w+-]+:|(?:https?|ftp|mailto|xmpp|javascript|data):", re.IGNORECASE)
_REWRITTEN = frozenset({"<->", "->", "<-", "--", ">=", "<=", "~="})
_SPACES = re.compile(r"(\s+)")
_BRACKET = re.compile(r"([\[\]])")
_BULLET = re.compile(r"(«?)[-*+•‣–●▪◦]\s+(?=\S)")
_BOLD = re.compile(r"\*\*([^\s*](?:[^*\n]*[^\s*])?)\*\*")
_CODE = re.compile(r"`([^`\n]+)`")
_RUN = re.compile("`+")
_A_CODE = re.compile(r"[A-Z]{1,5}-?\d{1,5}")
_LONGEST_HEAD = 600
"""Characters: of a head that is drawn once, and not said with each of its rows."""
_PARTED = re.compile(r" (?:·|\|) ")


def inline(text: str, limit: int = 0) -> str:
    """Markdown for a label or within a paragraph that shows `line(text, limit)` and does nothing else."""
    return "".join(_word(part) for part in _SPACES.split(line(text, limit)))


def block(text: str) -> str:
    """Markdown that shows an answer: paragraphs, bullets, tables, **bold** and `code`; all the rest is literal.

    Of the line ends those stay that a page's margin did not make (`rag.flow`); the cells of a row are kept apart.
    """
    return shaped(in_columns(flowing(plain(text))))


def shaped(shown: str) -> str:
    """Markdown of a text whose lines and cells are already as they are shown; shapes as in `block`."""
    return "\n\n".join(_paragraph(part) for part in re.split(r"\n\s*\n", shown) if part.strip())


def literal(text: str) -> str:
    """Markdown that shows the lines of a document as they are, indented too, without any shape."""
    return "  \n".join(margin(each) + inline(each) for each in plain(text).split("\n"))


def margin(line: str) -> str:
    """The blanks that a line begins with, so that Markdown keeps them."""
    blanks = line[: len(line) - len(line.lstrip(" \t"))]
    return "\u00a0" * len(blanks.expandtabs(4))


def file_name(name: str) -> str:
    """A name that is safe to write under a folder: no path, no controls, not hidden, at most 120 bytes, never empty."""
    last = unicodedata.normalize("NFC", plain(name)).replace("\\", "/").rsplit("/", 1)[-1]
    clean = re.sub(r'[<>:"|?*\s]+', " ", last).strip(" .")
    stem, dot, ending = clean.rpartition(".")
    if not dot or not stem or len(ending.encode()) > 16:
        stem, ending = clean, ""
    tail = f".{ending}" if ending else ""
    room = 120 - len(tail.encode())
    return (stem.encode()[:room].decode("utf-8", "ignore").strip() or "file") + tail


def _paragraph(text: str) -> str:
    """A listing as it stands, between what is said around it."""
    lines = text.split("\n")
    start, end = listing(lines)
    if not end:
        return _said(text)
    opened, code, closed = unquoted("\n".join(lines[start:end]))
    around = ("\n".join([*lines[:start], opened]), "\n".join([closed, *lines[end:]]))
    before, after = (_said(some) if some.strip() else "" for some in around)
    return "\n\n".join(part for part in (before, fenced(code), after) if part)


def _said(text: str) -> str:
    """Numbers before steps stay literal: a Markdown list would count them anew."""
    made: list[str] = []
    listed = False
    for table, lines in _runs([raw.strip() for raw in text.split("\n")]):
        if table:
            made += ["", _table(lines), ""]
            listed = False
            continue
        for raw in lines:
            bullet = _BULLET.match(raw)
            if bullet and made and not listed:
                made.append("")  # none between two: each item would be a paragraph of its own
            listed = listed or bullet is not None
            made.append(f"- {_rich(bullet[1] + raw[bullet.end() :])}" if bullet else _rich(raw))
    return "  \n".join(made).replace("  \n  \n", "\n\n").strip("\n ")


def _runs(lines: Sequence[str]) -> Iterator[tuple[bool, Sequence[str]]]:
    """The lines in order, and whether they are a table: a head, and rows of as many cells below it.

    Of rows below a line that is no head none is one: the first of them would stand there as what names the others.
    """
    at = 0
    while at < len(lines):
        end, size = at + 1, len(_cells(lines[at]))
        while size > 1 and end < len(lines) and len(_cells(lines[end])) == size:
            end += 1
        yield end - at > 1 and _is_head(lines[at], lines[at + 1]), lines[at:end]
        at = end


def _is_head(line: str, below: str) -> bool:
    """Whether a line may be the head of a table. Bars between words in lower case part commands, in every line.

    What begins with a code is a row whose head was not quoted.
    """
    cells = [cell.strip("«*") for cell in _cells(line)]
    commands = " | " in line and cells[0][:1].islower() and below[:1].islower()
    if _A_CODE.fullmatch(cells[0]):
        return False
    return len(cells) > 1 and bool(header(" | ".join(cells), _LONGEST_HEAD)) and not commands


def _cells(line: str) -> list[str]:
    """Of a row, or the line; one with a sign that would part a cell or reach over its end is no row."""
    parts = _PARTED.split(line)
    if _BULLET.match(line) or any("|" in part or "`" in part for part in parts):
        return [line]
    return parts


def _table(lines: Sequence[str]) -> str:
    head, *rows = ([_rich(cell.strip()) or " " for cell in _cells(line)] for line in lines)
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def _rich(text: str) -> str:
    done, at = "", 0
    for match in sorted([*_BOLD.finditer(text), *_CODE.finditer(text)], key=lambda found: found.start()):
        if match.start() < at:
            continue
        inner = match[1]
        marked = f"**{inline(inner)}**" if match[0].startswith("**") else _code(line(inner))
        done = _beside(done, _spaced(text[at : match.start()]))
        done = _beside(done, marked if line(inner) else _spaced(match[0]))
        at = match.end()
    return _beside(done, _spaced(text[at:]))


def _beside(one: str, other: str) -> str:
    """The two in a row; a blank between two code spans: their fences would become one and let out what is in them."""
    return f"{one} {other}" if one.endswith("`") and other.startswith("`") else one + other


def _spaced(text: str) -> str:
    return "".join(" " if part.isspace() else _word(part) for part in _SPACES.split(text) if part)


def _word(word: str) -> str:
    if word in _REWRITTEN:
        return _code(word)
    if not _LIVE.search(word):
        return _PUNCTUATION.sub(r"\\\1", word)
    if not _BRACKET.search(word):
        core = word.strip("«»“”")  # the marks around a quotation are no part of its address
        before, _, after = word.partition(core)
        return before + _code(core) + after
    return "".join(f"\\{part}" if _BRACKET.match(part) else _word(part) for part in _BRACKET.split(word))


def _code(text: str) -> str:
    if not text:
        return ""
    fence = "`" * (1 + max((len(run) for run in _RUN.findall(text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"
