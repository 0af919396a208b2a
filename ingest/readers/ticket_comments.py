"""A cell that holds the messages of a ticket → each with who wrote it and when."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from ingest.readers import wiki
from ingest.readers.columns import fold
from ingest.readers.ticket_cells import as_date, as_text, attached, prose
from ingest.readers.ticket_page import Comment

_AUTHOR = ("author", "author name", "from", "user", "by", "autor", "usuario", "de", "agent", "agente", "created by",
           "author id")  # fmt: skip
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
_RULE = re.compile(r"^[ \t]*---[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r"\{(?:code|noformat)[:}]|```")


def comments_in(value: object, wiki_markup: bool) -> Iterator[Comment]:
    """The messages of a cell, in its order: a list of objects, JSON in text, or a thread that is one text."""
    if isinstance(value, Mapping) and not wiki.is_document(value):
        listed = value.get("comments")
        yield from (
            comments_in(listed, wiki_markup) if isinstance(listed, list) else [_comment(_inner(value), wiki_markup)]
        )
    elif isinstance(value, list):
        for item in value:
            yield from comments_in(item, wiki_markup)
    elif isinstance(value, str) and (parsed := _json_list(value)):
        yield from comments_in(parsed, wiki_markup)
    elif isinstance(value, str) and value.strip().isdigit():
        return  # how many there are
    elif isinstance(value, str | Mapping):
        for comment in _thread(as_text(value)):
            yield Comment(comment.author, comment.date, prose(comment.text, wiki_markup))


def _inner(message: Mapping[str, object]) -> Mapping[str, object]:
    """What is named in the message only by its kind: `{"helpdesk_note": {…}}`."""
    only = next(iter(message.values())) if len(message) == 1 else None
    return only if isinstance(only, Mapping) else message


def _comment(message: Mapping[str, object], wiki_markup: bool) -> Comment:
    named = {fold(name): value for name, value in message.items()}
    author, date = (
        next((text for name in names if (text := read(named.get(name)))), "")
        for names, read in ((_AUTHOR, as_text), (_DATE, as_date))
    )
    text = next((text for name in _BODY if (text := prose(named.get(name), wiki_markup))), "")
    return Comment(author, date, text, attached(message))


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
        yield from reversed(messages) if newest_first(messages) else messages


def newest_first(messages: Sequence[Comment]) -> bool:
    """Whether all have dates and the last is the oldest."""
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
