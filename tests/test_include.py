"""What was left out can be asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.chat_types import Request
from rag.include import SLACK, including, room
from rag.types import LeftOut, Receipt, Tokens
from tests.fakes_assistant import receipt


def left(document: str, tokens: int = 200) -> LeftOut:
    return LeftOut(f"{document}, page 1", tokens, "no room", document_id=document, page=1)


def receipt_of(*items: LeftOut, window: int = 4096) -> Receipt:
    tokens = Tokens(system=100, document=1000, history=0, question=20, reserve=500, window=window)
    return replace(receipt(), tokens=tokens, left_out=items)


def test_another_document_comes_into_scope_beside_those_that_were_read() -> None:
    asked = including(Request("How?"), receipt_of(left("b")), 0, ("a",))
    assert asked == Request("How?", documents=("a", "b"))
    asked = including(Request("How?", documents=("c",)), receipt_of(left("b")), 0, ("a",))
    assert asked == Request("How?", documents=("c", "b"))


@pytest.mark.parametrize(
    ("at", "window", "budget", "scope"),
    [
        pytest.param(0, 4096, 1000 + 200 + SLACK, (), id="the-first"),
        pytest.param(2, 4096, 1000 + 200 + 300 + SLACK, (), id="with-all-that-ranked-before-it-and-can-be-read"),
        pytest.param(2, 1900, 1900 - 620 - SLACK, ("a",), id="a-window-too-small-for-that"),
    ],
)
def test_a_page_of_the_same_document_takes_a_larger_budget(
    at: int, window: int, budget: int, scope: tuple[str, ...]
) -> None:
    of = receipt_of(left("a"), LeftOut("an old turn", 900, "history"), left("a", 300), window=window)
    asked = including(Request("How?"), of, at, ("a",))
    assert asked is not None
    assert (asked.budget, asked.documents) == (budget, scope)
    assert asked.budget <= room(of)


def test_what_is_no_document_or_was_read_whole_cannot_be_included() -> None:
    assert including(Request("How?"), receipt_of(LeftOut("an old turn", 9, "history")), 0) is None
    assert including(Request("How?"), replace(receipt_of(left("a")), documents=("a",)), 0) is None


def test_a_larger_budget_that_was_set_stays() -> None:
    asked = including(Request("How?", budget=3000), receipt_of(left("a")), 0, ("a",))
    assert asked is not None
    assert asked.budget == 3000
