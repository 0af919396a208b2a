"""A model, what was learned of its speed, and what it holds → what reading costs."""

from __future__ import annotations

from pathlib import Path

from ingest.settings import Settings
from rag.budget import Costs, Prefix
from rag.engine import default_threads
from rag.gguf import read_gguf
from rag.llm import LLM
from rag.rates import Rates, Shape, rates_key


def open_rates(settings: Settings, path: Path, name: str, kv_type: str = "f16") -> Rates:
    """The rates of a GGUF model on this machine, kept beside the models."""
    info = read_gguf(path)
    shape = Shape(info.parameters, info.layers, info.heads, info.head_dim_k, info.size)
    key = rates_key(name, settings.threads or default_threads(), kv_type)
    return Rates(settings.models / "rates.json", key, shape)


class Memory:
    """Which documents the model has just read whole: their part of the prompt need not be computed again."""

    def __init__(self) -> None:
        self._documents: tuple[str, ...] = ()
        self._tokens = 0

    def note(self, documents: tuple[str, ...], tokens: int) -> None:
        """The cache now begins with these documents, `tokens` with the instructions before them."""
        self._documents, self._tokens = documents, tokens

    def prefix(self, documents: tuple[str, ...]) -> Prefix:
        """What of a prompt that begins with these is in memory."""
        same = bool(documents) and documents == self._documents
        return Prefix("hot", self._tokens) if same else Prefix()


def costs_of(llm: LLM, rates: Rates | None, memory: Memory) -> Costs:
    """Without rates (a model that none are kept of), seconds are not predicted."""
    if rates is None:
        return Costs(kv_bytes=llm.kv_bytes, prefix=memory.prefix)
    return Costs(rates.prefill, rates.decode, rates.quoting, llm.kv_bytes, memory.prefix)
