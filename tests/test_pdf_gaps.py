"""Blanks that pdfium sees within code because its letters stand apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.readers import read
from ingest.types import Document
from tests.make_pdf import Placed, drawn

SIZE, CELL = 10, 6.0


def text_of(path: Path, words: list[Placed]) -> str:
    (document,) = (found for found in read(drawn(path, [(words, [])])) if isinstance(found, Document))
    return document.pages[0].text


def apart(first: str, second: str, gap: float, font: str = "C") -> list[Placed]:
    """Two words of fixed width, so many widths of a letter from each other, after a line of prose."""
    start = 60 + CELL * (len(first) + gap)
    prose: Placed = (60, 720, ("F", SIZE, "Start it - as root - with this:"))
    return [prose, (60, 700, (font, SIZE, first)), (start, 700, (font, SIZE, second))]


@pytest.mark.parametrize(
    ("first", "second", "gap", "read_as"),
    [
        pytest.param("dpkg", "-reconfigure", 0.28, "dpkg-reconfigure", id="a-hyphen-off-the-middle-of-its-cell"),
        pytest.param("cn=users", ",dc=intern", 0.28, "cn=users,dc=intern", id="a-comma"),
        pytest.param("ls", "-l", 1.0, "ls -l", id="a-blank"),
        pytest.param("ls", "-l", 0.42, "ls -l", id="a-narrow-blank"),
        pytest.param("wl", "copy", 0.28, "wl copy", id="two-words"),
    ],
)
def test_a_gap_within_a_command_is_no_blank(tmp_path: Path, first: str, second: str, gap: float, read_as: str) -> None:
    text = text_of(tmp_path / "guide.pdf", apart(first, second, gap))
    assert text.splitlines() == ["Start it - as root - with this:", read_as]


def test_in_letters_of_several_widths_a_blank_stays(tmp_path: Path) -> None:
    words: list[Placed] = [(60, 700, ("F", SIZE, "WWWW")), (60 + 4 * 9.44 + 2.78, 700, ("F", SIZE, "-reconfigure"))]
    assert text_of(tmp_path / "guide.pdf", words) == "WWWW -reconfigure"
