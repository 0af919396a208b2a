"""Real pages through a model, cold, from memory and from disk → seconds saved, and whether the answers are the same."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.settings import ROOT, read_settings
from rag.llama.gguf import read_gguf
from rag.llm import LlamaCpp
from rag.prefix import PrefixStore
from rag.prefixes.proof import why_not
from rag.prompt import render
from rag.question import understand
from rag.types import Keep, Message, Passage
from tests.bench.prompts import models, pages
from tests.make_gguf import tiny_llama4

MANUAL_TOKENS, SHORT_TOKENS = 5000, 1200
ANSWER_TOKENS = 64
QUESTIONS = 50
DAMAGED = 100
KEEP = Keep({"bench": "digest"}, "a manual of the corpus")
ASKED = (
    "What has to be checked first?", "¿Qué hay que comprobar primero?", "Which file is it?", "¿Cómo se configura?",
    "What does the error mean?", "¿Qué opción se usa?", "Where is it set?", "¿Cuánto tarda?", "Who is it for?",
    "¿Qué se necesita antes de empezar?",
)  # fmt: skip
GB = 10**9


@dataclass(frozen=True, slots=True)
class Timed:
    """An answer, the seconds to its first token, and where the prompt came from."""

    text: str
    first: float
    prefix: str
    reused: int


def bench_prefix(quick: bool) -> None:
    """Every part; `quick` compares 10 prompts instead of 50."""
    for path in models(read_settings().models, os.environ.get("BENCH_MODELS", "")):
        if why := why_not(read_gguf(path).kv):
            print(f"\nsaved prompts, {path.name}: none are kept, {why}")
            bench_follow_up(path)
            continue
        with tempfile.TemporaryDirectory() as folder:
            print(f"\nsaved prompts, {path.name}")
            bench_restart(path, Path(folder))
            bench_follow_up(path)
            bench_alternating(path, Path(folder) / "turns")
            bench_same(path, Path(folder) / "same", 10 if quick else QUESTIONS)
    with tempfile.TemporaryDirectory() as folder:
        tiny = tiny_llama4(Path(folder) / "tiny-llama4.gguf")
        print("\nsaved prompts, a tiny llama4")
        bench_same(tiny, Path(folder) / "same", QUESTIONS)
        bench_damage(tiny, Path(folder) / "damage")


def bench_restart(path: Path, folder: Path) -> None:
    """A question on a manual of 5,000 tokens, then another in a new process."""
    runs = [_child(path, folder, question) for question in ASKED[:4]]
    cold, warm = runs[0], runs[1:]
    first = statistics.median(run["first"] for run in warm)
    print(f"  manual of {cold['tokens']:.0f} tokens: first token cold {cold['first']:.2f} s, new process {first:.3f} s")
    print(f"  that is 1/{cold['first'] / first:.0f} of it (wanted: 1/30 or less, and at most 1.0 s)")
    print(
        f"  restore {statistics.median(run['restore'] for run in warm):.3f} s, file {cold['bytes'] / 1e6:.0f} MB, "
        f"model load {statistics.median(run['load'] for run in runs):.2f} s"
    )


def bench_follow_up(path: Path) -> None:
    """The next question of a conversation against the time its own new tokens take."""
    with opened(path, None) as llm:
        asked = understand(ASKED[0])
        document = document_of(llm, MANUAL_TOKENS)
        messages = render(document, (), (), asked)
        generation = llm.stream(messages, ANSWER_TOKENS, keep=KEEP)
        said = "".join(generation).strip()
        history = (Message("user", asked.text, "en"), Message("assistant", said))
        following = render(document, history, (), understand(ASKED[2]))
        took = _ask(llm, following, KEEP)
        new = llm.count_prompt(following) - took.reused
        # The same number of tokens after as many others, and nothing else.
        "".join(llm.stream(messages, 0, keep=KEEP))
        filler = [*messages, Message("assistant", "word " * (new - 12))]
        alone = llm.stream(filler, 0)
        "".join(alone)
        computed = alone.usage.prompt_tokens - alone.usage.cached_tokens
        seconds = alone.usage.prefill_seconds * new / computed
        print(f"  follow-up: {new} tokens computed, {took.reused} reused, first token {took.first:.3f} s")
        print(f"  a prefill of as many takes {seconds:.3f} s: {took.first / seconds:.2f} x (wanted: 1.5 or less)")


def bench_alternating(path: Path, folder: Path) -> None:
    """Two conversations about two manuals, in turn: restored each time, or kept side by side in a second sequence."""
    with opened(path, folder) as llm:
        one, two = document_of(llm, SHORT_TOKENS * 2), document_of(llm, SHORT_TOKENS * 2, skip=40)
        manuals = [(one, Keep({"1": "d"}, "1")), (two, Keep({"2": "d"}, "2"))]
        turns = [_ask(llm, render(d, (), (), understand(q)), keep) for q in ASKED[:5] for d, keep in manuals]
        cold, turns = turns[:2], turns[2:]
        restored = sum(turn.prefix == "restored" for turn in turns)
        print(
            f"  two manuals in turn: {restored} of {len(turns)} restored, "
            f"first token {statistics.median(t.first for t in turns):.3f} s, "
            f"cold {statistics.median(t.first for t in cold):.2f} s"
        )


def bench_same(path: Path, folder: Path, count: int) -> None:
    """Greedy answers of 64 tokens: cold, from memory, from disk."""
    info = read_gguf(path)
    tokens = min(SHORT_TOKENS, info.window // 2)
    same = {"hot": 0, "restored": 0}
    how: dict[str, int] = {}
    with opened(path, None) as bare:
        prompts = [
            render(document_of(bare, tokens, skip=3 * (i // len(ASKED))), (), (), understand(ASKED[i % len(ASKED)]))
            for i in range(count)
        ]
        cold = []
        for prompt in prompts:
            "".join(bare.stream([Message("user", "Something else.")], 0))
            cold.append("".join(bare.stream(prompt, ANSWER_TOKENS)))
    with opened(path, folder) as llm:
        for name in same:
            for prompt, expected in zip(prompts, cold, strict=True):
                keep = Keep({f"d{hash(prompt[0].text)}": "d"}, "bench")
                if name == "restored":
                    "".join(llm.stream([Message("user", "Something else.")], 0))
                else:
                    "".join(llm.stream([prompt[0], Message("user", "Another question?")], 0, keep=keep))
                answer = _ask(llm, prompt, keep)
                how[answer.prefix] = how.get(answer.prefix, 0) + 1
                same[name] += answer.text == expected
    print(
        f"  same {ANSWER_TOKENS} tokens as cold: from memory {same['hot']} of {count}, "
        f"from disk {same['restored']} of {count} ({how})"
    )


def bench_damage(path: Path, folder: Path) -> None:
    """Bit flips, cuts and swaps of saved files: how many were used."""
    chance = random.Random(6)
    with opened(path, None) as llm:
        document = document_of(llm, 900)
        prompt = render(document, (), (), understand(ASKED[0]))
        store = PrefixStore(folder, GB)
        llm.keep_in(store)
        expected = _ask(llm, prompt, KEEP).text
        store.flush()
        used = wrong = 0
        for number in range(DAMAGED):
            for state in folder.glob("*.state"):
                data = bytearray(state.read_bytes())
                if number % 3 == 0:
                    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
                elif number % 3 == 1:
                    del data[chance.randrange(len(data)) :]
                else:
                    data = bytearray(chance.randbytes(len(data)))
                state.write_bytes(data)
            "".join(llm.stream([Message("user", "Something else.")], 0))
            answer = _ask(llm, prompt, KEEP)
            used += answer.prefix == "restored"
            wrong += answer.text != expected
            store.flush()
        store.close()
    print(f"  {DAMAGED} damaged files: {used} used, {wrong} wrong answers, 0 crashes")


def document_of(llm: LlamaCpp, tokens: int, skip: int = 0) -> list[Passage]:
    """Pages of the material, of about so many tokens."""
    chosen, total = [], 0
    for page in pages()[skip:]:
        size = llm.count(page.text)
        if total + size > tokens:
            continue
        chosen.append(page)
        total += size
        if total > 0.95 * tokens:
            break
    return chosen


@contextmanager
def opened(path: Path, folder: Path | None) -> Iterator[LlamaCpp]:
    """The model, keeping its prompts in `folder`, if any."""
    llm = LlamaCpp(path)
    store = PrefixStore(folder, 4 * GB) if folder is not None else None
    if store is not None:
        llm.keep_in(store)
    yield llm
    llm.close()
    if store is not None:
        store.close()


def _ask(llm: LlamaCpp, messages: Sequence[Message], keep: Keep) -> Timed:
    generation = llm.stream(messages, ANSWER_TOKENS, keep=keep)
    text = "".join(generation)
    usage = generation.usage
    return Timed(text, usage.first_token_seconds, usage.prefix, usage.cached_tokens)


def _child(path: Path, folder: Path, question: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.prefix", str(path), str(folder), question]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {key: float(value) for key, value in (pair.split("=") for pair in done.stdout.splitlines()[-1].split())}


def _main(model: str, folder: str, question: str) -> None:
    started = time.perf_counter()
    with opened(Path(model), Path(folder)) as llm:
        load = time.perf_counter() - started
        messages = render(document_of(llm, MANUAL_TOKENS), (), (), understand(question))
        generation = llm.stream(messages, 8, keep=KEEP)
        "".join(generation)
        usage = generation.usage
    size = sum(state.stat().st_size for state in Path(folder).glob("*.state"))
    print(
        f"first={usage.first_token_seconds} restore={usage.restore_seconds} load={load} bytes={size} "
        f"tokens={usage.prompt_tokens}"
    )


if __name__ == "__main__":
    _main(*sys.argv[1:])
