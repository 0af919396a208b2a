"""Tomo's loop, a bare llama.cpp loop and the library as it comes → how fast each computes the same tokens."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from numpy.typing import NDArray

from ingest.settings import read_settings
from ingest.vocabulary import llama
from rag.evaluation.scores import CONFIDENCE_LEVEL, RESAMPLES
from rag.llama.calibrate import open_way
from rag.llama.engine import BATCH, default_threads
from rag.llama.generation import shared_prefix
from rag.llama.speed import SAMPLE
from rag.llm import LlamaCpp
from rag.models import packaged_llm, prepare_llm
from rag.types import Message

GENERATED, GENERATIONS = 64, 21
PARAGRAPHS, PREFILLS = 20, 9
"""Tokens or paragraphs of 73 tokens, and rounds: in each, one and the other do the same, and who begins changes."""
_WINDOW = 2048
_SEED = 7


@dataclass(frozen=True, slots=True)
class Spent:
    """What a piece of work took: seconds on the clock, and of all processors (other programs cost those less)."""

    clock: float
    processor: float


Pair = tuple[Spent, Spent]
"""Tomo's and the other's, of the same tokens in the same round."""


class Bare:
    """llama.cpp called as its own examples do, in the model's own context.

    In one of its own it would be up to a tenth faster or slower for good, by where its memory happens to lie. What it
    leaves in the cache begins as the prompt does that Tomo takes it for.
    """

    def __init__(self, llm: LlamaCpp) -> None:
        self.weights, self.context = llm._weights, llm._chat
        api = self.api = self.weights.api
        self.sampler = api.llama_sampler_init_greedy()

    def prefill(self, tokens: Sequence[int], kept: int) -> Spent:
        """Compute `tokens`; the first `kept` before the clock starts."""
        self.context.clear()
        self._feed(tokens[:kept])
        return spent(lambda: self._feed(tokens[kept:]))

    def generate(self, count: int) -> tuple[list[int], Spent]:
        """The `count` likeliest tokens; the clock starts with the first, as a reader's does."""
        pointer, api = self.context.pointer, self.api
        made = [api.llama_sampler_sample(self.sampler, pointer, -1)]

        def rest() -> None:
            token = (api.llama_token * 1)(made[0])
            for _ in range(count - 1):
                api.llama_decode(pointer, api.llama_batch_get_one(token, 1))
                token[0] = api.llama_sampler_sample(self.sampler, pointer, -1)
                made.append(token[0])

        took = spent(rest)
        return made, took

    def text(self, tokens: Sequence[int]) -> str:
        return b"".join(map(self.weights.bytes_of, tokens)).decode("utf-8", "ignore")

    def _feed(self, tokens: Sequence[int]) -> None:
        for start in range(0, len(tokens), BATCH):
            part = tokens[start : start + BATCH]
            held = (self.api.llama_token * len(part))(*part)
            if self.api.llama_decode(self.context.pointer, self.api.llama_batch_get_one(held, len(part))):
                raise RuntimeError("llama_decode failed")

    def close(self) -> None:
        self.api.llama_sampler_free(self.sampler)


def bench_engine() -> None:
    """Generation and prefill against the bare loop, then prefill against the shipped file at the library's defaults."""
    settings = read_settings()
    path = Path(settings.llm) if settings.llm else prepare_llm(settings.models, print)
    way, threads = open_way(settings, path, print), settings.threads or default_threads()
    llm = LlamaCpp(path, _WINDOW, threads, way.kv_type, way.flash_attention)
    bare = Bare(llm)
    print(f"\n{path.name}, KV cache {way}, {threads} threads; ratios of the same tokens, medians of rounds in turns")
    same, generated = generations(llm, bare)
    _show(f"generation / bare loop, {GENERATED} tokens, {len(generated)} rounds", generated)
    print(f"  the same text in {same} of {len(generated)} rounds")
    prefilled = prefills(llm, bare.prefill)
    _show(f"prefill / bare loop, {len(prefilled)} rounds", prefilled)
    bare.close()
    if not settings.llm:
        shipped = packaged_llm()
        _show(f"prefill / {shipped.name} at library defaults", prefills(llm, library_defaults(llm, shipped)))
    llm.close()


