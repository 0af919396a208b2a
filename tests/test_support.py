"""Each sentence that the model writes is borne out by what was read, or is said not to be."""

from __future__ import annotations

import time
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.embed import HashEmbedder
from ingest.opening import open_embedder
from ingest.settings import read_settings
from ingest.types import Language
from rag.checking import Checked, Checker, Unsupported
from rag.events import Claim
from rag.marks import marks_before_stops
from rag.showing import only_supported, with_signs
from rag.support.facts import Number, identifiers, months, numbers
from rag.support.limits import FITTED, WORDS_ONLY, Limits, cosines_of
from rag.support.signals import Signals, doubt
from rag.support.verdict import Support
from rag.support.words import clauses, words_of
from rag.types import Passage
from tests.bench.claims import judged, share
from tests.bench.fit_support import crossed_out, least_of, shares, weighed
from tests.claims import cases

PAGE = (
    "Connect the cable before you switch the charger on. A full charge of model KT-3 takes 8 hours. "
    "The green lamp means full; the red lamp means hot. Never open the cover while it is charging. "
    "Errors are written to /var/log/kt.log. The price is 1,250.50 € and the fuse holds 10 A."
)


SETS = ("first", "fresh", "third", "fourth", "fifth", "seventh", "eighth", "ninth")


def passage(text: str = PAGE, language: Language = "en") -> Passage:
    return Passage("d", "Guide", "g.pdf", "manual", language, 4, "iv", 0, len(text), text, "", 1.0)


def checker(unsupported: Unsupported = "mark") -> Checker:
    return Checker(HashEmbedder(), lambda document, page: PAGE, unsupported)


def checked(text: str, unsupported: Unsupported = "mark", language: Language = "en") -> Checked:
    return checker(unsupported).check(text, [passage()], language)


@pytest.mark.parametrize(
    ("text", "supported"),
    [
        pytest.param("A full charge takes eight hours [1].", True, id="a-number-in-words"),
        pytest.param("Una carga completa dura 8 h [1].", True, id="another-language"),
        pytest.param("The price is 1250,5 euros [1].", True, id="a-price-written-otherwise"),
        pytest.param("A full charge takes 9 hours [1].", False, id="another-number"),
        pytest.param("A full charge takes 8 minutes [1].", False, id="another-unit"),
        pytest.param("A full charge of model KT-8 takes 8 hours [1].", False, id="another-identifier"),
        pytest.param("Errors are written to /var/log/other.log [1].", False, id="another-path"),
        pytest.param("You can open the cover while it is charging [1].", False, id="without-the-never"),
        pytest.param("The green lamp means hot; the red lamp means full [1].", False, id="colours-swapped"),
        pytest.param("Connect the cable after you switch the charger on [1].", False, id="after-for-before"),
        pytest.param("Never close the cover while it is charging [1].", False, id="closed-for-open"),
        pytest.param("Grease the wooden handle with butter every Sunday [1].", False, id="nothing-like-it"),
        pytest.param("A full charge takes 9 hours [4].", False, id="another-number-and-a-mark-of-no-passage"),
        pytest.param("A full charge takes 8 hours.", True, id="no-mark"),
        pytest.param("1.", None, id="the-number-of-an-empty-item"),
        pytest.param("Yes.", None, id="a-lone-yes"),
        pytest.param("What do you need?", None, id="a-question"),
        pytest.param("These are the steps:", None, id="a-heading"),
    ],
)
def test_a_sentence_is_supported_or_not_or_claims_nothing(text: str, supported: bool | None) -> None:
    (claim,) = checked(text).claims
    assert claim.supported is supported
    assert bool(claim.why) is (supported is False)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("1.000", "1000", True, id="thousands-with-a-point"),
        pytest.param("1,000", "1 000", True, id="thousands-with-a-comma-or-a-space"),
        pytest.param("2,5 kg", "2.5kg", True, id="decimals-and-glued-units"),
        pytest.param("1.234,50", "1,234.50", True, id="both"),
        pytest.param("treinta y cinco minutos", "35 min", True, id="words"),
        pytest.param("2 semanas", "14 días", True, id="another-unit-of-the-same-time"),
        pytest.param("13:00", "1 pm", True, id="an-hour-after-noon"),
        pytest.param("13:00", "1 am", False, id="an-hour-before-noon"),
        pytest.param("13:00", "13 horas", False, id="hours-are-no-time-of-day"),
        pytest.param("1.25 mm", "1.25 cm", False, id="another-length-where-a-time-could-be"),
        pytest.param("2.50 EUR", "2,5 €", True, id="a-price-where-a-time-could-be"),
        pytest.param("12:30 am", "0:30", True, id="after-midnight"),
        pytest.param("12:30 am", "12:30 p.m.", False, id="noon-is-not-midnight"),
        pytest.param("1:05 p. m.", "13:05", True, id="after-noon"),
        pytest.param("treinta y un días", "31 días", True, id="an-article-within-a-number"),
        pytest.param("treinta y un días", "30 días", False, id="not-the-number-before-it"),
        pytest.param("veintiún días", "3 semanas", True, id="one-short"),
        pytest.param("ciento veinte", "120", True, id="after-hundreds"),
        pytest.param("dos mil quinientos treinta y cinco", "2535", True, id="thousands-hundreds-tens"),
        pytest.param("mil cien", "1100", True, id="hundred-after-thousand"),
        pytest.param("25", "250", False, id="another"),
        pytest.param("5 cm", "5 mm", False, id="another-length"),
    ],
)
def test_quantities_are_the_same_however_they_are_written(one: str, other: str, same: bool) -> None:
    (a,), (b,) = numbers(one, "es"), numbers(other, "es")
    assert a.same(b) is same
    assert b.same(a) is same


