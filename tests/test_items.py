"""Numbers of a list that touch their items."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.lists import lists
from ingest.readers import read
from ingest.readers.items import parted
from ingest.types import Document
from tests.make_pdf import typeset


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        pytest.param("9. Open it.\n10.Close it.", "9. Open it.\n10. Close it.", id="after-nine"),
        pytest.param("10.Ábralo.\n11.«Cerrar»", "10. Ábralo.\n11. «Cerrar»", id="both"),
        pytest.param("  3)Go\n  4)Stay", "  3) Go\n  4) Stay", id="in-brackets"),
    ],
)
def test_a_number_stands_apart_from_its_item(text: str, apart: str) -> None:
    assert parted(text) == apart


@pytest.mark.parametrize("text", ["1.txt\n2.txt", "10.Close it.", "3.5 bar\n4.5 bar", "1. Go\n2. Stay", "9.B\n20.C"])
def test_other_numbers_stay(text: str) -> None:
    assert parted(text) == text


def test_a_list_of_more_than_nine_steps_is_one_list(tmp_path: Path) -> None:
    steps = [f"{n}. Step {n} is done." if n < 10 else f"{n}.Step {n} is done." for n in range(1, 13)]
    (document,) = read(typeset(tmp_path / "m.pdf", [[("F", 10.0, step) for step in steps]]))
    assert isinstance(document, Document)
    text = document.pages[0].text
    assert list(lists(text)) == [(0, len(text.rstrip()))]
