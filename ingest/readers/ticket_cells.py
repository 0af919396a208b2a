"""A cell of an export, of any type → its text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ingest.readers import wiki
from ingest.readers.cell_html import plain, unescaped
from ingest.readers.charset import clean

_NAMES = ("display_value", "displayName", "display_name", "name", "value", "title", "login", "email", "emailAddress",
          "key", "tag", "nombre", "valor")  # fmt: skip
# A person of Help Scout or Intercom has no other name.
_FULL_NAME = ("first", "last")
_FILE = ("file_name", "filename", "fileName", "content_file_name", "name", "nombre")
MOST_ATTACHED = 50
_COLUMNS = ("Attachment", "Adjunto", "Archivo adjunto")
_CELL = re.compile(r"[^;\n]*;[^;\n]*;([^\n]+);https?://\S+")
"""How Jira's CSV has a file: when, by whom, its name, its address."""


def as_text(value: object) -> str:
    """A cell as text: the name of an object that has one, a list's members after commas, "" for nothing."""
    if value is None:
        return ""
    if isinstance(value, str):
        return unescaped(clean(value).strip())
    if isinstance(value, Mapping):
        if wiki.is_document(value):
            return clean(wiki.flatten(value))
        whole = " ".join(text for name in _FULL_NAME if (text := as_text(value.get(name))))
        return whole or next((as_text(value[name]) for name in _NAMES if value.get(name)), "")
    if isinstance(value, list):
        return ", ".join(text for item in value if (text := as_text(item)))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def prose(value: object, wiki_markup: bool) -> str:
    """A cell as text: HTML and the markup of a wiki are read."""
    text = as_text(value)
    if isinstance(value, str):
        text = plain(text)
    return wiki.clean(text) if isinstance(value, str) and (wiki_markup or wiki.is_wiki(text)) else text


def attached(record: Mapping[str, object]) -> tuple[str, ...]:
    """The names of the files that a record has in its `attachments`, or in Jira's columns, at most MOST_ATTACHED."""
    listed = record.get("attachments")
    files = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    names = [next((text for name in _FILE if (text := as_text(one.get(name)))), "") for one in files]
    for column in _COLUMNS:
        cell = record.get(column)
        names += [
            found[1] for one in (cell if isinstance(cell, list) else [cell]) if (found := _CELL.fullmatch(str(one)))
        ]
    return tuple(dict.fromkeys(filter(None, (" ".join(name.split()) for name in names))))[:MOST_ATTACHED]
