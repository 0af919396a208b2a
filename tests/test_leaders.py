"""Rows of dots in tables of contents take no room from what a chunk says."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.readers import read
from ingest.readers.leaders import shortened
from ingest.split import Splitter
from ingest.types import Document
from rag.contents import is_contents
from tests.make_pdf import typeset

TITLES = [f"{n}.{part} How the pump of circuit {n} is set" for n in range(1, 5) for part in range(1, 5)]
DOTS = " . . . . . . . . . . . . . . . . . . . . . . "


@pytest.mark.parametrize(
    ("line", "short"),
    [
        pytest.param(f"3.2 Partitioning{DOTS}41", "3.2 Partitioning .... 41", id="spaced"),
        pytest.param("3.2 Partitioning.................41", "3.2 Partitioning .... 41", id="close"),
        pytest.param("About us ........... xii\r\nNext. . . . . . . 1", "About us .... xii\r\nNext .... 1", id="two"),
        pytest.param("A Índice…………… A-3", "A Índice .... A-3", id="ellipses"),
    ],
)
def test_a_row_of_dots_before_a_page_number_is_short(line: str, short: str) -> None:
    assert shortened(line) == short


@pytest.mark.parametrize(
    "line",
    [
        "0020 ff ff |................|", "ssh-rsa ....", "for i in 1..5", "Wait.... 3 seconds", "R1 + R2 + . . ..",
        "....... 12", "Serial: ............ of 12 places", "1...... e4 e5 2. Nf3", "Loading...... done",
    ],
)  # fmt: skip
def test_other_dots_stay(line: str) -> None:
    assert shortened(line) == line


def test_a_page_of_contents_makes_few_chunks_that_are_known_as_such(tmp_path: Path) -> None:
    lines = [("F", 10.0, f"{title}{DOTS}{n}") for n, title in enumerate(TITLES, 1)]
    pages = [lines, [("F", 10.0, "Turn the valve slowly.")]]
    (document,) = (found for found in read(typeset(tmp_path / "m.pdf", pages)) if isinstance(found, Document))
    chunks = [c for c in Splitter(lambda text: 2 * len(text.split()), 80).split(document) if c.page == 1]
    assert len(chunks) < len(TITLES) / 2
    assert all(is_contents(chunk.text) for chunk in chunks)
    assert all(document.pages[0].text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
