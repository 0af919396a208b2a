"""Read mails into Documents: a ticket a thread."""

from __future__ import annotations

import mailbox
import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parsedate_to_datetime
from pathlib import Path

from ingest.errors import ReadError, Skipped
from ingest.readers.assemble import one_line
from ingest.readers.charset import clean, decode
from ingest.readers.html import convert
from ingest.readers.names import shown
from ingest.readers.options import DEFAULTS, Options
from ingest.readers.quoted import Said, part, parted
from ingest.readers.ticket_page import Comment, Ticket, render
from ingest.types import Document, Fields

_REPLY = re.compile(r"^(?:(?:re|rv|fwd?|fw|aw|res|enc)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
# What help desks write into a subject: [Ticket #4711], [#4711], Ticket#2025021110000037, [INC0004711], [SUP-12].
_NUMBER = re.compile(
    r"[\[(](?:(?:ticket|case|caso|request|incidencia|incident|solicitud|id)\b)?[ :]*(?:n[.º°o]*)?[ ]*"
    r"#[ ]?([\w-]*\d)[\])]"
    r"|\b(?:ticket|case|caso|incidencia|solicitud)[ ]?#[ ]?(\d{2,})\b|[\[(](?:ticket|caso|incidencia) (\d{2,})[\])]"
    r"|\[((?:INC|REQ|RITM|SR|CAS|TKT)\d{3,}|[A-Z]{2,10}-\d+)\]",
    re.IGNORECASE,
)
_IDS = re.compile(r"<([^<>\s]+)>")
# A line that begins with "From " would begin the next mail of a mailbox.
_ESCAPED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_MOST_ATTACHMENTS = 50
# What the parser makes of broken headers.
_BROKEN = (ValueError, TypeError, IndexError, AttributeError, KeyError)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. `id` and `references` are Message-IDs without brackets; `date` is ISO 8601 or "".

    `references` begins with the oldest; `attachments` are names; `forwarded` is the text of mails attached to it.
    """

    id: str
    references: tuple[str, ...]
    subject: str
    sender: str
    date: str
    text: str
    attachments: tuple[str, ...] = ()
    forwarded: str = ""

    @property
    def root(self) -> str:
        """The Message-ID of the mail that began the thread, as far as this one knows; "" if it has none itself."""
        return next(iter(self.references), self.id)

    @property
    def topic(self) -> str:
        """The subject without "Re:" and its like."""
        return _REPLY.sub("", self.subject)

    @property
    def number(self) -> str:
        """The ticket's number that a help desk has put into the subject; "" for none."""
        found = _NUMBER.search(self.subject)
        return next(filter(None, found.groups()), "") if found else ""


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document]:
    """A document a thread of an EML or MBOX file; its id is its first mail's Message-ID. Raises ReadError."""
    mails = _mailbox(path) if path.suffix.lower() == ".mbox" else [parse(path.read_bytes())]
    yield from documents(path, [mail for mail in mails if mail.text or mail.subject or mail.forwarded])


def documents(path: Path, mails: Sequence[Mail]) -> Iterator[Document]:
    """A ticket a thread, in the order of their first mails. Raises Skipped if there is none."""
    if not mails:
        raise Skipped(f"{shown(path)}: holds no mail.")
    seen: set[str] = set()
    for number, thread in enumerate(threads(mails), 1):
        key = thread[0].id or f"{shown(path.with_suffix(''))}-{number}"
        while key in seen:
            key += "+"
        seen.add(key)
        yield render(_ticket(thread), key)


def threads(mails: Sequence[Mail]) -> list[list[Mail]]:
    """Mails that refer to one another, or that answer the same subject without saying to what; oldest first."""
    root: dict[str, int] = {}
    found: dict[int, list[Mail]] = {}
    for number, mail in enumerate(sorted(mails, key=_sent)):
        names = [name for name in (mail.id, *mail.references) if name]
        is_answer = mail.topic != mail.subject and not mail.references
        known = [*names, *([f" {mail.topic}"] if is_answer else [])]
        thread = next((root[name] for name in known if name in root), number)
        for other in {root[name] for name in names if name in root} - {thread}:
            found[thread] += found.pop(other)
            root.update({name: thread for name, place in root.items() if place == other})
        root.update(dict.fromkeys([*names, f" {mail.topic}"], thread))
        found.setdefault(thread, []).append(mail)
    return [sorted(thread, key=_sent) for thread in found.values()]


def _sent(mail: Mail) -> datetime:
    """The moment it was sent, in whatever time zone; without one it is UTC, without a date it is before all others."""
    sent = datetime.fromisoformat(mail.date) if mail.date else datetime.min
    return sent if sent.tzinfo else sent.replace(tzinfo=UTC)


def parse(data: bytes) -> Mail:
    """A mail as it is sent (RFC 5322), whatever is wrong with it."""
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return Mail(
        id=next(iter(_IDS.findall(_header(message, "Message-ID"))), ""),
        references=message_ids(_header(message, "References"), _header(message, "In-Reply-To")),
        subject=one_line(_header(message, "Subject")),
        sender=one_line(_header(message, "From")),
        date=iso_date(_header(message, "Date")),
        text=_body(message),
        attachments=_attachments(message),
        forwarded="\n\n".join(_forwarded(message)),
    )


