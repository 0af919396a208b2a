"""Whether a written answer says that it has none."""

from __future__ import annotations

import pytest

from rag.decline import declines


@pytest.mark.parametrize(
    ("text", "declined"),
    [
        ("", True),
        ("The passages do not answer the question.", True),
        ("The provided passages do not mention the price.", True),
        ("I cannot find this in the documents.", True),
        ("There is no information about a warranty in the passages.", True),
        ("Los pasajes no responden a la pregunta.", True),
        ("No se menciona el precio en los documentos.", True),
        ("No hay información suficiente sobre la garantía.", True),
        ("Hold the button for ten seconds [1].", False),
        ("The lamp does not mean a failure [2].", False),
        ("If it does not start, press F2 [1].", False),
        ("Mantén pulsado el botón [1]. No apagues el equipo [2].", False),
        ("The guide does not mention IPv6. For IPv4, use port 80 [1].", False),
    ],
)
def test_declines_only_when_the_answer_is_that_there_is_none(text: str, declined: bool) -> None:
    assert declines(text) is declined
