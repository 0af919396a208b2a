"""What of a conversation is read again."""

from __future__ import annotations

from rag.planning.history import recall
from rag.types import Message
from tests.planning import count, count_prompt

LONG = "The lamp is red. That is normal. " + "It blinks for a while. " * 40


def turns(*texts: str) -> list[Message]:
    return [Message("assistant" if n % 2 else "user", text) for n, text in enumerate(texts)]


def test_all_of_it_while_it_fits() -> None:
    said = turns("Why is it red?", LONG, "And then?", LONG)
    recalled = recall(said, 5000, count_prompt, count, "en")
    assert recalled.messages == tuple(said)
    assert recalled.left_out == ()


def test_old_answers_are_shortened_before_anything_is_dropped_and_it_is_said() -> None:
    said = turns("Why is it red?", LONG, "And then?", LONG)
    recalled = recall(said, count_prompt(said) - 100, count_prompt, count, "en")
    assert [m.role for m in recalled.messages] == ["user", "assistant", "user", "assistant"]
    assert recalled.messages[1].text == "The lamp is red. That is normal."
    assert recalled.messages[3].text == LONG
    assert [(item.partial, "first two sentences" in item.why) for item in recalled.left_out] == [(True, True)]


def test_the_oldest_turns_are_dropped_and_what_is_left_begins_with_a_question() -> None:
    said = turns("Why is it red?", LONG, "And then?", LONG, "What now?", "Wait.")
    recalled = recall(said, 30, count_prompt, count, "es")
    assert [m.text for m in recalled.messages] == ["What now?", "Wait."]
    assert len(recalled.left_out) == 4
    assert all("turno antiguo" in item.why for item in recalled.left_out)


def test_nothing_is_kept_that_does_not_fit() -> None:
    recalled = recall(turns("Why?", LONG), 5, count_prompt, count, "en")
    assert recalled.messages == ()
    assert len(recalled.left_out) == 2
