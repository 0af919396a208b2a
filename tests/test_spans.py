"""What a merged cell of a table says stands in each row and column it reaches into, in every format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pptx
import pytest
from pptx.util import Inches

from ingest.readers.spans import Spans
from tests import make_files
from tests.test_readers import only

MERGED = [
    ["Modelo", "Tensión", "", "Peso"],
    ["", "mín", "máx", ""],
    ["R3", "10", "12", "4 kg"],
    ["", "20", "24", "5 kg"],
    ["R5", "48", "", "9 kg"],
    ["Suma", "", "", "18 kg"],
]
REACHING = {(0, 0): (1, 2), (0, 1): (2, 1), (0, 3): (1, 2), (2, 0): (1, 2), (4, 1): (2, 1), (5, 0): (3, 1)}
"""(row, column) of a merged cell → columns and rows it reaches over."""
READ = [
    "Modelo | Tensión | Tensión | Peso",
    "Modelo | mín | máx | Peso",
    "R3 | 10 | 12 | 4 kg",
    "R3 | 20 | 24 | 5 kg",
    "R5 | 48 | 48 | 9 kg",
    "Suma | | | 18 kg",
]


def covered() -> set[tuple[int, int]]:
    return {
        (row + down, column + across)
        for (row, column), (wide, high) in REACHING.items()
        for down in range(high)
        for across in range(wide)
    } - set(REACHING)


def html(folder: Path) -> Path:
    rows = ""
    for row, cells in enumerate(MERGED):
        rows += "<tr>"
        for column, text in enumerate(cells):
            wide, high = REACHING.get((row, column), (1, 1))
            if (row, column) not in covered():
                rows += f'<td colspan="{wide}" rowspan="{high}">{text}</td>'
    path = folder / "t.html"
    path.write_text(f"<meta charset=utf-8><table>{rows}</table>", "utf-8")
    return path


def word(folder: Path) -> Path:
    document = docx.Document()
    merge(document.add_table(6, 4).cell)
    document.save(str(folder / "t.docx"))
    return folder / "t.docx"


def slides(folder: Path) -> Path:
    deck = pptx.Presentation()
    shapes = deck.slides.add_slide(deck.slide_layouts[6]).shapes
    merge(shapes.add_table(6, 4, Inches(1), Inches(1), Inches(6), Inches(3)).table.cell)
    deck.save(str(folder / "t.pptx"))
    return folder / "t.pptx"


def merge(cell: Callable[[int, int], Any]) -> None:
    for (row, column), (wide, high) in REACHING.items():
        cell(row, column).merge(cell(row + high - 1, column + wide - 1))
    for row, cells in enumerate(MERGED):
        for column, text in enumerate(cells):
            if text:
                cell(row, column).text = text


def opendocument(folder: Path) -> Path:
    rows = ""
    for row, cells in enumerate(MERGED):
        rows += "<table:table-row>"
        for column, text in enumerate(cells):
            wide, high = REACHING.get((row, column), (1, 1))
            spans = f'table:number-columns-spanned="{wide}" table:number-rows-spanned="{high}"'
            rows += (
                "<table:covered-table-cell/>"
                if (row, column) in covered()
                else f"<table:table-cell {spans}><text:p>{text}</text:p></table:table-cell>"
            )
        rows += "</table:table-row>"
    return make_files.odt(folder / "t.odt", f"<table:table>{rows}</table:table>")


@pytest.mark.parametrize("make", [html, word, slides, opendocument])
def test_merged_cells_shift_no_column_and_label_each_of_their_rows(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    document = only(make(tmp_path))
    lines = [" ".join(line.split()) for line in document.pages[0].text.split("\n") if line]
    assert lines == READ


def test_a_long_text_stands_once_and_the_next_table_begins_anew(tmp_path: Path) -> None:
    long = "Léase entero antes de tocar nada. " * 10
    path = tmp_path / "t.html"
    path.write_text(
        f"<meta charset=utf-8><table><tbody><tr><td>A<td rowspan=2>{long}<td>1<tr><td>B<td>2</tbody>"
        "<tbody><tr><td rowspan=9>C<td>3</tbody><tbody><tr><td>D<td>4</table><table><tr><td>E<td>5</table>"
    )
    document = only(path)
    assert [line for line in document.pages[0].text.split("\n") if line] == [
        f"A | {long.strip()} | 1", "B | | 2", "C | 3", "D | 4", "E | 5",
    ]  # fmt: skip


def test_a_cell_that_claims_a_million_columns_has_sixty() -> None:
    spans = Spans()
    spans.row()
    assert len(spans.cell("x", 1_000_000, 1_000_000)) < 60
