"""Read Markdown into a Document: the text that it shows, without its marks, and its headings as sections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.readers.assemble import from_text
from ingest.readers.charset import read_text
from ingest.readers.columns import ColumnMap
from ingest.readers.html import convert
from ingest.readers.markdown_ticket import record_in
from ingest.readers.names import shown as name_of
from ingest.readers.options import DEFAULTS, Options
from ingest.readers.ticket_record import columns_of, ticket_of
from ingest.readers.ticket_table import ticket_document
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
_ELEMENTS = (
    "[abipqsu]|abbr|article|aside|bdi|bdo|big|blockquote|body|button|caption|center|cite|code|col|colgroup|dd|del|details|"
    "dfn|div|dl|dt|em|fieldset|figcaption|figure|font|footer|form|h[1-6r]|head|header|html|iframe|img|input|ins|kbd|label|"
    "legend|li|link|main|mark|math|menu|meta|nav|noscript|object|ol|optgroup|option|picture|pre|rp|rt|ruby|samp|script|"
    "section|select|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|"
    "thead|time|title|tr|tt|ul|var|video|wbr|br"
)
_NO_ELEMENT = re.compile(rf"<(?!/?(?:{_ELEMENTS})(?![\w:.-]))", re.IGNORECASE)
"""What begins no HTML was typed to be seen: `<host>`."""
_BARE = re.compile(r"<([a-z][a-z0-9]*)>", re.IGNORECASE)
_ALONE = frozenset("br hr wbr p li dd dt td th tr option".split())
"""Elements that need no end."""
_DEEPEST = 40
"""How deep quotes and lists may lie in one another. What lies deeper markdown-it leaves out."""


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document]:
    """One document. Front matter gives the title and is dropped, with comments and include lines. Raises ReadError.
    A file that is a ticket, with its facts in front matter or below its title, is a ticket.

    Lines end where they do in the file; a row of a table is one. A link to another site has its address after it.
    """
    text = read_text(path)
    front = _FRONT_MATTER.match(text)
    title = _FRONT_TITLE.search(front.group()) if front else None
    body = _COMMENT.sub("", _INCLUDE.sub("", text[front.end() if front else 0 :]))
    _, shown, headings = convert(_html(body))
    first = next((heading.title for heading in headings if heading.level == 1), "")
    if told := record_in(front.group() if front else "", shown, headings):
        record, columns = columns_of(told, options.columns or ColumnMap())
        yield ticket_document(name_of(path.with_suffix("")), ticket_of(record, columns), 1)
        return
    yield from_text(path, title.group(1) if title else first, shown, headings)


def _html(text: str) -> str:
    environment: dict[str, Any] = {}
    parser = MarkdownIt("commonmark", {"breaks": True, "maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    tokens = parser.parse(text, environment)
    if any(token.level >= _DEEPEST - 2 for token in tokens):
        return f"<pre>{escape(text)}</pre>"
    for token in tokens:
        if token.type == "html_block":
            token.content = _NO_ELEMENT.sub("&lt;", token.content)
        elif token.children:
            token.children = list(_shown(token.children))
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and inline.children and inline.children[-1].type == "text":
            inline.children[-1].content = _ATTRIBUTES.sub("", inline.children[-1].content)
    notes = (
        f"<p>[{escape(name.lower())}]: {escape(note['href'])}</p>"
        for name, note in environment.get("references", {}).items()
        if name.startswith("^")
    )
    return "".join([parser.renderer.render(tokens, parser.options, environment), *notes])


def _shown(pieces: Sequence[Token]) -> Iterator[Token]:
    """The inline pieces with what a page shows and HTML would not tell: alternative texts, addresses, `<host>`."""
    closed = {piece.content.strip("</>").lower() for piece in pieces if piece.content.startswith("</")}
    links: list[str] = []
    words = ""
    for piece in pieces:
        words += piece.content
        if piece.type == "html_inline":
            bare = _BARE.fullmatch(piece.content)
            typed = bare and bare.group(1).lower() not in closed | _ALONE
            piece.content = escape(piece.content) if typed else _NO_ELEMENT.sub("&lt;", piece.content)
        elif piece.type == "image":
            piece = Token("text", "", 0, content=piece.content)
        elif piece.type == "link_open":
            links.append(str(piece.attrs.get("href", "")))
            words = ""
        yield piece
        address = links.pop() if piece.type == "link_close" else ""
        if address.startswith(("http://", "https://")) and words.strip() not in address:
            yield Token("text", "", 0, content=f" ({address})")
