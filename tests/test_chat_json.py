"""What is kept of an answer is the answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, is_dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.filters import Filters
from rag import types
from rag.chats import types as chat_types
from rag.chats.as_json import Unreadable, dump, from_json, load, to_json
from rag.events import Answer
from rag.types import Receipt, Tokens
from tests.fakes_assistant import citation, receipt

NOUNS = [noun for module in (types, chat_types) for noun in vars(module).values()
         if is_dataclass(noun) and noun.__module__ == module.__name__]  # fmt: skip
st.register_type_strategy(
    Filters,
    st.sampled_from(
        (Filters(), Filters(kind="ticket", documents=("a", "b")), Filters(product="Ñ", created_from="2025-01"))
    ),
)
ANSWER = Answer("How?", "Hold it [1].", False, "en", (citation(),), receipt())


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: f"{noun.__module__}.{noun.__name__}")
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_noun_comes_back_as_it_was(noun: type, data: st.DataObject) -> None:
    made = data.draw(st.from_type(noun))
    again = load(noun, dump(made))
    assert dump(again) == dump(made)  # nan is not equal to itself
    assert again == made or "nan" in dump(made)
    assert type(again) is noun


def test_what_is_written_is_json_in_ascii() -> None:
    assert json.loads(dump(ANSWER), parse_constant=pytest.fail)["receipt"]["tokens"]["window"] == 8192


def test_half_a_character_survives() -> None:
    made = Answer("¿Cómo?\ud800", "", True, "es", (), receipt())
    assert dump(made).isascii()
    assert load(Answer, dump(made)) == made


@dataclass(frozen=True)
class Newer:
    name: str
    marks: tuple[tuple[int, str], ...] = ()
    sizes: dict[str, float] | None = None
    answer: Answer | None = None


def test_a_field_that_an_older_version_did_not_write_takes_its_default() -> None:
    old = to_json(ANSWER)
    for late in ("searched", "confidence", "documents", "estimate", "steps", "window_limit"):
        del old["receipt"][late]
    assert from_json(Answer, old) == ANSWER
    assert from_json(Newer, {"name": "a"}) == Newer("a")


def test_a_field_of_a_newer_version_is_passed_over() -> None:
    assert from_json(Answer, to_json(ANSWER) | {"mood": {"colour": [1]}}) == ANSWER


def test_tuples_within_tuples_and_numbers_by_name_come_back() -> None:
    made = Newer("a", ((1, "b"), (2, "c")), {"x": float("inf")}, ANSWER)
    assert load(Newer, dump(made)) == made


@pytest.mark.parametrize(
    ("change", "where"),
    [
        pytest.param({"text": 7}, "Answer.text", id="number-for-text"),
        pytest.param({"refused": 1}, "Answer.refused", id="number-for-yes-or-no"),
        pytest.param({"language": "fr"}, "Answer.language", id="none-of-the-words"),
        pytest.param({"citations": {"n": 1}}, "Answer.citations", id="object-for-list"),
        pytest.param({"citations": [None]}, r"Answer.citations\[0\]", id="nothing-for-a-noun"),
        pytest.param({"receipt": {"mode": "sections"}}, "Answer.receipt.reason: is missing", id="half-a-noun"),
    ],
)
def test_what_is_of_another_type_is_refused_and_named(change: dict[str, object], where: str) -> None:
    with pytest.raises(Unreadable, match=where):
        from_json(Answer, to_json(ANSWER) | change)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "[" * 100_000])
def test_what_is_no_noun_at_all_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        load(Receipt, text)


def test_true_is_no_number_and_a_fraction_no_count() -> None:
    good = to_json(Tokens(1, 2, 3, 4, 5, 6))
    for bad in (True, 1.5, "1", None):
        with pytest.raises(Unreadable):
            from_json(Tokens, good | {"system": bad})


def test_a_type_that_cannot_be_kept_is_a_fault_of_the_programmer() -> None:
    with pytest.raises(TypeError):
        dump({1, 2})
    with pytest.raises(TypeError):
        dump({1: "a"})


def test_filters_that_make_no_sense_are_unreadable() -> None:
    with pytest.raises(Unreadable, match="date"):
        from_json(Filters, {"created_from": "yesterday"})
