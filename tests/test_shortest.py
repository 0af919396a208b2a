"""In short, a procedure is the first sentence of each of its steps, and anything else its one or two best sentences."""

from __future__ import annotations

from ingest.embed import HashEmbedder
from rag.follow_ups.shortest import shortest
from rag.question import understand
from rag.types import Passage

STEPS = """Locking a sheet

1. Choose the cells. They may be anywhere.
2. Open the menu. It is at the top, and the program may be slow to show it.
3. Press OK.
4. (Optional) Type a password."""
PROSE = (
    "The pump is locked with a key that hangs beside the door. Conversely, it may be unlocked with that key by anybody."
)


def passage(text: str) -> Passage:
    return Passage("d", "Guide", "g.txt", "manual", "en", 1, "1", 0, len(text), text, "", 0.5)


def short(question: str, *texts: str) -> list[str]:
    found = shortest(understand(question), [passage(text) for text in texts], HashEmbedder())
    assert all(one.text == text[one.start : one.end] for one in found for text in texts if one.text in text)
    return [one.text for one in found]


def test_the_steps_are_told_without_what_is_said_beside_them() -> None:
    told = ["1. Choose the cells.", "2. Open the menu.", "3. Press OK.\n4. (Optional) Type a password."]
    assert short("How do I lock a sheet?", STEPS) == told
    assert short("How do I lock a sheet?", PROSE, STEPS) == told


def test_who_asks_no_way_is_told_no_steps() -> None:
    assert len(short("What is a locked sheet?", STEPS)) <= 2


def test_one_step_or_too_many_are_told_like_anything_else() -> None:
    assert len(short("How do I lock a sheet?", "1. Press OK. Wait.")) <= 2
    assert len(short("How do I lock a sheet?", "\n".join(f"{n}. Press {n} keys." for n in range(1, 30)))) <= 2


def test_a_sentence_that_leans_on_the_one_before_is_not_the_shortest_answer() -> None:
    assert short("Who may unlock the pump?", PROSE)[0].startswith("The pump is locked")
