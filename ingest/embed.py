"""Turn text into vectors: the Embedder Protocol, and one without a model."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.lexical import fold, words

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ChunkText:
    """What of a chunk is embedded: its breadcrumb and its text, and where in the text its sentences are."""

    breadcrumb: str
    text: str
    sentences: tuple[tuple[int, int], ...] = ()

    @property
    def whole(self) -> str:
        """Breadcrumb and text, a line each."""
        return f"{self.breadcrumb}\n{self.text}"


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
        """(len(texts), dimension) unit rows in the order given; (0, dimension) for none.

        Of a text longer than `max_tokens` nothing is dropped: its parts are embedded and averaged by their length.
        """

    def embed_chunks(self, chunks: Sequence[ChunkText]) -> list[Vectors]:
        """Unit rows (1 + m, dimension) of each chunk: its own vector, then its m sentences' as they stand in it.

        m is 0 for all when the model has no vectors of parts of a text (its pooling is not a mean over tokens).
        """

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """The same as `embed_passages` for questions, which some models embed differently."""

    def embed_question(self, text: str) -> Vectors:
        """Unit rows (1 + n, dimension): the question's vector, then its n tokens' as they stand in it."""

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

    def embed_chunks(self, chunks: Sequence[ChunkText]) -> list[Vectors]:
        """See Embedder."""
        wholes = self.embed_passages([chunk.whole for chunk in chunks])
        parts = [[self._embed(chunk.text[a:b]) for a, b in chunk.sentences] for chunk in chunks]
        return [np.stack([whole, *rows]) for whole, rows in zip(wholes, parts, strict=True)]

    def embed_question(self, text: str) -> Vectors:
        """See Embedder."""
        return np.stack([self._embed(text), *(self._embed(word) for word in words(text))])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See Embedder: words."""
        return [len(words(text)) for text in texts]

    def _embed(self, text: str) -> NDArray[np.float32]:
        row = np.zeros(self.dimension, dtype=np.float32)
        for word in words(text):
            padded = f" {fold(word)} "
            for piece in (padded, *(padded[i : i + 3] for i in range(len(padded) - 2))):
                digest = int.from_bytes(
                    hashlib.blake2b(piece.encode("utf-8", "replace"), digest_size=8).digest(), "little"
                )
                row[digest % self.dimension] += 1.0 if digest >> 63 else -1.0
        norm = float(np.linalg.norm(row))
        if norm == 0.0:
            row[0] = norm = 1.0
        return row / norm
