"""Words of a PDF between which no blank is written, only room left."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from ingest.readers import read
from ingest.types import Document
from tests.make_pdf import drawn

Piece = tuple[float, str]
"""How far letters stand apart beside their own widths, in points, and the letters."""


def spread(path: Path, pages: Sequence[Sequence[Sequence[Piece]]]) -> Path:
    """A PDF whose lines are pieces set one after the other, as ghostscript writes what groff kerns.

    No room is left after a piece's last letter.
    """
    writer = PdfWriter(clone_from=PdfReader(drawn(path, [([(60, 20, ("F", 10, "End of page"))], []) for _ in pages])))
    for page, lines in zip(writer.pages, pages, strict=True):
        content = [page.get_contents().get_data()]  # type: ignore[union-attr]
        for number, pieces in enumerate(lines):
            shown = " ".join(f"{apart} Tc [({text}) {100 * apart}] TJ" for apart, text in pieces)
            content.append(f"BT /F 10 Tf 1 0 0 1 60 {700 - 14 * number} Tm {shown} 0 Tc ET".encode())
        stream = DecodedStreamObject()
        stream.set_data(b"\n".join(content))
        page[NameObject("/Contents")] = writer._add_object(stream)
    writer.write(path)
    return path


def lines_of(path: Path) -> list[list[str]]:
    (document,) = (found for found in read(path) if isinstance(found, Document))
    return [page.text.splitlines() for page in document.pages]


GLUED = [(0.0, "where t"), (-0.15, "he"), (3.4, "ya"), (0.0, "re read")]


@pytest.mark.parametrize(
    ("pieces", "whole"),
    [
        pytest.param(GLUED, "where they are read", id="two-words"),
        pytest.param([(0, "a nam"), (3.4, "e,n"), (0, "ot more")], "a name, not more", id="after-a-comma"),
        pytest.param([(0, "Ti"), (0.9, "tle of it")], "Title of it", id="letters-a-little-apart"),
        pytest.param([(3.4, "CONTENTS")], "CONTENTS", id="letters-all-apart"),
        pytest.param([(0, "wai"), (3.4, "t."), (0, " Then")], "wait. Then", id="before-a-full-stop"),
    ],
)
def test_words_that_only_room_parts_are_two(tmp_path: Path, pieces: list[Piece], whole: str) -> None:
    assert whole in lines_of(spread(tmp_path / "manual.pdf", [[pieces]]))[0]


def test_a_word_that_is_one_elsewhere_on_the_page_stays_one(tmp_path: Path) -> None:
    path = spread(tmp_path / "manual.pdf", [[[(0, "theyare is one")], GLUED]])
    assert "where theyare read" in lines_of(path)[0]


def test_a_font_that_leaves_gaps_within_words_tears_none(tmp_path: Path) -> None:
    torn = [(0, "wait "), (3.4, "fo"), (0, "r the red light when it "), (3.4, "mu"), (0, "st blink")]
    assert "wait for the red light when it must blink" in lines_of(spread(tmp_path / "manual.pdf", [[torn]]))[0]


def test_glued_words_are_parted_on_every_page_of_such_a_file(tmp_path: Path) -> None:
    found = lines_of(spread(tmp_path / "manual.pdf", [[[(0, f"{n} "), *GLUED] for _ in range(3)] for n in range(30)]))
    assert all(page.count(f"{n} where they are read") == 3 for n, page in enumerate(found))
