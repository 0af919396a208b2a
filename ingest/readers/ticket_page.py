"""A ticket → one Document of one page that reads like the ticket."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.filters import says_closed
from ingest.readers.assemble import one_line
from ingest.types import Document, Fields, Language, Page, Section

LANGUAGE_CHARACTERS = 4_000
_SETTLED = frozenset(
    "resolved closed done solved fixed completed complete resuelto resuelta cerrado cerrada "
    "solucionado solucionada finalizado finalizada completado completada".split()
)


@dataclass(frozen=True, slots=True)
class Comment:
    """One message of a thread; `author` and `date` are "" where the export does not say."""

    author: str
    date: str
    text: str
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ticket:
    """One request as exported. `extra` holds (column, value) of columns that Tomo has no field for.

    `attachments` are names; `quoted` is what the request carries of earlier mails.
    """

    subject: str
    description: str
    fields: Fields
    priority: str = ""
    resolved: str = ""
    environment: str = ""
    comments: tuple[Comment, ...] = ()
    extra: tuple[tuple[str, str], ...] = field(default=())
    attachments: tuple[str, ...] = ()
    quoted: str = ""

    @property
    def settled(self) -> bool:
        """Whether somebody said that it is over."""
        status = self.fields.status.casefold()
        qualified = says_closed(status) and re.split(r"\W", status, maxsplit=1)[0] in _SETTLED
        return bool(self.fields.resolution or self.resolved) or status in _SETTLED or qualified


@dataclass(frozen=True, slots=True)
class _Words:
    problem: str
    comment: str
    last_comment: str
    resolution: str
    status: str
    priority: str
    product: str
    version: str
    created: str
    resolved: str
    requester: str
    tags: str
    environment: str
    attachments: str
    quoted: str


_ENGLISH = _Words(
    "Problem", "Comment", "Last comment", "Resolution", "Status", "Priority", "Product", "Version", "Created",
    "Resolved", "Requester", "Tags", "Environment", "Attachments", "Earlier messages",
)  # fmt: skip
_SPANISH = _Words(
    "Problema", "Comentario", "Último comentario", "Resolución", "Estado", "Prioridad", "Producto", "Versión", "Creado",
    "Resuelto", "Solicitante", "Etiquetas", "Entorno", "Adjuntos", "Mensajes anteriores",
)  # fmt: skip

_FACTS = frozenset(
    name
    for w in (_ENGLISH, _SPANISH)
    for name in (w.status, w.priority, w.product, w.version, w.created, w.resolved, w.requester, w.tags)
)


def render(ticket: Ticket, document_id: str) -> Document:
    """The ticket as a Document: problem, comments and resolution are sections of its only page.

    A section starts at its heading line, the problem at the subject. In a settled ticket the last comment
    is headed as such: where the resolution is a bare word, it is what says how.
    """
    language = _language(ticket)
    words = _SPANISH if language == "es" else _ENGLISH
    blocks = [(words.problem, _problem(ticket, words)), *_thread(ticket, words)]
    if ticket.fields.resolution:
        blocks.append((words.resolution, f"{words.resolution}\n{ticket.fields.resolution}"))
    if ticket.quoted:
        blocks.append((words.quoted, f"{words.quoted}\n{ticket.quoted}"))
    text = ""
    sections = []
    for title, block in blocks:
        text += "\n\n" if text else ""
        sections.append(Section(title, 1, 1, len(text)))
        text += block
    title = one_line(ticket.subject) or _first_line(ticket.description) or document_id
    return Document(document_id, "ticket", title, language, (Page(1, "1", text),), tuple(sections), ticket.fields)


def _problem(ticket: Ticket, words: _Words) -> str:
    fields = ticket.fields
    facts = (
        (words.status, fields.status),
        (words.priority, ticket.priority),
        (words.product, fields.product),
        (words.version, fields.version),
        (words.created, day(fields.created)),
        (words.resolved, day(ticket.resolved)),
        (words.requester, fields.requester),
        (words.tags, ", ".join(fields.tags)),
    )
    line = " · ".join([fields.key] * bool(fields.key) + [f"{name}: {value}" for name, value in facts if value])
    attached = (words.attachments, ", ".join(ticket.attachments))
    more = ((words.environment, ticket.environment), *ticket.extra, attached)
    parts = [ticket.subject, line, ticket.description, *(f"{name}: {value}" for name, value in more if value)]
    return "\n\n".join(part for part in parts if part)


def is_facts(line: str, key: str) -> bool:
    """Whether this is the line that `render` writes of a ticket's status, dates and so on, below the subject."""
    first = line.partition(" · ")[0]
    name, colon, _ = first.partition(": ")
    return "\n" not in line and ((key != "" and first == key) or (bool(colon) and name in _FACTS))


def is_facts_line(line: str) -> bool:
    """The same of a line with two of them at least, of a ticket whose number is not known."""
    first, _, rest = line.partition(" · ")
    return bool(rest) and (is_facts(first, "") or is_facts(rest, ""))


def _thread(ticket: Ticket, words: _Words) -> list[tuple[str, str]]:
    blocks = []
    for number, comment in enumerate(ticket.comments, 1):
        word = words.last_comment if ticket.settled and number == len(ticket.comments) else words.comment
        heading = _heading(word, comment.author, comment.date)
        if heading == words.comment:
            heading = f"{heading} {number}"
        attached = f"\n{words.attachments}: {', '.join(comment.attachments)}" if comment.attachments else ""
        blocks.append((heading, f"{heading}\n{comment.text}{attached}"))
    return blocks


def _heading(word: str, author: str, date: str) -> str:
    who_and_when = ", ".join(part for part in (author, day(date)) if part)
    return f"{word} — {who_and_when}" if who_and_when else word


def day(date: str) -> str:
    """The day of an ISO 8601 time; any other date as it is written."""
    return date[:10] if re.match(r"\d{4}-\d\d-\d\d", date) else date


def _first_line(text: str) -> str:
    line = text.strip().partition("\n")[0]
    return line if len(line) <= 100 else line[:100].rsplit(" ", 1)[0] + " …"


def _language(ticket: Ticket) -> Language:
    from ingest.language import detect

    said = "\n".join([ticket.subject, ticket.description, *(comment.text for comment in ticket.comments)])
    return detect(said[:LANGUAGE_CHARACTERS])
