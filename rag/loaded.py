"""The model that is open → what a person may know of it: what it holds, what bounds it, how fast it is here."""

from __future__ import annotations

from dataclasses import dataclass

from rag.llm import LLM
from rag.prefix import PrefixStore
from rag.rates import Rates
from rag.types import WindowLimit

_TYPICAL = 1000
"""Tokens of a prompt, and before an answer, that the rates are of."""
_WRITTEN = 100


@dataclass(frozen=True, slots=True)
class Loaded:
    """Sizes in bytes, lengths in tokens, rates a second: `prefill` and `decode` tokens, `restore` bytes; 0: not known.

    `measured`: the rates rest on use, not on the model's size. `quotes`: it quotes unless told to write.
    """

    name: str
    parameters: int
    window: int
    limit: WindowLimit
    kv_type: str
    flash_attention: bool
    kv_bytes: int
    prefill: float
    decode: float
    measured: bool
    restore: float
    quotes: bool


def loaded(llm: LLM, rates: Rates | None, prefixes: PrefixStore | None, quotes: bool) -> Loaded:
    """As it is now: rates get better with every answer."""
    kv_type, flash = llm.identity.get("kv", ""), llm.identity.get("flash_attention") == "on"
    prefill = _TYPICAL / rates.prefill(_TYPICAL) if rates is not None else 0.0
    decode = _WRITTEN / rates.decode(_WRITTEN, _TYPICAL) if rates is not None else 0.0
    restore = 1e9 / prefixes.restore_seconds(10**9) if prefixes is not None else 0.0
    return Loaded(
        llm.name, llm.parameters, llm.window, llm.window_limit, kv_type, flash, llm.kv_bytes(llm.window),
        prefill, decode, rates is not None and rates.measured, restore, quotes,
    )  # fmt: skip
