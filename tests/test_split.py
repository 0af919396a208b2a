"""Chunks are where they say they are."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.lists import lists
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


STEPS = "To reset it:\n1. Press the key.\n2. Wait a while.\n3. Let go."


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param(f"One two three four five six.\n{STEPS}\nMore words follow here.", STEPS, id="after-a-sentence"),
        pytest.param(f"{STEPS}\n\nMore words follow here, and more of them after those.", STEPS, id="first"),
        pytest.param(
            "One two three four five six seven eight nine ten eleven.\n\n- alpha beta\n- gamma\n  delta",
            "- alpha beta\n- gamma",
            id="bullets",
        ),
        pytest.param(
            "a b c d e f g h i j k\n1. one\n\n2. two\n\n3. three four", "1. one\n\n2. two", id="blank-lines-between"
        ),
    ],
)
def test_a_list_that_fits_a_chunk_stays_whole(text: str, kept: str) -> None:
    splitter = Splitter(lambda part: len(part.split()), 16)
    chunks = [c.text for c in splitter.split(Document("d", "manual", "T", "en", (Page(1, "1", text),)))]
    assert sum(kept in chunk for chunk in chunks) == 1
    (whole,) = [text[a:b] for a, b in lists(text)]
    assert sum(whole in chunk for chunk in chunks) == 1
    assert len(chunks) > 1


@given(documents())
@settings(max_examples=200, deadline=None)
def test_a_chunk_ends_inside_a_list_only_when_the_list_does_not_fit(document: Document) -> None:
    for page in document.pages:
        if any(s.page == page.number for s in document.sections):
            continue
        ends = [c.end for c in SPLITTER.split(document) if c.page == page.number]
        for start, end in lists(page.text):
            if len(page.text[start:end].split()) <= 12:
                assert not any(start < e < end for e in ends if page.text[e:end].strip())


@given(st.text(alphabet=st.sampled_from("ab ñé.\n\n-1)|\u00ad\t?"), max_size=900), st.integers(1, 200))
@example("1111111111111\n", 1)
@settings(max_examples=300, deadline=None)
def test_a_text_that_is_split_in_parts_is_cut_as_the_whole_is(text: str, room: int) -> None:
    whole = [len(piece) for piece in SPLITTER._splitter.split_text(text)]
    assert list(SPLITTER._lengths(text, 0, len(text), room)) == whole


def test_a_text_full_of_lists_is_not_split_to_its_end_for_each() -> None:
    """Twice the text, twice the characters that are counted: 82 million for 500,000 before."""

    def counted(blocks: int) -> int:
        seen = 0

        def count(text: str) -> int:
            nonlocal seen
            seen += len(text)
            return len(text.split())

        text = "\n\n".join(f"{'words ' * (i % 17)}end.\nTo do {i}:\n{STEPS}" for i in range(blocks))
        Splitter(count, 40).split(Document("d", "ticket", "T", "en", (Page(1, "1", text),)))
        return seen

    assert counted(800) < 2.2 * counted(400)


def test_a_long_text_below_one_item_is_looked_through_once() -> None:
    started = time.perf_counter()
    assert list(lists("- an item\n" + "a line of a log\n" * 16_000)) == []
    assert time.perf_counter() - started < 2  # before: 9 s


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(f"Intro.\n{STEPS}\n\nEnd.", [STEPS], id="with-its-lead-in"),
        pytest.param("1. one\n\n2. two", ["1. one\n\n2. two"], id="blank-line-between"),
        pytest.param("- one\n- two\n\nNot of it.", ["- one\n- two"], id="ends-at-a-blank-line"),
        pytest.param("Only 1. of them\nand no more", [], id="a-number-in-a-sentence"),
        pytest.param("- alone", [], id="one-item-is-no-list"),
        pytest.param("Paso 1. Abrir\nPaso 2. Cerrar.", ["Paso 1. Abrir\nPaso 2. Cerrar."], id="steps-by-name"),
    ],
)
def test_lists_are_found(text: str, found: list[str]) -> None:
    assert [text[a:b] for a, b in lists(text)] == found
