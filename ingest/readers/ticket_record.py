"""One record of an export, any cell type → a Ticket."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ingest.readers import wiki
from ingest.readers.cell_html import plain, unescaped
from ingest.readers.charset import clean
from ingest.readers.columns import SEVERAL, ColumnMap, fold, guess
from ingest.readers.ticket_page import Comment, Ticket
from ingest.types import Fields

Record = Mapping[str, object]

# A Jira export has hundreds of columns; what a dozen more say about a request is worth reading.
MANY_COLUMNS = 40
_NO_RESOLUTION = frozenset({"unresolved", "sin resolver", "none", "null", "nan", "-"})
_NAMES = ("display_value", "displayName", "display_name", "name", "value", "title", "login", "email", "emailAddress",
          "key", "nombre", "valor")  # fmt: skip
# A number as some programs show it, its thousands apart.
_SPACED_NUMBER = re.compile(r"\d{1,3}(?: \d{3})+")
_AUTHOR = ("author", "author name", "from", "user", "by", "autor", "usuario", "de", "agent", "agente", "author id")
_DATE = ("created", "created at", "created on", "date", "time", "fecha", "creado")
_BODY = ("body", "plain body", "body text", "text", "content", "comment", "message", "description", "cuerpo", "texto",
         "mensaje", "comentario", "contenido", "html body", "notes", "notas")  # fmt: skip
_WHEN = (
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
    r"|\d{1,2}[/.-](?:\d{1,2}|[A-Za-z]{3})[/.-]\d{2,4}(?: \d{1,2}:\d\d(?::\d\d)?(?: ?[AP]M)?)?"
)
_WHO = r"[^\W\d][\w .@'-]{0,60}?"
# A message's heading stands alone on its line: `2025-03-04 10:15 — ana:`, `[4/3/2025] ana:`, `ana (2025-03-04):`.
_MESSAGE = re.compile(
    rf"^\[?(?P<when>{_WHEN})\]?[ ,|·–—-]*(?P<who>{_WHO})[ ]*:[ ]*$"
    rf"|^(?P<who2>{_WHO})[ ,(|·–—-]+(?P<when2>{_WHEN})\)?[ ]*:[ ]*$"
    # A journal of ServiceNow: `2025-03-04 10:15:22 - Ana Ruiz (Work notes)`.
    rf"|^(?P<when3>{_WHEN}) - (?P<who3>{_WHO} \([^\W\d][^()\n]{{2,40}}\))[ ]*\r?$",
    re.MULTILINE,
)
_JIRA_CELL = re.compile(rf"(?P<when>{_WHEN});(?P<who>[^;\n]{{1,60}});")
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
_RULE = re.compile(r"^[ \t]*---[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r"\{(?:code|noformat)[:}]|```")


def describes_ticket(record: Record) -> bool:
    """Whether a JSON object has the makings of a ticket: a subject or a description, and what tells it from others."""
    columns = guess(list(record))
    has_text = columns.holds("subject") or columns.holds("description")
    return columns.names_tickets or (has_text and columns.holds("id"))


def spread(record: Record) -> Record:
    """The record with what its `custom_fields` and its `stats` hold as columns beside its own, which stay as they are.

    Custom fields are a list of objects with `name` and `value` (Redmine) or an object of names such as `cf_product`
    (Freshdesk); those that are empty or that have no name are left out.
    """
    custom, stats = record.get("custom_fields"), record.get("stats")
    named: list[tuple[object, object]] = []
    if isinstance(custom, list):
        named = [(one.get("name"), one.get("value")) for one in custom if isinstance(one, Mapping)]
    elif isinstance(custom, Mapping):
        named = [(name.removeprefix("cf_"), value) for name, value in custom.items() if isinstance(name, str)]
    if isinstance(stats, Mapping):
        named += [(name, stats.get(name)) for name in ("resolved_at", "closed_at")]
    more = {
        name: text
        for name, value in named
        if isinstance(name, str) and name.strip() and not isinstance(value, bool) and (text := as_text(value))
        if not record.get(name)
    }
    return {**record, **more}


def columns_of(record: Record, mapping: ColumnMap) -> tuple[Record, ColumnMap]:
    """The record `spread`, and its map. What its own columns say of its number, its dates and so on goes first."""
    wide = spread(record)
    mapped = {name for _, name in mapping.pairs}
    own = tuple(
        (column, name)
        for column, name in guess(list(record), mapping).pairs
        if name not in mapped | SEVERAL | _ALSO_CUSTOM and as_text(record[column])
    )
    return wide, guess(list(wide), ColumnMap((*mapping.pairs, *own)))


def ticket_of(record: Record, columns: ColumnMap, wiki_markup: bool = False) -> Ticket:
    """The ticket in a record. Cells may be text, numbers, lists, objects, Atlassian documents or nothing."""
    cells = _Cells(record, columns)
    people = _people(record)
    resolution = [text for text in cells.prose("resolution", wiki_markup) if text.casefold() not in _NO_RESOLUTION]
    fields = Fields(
        key=_key(cells.line("id")),
        product=cells.line("product"),
        version=cells.line("version"),
        status=_status(record, cells.line("status")),
        resolution="\n".join(resolution),
        created=cells.line("created"),
        updated=cells.line("updated"),
        requester=cells.line("requester"),
        tags=tuple(dict.fromkeys(tag for value in cells.values("tags") for tag in _tags(value))),
    )
    return Ticket(
        subject=cells.line("subject"),
        description="\n\n".join(cells.prose("description", wiki_markup)),
        fields=fields,
        priority=cells.line("priority"),
        resolved=cells.line("resolved"),
        environment="\n\n".join(cells.prose("environment", wiki_markup)),
        comments=tuple(
            replace(comment, author=people.get(comment.author, comment.author))
            for value in cells.values("comments")
            for comment in _comments(value, wiki_markup)
            if comment.text
        ),
        extra=() if wiki_markup else _extra(record, columns),
    )


def _people(record: Record) -> dict[str, str]:
    """Who has which number, by the people that the record itself names: its requester, its assignee and so on."""
    people = [one for one in record.values() if isinstance(one, Mapping) and one.get("id")]
    return {str(one["id"]): name for one in people if (name := as_text(one)) and name != str(one["id"])}


class _Cells:
    """A record seen through its column map."""

    def __init__(self, record: Record, columns: ColumnMap) -> None:
        self.record = record
        self.columns = columns

    def values(self, name: str) -> list[object]:
        return [self.record.get(column) for column in self.columns.columns(name)]

    def prose(self, name: str, wiki_markup: bool) -> list[str]:
        return [text for value in self.values(name) if (text := _prose(value, wiki_markup))]

    def line(self, name: str) -> str:
        return " ".join(" ".join(as_text(value) for value in self.values(name)).split())


def as_text(value: object) -> str:
    """A cell as text: the name of an object that has one, a list's members after commas, "" for nothing."""
    if value is None:
        return ""
    if isinstance(value, str):
        return unescaped(clean(value).strip())
    if isinstance(value, Mapping):
        if wiki.is_document(value):
            return clean(wiki.flatten(value))
        return next((as_text(value[name]) for name in _NAMES if value.get(name)), "")
    if isinstance(value, list):
        return ", ".join(text for item in value if (text := as_text(item)))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _prose(value: object, wiki_markup: bool) -> str:
    text = as_text(value)
    if isinstance(value, str):
        text = plain(text)
    return wiki.clean(text) if isinstance(value, str) and (wiki_markup or wiki.is_wiki(text)) else text


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


