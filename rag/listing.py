"""Lines of text → those of a program or a configuration, whose indentation means something. For showing only. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import dedent

from ingest.lexical import STOPWORDS, words

_INDENT = re.compile(r"[ \t]*")
_ITEM = re.compile(r"\s*[«“\"]?(?:[-*+•‣–●▪◦]|\d{1,3}[.)]|\w[.)])\s")
_SIGNS = re.compile(r"[{}<>=\\`|_;$\[\]&]|\w\(|::|//|:$|^\s*[\w.\"'-]+:\s")
_MARK = re.compile(r"\s*(?:\[\d{1,3}\])+$")
"""The answer's own, behind what it quotes."""
_CLOSES = re.compile(r"»\s*(?:\[\d{1,3}\]\s*)*\.?\s*$")
_RUN = re.compile("`+")
_GRAMMAR, _STEP, _TAB = 2, 2, 4
"""Words that only hold a sentence together, in a line of prose; blanks of an indentation; and those of a tab."""


def listing(lines: Sequence[str]) -> tuple[int, int]:
    """From which line up to which these are a listing; (0, 0) for prose, lists and tables.

    A listing is lines of which some below the first are indented and most are no prose. A list is none, be it indented;
    one within a listing is part of it.
    """
    start, end = 0, len(lines)
    while start < end and _leads(lines[start : start + 2]):
        start += 1
    while end > start and _prose(lines[end - 1]) and not _depth(lines[end - 1]):
        end -= 1
    code = [each for each in lines[start:end] if each.strip()]
    if len(code) < 2 or _ITEM.match(code[0]) or not any(_SIGNS.search(_MARK.sub("", each)) for each in code):
        return 0, 0
    if 2 * sum(bool(_ITEM.match(each)) for each in code) > len(code):
        return 0, 0
    shallowest = min(map(_depth, code))
    deeper = any(_depth(each) >= shallowest + _STEP for each in code[1:])
    return (start, end) if deeper and 2 * sum(map(_prose, code)) <= len(code) else (0, 0)


def outdented(text: str, before: str) -> str:
    """The text without the indentation of its first line, of which `before`, the text up to it, has kept the blanks."""
    margin = before[before.rfind("\n") + 1 :]
    return re.sub(rf"\n{margin}", "\n", text) if margin and not margin.strip(" \t") else text


def unquoted(listed: str) -> tuple[str, str, str]:
    """What opens a quotation before a listing, the listing, and what closes it: a person may copy the listing."""
    opened = "«" if listed.lstrip().startswith("«") else ""
    closes = _CLOSES.search(listed)
    body = listed[: closes.start()] if closes else listed
    return opened, body.replace("«", "", 1) if opened else body, closes[0].strip() if closes else ""


def fenced(code: str) -> str:
    """Markdown of the listing, whatever signs are in it, without the margin that all of it has."""
    code = dedent(code)
    fence = "`" * max(3, 1 + max((len(run) for run in _RUN.findall(code)), default=0))
    return f"{fence}text\n{code}\n{fence}"


def _depth(line: str) -> int:
    found = _INDENT.match(line)
    return len(found[0].expandtabs(_TAB)) if found else 0


def _leads(lines: Sequence[str]) -> bool:
    """Whether the first line is of words, perhaps up to a colon, and what is below it is no deeper."""
    words_only = _prose(lines[0]) or (" " in lines[0].strip() and lines[0].rstrip().endswith(":"))
    return words_only and not any(map(_depth, lines))


def _prose(line: str) -> bool:
    if _SIGNS.search(_MARK.sub("", line).rstrip('»”" :')):
        return False
    said = words(line)
    return sum(word in STOPWORDS["es"] or word in STOPWORDS["en"] for word in said) >= _GRAMMAR
