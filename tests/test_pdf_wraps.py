"""Listings of a PDF whose long lines are broken at a mark."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

from ingest.readers import read
from ingest.types import Document
from tests.make_pdf import Placed, drawn

SIZE, CELL, LEFT = 10, 6.0, 60.0
HOOK = "¬"
"""The sign that these files draw as an arrow."""


def listing(path: Path, words: list[Placed]) -> str:
    """The text of a page on which `HOOK` is an arrow to the left."""
    writer = PdfWriter(clone_from=PdfReader(drawn(path, [(words, [])])))
    font = writer.pages[0]["/Resources"]["/Font"]["/C"]  # type: ignore[index]
    changed = ArrayObject([NumberObject(ord(HOOK)), NameObject("/arrowleft")])
    encoding = {"Type": NameObject("/Encoding"), "BaseEncoding": NameObject("/WinAnsiEncoding"), "Differences": changed}
    font[NameObject("/Encoding")] = DictionaryObject({NameObject(f"/{k}"): v for k, v in encoding.items()})
    writer.write(path)
    (document,) = (found for found in read(path) if isinstance(found, Document))
    return document.pages[0].text


def broken(first: str, rest: str, gap: int, indent: int = 0, y: float = 700) -> list[Placed]:
    """A line, cells away the mark, and the rest of the line below, set in."""
    mark = LEFT + CELL * (len(first) + gap)
    return [
        (LEFT, y, ("C", SIZE, first)),
        (mark, y, ("C", SIZE, HOOK)),
        (mark + CELL, y, ("C", SIZE, "-")),
        (LEFT + 20 + CELL * indent, y - 12, ("C", SIZE, rest)),
    ]


@pytest.mark.parametrize(
    ("gap", "indent", "whole"),
    [
        pytest.param(1, 0, "run --in /usr/local/bin now", id="within-a-word"),
        pytest.param(2, 0, "run --in /usr/local /bin now", id="a-blank-before-the-mark"),
        pytest.param(1, 1, "run --in /usr/local /bin now", id="a-blank-after-the-mark"),
    ],
)
def test_a_line_broken_at_a_mark_is_whole(tmp_path: Path, gap: int, indent: int, whole: str) -> None:
    words = [*broken("run --in /usr/local", "/bin now", gap, indent), (LEFT, 600.0, ("C", SIZE, "stop"))]
    assert listing(tmp_path / "guide.pdf", words).split("\n") == [whole, "stop"]


def test_a_line_broken_twice_is_whole(tmp_path: Path) -> None:
    first = broken("run --in", "/usr/local", 2)[:3]
    more = broken("/usr/local", "/bin now", 1, 1, 688)
    more = [(LEFT + 20, 688, more[0][2]), *((x + 20, y, text) for x, y, text in more[1:3]), more[3]]
    assert listing(tmp_path / "guide.pdf", [*first, *more]) == "run --in /usr/local /bin now"


def test_what_lies_outside_the_page_changes_nothing_inside(tmp_path: Path) -> None:
    words = [*broken("run --in /usr/local", "/bin now", 1), (700.0, 500.0, ("C", SIZE, "unseen"))]
    assert listing(tmp_path / "guide.pdf", words) == "run --in /usr/local/bin now"


def test_an_arrow_with_nothing_after_it_stays(tmp_path: Path) -> None:
    assert listing(tmp_path / "guide.pdf", [(LEFT, 700, ("C", SIZE, f"press {HOOK}-"))]) == "press ←-"
