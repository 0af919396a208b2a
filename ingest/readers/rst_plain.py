"""reStructuredText → the text that it shows, block by block, without what only tells a program how to set it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from ingest.readers.rst_tables import csv_rows, drawn_rows, listed_rows

_DIRECTIVE = re.compile(r"(?P<lead>\s*)\.\. +(?:\|(?P<name>[^|]+)\| +)?(?P<kind>[\w:+.-]+):: *(?P<rest>.*)")
_TARGET = re.compile(r"\s*\.\. +_(?P<name>`[^`]+`|[^:]+): *(?P<address>.*)|\s*__ .*")
_NOTE = re.compile(r"(\s*)\.\. +(\[[^\]]+\] )")
_OPTION = re.compile(r"\s+:(?P<name>[\w -]+):(?: +(?P<value>.*))?")
_COMMENT = re.compile(r"\s*\.\.(?: .*)?")
_FIELD = re.compile(r"^( *):([^:`\n]+):(?=\s)", re.MULTILINE)
_UNSEEN = frozenset(
    "toctree contents meta index include raw highlight literalinclude image default-role sectionauthor codeauthor "
    "tabularcolumns currentmodule module py:module py:currentmodule role sectnum target-notes graphviz "
    "cssclass rst-class container-class date unicode".split()
)
_VERBATIM = frozenset("code code-block sourcecode parsed-literal math prompt highlight-block productionlist".split())
_CALLS = frozenset("attention caution danger error hint important note tip warning".split())
"""Directives whose name says what their text is."""
_SINCE = {
    "versionadded": "New in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
    "seealso": "See also:",
}
_INLINE = re.compile(
    r"``(?P<literal>.+?)``"
    r"|(?::(?P<role>[\w:+.-]{1,60}):)?`(?P<text>[^`<]{1,1000}?)(?:\s*<(?P<target>[^`>]*)>)?`(?P<link>__?)?(?::[\w:+.-]{1,60}:)?"
    r"|(?<![\w*\\])\*\*(?P<strong>[^*\s](?:[^*]*[^*\s])?)\*\*(?!\w)"
    r"|(?<![\w*\\])\*(?P<weak>[^*\s](?:[^*]*[^*\s])?)\*(?![\w*])"
    r"|(?<![\w|])\|(?P<name>[^|\s](?:[^|\n]*[^|\s])?)\|_{0,2}(?!\w)"
    r"|(?P<note>\[[#*\w-]+\])_(?!\w)"
    r"|(?<![\w`])(?P<word>\w[\w.-]{0,100}\w)_(?!\w)"
    r"|\\(?:[ \n]|(?P<sign>[*`|_\\<>:]))",
    re.DOTALL,
)


class Block(NamedTuple):
    """Lines of text as they are shown; `line` is the place in the file where they begin."""

    line: int
    text: str


def blocks(lines: Sequence[str], titles: Mapping[int, str]) -> Iterator[Block]:
    """The blocks of a file in order. A line of `titles` is shown as the title there, an empty one not at all."""
    names = _names(lines)
    number, said = 0, list[str]()
    while number < len(lines):
        line = lines[number]
        if number in titles or not line.strip():
            yield from _said(said, number, names)
            said = []
            if titles.get(number, "") or number not in titles:
                yield Block(number, titles.get(number, ""))
            number += 1
        elif not said and (taken := _marked(lines, number, names)):
            yield from (Block(number, text) for text in taken.shown)
            number = taken.end
        else:
            said.append(line)
            number += 1
            if line.rstrip().endswith("::"):
                said[-1] = re.sub(r"\s+::$|(?<=:):$|^\s*::$", "", line.rstrip())
                yield from _said(said, number, names)
                said = []
                end = _below(lines, number, _indent(line))
                yield Block(number, "\n".join(lines[number:end]))
                number = end
    yield from _said(said, number, names)


def inline(text: str, names: Mapping[str, str]) -> str:
    """Text without its marks; `names` holds what stands for `|name|`, and the address of `name_`."""

    def plain(found: re.Match[str]) -> str:
        if found["name"]:
            return names.get(f"|{found['name']}|", found[0])
        if found["word"]:
            address = names.get(found["word"].lower())
            return found[0] if address is None else _with(found["word"], address)
        if found["text"]:
            words = re.sub(r"^[~!]", "", found["text"])
            words = f"{found['role'].upper()} {words}" if found["role"] in ("rfc", "pep") else words
            address = found["target"] or names.get(" ".join(words.split()).lower(), "") if found["link"] else ""
            return _with(words, address)
        return next((part for part in found.group("literal", "strong", "weak", "note", "sign") if part), "")

    return _INLINE.sub(plain, text)


def _with(words: str, address: str) -> str:
    return f"{words} ({address})" if address.startswith(("http://", "https://")) and address != words else words


def _said(said: list[str], end: int, names: Mapping[str, str]) -> Iterator[Block]:
    if said:
        rows = drawn_rows(said)
        text = "\n".join(rows if rows else said)
        yield Block(end - len(said), inline(_FIELD.sub(r"\1\2:", text), names))


class _Taken(NamedTuple):
    shown: tuple[str, ...]
    end: int


def _marked(lines: Sequence[str], number: int, names: Mapping[str, str]) -> _Taken | None:
    """What the explicit mark at a line shows, and the line after what it takes with it; None where there is no mark."""
    line = lines[number]
    below = _below(lines, number + 1, _indent(line))
    if found := _DIRECTIVE.fullmatch(line):
        return _directive(found, lines, number, below, names)
    if note := _NOTE.match(line):
        return _Taken((inline(note[1] + note[2] + line[note.end() :], names),), number + 1)
    if _TARGET.fullmatch(line):
        return _Taken((), number + 1)
    if _COMMENT.fullmatch(line):
        return _Taken((), below if number + 1 < len(lines) and lines[number + 1].strip() else number + 1)
    return None


def _directive(found: re.Match[str], lines: Sequence[str], number: int, below: int, names: Mapping[str, str]) -> _Taken:
    kind, rest = found["kind"].lower(), inline(found["rest"], names)
    options = list(takewhile(lambda line: _OPTION.fullmatch(line), lines[number + 1 : below]))
    inside = number + 1 + len(options)
    if found["name"] or kind in _UNSEEN:
        return _Taken((), below)
    if kind in _VERBATIM:
        return _Taken(("\n".join(lines[inside:below]).strip("\n"),), below)
    if kind in ("list-table", "csv-table"):
        header = next((m["value"] or "" for o in options if (m := _OPTION.fullmatch(o)) and m["name"] == "header"), "")
        rows = listed_rows(lines[inside:below]) if kind == "list-table" else csv_rows(lines[inside:below], header)
        if rows:
            return _Taken(tuple(inline(text, names) for text in (*filter(None, [rest]), "\n".join(rows))), below)
    call = f"{kind.capitalize()}:" if kind in _CALLS else _SINCE.get(kind, "")
    named = f"{call} {rest}".strip()
    return _Taken((found["lead"] + named,) if named else (), inside)


def _names(lines: Sequence[str]) -> dict[str, str]:
    """What `|name|` stands for, and the addresses of links by their names in small letters."""
    found: dict[str, str] = {}
    for number, line in enumerate(lines):
        if (mark := _DIRECTIVE.fullmatch(line)) and mark["name"]:
            options = [_OPTION.fullmatch(other) for other in lines[number + 1 : number + 6]]
            alt = next((m["value"] or "" for m in options if m and m["name"] == "alt"), "")
            if mark["kind"] == "replace" or alt:
                found[f"|{mark['name']}|"] = alt or inline(mark["rest"], {})
        elif (target := _TARGET.fullmatch(line)) and target["name"]:
            found[target["name"].strip("`").lower()] = target["address"].strip()
    return found


def _below(lines: Sequence[str], start: int, indent: int) -> int:
    """The line after the last from `start` on that is further in than `indent`."""
    end = start
    for number in range(start, len(lines)):
        if lines[number].strip():
            if _indent(lines[number]) <= indent:
                break
            end = number + 1
    return end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
