"""One record of an export, any cell type → a Ticket."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.readers import jira_columns
from ingest.readers.cell_html import plain
from ingest.readers.charset import clean
from ingest.readers.columns import SEVERAL, ColumnMap, fold, guess
from ingest.readers.ticket_cells import as_date, as_text, attached, prose
from ingest.readers.ticket_comments import comments_in
from ingest.readers.ticket_page import Ticket
from ingest.readers.ticket_shapes import People, Record, people_of, spread, with_people
from ingest.readers.ticket_thread import thread_of
from ingest.types import Fields

# A Jira export has hundreds of columns; what a dozen more say about a request is worth reading.
MANY_COLUMNS = 40
_TELLS_NOTHING = re.compile(
    r".* id|.*url|sys .*|votes|watche[rs]+|rank|project (?:key|type|lead)|last viewed|node id|preview"
)
"""Names of columns that say nothing of a request."""
_COPY = 16
"""Characters from which a column that says the same as a field is its copy; `Baja` may be a cause and a priority."""
NOBODY: People = {}
_NO_RESOLUTION = frozenset({"unresolved", "sin resolver", "none", "null", "nan", "-"})
# A number as some programs show it, its thousands apart.
_SPACED_NUMBER = re.compile(r"\d{1,3}(?: \d{3})+")
# The fields that a custom field may say better than a column: a project is not yet a product.
_ALSO_CUSTOM = frozenset({"product", "version", "environment"})
# What only this help desk's records have → its words for its numbers (developers.freshdesk.com, docs.servicenow.com).
_NUMBERED = (
    ("fr_escalated", {"2": "Open", "3": "Pending", "4": "Resolved", "5": "Closed"}),
    (
        "sys_id",
        {"1": "New", "2": "In Progress", "3": "On Hold", "6": "Resolved", "7": "Closed", "8": "Canceled"},
    ),
)


def describes_ticket(record: Record) -> bool:
    """Whether a JSON object has the makings of a ticket: a subject or a description, and what tells it from others."""
    columns = guess(list(record))
    has_text = columns.holds("subject") or columns.holds("description")
    return columns.names_tickets or (has_text and columns.holds("id"))


def columns_of(record: Record, mapping: ColumnMap, known: People = NOBODY) -> tuple[Record, ColumnMap]:
    """The record `spread`, and its map. What its own columns say of its number, its dates and so on goes first.

    `known` are people whom the record may have by their numbers only.
    """
    record = with_people(record, known)
    wide = spread(record)
    mapped = {name for _, name in mapping.pairs}
    own = tuple(
        (column, name)
        for column, name in guess(list(record), mapping).pairs
        if name not in mapped | SEVERAL | _ALSO_CUSTOM and as_text(record[column])
    )
    return wide, guess(list(wide), ColumnMap((*mapping.pairs, *own)))


def ticket_of(record: Record, columns: ColumnMap, wiki_markup: bool = False, known: People = NOBODY) -> Ticket:
    """The ticket in a record. Cells may be text, numbers, lists, objects, Atlassian documents or nothing."""
    cells = _Cells(record, columns)
    people = {**known, **people_of(record)}
    description = "\n\n".join(cells.prose("description", wiki_markup))
    comments, quoted = thread_of(
        description,
        [
            replace(comment, author=people.get(comment.author, comment.author))
            for value in cells.values("comments")
            for comment in comments_in(value, wiki_markup)
            if comment.text
        ],
    )
    resolution = [text for text in cells.prose("resolution", wiki_markup) if text.casefold() not in _NO_RESOLUTION]
    fields = Fields(
        key=_key(cells.line("id")),
        product=cells.line("product"),
        version=cells.line("version"),
        status=_status(record, cells.line("status")),
        resolution="\n".join(resolution),
        created=cells.date("created"),
        updated=cells.date("updated"),
        requester=cells.line("requester"),
        tags=tuple(dict.fromkeys(tag for value in cells.values("tags") for tag in _tags(value))),
    )
    return Ticket(
        subject=cells.line("subject"),
        description=description,
        fields=fields,
        priority=cells.line("priority"),
        resolved=cells.date("resolved"),
        environment="\n\n".join(cells.prose("environment", wiki_markup)),
        comments=comments,
        extra=() if wiki_markup else _extra(record, columns),
        attachments=attached(record),
        quoted=quoted,
    )


class _Cells:
    """A record seen through its column map."""

    def __init__(self, record: Record, columns: ColumnMap) -> None:
        self.record = record
        self.columns = columns

    def values(self, name: str) -> list[object]:
        return [self.record.get(column) for column in self.columns.columns(name)]

    def prose(self, name: str, wiki_markup: bool) -> list[str]:
        return [text for value in self.values(name) if (text := prose(value, wiki_markup))]

    def line(self, name: str) -> str:
        return " ".join(" ".join(as_text(value) for value in self.values(name)).split())

    def date(self, name: str) -> str:
        return next(filter(None, map(as_date, self.values(name))), "")


def _key(key: str) -> str:
    return key.replace(" ", "") if _SPACED_NUMBER.fullmatch(key) else key


def _status(record: Record, status: str) -> str:
    """The status in words, where a known help desk exports its number."""
    for key, words in _NUMBERED:
        if key in record:
            return words.get(status, status)
    return status


def _tags(value: object) -> list[str]:
    if isinstance(value, list):
        return [tag for item in value if (tag := as_text(item))]
    text = as_text(value)
    parts = re.split(r"[,;|\n]", text)
    return [part.strip() for part in parts if part.strip()]


def _extra(record: Record, columns: ColumnMap) -> tuple[tuple[str, str], ...]:
    """What the columns that are no field say, where there are few of them, or where it is known which say nothing.

    Links, foreign keys, what a program counts for itself and a second copy of a field's text (`description_text` beside
    `description`) are left out.
    """
    if jira_columns.is_export(record):
        return _of_jira(record, columns)
    if len(record) > MANY_COLUMNS:
        return ()
    known = {column for column, _ in columns.pairs}
    rest = [(" ".join(clean(name).split()), value) for name, value in record.items() if name not in known]
    held = {_words(text) for column in known if isinstance(text := record.get(column), str)}
    return tuple(
        (name, text)
        for name, value in rest
        if name and isinstance(value, str) and not _TELLS_NOTHING.fullmatch(fold(name))
        if (text := plain(as_text(value))) and not re.fullmatch(r"https?://\S+", text)
        if len(text) < _COPY or _words(text) not in held
    )


def _of_jira(record: Record, columns: ColumnMap) -> tuple[tuple[str, str], ...]:
    """The first columns of Jira's CSV that say something; the values of those that it repeats are one."""
    known = {column for column, _ in columns.pairs}
    rest = [(" ".join(clean(name).split()), value) for name, value in record.items() if name not in known]
    values = [(name, value if isinstance(value, list) else [value]) for name, value in rest if name]
    found = [(name, ", ".join(filter(None, (prose(each, False) for each in several)))) for name, several in values]
    told = [
        (jira_columns.heading(name), text)
        for name, text in found
        if text and not _TELLS_NOTHING.fullmatch(fold(name)) and not jira_columns.is_noise(name, text)
    ]
    return tuple(told[: jira_columns.MOST])


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", plain(text)))
