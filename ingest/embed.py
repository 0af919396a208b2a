"""Turn text into vectors: the Embedder Protocol, its sentence-transformers adapter, and one without a model."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.errors import ModelError
from ingest.lexical import fold, words

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Text to unit vectors, safe to call from any thread."""

    @property
    def name(self) -> str:
        """Identity kept in a library: two embedders whose vectors cannot be compared differ here."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def max_tokens(self) -> int:
        """The longest text that is embedded whole, prompt and special tokens included."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dimension) unit rows in the order given; (0, dimension) for none."""

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """The same for questions, which some models embed differently."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without prompt and special tokens."""


class HashEmbedder:
    """Words and letter triples hashed into a vector: no model, the same in every process. For tests and first tries."""

    def __init__(self, dimension: int = 256) -> None:
        self.name, self.dimension, self.max_tokens = f"hash:{dimension}", dimension, 1_000_000

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        rows = [self._embed(text) for text in texts]
        return np.stack(rows) if rows else np.empty((0, self.dimension), dtype=np.float32)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self.embed_passages(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See Embedder: words."""
        return [len(words(text)) for text in texts]

    def _embed(self, text: str) -> NDArray[np.float32]:
        row = np.zeros(self.dimension, dtype=np.float32)
        for word in words(text):
            padded = f" {fold(word)} "
            for piece in (padded, *(padded[i : i + 3] for i in range(len(padded) - 2))):
                digest = int.from_bytes(hashlib.blake2b(piece.encode(), digest_size=8).digest(), "little")
                row[digest % self.dimension] += 1.0 if digest >> 63 else -1.0
        norm = float(np.linalg.norm(row))
        if norm == 0.0:
            row[0] = norm = 1.0
        return row / norm


class SentenceTransformerEmbedder:
    """A sentence-transformers folder, or a model name that is in the local cache; never the network.

    Linear layers run in int8 (dynamic, per channel): about three times the speed of float32 on a processor.
    """

    BATCH = 16

    def __init__(self, model: str | Path, threads: int | None = None) -> None:
        """ModelError when it is not there or cannot be loaded."""
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        if threads:
            torch.set_num_threads(threads)
        try:
            loaded: Any = SentenceTransformer(
                str(model), device="cpu", local_files_only=True, model_kwargs={"dtype": torch.float32}
            )
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            raise ModelError(
                f"{model}: is no embedder that can be loaded ({str(error).splitlines()[0]}). Set TOMO_EMBEDDER to a "
                "sentence-transformers folder, or to a model name that is already in this machine's cache."
            ) from error
        self._model: Any = torch.ao.quantization.quantize_dynamic(  # type: ignore[no-untyped-call]
            loaded, {torch.nn.Linear: torch.ao.quantization.per_channel_dynamic_qconfig}, inplace=True
        )
        self._lock = threading.Lock()
        self.dimension = int(loaded.get_embedding_dimension() or 0)
        self.max_tokens = int(loaded.max_seq_length)
        self.name = _identity(Path(model), self.dimension)
        self._counter = _tokenizer(Path(model), loaded)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._encode(texts, "document")

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._encode(texts, "query")

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See Embedder."""
        return [len(e.ids) for e in self._counter.encode_batch(list(texts), add_special_tokens=False)]

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        options = {"batch_size": self.BATCH, "normalize_embeddings": True, "show_progress_bar": False}
        name = prompt if prompt in self._model.prompts else None
        clean = [text.encode("utf-8", "replace").decode().replace("\0", " ") for text in texts]
        with self._lock:
            return np.asarray(self._model.encode(clean, prompt_name=name, **options), dtype=np.float32)


def _tokenizer(folder: Path, loaded: Any) -> Any:
    """A tokenizer of its own for counting: the model's is changed (padding, truncation) while it embeds."""
    from tokenizers import Tokenizer

    file = folder / "tokenizer.json"
    if file.exists():
        return Tokenizer.from_file(str(file))
    return Tokenizer.from_str(loaded.tokenizer.backend_tokenizer.to_str())


def _identity(folder: Path, dimension: int) -> str:
    """The folder's name and a hash of its configuration, tokenizer and the sizes and heads of its weights."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if file.suffix in (".json", ".safetensors", ".bin", ".model") and file.is_file():
            with file.open("rb") as stream:
                digest.update(json.dumps([file.name, file.stat().st_size]).encode() + stream.read(1 << 20))
    return f"{folder.name}:{dimension}:{digest.hexdigest()[:12]}"
