"""Messages → tokens: what a model has to offer, and llama.cpp as one."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Protocol

from ingest.errors import ModelError, SettingsError, WindowError
from rag.engine import BATCH, Context, Sampler, Weights, default_threads
from rag.generation import Generation, Meter, TextStream, Usage, shared_prefix
from rag.gguf import fingerprint, read_gguf
from rag.kv import kv_bytes
from rag.memory import free_memory
from rag.template import Template
from rag.types import Message, WindowLimit
from rag.window import choose_window

__all__ = ["LLM", "Generation", "LlamaCpp", "Usage"]

SCORE_SEQUENCES = 16
SCORE_WINDOW = 2048


class LLM(Protocol):
    """A chat model. Any thread may ask at any time: questions queue up, counting never waits."""

    name: str
    """File name and a short hash of the content: two models that count or answer differently differ here."""
    tokenizer: str
    """Names what `count` depends on: models that share it count every text alike."""
    window: int
    """Tokens that prompt and answer together may take."""
    window_limit: WindowLimit
    """What bounds it."""
    parameters: int

    def count(self, text: str) -> int:
        """Tokens of a text on its own: control tokens spelled in it are text, no BOS."""

    def tokens_of(self, messages: Sequence[Message]) -> list[int]:
        """The prompt, exactly as `stream` computes it: the template's tokens and the opening of the answer included.

        Messages are laid out in their order, so prompts that begin with the same messages begin with the same tokens.
        """

    def count_prompt(self, messages: Sequence[Message]) -> int:
        """`len(tokens_of(messages))`."""

    def kv_bytes(self, tokens: int) -> int:
        """Bytes of KV cache that a prompt of that length takes."""

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        *,
        cancel: threading.Event | None = None,
        temperature: float = 0.0,
        stop: Sequence[str] = (),
    ) -> Generation:
        """The answer, piece by piece; nothing is computed before the first piece is asked for.

        Setting `cancel` ends it within a second, also while waiting or prefilling, without an error. A text in `stop`
        ends it and is not part of it. `max_tokens=0` only prefills. Temperature 0 always takes the likeliest token.
        WindowError, at once, when prompt + max_tokens > window.
        """

    def score_continuations(self, prefixes: Sequence[str], continuation: str) -> list[float]:
        """For each prefix, the mean ln p a token of `continuation` after it: ≤ 0, higher is likelier.

        Each prefix stands alone, without the chat template. WindowError when a prefix is too long to score.
        """

    def close(self) -> None:
        """Free the memory; nothing else may be called afterwards."""


class LlamaCpp:
    """A GGUF file under llama.cpp. The KV cache keeps the last prompt, and what the next shares with it is reused.

    `window` defaults to what the model was trained for, at most 8,192 tokens, and is less when memory does not allow
    it; `window_limit` says which it was. `kv_type` as in `ingest.ggml.KV_TYPES`.
    """

    window_limit: WindowLimit

    def __init__(
        self,
        path: Path,
        window: int | None = None,
        threads: int | None = None,
        kv_type: str = "f16",
        flash_attention: bool = False,
        ram_bytes: int | None = None,
        template: str | None = None,
    ) -> None:
        """ModelError for a file missing, damaged, unknown or too large; SettingsError for a window beyond its training.

        `ram_bytes` is what weights, cache and buffers may take; by default the memory that is free now. `template` is
        a chat template to use instead of the file's own.
        """
        info = read_gguf(path)
        free = free_memory() if ram_bytes is None else ram_bytes
        chosen = choose_window(info, window, kv_type, free, flash_attention)
        self.window, self.window_limit = chosen.tokens, chosen.limit
        self.parameters, self._kv, self._kv_type = info.parameters, info.kv, kv_type
        self.name = f"{path.name}@{fingerprint(info)}"
        self._threads = threads or default_threads()
        self._weights = Weights(path)
        self.tokenizer = self._weights.identity
        self._template = Template(template or info.chat_template, *map(self._weights.special_text, ("bos", "eos")))
        self._chat = Context(self._weights, self.window, self._threads, kv_type, flash_attention, shape=info.kv)
        self._cached: list[int] = []
        self._scorer: Context | None = None
        self._lock = threading.Lock()

    @property
    def cache_length(self) -> int:
        """Tokens of the chat's KV cache, as llama.cpp counts them."""
        return self._chat.length

    def count(self, text: str) -> int:
        return len(self._weights.tokens(text, special=False))

    def tokens_of(self, messages: Sequence[Message]) -> list[int]:
        pieces = self._template.pieces(messages)
        tokens = [token for piece in pieces for token in self._weights.tokens(piece.text, special=not piece.foreign)]
        bos = self._weights.bos
        return tokens if bos is None or tokens[:1] == [bos] else [bos, *tokens]

    def count_prompt(self, messages: Sequence[Message]) -> int:
        return len(self.tokens_of(messages))

    def kv_bytes(self, tokens: int) -> int:
        return kv_bytes(self._kv, tokens, self._kv_type)

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        *,
        cancel: threading.Event | None = None,
        temperature: float = 0.0,
        stop: Sequence[str] = (),
    ) -> Generation:
        prompt = self.tokens_of(messages)
        check_room(len(prompt), max_tokens, self.window)
        meter = Meter(len(prompt))
        text = TextStream([*self._template.stops, *stop])
        return Generation(self._run(prompt, max_tokens, cancel or threading.Event(), temperature, text, meter), meter)

    def _run(
        self,
        prompt: list[int],
        max_tokens: int,
        cancel: threading.Event,
        temperature: float,
        text: TextStream,
        meter: Meter,
    ) -> Generator[str, None, None]:
        with self._turn(cancel) as mine, self._chat.abort_on(cancel):
            if not mine or not self._prefill(prompt, meter):
                return
            sampler = Sampler(self._chat, temperature, seed=len(prompt))
            try:
                yield from self._decode(sampler, max_tokens, cancel, text, meter)
            finally:
                sampler.close()

    def _decode(
        self, sampler: Sampler, max_tokens: int, cancel: threading.Event, text: TextStream, meter: Meter
    ) -> Iterator[str]:
        while meter.generated_tokens < max_tokens:
            if cancel.is_set():
                return
            token = sampler.next()
            if self._weights.ends(token):
                break
            meter.token()
            piece = text.feed(self._weights.bytes_of(token))
            if piece:
                yield piece
            if text.stopped:
                break
            if meter.generated_tokens < max_tokens and not self._extend([token]):
                return
        meter.stop = "length" if meter.generated_tokens == max_tokens and not text.stopped else "end"
        if rest := text.rest():
            yield rest

    @contextmanager
    def _turn(self, cancel: threading.Event) -> Iterator[bool]:
        """Wait for the model; False when cancelled first. ModelError when it has been closed."""
        while not self._lock.acquire(timeout=0.05):
            if cancel.is_set():
                yield False
                return
        try:
            self._weights.check_open()
            yield not cancel.is_set()
        finally:
            self._lock.release()

    def _prefill(self, prompt: list[int], meter: Meter) -> bool:
        """Compute what the cache does not hold; the last token always, for its logits. False when cancelled."""
        started = perf_counter()
        keep = self._chat.forget(min(shared_prefix(self._cached, prompt), len(prompt) - 1))
        del self._cached[keep:]
        meter.cached_tokens = keep
        done = all(self._extend(prompt[i : i + BATCH]) for i in range(keep, len(prompt), BATCH))
        meter.prefill_seconds = perf_counter() - started
        return done

    def _extend(self, tokens: list[int]) -> bool:
        """Compute further tokens, the last one's logits included. False, and nothing kept of them, when aborted."""
        start = len(self._cached)
        last = len(tokens) - 1
        try:
            if self._chat.decode([(token, start + i, 0, i == last) for i, token in enumerate(tokens)]):
                self._cached += tokens
                return True
        except ModelError:
            self._chat.clear()
            self._cached.clear()
            raise
        del self._cached[self._chat.forget(start) :]
        return False

    def score_continuations(self, prefixes: Sequence[str], continuation: str) -> list[float]:
        tail = self._weights.tokens(continuation, special=False)
        if not tail:
            raise SettingsError("There is nothing to score: the continuation is empty.")
        bos = [] if self._weights.bos is None else [self._weights.bos]
        heads = [bos + self._weights.tokens(prefix, special=False) for prefix in prefixes]
        longest = max(map(len, heads), default=0) + len(tail)
        if longest > SCORE_WINDOW or any(not head for head in heads):
            raise WindowError(
                f"A passage of {longest:,} tokens cannot be scored, 1 to {SCORE_WINDOW:,} can. Cut it into sentences."
            )
        with self._turn(threading.Event()):
            if self._scorer is None:
                self._scorer = Context(self._weights, SCORE_WINDOW, self._threads, sequences=SCORE_SEQUENCES)
            return [score for group in pack(heads, len(tail)) for score in _score(self._scorer, group, tail)]

    def close(self) -> None:
        with self._lock:
            if self._weights.pointer:
                for part in (self._scorer, self._chat, self._weights):
                    if part is not None:
                        part.close()


