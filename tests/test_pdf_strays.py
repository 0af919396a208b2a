"""Words of a PDF that are drawn after the line they stand in."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from ingest.readers import read
from ingest.types import Document
from tests.make_pdf import Placed, drawn, grid

SIZE, CELL, LEFT = 10, 6.0, 60.0


def at(column: float, y: float, text: str) -> Placed:
    return (LEFT + CELL * column, y, ("C", SIZE, text))


def lines_of(path: Path, words: list[Placed]) -> list[str]:
    (document,) = (found for found in read(drawn(path, [(words, [])])) if isinstance(found, Document))
    return document.pages[0].text.splitlines()


BELOW = at(0, 686, "The line below is drawn before the key caps.")


@pytest.mark.parametrize(
    ("line", "late", "whole"),
    [
        pytest.param([(0, "Press"), (11, "to save.")], [(6, "Ctrl")], "Press Ctrl to save.", id="amid-a-line"),
        pytest.param([(0, "Save with"), (15, ".")], [(10, "F2")], "Save with F2.", id="before-a-full-stop"),
        pytest.param([(0, "Zoom ("), (10, ") in")], [(6, "F1")], "Zoom (F1) in", id="in-brackets"),
        pytest.param([(0, "Use"), (9, "+"), (15, "now")], [(4, "Ctrl"), (11, "S")], "Use Ctrl + S now", id="two-keys"),
        pytest.param([(0, "Then run")], [(9, "drc"), (13, "--all")], "Then run drc --all", id="at-the-end-of-a-line"),
        pytest.param([(3.5, "ends it")], [(0, "Esc")], "Esc ends it", id="at-the-start-of-a-line"),
    ],
)
def test_a_key_cap_that_is_drawn_last_stands_in_its_sentence(
    tmp_path: Path, line: list[tuple[float, str]], late: list[tuple[float, str]], whole: str
) -> None:
    words = [*(at(x, 700, text) for x, text in line), BELOW, *(at(x, 700.7, text) for x, text in late)]
    assert lines_of(tmp_path / "guide.pdf", words) == [whole, BELOW[2][2]]


def test_the_number_of_an_item_that_is_drawn_after_it_stands_before_it(tmp_path: Path) -> None:
    drawn_so = [(80, 700, "The lamp is red"), (80, 680, "Plug it in again."), (60, 703, "15.")]
    drawn_so += [(80, 660, "The lamp is off"), (80, 640, "Charge it."), (60, 663, "16.")]
    whole = ["15. The lamp is red", "Plug it in again.", "16. The lamp is off", "Charge it."]
    assert lines_of(tmp_path / "faq.pdf", [(x, y, ("F", SIZE, text)) for x, y, text in drawn_so]) == whole


def test_a_key_that_stands_in_two_lines_is_put_into_both(tmp_path: Path) -> None:
    sentences = [at(0, 714, "Press"), at(8, 714, "to move."), at(0, 700, "With"), at(7, 700, "it stays."), BELOW]
    words = [*sentences, at(6, 714.7, "M"), at(5, 700.7, "M")]
    assert lines_of(tmp_path / "guide.pdf", words) == ["Press M to move.", "With M it stays.", BELOW[2][2]]


def test_a_second_column_stays_one(tmp_path: Path) -> None:
    left = [at(0, 700 - 14 * n, f"left words {n} go on") for n in range(3)]
    right = [at(24, 700 - 14 * n, f"right words {n} go on") for n in range(3)]
    assert lines_of(tmp_path / "guide.pdf", [*left, *right]) == [words[2][2] for words in (*left, *right)]


def test_key_caps_that_are_drawn_after_a_table_stand_where_they_do_in_its_cells(tmp_path: Path) -> None:
    columns, rows = [LEFT - 4, LEFT + CELL * 20, LEFT + CELL * 44], [680.0, 694.0, 708.0, 722.0]
    cells = [(0, 712, "Action"), (21, 712, "Key"), (0, 698, "Save it"), (26, 698, "+"), (30, 698, "at once")]
    cells += [(0, 684, "Close it"), (24, 684, "only")]
    late = [(21, 698.7, "Ctrl"), (28, 698.7, "S"), (21, 684.7, "F4")]
    path = drawn(tmp_path / "guide.pdf", [([at(*word) for word in (*cells, *late)], grid(columns, rows))])
    (document,) = (found for found in read(path) if isinstance(found, Document))
    assert document.pages[0].text.splitlines() == ["Action\tKey", "Save it\tCtrl + S at once", "Close it\tF4 only"]


def with_round_box(path: Path, left: float, bottom: float, right: float, top: float) -> Path:
    """The page with a box around a word, its corners cut off."""
    corners = [(left + 2, bottom), (right - 2, bottom), (right, bottom + 2), (right, top - 2), (right - 2, top)]
    corners += [(left + 2, top), (left, top - 2), (left, bottom + 2)]
    begin, *others = [f"{x} {y}" for x, y in corners]
    writer = PdfWriter(clone_from=PdfReader(path))
    stream = DecodedStreamObject()
    drawing = f"0.5 w {begin} m {' '.join(f'{corner} l' for corner in others)} h S"
    stream.set_data(writer.pages[0].get_contents().get_data() + b"\n" + drawing.encode())  # type: ignore[union-attr]
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)
    writer.write(path)
    return path


def test_a_box_around_a_key_in_a_table_makes_no_cell(tmp_path: Path) -> None:
    columns, rows = [LEFT - 4, LEFT + CELL * 20, LEFT + CELL * 44], [676.0, 694.0, 712.0, 730.0]
    cells = [(0, 718, "Action"), (21, 718, "Key"), (0, 700, "Save it"), (21, 700, "Press F2 now"), (0, 682, "End")]
    path = drawn(tmp_path / "guide.pdf", [([at(*word) for word in [*cells, (21, 682, "F4")]], grid(columns, rows))])
    boxed = with_round_box(path, LEFT + CELL * 27 - 2, 695.5, LEFT + CELL * 29 + 2, 710.5)
    (document,) = (found for found in read(boxed) if isinstance(found, Document))
    assert document.pages[0].text.splitlines() == ["Action\tKey", "Save it\tPress F2 now", "End\tF4"]
