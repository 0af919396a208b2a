"""Accents that a PDF prints over their letters."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from ingest.readers import read
from ingest.types import Document
from tests.make_pdf import Placed, drawn

SIZE = 10
WIDTHS = {"i": 2.22, "c": 5.0, "´": 3.33, "`": 3.33, "¨": 3.33, "¸": 3.33, "s": 5.0, "l": 2.22, "f": 2.78, " ": 2.78}
WIDE = 5.56


def width(text: str) -> float:
    return sum(WIDTHS.get(letter, WIDE) for letter in text)


def overprinted(before: str, accent: str, after: str, x: float = 60, y: float = 700) -> list[Placed]:
    """Words with an accent set over the middle of the first letter after it, as TeX does."""
    start = x + width(before)
    middle = start + (width(after[0]) - width(accent)) / 2
    return [
        (x, y, ("F", SIZE, before)),
        (middle, y, ("F", SIZE, accent)),
        (start, y, ("F", SIZE, after)),
    ]


def text_of(path: Path, words: list[Placed]) -> str:
    (document,) = (found for found in read(drawn(path, [(words, [])])) if isinstance(found, Document))
    return " ".join(document.pages[0].text.split())


@pytest.mark.parametrize(
    ("before", "accent", "after", "word"),
    [
        pytest.param("la opci", "´", "on buena", "la opción buena", id="acute"),
        pytest.param("la ling", "¨", "uista", "la lingüista", id="diaeresis"),
        pytest.param("en", "`", "a", "enà", id="grave"),
        pytest.param("fa", "¸", "cade", "façade", id="cedilla"),
    ],
)
def test_an_accent_over_a_letter_is_that_letters(
    tmp_path: Path, before: str, accent: str, after: str, word: str
) -> None:
    assert text_of(tmp_path / "guia.pdf", overprinted(before, accent, after)) == word


def test_an_accent_set_after_its_word_goes_to_the_letter_it_stands_over(tmp_path: Path) -> None:
    placed = overprinted("la opci", "´", "on buena")
    assert text_of(tmp_path / "guia.pdf", [placed[0], placed[2], placed[1]]) == "la opción buena"


@pytest.mark.parametrize("code", ["`ls`", "~/bin", "x^e", "´e", "``as''", "a ` e"])
def test_a_sign_with_a_place_of_its_own_stays(tmp_path: Path, code: str) -> None:
    assert text_of(tmp_path / "guia.pdf", [(60, 700, ("F", SIZE, code))]) == code
    assert text_of(tmp_path / "code.pdf", [(60, 700, ("C", SIZE, code))]) == code


def test_accents_stand_on_their_letters_in_tables_and_headings_too(tmp_path: Path) -> None:
    cells = [(x, y, ("F", SIZE, word)) for x, y, word in [(60, 680, "Uno"), (200, 680, "11"), (60, 640, "Dos")]]
    ruled = [(50, y, 300, y) for y in (620, 660, 700, 740)] + [(x, 620, x, 740) for x in (50, 190, 300)]
    words = [*cells, *overprinted("opci", "´", "on", 200, 640), *overprinted("secci", "´", "on", 60, 720)]
    words.append((200, 720, ("F", SIZE, "valor")))
    (document,) = read(drawn(tmp_path / "guia.pdf", [(words, ruled)]))
    assert isinstance(document, Document)
    assert document.pages[0].text.split("\n") == ["sección\tvalor", "Uno\t11", "Dos\topción"]


def test_a_sign_that_its_font_spells_as_an_accent_over_a_blank_is_that_sign(tmp_path: Path) -> None:
    path = drawn(tmp_path / "guide.pdf", [([(60, 700, ("C", SIZE, "run `ls` now"))], [])])
    writer = PdfWriter(clone_from=PdfReader(path))
    spelt = DecodedStreamObject()
    spelt.set_data(
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def\n"
        b"1 begincodespacerange <00> <FF> endcodespacerange\n"
        b"2 beginbfrange <20> <5F> <0020> <61> <7E> <0061> endbfrange\n1 beginbfchar <60> <00A00300> endbfchar\n"
        b"endcmap CMapName currentdict /CMap defineresource pop end end"
    )
    writer.pages[0]["/Resources"]["/Font"]["/C"][NameObject("/ToUnicode")] = writer._add_object(spelt)  # type: ignore[index]
    writer.write(path)
    (document,) = (found for found in read(path) if isinstance(found, Document))
    assert document.pages[0].text == "run `ls` now"
