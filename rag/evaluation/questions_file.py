"""Question file → questions, each with the places that answer it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from ingest.errors import SettingsError
from ingest.language import detect
from rag.types import Passage

NEEDED = "question, doc, pages: [3, 4]"
KNOWN = "id, lang, doc_lang, type, answerable: true/false"
"""What a line of a question file holds, and what else as far as it is known."""
FORMAT = "Save it as UTF-8 text, a JSON object a line."
"""What to do with a file that is none."""

UNKNOWN = "?"
"""The language of a document that a question does not say."""


@dataclass(frozen=True, slots=True)
class Place:
    """A page of a file. `document` (a ticket's key or a document's id) says of which of the documents in it; "" any."""

    file: str
    page: int
    document: str = ""

    def holds(self, passage: Passage) -> bool:
        """Whether the passage stands there. A name matches however its accents are encoded."""
        named = not self.document or self.document in (passage.document_id, passage.fields.key)
        return named and passage.page == self.page and nfc(passage.file) == nfc(self.file)


@dataclass(frozen=True, slots=True)
class Item:
    """A question with the places that answer it; none when nothing does.

    `own` are pages of the document it was asked about, `also` right pages of others. `without` names the document it
    was taken from, which is passed over among what is found; "" for none.
    """

    id: str
    question: str
    lang: str
    doc: str
    doc_lang: str
    type: str
    answerable: bool
    own: tuple[Place, ...] = ()
    also: tuple[Place, ...] = ()
    without: str = ""
    evidence: str = ""

    @property
    def pair(self) -> str:
        """Question's language → document's language."""
        return f"{self.lang}→{self.doc_lang}"

    @property
    def places(self) -> frozenset[tuple[str, int]]:
        """Every (file, page) that answers."""
        return frozenset((place.file, place.page) for place in (*self.own, *self.also))


def nfc(name: str) -> str:
    """A file name with its accents composed: one name, whatever system wrote it."""
    return unicodedata.normalize("NFC", name)


def read_items(file: Path) -> list[Item]:
    """The questions of a file in the design's format; SettingsError that names the bad line.

    Beyond it a line, and each of `also`, may name a `document` in the file, and a line one that it is `without`.
    """
    return items_in(read_raw(file), str(file))


def read_raw(file: Path) -> bytes:
    """A file's bytes; SettingsError that says what a question file is when it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read as a question file ({error}). {FORMAT}") from error


def items_in(raw: bytes, name: str) -> list[Item]:
    """The questions of a file of that name that holds these bytes; SettingsError as in `read_items`."""
    items = []
    for number, line in lines_in(raw, name):
        try:
            items.append(_item(number, json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise SettingsError(
                f"{name}, line {number}: is not a question in JSON with {NEEDED} (and, as far as known, {KNOWN}). "
                "Correct it."
            ) from error
    return items


def lines_in(raw: bytes, name: str) -> list[tuple[int, str]]:
    """The lines that hold something, each with its number from 1; SettingsError for bytes that are no text.

    Only an end of line ends one: JSON allows U+2028 and its like within a string.
    """
    try:
        lines = raw.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{name}: cannot be read as a question file ({error}). {FORMAT}") from error
    return [(number, line) for number, line in enumerate(lines, 1) if line.strip()]


@contextmanager
def new_file(file: Path) -> Iterator[TextIO]:
    """A question file to be written now: whole, or it is not there afterwards. SettingsError for one that was there
    before, which stays, and for a disk that refuses."""
    opened = False
    try:
        with file.open("x", encoding="utf-8", errors="replace", newline="\n") as out:
            opened = True
            yield out
    except BaseException as error:
        if opened:
            file.unlink(missing_ok=True)
        elif isinstance(error, FileExistsError):
            raise SettingsError(f"{file}: is there already and is kept. Name another file.") from error
        if isinstance(error, OSError):
            raise SettingsError(f"{file}: cannot be written ({error.strerror}). Name another file.") from error
        raise


def _item(number: int, row: dict[str, Any]) -> Item:
    question = str(row["question"])
    also = tuple(place for other in row.get("also") or () for place in _places(other))
    text = {key: str(row.get(key) or "") for key in ("id", "lang", "doc", "doc_lang", "type", "without", "evidence")}
    answerable = row.get("answerable", True)
    if not isinstance(answerable, bool | int):  # "false" would count as true
        raise ValueError(answerable)
    answerable = bool(answerable)
    own = _places(row) if answerable or row.get("doc") else ()
    return Item(
        text["id"] or f"line {number}", question, text["lang"] or detect(question), text["doc"],
        text["doc_lang"] or UNKNOWN, text["type"] or "no type", answerable, own, also, text["without"],
        text["evidence"],
    )  # fmt: skip


def _places(row: dict[str, Any]) -> tuple[Place, ...]:
    file, document, pages = str(row["doc"]), str(row.get("document") or ""), row.get("pages") or []
    if not isinstance(pages, list):  # "14" would be read as pages 1 and 4
        raise ValueError(pages)
    return tuple(Place(file, int(page), document) for page in dict.fromkeys(pages))
