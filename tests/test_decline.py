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
        ("The passages do not mention the price [1].", True),
        ("The fee is not specified in the guide [1].", True),
        ("The price is not included in the provided documents.", True),
        ("The answer is not mentioned.", True),
        ("Does not say.", True),
        ("I cannot find the price in them [2].", True),
        ("El manual no indica el precio [1].", True),
        ("No he podido encontrar el precio [1].", True),
        ("Hold the button for ten seconds [1].", False),
        ("The warranty does not cover water damage [1].", False),
        ("No, the basic plan does not include support [2].", False),
        ("No incluye el cable [1].", False),
        ("La garantía no incluye los daños por agua [1].", False),
        ("The kit does not contain a battery [1]. Buy one apart.", False),
        ("The charger is not included in the box [1].", False),
        ("The manual is not included in the box [1].", False),
        ("The installer cannot find a driver: insert the disk [1].", False),
        ("La tapa no se encuentra en la caja [1].", False),
        ("The lamp does not mean a failure [2].", False),
        ("If it does not start, press F2 [1].", False),
        ("Mantén pulsado el botón [1]. No apagues el equipo [2].", False),
        ("The guide does not mention IPv6. For IPv4, use port 80 [1].", False),
    ],
)
def test_declines_only_when_the_answer_is_that_there_is_none(text: str, declined: bool) -> None:
    assert declines(text) is declined
