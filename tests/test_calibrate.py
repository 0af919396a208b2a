"""How a model's KV cache is kept: chosen from measurements, which are made once and survive damage."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import ModelError, SettingsError
from ingest.settings import Settings
from ingest.visible import line
from rag.llama.calibrate import (
    PLAIN,
    WAYS,
    Way,
    calibration_key,
    choose_way,
    described,
    divides,
    keep_calibration,
    measure_anew,
    open_way,
    read_calibrations,
    ways_set,
)
from rag.llama.gguf import GGUFInfo, read_gguf
from rag.llama.kv import total_bytes
from rag.llama.speed import MAX_DRIFT, Speed
from rag.llm import LlamaCpp
from rag.telling import told
from rag.types import Message
from tests.make_gguf import Shape, tiny_llama, tiny_llama4
from tests.test_gguf import gguf, written

FLASH, Q8, Q4 = WAYS[1:]
PLENTY = 1 << 50
SPEEDS = {PLAIN: Speed(400, 60, 0), FLASH: Speed(350, 60, 0.01), Q8: Speed(200, 0, 0.02), Q4: Speed(0, 0, 0.4)}
ODD = Shape(layers=2, embedding=64, heads=4, kv_heads=2, head_dim=16, feed_forward=64)


@pytest.fixture(scope="module")
def info(tmp_path_factory: pytest.TempPathFactory) -> GGUFInfo:
    return read_gguf(tiny_llama(tmp_path_factory.mktemp("model") / "tiny.gguf", window=8192))


def configured(folder: Path, **changes: str) -> Settings:
    return replace(Settings(), models=folder / "models", threads=1, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "chosen"),
    [
        pytest.param({}, PLAIN, id="the-quickest"),
        pytest.param({FLASH: Speed(500, 60, 0.01)}, FLASH, id="flash-where-it-is-quicker"),
        pytest.param({FLASH: Speed(500, 60, MAX_DRIFT + 0.01)}, PLAIN, id="not-where-it-judges-differently"),
        pytest.param({FLASH: Speed(405, 60, 0.01)}, PLAIN, id="the-more-exact-within-noise"),
        pytest.param({Q8: Speed(500, 70, 0.02)}, Q8, id="a-quantised-cache-where-it-is-quicker"),
    ],
)
def test_with_memory_to_spare_speed_and_drift_decide(info: GGUFInfo, changed: dict[Way, Speed], chosen: Way) -> None:
    assert choose_way(SPEEDS | changed, info, ram_bytes=PLENTY) == chosen


def test_less_memory_is_preferred_only_when_the_window_does_not_fit_otherwise(info: GGUFInfo) -> None:
    window = info.window
    flash = total_bytes(info.footprint, window, "f16", True)
    plain = total_bytes(info.footprint, window, "f16")
    assert flash < plain
    assert choose_way(SPEEDS, info, window, plain) == PLAIN
    assert choose_way(SPEEDS, info, window, plain - 1) == FLASH
    assert choose_way(SPEEDS, info, window, flash - 1) == Q8
    assert choose_way(SPEEDS, info, window // 16, flash - 1) == PLAIN


def test_a_cache_that_judges_differently_is_not_chosen_to_save_memory(info: GGUFInfo) -> None:
    smallest = total_bytes(info.footprint, info.window, "q4_0", True)
    assert choose_way(SPEEDS, info, info.window, smallest) == Q8


def test_where_every_way_that_is_set_drifts_the_nearest_is_taken(info: GGUFInfo) -> None:
    assert choose_way({FLASH: Speed(0, 0, 0.2), Q4: Speed(0, 0, 0.4)}, info, ram_bytes=PLENTY) == FLASH


@pytest.mark.parametrize(
    ("kv_type", "flash", "ways"),
    [
        pytest.param("auto", "auto", WAYS, id="nothing-set"),
        pytest.param("auto", "off", (PLAIN,), id="no-flash"),
        pytest.param("auto", "on", (FLASH, Q8, Q4), id="flash"),
        pytest.param("f16", "auto", (PLAIN, FLASH), id="f16"),
        pytest.param("q8_0", "auto", (Q8,), id="quantised-means-flash"),
        pytest.param("q4_0", "on", (Q4,), id="both"),
    ],
)
def test_settings_leave_a_choice_or_make_it(kv_type: str, flash: str, ways: tuple[Way, ...]) -> None:
    assert ways_set(kv_type, flash) == ways


def test_settings_that_contradict_each_other_are_an_error() -> None:
    with pytest.raises(SettingsError, match=r"needs flash attention\. Set flash_attention to auto or on"):
        ways_set("q8_0", "off")


def test_what_is_set_is_taken_without_measuring(tmp_path: Path, info: GGUFInfo) -> None:
    lines: list[str] = []
    assert open_way(configured(tmp_path, kv_type="q8_0"), info.path, lines.append) == Q8
    assert open_way(configured(tmp_path, flash_attention="off"), info.path, lines.append) == PLAIN
    assert lines == []
    assert not (tmp_path / "models").exists()


def test_a_cache_that_a_models_heads_do_not_divide_into_is_an_error_when_set(tmp_path: Path) -> None:
    path = tiny_llama(tmp_path / "odd.gguf", shape=ODD)
    assert [way for way in WAYS if divides(read_gguf(path), way)] == [PLAIN, FLASH]
    with pytest.raises(SettingsError, match=r"heads are 16 numbers wide\. Set kv_type to f16 or auto"):
        open_way(configured(tmp_path, kv_type="q8_0"), path)


NUMBERS = st.floats(0, 1e12)
MEASURED = st.dictionaries(st.sampled_from(WAYS), st.builds(Speed, NUMBERS, NUMBERS, NUMBERS), min_size=1)


@settings(deadline=None, max_examples=25)
@given(first=MEASURED, second=MEASURED)
def test_what_is_kept_is_read_again_and_what_others_kept_stays(
    tmp_path_factory: pytest.TempPathFactory, first: dict[Way, Speed], second: dict[Way, Speed]
) -> None:
    file = tmp_path_factory.mktemp("kept") / "deep" / "calibration.json"
    for key, measured in (("a", first), ("b", second), ("a", second)):
        keep_calibration(file, key, measured)
    assert read_calibrations(file) == {"a": second, "b": second}
    assert {path.name for path in file.parent.iterdir()} <= {file.name, f"{file.name}.lock"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param('{"a": {"f16": {"prefill": 1, "dec', id="cut-off"),
        pytest.param("[1]", id="a-list"),
        pytest.param('{"a": {}}', id="no-way"),
        pytest.param('{"a": {"f8": {"prefill": 1, "decode": 1, "drift": 0}}}', id="an-unknown-way"),
        pytest.param('{"a": {"f16": {"prefill": 1, "drift": 0}}}', id="a-rate-is-missing"),
        pytest.param('{"a": {"f16": {"prefill": NaN, "decode": 1, "drift": 0}}}', id="not-a-number"),
        pytest.param('{"a": {"f16": {"prefill": -1, "decode": 1, "drift": 0}}}', id="negative"),
        pytest.param('{"a": {"f16": {"prefill": true, "decode": 1, "drift": 0}}}', id="a-switch"),
        pytest.param('{"a": 3}', id="a-number-for-a-table"),
    ],
)
def test_a_damaged_file_counts_as_absent_and_is_replaced(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    file = tmp_path / "calibration.json"
    file.write_text(text, encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert read_calibrations(file) == {}
    assert "is damaged" in caplog.text
    keep_calibration(file, "a", SPEEDS)
    assert read_calibrations(file) == {"a": SPEEDS}


def test_a_folder_that_cannot_be_written_is_a_log_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    keep_calibration(tmp_path / "file" / "calibration.json", "a", SPEEDS)
    assert "cannot be kept" in caplog.text


def test_another_model_or_number_of_threads_is_measured_anew(tmp_path: Path) -> None:
    one, two = (read_gguf(tiny_llama(tmp_path / f"{seed}.gguf", seed=seed)) for seed in (1, 2))
    assert len({calibration_key(one, 1), calibration_key(one, 2), calibration_key(two, 1)}) == 3
    assert calibration_key(one, 1) == calibration_key(read_gguf(one.path.rename(tmp_path / "renamed.gguf")), 1)


@pytest.mark.heavy
@pytest.mark.parametrize("make", [tiny_llama, tiny_llama4])
def test_a_model_is_measured_once_and_again_when_the_file_is_damaged(tmp_path: Path, make: type) -> None:
    path = make(tmp_path / "tiny.gguf")
    wanted = configured(tmp_path)
    lines: list[str] = []
    way = open_way(wanted, path, lines.append)
    assert len(lines) == 1 + len(WAYS)
    file = tmp_path / "models" / "calibration.json"
    (measured,) = read_calibrations(file).values()
    assert list(measured) == list(WAYS)
    assert measured[PLAIN].drift == 0.0
    assert 0 < measured[Q8].drift < measured[Q4].drift
    assert measured[way].prefill > 0 < measured[way].decode
    assert open_way(wanted, path, lines.append) == way
    assert len(lines) == 1 + len(WAYS)
    file.write_bytes(file.read_bytes()[:-20])
    open_way(wanted, path, lines.append)
    assert len(lines) == 2 * (1 + len(WAYS))
    assert len(json.loads(file.read_text(encoding="utf-8"))) == 1


@pytest.mark.heavy
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_model_answers_in_every_way_that_it_allows(tmp_path: Path, way: Way) -> None:
    llm = LlamaCpp(tiny_llama(tmp_path / "tiny.gguf"), 512, 1, way.kv_type, way.flash_attention)
    generation = llm.stream([Message("user", "the red light")], 4)
    list(generation)
    assert generation.usage.prompt_tokens > 0
    llm.close()


@pytest.mark.parametrize("shape", [None, ODD], ids=["all-ways", "some-ways"])
def test_a_spanish_page_says_in_spanish_how_the_measuring_goes(tmp_path: Path, shape: Shape | None) -> None:
    said: list[str] = []
    path = tiny_llama(tmp_path / "tiny.gguf", **({"shape": shape} if shape else {}))
    measure_anew(configured(tmp_path), path, said.append)
    said += [f"{'q8_0':>10}  {described(Speed(0, 0, 0.4))}", f"{'q8_0':>10}  {described(Speed(1234, 0, 0.1))}"]
    assert len(said) == len(WAYS) + 3
    shown = [told(line(each, 300), "es") for each in said]
    assert [text for text, each in zip(shown, said, strict=True) if text == line(each, 300)] == []
    assert shown[0].startswith("Midiendo una vez cómo funciona mejor tiny.gguf")
    assert shown[-1] == "q8_0: desvío 0,100 nats, leer 1234, más lento"


@pytest.mark.heavy
def test_a_model_whose_heads_are_odd_is_measured_without_quantised_caches(tmp_path: Path) -> None:
    path = tiny_llama(tmp_path / "odd.gguf", shape=ODD)
    lines: list[str] = []
    measured, chosen = measure_anew(configured(tmp_path), path, lines.append)
    assert list(measured) == [PLAIN, FLASH]
    assert chosen in measured
    assert sum("not possible: its heads are 16 numbers wide" in line for line in lines) == 2


def test_a_file_that_is_damaged_is_no_model(tmp_path: Path) -> None:
    path = written(tmp_path, gguf()[:-64])
    with pytest.raises(ModelError, match="truncated"):
        open_way(configured(tmp_path), path)