@given(st.integers(0, 9_999_999), st.sampled_from(["", " kg", " €", "%"]))
def test_a_number_is_the_same_with_and_without_its_thousands_marked(value: int, unit: str) -> None:
    plain = numbers(f"{value}{unit}", "en")
    for marked in (f"{value:,}{unit}", f"{value:,}".replace(",", ".") + unit):
        assert all(isinstance(n, Number) and n.same(plain[0]) for n in numbers(marked, "es"))


def test_letters_and_digits_without_end_take_no_time() -> None:
    """As one pattern within another they were tried in every way: 28 signs and an accent took five seconds."""
    began = time.perf_counter()
    list(identifiers("a1" * 40 + "é and " + "A1-" * 40 + "é"))
    assert time.perf_counter() - began < 1


def test_identifiers_are_told_from_quantities() -> None:
    found = identifiers("Use --force with DX-7, v7.1.3 or 88-417-B, see key.pem; 40GB in 25 minutes, press B.")
    assert set(found.values()) == {"--force", "DX-7", "v7.1.3", "88-417-B", "key.pem", "B"}
    assert months("On 5 May or 2024-03-01 you may") == {3, 5}


def test_a_repeated_sentence_is_dropped_and_said_in_the_claims() -> None:
    found = checked("A full charge takes 8 hours [1]. " * 5)
    assert found.text == "A full charge takes 8 hours [1]."
    assert [claim.supported for claim in found.claims] == [True, False, False, False, False]
    assert "already" in found.claims[1].why


def test_what_has_no_support_is_marked_in_the_readers_language() -> None:
    text = "A full charge takes 8 hours [1]. The lamp weighs 900 kg [1]."
    assert checked(text).text.endswith("900 kg [1]. (not supported by the text)")
    assert "(sin respaldo en el texto)" in checked("La lámpara pesa 900 kg [1].", language="es").text


def test_what_has_no_support_goes_when_it_is_set_so_and_the_count_is_said() -> None:
    found = checked("- A full charge takes 8 hours [1].\n- The lamp weighs 900 kg [1].\n- It costs 7 € [1].", "remove")
    assert found.text.startswith("- A full charge takes 8 hours [1].")
    assert "900" not in found.text
    assert found.text.endswith("does not support them: 2.)")
    assert not found.empty
    assert checked("The lamp weighs 900 kg [1].", "remove").empty


def test_a_citation_is_verified_only_if_the_sentence_with_its_mark_is_supported() -> None:
    assert [c.verified for c in checked("A full charge takes 8 hours [1].").citations] == [True]
    assert [c.verified for c in checked("A full charge takes 9 hours [1].").citations] == [False]
    assert [c.verified for c in checked("A full charge takes 9 hours [1]. Or 8 hours for it [1].").citations] == [True]


def test_a_citation_is_not_verified_by_a_heading_over_what_has_no_support() -> None:
    found = checked("About the charge [1]:\n- A full charge takes 9 hours [1].")
    assert [c.verified for c in found.citations] == [False]
    found = checked("About the charge [1]:\n- A full charge takes 8 hours [1].\n- It takes 9 hours [1].")
    assert [c.verified for c in found.citations] == [True]


