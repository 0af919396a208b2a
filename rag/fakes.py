"""A scripted language model: the whole of Tomo without a model file, for tests and for a first look at the page."""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import perf_counter

from ingest.errors import ModelError, SettingsError, WindowError
from rag.llama.generation import Generation, Meter, TextStream, shared_prefix
from rag.llama.kv import KVShape, kv_bytes
from rag.llm import check_room
from rag.turns import Turns
from rag.types import Held, Keep, Message, WindowLimit

WORD = re.compile(r"\s*\S+|\s+$")
KV = KVShape(2 * 16 * 8 * 64)
"""What Llama 3.2 1B keeps of a token."""
FAKE_TEXT = "This is a rehearsal: no language model is open. Esto es un ensayo: no hay ningún modelo abierto."


class FakeLLM:
    """Answers with `replies` in turn, over and over. A token is a word with the space before it.

    `seconds_per_token` slows prefill and decode alike, to rehearse waiting and cancelling.
    """

    def __init__(
        self,
        replies: Sequence[str] = (FAKE_TEXT,),
        window: int = 4096,
        parameters: int = 135_000_000,
        seconds_per_token: float = 0.0,
    ) -> None:
        self.name, self.tokenizer = "fake@000000000000", "words"
        self.window, self.parameters = window, parameters
        self.identity: Mapping[str, str] = {}
        self.window_limit: WindowLimit = "set"
        self._replies, self._asked, self._seconds = list(replies), 0, seconds_per_token
        self._ids: dict[str, int] = {}
        self._cached: list[int] = []
        self.held = Held()
        self._turns = Turns()
        self._closed = False

    def count(self, text: str) -> int:
        return len(WORD.findall(text))

    def tokens_of(self, messages: Sequence[Message]) -> list[int]:
        words = [word for message in messages for word in (f"<{message.role}>", *WORD.findall(message.text))]
        return [self._ids.setdefault(word, len(self._ids)) for word in [*words, "<assistant>"]]

    def count_prompt(self, messages: Sequence[Message]) -> int:
        return len(self.tokens_of(messages))

    def kv_bytes(self, tokens: int) -> int:
        return kv_bytes(KV, tokens, "f16")

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
        prompt = self.tokens_of(messages)
        check_room(len(prompt), max_tokens, self.window)
        meter = Meter(len(prompt))
        holds = Held(keep, self.count_prompt(messages[:1]) - 1) if keep else Held()
        run = self._run(prompt, max_tokens, cancel or threading.Event(), TextStream(stop), meter, holds)
        return Generation(run, meter)

    def _run(
        self,
        prompt: list[int],
        max_tokens: int,
        cancel: threading.Event,
        text: TextStream,
        meter: Meter,
        holds: Held,
    ) -> Generator[str, None, None]:
        with self._turn(cancel) as mine:
            if not mine:
                return
            self.held = Held()
            if not self._prefill(prompt, cancel, meter):
                return
            self.held = holds
            words = WORD.findall(self.reply(prompt))
            for word in words[:max_tokens]:
                if cancel.wait(self._seconds):
                    return
                meter.token()
                if piece := text.feed(word.encode()):
                    yield piece
                if text.stopped:
                    break
            meter.stop = "length" if len(words) > max_tokens and not text.stopped else "end"
            if rest := text.rest():
                yield rest

    def reply(self, prompt: list[int]) -> str:
        """What is answered to a prompt."""
        self._asked += 1
        return self._replies[(self._asked - 1) % len(self._replies)]

    def _prefill(self, prompt: list[int], cancel: threading.Event, meter: Meter) -> bool:
        started = perf_counter()
        meter.cached_tokens = min(shared_prefix(self._cached, prompt), len(prompt) - 1)
        done = not cancel.wait(self._seconds * (len(prompt) - meter.cached_tokens))
        meter.prefill_seconds = perf_counter() - started
        meter.computed_tokens = len(prompt) if done else meter.cached_tokens
        meter.prefix = "hot" if meter.cached_tokens else "none"
        self._cached = prompt if done else self._cached[: meter.cached_tokens]
        return done

    @contextmanager
    def _turn(self, cancel: threading.Event) -> Iterator[bool]:
        with self._turns.turn() as mine:
            if mine.come(cancel) and self._closed:
                raise ModelError(f"{self.name}: the model has been closed. Open it again.")
            yield not cancel.is_set()

    def score_continuations(
        self, prefixes: Sequence[str], continuation: str, cancel: threading.Event | None = None
    ) -> list[float]:
        """ln of the share of the continuation's words that the prefix holds, counted from one half a word."""
        wanted = set(re.findall(r"\w+", continuation.lower()))
        if not wanted:
            raise SettingsError("There is nothing to score: the continuation is empty.")
        if any(not 0 < self.count(prefix) <= self.window for prefix in prefixes):
            raise WindowError(f"A passage cannot be scored, 1 to {self.window:,} tokens can. Cut it into sentences.")
        if cancel is not None and cancel.is_set():
            return []
        shared = [len(wanted & set(re.findall(r"\w+", prefix.lower()))) for prefix in prefixes]
        return [math.log((count + 0.5) / (len(wanted) + 0.5)) for count in shared]

    def close(self) -> None:
        with self._turns.turn() as mine:
            mine.come()
            self._closed = True
