"""'The first one' after a list of tickets is the ticket that stands there."""

from __future__ import annotations

import pytest

from rag.follow_ups.complete import complete
from rag.follow_ups.listed_ones import of_list
from rag.types import Message

LIST = (
    "2 tickets with “router”, the latest first:\n- HD-7 · FR-141 on a router · Open · 2025-03-27 [1]\n"
    "- 4712 · Router restarts · Closed · 2025-02-01 [2]"
)
NEAREST = "I did not find the answer.\n- Heater (ticket SOP-3), page 1 [1]\n- Guide, page 2 [2]"


@pytest.mark.parametrize(("text", "before", "meant"), [
    ("¿cómo se resolvió el primero?", LIST, "¿cómo se resolvió el ticket HD-7?"),
    ("How was the second one solved?", LIST, "How was ticket 4712 solved?"),
    ("the last one", LIST, "ticket 4712"), ("¿y la última?", LIST, "¿y el ticket 4712?"),
    ("tell me about the first ticket", LIST, "tell me about ticket HD-7"),
    ("what happened in the first of them?", NEAREST, "what happened in ticket SOP-3?"),
])  # fmt: skip
def test_one_of_a_list_is_known_by_its_place(text: str, before: str, meant: str) -> None:
    assert of_list(text, before) == meant


@pytest.mark.parametrize(("text", "before"), [
    ("what is the first step?", LIST), ("tickets of last month", LIST), ("the third one", LIST),
    ("el primer arranque tarda", LIST), ("the first one", "«The first valve opens.» [1]"), ("how was it solved?", LIST),
    ("first of all, thanks", LIST), ("the first one", ""),
])  # fmt: skip
def test_any_other_first_thing_is_not(text: str, before: str) -> None:
    assert of_list(text, before) == text


def test_the_conversation_goes_on_about_it() -> None:
    said = [Message("user", "open tickets about the router"), Message("assistant", LIST)]
    assert complete("how was the second solved?", said) == "how was ticket 4712 solved?"
    said += [Message("user", "how was the second solved?"), Message("assistant", "«It was replaced.» [1]")]
    assert complete("why?", said) == "how was ticket 4712 solved? why?"


def test_the_list_is_meant_until_something_else_is_talked_about() -> None:
    said = [Message("user", "open tickets about the router"), Message("assistant", LIST)]
    said += [Message("user", "how was the first one solved?"), Message("assistant", "«It was replaced.» [1]")]
    said += [Message("user", "thanks"), Message("assistant", "You are welcome.")]
    assert complete("and the second?", said) == "and ticket 4712?"
    assert complete("y el último cómo se resolvió", said) == "y el ticket 4712 cómo se resolvió"
    said += [Message("user", "How do I clean the print head?"), Message("assistant", "«With water.» [1]")]
    assert "4712" not in complete("and the second?", said)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("¿y los cerrados?", "Resume los tickets cerrados de la caldera"),
        ("and the closed ones?", "Resume los tickets closed de la caldera"),
    ],
)
def test_another_status_takes_the_place_of_the_first(text: str, whole: str) -> None:
    said = [Message("user", "Resume los tickets abiertos de la caldera")]
    assert complete(text, said) == whole
    assert "open" in complete(text, [Message("user", "How do I open a port?")])
