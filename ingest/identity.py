"""A model's folder → a short hash of what decides its vectors."""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path

E5 = "e5-small"
"""The folder of the packaged embedder under the models' folder, and so its name."""
_CACHE = ".identity.json"
_NAMES = ("config.json", "modules.json", "config_sentence_transformers.json", "tokenizer.json", "vocab.txt")
_SUFFIXES = (".safetensors", ".bin", ".model")


def identified(folder: Path) -> str:
    """The model's name and identity, as `Embedder.name` has them around its dimension."""
    return f"{folder.name}:{identity(folder)}"


def is_packaged(embedder: str) -> bool:
    """Whether `Embedder.name`, or what `identified` gives, is of the embedder that Tomo converts itself."""
    return embedder.startswith(f"{E5}:")


def identity(folder: Path) -> str:
    """A short hash of weights, tokenizer and configuration, remembered beside them until a size or date changes."""
    files = sorted(
        file for file in folder.rglob("*") if file.is_file() and (file.suffix in _SUFFIXES or file.name in _NAMES)
    )
    stamps = [[str(f.relative_to(folder)), f.stat().st_size, f.stat().st_mtime_ns] for f in files]
    cache = folder / _CACHE
    try:
        known = json.loads(cache.read_text("utf-8"))
        if known["files"] == stamps:
            return str(known["identity"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            digest.update(f"{file.relative_to(folder)}\0".encode() + hashlib.file_digest(stream, "sha256").digest())
    identity = digest.hexdigest()[:12]
    with contextlib.suppress(OSError):  # a read-only folder is hashed at every start
        cache.write_text(json.dumps({"files": stamps, "identity": identity}), "utf-8")
    return identity
