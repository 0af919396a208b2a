"""Numbers in what Tomo says are written as its language writes them, those that name a thing as they are."""

from __future__ import annotations

import pytest

from ingest.types import Language
from rag.numerals import figures
from rag.phrases import place, say


@pytest.mark.parametrize(
    ("language", "value", "digits", "written"),
    [
        pytest.param("en", 4164, 0, "4,164", id="en"),
        pytest.param("en", 12345.6, 1, "12,345.6", id="en-decimals"),
        pytest.param("und", 8192, 0, "8,192", id="any-other-as-english"),
        pytest.param("es", 4164, 0, "4164", id="es-four-figures-stay-together"),
        pytest.param("es", 12345.6, 1, "12\u202f345,6", id="es-decimals"),
    ],
)
def test_a_number_is_written_as_the_language_does(language: Language, value: float, digits: int, written: str) -> None:
    assert figures(language, value, digits) == written


@pytest.mark.parametrize(
    ("language", "said"),
    [
        pytest.param("en", "is 97,613 tokens, more than the 4,164 that fit", id="en"),
        pytest.param("es", "son 97\u202f613 tokens, más de los 4164 que caben", id="es"),
    ],
)
def test_a_reason_writes_all_its_numbers_alike(language: Language, said: str) -> None:
    limit = say(language, "limit.room", tokens=4164)
    assert said in say(language, "passages.large", title="Guide", tokens=97_613, limit=limit)


def test_a_page_is_no_amount() -> None:
    assert place("en", "Guide", "", 1203) == "Guide, page 1203"
    assert place("en", "Guide", "1199", 1203) == "Guide, page 1199 (number 1203 in the file)"
