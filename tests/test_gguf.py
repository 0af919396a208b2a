"""What a GGUF file may claim before anything loads it."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import ModelError
from rag.llama.gguf import fingerprint, read_gguf
from rag.llama.kv import kv_bytes

BASE: dict[str, object] = {
    "general.architecture": "llama",
    "general.name": "Tiny",
    "general.file_type": 7,
    "llama.context_length": 2048,
    "llama.block_count": 2,
    "llama.embedding_length": 64,
    "llama.attention.head_count": 4,
    "llama.attention.head_count_kv": 2,
    "tokenizer.ggml.tokens": ["a", "b", "c"],
    "tokenizer.chat_template": "{{ x }}",
}
TENSORS = (("token_embd.weight", (64, 3), 0, 768), ("blk.0.ffn_up.weight", (64, 32), 8, 2176))


def string(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def value(found: object) -> bytes:
    if isinstance(found, bool):
        return struct.pack("<I?", 7, found)
    if isinstance(found, int):
        return struct.pack("<II", 4, found)
    if isinstance(found, str):
        return struct.pack("<I", 8) + string(found)
    assert isinstance(found, list)
    if found and isinstance(found[0], int):
        return struct.pack("<IIQ", 9, 4, len(found)) + b"".join(struct.pack("<I", n) for n in found)
    return struct.pack("<IIQ", 9, 8, len(found)) + b"".join(map(string, found))


def gguf(
    entries: dict[str, object] = BASE,
    tensors: Iterable[tuple[str, tuple[int, ...], int, int]] = TENSORS,
    version: int = 3,
) -> bytes:
    """A small model file; each tensor is (name, shape, type, bytes)."""
    tensors = list(tensors)
    header = struct.pack("<4sIQQ", b"GGUF", version, len(tensors), len(entries))
    header += b"".join(string(key) + value(found) for key, found in entries.items())
    data = b""
    for name, shape, kind, size in tensors:
        header += string(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, len(data))
        data += bytes(-(-size // 32) * 32)
    return header + bytes(-len(header) % 32) + data


def written(folder: Path, data: bytes, name: str = "model.gguf") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_reads_the_facts_of_a_model(tmp_path: Path) -> None:
    data = gguf()
    info = read_gguf(written(tmp_path, data))
    assert (info.architecture, info.name, info.quantisation, info.window) == ("llama", "Tiny", "Q8_0", 2048)
    assert (info.layers, info.embedding, info.heads, info.kv_heads) == (2, 64, 4, 2)
    assert (info.head_dim_k, info.head_dim_v, info.vocabulary) == (16, 16, 3)
    assert (info.chat_template, info.parameters, info.size) == ("{{ x }}", 64 * 3 + 64 * 32, len(data))


@pytest.mark.parametrize(
    ("kv_type", "expected"),
    [
        pytest.param("f16", 2 * 2 * 32 * 2, id="f16"),
        pytest.param("q8_0", 2 * 2 * 32 * 34 // 32, id="q8_0"),
        pytest.param("q4_0", 2 * 2 * 32 * 18 // 32, id="q4_0"),
    ],
)
def test_a_token_of_kv_cache_costs_what_the_formula_says(tmp_path: Path, kv_type: str, expected: int) -> None:
    assert kv_bytes(read_gguf(written(tmp_path, gguf())).kv, 1, kv_type) == expected


def test_heads_may_differ_from_layer_to_layer(tmp_path: Path) -> None:
    info = read_gguf(written(tmp_path, gguf(BASE | {"llama.attention.head_count_kv": [4, 0]})))
    assert (info.kv_heads, info.kv.full) == (4, 4 * (16 + 16))


def test_an_unknown_kv_type_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="q8_0"):
        kv_bytes(read_gguf(written(tmp_path, gguf())).kv, 1, "q3")


def test_a_base_model_has_no_chat_template(tmp_path: Path) -> None:
    entries = {key: found for key, found in BASE.items() if "template" not in key}
    assert read_gguf(written(tmp_path, gguf(entries))).chat_template is None


def test_a_tensor_beyond_the_end_is_named_with_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.gguf: truncated: tensor blk\.0\.ffn_up\.weight needs 100 bytes more"):
        read_gguf(written(tmp_path, gguf()[:-100]))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "shorter than any GGUF header", id="empty"),
        pytest.param(b"%PDF-1.7" + bytes(100), "not a GGUF file", id="a-pdf"),
        pytest.param(gguf(version=1), "version 1", id="old-version"),
        pytest.param(gguf(version=3 << 24), "big-endian", id="big-endian"),
        pytest.param(struct.pack("<4sIQQ", b"GGUF", 3, 1 << 60, 0), "tensors", id="a-quintillion-tensors"),
        pytest.param(struct.pack("<4sIQQ", b"GGUF", 3, 0, 1 << 60), "entries", id="a-quintillion-entries"),
        pytest.param(struct.pack("<4sIQQQ", b"GGUF", 3, 0, 1, 1 << 62), "characters", id="an-endless-key"),
        pytest.param(
            struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + string("k") + struct.pack("<IIQ", 9, 8, 1 << 62),
            "truncated",
            id="an-endless-array-of-strings",
        ),
        pytest.param(
            struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + string("k") + struct.pack("<IIQ", 9, 4, 1 << 62),
            "truncated",
            id="an-endless-array-of-numbers",
        ),
        pytest.param(
            struct.pack("<4sIQQ", b"GGUF", 3, 0, 1)
            + string("k")
            + struct.pack("<I", 9)
            + struct.pack("<IQ", 9, 1) * 1000,
            "nested",
            id="arrays-in-arrays-without-end",
        ),
        pytest.param(gguf(BASE | {"general.alignment": 33}), "alignment", id="odd-alignment"),
        pytest.param(gguf(tensors=[("t", (1 << 40, 1), 0, 0)]), "along one side", id="an-enormous-tensor"),
        pytest.param(gguf(tensors=[("t", (64,), 99, 0)]), "unknown type 99", id="an-unknown-tensor-type"),
        pytest.param(gguf(tensors=[("t", (33,), 8, 64)]), "not aligned", id="half-a-block"),
        pytest.param(gguf({"general.architecture": "clip"}), "no language model", id="a-projector"),
        pytest.param(gguf(BASE | {"llama.block_count": 0}), "block_count", id="no-layers"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_with_a_sentence(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        read_gguf(written(tmp_path, data))


def llama4(**attention: int) -> bytes:
    entries = {key.replace("llama.", "llama4."): found for key, found in BASE.items()}
    extra = {f"llama4.attention.{key}": found for key, found in attention.items()}
    return gguf(entries | {"general.architecture": "llama4"} | extra)


def test_a_llama_4_without_chunks_is_refused_since_llama_cpp_would_end_the_process(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.gguf: has its attention chunks turned off .* Use a file"):
        read_gguf(written(tmp_path, llama4(sliding_window=0)))


@pytest.mark.parametrize("attention", [{}, {"sliding_window": 8192}], ids=["not-said", "said"])
def test_a_llama_4_with_chunks_is_read(tmp_path: Path, attention: dict[str, int]) -> None:
    assert read_gguf(written(tmp_path, llama4(**attention))).kv.chunked


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such model file"):
        read_gguf(tmp_path / "none.gguf")
    with pytest.raises(ModelError, match="not a file"):
        read_gguf(tmp_path)


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, len(gguf()) - 1))
def test_no_cut_of_a_file_passes(tmp_path: Path, cut: int) -> None:
    with pytest.raises(ModelError):
        read_gguf(written(tmp_path, gguf()[: cut - cut % 32]))


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(gguf()) - 1), noise=st.binary(min_size=1, max_size=12))
def test_noise_in_a_file_gives_facts_or_a_model_error(tmp_path: Path, at: int, noise: bytes) -> None:
    data = gguf()
    path = written(tmp_path, data[:at] + noise + data[at + len(noise) :])
    with suppress(ModelError):
        assert read_gguf(path).layers >= 1


def test_parts_are_counted_together_and_all_have_to_be_there(tmp_path: Path) -> None:
    first = written(tmp_path, gguf(BASE | {"split.count": 2}), "big-00001-of-00002.gguf")
    with pytest.raises(ModelError, match="big-00002-of-00002"):
        read_gguf(first)
    second = written(tmp_path, gguf({"split.count": 2}), "big-00002-of-00002.gguf")
    info = read_gguf(first)
    assert (info.parameters, info.size) == (2 * 2240, first.stat().st_size + second.stat().st_size)
    with pytest.raises(ModelError, match="00001-of-00002"):
        read_gguf(written(tmp_path, gguf(BASE | {"split.count": 2}), "big-00003-of-00002.gguf"))


def test_a_large_vocabulary_is_stepped_over_quickly(tmp_path: Path) -> None:
    words = BASE | {"tokenizer.ggml.tokens": ["token"] * 128_000, "tokenizer.ggml.merges": ["a b"] * 280_000}
    path = written(tmp_path, gguf(words))
    started = perf_counter()
    assert read_gguf(path).vocabulary == 128_000
    assert perf_counter() - started < 2


def test_the_fingerprint_follows_the_content(tmp_path: Path) -> None:
    data = gguf(tensors=[("t", (64, 4096), 0, 1 << 20)])
    info = read_gguf(written(tmp_path, data))
    before = fingerprint(info)
    os.utime(info.path, (0, 0))
    assert fingerprint(info) == before
    assert fingerprint(read_gguf(written(tmp_path, data, "renamed.gguf"))) == before
    assert fingerprint(read_gguf(written(tmp_path, data[:-1] + b"\1"))) != before
