"""Every Llama against formulas that are written out here once more, from the sizes in its config.json."""

from __future__ import annotations

import pytest

from rag.llama.kv import kv_bytes
from rag.shelf.catalogue import BITS_PER_WEIGHT, LENGTHS, LLAMAS

GIB = 2**30
BY_NAME = {llama.name: llama for llama in LLAMAS}
DENSE = {  # layers, KV heads, head dimension
    "Llama 2 7B": (32, 32, 128), "Llama 2 13B": (40, 40, 128), "Llama 2 70B": (80, 8, 128),
    "Llama 3 8B": (32, 8, 128), "Llama 3 70B": (80, 8, 128), "Llama 3.1 8B": (32, 8, 128),
    "Llama 3.1 70B": (80, 8, 128), "Llama 3.1 405B": (126, 8, 128), "Llama 3.2 1B": (16, 8, 64),
    "Llama 3.2 3B": (28, 8, 128), "Llama 3.3 70B": (80, 8, 128),
}  # fmt: skip
FEED_FORWARD = {
    "Llama 2 7B": 11_008, "Llama 2 13B": 13_824, "Llama 2 70B": 28_672, "Llama 3 8B": 14_336, "Llama 3 70B": 28_672,
    "Llama 3.1 8B": 14_336, "Llama 3.1 70B": 28_672, "Llama 3.1 405B": 53_248, "Llama 3.2 1B": 8192,
    "Llama 3.2 3B": 8192, "Llama 3.3 70B": 28_672,
}  # fmt: skip
KV_TYPES = {"f16": 2.0, "q8_0": 34 / 32, "q4_0": 18 / 32}


def test_the_lengths_are_those_people_ask_about() -> None:
    assert LENGTHS == (8 * 1024, 32 * 1024, 128 * 1024, 1024 * 1024, 10 * 1024 * 1024)


@pytest.mark.parametrize("kv_type", KV_TYPES)
@pytest.mark.parametrize("name", DENSE)
def test_the_cache_of_a_dense_llama_follows_the_formula(name: str, kv_type: str) -> None:
    layers, kv_heads, dim = DENSE[name]
    for tokens in LENGTHS:
        expected = 2 * layers * kv_heads * dim * KV_TYPES[kv_type] * tokens
        assert kv_bytes(BY_NAME[name].kv, tokens, kv_type) == expected


@pytest.mark.parametrize("kv_type", KV_TYPES)
@pytest.mark.parametrize("name", ["Llama 4 Scout", "Llama 4 Maverick"])
def test_the_cache_of_a_chunked_llama_follows_the_formula(name: str, kv_type: str) -> None:
    for tokens in LENGTHS:
        expected = 2 * 8 * 128 * KV_TYPES[kv_type] * (12 * tokens + 36 * min(tokens, 8192))
        assert kv_bytes(BY_NAME[name].kv, tokens, kv_type) == expected


def test_no_llama_is_left_without_a_formula() -> None:
    assert {*BY_NAME} == {*DENSE, "Llama 4 Scout", "Llama 4 Maverick"}
    assert len(BY_NAME) == len(LLAMAS)


@pytest.mark.parametrize(
    ("name", "gib"),
    [
        pytest.param("Llama 3.1 8B", (1.0, 4.0, 16.0, 128.0, 1280.0), id="3.1-8B"),
        pytest.param("Llama 3.2 1B", (0.25, 1.0, 4.0, 32.0, 320.0), id="3.2-1B"),
        pytest.param("Llama 4 Scout", (1.5, 2.625, 7.125, 49.125, 481.125), id="4-Scout"),
    ],
)
def test_a_row_in_gib(name: str, gib: tuple[float, ...]) -> None:
    assert tuple(kv_bytes(BY_NAME[name].kv, tokens, "f16") / GIB for tokens in LENGTHS) == gib


@pytest.mark.parametrize("name", DENSE)
def test_the_parameters_of_a_dense_llama_are_the_sum_of_its_tensors(name: str) -> None:
    llama = BY_NAME[name]
    wide, narrow = llama.embedding, llama.kv_heads * llama.head_dim
    tables = 1 if name.startswith("Llama 3.2") else 2
    attention = 2 * wide * llama.heads * llama.head_dim + 2 * wide * narrow
    layer = attention + 3 * wide * FEED_FORWARD[name] + 2 * wide
    assert llama.parameters == llama.active == tables * llama.vocabulary * wide + llama.layers * layer + wide


@pytest.mark.parametrize(
    ("name", "experts", "dense_layers"),
    [pytest.param("Llama 4 Scout", 16, 0, id="Scout"), pytest.param("Llama 4 Maverick", 128, 24, id="Maverick")],
)
def test_the_parameters_of_a_mixture_are_the_sum_of_its_tensors(name: str, experts: int, dense_layers: int) -> None:
    llama, wide = BY_NAME[name], 5120
    attention = 2 * wide * 5120 + 2 * wide * 1024 + 2 * wide
    expert, dense = 3 * wide * 8192, 3 * wide * 16_384
    tables = 2 * 202_048 * wide + wide

    def total(met: int) -> int:
        mixed = attention + (met + 1) * expert + experts * wide
        return tables + dense_layers * (attention + dense) + (48 - dense_layers) * mixed

    assert (llama.parameters, llama.active) == (total(experts), total(1))


@pytest.mark.parametrize(
    ("name", "quantisation", "gigabytes"),
    [
        pytest.param("Llama 3.1 8B", "Q4_K_M", 4.9, id="8B"),
        pytest.param("Llama 3.1 70B", "Q4_K_M", 43.1, id="70B"),
        pytest.param("Llama 3.1 405B", "Q4_K_M", 249.1, id="405B"),
    ],
)
def test_weights_are_near_the_sizes_that_llama_cpp_publishes(name: str, quantisation: str, gigabytes: float) -> None:
    assert BY_NAME[name].weights(quantisation) / 1e9 == pytest.approx(gigabytes, rel=0.025)


def test_more_bits_a_weight_make_a_larger_file() -> None:
    sizes = [BY_NAME["Llama 3.1 8B"].weights(quantisation) for quantisation in BITS_PER_WEIGHT]
    assert sizes == sorted(sizes)


@pytest.mark.parametrize(
    ("name", "window"),
    [
        pytest.param("Llama 2 7B", 4096, id="2"),
        pytest.param("Llama 3 8B", 8192, id="3"),
        pytest.param("Llama 3.1 405B", 131_072, id="3.1"),
        pytest.param("Llama 3.2 3B", 131_072, id="3.2"),
        pytest.param("Llama 3.3 70B", 131_072, id="3.3"),
        pytest.param("Llama 4 Maverick", 1_048_576, id="4-Maverick"),
        pytest.param("Llama 4 Scout", 10_485_760, id="4-Scout"),
    ],
)
def test_the_trained_windows_are_the_published_ones(name: str, window: int) -> None:
    assert BY_NAME[name].window == window
