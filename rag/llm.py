"""Messages → tokens: what a model has to offer, and llama.cpp as one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from ingest.errors import SettingsError, WindowError
from rag.llama.cache import WORTH_SECONDS, Disk, Prompt, PromptCache
from rag.llama.engine import Context, Sampler, Weights, default_threads
from rag.llama.generation import Generation, Meter, TextStream, Usage
from rag.llama.gguf import fingerprint, read_gguf
from rag.llama.identity import identity_of
from rag.llama.kv import kv_bytes
from rag.llama.memory import free_memory
from rag.llama.scoring import SCORE_SEQUENCES, SCORE_WINDOW, pack, score
from rag.llama.template import Template
from rag.llama.window import choose_window
from rag.prefix import PrefixStore
from rag.turns import Turns
from rag.types import Held, Keep, Message, WindowLimit

__all__ = ["LLM", "Generation", "LlamaCpp", "Usage"]


class LLM(Protocol):
    """A chat model. Any thread may ask at any time: questions queue up in their order, counting never waits."""

    name: str
    """File name and a short hash of the content: two models that count or answer differently differ here."""
    tokenizer: str
    """Names what `count` depends on: models that share it count every text alike."""
    window: int
    """Tokens that prompt and answer together may take."""
    window_limit: WindowLimit
    """What bounds it."""
    parameters: int
    identity: Mapping[str, str]
    """What a state of its cache depends on besides the tokens; empty when none can be kept."""

    @property
    def held(self) -> Held:
        """What its cache begins with now, whatever was asked last; nothing while a prompt is being computed."""

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
        keep: Keep | None = None,
    ) -> Generation:
        """The answer, piece by piece; nothing is computed before the first piece is asked for.

        A first message of the system's is what comes before every question: with `keep`, which says what it holds,
        its state may be kept on disk and restored instead of computed.

        Setting `cancel` ends it within a second, also while waiting or prefilling, without an error. A text in `stop`
        ends it and is not part of it. `max_tokens=0` only prefills. Temperature 0 always takes the likeliest token.
        WindowError, at once, when prompt + max_tokens > window.
        """

    def score_continuations(
        self, prefixes: Sequence[str], continuation: str, cancel: threading.Event | None = None
    ) -> list[float]:
        """For each prefix, the mean ln p a token of `continuation` after it: ≤ 0, higher is likelier.

        Each prefix stands alone, without the chat template. WindowError when a prefix is too long to score. Setting
        `cancel` ends it as it ends `stream`: the first prefixes' scores are there then, perhaps none.
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
        self.parameters, self._kv = info.parameters, info.kv
        self.name = f"{path.name}@{fingerprint(info)}"
        self._threads = threads or default_threads()
        self._weights = Weights(path)
        self.tokenizer = self._weights.identity
        self._template = Template(template or info.chat_template, *map(self._weights.special_text, ("bos", "eos")))
        self._chat = Context(self._weights, self.window, self._threads, kv_type, flash_attention, shape=info.kv)
        self._cache = PromptCache(self._chat, info.kv, kv_type)
        self.kv_type, self.flash_attention = kv_type, flash_attention
        self.identity: Mapping[str, str] = identity_of(info, self.window, kv_type, flash_attention)
        self._scorer: Context | None = None
        self._turns = Turns()

    @property
    def cache_length(self) -> int:
        """Tokens of the chat's KV cache, as llama.cpp counts them."""
        return self._chat.length

    @property
    def held(self) -> Held:
        return self._cache.held

    def keep_in(
        self, store: PrefixStore, trusted: Callable[[], bool] = lambda: True, worth_seconds: float = WORTH_SECONDS
    ) -> None:
        """Keep computed states there from now on, and use what is kept, once `trusted` says so.

        A prefill that is cancelled after `worth_seconds` keeps what it has.
        """
        self._cache.disk = Disk(store, self.identity, trusted, worth_seconds)

    def count(self, text: str) -> int:
        return len(self._weights.tokens(text, special=False))

    def tokens_of(self, messages: Sequence[Message]) -> list[int]:
        return self._prompt(messages).tokens

    def _prompt(self, messages: Sequence[Message], keep: Keep | None = None) -> Prompt:
        tokens: list[int] = []
        stable, system = 0, bool(messages) and messages[0].role == "system"
        for piece in self._template.pieces(messages):
            if system and not stable and piece.message > 0:
                stable = len(tokens)
            tokens += self._weights.tokens(piece.text, special=not piece.foreign)
        bos = self._weights.bos
        if bos is not None and tokens[:1] != [bos]:
            tokens, stable = [bos, *tokens], stable + 1 if stable else 0
        return Prompt(tokens, stable, keep)

    def count_prompt(self, messages: Sequence[Message]) -> int:
        return len(self.tokens_of(messages))

    def kv_bytes(self, tokens: int) -> int:
        return kv_bytes(self._kv, tokens, self.kv_type)

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        *,
        cancel: threading.Event | None = None,
        temperature: float = 0.0,
        stop: Sequence[str] = (),
        keep: Keep | None = None,
    ) -> Generation:
        prompt = self._prompt(messages, keep)
        check_room(len(prompt.tokens), max_tokens, self.window)
        meter = Meter(len(prompt.tokens))
        text = TextStream([*self._template.stops, *stop])
        return Generation(self._run(prompt, max_tokens, cancel or threading.Event(), temperature, text, meter), meter)

    def _run(
        self,
        prompt: Prompt,
        max_tokens: int,
        cancel: threading.Event,
        temperature: float,
        text: TextStream,
        meter: Meter,
    ) -> Generator[str, None, None]:
        with self._turn(cancel) as mine:
            if not mine:
                return  # whoever has the turn computes: its way to stop is not to be replaced
            with self._chat.abort_on(cancel):
                if not (yield from self._prefill(prompt, meter)):
                    return
                sampler = Sampler(self._chat, temperature, seed=len(prompt.tokens))
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
            if meter.generated_tokens < max_tokens and not self._cache.extend([token]):
                return
        meter.stop = "length" if meter.generated_tokens == max_tokens and not text.stopped else "end"
        if rest := text.rest():
            yield rest

    @contextmanager
    def _turn(self, cancel: threading.Event) -> Iterator[bool]:
        """Wait for the model; False when cancelled first. ModelError when it has been closed."""
        with self._turns.turn() as mine:
            if mine.come(cancel):
                self._weights.check_open()
            yield not cancel.is_set()

    def _prefill(self, prompt: Prompt, meter: Meter) -> Generator[str, None, bool]:
        """Fill the cache, an empty piece for each step. False when cancelled."""
        filling = self._cache.fill(prompt, meter)
        while True:
            try:
                next(filling)
            except StopIteration as end:
                return bool(end.value)
            yield ""

    def score_continuations(
        self, prefixes: Sequence[str], continuation: str, cancel: threading.Event | None = None
    ) -> list[float]:
        cancel = cancel or threading.Event()
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
        scores: list[float] = []
        with self._turn(cancel) as mine:
            if mine and self._scorer is None:
                self._scorer = Context(self._weights, SCORE_WINDOW, self._threads, sequences=SCORE_SEQUENCES)
            if not mine or self._scorer is None:
                return scores
            with self._scorer.abort_on(cancel):
                for group in pack(heads, len(tail)):
                    if cancel.is_set() or not (found := score(self._scorer, group, tail)):
                        break
                    scores += found
        return scores

    def close(self) -> None:
        with self._turns.turn() as mine:
            mine.come()
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
