"""How sure the evidence is: a probability that rises with what speaks for an answer."""

from __future__ import annotations

from dataclasses import astuple, fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.filters import Filters
from rag.question import understand
from rag.search.centre import Centre
from rag.search.confidence import _ELSEWHERE, _NOWHERE, AGAINST, REFUSE_BELOW, Signals, probability, signals
from rag.search.probes import probe
from rag.search.ranking import score
from rag.search.signals import NAMES, measure
from tests.searching import EMBEDDER, asked, evidence, guide, searcher

CENTRE = Centre(probe(EMBEDDER))
ANY = st.floats(-1e6, 1e6)
NAMES_OF_SIGNALS = [field.name for field in fields(Signals)]
GOOD = Signals(
    similarity=1.0, meaning=0.6, coverage=0.9, nearness=0.8, identifiers=1.0, unknown=0.0, margin=0.5, foreign=0.0,
    scatter=1.0, first_similarity=1.0, number_missing=0.0, name_missing=0.0, code=0.0,
)  # fmt: skip
POOR = Signals(
    similarity=0.2, meaning=0.1, coverage=0.3, nearness=0.2, identifiers=0.0, unknown=0.5, margin=0.1, foreign=0.0,
    scatter=3.0, first_similarity=0.2, number_missing=0.0, name_missing=0.0, code=0.0,
)  # fmt: skip


@given(st.builds(Signals, *[ANY] * len(NAMES_OF_SIGNALS)))
def test_it_is_a_probability_whatever_speaks_for_an_answer(found: Signals) -> None:
    assert 0.0 <= probability(found) <= 1.0


@pytest.mark.parametrize("name", NAMES_OF_SIGNALS)
def test_it_rises_with_what_speaks_for_an_answer_and_falls_with_what_speaks_against(name: str) -> None:
    more = replace(POOR, **{name: getattr(POOR, name) + 0.3})
    assert (probability(more) < probability(POOR)) is (name in AGAINST)
    assert probability(more) != probability(POOR)


def test_good_evidence_is_answered_from_and_poor_evidence_refused() -> None:
    assert probability(POOR) < REFUSE_BELOW < 0.5 < probability(GOOD)


def of(question: str, *texts: str, rarity: dict[str, float] | None = None) -> Signals:
    """The signals of a question over some chunks."""
    asking, found = asked(question, "en", rarity), [evidence(i, text) for i, text in enumerate(texts, 1)]
    rows = measure(asking, found, {}, CENTRE)
    return signals(asking, found, rows, score(rows), CENTRE)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        pytest.param("How is NUT installed on an iPhone?", 1.0, id="a-name"),
        pytest.param("Can cron write to a Telegram chat?", 1.0, id="with-a-capital"),
        pytest.param("How do I build for arm64?", 1.0, id="with-digits"),
        pytest.param("How is the pump installed?", 0.0, id="it-is-there"),
        pytest.param("Zebras are installed how?", 0.0, id="the-first-word-is-no-name"),
        pytest.param("HOW IS THE ZEBRA INSTALLED?", 0.0, id="all-in-capitals"),
        pytest.param("How is a 10 uF part installed?", 0.0, id="a-unit"),
    ],
)
def test_a_name_that_is_nowhere_speaks_against_an_answer(question: str, missing: float) -> None:
    nowhere = dict.fromkeys(("iphone", "telegram", "arm64", "zebra", "zebras", "uf"), 0.0)
    assert of(question, "NUT and the pump are installed by cron.", rarity=nowhere).name_missing == missing


@pytest.mark.parametrize(
    ("question", "rarity", "unknown"),
    [
        pytest.param("green lamp", {}, 0.0, id="all-known"),
        pytest.param("green zeppelin", {"zeppelin": 0.0}, 0.5, id="one-of-two"),
        pytest.param("green lamp zeppelin", {"lamp": 3.0, "zeppelin": 0.0}, 3 / 7, id="as-rare-as-the-rarest"),
        pytest.param("zeppelin ballast", {"zeppelin": 0.0, "ballast": 0.0}, 1.0, id="none"),
    ],
)
def test_words_that_the_library_does_not_hold_are_as_rare_as_its_rarest(
    question: str, rarity: dict[str, float], unknown: float
) -> None:
    assert of(question, "the green lamp", rarity=rarity).unknown == pytest.approx(unknown)


@pytest.mark.parametrize(
    ("question", "share"),
    [
        pytest.param("green lamp", 1.0, id="none-asked-for"),
        pytest.param("what is E-47", 1.0, id="held"),
        pytest.param("E-47 and E-48", 0.5, id="one-of-two"),
        pytest.param("what is E-99", 0.0, id="not-held"),
        pytest.param("the RAM of it", 1.0, id="in-capitals-alone"),
        pytest.param("the RAM of E-99", 0.5, id="in-capitals-and-another"),
        pytest.param("the ROM of it", 0.0, id="other-capitals"),
    ],
)
def test_an_identifier_that_nobody_holds_speaks_against_an_answer(question: str, share: float) -> None:
    assert of(question, "the green lamp", "E-47 is the lamp", "has RAM").identifiers == share


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        pytest.param(("error E47: lamp", "the lamp"), 1.0, id="in-the-first"),
        pytest.param(("the error lamp shows what error it is", "E47: x y z"), _ELSEWHERE, id="in-another"),
        pytest.param(("the error lamp", "x y z"), -_NOWHERE, id="nowhere"),
    ],
)
def test_a_code_tells_most_where_it_is_found(texts: tuple[str, ...], told: float) -> None:
    asking, found = asked("error E47", "en"), [evidence(i, text) for i, text in enumerate(texts, 1)]
    rows = measure(asking, found, {}, CENTRE)
    assert asking.question.asks_code
    assert signals(asking, found, rows, np.array([1.0, 0.0]), CENTRE).code == told


