"""Every Llama's memory as a table, and tiny models under llama.cpp: bytes predicted against bytes it allocates."""

from __future__ import annotations

from pathlib import Path

from ingest.settings import read_settings
from rag.llama.gguf import read_gguf
from rag.llama.kv import buffer_bytes, kv_bytes_allocated
from rag.llama.memory import free_memory
from rag.models import find_models
from rag.shelf.table import aligned, catalogue_lines, lengths, size
from tests.make_gguf import tiny_llama, tiny_llama4
from tests.reserved import reserve

CASES = (("f16", False), ("f16", True), ("q8_0", True))


def bench_models(folder: Path) -> None:
    """The catalogue, then each tiny model and what is in the models folder at several windows and cache types."""
    print("\n".join(catalogue_lines(0, free_memory())))
    rows = [
        ["model", "window", "cache", "flash", "KV predicted", "allocated", "ratio", "buffers", "allocated", "ratio"]
    ]
    files = [tiny_llama(folder / "tiny-llama.gguf"), tiny_llama4(folder / "tiny-llama4.gguf")]
    for info in [*map(read_gguf, files), *find_models(read_settings().models)]:
        for window in (1000, 8192, 32_768):
            for kv_type, flash in CASES:
                if window > info.window:
                    continue
                found = reserve(info, window, kv_type, flash)
                kv, buffers = kv_bytes_allocated(info.kv, window, kv_type), buffer_bytes(info.footprint, window, flash)
                rows.append([
                    info.path.name, lengths(window), kv_type, "yes" if flash else "no",
                    size(kv), size(round(found.kv)), f"{kv / found.kv:.3f}",
                    size(buffers), size(round(found.compute)), f"{buffers / found.compute:.3f}",
                ])  # fmt: skip
    print("\npredicted against allocated (llama.cpp says hundredths of a MiB)")
    print("\n".join(aligned(rows)))
