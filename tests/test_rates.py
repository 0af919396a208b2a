"""Predicted seconds: right after ten questions on any machine, sensible before, and kept over restarts."""

from __future__ import annotations

import json
import logging
import math
import random
import statistics
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.fitting import Guess, Timed, fit, non_negative, weighted_median
from rag.rates import KEPT, QUOTING_CAP, Rates, Shape, rates_key
from tests.bench import __main__ as bench
from tests.bench.rates import Asked, lines

SHAPE = Shape(134_515_008, layers=30, heads=9, head_dim=64, model_bytes=270_885_952, kv_bytes=23_040)
KEY = rates_key("smollm2.gguf@123", 2, "f16")
Machine = Callable[[int, int], float]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "models" / "rates.json"


def machine(chance: random.Random) -> Machine:
    """Seconds a prefill takes on some machine: 20 to 3,000 tokens/s, half of that at 600 to 1,000,000 tokens."""
    call, token = chance.uniform(0, 0.1), 10 ** chance.uniform(-3.5, -1.3)
    attention = token * 10 ** chance.uniform(-6, -3.2)
    return lambda new, past: call + token * new + attention * new * (past + new / 2)


def prompt(chance: random.Random) -> tuple[int, int]:
    """How many tokens of a prompt are new, and how many are not."""
    return int(10 ** chance.uniform(1.5, 3.8)), chance.choice([0, 0, 300, 2000])