def check_room(prompt: int, max_tokens: int, window: int) -> None:
    """WindowError when a prompt and its answer do not fit, SettingsError when `max_tokens` is negative."""
    if max_tokens < 0:
        raise SettingsError(f"An answer cannot have {max_tokens} tokens. Ask for 0 or more.")
    if prompt + max_tokens > window:
        raise WindowError(
            f"The prompt has {prompt:,} tokens and the answer may take {max_tokens:,}, "
            f"{prompt + max_tokens - window:,} more than the window of {window:,}. "
            "Ask about fewer documents or let Tomo search instead."
        )


def pack(heads: Sequence[list[int]], tail: int) -> Iterator[list[list[int]]]:
    """Group heads, in order, so that each group and its tails fit one batch; one that is too long stands alone."""
    group: list[list[int]] = []
    room = BATCH
    for head in heads:
        if group and (len(head) + tail > room or len(group) == SCORE_SEQUENCES):
            yield group
            group, room = [], BATCH
        group.append(head)
        room -= len(head) + tail
    if group:
        yield group


def _score(context: Context, heads: list[list[int]], tail: list[int]) -> list[float]:
    """Mean ln p of `tail` after each head, all heads in one batch (in several when one is longer than a batch)."""
    context.clear()
    rows = []
    targets = []
    for sequence, head in enumerate(heads):
        for position, token in enumerate(head + tail[:-1]):
            wanted = position - len(head) + 1
            rows.append((token, position, sequence, wanted >= 0))
            targets.append((sequence, tail[wanted] if wanted >= 0 else -1))
    sums = [0.0] * len(heads)
    for start in range(0, len(rows), BATCH):
        context.decode(rows[start : start + BATCH])
        here = [(i, *target) for i, target in enumerate(targets[start : start + BATCH]) if target[1] >= 0]
        found = context.log_probabilities([(i, token) for i, _, token in here])
        for (_, sequence, _), value in zip(here, found, strict=True):
            sums[sequence] += value
    return [total / len(tail) for total in sums]
