"""Chunks are where they say they are."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.split import Splitter
from ingest.types import Document, Page, Section

SPLITTER = Splitter(lambda text: len(text.split()), 12)
TEXT = st.text(alphabet=st.sampled_from("ab ñé.\n-1)|\u00ad\t?"), max_size=300)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    texts = draw(st.lists(TEXT, min_size=1, max_size=4))
    pages = tuple(Page(n, str(n), text) for n, text in enumerate(texts, 1))
    places = draw(st.lists(st.tuples(st.integers(1, len(pages)), st.integers(0, 300)), max_size=6))
    cuts = sorted((page, min(start, len(texts[page - 1]))) for page, start in places)
    sections = tuple(Section(f"S{i}", draw(st.integers(1, 3)), page, start) for i, (page, start) in enumerate(cuts))
    return Document("d", "manual", "T", "es", pages, sections)


@given(documents())
@settings(max_examples=200, deadline=None)
def test_every_chunk_is_where_it_says_it_is(document: Document) -> None:
    for chunk in SPLITTER.split(document):
        assert document.pages[chunk.page - 1].text[chunk.start : chunk.end] == chunk.text


@given(documents())
@settings(max_examples=200, deadline=None)
def test_no_letter_is_lost_and_none_comes_twice(document: Document) -> None:
    chunks = SPLITTER.split(document)
    for page in document.pages:
        inside = [c for c in chunks if c.page == page.number]
        kept = "".join("".join(c.text.split()) for c in inside)
        assert kept == "".join(page.text.split())


@given(documents())
@settings(max_examples=200, deadline=None)
def test_no_chunk_crosses_a_section_or_is_longer_than_allowed(document: Document) -> None:
    for chunk in SPLITTER.split(document):
        starts = [s.start for s in document.sections if s.page == chunk.page]
        assert not any(chunk.start < start < chunk.end for start in starts)
        assert len(chunk.text.split()) <= 12


def test_the_breadcrumb_is_the_path_of_headings() -> None:
    pages = (Page(1, "1", "intro\nalpha\nbeta\ngamma"),)
    sections = (Section("A", 1, 1, 6), Section("A.1", 2, 1, 12), Section("B", 1, 1, 17))
    chunks = SPLITTER.split(Document("d", "manual", "T", "en", pages, sections))
    assert [c.breadcrumb for c in chunks] == ["T", "T › A", "T › A › A.1", "T › B"]
    assert [c.section for c in chunks] == [-1, 0, 1, 2]
