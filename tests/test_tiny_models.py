"""Tiny models of both Llama architectures under llama.cpp: they load, answer and take the memory that was predicted."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest

from ingest.errors import ModelError
from rag.llama.engine import BATCH, Context, Weights
from rag.llama.gguf import Rope, read_gguf
from rag.llama.kv import KVShape, buffer_bytes, kv_bytes, kv_bytes_allocated
from rag.llm import LlamaCpp
from rag.models import bytes_needed
from rag.types import Message
from tests.make_gguf import Shape, tiny_llama, tiny_llama4
from tests.reserved import reserve

ASK = [Message("system", "Answer the question."), Message("user", "The printer has a red light. ¿Qué página?")]
MAKERS: dict[str, Callable[[Path], Path]] = {
    "llama3.1": lambda path: tiny_llama(path, tied=False),
    "llama3.2": tiny_llama,
    "linear": lambda path: tiny_llama(path, rope="linear"),
    "yarn": lambda path: tiny_llama(path, rope="yarn"),
    "llama4": tiny_llama4,
    "llama4-all-experts": lambda path: tiny_llama4(path, moe_step=1, experts=8, experts_used=2),
}
FAST = Shape(layers=4, embedding=32, heads=1, kv_heads=1, head_dim=32, feed_forward=64)


@pytest.mark.parametrize("name", MAKERS)
def test_a_tiny_model_is_small_quickly_made_and_answers(tmp_path: Path, name: str) -> None:
    started = perf_counter()
    path = MAKERS[name](tmp_path / "tiny.gguf")
    assert perf_counter() - started < 1
    assert path.stat().st_size < 5_000_000
    llm = LlamaCpp(path, window=512, threads=1)
    generation = llm.stream(ASK, 8)
    text = "".join(generation)
    assert generation.usage.generated_tokens > 0 or text == ""
    assert generation.usage.prompt_tokens == llm.count_prompt(ASK)
    assert "".join(llm.stream(ASK, 8)) == text
    llm.close()


def test_who_is_cancelled_while_waiting_does_not_end_the_answer_of_another(tmp_path: Path) -> None:
    llm = LlamaCpp(tiny_llama(tmp_path / "tiny.gguf"), window=512, threads=1)
    alone = "".join(llm.stream(ASK, 60))
    gone = threading.Event()
    gone.set()
    generation = llm.stream(ASK, 60)
    text = next(generation)
    for _ in range(20):
        assert list(llm.stream(ASK, 60, cancel=gone)) == []
    assert text + "".join(generation) == alone
    assert generation.usage.stop != "cancel"
    llm.close()


def test_the_same_arguments_make_the_same_file(tmp_path: Path) -> None:
    one, two = tiny_llama(tmp_path / "a.gguf"), tiny_llama(tmp_path / "b.gguf")
    assert one.read_bytes() == two.read_bytes()
    assert tiny_llama(tmp_path / "c.gguf", seed=2).read_bytes() != one.read_bytes()


def test_control_tokens_of_the_template_are_one_token_each_and_foreign_ones_are_text(tmp_path: Path) -> None:
    llm = LlamaCpp(tiny_llama(tmp_path / "tiny.gguf"), window=512, threads=1)
    plain = llm.tokens_of([Message("user", "the paper")])
    assert len(plain) < 20 + llm.count("system user assistant")
    assert llm.count("<|eot_id|>") > 1
    assert llm.count(" the printer paper") == 3
    llm.close()


def test_facts_of_a_dense_model(tmp_path: Path) -> None:
    info = read_gguf(tiny_llama(tmp_path / "tiny.gguf", window=131_072))
    assert (info.architecture, info.window, info.kv_heads) == ("llama", 131_072, 2)
    assert info.kv == KVShape(4 * 2 * (32 + 32))
    assert info.active_parameters == info.parameters
    assert info.rope == Rope("llama3", 0.0, 0)


@pytest.mark.parametrize("rope", ["linear", "yarn"])
def test_facts_of_a_stretched_model(tmp_path: Path, rope: str) -> None:
    maker = MAKERS[rope]
    assert read_gguf(maker(tmp_path / "tiny.gguf")).rope == Rope(rope, 8.0, 131_072 // 8)


def test_facts_of_a_mixture(tmp_path: Path) -> None:
    info = read_gguf(tiny_llama4(tmp_path / "tiny.gguf", experts=4, experts_used=1))
    assert (info.experts, info.experts_used) == (4, 1)
    assert info.parameters - info.active_parameters == 4 * 3 * (3 * 64 * 64)
    assert info.kv == KVShape(full=2 * 64, local=6 * 64, reach=8192, chunked=True)


@pytest.mark.parametrize(
    ("name", "window", "kv_type", "flash"),
    [
        pytest.param("llama3.2", 1000, "f16", False, id="dense-padded-to-1024"),
        pytest.param("llama3.2", 16_384, "f16", False, id="dense"),
        pytest.param("llama3.2", 16_384, "q8_0", True, id="dense-q8_0"),
        pytest.param("llama3.2", 16_384, "q4_0", True, id="dense-q4_0"),
        pytest.param("llama4", 4096, "f16", False, id="chunked-below-a-chunk"),
        pytest.param("llama4", 32_768, "f16", False, id="chunked"),
        pytest.param("llama4", 32_768, "q8_0", True, id="chunked-q8_0"),
    ],
)
def test_llama_cpp_allocates_what_was_predicted(
    tmp_path: Path, name: str, window: int, kv_type: str, flash: bool
) -> None:
    info = read_gguf(MAKERS[name](tmp_path / "tiny.gguf"))
    found = reserve(info, window, kv_type, flash)
    assert len(found.caches) == (2 if info.kv.local else 1)
    assert found.explains(kv_bytes_allocated(info.kv, window, kv_type))
    assert not found.explains(kv_bytes_allocated(info.kv, window + 2048, kv_type))
    assert 0.98 <= buffer_bytes(info.footprint, window, flash) / found.compute <= 1.15


@pytest.mark.parametrize("name", ["llama3.2", "llama4"])
def test_a_saved_state_is_as_large_as_the_tokens_take(tmp_path: Path, name: str) -> None:
    info = read_gguf(MAKERS[name](tmp_path / "tiny.gguf"))
    weights = Weights(info.path)
    context = Context(weights, 1024, 1, shape=info.kv)
    sizes = {}
    for start in range(0, 1024, BATCH):
        context.decode([(40 + i % 50, start + i, 0, i == BATCH - 1) for i in range(BATCH)])
        sizes[start + BATCH] = weights.api.llama_state_seq_get_size(context.pointer, 0)
    context.close()
    weights.close()
    grown = sizes[1024] - sizes[512]
    assert grown == pytest.approx(kv_bytes(info.kv, 1024, "f16") - kv_bytes(info.kv, 512, "f16"), rel=0.03)


@pytest.mark.parametrize("at", ["loaded meta data", "llama_context: constructing"])
def test_ctrl_c_while_a_model_is_opened_is_not_lost(tmp_path: Path, at: str) -> None:
    class Pressed(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if at in record.getMessage():
                seen.append(at)
                signal.raise_signal(signal.SIGINT)

    seen: list[str] = []
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
    log, handler = logging.getLogger("ingest.vocabulary"), Pressed()
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    try:
        with pytest.raises(KeyboardInterrupt):
            LlamaCpp(tiny_llama(tmp_path / "tiny.gguf"), 512)
    finally:
        log.removeHandler(handler)
        log.setLevel(logging.NOTSET)
        restored = signal.signal(signal.SIGINT, before)
    assert seen == [at]
    assert restored is signal.default_int_handler


@pytest.mark.parametrize("size", [1000, None], ids=["cut", "written-over"])
def test_a_file_that_is_changed_in_its_place_is_a_sentence_and_not_the_end(tmp_path: Path, size: int | None) -> None:
    path = tiny_llama(tmp_path / "tiny.gguf")
    llm = LlamaCpp(path, 512)
    assert greedy(llm, 30)[0]
    if size is None:
        path.write_bytes(bytes(path.stat().st_size))
    else:
        os.truncate(path, size)
    with pytest.raises(ModelError, match=r"tiny.gguf: was written over .* Start Tomo again"):
        greedy(llm, 60)
    llm.close()


def test_a_file_that_another_takes_the_place_of_answers_on(tmp_path: Path) -> None:
    path = tiny_llama(tmp_path / "tiny.gguf")
    llm = LlamaCpp(path, 512)
    before = greedy(llm, 30)[0]
    tiny_llama(tmp_path / "new.gguf", window=1024).replace(path)
    assert greedy(llm, 30)[0] == before
    path.unlink()
    assert greedy(llm, 30)[0] == before
    llm.close()


def greedy(llm: LlamaCpp, words: int) -> tuple[str, int]:
    """What it says to a prompt of so many words, and how many tokens of it were in the cache."""
    generation = llm.stream([Message("user", "the printer paper " * (words // 3))], 6)
    return "".join(generation), generation.usage.cached_tokens


@pytest.mark.heavy
def test_a_prompt_longer_than_a_chunk_is_read_and_taken_back_as_if_it_were_read_anew(tmp_path: Path) -> None:
    path = tiny_llama4(tmp_path / "tiny.gguf", shape=FAST)
    llm, fresh = LlamaCpp(path, window=20_480, threads=2), LlamaCpp(path, window=20_480, threads=2)
    long, _ = greedy(llm, 18_000)
    assert llm.kv_bytes(18_000) < llm.kv_bytes(16_000) * 18 / 16
    shorter, kept = greedy(llm, 17_400)
    assert kept > 17_000
    far_back, lost = greedy(llm, 9_000)
    assert lost == 0
    assert (shorter, far_back, long) == (greedy(fresh, 17_400)[0], greedy(fresh, 9_000)[0], greedy(fresh, 18_000)[0])
    llm.close()
    fresh.close()


def test_too_little_memory_makes_the_window_smaller_and_none_refuses(tmp_path: Path) -> None:
    path = tiny_llama(tmp_path / "tiny.gguf")
    info = read_gguf(path)
    llm = LlamaCpp(path, window=16_384, threads=1, ram_bytes=bytes_needed(info, 2048))
    assert (llm.window, llm.window_limit) == (2048, "memory")
    assert "".join(llm.stream(ASK, 4)) is not None
    llm.close()
    with pytest.raises(ModelError, match=r"does not fit"):
        LlamaCpp(path, ram_bytes=info.size)
