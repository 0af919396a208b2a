"""A model and a window → the bytes that llama.cpp reserves for them, from its own log."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rag.llama.engine import Context, Weights
from rag.llama.gguf import GGUFInfo

MIB = 1 << 20
_LINE = re.compile(r"(KV|compute) buffer size =\s+([\d.]+) MiB")


@dataclass(frozen=True, slots=True)
class Reserved:
    """Bytes of the KV caches (one, or two where some layers slide) and of the compute buffer.

    llama.cpp rounds each to a hundredth of a MiB.
    """

    caches: tuple[float, ...]
    compute: float

    @property
    def kv(self) -> float:
        """All caches together."""
        return sum(self.caches)

    def explains(self, predicted: int) -> bool:
        """Whether `predicted` bytes of KV cache differ by no more than the rounding."""
        return abs(predicted - self.kv) <= 0.0051 * MIB * len(self.caches)


def reserve(info: GGUFInfo, window: int, kv_type: str = "f16", flash_attention: bool = False) -> Reserved:
    """Open a context as `LlamaCpp` does, read what it says, close it."""
    with _heard() as lines:
        weights = Weights(info.path)
        context = Context(weights, window, 1, kv_type, flash_attention, shape=info.kv)
        context.close()
        weights.close()
    found = [(match[1], float(match[2]) * MIB) for match in map(_LINE.search, lines) if match]
    return Reserved(
        tuple(size for kind, size in found if kind == "KV"), sum(size for kind, size in found if kind == "compute")
    )


@contextmanager
def _heard() -> Iterator[list[str]]:
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    logger, handler = logging.getLogger("ingest.vocabulary"), Keep()
    level, passes_on = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    try:
        yield lines
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = passes_on
