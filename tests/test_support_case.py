"""What an answer may say that no passage says: the asker's own number, and what follows from what was read."""

from __future__ import annotations

import pytest

from ingest.embed import HashEmbedder
from ingest.types import Language
from rag.checking import Checker
from rag.support.bounds import bound_flips, counted_from_elsewhere
from rag.support.case import is_case
from rag.support.limits import WORDS_ONLY, cosines_of
from rag.support.modality import surer
from rag.support.order import order_flips
from rag.support.sentence import Sentence, take_apart
from rag.support.signals import Near, signals
from rag.support.verdict import Support
from rag.types import Passage

PUMP = "The pump takes liquids of up to 90 °C. Press RESET only once after a fault. Three programs (A, B, C) exist."


def both(source: str, claim: str, language: Language = "en") -> tuple[Sentence, list[Sentence]]:
    return take_apart(claim, language), [take_apart(source, language)]


def borne_out(text: str, asked: str = "") -> bool | None:
    page = Passage("d", "Guide", "g.pdf", "manual", "en", 4, "iv", 0, len(PUMP), PUMP, "", 1.0)
    return Checker(HashEmbedder(), lambda document, number: PUMP).check(text, [page], "en", asked).claims[0].supported


@pytest.mark.parametrize(
    ("source", "claim", "language", "case"),
    [
        pytest.param(
            "El navegador sube hasta 20 GB.", "Un vídeo de 35 GB no se puede subir.", "es", True, id="beyond-a-most"
        ),
        pytest.param(
            "From 90 % to 95 % it is still usable.", "A slope of 92 % is acceptable.", "en", True, id="in-a-range"
        ),
        pytest.param("The browser takes up to 20 GB.", "It takes files of 35 GB.", "en", False, id="the-rule-itself"),
        pytest.param("The tank holds 20 l.", "A tank of 35 l is not enough.", "en", False, id="no-bound-was-read"),
        pytest.param("The valve bears up to 20 bar.", "A video of 35 GB is not taken.", "en", False, id="other-unit"),
    ],
)
def test_a_number_of_the_askers_own_is_a_case_where_a_bound_decides_it(
    source: str, claim: str, language: Language, case: bool
) -> None:
    sentence, sources = both(source, claim, language)
    assert is_case(sentence, sentence.numbers[0], sources) is case


@pytest.mark.parametrize(
    ("text", "asked", "supported"),
    [
        pytest.param("The pump does not take liquids of 105 °C.", "Does it take 105 °C?", True, id="asked"),
        pytest.param("The pump takes liquids of up to 105 °C.", "Does it take 105 °C?", False, id="asked-as-the-rule"),
        pytest.param("The pump takes liquids of up to 105 °C.", "", False, id="made-up"),
        pytest.param("The pump QX-7 takes liquids of up to 90 °C.", "Is QX-7 fine at 90 °C?", True, id="a-code-asked"),
        pytest.param("The pump QX-7 takes liquids of up to 90 °C.", "", False, id="a-code-made-up"),
        pytest.param("There is a program B.", "", True, id="a-letter-of-a-list"),
        pytest.param("There is a program D.", "", False, id="a-letter-of-none"),
        pytest.param("Press RESET three times after a fault.", "", False, id="more-often"),
    ],
)
def test_what_the_question_names_is_not_made_up(text: str, asked: str, supported: bool) -> None:
    assert borne_out(text, asked) is supported


@pytest.mark.parametrize(
    ("source", "claim", "flips"),
    [
        pytest.param("Send it 10 days before the trip.", "Send it 10 days after the trip.", True, id="after"),
        pytest.param("Send it within 10 days after the trip.", "Send it 10 days after the trip.", False, id="the-same"),
        pytest.param("It takes 10 days.", "It takes 10 days after the trip.", False, id="not-said"),
    ],
)
def test_a_span_is_counted_from_the_same_side(source: str, claim: str, flips: bool) -> None:
    assert counted_from_elsewhere(*both(source, claim)) is flips


