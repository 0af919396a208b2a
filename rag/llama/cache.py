"""Prompt tokens → a KV cache that holds them: what is in memory is kept, what is on disk restored, the rest computed.

Every prompt is computed in the same steps, so that an answer does not depend on what was in memory before: batches of
BATCH tokens from the start, a shorter one up to the end of what may be kept, and on from there. What is reused ends
where such a step ended. (llama.cpp's results differ in the last bits with the size of a batch.)
"""

from __future__ import annotations

import logging
import math
from bisect import bisect_right
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from time import perf_counter

from ingest.errors import ModelError
from rag.llama.engine import BATCH, Context
from rag.llama.generation import Meter, shared_prefix
from rag.llama.kv import KVShape, kv_bytes
from rag.prefix import LEAST_TOKENS, PrefixStore
from rag.prefixes.key import Found, Identity
from rag.types import Held, Keep

CHECKPOINT_SECONDS, CHECKPOINT_SHARE = 10.0, 0.15
"""A prefill keeps what it has every so many seconds, and every so much longer than it has taken, so that writing does
not grow with the square of the length: a killed one goes on from there."""

WORTH_SECONDS = 4.0

WORTH_TOKENS = 256
"""A state on disk is restored when it has so many more tokens than memory; fewer are computed as quickly."""

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Disk:
    """Where states are kept, what they depend on, and whether they can be trusted (asked once it matters)."""

    store: PrefixStore
    identity: Identity
    trusted: Callable[[], bool] = lambda: True
    worth_seconds: float = WORTH_SECONDS
    """A prefill that is cancelled after this long keeps what it has."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """Token ids; the first `stable` are the same for every question about what `keep` says they hold."""

    tokens: list[int]
    stable: int = 0
    keep: Keep | None = None


class PromptCache:
    """The KV cache of a chat. For one thread at a time."""

    def __init__(self, context: Context, shape: KVShape, kv_type: str, disk: Disk | None = None) -> None:
        self._context, self._shape, self._kv_type = context, shape, kv_type
        self.disk = disk
        self._tokens: list[int] = []
        self._ends: list[int] = []
        self.held = Held()
        """What the next prompt need not compute again, if it begins with it; nothing while it is filled."""

    def fill(self, prompt: Prompt, meter: Meter) -> Generator[None, None, bool]:
        """Compute what is not there; the last token always, for its logits. Pauses after each batch but the last.

        Returns False when cancelled. The meter gets what was reused, restored and computed.
        """
        self.held = Held()
        have = self._hold(prompt, meter)
        meter.computed_tokens = meter.cached_tokens = have
        started = saved = perf_counter()
        before = meter.known_seconds
        size, stable = len(prompt.tokens), self._stable(prompt)
        while have < size:
            end = min(have + BATCH, stable if have < stable else size)
            if not self.extend(prompt.tokens[have:end]):
                spent = perf_counter() - started
                if self.disk is not None and spent >= self.disk.worth_seconds:
                    self._save(prompt, before + spent)
                meter.prefill_seconds = spent
                return False
            have = meter.computed_tokens = end
            now = perf_counter()
            meter.prefill_seconds = now - started
            if end == stable and end - meter.cached_tokens > 0:
                meter.saved = self._save(prompt, before + now - started)
            elif end < stable and now - saved > max(CHECKPOINT_SECONDS, CHECKPOINT_SHARE * (now - started)):
                self._save(prompt, before + now - started)
                saved = perf_counter()
            if have < size:
                yield
        if prompt.keep is not None:
            self.held = Held(prompt.keep, stable)
        return True

    def extend(self, tokens: Sequence[int]) -> bool:
        """Compute further tokens, the last one's logits included. False, and nothing kept of them, when aborted."""
        start = len(self._tokens)
        try:
            if self._context.extend(tokens, start):
                self._tokens += tokens
                self._ends.append(len(self._tokens))
                return True
        except ModelError:
            self.clear()
            raise
        self._cut(self._context.forget(start))
        return False

    def clear(self) -> None:
        """Drop everything."""
        self._context.clear()
        self._cut(0)

    def _stable(self, prompt: Prompt) -> int:
        """Where a step has to end: one token at least is left to be computed after it."""
        return prompt.stable if prompt.stable < len(prompt.tokens) else 0

    def _cut(self, length: int) -> None:
        del self._tokens[length:]
        del self._ends[bisect_right(self._ends, length) :]
        if length < self.held.tokens:
            self.held = Held()

    # -- what need not be computed --------------------------------------------------------------------------------

    def _hold(self, prompt: Prompt, meter: Meter) -> int:
        """Tokens of the prompt that are in the cache now, out of memory or from disk; nothing else is."""
        have = self._usable(prompt.tokens)
        found = self._on_disk(prompt)
        if found is not None and found.usable >= have + WORTH_TOKENS:
            restored = self._restore(found, prompt, meter)
            if restored:
                return restored
        kept = self._context.forget(self._usable(prompt.tokens))
        self._cut(kept)
        wanted = self._stable(prompt) or len(prompt.tokens) // 2  # the instructions alone are next to nothing
        meter.prefix = "hot" if kept and kept >= wanted else "none"
        return kept

    def _usable(self, tokens: Sequence[int]) -> int:
        """Tokens that the cache shares with a prompt, up to the end of a step."""
        shared = min(shared_prefix(self._tokens, tokens), len(tokens) - 1)
        at = bisect_right(self._ends, shared)
        return self._ends[at - 1] if at else 0

    def _on_disk(self, prompt: Prompt) -> Found | None:
        if self.disk is None or prompt.keep is None or self._stable(prompt) < LEAST_TOKENS:
            return None
        if not self.disk.trusted():
            return None
        return self.disk.store.best(self.disk.identity, prompt.tokens[: self._stable(prompt)])

    def _restore(self, found: Found, prompt: Prompt, meter: Meter) -> int:
        """Load a state and drop what is not the prompt's; 0, and an empty cache, when it turns out to be unusable."""
        assert self.disk is not None
        store, header = self.disk.store, found.header
        if header.tokens >= self._context.window:
            LOG.info("The saved state of %s is longer than this window of %d.", header.what, self._context.window)
            return 0
        started = perf_counter()
        path = store.verified(header)
        if path is None:
            return 0
        self.clear()
        tokens = self._context.load(path)
        if tokens is None or shared_prefix(tokens, prompt.tokens) < found.usable or len(tokens) != header.tokens:
            self.clear()
            store.reject(header, "llama.cpp cannot load it" if tokens is None else "its tokens are not the prompt's")
            return 0
        if self._context.forget(found.usable) != found.usable:
            LOG.info("The saved state of %s cannot be used in part by this kind of model.", header.what)
            self.clear()
            return 0
        self._tokens = list(prompt.tokens[: found.usable])
        self._ends = [*range(BATCH, found.usable, BATCH), found.usable]
        meter.restore_seconds = perf_counter() - started
        meter.prefix, meter.restored_tokens = "restored", found.usable
        meter.known_seconds = header.seconds * found.usable / header.tokens
        store.restored(header, meter.restore_seconds)
        return found.usable

    def _save(self, prompt: Prompt, seconds: float) -> bool:
        """Keep what has been computed of the stable part. An unfinished step was dropped: it ends at the end of one."""
        size = len(self._tokens)
        if self.disk is None or prompt.keep is None or size < LEAST_TOKENS or size > prompt.stable:
            return False
        if not self.disk.trusted():
            return False
        store, tokens = self.disk.store, list(self._tokens)
        if store.holds(self.disk.identity, tokens):
            return True
        expected = math.ceil(1.05 * kv_bytes(self._shape, size, self._kv_type)) + 64 * size
        complete = size == prompt.stable
        return store.save(
            self.disk.identity, prompt.keep, tokens, expected, lambda path: self._context.save(path, tokens), seconds,
            complete,
        )  # fmt: skip
