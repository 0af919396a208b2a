"""Real prompts through a model → how far predicted seconds to the first token are from the seconds it took."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.settings import read_settings
from rag.llama.engine import default_threads
from rag.llama.generation import shared_prefix
from rag.llama.gguf import read_gguf
from rag.llama.kv import kv_bytes
from rag.llm import LlamaCpp
from rag.rates import Rates, Shape, rates_key
from rag.types import Message
from tests.bench.prompts import models, real_prompts

PROMPTS, LEARNED = 30, 10
"""Prompts in all; those whose prediction is not judged yet."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A prompt: its tokens, those of them that had to be computed, and seconds to the first token."""

    tokens: int
    computed: int
    predicted: float
    actual: float

    @property
    def error(self) -> float:
        """How far off the prediction was, as a share of the truth."""
        return abs(self.predicted / self.actual - 1)


def bench_rates() -> None:
    """Each prompt is predicted, computed and observed in turn, from nothing known."""
    (path,) = models(read_settings().models, "")
    info = read_gguf(path)
    threads = read_settings().threads or default_threads()
    llm = LlamaCpp(path, threads=threads)
    kv = kv_bytes(info.kv, 1, "f16")
    shape = Shape(info.active_parameters, info.layers, info.heads, info.head_dim_k, info.size, kv)
    asked = []
    with tempfile.TemporaryDirectory() as folder:
        rates = Rates(Path(folder) / "rates.json", rates_key(llm.name, threads, "f16"), shape)
        before: list[int] = []
        for messages in real_prompts(PROMPTS, most=4):
            prompt = llm.tokens_of(messages)
            asked.append(_asked(llm, rates, prompt, shared_prefix(before, prompt), messages))
            before = prompt
        rates.close()
    llm.close()
    print("\n".join(["", *lines(path.name, asked)]))


def lines(model: str, asked: Sequence[Asked]) -> list[str]:
    """What was run, and how far off the predictions were."""
    errors, tokens, computed = (
        [one.error for one in asked], [one.tokens for one in asked], [one.computed for one in asked],
    )  # fmt: skip
    return [
        f"seconds to the first token, {model}, {len(asked)} prompts of {min(tokens):,} to {max(tokens):,} tokens, "
        f"of which {min(computed):,} to {max(computed):,} were computed and not kept from the prompt before",
        f"  median error of the first {LEARNED}: {statistics.median(errors[:LEARNED]):.0%}",
        f"  after them: {statistics.median(errors[LEARNED:]):.0%}, worst {max(errors[LEARNED:]):.0%}",
    ]


def _asked(llm: LlamaCpp, rates: Rates, prompt: list[int], kept: int, messages: Sequence[Message]) -> Asked:
    """Predict, compute, observe."""
    predicted = rates.prefill(len(prompt) - kept, kept)
    generation = llm.stream(messages, 1)
    list(generation)
    usage = generation.usage
    new = usage.prompt_tokens - usage.cached_tokens
    rates.observe_prefill(new, usage.cached_tokens, usage.prefill_seconds)
    return Asked(usage.prompt_tokens, new, predicted, usage.first_token_seconds)