def test_the_number_of_a_list_keeps_its_dot() -> None:
    assert marks_before_stops("1. [2] Open it. [1]\n2. [3] Go. [1][2]") == "1. [2] Open it [1].\n2. [3] Go [1][2]."
    assert marks_before_stops("4. [2]") == "4 [2]."


def test_an_answer_that_is_a_lone_number_is_shown() -> None:
    assert checked("4.").text == "4."
    assert checked("8. [1]").text.startswith("8 [1].")


def test_a_mark_after_the_full_stop_belongs_to_the_sentence_before_it() -> None:
    found = checked("A full charge takes 8 hours. [1] The red lamp weighs 900 kg. [9]")
    assert [claim.marks for claim in found.claims] == [(1,), (9,)]
    assert found.invented == (9,)


@given(
    st.lists(st.sampled_from(["A full charge takes 8 hours [1].", "It weighs 900 kg [2].", "Yes.", "\n- x", "¿Qué?"]))
)
def test_claims_are_stretches_of_the_text_and_none_with_support_is_ever_lost(parts: list[str]) -> None:
    text = " ".join(parts)
    claims = Support([passage()], cosines_of(HashEmbedder().embed_passages), WORDS_ONLY).claims(text, "en")
    assert all(text[claim.start : claim.end] == claim.text for claim in claims)
    for shown in (with_signs(text, claims, "en"), only_supported(text, claims, "en")):
        assert all(claim.text in shown for claim in claims if claim.supported)


def test_text_without_claims_is_shown_as_it_is() -> None:
    claim = Claim("Yes.", 0, 4, (), None)
    assert with_signs("Yes.", [claim], "en") == only_supported("Yes.", [claim], "en") == "Yes."


@pytest.mark.heavy
def test_most_wrong_answers_are_found_and_few_right_ones_are_doubted() -> None:
    """Rules and weights were made on all of these: they guard what was reached, an unseen set is found out worse."""
    verdicts = judged(list(cases()), cosines_of(open_embedder(read_settings(), print).embed_passages), FITTED)
    for author in SETS:
        part = [v for v in verdicts if v[0].author == author]
        hard = author == "ninth"  # freely put: what follows from the text, and cases of the asker's own
        assert share([v for v in part if not v[0].right]) >= (0.65 if hard else 0.75)
        assert share([v for v in part if v[0].right]) <= (0.18 if hard else 0.1)


@pytest.mark.heavy
def test_weights_fitted_on_other_passages_find_nearly_as_much() -> None:
    similar = cosines_of(open_embedder(read_settings(), print).embed_passages)
    scored = crossed_out(weighed(list(cases()), similar, FITTED))
    found, doubted, in_order = shares(scored, least_of(scored))
    assert found >= 0.8
    assert doubted <= 0.06
    assert in_order >= 0.92


def test_half_of_the_answers_of_every_set_are_wrong_and_no_two_sets_share_a_source() -> None:
    every = list(cases())
    authors = {case.author for case in every}
    assert authors == set(SETS)
    for author in authors:
        part = [case for case in every if case.author == author]
        assert len(part) >= 60
        assert np.mean([case.right for case in part]) == 0.5
        assert not {c.source for c in part} & {c.source for c in every if c.author != author}
    assert len({(case.id, case.author) for case in every}) == len(every)


