"""A library's resolved tickets → a question file: each complaint with the tickets and pages that solved it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import SettingsError
from ingest.filters import Filters, has_status
from ingest.language import detect
from ingest.library import Library
from ingest.records import DocumentRow
from ingest.types import Page, Section
from rag.complaint import complaint
from rag.evaluation.questions_file import new_file
from rag.mentions import Manuals, named_keys, page_of
from rag.quotations import Quotations

OWN_TICKET = "own ticket"
LINKED_TICKET = "linked ticket"
MANUAL_PAGE = "manual page"
MEASURES = {
    OWN_TICKET: "asks with a ticket's own complaint: it measures finding the same ticket again, no more.",
    LINKED_TICKET: "asks with a complaint for the other tickets its thread names; the ticket itself is passed over.",
    MANUAL_PAGE: "asks with a complaint for the manual pages its thread names or quotes; the ticket is passed over.",
}
"""What each type of question measures."""
MOST_LINKED = 8
"""Tickets that one may name as its solution; one that names more is a list of them."""
ANSWER = 300
"""Characters of a resolution kept as the answer."""

Row = dict[str, object]
"""A line of a question file."""
_Ref = tuple[str, int]
"""(document id, page number)."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a question file was made of: resolved tickets, and questions by type."""

    tickets: int
    questions: Counter[str]

    @property
    def json(self) -> dict[str, object]:
        """As one object."""
        counts = {name: self.questions[name] for name in MEASURES}
        return {"summary": {"tickets": self.tickets, "questions": self.questions.total(), **counts}}

    def lines(self, file: Path) -> Iterator[str]:
        """For a person: how many, what they measure, and what to do next."""
        yield f"{self.questions.total()} questions out of {self.tickets} resolved tickets are in {file}"
        for name, text in MEASURES.items():
            yield f"  {self.questions[name]:6} “{name}” {text}"
        yield f"Look through them, then: python -m rag evaluate {file}"


@dataclass(frozen=True, slots=True)
class _Place:
    row: DocumentRow
    pages: tuple[int, ...]


def is_resolved(row: DocumentRow) -> bool:
    """Whether a ticket's status says that it is over, or, where there is no status, a resolution does."""
    status = row.fields.status
    return has_status(status, "closed") if status.strip() else bool(row.fields.resolution)


def write_questions(library: Library, file: Path) -> Made:
    """Write the file, ticket by ticket. SettingsError for a file that is there, and when no ticket makes a question."""
    tickets = 0
    counts: Counter[str] = Counter()
    with new_file(file) as out:
        for rows in questions(library):
            tickets += 1
            for row in rows:
                counts[str(row["type"])] += 1
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
        if not counts:
            raise SettingsError(
                f"{library.folder}: holds no resolved ticket to ask with. Ingest a ticket export with its statuses, "
                "or name another library with --library."
            )
    return Made(tickets, counts)


def questions(library: Library) -> Iterator[list[Row]]:
    """For each resolved ticket, the lines that it makes; one ticket's text is in memory at a time."""
    archive = _Archive(library)
    for row in archive.tickets:
        if is_resolved(row):
            yield archive.questions(row)


class _Archive:
    """A library as the tickets in it refer to it."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.tickets = library.documents(Filters(kind="ticket"))
        manuals = library.documents(Filters(kind="manual"))
        self._manuals, self._by_id = Manuals(manuals), {row.id: row for row in manuals}
        self._files = Counter(row.file for row in manuals)
        keys = Counter(row.fields.key.casefold() for row in self.tickets if row.fields.key)
        unique = (row for row in self.tickets if keys[row.fields.key.casefold()] == 1)
        self._by_key = {row.fields.key.casefold(): row for row in unique}
        texts = (((row.id, page.number), page.text) for row in manuals for page in library.pages(row.id))
        self._quotations: Quotations[_Ref] = Quotations(texts, self._page_text)

    def questions(self, row: DocumentRow) -> list[Row]:
        """The lines that a ticket makes, at most one a type."""
        pages, sections = self._library.pages(row.id), self._library.sections(row.id)
        problem, later = _parted(pages, sections)
        question = complaint(row.title, problem, row.fields.key)
        if not question:
            return []
        given_away = set(named_keys(question, self._by_key))
        linked = [self._by_key[key] for key in named_keys(f"{problem}\n{later}", self._by_key) if key not in given_away]
        others = [_Place(other, (1,)) for other in linked if other.id != row.id]
        found = {
            OWN_TICKET: [_Place(row, _solved_on(pages, sections))] if later else [],
            LINKED_TICKET: others if len(others) <= MOST_LINKED else [],
            MANUAL_PAGE: self._manual_pages(later),
        }
        return [self._line(row, question, kind, places) for kind, places in found.items() if places]

    def _manual_pages(self, later: str) -> list[_Place]:
        pages: dict[str, set[int]] = {}
        for mention in self._manuals.mentions(later):
            manual = mention.manual
            if number := page_of(mention, self._library.pages(manual.id), self._library.sections(manual.id)):
                pages.setdefault(manual.id, set()).add(number)
        for document_id, number in self._quotations.find(later):
            pages.setdefault(document_id, set()).add(number)
        return [_Place(self._by_id[name], tuple(sorted(numbers))) for name, numbers in pages.items()]

    def _line(self, row: DocumentRow, question: str, kind: str, places: Sequence[_Place]) -> Row:
        first, *others = ({**self._named(place.row), "pages": list(place.pages)} for place in places)
        line: Row = {
            "id": f"{row.fields.key or row.id} {kind}", "lang": detect(question), **first,
            "doc_lang": places[0].row.language, "type": kind, "question": question,
            "answer": " ".join(row.fields.resolution.split())[:ANSWER], "answerable": True,
        }  # fmt: skip
        more = ({"also": others} if others else {}) | ({"without": self._name(row)} if kind != OWN_TICKET else {})
        return line | more

    def _named(self, row: DocumentRow) -> Row:
        needed = row.kind == "ticket" or self._files[row.file] > 1
        named: Row = {"doc": row.file}
        return named | {"document": self._name(row)} if needed else named

    def _name(self, row: DocumentRow) -> str:
        """A ticket's key, which it keeps in any library; the id where there is no key or several bear it."""
        return row.fields.key if row.fields.key.casefold() in self._by_key else row.id

    def _page_text(self, ref: _Ref) -> str:
        page = self._library.page(*ref)
        return page.text if page else ""


def _parted(pages: Sequence[Page], sections: Sequence[Section]) -> tuple[str, str]:
    """A ticket's text up to its second section, and from there."""
    if len(sections) < 2:
        return "\n\n".join(page.text for page in pages), ""
    turn = sections[1]
    before = [page.text if page.number < turn.page else page.text[: turn.start] for page in pages[: turn.page]]
    after = [page.text[turn.start :] if page.number == turn.page else page.text for page in pages[turn.page - 1 :]]
    return "\n\n".join(before).strip(), "\n\n".join(after)


def _solved_on(pages: Sequence[Page], sections: Sequence[Section]) -> tuple[int, ...]:
    """The pages after the complaint; the complaint's own where all is on one."""
    return tuple(page.number for page in pages if page.number >= sections[1].page)