def message_ids(*headers: str) -> tuple[str, ...]:
    """The Message-IDs in these headers, without brackets, each once."""
    return tuple(dict.fromkeys(_IDS.findall(" ".join(headers))))


def iso_date(date: str) -> str:
    """A mail's date in ISO 8601; "" for none or for one that makes no sense."""
    try:
        return parsedate_to_datetime(date).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def from_html(html: str) -> str:
    """The text of a mail that is written in HTML."""
    return convert(html)[1]


def _mailbox(path: Path) -> Iterator[Mail]:
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            yield parse(_ESCAPED_FROM.sub(rb"\1", box.get_bytes(key)))
    finally:
        box.close()


def _ticket(thread: Sequence[Mail]) -> Ticket:
    """A thread as a ticket. What its mails quote may be in no other file: it is kept once, apart from what they say."""
    first, *others = thread
    text, quoted = part(first.text)
    said = Said([text, quoted, *(part(mail.text).own for mail in others)])
    own, more = [], [quoted]
    for mail in others:
        answer, rest = parted(mail.text, said)
        own.append(answer)
        more.append(rest)
    return Ticket(
        subject=first.topic,
        description=text,
        fields=Fields(
            key=next(filter(None, (mail.number for mail in thread)), ""),
            created=first.date,
            updated=thread[-1].date,
            requester=first.sender,
            thread=first.root,
        ),
        comments=tuple(
            Comment(mail.sender, mail.date, answer, mail.attachments) for mail, answer in zip(others, own, strict=True)
        ),
        attachments=first.attachments,
        quoted="\n\n".join(filter(None, (*more, *(mail.forwarded for mail in thread)))),
    )


def _header(message: EmailMessage, name: str) -> str:
    """A header's text; letters that stand there without being encoded, as they should not, are read all the same."""
    raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
    try:
        text = decode(raw.encode("ascii", "surrogateescape")) if not raw.isascii() else raw
        return clean(str(policy.default.header_fetch_parse(name, text)))
    except _BROKEN:
        return ""


def _attachments(message: EmailMessage) -> tuple[str, ...]:
    """The names of what is attached, without the pictures that are part of the text."""
    names: list[str] = []
    for piece in message.walk():
        try:
            name = one_line(piece.get_filename() or "")
            in_text = piece.get_content_disposition() == "inline" and piece.get("Content-ID")
        except _BROKEN:
            continue
        if name and not in_text:
            names.append(name)
    return tuple(dict.fromkeys(names))[:_MOST_ATTACHMENTS]


def _forwarded(message: EmailMessage) -> Iterator[str]:
    """The mails that are attached to a mail: sender, subject and text of each."""
    for piece in message.walk():
        for mail in _attached(piece):
            head = (one_line(_header(mail, name)) for name in ("From", "Subject"))
            yield "\n".join([*filter(None, head), "", _body(mail)]).strip()


def _attached(piece: Message) -> Iterator[EmailMessage]:
    """The mail that a part of a mail is; some programs pack it in base64, which the parser does not expect."""
    inside = piece.get_payload() if piece.get_content_type() == "message/rfc822" else None
    for mail in inside if isinstance(inside, list) else ():
        if isinstance(mail, EmailMessage):
            packed = "" if mail.keys() else mail.get_payload()
            yield _unpacked(packed) if isinstance(packed, str) and packed else mail


def _unpacked(packed: str) -> EmailMessage:
    try:
        mail = message_from_bytes(b64decode(packed), policy=policy.default)
    except ValueError:
        return EmailMessage()
    assert isinstance(mail, EmailMessage)
    return mail


def _body(message: EmailMessage) -> str:
    """The plain text if it says anything, else the HTML as text."""
    try:
        bodies = [message.get_body((kind,)) for kind in ("plain", "html")]
    except _BROKEN as error:
        raise ReadError(f"A mail's structure is broken ({error}). Save it again from its mail program.") from error
    body = next((body for body in bodies if body is not None and _text(body)), None)
    if body is None:
        return ""
    return "\n\n".join([_text(body), *_further(message, body)])


def _further(message: EmailMessage, body: Message) -> Iterator[str]:
    """What a mail says below a picture: the texts after the first, where they are no attachments."""
    if message.get_content_type() != "multipart/mixed":
        return
    try:
        pieces = [piece for piece in message.iter_parts() if not any(inner is body for inner in piece.walk())]
        texts = [
            _text(piece)
            for piece in pieces
            if piece.get_content_type() in ("text/plain", "text/html")
            if not piece.get_filename() and piece.get_content_disposition() != "attachment"
        ]
    except _BROKEN:
        return
    yield from filter(None, texts)


def _text(body: Message) -> str:
    payload = body.get_payload(decode=True)
    text = decode(payload, body.get_content_charset("") or "") if isinstance(payload, bytes) else ""
    return (from_html(text) if body.get_content_subtype() == "html" else text).strip()