def test_a_no_of_something_else_turns_no_bound_round() -> None:
    source = "Los días no disfrutados pueden trasladarse hasta un máximo de 5."
    assert not bound_flips(*both(source, "Puedes pasar como mucho cinco días.", "es"))


@pytest.mark.parametrize(
    ("source", "claim", "language"),
    [
        pytest.param(
            "Si mide por encima, puede reducir la espera.", "Puede reducir la espera, siempre que mida por encima.",
            "es", id="siempre-que",
        ),
        pytest.param("If the sum is above, ports are cut.", "Ports are cut as it is not for all.", "en", id="not-all"),
        pytest.param("Some waters flow per valve.", "Some waters flow for every valve.", "en", id="per-each"),
    ],
)  # fmt: skip
def test_a_paraphrase_of_a_condition_is_not_surer(source: str, claim: str, language: Language) -> None:
    found = surer(*both(source, claim, language))
    assert (found.raised, found.widened) == (0, 0)


def test_what_need_not_be_done_and_was_never_asked_for_is_no_lowered_duty() -> None:
    said = "No hace falta pedir a nadie que llame: el 452 es temporal."
    assert surer(*both("El 452 es un error temporal.", said, "es")).lowered == 0
    assert surer(*both("Es obligatorio lavar la funda.", "No hace falta lavar la funda.", "es")).lowered > 0


def test_lines_of_a_table_are_no_steps() -> None:
    lines = [take_apart(text, "en") for text in ("P3: 121 °C, 20 min, drying 15 min.", "P5: works daily when empty.")]
    assert not order_flips(take_apart("It works at 121 °C and then dries.", "en"), lines)


@pytest.mark.parametrize(
    ("source", "claim", "excepted"),
    [
        pytest.param("Rinse it at every stop.", "Rinse it at every stop unless it is short.", 1, id="made-up"),
        pytest.param("Rinse it if the stop is long.", "Rinse it unless the stop is short.", 0, id="a-condition"),
        pytest.param("Rinse it at every stop.", "Rinse it whenever it stops.", 0, id="none"),
    ],
)
def test_an_exception_that_the_text_does_not_make_is_told(source: str, claim: str, excepted: float) -> None:
    sentence, sources = both(source, claim)
    near = Near(tuple(sources), tuple(sources), 1.0, 0.0, False, True)
    assert signals(sentence, near).excepted == excepted


@pytest.mark.parametrize(
    ("source", "claim", "language", "supported"),
    [
        pytest.param("The printer supports A3.", "The printer does not support A3.", "en", False, id="a-no-added"),
        pytest.param("La licencia incluye soporte.", "La licencia no incluye soporte.", "es", False, id="un-no-de-mas"),
        pytest.param(
            "The file has at most 300 rows.", "The file cannot have more than 300 rows.", "en", True, id="bound"
        ),
        pytest.param(
            "No cubre el desgaste.", "La garantía cubre el desgaste.", "es", False, id="desgaste-denies-nothing"
        ),
        pytest.param("No se usa para cables.", "Se usa para cables.", "es", False, id="nor-does-para"),
        pytest.param(
            "The offer is valid for 5 days.", "It is valid for 5,000 days.", "en", False, id="five-or-thousands"
        ),
        pytest.param(
            "The tank holds 18 litres.", "The tank holds 18 gallons.", "en", False, id="gallons-are-no-litres"
        ),
        pytest.param("It opens at 19:00.", "It opens at seven in the evening.", "en", True, id="an-hour-in-words"),
        pytest.param("It opens at 19:00.", "It opens at seven in the morning.", "en", False, id="another-hour"),
    ],
)  # fmt: skip
def test_what_is_plainly_denied_or_counted_otherwise_is_not_borne_out(
    source: str, claim: str, language: Language, supported: bool
) -> None:
    text = f"La garantía es de tres años. {source}" if language == "es" else source
    page = Passage("d", "", "d.md", "manual", language, 1, "1", 0, len(text), text, "", 1.0)
    support = Support([page], cosines_of(HashEmbedder().embed_passages), WORDS_ONLY)
    assert (support.fault(claim, [1], language) == ("", "")) is supported
