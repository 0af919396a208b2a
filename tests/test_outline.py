"""A document in parts: all of its text, once and in order, however odd its sections are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.types import Page, Section
from rag.outline import Part, outline, sections_of, text_of

TEXT = st.text(alphabet="ab .\n", max_size=60)
PAGES = st.lists(TEXT, max_size=6).map(lambda texts: tuple(Page(n, str(n), text) for n, text in enumerate(texts, 1)))
SECTIONS = st.lists(
    st.builds(
        Section, st.sampled_from(["One", "Two", "Three"]), st.integers(1, 4), st.integers(0, 8), st.integers(0, 70)
    ),
    max_size=8,
).map(tuple)


def words(text: str) -> int:
    return len(text.split())


def laid_end_to_end(parts: tuple[Part, ...], pages: tuple[Page, ...]) -> list[tuple[int, str]]:
    """The text of each page that has any, as the slices have it, in the order of the slices."""
    texts = {page.number: page for page in pages}
    found: list[tuple[int, str]] = []
    at = 0
    for s in (s for part in parts for s in part.slices):
        text = texts[s.page].text[s.start : s.end]
        if found and found[-1][0] == s.page:
            assert s.start == at, "a gap or an overlap"
            found[-1] = (s.page, found[-1][1] + text)
        else:
            assert s.start == 0
            found.append((s.page, text))
        at = s.end
    return found


@given(PAGES, SECTIONS, st.integers(1, 30))
def test_the_parts_hold_all_text_once_and_in_order(
    pages: tuple[Page, ...], sections: tuple[Section, ...], limit: int
) -> None:
    expected = [(page.number, page.text) for page in pages if page.text]
    for parts in (sections_of(pages, sections), outline(pages, sections, words, limit)):
        assert laid_end_to_end(parts, pages) == expected
        assert [part.ordinal for part in parts] == list(range(len(parts)))
        assert all(part.slices and part.first <= part.last for part in parts)


@given(PAGES, SECTIONS, st.integers(1, 30))
def test_no_part_is_longer_than_the_limit(pages: tuple[Page, ...], sections: tuple[Section, ...], limit: int) -> None:
    texts = {page.number: page for page in pages}
    for part in outline(pages, sections, len, limit):
        assert len(text_of(part, texts).replace("\n", "")) <= part.tokens <= limit


@given(PAGES, SECTIONS)
def test_a_document_that_fits_is_one_part(pages: tuple[Page, ...], sections: tuple[Section, ...]) -> None:
    flat = tuple(Section(s.title, 1, s.page, s.start) for s in sections)
    assert len(outline(pages, flat[:1], len, 10_000)) <= 1


BOOK = (Page(1, "1", "Front. "), Page(2, "2", "One text. Two text. "), Page(3, "3", "More. Three. Last."))
HEADS = (Section("One", 1, 2), Section("Two", 2, 2, 10), Section("Three", 1, 3, 6), Section("Last", 2, 3, 13))


def test_a_section_goes_on_to_the_next_heading_over_pages() -> None:
    parts = sections_of(BOOK, HEADS)
    assert [part.path for part in parts] == [(), ("One",), ("One", "Two"), ("Three",), ("Three", "Last")]
    texts = {page.number: page for page in BOOK}
    assert text_of(parts[2], texts) == "Two text. \nMore. "
    assert (parts[2].first, parts[2].last, parts[2].level) == (2, 3, 2)


@pytest.mark.parametrize(
    ("limit", "paths"),
    [
        pytest.param(100, [()], id="all-of-it"),
        pytest.param(5, [(), ("One",), ("Three",)], id="sections-join-their-chapter"),
        pytest.param(4, [(), ("One",), ("One", "Two"), ("Three",)], id="only-those-that-fit"),
        pytest.param(1, [(), ("One",), ("One",), ("One", "Two"), ("One", "Two"), ("One", "Two"), ("Three",),
                         ("Three", "Last")], id="pieces"),
    ],
)  # fmt: skip
def test_short_neighbours_join_and_long_ones_are_cut(limit: int, paths: list[tuple[str, ...]]) -> None:
    assert [part.path for part in outline(BOOK, HEADS, words, limit)] == paths


def test_a_chapter_s_end_does_not_join_the_next_chapter() -> None:
    pages = (Page(1, "1", "a a a a b b c c c c"),)
    heads = (Section("A", 1, 1, 0), Section("A.1", 2, 1, 8), Section("C", 1, 1, 12))
    assert [part.path for part in outline(pages, heads, words, 5)] == [("A",), ("A", "A.1"), ("C",)]


def test_a_page_is_cut_at_its_paragraphs() -> None:
    pages = (Page(1, "1", "One two three.\n\nFour five six seven."),)
    texts = {1: pages[0]}
    parts = outline(pages, (), words, 4)
    assert [text_of(part, texts).strip() for part in parts] == ["One two three.", "Four five six seven."]
