"""A prompt computed, held in memory or restored from disk gives the same answer, and nothing damaged is ever loaded."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.settings import ROOT
from rag.llm import LlamaCpp
from rag.prefix import LEAST_TOKENS, PrefixStore
from rag.types import Held, Keep
from tests.kept_prompts import DOCUMENT, KEEP, prompt
from tests.make_gguf import tiny_llama, tiny_llama4

GB = 10**9
QUESTIONS = ["What is red?", "¿Qué página tiene papel 7?", "printer", "Which light is on, and where is the paper?"]
MAKERS: dict[str, Callable[[Path], Path]] = {
    "llama": tiny_llama,
    "llama-yarn": lambda path: tiny_llama(path, rope="yarn"),
    "llama4": tiny_llama4,
}


@pytest.fixture(params=MAKERS)
def model(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return MAKERS[request.param](tmp_path / "tiny.gguf")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[Path], tuple[LlamaCpp, PrefixStore]]]:
    """Opens the model anew, with the store in the same folder each time, as a new process does."""
    made: list[tuple[LlamaCpp, PrefixStore]] = []

    def opening(path: Path, kv_type: str = "f16", window: int = 4096) -> tuple[LlamaCpp, PrefixStore]:
        llm = LlamaCpp(path, window=window, threads=1, kv_type=kv_type, flash_attention=kv_type != "f16")
        store = PrefixStore(tmp_path / "prefix", GB)
        llm.keep_in(store)
        made.append((llm, store))
        return llm, store

    yield opening
    for llm, store in made:
        llm.close()
        store.close()


def answer(llm: LlamaCpp, question: str, keep: Keep | None = KEEP, document: str = DOCUMENT) -> tuple[str, str]:
    """The answer and whether it was read, restored or in memory."""
    generation = llm.stream(prompt(question, document), 24, keep=keep)
    text = "".join(generation)
    return text, "saved" if generation.usage.saved else generation.usage.prefix


def test_what_the_cache_begins_with_is_known_once_it_is_read_and_until_something_else_is(
    model: Path, opened: Callable[[Path], tuple[LlamaCpp, PrefixStore]]
) -> None:
    llm, _ = opened(model)
    reading = llm.stream(prompt("a"), 4, keep=KEEP)
    next(reading)
    assert llm.held == Held()
    reading.close()
    assert llm.held == Held()
    list(llm.stream(prompt("a"), 4, keep=KEEP))
    assert llm.held.keep == KEEP
    assert LEAST_TOKENS < llm.held.tokens < llm.count_prompt(prompt("a"))
    list(llm.stream(prompt("a", "something else"), 4))
    assert llm.held == Held()


def test_cold_hot_and_restored_answers_are_the_same(
    model: Path, opened: Callable[[Path], tuple[LlamaCpp, PrefixStore]]
) -> None:
    bare = LlamaCpp(model, window=4096, threads=1)
    cold = []
    for question in QUESTIONS:
        list(bare.stream(prompt("?", "something else"), 0))
        cold.append(answer(bare, question, keep=None)[0])
    bare.close()
    first, store = opened(model)
    assert answer(first, QUESTIONS[0]) == (cold[0], "saved")
    for question, expected in zip(QUESTIONS, cold, strict=True):
        assert answer(first, question) == (expected, "hot")
    store.flush()
    for question, expected in zip(QUESTIONS, cold, strict=True):
        other, _ = opened(model)
        assert answer(other, question) == (expected, "restored")


def test_two_manuals_in_turn_are_restored_not_read_again(
    model: Path, opened: Callable[[Path], tuple[LlamaCpp, PrefixStore]]
) -> None:
    llm, store = opened(model)
    other = Keep({"other": "d"}, "Other"), DOCUMENT[::-1][:2500]
    answer(llm, "a")
    answer(llm, "b", *other)
    store.flush()
    assert [answer(llm, "c")[1], answer(llm, "d", *other)[1], answer(llm, "e")[1]] == ["restored"] * 3


def test_a_longer_chat_computes_only_what_is_new(
    model: Path, opened: Callable[[Path], tuple[LlamaCpp, PrefixStore]]
) -> None:
    llm, _ = opened(model)
    messages = prompt("What is red?")
    list(llm.stream(messages, 0, keep=KEEP))
    longer = llm.stream([*messages, *prompt("And what is not?", "The light.")[::-1]][:3], 0, keep=KEEP)
    list(longer)
    both = zip(llm.tokens_of(messages), llm.tokens_of(prompt("No.")), strict=False)
    shared = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], both))
    assert longer.usage.cached_tokens >= 0.95 * shared > LEAST_TOKENS


@pytest.mark.heavy
@pytest.mark.parametrize("harm", ["flip", "cut", "swap"])
def test_damaged_states_are_never_loaded(
    tmp_path: Path, harm: str, opened: Callable[[Path], tuple[LlamaCpp, PrefixStore]]
) -> None:
    model = tiny_llama(tmp_path / "tiny.gguf")
    llm, store = opened(model)
    expected, _ = answer(llm, "What is red?")
    answer(llm, "What is red?", Keep({"b": "d"}, "B"), DOCUMENT[::-1][: len(DOCUMENT)])
    store.flush()
    good = {path.name: path.read_bytes() for path in store.folder.iterdir()}
    states = [name for name in good if name.endswith(".state")]
    rng = random.Random(harm)
    for _ in range(34):
        for name, data in good.items():
            (store.folder / name).write_bytes(data)
        if harm == "swap":
            for name, data in zip(states, [good[n] for n in reversed(states)], strict=True):
                (store.folder / name).write_bytes(data)
        for name in states if harm != "swap" else ():
            data = bytearray(good[name])
            if harm == "cut":
                del data[rng.randrange(len(data)) :]
            else:
                data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
            (store.folder / name).write_bytes(data)
        list(llm.stream(prompt("?", "something else"), 0))
        text, how = answer(llm, "What is red?")
        assert (text, how) == (expected, "saved")
        store.flush()


def test_a_state_whose_checksum_was_made_to_fit_still_has_to_have_the_tokens(
    tmp_path: Path, opened: Callable[[Path], tuple[LlamaCpp, PrefixStore]]
) -> None:
    """Somebody puts the state of another text, with its checksum, under the header of this one."""
    model = tiny_llama(tmp_path / "tiny.gguf")
    llm, store = opened(model)
    expected, _ = answer(llm, "What is red?")
    store.flush()
    (mine,) = store.headers()
    answer(llm, "What is red?", Keep({"b": "d"}, "B"), "another text. " * 300)
    store.flush()
    other = next(h for h in store.headers() if h.key != mine.key)
    text = mine.file(store.folder).read_text(encoding="utf-8")
    for a, b in ((mine.state, other.state), (mine.sha256, other.sha256), (f": {mine.bytes},", f": {other.bytes},")):
        text = text.replace(a, b)
    mine.file(store.folder).write_text(text, encoding="utf-8")
    again, fresh = opened(model)
    assert answer(again, "What is red?") == (expected, "saved")
    fresh.flush()


@pytest.mark.parametrize("kv_type", ["q8_0"])
def test_another_kv_type_or_another_model_is_a_miss(
    tmp_path: Path, kv_type: str, opened: Callable[..., tuple[LlamaCpp, PrefixStore]]
) -> None:
    llm, store = opened(tiny_llama(tmp_path / "tiny.gguf"))
    answer(llm, "a")
    store.flush()
    assert answer(opened(tmp_path / "tiny.gguf", kv_type)[0], "a")[1] == "saved"
    assert answer(opened(tiny_llama(tmp_path / "other.gguf", seed=2))[0], "a")[1] == "saved"


def test_a_state_that_is_too_long_for_the_window_is_not_loaded(
    tmp_path: Path, opened: Callable[..., tuple[LlamaCpp, PrefixStore]]
) -> None:
    model = tiny_llama(tmp_path / "tiny.gguf")
    llm, store = opened(model)
    answer(llm, "a")
    store.flush()
    (header,) = store.headers()
    small, _ = opened(model, "f16", 1024)
    words = DOCUMENT[: len(DOCUMENT) // 3]
    text, how = answer(small, "a", document=words)
    bare = LlamaCpp(model, window=1024, threads=1)
    assert header.tokens > 1024 > LEAST_TOKENS
    assert text == answer(bare, "a", None, words)[0]
    assert how == "saved"
    assert header.key in {kept.key for kept in store.headers()}
    bare.close()


def test_a_cancelled_prefill_keeps_what_it_has_and_the_next_goes_on(
    tmp_path: Path, opened: Callable[[Path], tuple[LlamaCpp, PrefixStore]]
) -> None:
    model = tiny_llama(tmp_path / "tiny.gguf")
    llm, store = opened(model)
    llm.keep_in(store, worth_seconds=0.0)
    cancel = threading.Event()
    generation = llm.stream(prompt("a"), 4, keep=KEEP, cancel=cancel)
    for _ in generation:
        if generation.usage.computed_tokens >= 1024:
            cancel.set()
            time.sleep(0.2)
    assert generation.usage.stop == "cancel"
    store.flush()
    (part,) = store.headers()
    assert (part.complete, part.tokens) == (False, 1024)
    again, fresh = opened(model)
    resumed = again.stream(prompt("a"), 4, keep=KEEP)
    "".join(resumed)
    assert (resumed.usage.restored_tokens, resumed.usage.saved) == (1024, True)
    fresh.flush()
    (whole,) = fresh.headers()
    assert whole.complete


def test_a_model_that_fails_the_proof_keeps_nothing(tmp_path: Path) -> None:
    llm, store = LlamaCpp(tiny_llama(tmp_path / "t.gguf"), window=4096, threads=1), PrefixStore(tmp_path / "p", GB)
    llm.keep_in(store, lambda: False)
    assert answer(llm, "a")[1] == "none"
    store.close()
    assert not (tmp_path / "p").exists()
    llm.close()


def run_killed(model: Path, folder: Path, moment: str) -> int:
    command = [sys.executable, "-m", "tests.killed_save", str(model), str(folder), moment]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=100).returncode


@pytest.mark.heavy
@pytest.mark.parametrize("moment", ["written", "checked", "prefill"])
def test_a_save_killed_at_any_moment_leaves_nothing_that_is_loaded(
    tmp_path: Path, moment: str, opened: Callable[[Path], tuple[LlamaCpp, PrefixStore]]
) -> None:
    model = tiny_llama(tmp_path / "tiny.gguf")
    assert run_killed(model, tmp_path / "prefix", moment) == -9
    llm, store = opened(model)
    assert all(store.verified(header) for header in store.headers() if header.complete) or store.headers() == []
    assert answer(llm, "What is red?")[1] == "saved"
    store.flush()
    assert answer(opened(model)[0], "What is red?")[1] == "restored"


@pytest.mark.heavy
def test_two_processes_that_save_the_same_document_leave_one_good_state(
    tmp_path: Path, opened: Callable[[Path], tuple[LlamaCpp, PrefixStore]]
) -> None:
    model = tiny_llama(tmp_path / "tiny.gguf")
    codes: list[int] = []
    threads = [
        threading.Thread(target=lambda: codes.append(run_killed(model, tmp_path / "prefix", "never"))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [0, 0]
    llm, store = opened(model)
    assert answer(llm, "What is red?")[1] == "restored"
    assert len(list(store.folder.glob("*.state"))) == 1
