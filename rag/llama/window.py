"""What a model was trained for, what is set, what memory allows → the window."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from ingest.errors import ModelError, SettingsError
from rag.llama.gguf import GGUFInfo
from rag.llama.kv import LEAST_WINDOW, buffer_bytes, fitting_window, kv_bytes_allocated
from rag.types import WindowLimit

LOG = logging.getLogger(__name__)
DEFAULT_WINDOW = 8192
GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Window:
    """`tokens` of context, and which of the bounds it was that held."""

    tokens: int
    limit: WindowLimit


def choose_window(
    info: GGUFInfo,
    wanted: int | None,
    kv_type: str = "f16",
    ram_bytes: int | None = None,
    flash_attention: bool = False,
) -> Window:
    """The least of what is trained, set (`wanted`; by default 8,192) and fits `ram_bytes` (None: not known).

    SettingsError for a window beyond training, ModelError when the model does not fit at all. A window that is set and
    does not fit is logged as a warning, with numbers.
    """
    name = info.path.name
    if wanted is not None and not 1 <= wanted <= info.window:
        raise SettingsError(
            f"{name}: a window of {wanted:,} tokens is outside 1 to {info.window:,}, "
            "which the model was trained for. Choose one in between."
        )
    tokens = wanted or min(info.window, DEFAULT_WINDOW)
    limit: WindowLimit = "set" if wanted else "trained" if info.window <= DEFAULT_WINDOW else "default"
    if ram_bytes is None:
        return Window(tokens, limit)
    room = fitting_window(info.footprint, kv_type, ram_bytes, tokens, flash_attention)
    if room == tokens:
        return Window(tokens, limit)
    smallest = _needs(info, min(tokens, LEAST_WINDOW), kv_type, ram_bytes, flash_attention)
    if not room:
        raise ModelError(
            f"{name}: does not fit. {smallest}. Close other programs, or use a smaller model or a smaller quantisation "
            "(`python -m rag models` says what fits)."
        )
    LOG.log(
        logging.WARNING if wanted else logging.INFO,
        "%s: a window of %s tokens does not fit. %s. The window is %s tokens instead.",
        name, f"{tokens:,}", _needs(info, tokens, kv_type, ram_bytes, flash_attention), f"{room:,}",
    )  # fmt: skip
    return Window(room, "memory")


def _needs(info: GGUFInfo, window: int, kv_type: str, ram_bytes: int, flash_attention: bool) -> str:
    kv = kv_bytes_allocated(info.kv, window, kv_type)
    buffers = buffer_bytes(info.footprint, window, flash_attention)
    return (
        f"At {window:,} tokens it needs {(info.size + kv + buffers) / GIB:,.2f} GiB (weights {info.size / GIB:,.2f}, "
        f"KV cache {kv / GIB:,.2f}, buffers {buffers / GIB:,.2f}), and {ram_bytes / GIB:,.2f} GiB of memory are free"
    )
