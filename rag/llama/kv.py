"""Shape of a model → bytes of memory: the KV cache for a length, and all that llama.cpp takes at a window. Pure.

Sources: llama.cpp's llama-kv-cache-iswa.cpp (sizes and padding of the two caches) and llama-hparams.cpp (which tokens a
layer looks back to), held against what it allocates in tests/test_tiny_models.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.errors import ModelError
from ingest.ggml import KV_TYPES, TENSOR_TYPES

BATCH = 512
"""Tokens that are computed at once."""
CELLS = 256
"""llama.cpp rounds the tokens of a cache up to a multiple of this."""
TAKEN_BACK = 2048
"""Tokens of an answer and the next question that can be taken back while sliding layers still hold what is before."""
LEAST_WINDOW = 512


@dataclass(frozen=True, slots=True)
class KVShape:
    """Numbers (of K and V) that a token takes in the layers that keep all tokens, `full`, and in the others, `local`.

    Local layers look back over `reach` tokens: the last ones, or with `chunked` those since the last multiple of it.
    """

    full: int
    local: int = 0
    reach: int = 0
    chunked: bool = False

    def first_needed(self, position: int) -> int:
        """The earliest position that has to be in the cache of the local layers to compute the one at `position`."""
        if not self.local:
            return 0
        return position // self.reach * self.reach if self.chunked else max(0, position - self.reach + 1)

    @property
    def sequences(self) -> int:
        """What to announce to llama.cpp, whose cache of the local layers holds `reach` tokens a sequence.

        With one it could go back by less than a batch, and a chat would compute its document anew at every turn. A
        chunk stays whole until the next has begun, so chunked layers need no more.
        """
        return 1 if self.chunked or not self.local else 1 + -(-TAKEN_BACK // self.reach)


@dataclass(frozen=True, slots=True)
class Footprint:
    """What the memory of a model follows from; `weights` in bytes."""

    weights: int
    kv: KVShape
    heads: int
    embedding: int
    vocabulary: int


def kv_bytes(shape: KVShape, tokens: int, kv_type: str) -> int:
    """Bytes of KV cache that `tokens` tokens use: over all layers, kv heads · (dim K + dim V) · bytes · tokens held.

    A local layer holds min(tokens, reach); for Llama 4 that is 2·8·128·b·(12·T + 36·min(T, 8192)). A chunked layer uses
    less just after a chunk has begun. ModelError for an unknown type.
    """
    return _bytes(shape.full * tokens + shape.local * min(tokens, shape.reach), kv_type)


def kv_bytes_allocated(shape: KVShape, window: int, kv_type: str) -> int:
    """Bytes that llama.cpp reserves for a window of tokens: both caches padded, room for one batch in the local one."""
    full, local = cells(shape, window)
    return _bytes(shape.full * full + shape.local * local, kv_type)


def cells(shape: KVShape, window: int) -> tuple[int, int]:
    """Tokens that llama.cpp makes room for in the full and in the local layers."""
    full = _padded(window)
    return full, _padded(min(full, shape.reach * shape.sequences + BATCH)) if shape.local else 0


def total_bytes(model: Footprint, window: int, kv_type: str, flash_attention: bool = False) -> int:
    """Memory to run a model: weights, KV cache, and llama.cpp's buffers for one batch."""
    return model.weights + kv_bytes_allocated(model.kv, window, kv_type) + buffer_bytes(model, window, flash_attention)


def buffer_bytes(model: Footprint, window: int, flash_attention: bool = False) -> int:
    """llama.cpp's compute buffer for one batch: what attention or the logits take, whichever is more, and activations.

    Attention: scores of heads · window in f32 (none with flash attention), and a mask for each cache in f32 (f16).
    """
    full, local = cells(model.kv, window)
    scores = 0 if flash_attention else 4 * model.heads * full
    masks = (2 if flash_attention else 4) * (full + local)
    return BATCH * (max(scores + masks, 4 * model.vocabulary) + 4 * 8 * model.embedding)


def fitting_window(model: Footprint, kv_type: str, ram_bytes: int, wanted: int, flash_attention: bool = False) -> int:
    """The largest window up to `wanted` that runs in `ram_bytes`: `wanted`, a multiple of 256 below it, or 0.

    0 when not even 512 tokens fit (or `wanted`, if that is less).
    """

    def fits(window: int) -> bool:
        return total_bytes(model, window, kv_type, flash_attention) <= ram_bytes

    if fits(wanted):
        return wanted
    low, high = 0, (wanted - 1) // CELLS
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle * CELLS) else (low, middle - 1)
    return low * CELLS if low * CELLS >= LEAST_WINDOW else 0


def _padded(tokens: int) -> int:
    return -(-tokens // CELLS) * CELLS


def _bytes(numbers: int, kv_type: str) -> int:
    if kv_type not in KV_TYPES:
        raise ModelError(f"KV cache type {kv_type!r} is not known. Choose one of {', '.join(KV_TYPES)}.")
    tensor = TENSOR_TYPES[KV_TYPES[kv_type]]
    return numbers * tensor.bytes // tensor.block
