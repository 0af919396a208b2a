"""A question asked again takes the place of the turn it was asked instead of."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.chats.types import Request, Turn
from rag.standing import standing


def turn(asked: float, replaces: float = 0.0) -> Turn:
    return Turn(Request(f"{asked}?", replaces=replaces), asked=asked)


def test_an_edited_turn_and_all_that_rested_on_it_are_folded_into_the_new_one() -> None:
    one, two, three, again = turn(1), turn(2), turn(3), turn(4, replaces=2)
    (first, second) = standing([one, two, three, again])
    assert (first.turn, first.earlier) == (one, ())
    assert (second.turn, second.earlier) == (again, (two, three))


def test_an_edit_of_an_edit_keeps_all_versions_in_order() -> None:
    one, two, three = turn(1), turn(2, replaces=1), turn(3, replaces=2)
    assert [(each.turn, each.earlier) for each in standing([one, two, three])] == [(three, (one, two))]


def test_a_turn_that_names_an_unknown_one_takes_nobodys_place() -> None:
    assert [each.turn.asked for each in standing([turn(1), turn(2, replaces=9)])] == [1, 2]


@given(st.lists(st.integers(0, 8)))
def test_every_turn_is_there_once_and_the_last_one_stands(replaces: list[int]) -> None:
    turns = [turn(at, replaced) for at, replaced in enumerate(replaces, 1)]
    kept = standing(turns)
    assert sorted(t.asked for each in kept for t in (*each.earlier, each.turn)) == [t.asked for t in turns]
    assert not turns or kept[-1].turn == turns[-1]
