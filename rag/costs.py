"""A model, what was learned of its speed, and what it holds → what reading costs."""

from __future__ import annotations

from pathlib import Path

from ingest.settings import Settings
from rag.budget import Costs, Prefix
from rag.llama.engine import default_threads
from rag.llama.gguf import read_gguf
from rag.llm import LLM
from rag.prefix import PrefixStore
from rag.rates import Rates, Shape, rates_key


def open_rates(settings: Settings, path: Path, name: str, kv_type: str = "f16") -> Rates:
    """The rates of a GGUF model on this machine, kept beside the models."""
    info = read_gguf(path)
    shape = Shape(info.parameters, info.layers, info.heads, info.head_dim_k, info.size)
    key = rates_key(name, settings.threads or default_threads(), kv_type)
    return Rates(settings.models / "rates.json", key, shape)


class Memory:
    """What need not be computed again: what the model holds, whoever asked for it, and what is kept on disk."""

    def __init__(self, llm: LLM, store: PrefixStore | None = None) -> None:
        self._llm, self._store, self._identity = llm, store, llm.identity

    def prefix(self, documents: tuple[str, ...], part: str = "") -> Prefix:
        """What of a prompt that begins with these is in memory, or else on disk."""
        wanted, held = tuple(sorted(documents)), self._llm.held
        if wanted and held.keep and (wanted, part) == (tuple(sorted(held.keep.documents)), held.keep.part):
            return Prefix("hot", held.tokens)
        found = self._store.known(self._identity, wanted, part) if self._store is not None and wanted else None
        if found is None or self._store is None:
            return Prefix()
        return Prefix("saved", found.tokens, self._store.restore_seconds(found.bytes))


def costs_of(llm: LLM, rates: Rates | None, memory: Memory) -> Costs:
    """Without rates (a model that none are kept of), seconds are not predicted."""
    if rates is None:
        return Costs(kv_bytes=llm.kv_bytes, prefix=memory.prefix)
    return Costs(rates.prefill, rates.decode, rates.quoting, llm.kv_bytes, memory.prefix)
