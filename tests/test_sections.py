"""From a passage to the whole section around it."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from ingest.types import Page, Section
from rag.planning.sections import around
from rag.types import Passage

TEXT = (
    "Chapter one\nIntro words.\n1.1 Reset\nHold the button.\n",
    "Wait ten seconds.\n1.2 Lamps\nRed means failure.\n",
    "Chapter two\nOther things.\n",
)


@dataclass(frozen=True)
class Book:
    """A document in memory."""

    texts: tuple[str, ...]
    outline: tuple[Section, ...]

    def page(self, document_id: str, number: int) -> Page | None:
        return Page(number, str(number), self.texts[number - 1]) if 1 <= number <= len(self.texts) else None

    def sections(self, document_id: str) -> list[Section]:
        return list(self.outline)


def heading(title: str, level: int) -> Section:
    page = next(n for n, text in enumerate(TEXT, 1) if title in text)
    return Section(title, level, page, TEXT[page - 1].index(title))


BOOK = Book(TEXT, (heading("Chapter one", 1), heading("1.1", 2), heading("1.2", 2), heading("Chapter two", 1)))


def found(words: str, book: Book = BOOK) -> Passage:
    page = next(n for n, text in enumerate(book.texts, 1) if words in text)
    start = book.texts[page - 1].index(words)
    end = start + len(words)
    return Passage("d", "T", "f", "manual", "en", page, str(page), start, end, words, "", 1.0)


def read(passage: Passage, most: int, book: Book = BOOK) -> list[tuple[int, str]]:
    return [(s.page, s.text) for s in around(book, passage, most)]


def test_a_section_goes_over_the_page_and_ends_where_the_next_begins() -> None:
    assert read(found("Hold the button."), 60) == [(1, "1.1 Reset\nHold the button."), (2, "Wait ten seconds.")]


def test_the_parent_is_read_when_it_is_short_enough() -> None:
    texts = "\n".join(text for _, text in read(found("Hold the button."), 1000))
    assert texts.startswith("Chapter one")
    assert "Red means failure." in texts
    assert "Chapter two" not in texts


def test_a_section_that_is_too_long_gives_its_part_on_the_page_or_the_passage() -> None:
    assert read(found("Hold the button."), 27) == [(1, "1.1 Reset\nHold the button.")]
    assert read(found("Hold the button."), 20) == [(1, "Hold the button.")]


def test_without_sections_the_page_is_the_section() -> None:
    book = Book(TEXT, ())
    assert read(found("Red means failure."), 1000, book) == [(2, TEXT[1].strip())]


@given(st.integers(0, 2), st.integers(0, 40), st.integers(1, 30), st.integers(1, 200))
def test_every_stretch_is_verbatim_and_one_holds_the_passage(page: int, start: int, size: int, most: int) -> None:
    words = TEXT[page][start : start + size].strip()
    if not words:
        return
    passage = found(words)
    slices = around(BOOK, passage, most)
    assert all(TEXT[s.page - 1][s.start : s.end] == s.text and s.text for s in slices)
    assert any(s.page == passage.page and passage.text in s.text for s in slices)
    assert sum(len(s.text) for s in slices) <= max(most, len(passage.text))
