"""A cell that may hold HTML → its text."""

from __future__ import annotations

import re
from html import unescape

from ingest.readers.html import convert

_TAGS = r"p|div|span|strong|em|ul|ol|li|table|tr|td|th|blockquote|pre|h[1-6]"
_BEGINS = re.compile(rf"\s*(?:<!--.*?-->\s*)*<(?:{_TAGS}|html|body|br|!doctype)\b[^<>]*>", re.IGNORECASE)
# One letter alone is no tag yet: `copy <a> to <b>`, `if x<b then`. What closes it or its attributes make it one.
_INSIDE = re.compile(
    rf"<br\s*/?>|<(?:{_TAGS})(?:\s+[\w:-]+\s*=[^<>]*|\s*)>|</(?:{_TAGS}|a|b|i|u)\s*>"
    r"|<a\s[^<>]{0,200}href\s*=|<img\s[^<>]{0,200}src\s*=",
    re.IGNORECASE,
)
_ESCAPED = re.compile(rf"&lt;/?(?:{_TAGS}|br|b|i|u|a)(?:\s(?:(?!&[lg]t;).)*)?/?&gt;", re.IGNORECASE)
_PARTED = re.compile(r"(?:[^<]|<(?:br|hr)\s*/?>)*", re.IGNORECASE)
_ROW = re.compile(r"\s*<t(?:r|d|h)\b", re.IGNORECASE)
_CODE = re.compile(r"```|\{(?:code|noformat)[:}]")
_SPAN = re.compile(r"`[^`\n]*`")
_TAG_OR_LINE_END = re.compile(r"<(?P<tag>/?[a-z][^<>]*|!--[^<>]*--)>|(?P<end>\r?\n(?:[ \t]*\r?\n)*)", re.IGNORECASE)
_NAME = re.compile(r"[^\s/>]+")
# A person types `&lt;` or `&amp;` to speak of them; these are what a program makes of quotes and of letters.
_PROGRAMS = re.compile(
    r"&(?:#\d{1,6}|#x[0-9a-f]{1,5}|quot|nbsp|iquest|iexcl|deg|ord[fm]|euro|[a-z](?:acute|tilde|uml|grave|cedil));",
    re.IGNORECASE,
)
_KNOWN = frozenset(
    "a abbr b big blockquote body br caption center cite code col colgroup dd del details div dl dt em figure font "
    "h1 h2 h3 h4 h5 h6 hr html i img ins kbd li mark ol p pre q s samp script section small span strike strong style "
    "sub summary sup table tbody td tfoot th thead tr tt u ul var wbr".split()
)


def unescaped(text: str) -> str:
    """The text of a cell that was escaped as a whole, as in `l&#039;impresora`; any other as it is."""
    if "&" not in text or "<" in text or "`" in text or _CODE.search(text) or not _PROGRAMS.search(text):
        return text
    return unescape(text).replace("\xa0", " ")


def plain(text: str) -> str:
    """The text of a cell, a line a block and a row of a table, if it is HTML, escaped or not; else the cell as it is.

    Tags that HTML does not know, comparisons and code between marks of Markdown or of a wiki make no cell HTML.
    """
    if "<" not in text and "&lt;" not in text:
        return text
    if _BEGINS.match(text):
        return _converted(text)
    if _CODE.search(text):
        return text
    seen = _SPAN.sub("", text)
    escaped = _ESCAPED.search(seen)
    # Several values of one cell, each escaped as a whole, are parted by tags that are not.
    values = escaped and _PARTED.fullmatch(text) and _BEGINS.match(unescape(text))
    if _INSIDE.search(seen) and not values:
        return _converted(text)
    return _converted(unescape(text)) if escaped else text


def _converted(text: str) -> str:
    """As HTML. What does not begin as such was typed: its line ends count, and `<host>` or `<ana@x.org>` is text."""
    if not _BEGINS.match(text):
        text = _TAG_OR_LINE_END.sub(_typed, text) if "<pre" not in text.casefold() else text
    elif _ROW.match(text):
        text = f"<table>{text}"
    return convert(text)[1]


def _typed(found: re.Match[str]) -> str:
    if found["end"]:
        return "<br>" if found["end"].count("\n") == 1 else "<p>"
    name = _NAME.search(found["tag"])
    known = found["tag"].startswith("!--") or (name and name[0].casefold() in _KNOWN)
    return found[0] if known else f"&lt;{found['tag']}>"
