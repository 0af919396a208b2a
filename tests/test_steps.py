"""Steps of a procedure are shown together and in order, and the best quote's procedure stays first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.embed import HashEmbedder
from rag.question import understand
from rag.quotes.best import best_quotes
from rag.quotes.signals import Quote
from rag.quotes.steps import steps_in_order
from rag.types import Passage


def quote(text: str, page: int = 1, start: int = 0, section: str = "Reset", document: str = "d") -> Quote:
    place = (page, str(page), start, start + len(text))
    return Quote(Passage(document, "Guide", "g", "manual", "en", *place, text, section, 1.0), 0, len(text))


FIRST = quote("1. Turn it off.\n2. Wait.", start=10)
SECOND = quote("3. Hold the button.\n4. Let it go.", start=90)
THIRD = quote("5. Turn it on.", page=2)
PROSE = quote("The lamp turns red when it fails.", start=300)
ANEW = quote("1. Open the case.\n2. Take it out.", page=2, start=50)
TIPS = quote("- Keep it dry.\n- Keep it cool.", page=2, start=200)
MORE = quote("• Keep it clean.", page=2, start=300)
PASO = quote("Paso 5: encienda el aparato.", page=2)


@pytest.mark.parametrize(
    ("ranked", "shown"),
    [
        pytest.param([SECOND, FIRST], [FIRST, SECOND], id="a-step-before-the-best-comes-before-it"),
        pytest.param([SECOND, PROSE, FIRST], [FIRST, SECOND, PROSE], id="and-takes-the-place-of-what-is-between"),
        pytest.param([THIRD, FIRST, SECOND], [FIRST, SECOND, THIRD], id="over-the-end-of-a-page"),
        pytest.param([PASO, SECOND], [SECOND, PASO], id="named-steps-and-numbers"),
        pytest.param([PROSE, THIRD, SECOND], [PROSE, SECOND, THIRD], id="prose-stays-first"),
        pytest.param([THIRD, FIRST], [THIRD, FIRST], id="with-a-gap-the-best-stays-first"),
        pytest.param([ANEW, FIRST], [ANEW, FIRST], id="a-list-that-begins-anew-is-another"),
        pytest.param([MORE, PROSE, TIPS], [MORE, TIPS, PROSE], id="of-points-the-best-stays-first"),
        pytest.param([PROSE, MORE, TIPS], [PROSE, MORE, TIPS], id="and-among-the-others-the-best-of-them"),
        pytest.param([SECOND, TIPS, FIRST], [FIRST, SECOND, TIPS], id="points-are-no-steps"),
        pytest.param(
            [replace(SECOND, passage=replace(SECOND.passage, page=3)), FIRST],
            [replace(SECOND, passage=replace(SECOND.passage, page=3)), FIRST],
            id="two-pages-on-is-too-far",
        ),
    ],
)
def test_steps_that_belong_together_are_shown_in_their_order(ranked: list[Quote], shown: list[Quote]) -> None:
    assert steps_in_order(ranked) == shown


@pytest.mark.parametrize(
    "other",
    [quote("1. Turn it off.\n2. Wait.", section="Care"), quote("1. Turn it off.\n2. Wait.", document="e")],
    ids=["section", "document"],
)
def test_lists_of_another_section_or_document_are_left_where_they_are(other: Quote) -> None:
    assert steps_in_order([SECOND, other]) == [SECOND, other]


TEXTS = ["1. a", "2. b", "3. c", "2) d\n3) e", "- f", "• g", "plain words", "Step 4 h", "4. i\n1. j", "12. k"]
quotes = st.lists(
    st.builds(quote, st.sampled_from(TEXTS), st.integers(1, 4), st.integers(0, 9), st.sampled_from(["", "s"]),
              st.sampled_from("de")),
    max_size=5, unique=True,
)  # fmt: skip


@given(quotes)
def test_the_quotes_are_the_same_and_the_best_ones_group_comes_first(ranked: list[Quote]) -> None:
    shown = steps_in_order(ranked)
    assert len(shown) == len(ranked)
    assert set(shown) == set(ranked)
    for place, one in enumerate(shown[: shown.index(ranked[0])] if ranked else []):
        after = shown[place + 1]  # only steps whose numbers lead up to the best stand before it
        assert numbers(one)[-1] + 1 == numbers(after)[0]
        assert one.passage.document_id == after.passage.document_id


@given(st.permutations([FIRST, SECOND, THIRD, PROSE]))
def test_no_step_is_shown_before_the_one_it_goes_on_from(ranked: Sequence[Quote]) -> None:
    shown = steps_in_order(ranked)
    places = [shown.index(step) for step in (FIRST, SECOND, THIRD)]
    assert places == list(range(places[0], places[0] + 3))
    assert (shown[0] is PROSE) == (ranked[0] is PROSE)


@given(st.permutations([quote(f"Sentence {n}.", n % 3 + 1, n) for n in range(5)]))
def test_what_holds_no_steps_keeps_its_order(ranked: list[Quote]) -> None:
    assert steps_in_order(ranked) == ranked


def test_a_procedure_over_two_pages_is_answered_from_its_first_step_on() -> None:
    texts = ["1. Find the reset key.\n2. Press the reset key.", "3. Hold the reset key.\n4. Let the reset key go."]
    pages = [
        Passage("d", "Guide", "g", "manual", "en", n, str(n), 0, len(text), text, "Reset", 1.0)
        for n, text in enumerate(texts, 1)
    ]

    def likelihood(found: Sequence[str], asked: str) -> list[float]:
        return [0.0 if "Hold" in text else -90.0 for text in found]

    found = best_quotes(understand("Which reset key do I press?"), pages, HashEmbedder(), likelihood)
    assert [one.text for one in found] == texts
    assert found[1].score > found[0].score


def numbers(of: Quote) -> list[int]:
    words = of.text.replace("Step ", "").replace("Paso ", "").replace("\n", " ").split()
    return [int(word.strip(".):")) for word in words if word.strip(".):").isdigit()]
