"""A quote for who asks how much begins with the sentence that says it, though the next is more like the question."""

from __future__ import annotations

import pytest

from ingest.types import Kind, Language
from rag.question import understand
from rag.quotes.figure_before import FARTHEST, with_figures
from rag.quotes.signals import Quote
from rag.types import Passage

EN = (
    "2.5 Space\nThe tank needs at least 780 litres of water and 40 kg of salt. These are low figures.\n"
    "The water can be let in by hand. What the water is for is said elsewhere."
)
ES = (
    "2.5 Espacio\nEl tanque necesita al menos 780 litros de agua y 40 kg de sal. Son valores bajos.\n"
    "El agua se puede echar a mano. Para que es el agua se dice en otro sitio."
)


def quote(text: str, start: str, kind: Kind = "manual", language: Language = "en") -> Quote:
    passage = Passage("d", "Guide", "g.pdf", kind, language, 1, "1", 0, len(text), text, "", 1.0)
    return Quote(passage, text.index(start), len(text))


@pytest.mark.parametrize(
    ("text", "start", "question", "begins"),
    [
        pytest.param(EN, "The water can", "How much water does the tank need?", "2.5 Space\nThe tank", id="en"),
        pytest.param(ES, "El agua se", "¿Cuánta agua necesita el tanque?", "2.5 Espacio\nEl tanque", id="es"),
        pytest.param(EN, "The water can", "How do I let the water in?", "The water can", id="no-number-is-wanted"),
        pytest.param(EN, "The water can", "How many lamps has it?", "The water can", id="of-something-else"),
        pytest.param(
            EN.replace("These", "x " * (FARTHEST // 2) + "These"), "The water can", "How much water does it need?",
            "The water can", id="too-far",
        ),
    ],
)  # fmt: skip
def test_a_quote_begins_with_the_figure_that_is_asked_for(text: str, start: str, question: str, begins: str) -> None:
    language: Language = "es" if text is ES else "en"
    (found,) = with_figures(understand(question), [quote(text, start, language=language)])
    assert found.text.startswith(begins)
    assert found.end == len(text)


def test_a_ticket_stays_as_it_was_quoted() -> None:
    one = quote(EN, "The water can", "ticket")
    assert with_figures(understand("How much water does the tank need?"), [one]) == [one]


def test_it_reaches_into_no_other_quote() -> None:
    late, first = quote(EN, "The water can"), quote(EN, "2.5")
    first = Quote(first.passage, 0, EN.index("These"))
    asked = understand("How much water does the tank need?")
    assert with_figures(asked, [late, first]) == [late, first]
