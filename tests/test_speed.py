"""Which of several measured ways is the quickest, and how much measuring a slow model is worth."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.llama.speed import FULL, NOISE, Speed, affordable, contenders, drift, quickest

RATES = st.floats(0.01, 1e6)


@pytest.mark.parametrize(
    ("speeds", "chosen"),
    [
        pytest.param({"F16": (400, 60), "Q8_0": (600, 60)}, "Q8_0", id="the-faster-prefill"),
        pytest.param({"F16": (400, 10), "Q8_0": (390, 60)}, "Q8_0", id="decode-counts-too"),
        pytest.param({"F16": (400, 60), "Q8_0": (410, 61)}, "F16", id="the-more-exact-within-noise"),
        pytest.param({"F16": (400, 60), "Q8_0": (900, 0)}, "F16", id="what-was-given-up-loses"),
        pytest.param({"F16": (0, 0), "Q8_0": (100, 0)}, "F16", id="the-first-when-nothing-is-known"),
    ],
)
def test_the_quickest_for_a_typical_question_is_chosen(speeds: dict[str, tuple[float, float]], chosen: str) -> None:
    assert quickest({way: Speed(*rates, 0.0) for way, rates in speeds.items()}) == chosen


@given(st.dictionaries(st.text(max_size=3), st.builds(Speed, RATES, RATES, st.just(0.0)), min_size=1))
def test_no_way_is_chosen_that_another_beats_by_more_than_noise(speeds: dict[str, Speed]) -> None:
    assert speeds[quickest(speeds)].seconds <= NOISE * min(speed.seconds for speed in speeds.values())


@given(st.lists(st.builds(Speed, st.floats(90, 110), st.floats(9, 11), st.just(0.0)), min_size=1, max_size=6))
def test_the_quickest_of_all_was_a_contender_ever_since_it_was_measured(speeds: list[Speed]) -> None:
    met: dict[int, Speed] = {}
    kept: set[int] = set()
    for way, speed in enumerate(speeds):
        met[way] = speed
        kept = (kept | {way}) & set(contenders(met))
    assert quickest(met) in kept


@given(RATES, RATES, st.floats(0.1, 100))
def test_measuring_takes_no_longer_than_allowed_unless_it_is_the_least(
    prefill: float, decode: float, seconds: float
) -> None:
    effort = affordable(prefill, decode, seconds)
    least = affordable(1e-9, 1e-9, seconds)
    assert least.prefill <= effort.prefill <= FULL.prefill
    assert least.decode <= effort.decode <= FULL.decode
    over = (least.prefill + least.judged) / prefill + least.decode / decode
    assert (effort.prefill + effort.judged) / prefill + effort.decode / decode <= seconds + over + 1e-9


def test_a_fast_model_is_measured_with_all_of_it() -> None:
    assert affordable(1000, 100, 5) == FULL
    assert affordable(8, 2, 5).prefill < 100


def test_drift_is_the_mean_distance() -> None:
    assert math.isclose(drift([-1.0, -2.0], [-1.5, -1.0]), 0.75)
