"""A Markdown file that is a ticket, by the facts above its text → its record, as a row of an export would be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.filters import is_known_status
from ingest.readers.assemble import Heading
from ingest.readers.columns import guess

_FRONT = re.compile(r"^([^\W\d_][\w .ºª°/-]{0,40}?)[ \t]*:[ \t]+(.+)$", re.MULTILINE)
_ITEM = re.compile(r"^(?:[•*-]\s+)?([^\W\d_][\w .ºª°/-]{0,40}?)[ \t]*(?::[ \t]+|[ \t]*\|[ \t]*)(.+)$")
_HANDLED = ("created", "resolved", "requester", "priority")
_PEOPLE = ("requester", "priority", "resolved")
_LIST = re.compile(r"\[(.*)\]")
_KEY = re.compile(r"#?[A-Z]*[-_ ]?\d+", re.IGNORECASE)
_LEAD = re.compile(r"[\s:·.–—-]+")

Record = dict[str, object]


def record_in(front: str, text: str, headings: Sequence[Heading]) -> Record | None:
    """Column → value, of a file whose front matter, or whose lines below its first heading, tell a ticket.

    These are a number and a status that tickets have, and when or by whom it was opened, how urgent it is or when it
    was closed; with a status of a team's own, two of by whom, how urgent and when it was closed: notes, guides and
    records of decisions have a number, a day and a status (draft, accepted). A heading that is a field's name has that
    field below it.
    """
    facts: Record = {name.strip(): _plain(value) for name, value in _FRONT.findall(front)}
    start = headings[0].start if headings else 0
    ends = [one.start for one in headings[1:]] or [len(text)]
    title = headings[0].title if headings and headings[0].level == 1 else ""
    first = text[start : ends[0]].removeprefix(title)
    if not _tells(facts):
        facts |= dict(_listed(first))
        facts |= {"id": key} if (key := _number(title)) and not guess(list(facts)).holds("id") else {}
        first = "\n".join(line for line in first.split("\n") if not _ITEM.match(line.strip()))
    if not _tells(facts):
        return None
    columns = guess(list(facts))
    key = " ".join(str(facts[column]) for column in columns.columns("id"))
    if not columns.holds("subject"):
        facts["subject"] = _LEAD.sub("", title.removeprefix(key), count=1) if title.startswith(key) else title
    described = [text[:start].strip(), first.strip()]
    for section, end in pairwise([*headings[1:], None]) if len(headings) > 1 else ():
        if section is None:
            continue
        body = text[section.start : end.start if end else len(text)].removeprefix(section.title).strip()
        name = next((name for _, name in guess([section.title]).pairs), "")
        if name in ("comments", "resolution") and body:
            facts[section.title] = f"{facts[section.title]}\n\n{body}" if section.title in facts else body
        else:
            described.append(body if name == "description" else f"{section.title}\n{body}")
    own = guess(list(facts)).columns("description")
    facts["description"] = "\n\n".join(filter(None, [*(str(facts.pop(one)) for one in own), *described]))
    return facts


def _tells(facts: Record) -> bool:
    columns = guess(list(facts))
    if not columns.holds("id") or not columns.holds("status"):
        return False
    known = any(is_known_status(str(facts[name])) for name in columns.columns("status"))
    return sum(columns.holds(name) for name in (_HANDLED if known else _PEOPLE)) >= (1 if known else 2)


def _listed(text: str) -> Iterator[tuple[str, str]]:
    """What stands as `Status: Open`, an item or a row, in lines of its own."""
    for line in text.split("\n"):
        if found := _ITEM.match(line.strip()):
            yield found[1], found[2].strip()


def _number(title: str) -> str:
    """The ticket's number with which a title begins, "" for none."""
    found = _KEY.match(title)
    return found.group() if found and _LEAD.match(title, found.end()) else ""


def _plain(value: str) -> str:
    value = value.strip().strip("\"'")
    inside = _LIST.fullmatch(value)
    return ", ".join(one.strip().strip("\"'") for one in inside[1].split(",")) if inside else value
