"""Bytes of the KV cache, against a sum over layers and tokens that is written out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import ModelError
from ingest.ggml import KV_TYPES
from rag.llama.attention import PATTERNS, kv_shape
from rag.llama.kv import (
    BATCH,
    TAKEN_BACK,
    Footprint,
    KVShape,
    cells,
    fitting_window,
    kv_bytes,
    kv_bytes_allocated,
    total_bytes,
)

BYTES = {"f32": 4.0, "f16": 2.0, "bf16": 2.0, "q8_0": 34 / 32, "q5_1": 24 / 32, "q5_0": 22 / 32, "q4_1": 20 / 32}
BYTES |= {"q4_0": 18 / 32}
TOKENS = st.integers(0, 20_000_000)
TYPES = st.sampled_from(sorted(KV_TYPES))


@st.composite
def shapes(draw: st.DrawFn) -> KVShape:
    """Multiples of 32, as the blocks of a quantised cache want them."""
    full, local = draw(st.integers(0, 4000)) * 32, draw(st.integers(0, 4000)) * 32
    if not local:
        return KVShape(full + 32)
    return KVShape(full, local, draw(st.sampled_from([1, 128, 512, 1024, 4096, 8192])), draw(st.booleans()))


@given(shape=shapes(), tokens=TOKENS, more=TOKENS, kv_type=TYPES)
def test_more_tokens_never_take_less(shape: KVShape, tokens: int, more: int, kv_type: str) -> None:
    assert kv_bytes(shape, tokens + more, kv_type) >= kv_bytes(shape, tokens, kv_type)
    assert kv_bytes_allocated(shape, tokens + more, kv_type) >= kv_bytes_allocated(shape, tokens, kv_type)


@given(shape=shapes(), tokens=st.integers(1, 20_000_000), kv_type=st.sampled_from(sorted({*KV_TYPES} - {"f32"})))
def test_a_quantised_cache_is_smaller_than_f16_and_that_than_f32(shape: KVShape, tokens: int, kv_type: str) -> None:
    assert kv_bytes(shape, tokens, kv_type) < kv_bytes(shape, tokens, "f32")
    if "q" in kv_type:
        assert kv_bytes(shape, tokens, kv_type) < kv_bytes(shape, tokens, "f16")


@given(shape=shapes(), tokens=TOKENS, kv_type=TYPES)
def test_layers_that_slide_never_take_more_than_full_ones(shape: KVShape, tokens: int, kv_type: str) -> None:
    full = KVShape(shape.full + shape.local)
    assert kv_bytes(shape, tokens, kv_type) <= kv_bytes(full, tokens, kv_type)
    assert kv_bytes_allocated(shape, tokens, kv_type) <= kv_bytes_allocated(full, tokens, kv_type)


@given(shape=shapes(), window=TOKENS, kv_type=TYPES)
def test_what_is_reserved_holds_what_is_used(shape: KVShape, window: int, kv_type: str) -> None:
    assert kv_bytes_allocated(shape, window, kv_type) >= kv_bytes(shape, window, kv_type)


@given(
    architecture=st.sampled_from(["llama", "llama4", "gemma2", "gemma3", "gpt-oss", "cohere2"]),
    kv_heads=st.lists(st.integers(0, 4), min_size=1, max_size=12).filter(any),
    dims=st.tuples(st.sampled_from([32, 64]), st.sampled_from([32, 96])),
    reach=st.sampled_from([64, 512]),
    tokens=st.integers(0, 20_000),
    kv_type=TYPES,
)
def test_the_bytes_are_the_sum_over_layers(
    architecture: str, kv_heads: list[int], dims: tuple[int, int], reach: int, tokens: int, kv_type: str
) -> None:
    values = {f"{architecture}.attention.sliding_window": reach} if architecture != "llama4" else {}
    period = {"llama": 1, "llama4": 4, "gemma2": 2, "gemma3": 6, "gpt-oss": 2, "cohere2": 4}[architecture]
    window = 8192 if architecture == "llama4" else reach
    expected = 0.0
    for layer, heads in enumerate(kv_heads):
        held = tokens if (layer + 1) % period == 0 else min(tokens, window)
        expected += held * heads * (dims[0] + dims[1]) * BYTES[kv_type]
    assert kv_bytes(kv_shape(values, architecture, kv_heads, dims), tokens, kv_type) == expected


@pytest.mark.parametrize(
    ("architecture", "layers", "keys", "local"),
    [
        pytest.param("llama", 4, {}, "0000", id="llama"),
        pytest.param("llama4", 8, {}, "11101110", id="llama4"),
        pytest.param("llama4", 8, {"sliding_window": 0}, "00000000", id="llama4-with-chunks-off"),
        pytest.param("gemma2", 4, {}, "1010", id="gemma2"),
        pytest.param("gemma3", 12, {"sliding_window": 1024}, "111110111110", id="gemma3"),
        pytest.param("gemma3", 12, {}, "000000000000", id="gemma3-without-a-window"),
        pytest.param("gemma3", 4, {"sliding_window": 8, "sliding_window_pattern": 2}, "1010", id="a-period"),
        pytest.param("gemma4", 4, {"sliding_window": 8, "sliding_window_pattern": (1, 0, 1, 1)}, "1011", id="a-list"),
        pytest.param("gemma4", 4, {"sliding_window": 8, "sliding_window_pattern": (1,)}, "1000", id="a-short-list"),
        pytest.param("gemma4", 4, {"sliding_window": 8}, "0000", id="a-list-that-is-missing"),
        pytest.param("exaone4", 30, {"sliding_window": 4096}, "0" * 30, id="exaone4-of-another-size"),
        pytest.param("phi3", 4, {"sliding_window": 2047}, "0000", id="one-that-llama-cpp-does-not-use"),
        pytest.param("brand-new", 4, {"sliding_window": 9, "sliding_window_pattern": 2}, "0000", id="unknown"),
    ],
)
def test_layers_are_local_as_llama_cpp_has_them(
    architecture: str, layers: int, keys: dict[str, int | tuple[int, ...]], local: str
) -> None:
    values = {f"{architecture}.attention.{key}": found for key, found in keys.items()}
    for layer in range(layers):
        one = [int(layer == i) for i in range(layers)]
        shape = kv_shape(values, architecture, one, (32, 32))
        assert (shape.full, shape.local) == ((0, 64) if local[layer] == "1" else (64, 0)), layer


def test_local_layers_may_have_heads_of_another_size() -> None:
    values = {"gemma4.attention.sliding_window": 512, "gemma4.attention.sliding_window_pattern": (1, 0)}
    values |= {"gemma4.attention.key_length_swa": 256, "gemma4.attention.value_length_swa": 128}
    assert kv_shape(values, "gemma4", [2, 1], (512, 512)) == KVShape(1024, 2 * (256 + 128), 512)


@given(position=st.integers(0, 100_000), reach=st.integers(1, 9000), chunked=st.booleans())
def test_what_is_needed_reaches_back_as_far_as_the_layers_do(position: int, reach: int, chunked: bool) -> None:
    seen = [p for p in range(max(0, position - reach), position + 1) if not chunked or p // reach == position // reach]
    seen = [p for p in seen if position - p < reach]
    assert KVShape(0, 32, reach, chunked).first_needed(position) == min(seen)


@given(reach=st.integers(1, 9000))
def test_an_answer_and_a_question_can_be_taken_back_from_sliding_layers(reach: int) -> None:
    _, local = cells(KVShape(32, 32, reach), 1_000_000)
    assert local >= reach + TAKEN_BACK


def test_an_unknown_type_names_the_known_ones() -> None:
    with pytest.raises(ModelError, match="q8_0"):
        kv_bytes(KVShape(32), 1, "q3")


@given(
    shape=shapes(),
    weights=st.integers(0, 10**12),
    heads=st.integers(1, 128),
    ram=st.integers(0, 10**13),
    wanted=st.integers(1, 20_000_000),
    flash=st.booleans(),
)
def test_the_largest_window_fits_and_the_next_does_not(
    shape: KVShape, weights: int, heads: int, ram: int, wanted: int, flash: bool
) -> None:
    model = Footprint(weights, shape, heads, 4096, 128_256)
    found = fitting_window(model, "f16", ram, wanted, flash)
    assert found == wanted or (found % 256 == 0 and found < wanted)
    if found:
        assert total_bytes(model, found, "f16", flash) <= ram
    if found < wanted:
        assert total_bytes(model, min(wanted, max(512, found + 256)), "f16", flash) > ram


def test_every_pattern_is_one_that_can_be_computed() -> None:
    assert all(pattern.period or not pattern.reach for pattern in PATTERNS.values())
    assert BATCH % 256 == 0
