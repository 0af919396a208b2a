"""Turn text into vectors: the Embedder Protocol, its sentence-transformers adapter, and one without a model."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import threading
import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.errors import ModelError
from ingest.lexical import fold, words
from ingest.tokens import PIECES, Tokens, clean, local_folder, open_tokens, padded

Vectors = NDArray[np.float32]

_GROUP_TOKENS = 512
"""Texts are embedded about so many tokens at a time: with more, activations leave the processor's cache."""

_IDENTITY_CACHE = ".identity.json"
_IDENTITY_NAMES = ("config.json", "modules.json", "config_sentence_transformers.json", "tokenizer.json", "vocab.txt")
_IDENTITY_SUFFIXES = (".safetensors", ".bin", ".model")


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
                digest = int.from_bytes(
                    hashlib.blake2b(piece.encode("utf-8", "replace"), digest_size=8).digest(), "little"
                )
                row[digest % self.dimension] += 1.0 if digest >> 63 else -1.0
        norm = float(np.linalg.norm(row))
        if norm == 0.0:
            row[0] = norm = 1.0
        return row / norm


class SentenceTransformerEmbedder:
    """A sentence-transformers folder, or a model name that is in the local cache; never the network.

    Runs in bfloat16 on a processor that computes in it, else in int8 when an `int8.json` in the folder names the
    layers to keep out of it, else in float32. All three give comparable vectors (mean cosine above 0.99).
    """

    def __init__(
        self, model: str | Path, threads: int | None = None, precision: str = "auto", tokens: Tokens | None = None
    ) -> None:
        """`precision`: auto, bfloat16, int8 or float32; `tokens`: the model's tokenizer where it is open already.

        ModelError when it is not there or cannot be loaded.
        """
        folder = local_folder(str(model))
        keep = _kept_layers(folder)
        self._tokens = tokens or open_tokens(folder)
        loaded = _load(folder, precision, keep, threads, self._tokens)
        self._model = loaded
        self._lock = threading.Lock()
        self.dimension = int(loaded.get_embedding_dimension() or 0)
        self.max_tokens = int(loaded.max_seq_length or 512)
        self.name = f"{Path(str(model).rstrip('/')).name}:{self.dimension}:{identity(folder)}"

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._embed(texts, "document")

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._embed(texts, "query")

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See Embedder."""
        return self._tokens.count(texts)

    def _embed(self, texts: Sequence[str], prompt: str) -> Vectors:
        prefix = self._model.prompts.get(prompt, "")
        parts = [(row, part) for row, text in enumerate(texts) for part in self._parts(clean(text), prefix)]
        lengths = [len(self._tokens.framed(prefix + part)) for _, part in parts]
        order = sorted(range(len(parts)), key=lambda i: lengths[i])
        sums = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for some in _groups([lengths[i] for i in order]):
            group = [parts[i] for i in order[some]]
            with self._lock:
                vectors = self._model.encode(
                    [part for _, part in group],
                    prompt=prefix or None,
                    batch_size=len(group),
                    show_progress_bar=False,
                )
            for (row, part), vector in zip(group, vectors, strict=True):
                sums[row] += np.float32(len(part) or 1) * vector / np.linalg.norm(vector)
        unit: Vectors = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return unit

    def _parts(self, text: str, prefix: str) -> Iterator[str]:
        """The text, or halves of halves of it that fit, parted at blanks."""
        # No tokenizer makes more tokens than bytes: most texts need no counting.
        surely = len(unicodedata.normalize("NFKC", prefix + text).encode()) + 2 <= self.max_tokens
        if surely or len(text) < 2 or len(self._tokens.framed(prefix + text)) <= self.max_tokens:
            yield text
            return
        middle = len(text) // 2
        cut = text.rfind(" ", middle // 2, middle) + 1 or middle
        yield from self._parts(text[:cut].rstrip() or text[:cut], prefix)
        yield from self._parts(text[cut:], prefix)


def _groups(lengths: Sequence[int]) -> Iterator[slice]:
    """Runs of ascending lengths (tokens), each run's padded size near _GROUP_TOKENS."""
    start = 0
    for at, length in enumerate(lengths):
        if at > start and (at + 1 - start) * padded(length) > _GROUP_TOKENS:
            yield slice(start, at)
            start = at
    if start < len(lengths):
        yield slice(start, len(lengths))


def _kept_layers(folder: Path) -> tuple[str, ...] | None:
    """Ends of the names of the layers that must stay out of int8; None when nobody has measured that."""
    try:
        return tuple(json.loads((folder / "int8.json").read_text("utf-8"))["keep"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{folder / 'int8.json'}: cannot be read ({error}). Delete the folder; it is made again."
        ) from error


def _load(folder: Path, precision: str, keep: tuple[str, ...] | None, threads: int | None, tokens: Tokens) -> Any:
    # Threads that spin while they wait make the work of others, and their own, up to ten times slower.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    try:
        import torch
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging
    except ImportError as error:
        raise ModelError(f"The embedder needs {error.name}. Run `pip install -r requirements.txt`.") from error
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    if threads:
        torch.set_num_threads(threads)
    if precision == "auto":
        able = torch.cpu.get_capabilities()
        quick = able.get("avx512_bf16") or able.get("amx_bf16")
        precision = "bfloat16" if quick else "float32" if keep is None or not able.get("avx2") else "int8"
    dtype = torch.bfloat16 if precision == "bfloat16" else torch.float32
    try:
        loaded: Any
        if (folder / PIECES).is_file():
            from ingest.encoder import load_encoder

            loaded = load_encoder(folder, dtype, tokens)
        else:
            loaded = SentenceTransformer(
                str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": dtype}
            )
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelError(
            f"{folder}: is no embedder that can be loaded ({reason}). Copy the model again, or delete the "
            "folder if Tomo made it: it is made again."
        ) from error
    return _to_int8(loaded, keep or ()) if precision == "int8" else loaded


def _to_int8(model: Any, keep: tuple[str, ...]) -> Any:
    """Linear layers in int8, per channel, but for those whose names end in one of `keep`."""
    from torch.ao.quantization import per_channel_dynamic_qconfig, quantize_dynamic
    from torch.nn import Linear

    names = [name for name, part in model.named_modules() if isinstance(part, Linear) and not name.endswith(keep)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        quantize_dynamic(model, dict.fromkeys(names, per_channel_dynamic_qconfig), inplace=True)  # type: ignore[no-untyped-call]
    return model


def identity(folder: Path) -> str:
    """A short hash of weights, tokenizer and configuration, remembered beside them until a size or date changes."""
    files = sorted(
        file
        for file in folder.rglob("*")
        if file.is_file() and (file.suffix in _IDENTITY_SUFFIXES or file.name in _IDENTITY_NAMES)
    )
    stamps = [[str(f.relative_to(folder)), f.stat().st_size, f.stat().st_mtime_ns] for f in files]
    cache = folder / _IDENTITY_CACHE
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
