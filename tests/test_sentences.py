"""A sentence is one however far down its page it stands."""

from __future__ import annotations

from ingest.sentences import LONGEST, sentences


def test_a_sentence_that_stands_far_down_a_run_of_lines_is_one() -> None:
    text = "\n".join(f"Line {n} says what it says and\nthen goes on." for n in range(40))
    assert [text[a:b].count("Line") for a, b in sentences(text)] == [1] * 40


def test_a_run_of_lines_without_an_end_is_cut_at_a_line() -> None:
    text = "\n".join("no end is here to be seen" for _ in range(80))
    found = [text[a:b] for a, b in sentences(text)]
    assert len(found) > 1
    assert all(one.startswith("no") and len(one) < LONGEST + 30 for one in found)
