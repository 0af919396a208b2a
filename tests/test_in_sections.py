"""Passages cut where a section ends, so that no quote goes from one into the next."""

from __future__ import annotations

import itertools
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ingest.types import Section
from rag.quotes.in_sections import BESIDE, in_sections
from rag.types import Passage

TEXT = "Guide\n\nWelcome.\n\nCleaning\n\nWipe it.\n\nParts\n\nFilters\n\nA filter costs a coin."
OUTLINE = [
    Section("Guide", 1, 1, 0),
    Section("Cleaning", 2, 1, TEXT.index("Cleaning")),
    Section("Parts", 2, 1, TEXT.index("Parts")),
    Section("Filters", 3, 1, TEXT.index("Filters")),
]
PAGE = Passage("d", "Guide", "g.txt", "manual", "en", 1, "1", 0, len(TEXT), TEXT, "Guide", 0.8)


def part(words: str, score: float) -> Passage:
    """A passage of the page that the search found."""
    start = TEXT.index(words)
    return replace(PAGE, start=start, end=start + len(words), text=words, score=score, similarity=score)


def test_a_page_is_cut_before_each_heading_and_cited_by_its_own_section() -> None:
    cut = in_sections([PAGE], [], lambda d: OUTLINE)
    assert [(one.text, one.section) for one in cut] == [
        ("Guide\n\nWelcome.", "Guide"),
        ("Cleaning\n\nWipe it.", "Guide › Cleaning"),
        ("Parts\n\nFilters\n\nA filter costs a coin.", "Guide › Parts › Filters"),
    ]
    assert all(TEXT[one.start : one.end] == one.text for one in cut)


def test_a_title_is_no_stretch_of_its_own() -> None:
    text = "\nGuide\n\nCleaning\n\nWipe it."
    outline = [Section("Guide", 1, 1, 1), Section("Cleaning", 2, 1, text.index("Cleaning"))]
    for start in (0, 1):
        page = replace(PAGE, text=text[start:], start=start, end=len(text))
        (one,) = in_sections([page], [], lambda d: outline)
        assert (one.text, one.section) == (text.strip(), "Guide › Cleaning")


def test_a_stretch_counts_what_the_search_found_in_it() -> None:
    found = [part("Wipe it.", 0.6), part("Wipe", 0.3), replace(part("Welcome.", 0.9), page=2)]
    cut = in_sections([PAGE], found, lambda d: OUTLINE)
    assert [one.score for one in cut] == [0.8 * BESIDE, 0.6, 0.8 * BESIDE]


def test_what_is_a_whole_section_is_called_by_its_own_name() -> None:
    _, whole, _ = in_sections([PAGE], [], lambda d: OUTLINE)
    [one] = in_sections([replace(whole, section="Another")], [], lambda d: OUTLINE)
    assert one.section == whole.section != "Another"


def test_what_is_within_one_section_stays_as_it_is() -> None:
    one = part("Wipe it.", 0.6)
    assert in_sections([one], [one], lambda d: OUTLINE) == [one]
    assert in_sections([PAGE], [], lambda d: []) == [PAGE]


@given(st.text(alphabet="ab \n", max_size=40), st.lists(st.integers(0, 40), max_size=5), st.integers(0, 20))
def test_nothing_but_white_space_is_lost(text: str, starts: list[int], first: int) -> None:
    body = text[first:]
    passage = replace(PAGE, start=first, end=first + len(body), text=body)
    outline = [Section("a", 1, 1, at) for at in sorted(starts)]
    cut = in_sections([passage], [], lambda d: outline)
    assert "".join("".join(one.text.split()) for one in cut) == "".join(body.split()) or cut == [passage]
    for one in cut:
        assert text[one.start : one.end] == one.text
    for one, after in itertools.pairwise(cut):
        assert one.end <= after.start
