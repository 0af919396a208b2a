"""The XML that Jira exports (an RSS feed of issues) → Documents, one an issue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from ingest.errors import ReadError, Skipped
from ingest.readers.charset import decode
from ingest.readers.columns import ColumnMap
from ingest.readers.date_order import in_one_order
from ingest.readers.jira_columns import is_noise
from ingest.readers.names import shown
from ingest.readers.options import DEFAULTS, Options
from ingest.readers.ticket_record import columns_of, ticket_of
from ingest.readers.ticket_shapes import Record
from ingest.readers.ticket_table import distinct, says_something, ticket_document
from ingest.types import Document

_DECLARED = re.compile(r"\s*<\?xml[^<>]*\?>")
# The characters that XML has no place for, written as numbers: some custom fields have them all the same.
_CONTROL = re.compile(r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]));", re.IGNORECASE)
_BLOCK = 1 << 20
_NOBODY = "-1"
"""Whose number is the resolution of what is not resolved, and the name of who is not assigned, in any language."""
_ACCOUNT = re.compile(r"(?:\w+:)?[0-9a-f]{8}[0-9a-f-]{8,}", re.IGNORECASE)
"""What Jira's cloud writes for a person."""
_LINES = ("key", "summary", "project", "priority", "status", "type", "parent")
_PROSE = ("description", "environment")
_DATES = ("created", "updated", "resolved", "due")
_OTHERS = re.compile(r"com\.pyxis\.|com\.atlassian\.(?!jira\.plugin\.system\.customfieldtypes:)")
"""Kinds of custom fields that are not of a team's own making: ranks, sprints, service times."""
_WRITTEN = re.compile(r"\w+\.?, (\d{1,2}) ([a-z]{3,4})\.? (\d{4}) (\d\d:\d\d(?::\d\d)?) ([+-]\d{4})", re.IGNORECASE)
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan ene", "feb", "mar", "apr abr", "may", "jun", "jul", "aug ago", "sep sept", "oct", "nov", "dec dic"), 1
    )
    for name in names.split()
}


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document]:
    """A document an issue, in the file's order, as of Jira's JSON and with its custom fields: here they have names.

    Raises ReadError for what is no XML to its end, Skipped for an export of no issues.
    """
    documents = distinct(_documents(path, options.columns or ColumnMap()))
    yield from in_one_order(documents)


def _documents(path: Path, mapping: ColumnMap) -> Iterator[Document]:
    number = 0
    try:
        for number, record in enumerate(_records(decode(path.read_bytes())), 1):
            ticket = ticket_of(*columns_of(record, mapping))
            if says_something(ticket):
                yield ticket_document(shown(path.with_suffix("")), ticket, number)
    except etree.XMLSyntaxError as error:
        raise ReadError(f"{shown(path)}: is not valid XML ({error}). Export it again.") from error
    if not number:
        raise Skipped(f"{shown(path)}: holds no tickets.")


def _records(text: str) -> Iterator[Record]:
    """A record an issue, without what is empty. `sniff.is_jira` has seen to it that the file has no DTD."""
    parser = etree.XMLPullParser(("end",), tag="item", encoding="utf-8", resolve_entities=False, no_network=True)
    text = _CONTROL.sub("", _DECLARED.sub("", text, count=1))
    for start in range(0, len(text), _BLOCK):
        parser.feed(text[start : start + _BLOCK].encode())
        for _, item in parser.read_events():
            if item.getparent().tag == "channel":
                yield _record(item)
                item.clear()
    parser.close()


def _record(item: etree._Element) -> Record:
    named = {person.get("username"): _text(person) for person in item if person.tag in ("reporter", "assignee")}
    lines = {name: _line(item.find(name)) for name in _LINES}
    prose = {name: _text(item.find(name)) for name in _PROSE}
    dates = {name: _date(_line(item.find(name))) for name in _DATES}
    people = {person.tag: name for person in item if (name := named.get(person.get("username")))}
    record: dict[str, object] = {
        **lines, **prose, **dates, **people,
        "resolution": _line(item.find("resolution")),
        "version": _listed(item, "version"),
        "fix version": ", ".join(_listed(item, "fixVersion")),
        "components": _listed(item, "component"),
        "labels": _listed(item, "labels/label"),
        "comments": [_comment(comment, named) for comment in item.iterfind("comments/comment")],
        "attachments": [{"name": file.get("name")} for file in item.iterfind("attachments/attachment")],
        "custom_fields": [_custom(field) for field in item.iterfind("customfields/customfield")],
    }  # fmt: skip
    return {name: value for name, value in record.items() if value}


def _comment(comment: etree._Element, named: dict[str | None, str]) -> Record:
    author = comment.get("author", "")
    name = named.get(author, "" if _ACCOUNT.fullmatch(author) else author)
    return {"author": name, "created": _date(comment.get("created", "")), "body": _text(comment)}


def _custom(field: etree._Element) -> Record:
    if _OTHERS.match(field.get("key", "")):
        return {}
    values = (_text(value) for value in field.iterfind("customfieldvalues/*"))
    name, value = _line(field.find("customfieldname")), ", ".join(_date(text) for text in values if text)
    return {} if is_noise(name, value) else {"name": name, "value": value}


def _listed(item: etree._Element, path: str) -> list[str]:
    return [line for element in item.iterfind(path) if (line := _line(element))]


def _line(element: etree._Element | None) -> str:
    return " ".join(_text(element).split())


def _text(element: etree._Element | None) -> str:
    """What stands in an element; nothing where Jira says that this is nobody or nothing."""
    if element is None or _NOBODY in (element.get("id"), element.get("username")):
        return ""
    return "".join(element.itertext()).strip()


def _date(text: str) -> str:
    """A date as feeds have it, `Mon, 3 Mar 2025 10:15:00 +0100` or `lun, 3 mar 2025 …`, in ISO 8601; else the text."""
    found = _WRITTEN.fullmatch(text)
    month = _MONTHS.get(found[2].casefold()) if found else None
    return f"{found[3]}-{month:02}-{int(found[1]):02}T{found[4]}{found[5]}" if found and month else text