def generations(llm: LlamaCpp, bare: Bare) -> tuple[int, list[Pair]]:
    """Rounds in which both wrote the same text, and what each round took."""
    pairs, same = [], 0
    for number in range(GENERATIONS):
        messages = _asked(f"Question {number}: how do I replace the toner? Explain every step at length.")
        prompt = llm.tokens_of(messages)
        if number % 2:
            theirs, other = _written(bare, prompt, GENERATED)
        text, count, own = _told(llm, messages)
        if not number % 2:
            theirs, other = _written(bare, prompt, GENERATED)
        same += bare.text(theirs[: count + 1]) == text
        if count == GENERATED - 1:
            pairs.append((own, other))
    return same, pairs


def _told(llm: LlamaCpp, messages: Sequence[Message]) -> tuple[str, int, Spent]:
    """Tomo's answer, how many tokens came after the first piece, and what they took."""
    generation = llm.stream(messages, GENERATED)
    pieces = [next(generation)]
    first = generation.usage.generated_tokens
    took = spent(lambda: pieces.extend(generation))
    return "".join(pieces), generation.usage.generated_tokens - first, took


def _written(bare: Bare, prompt: Sequence[int], count: int) -> tuple[list[int], Spent]:
    bare.prefill(prompt, 0)
    return bare.generate(count)


def prefills(llm: LlamaCpp, other: Callable[[Sequence[int], int], Spent]) -> list[Pair]:
    """Prompts that share no more than their first words; what Tomo still holds of the last, the other may keep too."""
    pairs: list[Pair] = []
    before: list[int] = []
    for number in range(PREFILLS):
        messages = _asked(f"{number} " + SAMPLE * PARAGRAPHS)
        prompt = llm.tokens_of(messages)
        if number % 2:
            theirs = other(prompt, shared_prefix(before, prompt))
        generation = llm.stream(messages, 0)
        own = spent(partial(list, generation))
        if not number % 2:
            theirs = other(prompt, generation.usage.cached_tokens)
        pairs.append((own, theirs))
        before = prompt
    return pairs


def library_defaults(llm: LlamaCpp, path: Path) -> Callable[[Sequence[int], int], Spent]:
    """llama-cpp-python's own class with nothing set but a window that the prompt fits."""
    library = llama().Llama(model_path=str(path), n_ctx=_WINDOW, verbose=False)

    def prefill(tokens: Sequence[int], kept: int) -> Spent:
        library.reset()
        library.eval(tokens[:kept])
        return spent(lambda: library.eval(tokens[kept:]))

    return prefill


def spent(work: Callable[[], object]) -> Spent:
    """What it takes to do something."""
    clock, processor = perf_counter(), process_time()
    work()
    return Spent(perf_counter() - clock, process_time() - processor)


def ratio(pairs: Sequence[Pair], seconds: Callable[[Spent], float]) -> str:
    """How many times as fast Tomo is: the median over rounds, with its interval (bootstrap)."""
    ratios: NDArray[np.float64] = np.array([seconds(other) / seconds(own) for own, other in pairs])
    drawn = np.random.default_rng(_SEED).integers(0, len(ratios), (RESAMPLES, len(ratios)))
    tail = 50 * (1 - CONFIDENCE_LEVEL)
    low, high = np.percentile(np.median(ratios[drawn], axis=1), [tail, 100 - tail])
    return f"{np.median(ratios):.3f} ({low:.3f}–{high:.3f})"


def _show(what: str, pairs: Sequence[Pair]) -> None:
    own, other = (statistics.median(pair[i].clock for pair in pairs) for i in (0, 1))
    print(f"  {what}: {ratio(pairs, lambda s: s.clock)} by the clock ({own:.2f} s and {other:.2f} s),")
    print(f"    {ratio(pairs, lambda s: s.processor)} by processor time")


def _asked(text: str) -> list[Message]:
    return [Message("user", text)]
