"""Turn text into vectors with a sentence-transformers model: the only module that runs one."""

from __future__ import annotations

import json
import logging
import os
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ingest.embed import ChunkText, Vectors
from ingest.errors import ModelError
from ingest.identity import identity
from ingest.tokens import PIECES, Tokens, clean, local_folder, open_tokens, padded

_GROUP_TOKENS = 512
"""Texts are embedded about so many tokens at a time: with more, activations leave the processor's cache."""

_FEW = 96
"""Tokens, a question's, up to which threads cost more to wake for each layer than they compute, but for float32."""


@dataclass(frozen=True, slots=True)
class _Window:
    """Tokens that are embedded at once: `ids` of a text, and where the parts of it are, (part, start, end)."""

    text: int
    ids: list[int]
    spans: list[tuple[int, int, int]]


class SentenceTransformerEmbedder:
    """A sentence-transformers folder, or a model name that is in the local cache; never the network.

    Runs in bfloat16 on a processor that computes in it, else in int8 when an `int8.json` in the folder names the
    layers to keep out of it, else in float32. All three give comparable vectors (mean cosine above 0.99).

    Vectors of sentences are means over their tokens as they stand in the chunk (late chunking, Günther et al., 2024):
    they cost nothing beside the chunk's own.
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
        self._model, self._few = _load(folder, precision, keep, threads, self._tokens)
        self._lock = threading.Lock()
        self._has_parts = _pools_means(self._model)
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.max_tokens = int(self._model.max_seq_length or 512)
        self.name = f"{Path(str(model).rstrip('/')).name}:{self.dimension}:{identity(folder)}"

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._wholes(texts, "document")

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._wholes(texts, "query")

    def embed_chunks(self, chunks: Sequence[ChunkText]) -> list[Vectors]:
        """See Embedder."""
        if not self._has_parts:
            return list(self.embed_passages([chunk.whole for chunk in chunks])[:, np.newaxis])
        return self._embed([_parts(chunk) for chunk in chunks], "document")

    def embed_question(self, text: str) -> Vectors:
        """See Embedder."""
        window = next(self._windows(0, [clean(text)], "query"))
        (_, start, end) = window.spans[0]
        (tokens,), (vector,) = self._run([window])
        return np.vstack([vector, _unit(tokens[start:end])])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See Embedder."""
        return self._tokens.count(texts)

    def _wholes(self, texts: Sequence[str], prompt: str) -> Vectors:
        rows = [parts[0] for parts in self._embed([[text] for text in texts], prompt)]
        return np.stack(rows) if rows else np.empty((0, self.dimension), dtype=np.float32)

    def _embed(self, texts: Sequence[Sequence[str]], prompt: str) -> list[Vectors]:
        """Unit rows of each text, given in parts: the whole's, then those of all parts but the first."""
        sums = [np.zeros((len(parts), self.dimension), dtype=np.float32) for parts in texts]
        windows = [w for text, parts in enumerate(texts) for w in self._windows(text, list(map(clean, parts)), prompt)]
        windows.sort(key=lambda window: len(window.ids))
        for some in _groups([len(window.ids) for window in windows]):
            for window, tokens, vector in zip(windows[some], *self._run(windows[some]), strict=True):
                rows = sums[window.text]
                rows[0] += np.float32(len(window.ids)) * vector
                for part, start, end in window.spans:
                    if part:
                        rows[part] += tokens[start:end].sum(axis=0)
        return [_unit(rows) for rows in sums]

    def _windows(self, text: int, parts: Sequence[str], prompt: str) -> Iterator[_Window]:
        """The tokens of a text, in as few windows as its length needs, each after the prompt."""
        begin, end = self._tokens.frame
        prefix = self._model.prompts.get(prompt, "").rstrip()
        begin = [*begin, *self._tokens.ids(prefix)] if prefix else list(begin)
        ids, spans = list(begin), list[tuple[int, int, int]]()
        for number, part in enumerate(parts):
            rest = self._tokens.ids(f" {part}" if prefix and number == 0 else part)
            while rest:
                room = self.max_tokens - len(end) - len(ids)
                if room < min(len(rest), self.max_tokens // 4):  # rather whole in the next window
                    yield _Window(text, ids + list(end), spans)
                    ids, spans = list(begin), []
                    room = self.max_tokens - len(end) - len(ids)
                spans.append((number, len(ids), len(ids) + len(rest[:room])))
                ids, rest = ids + rest[:room], rest[room:]
        yield _Window(text, ids + list(end), spans or [(0, len(begin), len(begin))])

    def _run(self, windows: Sequence[_Window]) -> tuple[list[Vectors], Vectors]:
        """Each window's vectors of its tokens (n, d), and all windows' own unit vectors."""
        import torch

        width = padded(max(len(window.ids) for window in windows))
        ids = torch.zeros((len(windows), width), dtype=torch.long)
        mask = torch.zeros((len(windows), width), dtype=torch.long)
        for row, window in enumerate(windows):
            ids[row, : len(window.ids)] = torch.tensor(window.ids)
            mask[row, : len(window.ids)] = 1
        with self._lock, torch.inference_mode(), _one_thread(ids.numel() <= self._few):
            found = self._model({"input_ids": ids, "attention_mask": mask})
        tokens = found["token_embeddings"].float().numpy()
        wholes: Vectors = _unit(found["sentence_embedding"].float().numpy())
        return [row[: len(window.ids)] for row, window in zip(tokens, windows, strict=True)], wholes


@contextmanager
def _one_thread(wanted: bool) -> Iterator[None]:
    """PyTorch's work within on the caller's thread alone."""
    import torch

    threads = torch.get_num_threads()
    if not wanted or threads == 1:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _parts(chunk: ChunkText) -> list[str]:
    """The breadcrumb, then a stretch up to the end of each sentence; the last goes on to the end of the text."""
    ends = [end for _, end in chunk.sentences[:-1]] + [len(chunk.text)] * bool(chunk.sentences)
    starts = [0, *ends]
    rows = [chunk.text[a:b] for a, b in zip(starts, ends, strict=False)]
    return [chunk.breadcrumb, *rows] if rows else [chunk.whole]


def _unit(rows: Vectors) -> Vectors:
    """Rows of length 1; a part without a token has the direction of the first row."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    known: Vectors = np.where(norms > 0, rows, rows[:1])
    known /= np.maximum(np.linalg.norm(known, axis=1, keepdims=True), 1e-12)
    return known


def _pools_means(model: Any) -> bool:
    """Whether a text's vector is the mean of its tokens', so that parts of it have comparable ones."""
    names = [type(module).__name__ for module in model]
    return names[1:] in (["Pooling"], ["Pooling", "Normalize"]) and model[1].pooling_mode in ("mean", ("mean",))


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


def _load(
    folder: Path, precision: str, keep: tuple[str, ...] | None, threads: int | None, tokens: Tokens
) -> tuple[Any, int]:
    """The model, and up to how many tokens one thread computes as fast as several."""
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
    if precision == "bfloat16":
        from ingest.packed import pack

        pack(loaded)
    if precision == "int8":
        loaded = _to_int8(loaded, keep or ())
    return loaded, 0 if precision == "float32" else _FEW


def _to_int8(model: Any, keep: tuple[str, ...]) -> Any:
    """Linear layers in int8, per channel, but for those whose names end in one of `keep`."""
    from torch.ao.quantization import per_channel_dynamic_qconfig, quantize_dynamic
    from torch.nn import Linear

    names = [name for name, part in model.named_modules() if isinstance(part, Linear) and not name.endswith(keep)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        quantize_dynamic(model, dict.fromkeys(names, per_channel_dynamic_qconfig), inplace=True)  # type: ignore[no-untyped-call]
    return model
