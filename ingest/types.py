"""The nouns that ingest passes on: what a file becomes on its way into the library."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["manual", "ticket"]
Language = Literal["es", "en", "und"]


@dataclass(frozen=True, slots=True)
class Page:
    """One page as a reader of the document counts them: `number` from 1, `label` as printed on it."""

    number: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and where its text begins: character `start` of page `page`; `level` 1 is a chapter."""

    title: str
    level: int
    page: int
    start: int = 0


@dataclass(frozen=True, slots=True)
class Fields:
    """What a ticket export says about a ticket; an empty string means it does not say.

    `key` is the ticket's own number; dates are ISO 8601, as exported. `thread` is the Message-ID, without brackets,
    of the mail that began the conversation: mails of one thread share it, whatever files they came from.
    """

    key: str = ""
    product: str = ""
    version: str = ""
    status: str = ""
    resolution: str = ""
    created: str = ""
    updated: str = ""
    requester: str = ""
    tags: tuple[str, ...] = ()
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A manual or one ticket. `id` is unique in a library and stays when the content changes.

    Pages are numbered 1, 2, 3 … without gaps; sections are in reading order.
    """

    id: str
    kind: Kind
    title: str
    language: Language
    pages: tuple[Page, ...]
    sections: tuple[Section, ...] = ()
    fields: Fields = field(default_factory=Fields)

    @property
    def text(self) -> str:
        """All pages, a blank line between them."""
        return "\n\n".join(page.text for page in self.pages)


@dataclass(frozen=True, slots=True)
class Working:
    """A reader's sign of life amid slow pages: `page` of `pages` have been read so far.

    `draft` is what there is already of the document that follows: its words need not wait for the slow pages.
    """

    page: int
    pages: int
    draft: Document | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of text on one page: `page.text[start:end] == text`.

    `section` is the index into the document's sections (-1: before the first). `breadcrumb` (document,
    chapter, section, a table's header) is embedded and indexed with the text and is no part of it. `language` is the
    text's where it is another than its document's.
    """

    document_id: str
    ordinal: int
    page: int
    start: int
    end: int
    text: str
    breadcrumb: str
    section: int = -1
    language: Language | None = None