@settings(max_examples=60, derandomize=True)
@given(seed=st.integers(0, 10**6))
def test_after_ten_questions_the_median_error_is_at_most_a_quarter(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """Times are up to a fifth off, and one question met a busy machine."""
    chance = random.Random(seed)
    actual = machine(chance)
    rates = Rates(tmp_path_factory.mktemp("rates") / "rates.json", KEY, SHAPE)
    busy = chance.randrange(10)
    for i in range(10):
        new, past = prompt(chance)
        noise = chance.uniform(0.85, 1.2) * (3 if i == busy else 1)
        rates.observe_prefill(new, past, actual(new, past) * noise)
    errors = [abs(rates.prefill(*size) / actual(*size) - 1) for size in (prompt(chance) for _ in range(50))]
    assert statistics.median(errors) <= 0.25


@settings(max_examples=100)
@given(
    seen=st.lists(st.tuples(st.integers(0, 10**5), st.integers(0, 10**5), st.floats(0, 1e4)), max_size=12),
    sizes=st.tuples(*[st.integers(0, 10**7)] * 4),
)
def test_more_to_do_never_takes_less_and_nothing_takes_less_than_no_time(
    tmp_path_factory: pytest.TempPathFactory, seen: list[tuple[int, int, float]], sizes: tuple[int, ...]
) -> None:
    rates = Rates(tmp_path_factory.mktemp("rates") / "rates.json", KEY, SHAPE)
    for new, past, seconds in seen:
        rates.observe_prefill(new, past, seconds)
        rates.observe_decode(new, past, seconds)
        rates.observe_quoting(new, seconds)
    (new, more), (past, further) = sorted(sizes[:2]), sorted(sizes[2:])
    for predict in (rates.prefill, rates.decode):
        assert 0 <= predict(new, past) <= predict(more, past) <= predict(more, further) < math.inf
    assert 0 <= rates.quoting(new) <= rates.quoting(more) < math.inf
    assert rates.prefill(0, past) == rates.decode(0, past) == rates.quoting(0) == 0


def test_before_any_use_the_size_of_the_model_decides(path: Path) -> None:
    small = Rates(path, KEY, SHAPE)
    large = Rates(path, "other", Shape(8_000_000_000, 32, 32, 128, 4_900_000_000, 131_072))
    assert not small.measured
    assert 1 < small.prefill(1000) < 20
    assert small.prefill(1000) * 20 < large.prefill(1000) < small.prefill(1000) * 100
    assert small.prefill(4000) > 4 * small.prefill(1000) - 0.1
    assert large.decode(10, 0) > 10 * 4_900_000_000 / 40e9
    assert small.prefill(500, 4000) > small.prefill(500)


def test_the_formula_is_the_one_for_floating_point_operations(path: Path) -> None:
    rates = Rates(path, KEY, SHAPE, flops=1e9)
    flops = 2 * SHAPE.parameters * 3000 + 2 * SHAPE.layers * SHAPE.heads * SHAPE.head_dim * 3000**2
    assert rates.prefill(3000) == pytest.approx(flops / 1e9, rel=0.001)
    halves = rates.prefill(1500) + rates.prefill(1500, 1500)
    assert halves == pytest.approx(rates.prefill(3000), rel=0.001)


def test_one_observation_already_tells_a_slow_machine(path: Path) -> None:
    rates = Rates(path, KEY, SHAPE)
    rates.observe_prefill(1000, 0, 60.0)
    assert rates.prefill(1000) == pytest.approx(60, rel=0.05)
    assert 100 < rates.prefill(2000) < 200
    assert not rates.measured


def test_a_machine_that_has_become_slower_is_noticed(path: Path) -> None:
    rates = Rates(path, KEY, SHAPE)
    for i in range(80):
        rates.observe_prefill(500 + i, 0, (500 + i) / (400 if i < 40 else 100))
    assert rates.prefill(1000) == pytest.approx(10, rel=0.25)


def test_decoding_and_quoting_are_learned_too(path: Path) -> None:
    rates = Rates(path, KEY, SHAPE)
    for i in range(1, 11):
        rates.observe_decode(20 * i, 300 * i, 20 * i * (0.01 + 2e-6 * (300 * i + 10 * i)))
        rates.observe_quoting(1000 * i, 0.3 + 2e-4 * min(1000 * i, QUOTING_CAP))
    assert rates.decode(100, 2000) == pytest.approx(100 * (0.01 + 2e-6 * 2050), rel=0.1)
    assert rates.quoting(3000) == pytest.approx(0.9, rel=0.1)
    assert rates.quoting(10**6) == rates.quoting(QUOTING_CAP)


# -- kept on disk -----------------------------------------------------------------------------------------------------


def observed(path: Path, count: int = 10, key: str = KEY) -> Rates:
    rates = Rates(path, key, SHAPE)
    for i in range(1, count + 1):
        rates.observe_prefill(100 * i, 0, 0.5 * i)
    rates.close()
    return rates


def test_what_was_learned_survives_a_restart(path: Path) -> None:
    before = observed(path)
    again = Rates(path, KEY, SHAPE)
    assert again.measured
    assert again.prefill(777, 50) == before.prefill(777, 50)
    assert not Rates(path, rates_key("smollm2.gguf@123", 4, "f16"), SHAPE).measured
    assert [p.name for p in path.parent.iterdir() if not p.name.endswith(".lock")] == ["rates.json"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe{", id="not-text"),
        pytest.param(b"[1, 2]", id="a-list"),
        pytest.param(b"[" * 100_000, id="nested"),
        pytest.param(json.dumps({KEY: 3}).encode(), id="a-number"),
        pytest.param(json.dumps({KEY: {"prefill": [[1, 2]]}}).encode(), id="kinds-missing"),
        pytest.param(json.dumps({KEY: {"prefill": [[1, 2]], "decode": [], "quoting": []}}).encode(), id="too-short"),
        pytest.param(json.dumps({KEY: {"prefill": [[1, 2, "x"]], "decode": [], "quoting": []}}).encode(), id="text"),
        pytest.param(json.dumps({KEY: {"prefill": [[9, 0, -1]], "decode": [], "quoting": []}}).encode(), id="negative"),
        pytest.param(b'{"a": {"prefill": [[1, 0, NaN]], "decode": [], "quoting": []}}', id="nan"),
        pytest.param(b'{"a": {"prefill": [[1, 0, 1' + b"0" * 400 + b']], "decode": [], "quoting": []}}', id="huge"),
    ],
)
def test_a_damaged_file_is_named_and_replaced(path: Path, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        rates = observed(path)
    assert "rates.json: is damaged" in caplog.text
    assert rates.measured
    assert Rates(path, KEY, SHAPE).measured


def test_two_processes_learn_together_and_lose_nothing(path: Path) -> None:
    one, two, other = Rates(path, KEY, SHAPE), Rates(path, KEY, SHAPE), Rates(path, "other", SHAPE)
    for rates, seconds in ((one, 1.0), (two, 2.0), (other, 3.0)):
        rates.observe_prefill(100, 0, seconds)
    threads = [threading.Thread(target=rates.close) for rates in (one, two, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = json.loads(path.read_text())
    assert sorted(work[-1] for work in kept[KEY]["prefill"]) == [1.0, 2.0]
    assert [work[-1] for work in kept["other"]["prefill"]] == [3.0]


def test_only_the_last_observations_are_kept(path: Path) -> None:
    observed(path, KEPT + 30)
    assert [work[0] for work in json.loads(path.read_text())[KEY]["prefill"]] == [100 * i for i in range(31, KEPT + 31)]


def test_a_file_that_cannot_be_written_is_said_and_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    with caplog.at_level(logging.WARNING):
        rates = observed(tmp_path / "file" / "rates.json")
        rates.close()
    assert rates.measured
    assert caplog.text.count("cannot be kept") == 1


# -- the regression ---------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(*[st.integers(-90, 90)] * 3), min_size=1, max_size=9))
def test_no_other_non_negative_costs_fit_better(rows: list[tuple[int, int, int]]) -> None:
    table = np.array([row[:2] for row in rows]) / 10
    wanted = np.array([row[2] for row in rows]) / 10
    found = non_negative(table, wanted)
    assert (found >= 0).all()
    least = ((table @ found - wanted) ** 2).sum()
    for a in (0.0, 0.1, 1.0, 5.0, *found):
        for b in (0.0, 0.1, 1.0, 5.0, *found):
            assert least <= ((table @ np.array([a, b]) - wanted) ** 2).sum() + 1e-6


def test_work_that_is_a_sum_of_its_parts_is_seen_through() -> None:
    guess = Guess((1.0, 1.0), ((1.0, 10.0),))
    timed = [Timed((1.0, float(n)), 3 + 0.5 * n) for n in range(1, 40)]
    assert fit(guess, timed) == pytest.approx((3, 0.5), rel=0.05)
    assert fit(guess, []) == (1.0, 1.0)


def test_three_of_twelve_on_a_busy_machine_move_nothing() -> None:
    timed = [Timed((1.0, 100.0 * n), (1 + n) * (5 if n in (3, 6, 9) else 1)) for n in range(1, 13)]
    assert fit(Guess((1.0, 0.01), ((1.0, 500.0),)), timed) == pytest.approx((1, 0.01), rel=0.02)


@pytest.mark.parametrize(
    ("values", "weights", "median"),
    [
        pytest.param([3, 1, 2], [1, 1, 1], 2, id="the-middle"),
        pytest.param([3, 1, 2], [9, 1, 1], 3, id="the-heaviest"),
        pytest.param([7], [0.1], 7, id="one"),
    ],
)
def test_half_of_the_weight_lies_below_the_median(values: list[int], weights: list[float], median: int) -> None:
    assert weighted_median(np.array(values, float), np.array(weights)) == median


def test_the_bench_says_what_it_ran() -> None:
    asked = [Asked(200 + number, 20 + number, 1.5, 1.0) for number in range(12)]
    first, *_, last = lines("tiny.gguf", asked)
    assert "12 prompts of 200 to 211 tokens, of which 20 to 31 were computed" in first
    assert last == "  after them: 50%, worst 50%"


def test_the_bench_says_which_parts_are_run_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "bench_codes", lambda folder: None)
    monkeypatch.setattr("sys.argv", ["bench", "codes", "--quick"])
    bench.main()
    assert capsys.readouterr().out == "--quick shortens injections, prefix, quoting, retrieval; run whole: codes\n"
