"""Read Markdown into a Document: its text as it is written, its headings as sections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate, pairwise
from pathlib import Path

from markdown_it import MarkdownIt

from ingest.readers.assemble import Heading, from_text
from ingest.readers.charset import read_text
from ingest.readers.options import DEFAULTS, Options
from ingest.types import Document

_KEY = r"[ \t]*[\"']?\w[\w .:@/-]{0,60}[\"']?:(?=\s)"
_FRONT_MATTER = re.compile(
    rf"\A---[ \t]*\n(?:(?:[ \t]*#[^\n]*\n)*{_KEY}.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL
)
"""What begins with a key, after comments at most. Anything else between two rules is text."""
_FRONT_TITLE = re.compile(r"^title:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.MULTILINE)
_ATTRIBUTES = re.compile(r"\s*\{\s*[#.:][^{}]*\}\s*$")
_INCLUDE = re.compile(r"^\{[*!].*?[*!]\}[ \t]*$\n?", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document]:
    """One document. Front matter gives the title and is dropped, with comments and include lines. Raises ReadError."""
    text = read_text(path)
    front = _FRONT_MATTER.match(text)
    title = _FRONT_TITLE.search(front.group()) if front else None
    body = _COMMENT.sub("", _INCLUDE.sub("", text[front.end() if front else 0 :])).lstrip("\n")
    headings = _headings(body)
    first = next((heading.title for heading in headings if heading.level == 1), "")
    yield from_text(path, title.group(1) if title else first, body, headings)


def _headings(text: str) -> list[Heading]:
    lines = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    tokens = MarkdownIt("commonmark").parse(text)
    return [
        Heading(_plain(content.content), int(opening.tag[1]), lines[opening.map[0]])
        for opening, content in pairwise(tokens)
        if opening.type == "heading_open" and opening.map
    ]


def _plain(title: str) -> str:
    """A heading without the marks of Markdown and without its anchor."""
    title = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", _ATTRIBUTES.sub("", title))
    return re.sub(r"(\*\*|__|`|(?<!\w)[*_]|[*_](?!\w)|<[^>]{1,80}>)", "", title).strip()
