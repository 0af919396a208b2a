"""Listings of PDFs keep their indentation, so that what is quoted of them can be copied."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.readers import read
from ingest.split import Splitter
from ingest.types import Document
from tests.make_pdf import Placed, drawn, grid

SIZE, CELL, LEFT, STEP = 10, 6.0, 60.0, 12
INTRO = "Put this into the file of the service, and mind its margins."
YAML = ["services:", "  web:", "    image: shop:2.1", "    ports:", '      - "8080:80"', "  mail:", "    image: post:4"]
CODE = ["def close(valve):", "    for turn in range(3):", "        valve.step()", "    return valve"]


def placed(y: float, text: str, font: str = "C", left: float = LEFT) -> Placed:
    """A line as a PDF has it: at its place, without the blanks before it."""
    return (left + CELL * (len(text) - len(text.lstrip())), y, (font, SIZE, text.lstrip()))


def column(lines: list[str], top: float = 686, left: float = LEFT, font: str = "C") -> list[Placed]:
    return [placed(top - STEP * n, text, font, left) for n, text in enumerate(lines)]


def page_of(folder: Path, words: list[Placed], lines: list[tuple[float, float, float, float]] | None = None) -> str:
    (document,) = (found for found in read(drawn(folder / "t.pdf", [(words, lines or [])])) if found is not None)
    assert isinstance(document, Document)
    return document.pages[0].text


@pytest.mark.parametrize("code", [pytest.param(YAML, id="configuration"), pytest.param(CODE, id="program")])
@pytest.mark.parametrize("left", [LEFT, LEFT + 25])
def test_a_listing_keeps_its_indentation(tmp_path: Path, code: list[str], left: float) -> None:
    words = [placed(700, INTRO, "F"), *column(code, left=left), placed(560, "Then start it again.", "F")]
    text = page_of(tmp_path, words)
    assert [line.rstrip() for line in text.split("\n")] == [INTRO, *code, "Then start it again."]


def test_two_listings_have_their_own_margins(tmp_path: Path) -> None:
    words = [*column(CODE), placed(630, "Or so:", "F"), *column(YAML, top=610, left=LEFT + 18)]
    assert [line.rstrip() for line in page_of(tmp_path, words).split("\n")] == [*CODE, "Or so:", *YAML]


def test_lines_that_are_alike_keep_each_their_own(tmp_path: Path) -> None:
    code = ["server {", "    location / {", "        deny all;", "    }", "}", "server {", "    deny all;", "}"]
    assert [line.rstrip() for line in page_of(tmp_path, column(code)).split("\n")] == code


def test_the_chunks_of_a_listing_are_where_they_say(tmp_path: Path) -> None:
    (document,) = read(drawn(tmp_path / "t.pdf", [([placed(700, INTRO, "F"), *column(YAML * 4)], [])]))
    assert isinstance(document, Document)
    chunks = Splitter(lambda text: len(text.split()), 24).split(document)
    assert len(chunks) > 2
    assert all(document.pages[0].text[chunk.start : chunk.end] == chunk.text for chunk in chunks)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(
            column(["First words.", "    - and an item", "    - one more", "Last ones."], font="F"), id="prose"
        ),
        pytest.param([placed(700, "run-it", "C"), placed(688, "    which starts it all", "F")], id="a-term-and-prose"),
        pytest.param([placed(700, "go", "C", 60), placed(700, "stay", "C", 300)], id="beside-one-another"),
        pytest.param([placed(700, "alone", "C", 200)], id="a-line"),
        pytest.param([placed(700, "here", "C"), placed(400, "    and far below", "C")], id="far-below"),
    ],
)
def test_what_is_no_listing_stays_flat(tmp_path: Path, words: list[Placed]) -> None:
    assert not any(line.startswith(" ") for line in page_of(tmp_path, words).split("\n"))


def test_a_table_of_commands_keeps_its_rows(tmp_path: Path) -> None:
    cells = [(0, 712, "stop"), (10, 712, "svc halt"), (0, 692, "start"), (10, 692, "svc run")]
    words = [placed(y, " " * at + text) for at, y, text in cells]
    text = page_of(tmp_path, words, grid([56, 116, 200], [688, 706, 724]))
    assert text.split("\n") == ["stop\tsvc halt", "start\tsvc run"]
