"""Real prompts → whether Tomo, llama.cpp's tokenizer and llama.cpp's KV cache count the same tokens."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from ingest.settings import read_settings
from ingest.vocabulary import Vocabulary
from rag.llama.gguf import GGUFInfo, read_gguf
from rag.llm import LlamaCpp
from rag.types import Message
from tests.bench.prompts import models, real_prompts

PROMPTS, COMPUTED = 200, 2
"""Prompts that are counted; those among them, the longest that fit, that are computed."""
_WINDOW = 8192


def bench_tokens() -> None:
    """The model that answers, and those that BENCH_MODELS names."""
    prompts = real_prompts(PROMPTS)
    for path in models(read_settings().models, os.environ.get("BENCH_MODELS", "")):
        _one_model(path, prompts)


def _one_model(path: Path, prompts: Sequence[tuple[Message, ...]]) -> None:
    info = read_gguf(path)
    with closing(Vocabulary(path)) as vocabulary, closing(LlamaCpp(path, window=min(_WINDOW, info.window))) as llm:
        counts = [llm.count_prompt(prompt) for prompt in prompts]
        at_once = [len(_tokens(vocabulary, _rendered(info, vocabulary, prompt))) for prompt in prompts]
        same = sum(a == b for a, b in zip(counts, at_once, strict=True))
        print(f"\ntokens, {path.name}: {len(prompts)} prompts, {min(counts):,} to {max(counts):,} tokens")
        print(f"  count_prompt = llama_tokenize of the rendered prompt: {same} of {len(prompts)}")
        if same < len(prompts):
            print(f"  the others differ by {sorted({a - b for a, b in zip(counts, at_once, strict=True)} - {0})}")
        fitting = sorted((n, i) for i, n in enumerate(counts) if n <= llm.window)[-COMPUTED:]
        exact = sum(_computed(llm, prompts[i]) == (n, n) for n, i in fitting)
        print(f"  count_prompt = usage = KV cache: {exact} of the {len(fitting)} longest that fit")


def _computed(llm: LlamaCpp, prompt: Sequence[Message]) -> tuple[int, int]:
    """What the usage says a prompt had, and what llama.cpp's cache then holds."""
    generation = llm.stream(prompt, 0)
    list(generation)
    return generation.usage.prompt_tokens, llm.cache_length


def _rendered(info: GGUFInfo, vocabulary: Vocabulary, prompt: Sequence[Message]) -> str:
    """The prompt as text, by the model's own template and nothing of Tomo's; a base model's as a dialogue."""
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    if info.chat_template is None:
        turns = [f"{message.role.capitalize()}: {message.text}" for message in prompt]
        return "\n\n".join([*turns, "Assistant:"])
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    messages = [{"role": message.role, "content": message.text} for message in prompt]
    bos, eos = vocabulary.special_text("bos"), vocabulary.special_text("eos")
    template = environment.from_string(info.chat_template)
    return template.render(messages=messages, add_generation_prompt=True, bos_token=bos, eos_token=eos)


def _tokens(vocabulary: Vocabulary, text: str) -> list[int]:
    """llama.cpp's C function, once over the whole prompt: it adds BOS itself and reads control tokens as such."""
    api, data = vocabulary.api, text.encode("utf-8")
    room = len(data) + 8
    buffer = (ctypes.c_int32 * room)()
    add_bos = not text.startswith(vocabulary.special_text("bos"))
    return buffer[: api.llama_tokenize(vocabulary.vocab, data, len(data), buffer, room, add_bos, True)]
