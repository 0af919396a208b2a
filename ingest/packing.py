"""Sentence vectors ↔ bytes: eight bits a component, and a scale for each vector."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_STEPS = 127
_SCALE = np.dtype("<f4")


def pack(vectors: Vectors) -> bytes:
    """Rows (n, d) as n scales and n·d signed bytes: 4 + d bytes a row."""
    scales = np.abs(vectors).max(axis=1, initial=0.0) / _STEPS
    whole = np.rint(vectors / np.where(scales > 0, scales, 1.0)[:, np.newaxis]).astype(np.int8)
    return bytes(scales.astype(_SCALE).tobytes() + whole.tobytes())


def unpack(blob: bytes, dimension: int) -> Vectors:
    """What `pack` was given, each component within 1/254 of its row's largest; (0, d) for a blob that fits no row."""
    count, rest = divmod(len(blob), _SCALE.itemsize + dimension)
    if rest:
        return np.empty((0, dimension), np.float32)
    scales = np.frombuffer(blob, _SCALE, count)
    whole = np.frombuffer(blob, np.int8, count * dimension, count * _SCALE.itemsize)
    return whole.reshape(count, dimension).astype(np.float32) * scales[:, np.newaxis]