def _comments(value: object, wiki_markup: bool) -> Iterator[Comment]:
    if isinstance(value, Mapping) and not wiki.is_document(value):
        listed = value.get("comments")
        yield from (
            _comments(listed, wiki_markup) if isinstance(listed, list) else [_comment(_inner(value), wiki_markup)]
        )
    elif isinstance(value, list):
        for item in value:
            yield from _comments(item, wiki_markup)
    elif isinstance(value, str) and (parsed := _json_list(value)):
        yield from _comments(parsed, wiki_markup)
    elif isinstance(value, str) and value.strip().isdigit():
        return  # how many there are
    elif isinstance(value, str | Mapping):
        for comment in _thread(as_text(value)):
            yield Comment(comment.author, comment.date, _prose(comment.text, wiki_markup))


def _inner(message: Record) -> Record:
    """What is named in the message only by its kind: `{"helpdesk_note": {…}}`."""
    only = next(iter(message.values())) if len(message) == 1 else None
    return only if isinstance(only, Mapping) else message


def _comment(message: Record, wiki_markup: bool) -> Comment:
    named = {fold(name): value for name, value in message.items()}
    author, date = (
        next((text for name in names if (text := as_text(named.get(name)))), "") for names in (_AUTHOR, _DATE)
    )
    return Comment(author, date, next((text for name in _BODY if (text := _prose(named.get(name), wiki_markup))), ""))


def _json_list(text: str) -> list[object]:
    if not text.lstrip().startswith("[{"):
        return []
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return parsed if isinstance(parsed, list) else []


def _thread(text: str) -> Iterator[Comment]:
    """The messages of a thread that is one cell: parted by `---` lines or by heading lines that say who and when."""
    if match := _JIRA_CELL.match(text):
        yield Comment(match["who"], match["when"], text[match.end() :].strip())
        return
    for part in _parts(text):
        headings = list(_MESSAGE.finditer(part))
        before = part[: headings[0].start()] if headings else part
        yield Comment("", "", before.strip())
        ends = [heading.start() for heading in headings[1:]] + [len(part)]
        messages = []
        for heading, end in zip(headings, ends, strict=False):
            who, when = (next(filter(None, heading.group(name, f"{name}2", f"{name}3"))) for name in ("who", "when"))
            messages.append(Comment(who.strip(), when, part[heading.end() : end].strip()))
        yield from reversed(messages) if _newest_first(messages) else messages


def _newest_first(messages: Sequence[Comment]) -> bool:
    dates = [message.date for message in messages]
    return all(re.match(r"\d{4}-", date) for date in dates) and dates == sorted(dates, reverse=True) != sorted(dates)


def _parts(text: str) -> Iterator[str]:
    """The parts between `---` lines, except lines inside of a block of code."""
    held: list[str] = []
    for part in _RULE.split(text):
        held.append(part)
        if sum(len(_FENCE.findall(piece)) for piece in held) % 2 == 0:
            yield "\n---\n".join(piece.strip("\n") for piece in held)
            held = []
    yield from held


def _extra(record: Record, columns: ColumnMap) -> tuple[tuple[str, str], ...]:
    """What the columns that are no field say, where there are few of them.

    Links, foreign keys and a second copy of a field's text (`description_text` beside `description`) are left out.
    """
    if len(record) > MANY_COLUMNS:
        return ()
    known = {column for column, _ in columns.pairs}
    rest = [(" ".join(clean(name).split()), value) for name, value in record.items() if name not in known]
    also = {name for name, _ in rest if guess([name]).pairs}
    held = {_words(text) for column in known if also and isinstance(text := record.get(column), str)}
    return tuple(
        (name, text)
        for name, value in rest
        if name and isinstance(value, str) and not fold(name).endswith((" id", "url"))
        if (text := plain(as_text(value))) and not re.fullmatch(r"https?://\S+", text)
        if name not in also or _words(text) not in held
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", plain(text)))
