"""What the benchmark of large libraries invents, and how it reads its figures."""

from __future__ import annotations

import numpy as np
import pytest

from ingest.embed import HashEmbedder
from rag.question import understand
from tests.bench.invented import Invented, code, questions
from tests.bench.scale import exponent


def test_every_invented_chunk_is_where_it_says_it_is_and_is_there_once() -> None:
    _, pieces = Invented(130, HashEmbedder(32)).block(0)
    chunks = [(piece.document.pages[chunk.page - 1], chunk) for piece in pieces for chunk in piece.chunks or ()]
    assert len(chunks) == 130
    assert all(page.text[chunk.start : chunk.end] == chunk.text for page, chunk in chunks)
    assert len({(chunk.document_id, chunk.ordinal) for _, chunk in chunks}) == 130


def test_the_same_size_gives_the_same_library() -> None:
    first, again = (Invented(130, HashEmbedder(32)) for _ in range(2))
    assert first.block(0) == again.block(0)
    assert np.array_equal(first.vectors(0, 130), again.vectors(0, 130))
    assert np.linalg.norm(first.vectors(0, 130), axis=1) == pytest.approx(1.0, abs=1e-6)


def test_questions_ask_for_words_and_identifiers_that_are_there() -> None:
    asked = [understand(text) for text in questions(1_000, 40)]
    codes = {code(chunk) for chunk in range(1_000)}
    assert all(question.identifiers and question.identifiers[-1] in codes for question in asked[::4])
    assert all(3 <= len(question.text.split()) <= 26 for question in asked)


@pytest.mark.parametrize("power", [0.2, 1.0])
def test_the_growth_of_a_power_is_its_exponent(power: float) -> None:
    assert exponent({size: 0.001 * size**power for size in (10, 100, 1000)}) == pytest.approx(power)
