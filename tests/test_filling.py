"""Filling the room: never over the window, whole stretches only, nothing dropped in silence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import WindowError
from rag.plan import Choice
from rag.prompt import render
from rag.types import Message, Passage, Plan, Style
from tests.planning import QUESTION, SEPARATORS, count, count_prompt, filled, passage, reader

cases = st.tuples(
    st.integers(300, 6000),  # window
    st.sampled_from([135_000_000, 3_000_000_000, 70_000_000_000]),
    st.integers(0, 1000),  # answer tokens wanted
    st.lists(st.tuples(st.integers(1, 400), st.sampled_from("abc"), st.floats(0, 1)), max_size=12),
    st.lists(st.tuples(st.sampled_from(["user", "assistant"]), st.integers(1, 200)), max_size=8),  # history, in words
    st.sampled_from(["passages", "sections", "document"]),
    st.tuples(st.booleans(), st.integers(1, 3000), st.floats(0.3, 1.0), st.integers(0, 800)),
)


def widen(found: Passage) -> tuple[Passage, ...]:
    """A pretended section: the passage's page and the one after it."""
    return found, passage(found.page + 1, 30, found.document_id, found.score / 2)


def check(case: tuple) -> None:  # type: ignore[type-arg]
    """The promises that hold for every plan."""
    window, parameters, answer, sizes, turns, mode, (shares, amount, enough, breadth) = case
    model = reader(window, parameters, answer)
    found = [passage(2 * n, words, d, score) for n, (words, d, score) in enumerate(sizes, 1)]
    pages = [p for p in found if p.document_id == "a"] if mode == "document" else []
    history = [Message(role, f"Turn {n}. " + "It was said. " * words) for n, (role, words) in enumerate(turns)]
    ids = ("a",) if mode == "document" else ()
    choice = Choice(mode, "why", amount, ids, rest=True, shares=shares, enough=enough, breadth=breadth)
    try:
        plan = filled(choice, found, model, history, widen if mode == "sections" else None, pages)
    except WindowError as error:
        assert str(window) in SEPARATORS.sub("", str(error))  # noqa: PT017 - either outcome is right, each with its own promise
        fixed = count_prompt(render((), (), (), QUESTION)) + min(answer, window // 4)
        assert fixed > window or mode == "document"
        return
    fits(plan, window)
    accounts(plan, found, history)
    assert all(p in plan.passages for p in pages)


def fits(plan: Plan, window: int) -> None:
    """The parts add up to the prompt, and the prompt and the reserve fit the window."""
    assert plan.tokens.used == count_prompt(plan.messages)
    assert plan.tokens.used + plan.tokens.reserve <= window
    assert min(plan.tokens.system, plan.tokens.document, plan.tokens.history, plan.tokens.question) >= 0
    prompt = "\n".join(m.text for m in plan.messages)
    assert all(p.text in prompt for p in plan.passages)


def accounts(plan: Plan, found: list[Passage], history: list[Message]) -> None:
    """Everything considered is read or left out with a reason, and never both."""
    left = {(item.document_id, item.page) for item in plan.left_out if item.document_id}
    read = {(p.document_id, p.page) for p in plan.passages}
    considered = {(p.document_id, p.page) for p in found}
    assert considered <= read | left
    assert not {(p.document_id, p.page) for p in found if p in plan.passages} & left
    dropped = [item for item in plan.left_out if not item.document_id and not item.partial]
    assert len(plan.history) + len(dropped) == len(history)
    shortened = sum(m not in history for m in plan.history)
    assert shortened == sum(item.partial for item in plan.left_out)
    assert all(item.why and item.tokens >= 0 for item in plan.left_out)


@given(cases)
@settings(max_examples=400, deadline=None)
def test_no_prompt_exceeds_the_window_and_nothing_is_dropped_in_silence(case: tuple) -> None:  # type: ignore[type-arg]
    check(case)


@pytest.mark.heavy
@given(cases)
@settings(max_examples=10_000, deadline=None)
def test_the_same_in_ten_thousand_cases(case: tuple) -> None:  # type: ignore[type-arg]
    check(case)


def test_passages_are_read_in_the_order_of_the_document() -> None:
    found = [passage(9, 5, "a"), passage(2, 5, "b"), passage(3, 5, "a")]
    plan = filled(Choice("passages", "why", 1000), found, reader())
    assert [(p.document_id, p.page) for p in plan.passages] == [("a", 3), ("a", 9), ("b", 2)]


@pytest.mark.parametrize(
    ("sizes", "kept"),
    [
        pytest.param([900, 5], [2], id="a-smaller-later-one-still-fits"),
        pytest.param([5, 900], [1], id="a-larger-later-one-is-left-out"),
        pytest.param([], [], id="nothing-found"),
    ],
)
def test_fills_the_room_best_first_with_whole_passages(sizes: list[int], kept: list[int]) -> None:
    found = [passage(n, words) for n, words in enumerate(sizes, 1)]
    plan = filled(Choice("passages", "why", 1000), found, reader(window=1200))
    assert [p.page for p in plan.passages] == kept


def test_reading_ends_when_what_is_read_speaks_for_nearly_all() -> None:
    found = [passage(n, 10, score=s) for n, s in enumerate([0.9, 0.05, 0.03, 0.01, 0.01], 1)]
    plan = filled(Choice("passages", "why", 1000, enough=0.95), found, reader())
    assert [p.page for p in plan.passages] == [1, 2, 3]
    assert {item.why for item in plan.left_out} == {"what is read holds nearly all that the search points at"}


def test_what_a_model_would_lose_the_thread_in_is_left_out_and_said() -> None:
    found = [passage(n, 300) for n in range(1, 40)]
    plan = filled(Choice("passages", "why", 2000), found, reader(30_000))
    assert plan.tokens.document < 2500
    assert "loses the thread" in plan.left_out[0].why


def test_what_a_person_set_a_budget_for_is_left_out_because_of_that_and_not_of_the_model() -> None:
    found = [passage(n, 300) for n in range(1, 4)]
    plan = filled(Choice("passages", "why", 400, asked=True), found, reader(30_000))
    assert {item.why for item in plan.left_out} == {"did not fit the tokens that you asked for"}


def test_sections_are_read_whole_or_their_passage_alone() -> None:
    found = [passage(2, 10), passage(20, 10)]
    size = count(passage(2, 10).text)
    wide = filled(Choice("sections", "why", 1000), found, reader(), widen=widen)
    assert [p.page for p in wide.passages] == [2, 3, 20, 21]
    narrow = filled(Choice("sections", "why", 4 * size), found, reader(), widen=widen)
    assert [p.page for p in narrow.passages] == [2]


def test_breadth_comes_before_the_sections_around_the_best() -> None:
    found = [passage(10 * n, 10) for n in range(1, 6)]
    plain = filled(Choice("passages", "why", 400), found, reader())
    broad = filled(Choice("sections", "why", 450, breadth=400), found, reader(), widen=widen)
    assert set(plain.passages) <= set(broad.passages)
    assert 11 in {p.page for p in broad.passages}


def test_documents_in_scope_get_equal_shares_when_they_are_compared() -> None:
    found = [*(passage(n, 50, "a") for n in range(1, 9)), passage(90, 50, "b")]
    plan = filled(Choice("sections", "why", 500, shares=True), found, reader())
    assert "b" in {p.document_id for p in plan.passages}


def test_the_prefix_of_a_prompt_does_not_depend_on_question_or_conversation() -> None:
    pages = [passage(1, 40, "a"), passage(2, 40, "a")]
    found = [passage(7, 10, "b"), passage(8, 10, "b")]
    choice = Choice("document", "why", 1000, ("a",), rest=True)
    first = filled(choice, found, reader(), (), pages=pages)
    second = filled(choice, found[:1], reader(), [Message("user", "Hi."), Message("assistant", "Yes.")], pages=pages)
    assert first.messages[0] == second.messages[0]
    assert all(p.text in first.messages[0].text for p in pages)
    assert not any(p.text in first.messages[0].text for p in found)


def section_around(found: Passage) -> tuple[Passage, ...]:
    """Three pages around a passage of document d, the passage's own among them; of others the passage itself."""
    if found.document_id != "d":
        return (found,)
    pages = [passage(n, 300, found.document_id) for n in (found.page - 1, found.page, found.page + 1)]
    return tuple(replace(page, section="Reset") for page in pages)


@pytest.mark.parametrize(("style", "kept"), [("write", True), ("quote", False)])
def test_a_long_section_stands_before_the_question_so_that_it_can_be_kept(style: Style, kept: bool) -> None:
    found = [passage(5, 300), passage(20, 40, "e", 0.5)]
    plan = filled(
        Choice("sections", "", 3000),
        found,
        reader(6000, style=style),
        widen=lambda p: section_around(p) if p.document_id == "d" else (p,),
    )
    head = plan.messages[0].text
    assert ("w4" in head, "w6" in head, "w20" in head) == (kept, kept, False)
    assert {p.page for p in plan.passages} == {4, 5, 6, 20}
    if not kept:
        assert plan.keep is None
        return
    assert plan.keep is not None
    assert (list(plan.keep.documents), plan.keep.part.split(":")[0], plan.documents) == (["d"], "4", ())
    other = filled(Choice("sections", "", 3000), found[:1], reader(6000), widen=section_around)
    assert other.messages[0] == plan.messages[0]


def test_a_short_section_stays_with_the_question() -> None:
    plan = filled(Choice("sections", "", 3000), [passage(5, 30)], reader(6000), widen=lambda p: (p,))
    assert plan.keep is None
    assert "w5" not in plan.messages[0].text
