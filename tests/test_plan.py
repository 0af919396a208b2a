"""The planner: never over the window, nothing dropped in silence, a reason that says why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import SettingsError, WindowError
from rag.plan import Choice, Reader, Whole, choose, dominant, make_plan, room_for
from rag.prompt import render
from rag.question import understand
from rag.types import Message, Passage

PIECE = re.compile(r"\w{1,3}|[^\w\s]")


def count(text: str) -> int:
    """Tokens of a pretended tokenizer: pieces of at most three letters, and marks."""
    return len(PIECE.findall(text))


def count_prompt(messages: Sequence[Message]) -> int:
    return sum(count(m.text) + 4 for m in messages) + 3


def reader(window: int = 2000, parameters: int = 8_000_000_000, answer: int = 200) -> Reader:
    return Reader(window, parameters, answer, count, count_prompt)


def passage(n: int, words: int, document: str = "d", score: float = 1.0) -> Passage:
    text = " ".join(f"w{n}" for _ in range(words))
    return Passage(document, f"Doc {document}", "f.pdf", "manual", "en", n, str(n), 0, len(text), text, "", score)


QUESTION = understand("How do I reset the router?")

cases = st.tuples(
    st.integers(300, 6000),  # window
    st.sampled_from([135_000_000, 3_000_000_000, 70_000_000_000]),
    st.integers(0, 1000),  # answer tokens wanted
    st.lists(st.integers(1, 400), max_size=12),  # passages, in words
    st.lists(st.integers(1, 200), max_size=6),  # history, in words
)


@given(cases)
@settings(max_examples=300, deadline=None)
def test_no_prompt_exceeds_the_window_and_nothing_is_dropped_in_silence(case: tuple) -> None:  # type: ignore[type-arg]
    window, parameters, answer, sizes, turns = case
    model = reader(window, parameters, answer)
    candidates = [passage(n, words) for n, words in enumerate(sizes, 1)]
    history = [Message("user", f"turn{n} " * words) for n, words in enumerate(turns)]
    try:
        plan = make_plan(Choice("passages", "why"), QUESTION, candidates, history, model)
    except WindowError:
        assert count_prompt(render((), (), QUESTION)) + min(answer, window // 4) > window
        return
    assert plan.tokens.used == count_prompt(plan.messages)
    assert plan.tokens.used + plan.tokens.reserve <= window
    assert min(plan.tokens.system, plan.tokens.document, plan.tokens.history, plan.tokens.question) >= 0
    assert len(plan.passages) + len(plan.history) + len(plan.left_out) == len(candidates) + len(history)
    assert set(plan.passages) <= set(candidates)
    assert all(p.text in plan.messages[0].text for p in plan.passages)
    assert all(item.why for item in plan.left_out)


@given(cases)
@settings(max_examples=100, deadline=None)
def test_a_whole_document_is_read_whole_or_refused_with_numbers(case: tuple) -> None:  # type: ignore[type-arg]
    window, parameters, answer, sizes, _ = case
    pages = [passage(n, words) for n, words in enumerate(sizes, 1)]
    try:
        plan = make_plan(Choice("document", "why"), QUESTION, pages, (), reader(window, parameters, answer))
    except WindowError as error:
        assert str(window) in str(error)  # noqa: PT017 - either outcome is right, each with its own promise
        return
    assert plan.passages == tuple(pages)
    assert plan.tokens.used + plan.tokens.reserve <= window


def test_passages_are_read_in_the_order_of_the_document() -> None:
    found = [passage(9, 5, "a"), passage(2, 5, "b"), passage(3, 5, "a")]
    plan = make_plan(Choice("passages", "why"), QUESTION, found, (), reader())
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
    plan = make_plan(Choice("passages", "why"), QUESTION, found, (), reader(window=1200))
    assert [p.page for p in plan.passages] == kept


def test_a_small_model_reads_less_than_would_fit() -> None:
    found = [passage(n, 300) for n in range(1, 40)]
    small = make_plan(Choice("passages", "why"), QUESTION, found, (), reader(30_000, 135_000_000))
    large = make_plan(Choice("passages", "why"), QUESTION, found, (), reader(30_000, 70_000_000_000))
    assert small.tokens.document < large.tokens.document <= 16_000
    assert "loses the thread" in small.left_out[0].why


WHOLE = Whole("d", "Guide", 900)
FOUND = [passage(1, 10)]


@pytest.mark.parametrize(
    ("wish", "chosen", "implied", "window", "mode", "reason"),
    [
        pytest.param("auto", [WHOLE], None, 2000, "document", "What you chose", id="chosen-and-fits"),
        pytest.param("auto", [WHOLE], None, 1000, "passages", "does not fit", id="chosen-and-too-large"),
        pytest.param("auto", [], WHOLE, 2000, "document", "points at one document, Guide", id="implied-and-fits"),
        pytest.param("auto", [], WHOLE, 1000, "passages", "900 tokens", id="implied-and-too-large"),
        pytest.param("auto", [], None, 2000, "passages", "whole library", id="library-wide"),
        pytest.param("passages", [WHOLE], None, 2000, "passages", "asked for a search", id="forced-passages"),
        pytest.param("document", [WHOLE], None, 2000, "document", "You asked", id="forced-document"),
    ],
)
def test_the_mode_and_its_reason(
    wish: str, chosen: list[Whole], implied: Whole | None, window: int, mode: str, reason: str
) -> None:
    room, _ = room_for(reader(window), QUESTION, ())
    choice = choose(QUESTION, wish, room, chosen, FOUND, implied)  # type: ignore[arg-type]
    assert choice.mode == mode
    assert reason in choice.reason


def test_the_reason_is_in_the_language_of_the_question() -> None:
    room, _ = room_for(reader(), QUESTION, ())
    asked = understand("¿Cómo reinicio el router?")
    assert choose(asked, "auto", room, [], FOUND, None).reason.startswith("La pregunta es para toda la biblioteca")


def test_what_was_forced_and_cannot_be_done_is_refused_with_the_numbers() -> None:
    room, _ = room_for(reader(1000), QUESTION, ())
    with pytest.raises(WindowError, match=r"900 tokens.*window 1000"):
        choose(QUESTION, "document", room, [WHOLE], FOUND, None)
    with pytest.raises(SettingsError, match="--document"):
        choose(QUESTION, "document", room, [], FOUND, None)


def test_a_question_longer_than_the_window_is_refused() -> None:
    with pytest.raises(WindowError, match="shorter question"):
        room_for(reader(200), understand("word " * 700), ())


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        pytest.param("aaaab", "a", id="most-of-the-score"),
        pytest.param("abab", None, id="shared"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_ranking_points_at_one_document_only_when_it_clearly_dominates(documents: str, expected: str | None) -> None:
    assert dominant([passage(n, 3, d) for n, d in enumerate(documents, 1)]) == expected


def test_the_prefix_of_a_prompt_does_not_depend_on_the_question() -> None:
    spanish, other = understand("¿Qué es esto?"), replace(QUESTION, text="Another one?")
    firsts = {render(FOUND, (), q)[0] for q in (QUESTION, spanish, other)}
    assert len(firsts) == 1
