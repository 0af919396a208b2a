"""A cell of an export, of any type → its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from ingest.readers import wiki
from ingest.readers.cell_html import plain, unescaped
from ingest.readers.charset import clean

_NAMES = ("display_value", "displayName", "display_name", "name", "value", "title", "login", "email", "emailAddress",
          "key", "tag", "nombre", "valor")  # fmt: skip
# A person of Help Scout or Intercom has no other name.
_FULL_NAME = ("first", "last")
_FILE = ("file_name", "filename", "fileName", "content_file_name", "name", "nombre")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_COUNT = re.compile(r"\d{5}(?:\.\d+)?|\d{9,10}(?:\.\d+)?|\d{12,13}")
_EPOCH = datetime(1970, 1, 1)
_DAY = 86_400
_WORKSHEET = 25_569
"""Days that a worksheet counts up to 1970."""
# Seconds in what is counted, and the counts from 1990 to 2060: other numbers are no dates.
_COUNTS = ((_DAY, 32_874, 58_440), (1, 631_152_000, 2_840_140_800), (0.001, 631_152_000_000, 2_840_140_800_000))
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


def as_date(value: object) -> str:
    """A cell with a date as text; where it counts seconds, milliseconds or a worksheet's days, in ISO 8601.

    ServiceNow gives a date as it is shown, 04/03/2025, beside its value, whose order of day and month is one.
    """
    if isinstance(value, Mapping) and _ISO.match(str(value.get("value"))):
        return str(value["value"])
    text = " ".join(as_text(value).split())
    if not _COUNT.fullmatch(text):
        return text
    count = float(text)
    for step, first, last in _COUNTS:
        if first <= count <= last:
            return (_EPOCH + timedelta(seconds=round((count - _WORKSHEET * (step == _DAY)) * step))).isoformat()
    return text


def prose(value: object, wiki_markup: bool) -> str:
    """A cell as text: HTML and the markup of a wiki are read."""
    text = as_text(value)
    if isinstance(value, str):
        text = plain(text)
    return wiki.clean(text) if isinstance(value, str) and (wiki_markup or wiki.is_wiki(text)) else text


def attached(record: Mapping[str, object]) -> tuple[str, ...]:
    """The names of the files that a record has in its `attachments` (Jira: `attachment`), or in Jira's columns.

    At most MOST_ATTACHED.
    """
    listed = record.get("attachments") or record.get("attachment")
    files = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    names = [next((text for name in _FILE if (text := as_text(one.get(name)))), "") for one in files]
    for column in _COLUMNS:
        cell = record.get(column)
        names += [
            found[1] for one in (cell if isinstance(cell, list) else [cell]) if (found := _CELL.fullmatch(str(one)))
        ]
    return tuple(dict.fromkeys(filter(None, (" ".join(name.split()) for name in names))))[:MOST_ATTACHED]
