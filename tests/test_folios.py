"""The numbers printed on pages, where a file names none."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.readers import read
from ingest.readers.folios import printed_numbers
from tests import make_files


def counted(count: int) -> list[str]:
    return [str(n) for n in range(1, count + 1)]


def body(place: int) -> str:
    """Lines as a page has them between its top and its bottom, none like another page's."""
    return "\n".join(f"Sentence {word} of what stands at {place * 37 % 101}, and on." for word in "abcd")


def pages(tops: list[str], bottoms: list[str]) -> list[str]:
    both = zip(tops, bottoms, strict=True)
    return ["\n".join(part for part in (top, body(at), end) if part) for at, (top, end) in enumerate(both)]


NONE = [""]


@pytest.mark.parametrize(
    ("tops", "bottoms", "expected"),
    [
        pytest.param(
            NONE * 9, ["", "", "ii", "iii", "iv", "", "2", "3", "4"],
            ["1", "i", "ii", "iii", "iv", "1", "2", "3", "4"], id="roman-then-plain-and-one-that-hides-its-own",
        ),
        pytest.param(
            NONE * 8, ["", "", *(f"Página {n} de 6" for n in range(1, 7))],
            ["1", "2", "1", "2", "3", "4", "5", "6"], id="page-of-pages",
        ),
        pytest.param(
            NONE * 8, ["1-1", "1-2", "1-3", "2-1", "2-2", "2-3", "2-4", "2-5"],
            ["1-1", "1-2", "1-3", "2-1", "2-2", "2-3", "2-4", "2-5"], id="chapter-and-page",
        ),
        pytest.param(
            ["", "10 PUMPS", "CARE 11", "12 PUMPS", "CARE 13", "14 PUMPS"], NONE * 6,
            ["9", "10", "11", "12", "13", "14"], id="beside-running-titles",
        ),
        pytest.param(
            NONE * 6, ["8 Chapter 2. Care", "2.1 Oil 9", "10 Chapter 2. Care", "2.2 Air 11", "12 Chapter 2. Care", ""],
            ["8", "9", "10", "11", "12", "6"], id="beside-the-chapter-and-beside-each-section",
        ),
        pytest.param(
            NONE * 7, ["- 5 -", "- 6 -", "", "- 8 -", "- 9 -", "- 10 -", "- 11 -"],
            ["5", "6", "7", "8", "9", "10", "11"], id="between-dashes-and-one-left-out",
        ),
    ],
)  # fmt: skip
def test_a_page_has_the_number_that_is_printed_on_it(tops: list[str], bottoms: list[str], expected: list[str]) -> None:
    assert printed_numbers(pages(tops, bottoms), counted(len(tops))) == expected


@pytest.mark.parametrize(
    "tops",
    [
        pytest.param(["Cover", "1 Scope", "2 Install", "3 Use", "4 Care", "5 Repair"], id="a-numbered-section-a-page"),
        pytest.param(["Cover", "P001 Speed", "P002 Limit", "P003 Ramp", "P004 Brake", "P005 Hold"], id="parameters"),
        pytest.param(["E-1 Heat", "E-3 Cold", "E-4 Dry", "E-7 Door", "E-8 Lamp", "E-9 Fuse"], id="codes"),
        pytest.param(["Set", "The total is 12", "It has 13", "Mind 14", "Take all 15", "Give 16"], id="sentences"),
        pytest.param(["a", "b", "c", "d", "7", "8"], id="too-few"),
        pytest.param(["Faro 3", "Faro 3", "Faro 3", "Faro 3", "Faro 3", "Faro 3"], id="the-same-on-each"),
    ],
)
def test_other_numbers_that_stand_at_the_edge_of_pages_are_none(tops: list[str]) -> None:
    assert printed_numbers(pages(tops, NONE * len(tops)), counted(len(tops))) == counted(len(tops))


def test_the_numbers_that_a_file_names_are_kept() -> None:
    own = ["i", "ii", "1", "2", "3"]
    assert printed_numbers(pages(NONE * 5, ["7", "8", "9", "10", "11"]), own) == own


def test_a_book_of_nothing_or_of_blank_pages_keeps_its_count() -> None:
    assert printed_numbers([], []) == []
    assert printed_numbers(["", "  \n", "", ""], counted(4)) == counted(4)


def test_a_pdf_without_page_labels_is_cited_by_its_printed_numbers(tmp_path: Path) -> None:
    texts = ["Pump guide", "Contents", *pages(NONE * 6, [f"Page {n}" for n in range(1, 7)])]
    (document,) = read(make_files.pdf(tmp_path / "pump.pdf", texts))
    assert [page.label for page in document.pages] == ["1", "2", "1", "2", "3", "4", "5", "6"]
    assert not any("Page" in page.text for page in document.pages)
    (named,) = read(make_files.pdf(tmp_path / "named.pdf", texts, roman=3))
    assert [page.label for page in named.pages] == ["i", "ii", "iii", "1", "2", "3", "4", "5"]
