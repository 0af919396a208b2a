"""The window is the least of what is trained, set and fits, and says which it was."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.errors import ModelError, SettingsError
from rag.llama.gguf import GGUFInfo, read_gguf
from rag.llama.window import Window, choose_window
from rag.models import bytes_needed
from tests.test_gguf import gguf, written


@pytest.fixture
def info(tmp_path: Path) -> GGUFInfo:
    return replace(read_gguf(written(tmp_path, gguf())), window=131_072)


@pytest.mark.parametrize(
    ("trained", "wanted", "expected"),
    [
        pytest.param(131_072, None, Window(8192, "default"), id="long-model"),
        pytest.param(2048, None, Window(2048, "trained"), id="short-model"),
        pytest.param(131_072, 32_768, Window(32_768, "set"), id="set"),
        pytest.param(2048, 2048, Window(2048, "set"), id="set-to-all-there-is"),
        pytest.param(131_072, 100, Window(100, "set"), id="set-to-very-little"),
    ],
)
@pytest.mark.parametrize("ram", [pytest.param(None, id="memory-unknown"), pytest.param(1 << 40, id="memory-ample")])
def test_memory_that_suffices_changes_nothing(
    info: GGUFInfo, trained: int, wanted: int | None, ram: int | None, expected: Window
) -> None:
    assert choose_window(replace(info, window=trained), wanted, ram_bytes=ram) == expected


def test_memory_bounds_the_window_to_exactly_what_fits(info: GGUFInfo) -> None:
    needed = bytes_needed(info, 4096)
    assert choose_window(info, None, ram_bytes=needed) == Window(4096, "memory")
    assert choose_window(info, None, ram_bytes=needed - 1) == Window(4096 - 256, "memory")
    assert choose_window(info, 4096, ram_bytes=needed) == Window(4096, "set")


def test_a_set_window_that_does_not_fit_is_a_warning_with_numbers(
    info: GGUFInfo, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        choose_window(info, None, ram_bytes=bytes_needed(info, 4096))
        assert caplog.text == ""
        choose_window(info, 131_072, ram_bytes=bytes_needed(info, 4096))
    for part in ("model.gguf", "131,072 tokens", "weights", "KV cache", "free", "4,096 tokens instead"):
        assert part in caplog.text


def test_a_model_that_does_not_fit_at_all_says_what_to_do(info: GGUFInfo) -> None:
    with pytest.raises(ModelError, match=r"weights .* KV cache .* free.*smaller model"):
        choose_window(info, None, ram_bytes=bytes_needed(info, 512) - 1)


def test_a_window_beyond_training_is_refused(info: GGUFInfo) -> None:
    with pytest.raises(SettingsError, match="131,072"):
        choose_window(info, 131_073, ram_bytes=1 << 40)


def test_a_quantised_cache_makes_room_for_more(info: GGUFInfo) -> None:
    ram = bytes_needed(info, 100_096)
    assert choose_window(info, 131_072, "q8_0", ram).tokens > choose_window(info, 131_072, "f16", ram).tokens
