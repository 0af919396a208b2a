"""Underscores that TeX draws as short lines, because the font has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.readers import read
from ingest.types import Document
from tests.make_pdf import Box, Placed, drawn

SIZE, BASE, END = 10, 700, 60 + 18.89
"""`END` is where "max" ends that begins at 60, in Helvetica."""


def text_of(path: Path, words: list[Placed], lines: list[Box]) -> str:
    (document,) = (found for found in read(drawn(path, [(words, lines)])) if isinstance(found, Document))
    return document.pages[0].text


@pytest.mark.parametrize(
    ("line", "gap", "read_as"),
    [
        pytest.param((END + 0.6, BASE + 0.2, END + 3.6, BASE + 0.2), 4.2, "max_run is set", id="on-the-baseline"),
        pytest.param((END + 0.6, BASE - 1.5, END + 3.6, BASE - 1.5), 4.2, "max run is set", id="below-it"),
        pytest.param((END + 0.6, BASE + 2.5, END + 3.6, BASE + 2.5), 4.2, "max run is set", id="a-minus"),
        pytest.param((END + 0.6, BASE + 0.2, END + 12.6, BASE + 0.2), 13.2, "max run is set", id="a-place-to-write-on"),
        pytest.param((END - 8, BASE + 0.2, END - 5, BASE + 0.2), 4.2, "max run is set", id="beneath-a-letter"),
    ],
)
def test_a_short_line_between_two_letters_is_an_underscore(tmp_path: Path, line: Box, gap: float, read_as: str) -> None:
    words: list[Placed] = [(60, BASE, ("F", SIZE, "max")), (END + gap, BASE, ("F", SIZE, "run is set"))]
    assert text_of(tmp_path / "guide.pdf", words, [line]) == read_as


def test_a_heading_has_it_in_its_own_size(tmp_path: Path) -> None:
    end = 80 + 23.34
    words: list[Placed] = [(80, 760, ("B", 20, "ab")), (end + 8.4, 760, ("B", 20, "cd limits"))]
    line = (end + 1.2, 760.4, end + 7.2, 760.4)
    assert text_of(tmp_path / "guide.pdf", words, [line]) == "ab_cd limits"
