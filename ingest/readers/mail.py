"""Read mails into Documents: a ticket a thread."""

from __future__ import annotations

import mailbox
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from ingest.errors import ReadError, Skipped
from ingest.readers.assemble import one_line
from ingest.readers.charset import clean, decode
from ingest.readers.html import convert
from ingest.readers.names import shown
from ingest.readers.ticket_page import Comment, Ticket, render
from ingest.types import Document, Fields

_REPLY = re.compile(r"^(?:(?:re|rv|fwd?|fw|aw|res|enc)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_IDS = re.compile(r"<([^<>\s]+)>")
_QUOTED = re.compile(r"(?:\n[^\n]{0,200}(?:wrote|escribió|escribio):[ ]*)?(?:\n>[^\n]*|\n[ \t]*(?=\n>))+\s*\Z")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. `id` and `references` are Message-IDs without brackets; `date` is ISO 8601 or ""."""

    id: str
    references: tuple[str, ...]
    subject: str
    sender: str
    date: str
    text: str

    @property
    def topic(self) -> str:
        """The subject without "Re:" and its like."""
        return _REPLY.sub("", self.subject)


def read(path: Path) -> Iterator[Document]:
    """A document a thread of an EML or MBOX file; its id is its first mail's Message-ID. Raises ReadError."""
    mails = _mailbox(path) if path.suffix.lower() == ".mbox" else [parse(path.read_bytes())]
    yield from documents(path, [mail for mail in mails if mail.text or mail.subject])


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
    for number, mail in enumerate(sorted(mails, key=lambda mail: mail.date)):
        names = [name for name in (mail.id, *mail.references) if name]
        is_answer = mail.topic != mail.subject and not mail.references
        known = [*names, *([f" {mail.topic}"] if is_answer else [])]
        thread = next((root[name] for name in known if name in root), number)
        for other in {root[name] for name in names if name in root} - {thread}:
            found[thread] += found.pop(other)
            root.update({name: thread for name, place in root.items() if place == other})
        root.update(dict.fromkeys([*names, f" {mail.topic}"], thread))
        found.setdefault(thread, []).append(mail)
    return [sorted(thread, key=lambda mail: mail.date) for thread in found.values()]


def parse(data: bytes) -> Mail:
    """A mail as it is sent (RFC 5322), whatever is wrong with it."""
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    references = _IDS.findall(_header(message, "References") + _header(message, "In-Reply-To"))
    return Mail(
        id=next(iter(_IDS.findall(_header(message, "Message-ID"))), ""),
        references=tuple(dict.fromkeys(references)),
        subject=one_line(_header(message, "Subject")),
        sender=one_line(_header(message, "From")),
        date=iso_date(_header(message, "Date")),
        text=_body(message),
    )


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
            yield parse(box.get_bytes(key))
    finally:
        box.close()


def _ticket(thread: Sequence[Mail]) -> Ticket:
    first, *others = thread
    known = {mail.id for mail in thread}
    return Ticket(
        subject=first.topic,
        description=first.text,
        fields=Fields(created=first.date, updated=thread[-1].date, requester=first.sender),
        comments=tuple(Comment(mail.sender, mail.date, _own_text(mail, known)) for mail in others),
    )


def _own_text(mail: Mail, known: set[str]) -> str:
    """What a mail adds: without the mail it quotes at its end, if that one is part of the thread."""
    if known.isdisjoint(mail.references):
        return mail.text
    return _QUOTED.sub("", f"\n{mail.text}").strip() or mail.text


def _header(message: EmailMessage, name: str) -> str:
    try:
        return clean(str(message.get(name, "")))
    except (ValueError, TypeError, IndexError, AttributeError, KeyError):  # what the parser makes of broken headers
        return ""


def _body(message: EmailMessage) -> str:
    """The plain text if there is any, else the HTML as text."""
    try:
        part = message.get_body(("plain", "html"))
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise ReadError(f"A mail's structure is broken ({error}).") from error
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    text = decode(payload, part.get_content_charset("") or "") if isinstance(payload, bytes) else ""
    return (from_html(text) if part.get_content_subtype() == "html" else text).strip()
