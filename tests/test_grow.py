"""What is quoted is whole: steps in their order, rows with their header, commands with the sentence before them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sentences import sentences
from rag.quotes.grow import LONGEST, grow, parts

TEXT = st.text(alphabet="ab .\n-1)ñ|\t$#:", max_size=1200)
LINE = (
    "Do this:",
    "1. Turn it off.",
    "- one\n- two",
    "a\tb",
    "c | d",
    "$ ls -l",
    "",
    "It is red. So be it.",
    "x" * 300,
)
LINES = st.lists(st.sampled_from(LINE), max_size=30)
FILLER = "The lamp is green and stays so for as long as it is on. " * 9

STEPS = "To reset it, do this:\n1. Turn it off.\n2. Wait for ten seconds.\n3. Hold the button.\n4. Turn it on."
MARKED = "Before you open the case:\n• Pull the plug\n• Ground yourself\n• Remove four screws"
TABLE = "Model\tVoltage\tFuse\nA1\t5 V\t1 A\nA2\t12 V\t2 A\nA3\t24 V\t4 A"
BARS = "Model | Voltage | Fuse\nA1 | 5 V | 1 A\nA2 | 12 V | 2 A"
COMMANDS = "Mount the disk with these commands.\n# mkdir /mnt/disk\n# mount /dev/sdb1 /mnt/disk"


@pytest.mark.parametrize(
    ("whole", "place"),
    [
        pytest.param(STEPS, "Hold the button", id="steps-from-a-late-one"),
        pytest.param(STEPS, "To reset it", id="steps-from-what-leads-into-them"),
        pytest.param(MARKED, "Ground yourself", id="marked-items"),
        pytest.param(TABLE, "A3\t24 V", id="a-row-with-its-header"),
        pytest.param(BARS, "A2 | 12 V", id="a-row-of-bars"),
        pytest.param(COMMANDS, "# mount", id="a-command-with-its-sentence"),
        pytest.param(COMMANDS, "Mount the disk", id="a-sentence-with-its-commands"),
    ],
)
def test_what_belongs_together_is_quoted_whole(whole: str, place: str) -> None:
    text = f"{FILLER}\n\n{whole}\n\n{FILLER}"
    start, end = grow(text, text.index(place))
    assert whole in text[start:end]
    assert end - start <= LONGEST


def test_a_neighbour_is_taken_whole_or_not_at_all() -> None:
    text = f"{FILLER}\n\nThe router is black. \n{STEPS}"
    start, end = grow(text, text.index("The lamp"))
    assert "1. Turn it off." not in text[start:end] or STEPS in text[start:end]


def test_a_row_far_down_a_long_table_is_quoted_without_its_header() -> None:
    rows = [f"A{n}\t{n} V\tfuse number {n}" for n in range(100)]
    text = "\n".join(["Model\tVoltage\tFuse", *rows])
    start, end = grow(text, text.index(rows[90]))
    assert rows[90] in text[start:end]
    assert end - start <= LONGEST


def test_a_row_well_into_a_long_table_is_quoted_from_its_header_on_where_that_fits() -> None:
    rows = [f"A{n}\t{n} V\tfuse number {n}" for n in range(100)]
    text = f"{FILLER}\n\n" + "\n".join(["Model\tVoltage\tFuse", *rows])
    start, end = grow(text, text.index(rows[12]))
    assert text[start:end].startswith("Model\tVoltage\tFuse")
    assert rows[12] in text[start:end]


@given(st.one_of(TEXT, LINES.map("\n".join)))
def test_parts_stand_apart_in_order_and_lose_no_sentence(text: str) -> None:
    spans = parts(text)
    assert all(text[a:b] == text[a:b].strip() != "" for a, b in spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
    for a, b in sentences(text):
        held = "".join(text[max(a, c) : min(b, d)] for c, d in spans if max(a, c) < min(b, d))
        assert "".join(held.split()) == "".join(text[a:b].split())


@given(st.one_of(TEXT, LINES.map("\n".join)))
def test_a_stretch_is_whole_parts_holds_its_place_and_is_bounded(text: str) -> None:
    spans = parts(text)
    for start, _ in sentences(text):
        a, b = grow(text, start)
        assert a <= start < b
        assert a in [s for s, _ in spans]
        assert b in [e for _, e in spans]
        longest_alone = max(e - s for s, e in spans)
        assert b - a <= max(LONGEST, longest_alone)


def test_the_number_of_a_step_stays_with_it_in_a_list_too_long_to_be_whole() -> None:
    steps = [f"{n}. Turn the screw {n} of the left plate to the right, as figure {n} shows." for n in range(1, 25)]
    text = "\n".join(steps)
    assert len(text) > 2 * LONGEST
    assert [text[a:b] for a, b in parts(text)] == steps
    start, _ = grow(text, text.index("Turn the screw 20 "))
    assert any(text[start:].startswith(step) for step in steps)
