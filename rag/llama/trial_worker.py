"""A model's path → a word of an answer: what `ingest.trial` has a child process do before the model is trusted."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from ingest.trial_worker import TEXT, confess, use_vocabulary
from rag.llama.engine import Weights
from rag.llama.gguf import read_gguf
from rag.llm import LlamaCpp
from rag.types import Message

_WINDOW = 512
_PLENTY = 1 << 62


def main(path: str, memory_bytes: int) -> None:
    """Load the model and let it answer; say what is wrong on stdout, as a JSON object."""
    confess(lambda: _use(Path(path)), memory_bytes)


def _use(path: Path) -> None:
    """Everything a chat goes through: weights, vocabulary, template, context, prefill, decode, scores."""
    window = min(_WINDOW, read_gguf(path).window)
    with closing(Weights(path)) as weights:
        use_vocabulary(weights)
    with closing(LlamaCpp(path, window=window, threads=1, ram_bytes=_PLENTY)) as llm:
        for _ in llm.stream([Message("system", "Answer."), Message("user", TEXT)], max_tokens=2):
            pass
        llm.score_continuations(["A", "B"], "C")
