"""The rows of tables that no line, only the colour of their background, tells apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from ingest.readers import read
from ingest.types import Document
from tests.make_pdf import Placed, drawn

Painted = tuple[float, float, float, float, str]
"""Left, bottom, width and height of a box, and its colour as PDF has it: "0.9 g" is a light grey."""
GREY, BLUE = "0.9 g", "0.1 0.2 0.5 rg"
ROWS = [
    (["Code", "Meaning", "What to do"], 700),
    (["E01", "No paper", "Fill tray 2"], 680),
    (["E02", "Door open", "Close it"], 660),
    (["E03", "Too hot", "Wait for ten"], 640),
    (["", "", "minutes"], 628),
    (["E04", "No toner", "Change it"], 608),
]
LINES = ["Code\tMeaning\tWhat to do", "E01\tNo paper\tFill tray 2", "E02\tDoor open\tClose it"]
LINES += ["E03\tToo hot\tWait for ten minutes", "E04\tNo toner\tChange it"]
PLACES = (60.0, 160.0, 300.0)
# The columns are set one after the other, as some programs do: without its rows a table cannot be read.
WORDS: list[Placed] = [
    (x, y, ("F", 10, cells[n])) for n, x in enumerate(PLACES) for cells, y in ROWS if cells[n]
]  # fmt: skip
ABOVE, BELOW = (60, 760, ("F", 10, "These are the codes of the display.")), (60, 560, ("F", 10, "Call us for others."))


def lines_of(path: Path, words: Sequence[Placed], boxes: Sequence[Painted]) -> list[str]:
    writer = PdfWriter(clone_from=PdfReader(drawn(path, [(words, [])])))
    stream = DecodedStreamObject()
    painted = [f"{colour} {x} {y} {w} {h} re f 0 g" for x, y, w, h, colour in boxes]
    text = writer.pages[0].get_contents().get_data().decode()  # type: ignore[union-attr]
    stream.set_data("\n".join([*painted, text]).encode())
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)
    writer.write(path)
    (document,) = (found for found in read(path) if isinstance(found, Document))
    return document.pages[0].text.splitlines()


def band(bottom: float, height: float, colour: str = GREY) -> list[Painted]:
    return [(54, bottom, 360, height, colour)]


def cells(bottom: float, height: float, colour: str = GREY) -> list[Painted]:
    return [(54, bottom, 100, height, colour), (154, bottom, 140, height, colour), (294, bottom, 120, height, colour)]


@pytest.mark.parametrize(
    "boxes",
    [
        pytest.param([*band(674, 20), *band(622, 32)], id="every-other-row"),
        pytest.param([*cells(674, 20), *cells(622, 32)], id="cell-by-cell"),
        pytest.param([*band(694, 20, BLUE), *band(674, 20), *band(622, 32)], id="under-a-dark-header"),
        pytest.param([*band(694, 20), *band(654, 20), *band(602, 20)], id="from-the-header-to-the-end"),
    ],
)
def test_rows_of_coloured_bands_are_lines(tmp_path: Path, boxes: list[Painted]) -> None:
    assert lines_of(tmp_path / "codes.pdf", [ABOVE, *WORDS, BELOW], boxes) == [ABOVE[2][2], *LINES, BELOW[2][2]]


CODE = ["if ready:", "start     now", "else:", "wait      later"]


@pytest.mark.parametrize(
    "boxes",
    [
        pytest.param(band(640, 60), id="one-box"),
        pytest.param([box for n in range(4) for box in band(685 - 15 * n, 15)], id="a-box-a-line"),
        pytest.param([*band(750, 20), *band(500, 20)], id="two-notes"),
    ],
)
def test_what_stands_on_a_background_is_no_table_for_it(tmp_path: Path, boxes: list[Painted]) -> None:
    words: list[Placed] = [(60, 690 - 15 * n, ("C", 10, line)) for n, line in enumerate(CODE)]
    assert [" ".join(line.split()) for line in lines_of(tmp_path / "code.pdf", words, boxes)] == [
        " ".join(line.split()) for line in CODE
    ]
    assert not any("\t" in line for line in lines_of(tmp_path / "code.pdf", words, boxes))
