"""What a reader yields ↔ messages on a pipe: a kind, a length, JSON. No pickle: a message holds nothing but text."""

from __future__ import annotations

import json
import struct
from dataclasses import astuple, replace
from enum import Enum
from typing import Any, BinaryIO, NamedTuple

from ingest.types import Document, Fields, Page, Section, Working

_HEADER = struct.Struct(">cQ")


class Sign(Enum):
    """What a message says; DOCUMENT carries one, WORKING perhaps a draft, the others a sentence or nothing."""

    DOCUMENT = b"D"
    WORKING = b"W"
    END = b"."
    READ_ERROR = b"R"
    SKIPPED = b"S"
    MEMORY = b"M"
    TOO_LARGE = b"L"
    CRASH = b"X"


class Message(NamedTuple):
    """One message: its sign and its body."""

    sign: Sign
    body: bytes = b""


def send(pipe: BinaryIO, message: Message) -> None:
    """Write one message and flush it."""
    pipe.write(_HEADER.pack(message.sign.value, len(message.body)))
    pipe.write(message.body)
    pipe.flush()


def receive(pipe: BinaryIO, limit: int) -> Message:
    """The next message; CRASH when the pipe ends, TOO_LARGE for a body of more than `limit` bytes, left unread."""
    header = pipe.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return Message(Sign.CRASH)
    sign, length = _HEADER.unpack(header)
    if length > limit:
        return Message(Sign.TOO_LARGE)
    body = pipe.read(length)
    return Message(Sign(sign), body) if len(body) == length else Message(Sign.CRASH)


def encode(found: Document | Working) -> Message:
    """A message of UTF-8 JSON; lone surrogates, which UTF-8 cannot hold, become "?"."""
    if isinstance(found, Working):
        return Message(Sign.WORKING, _json([found.page, found.pages, found.draft and _values(found.draft)]))
    return Message(Sign.DOCUMENT, _json(_values(found)))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _values(document: Document) -> tuple[object, ...]:
    pages = [(page.number, page.label, page.text) for page in document.pages]
    sections = [(section.title, section.level, section.page, section.start) for section in document.sections]
    head = (document.id, document.kind, document.title, document.language)
    return (*head, pages, sections, astuple(document.fields))


def decode(message: Message) -> Document | Working:
    """What a DOCUMENT or a WORKING message was made of."""
    if message.sign is Sign.WORKING:
        page, count, draft = json.loads(message.body)
        return Working(page, count, draft and _document(draft))
    return _document(json.loads(message.body))


def _document(values: list[Any]) -> Document:
    id, kind, title, language, pages, sections, (*texts, tags, thread) = values
    return Document(
        id,
        kind,
        title,
        language,
        tuple(Page(*page) for page in pages),
        tuple(Section(*section) for section in sections),
        replace(Fields(*texts), tags=tuple(tags), thread=thread),
    )
