"""PDF pages whose letters are UTF-8 taken for Windows-1252."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.readers import read
from ingest.readers.pdf_mojibake import is_mojibake
from ingest.types import Document
from tests.make_pdf import Placed, drawn


def text_of(path: Path, words: list[Placed]) -> str:
    (document,) = (found for found in read(drawn(path, [(words, [])])) if isinstance(found, Document))
    return document.pages[0].text


def garbled(text: str) -> str:
    return text.encode("utf-8").decode("cp1252")


def lines(texts: list[str]) -> list[Placed]:
    return [(60, 780 - 20 * n, ("F", 10, text)) for n, text in enumerate(texts)]


def test_a_page_of_garbled_letters_says_what_was_meant(tmp_path: Path) -> None:
    said = ["¿Cómo añadir una contraseña?", "El botón «Guardar» está más abajo", "Después, ¡listo! También aquél"]
    assert text_of(tmp_path / "guia.pdf", lines(list(map(garbled, said)))).split("\n") == said


def test_a_second_sign_set_high_or_left_out_is_told_from_a_letter(tmp_path: Path) -> None:
    first = [(60, 700, ("F", 10, "b\xc3")), (60 + 5.56 + 6.67, 703.6, ("F", 7, "o")), (76.4, 700, ("F", 10, "squeda"))]
    more = lines(["vac\xc3o y lleno", garbled("compañía").replace("\xad", ""), garbled("cámara y niño")])
    assert text_of(tmp_path / "guia.pdf", [*more, *first]).split("\n") == [
        "vacío y lleno",
        "compañía",
        "cámara y niño",
        "búsqueda",
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("INFORMAÇÃO DE SÃO JOÃO, NÃO MANHÃ", id="capitals"),
        pytest.param("«Ã¡», «Ã©» y «Ã±» están así: á, é, ñ. Se verá más aquí también según dónde esté", id="examples"),
        pytest.param("Â¿ and Ã¡ are wrong", id="a-few"),
    ],
)
def test_letters_that_are_meant_stay(tmp_path: Path, text: str) -> None:
    assert not is_mojibake(text)
    assert text_of(tmp_path / "guia.pdf", lines([text])) == text
