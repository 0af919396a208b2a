"""Which models are there, which fit, and the packaged one made ready."""

from __future__ import annotations

import importlib.util
import logging
import os
from dataclasses import replace
from pathlib import Path
from time import time

import pytest

from ingest.counting import STEM
from ingest.errors import ModelError, SettingsError
from ingest.settings import Settings
from rag.llama.calibrate import ways_set
from rag.llama.gguf import read_gguf
from rag.models import ABANDONED, PACKAGE, bytes_needed, find_models, fits, packaged_llm, prepare_llm, require_room
from rag.shelf.fits import shelved
from tests.make_gguf import tiny_llama
from tests.test_gguf import BASE, gguf, written

needs_package = pytest.mark.skipif(importlib.util.find_spec(PACKAGE) is None, reason="the packaged model is missing")


def test_finds_whole_chat_models_and_says_what_it_leaves_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "deep").mkdir()
    good = written(tmp_path / "deep", gguf())
    written(tmp_path, gguf()[:-64], "cut.gguf")
    written(
        tmp_path,
        gguf({key.replace("llama", "bert"): "bert" if found == "llama" else found for key, found in BASE.items()}),
        "encoder.gguf",
    )
    with caplog.at_level(logging.WARNING):
        assert [info.path for info in find_models(tmp_path)] == [good]
    assert "cut.gguf: truncated" in caplog.text


def test_memory_grows_with_the_window_and_shrinks_with_a_quantised_cache(tmp_path: Path) -> None:
    info = read_gguf(written(tmp_path, gguf()))
    small, large = bytes_needed(info, 512), bytes_needed(info, 2048)
    assert info.size < bytes_needed(info, 2048, "q8_0") < large
    assert small < large


def test_a_model_fits_exactly_what_it_needs(tmp_path: Path) -> None:
    info = read_gguf(written(tmp_path, gguf()))
    needed = bytes_needed(info, 1024)
    assert fits(info, 1024, "f16", needed)
    assert not fits(info, 1024, "f16", needed - 1)


@pytest.mark.parametrize("kv_type", ["auto", "q8_0"])
def test_no_window_is_warned_of_before_it_is_known_how_the_cache_is_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, kv_type: str
) -> None:
    info = read_gguf(tiny_llama(tmp_path / "tiny.gguf", window=131_072))
    settings = Settings(window=32_768, kv_type=kv_type)
    thrifty = bytes_needed(info, 32_768, "q8_0", flash_attention=True)
    assert thrifty < bytes_needed(info, 32_768)
    with caplog.at_level(logging.INFO):
        require_room(info, settings, thrifty)
        require_room(info, settings, None)
        require_room(info, settings, bytes_needed(info, 512, "q8_0", flash_attention=True))
    assert caplog.text == ""


@pytest.mark.parametrize(("kv_type", "flash"), [("auto", "auto"), ("f16", "off"), ("q8_0", "auto")])
def test_a_model_that_no_way_makes_fit_is_refused_and_so_is_a_window_beyond_training(
    tmp_path: Path, kv_type: str, flash: str
) -> None:
    info = read_gguf(tiny_llama(tmp_path / "tiny.gguf"))
    settings = Settings(kv_type=kv_type, flash_attention=flash)
    ways = [(way.kv_type, way.flash_attention) for way in ways_set(kv_type, flash)]
    least = min(bytes_needed(info, 512, *way) for way in ways)
    require_room(info, settings, least)
    with pytest.raises(ModelError, match="does not fit"):
        require_room(info, settings, least - 1)
    with pytest.raises(SettingsError, match="trained for"):
        require_room(info, replace(settings, window=info.window + 1), 1 << 40)


def test_a_prepared_model_is_used_as_it_is(tmp_path: Path) -> None:
    path = written(tmp_path, gguf(), f"{STEM}-q8_0.gguf")
    lines: list[str] = []
    assert prepare_llm(tmp_path, lines.append) == path
    assert lines == []


def test_what_a_killed_run_left_is_no_model_and_goes_once_nobody_works_in_it(tmp_path: Path) -> None:
    good = written(tmp_path, gguf(), f"{STEM}-q8_0.gguf")
    for name in (".preparing-old", ".preparing-now"):
        (tmp_path / name).mkdir()
        written(tmp_path / name, gguf(), "F16.gguf")
    os.utime(tmp_path / ".preparing-old", (time() - 2 * ABANDONED,) * 2)
    assert [info.path for info in find_models(tmp_path)] == [good]
    assert [model.path for model in shelved(tmp_path, [], 0, None)] == [good]
    assert prepare_llm(tmp_path, print) == good
    assert sorted(path.name for path in tmp_path.glob(".preparing-*")) == [".preparing-now"]


def test_a_models_folder_may_lie_in_a_hidden_one(tmp_path: Path) -> None:
    folder = tmp_path / ".cache" / "models"
    folder.mkdir(parents=True)
    path = written(folder, gguf())
    assert [info.path for info in find_models(folder)] == [path]


@needs_package
@pytest.mark.heavy
def test_the_packaged_model_is_prepared_once_and_a_damaged_copy_again(tmp_path: Path) -> None:
    written(tmp_path, packaged_llm().read_bytes()[:100_000], f"{STEM}-f16.gguf")
    lines: list[str] = []
    path = prepare_llm(tmp_path, lines.append)
    info = read_gguf(path)
    assert (info.architecture, info.window, info.vocabulary) == ("llama", 8192, 49_152)
    assert len(lines) == 7
    assert any("Q4_0" in line and "too differently" in line for line in lines)
    assert "q4_0" not in path.name
    assert not list(tmp_path.glob(".preparing-*"))
    assert prepare_llm(tmp_path, lines.append) == path