@pytest.mark.parametrize(
    ("source", "text", "key"),
    [
        pytest.param(
            "Error E-1 means no paper and error E-2 means no ink.",
            "E-2 means no paper and E-1 no ink.", "claim.joined", id="codes-swapped",
        ),
        pytest.param(
            "A steady lamp means ready, a flashing one means busy.", "A flashing lamp means ready.",
            "claim.joined", id="one-of-two-swapped",
        ),
        pytest.param(
            "Loans are renewed only if the card is valid.", "Loans are renewed.", "claim.bounds", id="a-condition-lost"
        ),
        pytest.param(
            "Use the oil only with the long needle.", "Use the oil with all the needles.", "claim.bounds", id="for-all"
        ),
        pytest.param(
            "Pull the lever and then press the pedal.", "Press the pedal and then pull the lever.",
            "claim.order", id="order",
        ),
        pytest.param(
            "The bag may weigh at most 8 kg.", "The bag must weigh at least 8 kg.", "claim.opposite", id="a-least"
        ),
        pytest.param("Load the roll face down.", "Load the roll face up.", "claim.opposite", id="up-for-down"),
        pytest.param("Rinse it with warm water.", "Rinse it with cold water.", "claim.opposite", id="an-opposite"),
        pytest.param(
            "Editors delete pages and viewers read pages.", "Viewers delete pages and editors read pages.",
            "claim.joined", id="actors-swapped",
        ),
        pytest.param("Guests cannot record the call.", "Guests can record the call.", "claim.negation", id="no-lost"),
    ],
)  # fmt: skip
def test_why_a_sentence_is_doubted(source: str, text: str, key: str) -> None:
    support = Support([passage(source)], cosines_of(HashEmbedder().embed_passages), WORDS_ONLY)
    assert support.fault(text, [1], "en")[0] == key
    assert support.fault(source, [1], "en") == ("", "")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("Stop the pump before you open the lid.", "After stopping the pump, open the lid.", id="order"),
        pytest.param("To open the lid, stop the pump first.", "Stop the pump before you open the lid.", id="purpose"),
        pytest.param("The file has at most 300 rows.", "The file cannot have more than 300 rows.", id="bound"),
        pytest.param("Keep the door closed at night.", "Do not leave the door open at night.", id="denied-opposite"),
        pytest.param("Red means hot, green means full.", "Green means full and red means hot.", id="the-other-first"),
        pytest.param("Wait 30 minutes and rinse it.", "Rinse it after waiting half an hour.", id="half-an-hour"),
    ],
)
def test_what_says_the_same_the_other_way_round_is_supported(source: str, text: str) -> None:
    support = Support([passage(source)], cosines_of(HashEmbedder().embed_passages), WORDS_ONLY)
    assert support.fault(text, [1], "en") == ("", "")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        pytest.param("level -2", (-2.0,), id="below-zero"),
        pytest.param("5–10 bags", (5.0,), id="a-range-is-no-minus"),
        pytest.param("a quarter of an hour", (15.0,), id="a-part-of-an-hour"),
        pytest.param("twenty-one days", (21.0,), id="tens-and-one"),
        pytest.param("two hundred and fifty", (250.0,), id="hundreds-and-tens"),
        pytest.param("two thousand five hundred", (2500.0,), id="thousands-and-hundreds"),
        pytest.param("twenty, five or six", (20.0,), id="a-list-of-numbers"),
        pytest.param("thirty and one more", (30.0,), id="one-more-is-no-number"),
        pytest.param("a ratio of 1:64", (1.0,), id="a-ratio"),
    ],
)
def test_numbers_are_read_with_their_sign_and_in_parts(number: str, said: tuple[float, ...]) -> None:
    assert numbers(number, "en")[0].values == said
    assert all(value > 0 for n in numbers(number, "en")[1:] for value in n.values)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("respondió", "answered", True, id="a-conjugated-verb"),
        pytest.param("ciérrela", "close", True, id="with-its-pronoun"),
        pytest.param("sent", "enviado", True, id="an-irregular-past"),
        pytest.param("eliminar", "discard", True, id="a-translation"),
        pytest.param("remove", "erase", True, id="a-synonym"),
        pytest.param("alcohol", "agua", False, id="two-of-a-kind"),
    ],
)
def test_words_say_the_same_by_the_thesaurus(one: str, other: str, same: bool) -> None:
    (a,), (b,) = (words_of(clauses(word, "es" if word == one and one != "sent" else "en")) for word in (one, other))
    assert a.same(b) is same


@given(st.sampled_from([f.name for f in fields(Signals) if f.name != "words"]), st.floats(0.0, 3.0))
def test_the_doubt_is_a_sum_of_what_each_sign_weighs(name: str, value: float) -> None:
    said = replace(Signals(*[0.0] * len(fields(Signals))), words=1.0)
    n = [f.name for f in fields(Signals)].index(name)
    more = doubt(replace(said, **{name: value}), FITTED.weights) - doubt(said, FITTED.weights)
    assert more == pytest.approx(value * FITTED.weights[n])


def test_a_sentence_of_which_hardly_a_word_is_said_is_doubted_whatever_else_speaks_for_it() -> None:
    nothing = Signals(*[0.0] * len(fields(Signals)))
    assert doubt(nothing, FITTED.weights) == float("inf")
    assert checked("Bananas are yellow [1].").claims[0].supported is False


@pytest.mark.parametrize("limits", [FITTED, WORDS_ONLY], ids=["fitted", "words-only"])
def test_there_is_a_weight_for_every_sign_and_one_that_stands_alone(limits: Limits) -> None:
    assert len(limits.weights) == len(fields(Signals)) + 1