def test_the_margin_is_how_far_the_nearest_stands_out_from_the_tenth() -> None:
    assert of("green lamp", "the green lamp").margin == 0
    same = of("green lamp", *["the green lamp"] * 10)
    alone = of("green lamp", "the green lamp", *[f"other things {i}" for i in range(9)])
    eleventh = of("green lamp", *["the green lamp"] * 10, "other things")
    assert same.margin == pytest.approx(0, abs=1e-6)
    assert eleventh.margin == pytest.approx(0, abs=1e-6)
    assert alone.margin > 1


def test_signals_are_the_best_of_all_chunks_whatever_their_order() -> None:
    asking, found = asked("green lamp 3"), [evidence(i, t) for i, t in enumerate(["lamp 3", "green", "x y z"])]
    rows = measure(asking, found, {}, CENTRE)
    forwards = signals(asking, found, rows, score(rows), CENTRE)
    backwards = signals(asking, found[::-1], rows[::-1], score(rows[::-1]), CENTRE)
    assert astuple(forwards) == pytest.approx(astuple(backwards))
    assert forwards.coverage == rows[:, NAMES.index("coverage")].max()
    assert np.isfinite(astuple(forwards)).all()


@pytest.mark.parametrize("first", [0, 1])
def test_the_chunk_that_scores_best_is_the_first(first: int) -> None:
    found = [evidence(1, "the green lamp"), evidence(2, "x y z", language="es")]
    asking = asked("green lamp", "en")
    rows = measure(asking, found, {}, CENTRE)
    seen = signals(asking, found, rows, np.eye(2)[first], CENTRE)
    assert seen.foreign == first
    assert seen.first_similarity == pytest.approx(CENTRE.nearness(rows[first, NAMES.index("similarity")]))


@pytest.mark.parametrize(
    ("scores", "scatter"),
    [([0.0], 0.0), ([2.0, 2.0], np.log(2)), ([0.0, 900.0], 0.0), ([-1e6] * 4, np.log(4))],
    ids=["alone", "two-alike", "one-outdoes-the-other", "four-alike"],
)
def test_a_ranking_is_scattered_as_far_as_its_chunks_are_alike(scores: list[float], scatter: float) -> None:
    asking, found = asked("green lamp"), [evidence(i, "the lamp") for i in range(len(scores))]
    rows = measure(asking, found, {}, CENTRE)
    assert signals(asking, found, rows, np.array(scores), CENTRE).scatter == pytest.approx(scatter, abs=1e-9)


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        pytest.param("How many lamps?", "all of the lamps", 1.0, id="asked-for"),
        pytest.param("How many lamps?", "all 12 lamps", 0.0, id="there"),
        pytest.param("Which lamps?", "all of the lamps", 0.0, id="not-asked-for"),
    ],
)
def test_a_number_that_is_asked_for_and_not_there_speaks_against_an_answer(
    question: str, text: str, missing: float
) -> None:
    assert of(question, text).number_missing == missing


PAGES = ("Hold the green button for ten seconds to restart the pump.", "The red lamp means that the tank is empty.",
         *(f"Month {n}: invoices are sent by mail to office {n}." for n in range(12)))  # fmt: skip


def test_a_question_that_is_answered_is_surer_than_one_about_something_else(tmp_path: Path) -> None:
    made = searcher(tmp_path, guide("A", *PAGES))
    sure = made.search(understand("How long do I hold the green button to restart the pump?"), 5).confidence
    unsure = made.search(understand("Which currency does the lunar embassy accept?"), 5).confidence
    assert 0 <= unsure < sure <= 1


def test_the_confidence_does_not_depend_on_how_many_passages_are_wanted(tmp_path: Path) -> None:
    made, question = searcher(tmp_path, guide("A", *PAGES)), understand("red lamp")
    assert len({made.search(question, limit).confidence for limit in (1, 5, 50)}) == 1
    found = made.search_signals(question)
    assert probability(found) == made.search(question, 3).confidence


def test_in_an_empty_library_nothing_is_sure(tmp_path: Path) -> None:
    made, question = searcher(tmp_path), understand("red lamp E-47")
    result = made.search(question, 5)
    assert (result.passages, result.confidence) == ((), 0.0)
    assert probability(made.search_signals(question)) < REFUSE_BELOW / 10


def test_the_confidence_is_of_what_passes_the_filter(tmp_path: Path) -> None:
    made = searcher(tmp_path, guide("A", *PAGES), guide("B", "El tejado es azul.", language="es"))
    question = understand("How long do I hold the green button to restart the pump?")
    assert made.search(question, 5, Filters(language="es")).confidence < made.search(question, 5).confidence
