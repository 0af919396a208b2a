"""What a written sentence gets wrong that shares all its words with the text: who is more, how sure, of which, why."""

from __future__ import annotations

import pytest

from ingest.types import Language
from rag.support.cause import other_cause
from rag.support.compared import comparison_agrees
from rag.support.denial import bare_clause, said_outright
from rag.support.modality import surer
from rag.support.order import listed_otherwise
from rag.support.owner import owned_by_another
from rag.support.pairs import mixed
from rag.support.sentence import Sentence, take_apart


def both(source: str, claim: str, language: Language = "en") -> tuple[Sentence, list[Sentence]]:
    return take_apart(claim, language), [take_apart(source, language)]


@pytest.mark.parametrize(
    ("source", "claim", "language", "agrees"),
    [
        pytest.param("Tea is cheaper than coffee.", "Coffee is cheaper than tea.", "en", -1, id="turned-round"),
        pytest.param("Tea is cheaper than coffee.", "Tea is cheaper than coffee.", "en", 1, id="the-same"),
        pytest.param("El lino dura más que la lana.", "La lana dura menos que el lino.", "es", 1, id="both-turned"),
        pytest.param("El lino dura más que la lana.", "La lana dura más que el lino.", "es", -1, id="by-the-verb"),
        pytest.param(
            "Glue is faster than tape but needs more time to dry.", "Tape needs more time to dry than glue.",
            "en", -1, id="the-than-left-out",
        ),
        pytest.param("Tea is cheaper than coffee.", "Milk is warmer than water.", "en", 0, id="of-other-things"),
        pytest.param("It takes more than 5 days.", "It takes less than 5 days.", "en", 0, id="a-bound"),
    ],
)  # fmt: skip
def test_a_comparison_is_held_against_the_one_that_was_read(
    source: str, claim: str, language: Language, agrees: int
) -> None:
    assert comparison_agrees(*both(source, claim, language)) == agrees


@pytest.mark.parametrize(
    ("source", "claim", "language", "sure"),
    [
        pytest.param("The lid may get hot.", "The lid always gets hot.", "en", (1, 0, 1), id="may-to-always"),
        pytest.param("Se recomienda lavar la funda.", "Es obligatorio lavar la funda.", "es", (1, 0, 0), id="advised"),
        pytest.param("Some lids get hot.", "All lids get hot.", "en", (1, 0, 1), id="some-to-all"),
        pytest.param("You must wash the cover.", "Washing the cover is optional.", "en", (0, 1, 0), id="left-free"),
        pytest.param("Open the gate if it rains.", "Always open the gate.", "en", (0, 0, 1), id="if-lost"),
        pytest.param("The lid may get hot.", "The lid might become hot.", "en", (0, 0, 0), id="as-sure"),
        pytest.param(
            "Guests enter if they sign; all staff may stay.", "Guests enter if they sign; all staff may stay.",
            "en", (0, 0, 0), id="all-of-the-other-half",
        ),
        pytest.param("Wash the cover.", "The cover must be washed.", "en", (0, 0, 0), id="an-order-is-a-must"),
    ],
)  # fmt: skip
def test_what_is_made_surer_wider_or_left_free_is_told(
    source: str, claim: str, language: Language, sure: tuple[float, float, float]
) -> None:
    found = surer(*both(source, claim, language))
    assert (found.raised, found.lowered, found.widened) == sure


TWO = "The Alto 5 holds 30 cups; the Alto 9 holds 55 cups, has a grinder and a milk pump."


@pytest.mark.parametrize(
    ("claim", "count"),
    [
        pytest.param("The Alto 5 holds 55 cups.", 1, id="the-number-of-another"),
        pytest.param("The Alto 5 comes with a grinder and a milk pump.", 1, id="the-parts-of-another"),
        pytest.param("The Alto 9 has a grinder and a milk pump.", 0, id="its-own"),
        pytest.param("The Alto 5 holds 30 cups.", 0, id="its-own-number"),
        pytest.param("It has a grinder and a milk pump.", 0, id="of-none"),
        pytest.param("Both the Alto 5 and the Alto 9 hold cups.", 0, id="of-both"),
    ],
)
def test_what_was_said_of_another_variant_alone_is_not_said_of_this_one(claim: str, count: int) -> None:
    assert owned_by_another(*both(TWO, claim)) == count


@pytest.mark.parametrize(
    ("source", "claim", "cause"),
    [
        pytest.param("The tap leaks because the seal is worn.", "The tap leaks because the pipe froze.", 1, id="other"),
        pytest.param("The tap leaks because the seal is worn.", "The tap leaks due to a worn seal.", 0, id="the-same"),
        pytest.param("The tap leaks.", "The tap leaks because the pipe froze.", 0.5, id="none-given"),
        pytest.param("A worn seal makes noise.", "The tap leaks.", 0, id="no-cause-claimed"),
    ],
)
def test_a_cause_is_the_one_that_was_read(source: str, claim: str, cause: float) -> None:
    assert other_cause(*both(source, claim)) == cause


def test_a_stretch_that_begins_as_one_and_ends_as_another_is_mixed() -> None:
    text = "Letters are collected by the porter; parcels are collected by the clerk."
    (claim, told), (right, _) = (both(text, c) for c in ("Parcels are collected by the porter.", text))
    assert mixed(claim.groups, [told[0].groups])
    assert not mixed(right.groups, [told[0].groups])


@pytest.mark.parametrize(
    ("source", "claim", "said"),
    [
        pytest.param(
            "The roof is not protected against hail.", "The roof stays protected against hail.", True, id="so"
        ),
        pytest.param("The roof is not protected against hail.", "The roof is not protected.", False, id="denied"),
        pytest.param("Do not lift it by the lid.", "Lift it by the handle.", False, id="another-way"),
        pytest.param("Trips without a receipt are not paid.", "Trips without a receipt are paid.", True, id="two-noes"),
    ],
)
def test_what_a_no_governs_is_not_said_outright(source: str, claim: str, said: bool) -> None:
    assert said_outright(*both(source, claim)) is said


def test_a_clause_of_which_nothing_is_said_counts_its_words() -> None:
    claim, told = both("Empty the tray every week.", "Empty the tray every week and polish the copper ring.")
    assert bare_clause(claim, told[0].words) == 3
    assert bare_clause(told[0], told[0].words) == 0


def test_numbers_put_in_another_order_than_the_one_read_are_told() -> None:
    text = "Enter code 41 first, then 17 and finally 88."
    assert listed_otherwise(*both(text, "Start with 17, go on with 41 and finish with 88."))
    assert not listed_otherwise(*both(text, "Start with 41, go on with 17 and finish with 88."))
    assert not listed_otherwise(*both("The codes are 41, 17 and 88.", "Start with 17, then 41 and finally 88."))
