"""What a child process does not survive is an error, and the parent goes on."""

from __future__ import annotations

import random
import struct
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingest.admission import admit_tried
from ingest.errors import ModelError
from ingest.gguf_header import read_header
from ingest.manifest import Manifest
from ingest.settings import Settings
from ingest.trial import llama_version, trial, trial_once
from rag.llama.gguf import MAX_LAYERS, parts, read_gguf
from rag.models import TRIAL, answering_llm
from tests.make_gguf import tiny_llama, tiny_llama4
from tests.test_gguf import BASE, gguf, written

FATAL = {
    "no-rope": (tiny_llama4, "llama4.rope.dimension_count", 0),
    "no-experts": (tiny_llama4, "llama4.expert_used_count", 0),
    "an-endless-norm": (tiny_llama, "llama.attention.layer_norm_rms_epsilon", 0x7FFFFFFF),
}
"""Files whose header makes sense and over which llama.cpp ends its process."""


def altered(path: Path, make: Callable[[Path], Path], key: str, value: int) -> Path:
    """A tiny model with other four bytes under one of its keys."""
    _, end = read_header(make(path)).places[key]
    data = path.read_bytes()
    path.write_bytes(data[: end - 4] + struct.pack("<I", value) + data[end:])
    return path


@pytest.mark.parametrize("case", FATAL)
def test_a_model_that_crashes_llama_cpp_is_a_sentence(tmp_path: Path, case: str) -> None:
    path = altered(tmp_path / "bad.gguf", *FATAL[case])
    read_gguf(path)
    with pytest.raises(ModelError, match=r"bad\.gguf: crashed llama\.cpp .*SIGABRT.*do not use it"):
        trial([path], TRIAL)


@pytest.mark.parametrize("make", [tiny_llama, tiny_llama4])
def test_a_good_model_is_tried_once_and_again_when_it_changes(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path, manifest = make(tmp_path / "good.gguf"), Manifest(tmp_path)
    manifest.record([path], "yours")
    admit_tried(manifest, [path], TRIAL)
    entry = manifest.entry(path)
    assert entry is not None
    assert entry.tried == llama_version() != ""
    admit_tried(manifest, [path], "no.such.module")
    manifest.mark_tried(path, "an older llama.cpp")
    with pytest.raises(ModelError):
        admit_tried(manifest, [path], "no.such.module")


def test_a_model_of_ones_own_is_refused_before_this_process_loads_it(tmp_path: Path) -> None:
    path = altered(tmp_path / "bad.gguf", *FATAL["no-rope"])
    settings = Settings(llm=str(path), models=tmp_path / "models")
    settings.models.mkdir()
    for _ in range(2):
        with pytest.raises(ModelError, match="crashed"):
            answering_llm(settings, print)
    tiny_llama4(path)
    lines: list[str] = []
    assert answering_llm(settings, lines.append) == path
    assert len(lines) == 1
    assert "bad.gguf has" in lines[0]


def test_counting_tries_the_vocabulary_of_an_unknown_model_first(tmp_path: Path) -> None:
    broken = altered(tmp_path / "bad.gguf", tiny_llama, "tokenizer.ggml.bos_token_id", 0x7FFFFFFF)
    trial_once(tiny_llama(tmp_path / "good.gguf"), Manifest(tmp_path))
    with pytest.raises(ModelError):
        trial_once(written(tmp_path, gguf()), Manifest(tmp_path))
    trial_once(broken, Manifest(tmp_path))  # llama.cpp drops such an id


def test_a_trial_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    path = tiny_llama(tmp_path / "slow.gguf")
    started = time.monotonic()
    with pytest.raises(ModelError, match="took longer than 0 s"):
        trial([path], TRIAL, seconds=0.05)
    assert time.monotonic() - started < 5


def test_every_part_of_a_split_model_belongs_to_it(tmp_path: Path) -> None:
    names = [path.name for path in parts(tmp_path / "big-00001-of-00003.gguf")]
    assert names == [f"big-0000{n}-of-00003.gguf" for n in (1, 2, 3)]
    assert parts(tmp_path / "one.gguf") == [tmp_path / "one.gguf"]


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        pytest.param({"llama.block_count": MAX_LAYERS}, "block_count", id="a-million-layers"),
        pytest.param({"llama.block_count": (1 << 31) - 1}, "block_count", id="lists-that-fill-the-memory"),
    ],
)
def test_a_count_no_model_has_is_refused_at_once(tmp_path: Path, entries: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        read_gguf(written(tmp_path, gguf(BASE | entries)))


@pytest.mark.parametrize("found", ["many", [], ["a"], True])
@pytest.mark.parametrize("key", ["head_count", "head_count_kv"])
def test_heads_of_the_wrong_kind_are_no_traceback(tmp_path: Path, key: str, found: object) -> None:
    assert read_gguf(written(tmp_path, gguf(BASE | {f"llama.attention.{key}": found}))).heads >= 1


def mutated(data: bytes, header: int, seed: int) -> bytes:
    """One to four bytes or numbers changed, most of them in the header; now and then the end is cut off."""
    chance = random.Random(seed)
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(header if chance.random() < 0.9 else len(made) - 4)
        made[at : at + 4] = chance.choice((
            bytes([made[at] ^ 1 << chance.randrange(8)]) + made[at + 1 : at + 4],
            bytes(4), b"\xff" * 4, b"\xff\xff\xff\x7f", struct.pack("<I", chance.randrange(1 << 20)),
        ))  # fmt: skip
    return bytes(made[: chance.randrange(24, len(made))] if chance.random() < 0.1 else made)


@pytest.mark.heavy
@pytest.mark.parametrize("make", [tiny_llama, tiny_llama4])
def test_of_a_hundred_mutations_each_loads_or_is_a_sentence(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path / "whole.gguf")
    data, header = path.read_bytes(), read_gguf(path).data_start

    def outcome(seed: int) -> str:
        path = written(tmp_path, mutated(data, header, seed), f"{seed}.gguf")
        try:
            read_gguf(path)
            trial([path], TRIAL, seconds=60)
        except ModelError as error:
            return str(error)
        return "loads"

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(outcome, range(100)))
    assert "loads" in found
    assert [text for text in found if text != "loads" and ("took longer" in text or "." not in text)] == []
