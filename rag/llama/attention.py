"""Metadata of a model → which of its layers keep every token and which only the last ones.

As llama.cpp decides it in each model's `load_arch_hparams` (src/models/*.cpp). An architecture not listed here counts
as full attention throughout, so that its memory is never taken for too small: some files name a sliding window that
llama.cpp does not use (phi3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.gguf_header import Value
from rag.llama.kv import KVShape

CHUNK = 8192
"""llama.cpp gives every Llama 4 chunks of this length, whatever `attention.chunk_size` says."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Every `period`-th layer is full (0: the file has to list them), the others look back `reach` tokens.

    `reach` 0 is as the file says. `layers` limits it to models with that many.
    """

    period: int
    reach: int = 0
    chunked: bool = False
    layers: int = 0


PATTERNS = {
    "llama4": Pattern(4, CHUNK, chunked=True),
    "gemma2": Pattern(2),
    "gemma3": Pattern(6),
    "gemma3n": Pattern(5),
    "gemma4": Pattern(0),
    "gpt-oss": Pattern(2),
    "cohere2": Pattern(4),
    "olmo2": Pattern(4),
    "exaone4": Pattern(4, layers=64),
}
DEFAULT_REACH = {"gemma2": 4096}


def kv_shape(
    values: Mapping[str, Value], architecture: str, kv_heads: Sequence[int], head_dims: tuple[int, int]
) -> KVShape:
    """`kv_heads` of each layer, `head_dims` of K and V; local layers may have their own (`…_length_swa`)."""
    reach, flags = _local(values, architecture, len(kv_heads))
    wide = sum(head_dims)
    narrow = sum(
        _number(values, f"{architecture}.attention.{name}_length_swa") or dim
        for name, dim in zip(("key", "value"), head_dims, strict=True)
    )
    local = sum(heads * narrow for heads, flag in zip(kv_heads, flags, strict=True) if flag)
    full = sum(heads * wide for heads, flag in zip(kv_heads, flags, strict=True) if not flag)
    if not local:
        return KVShape(full)
    return KVShape(full, local, reach, PATTERNS[architecture].chunked)


def _local(values: Mapping[str, Value], architecture: str, layers: int) -> tuple[int, list[bool]]:
    """How far local layers look back, and which layers are local."""
    pattern = PATTERNS.get(architecture)
    window = values.get(f"{architecture}.attention.sliding_window")
    if pattern is None or window == 0 or pattern.layers not in (0, layers):
        return 0, [False] * layers
    reach = pattern.reach or _number(values, f"{architecture}.attention.sliding_window")
    reach = reach or DEFAULT_REACH.get(architecture, 0)
    if not reach:
        return 0, [False] * layers
    listed = values.get(f"{architecture}.attention.sliding_window_pattern")
    if isinstance(listed, tuple):
        return reach, [bool(flag) for flag in [*listed, *[0] * layers][:layers]]
    period = _number(values, f"{architecture}.attention.sliding_window_pattern") or pattern.period
    return reach, [bool(period) and layer % period < period - 1 for layer in range(layers)]


def _number(values: Mapping[str, Value], key: str) -> int:
    """A positive whole number, 0 when there is none."""
    found = values.get(key)
    return found if isinstance(found, int) and not isinstance(found, bool) and found > 0 else 0
