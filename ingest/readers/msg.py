"""Read a mail saved by Outlook (MSG) into a Document."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_string
from pathlib import Path

import olefile

from ingest.errors import ReadError, Skipped
from ingest.readers import mail
from ingest.readers.assemble import one_line
from ingest.readers.charset import clean, decode
from ingest.readers.names import shown
from ingest.readers.options import DEFAULTS, Options
from ingest.types import Document

# Property numbers of [MS-OXPROPS]
_SUBJECT, _BODY, _HTML, _HEADERS, _MESSAGE_ID = "0037", "1000", "1013", "007D", "1035"
_REFERENCES, _IN_REPLY_TO, _FILE_NAME, _SHORT_FILE_NAME = "1039", "1042", "3707", "3704"
_SENDER_NAME, _SENDER_ADDRESS, _SMTP_ADDRESS = "0C1A", "0C1F", "5D01"
_SENT, _DELIVERED = 0x0039, 0x0E06
_ENTRIES_START = 32
"""Bytes before the entries of a message's property stream ([MS-OXMSG] 2.4)."""


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document]:
    """One ticket. Raises ReadError for a damaged file, Skipped for one that is no mail or has no text."""
    try:
        with olefile.OleFileIO(str(path)) as ole:
            if not ole.exists("__properties_version1.0"):
                raise Skipped(f"{shown(path)}: is an Office file but no Outlook mail.")
            found = _mail(ole)
    except (OSError, ValueError, IndexError, struct.error, olefile.olefile.OleFileError) as error:
        raise ReadError(f"{shown(path)}: is damaged ({error}). Save the mail from Outlook again.") from error
    yield from mail.documents(path, [found] if found.text or found.subject else [])


def _mail(ole: olefile.OleFileIO) -> mail.Mail:
    headers = message_from_string(_string(ole, _HEADERS))
    name, address = _string(ole, _SENDER_NAME), _string(ole, _SMTP_ADDRESS) or _string(ole, _SENDER_ADDRESS)
    message_id = _string(ole, _MESSAGE_ID) or str(headers.get("Message-ID", ""))
    return mail.Mail(
        id=message_id.strip("<> \t\n"),
        references=mail.message_ids(
            _string(ole, _REFERENCES) or str(headers.get("References", "")),
            _string(ole, _IN_REPLY_TO) or str(headers.get("In-Reply-To", "")),
        ),
        subject=one_line(_string(ole, _SUBJECT)),
        sender=f"{name} <{address}>" if name and "@" in address and address != name else name or address,
        date=_date(ole) or mail.iso_date(str(headers.get("Date", ""))),
        text=_string(ole, _BODY).strip() or mail.from_html(decode(_bytes(ole, f"{_HTML}0102"))).strip(),
        attachments=tuple(_attachments(ole)),
    )


def _attachments(ole: olefile.OleFileIO) -> Iterator[str]:
    """The names of what is attached."""
    for entry in sorted({entry[0] for entry in ole.listdir() if entry[0].startswith("__attach_version1.0_")}):
        name = _string(ole, _FILE_NAME, entry) or _string(ole, _SHORT_FILE_NAME, entry)
        if name:
            yield one_line(name)


def _bytes(ole: olefile.OleFileIO, name: str, inside: str = "") -> bytes:
    stream = [*filter(None, [inside]), f"__substg1.0_{name}"]
    data: bytes = ole.openstream(stream).read() if ole.exists(stream) else b""
    return data


def _string(ole: olefile.OleFileIO, number: str, inside: str = "") -> str:
    """A text property: UTF-16 in today's files, some code page in old ones."""
    if wide := _bytes(ole, f"{number}001F", inside):
        return clean(wide.decode("utf-16-le", "replace"))
    return decode(_bytes(ole, f"{number}001E", inside))


def _date(ole: olefile.OleFileIO) -> str:
    """When the mail was sent, else delivered; FILETIME counts 100 ns from 1601."""
    stream: bytes = ole.openstream("__properties_version1.0").read()
    times = {
        number: value
        for kind, number, _, value in struct.iter_unpack(
            "<HHIQ", stream[_ENTRIES_START:][: len(stream) // 16 * 16 - 32]
        )
        if kind == 0x0040
    }
    value = times.get(_SENT) or times.get(_DELIVERED)
    if not value:
        return ""
    return (datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=value // 10)).isoformat(timespec="seconds")
