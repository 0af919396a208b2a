"""GGUF file → facts, checked before anything loads it.

llama.cpp trusts the file it is given: a cut-off download or a hostile header can take the process down. So every count,
length and offset is checked here first, in plain Python and in milliseconds: tensors are located, never read, and the
vocabulary is stepped over.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.errors import ModelError
from ingest.ggml import FILE_TYPES
from ingest.gguf_header import MAX_NUMBER, Header, Value, read_header
from rag.llama.attention import kv_shape
from rag.llama.kv import Footprint, KVShape

MAX_LAYERS = 1 << 12
"""Ten times as many as any model has: a file that claims millions would fill the memory with lists of them."""
SHARD = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$")


@dataclass(frozen=True, slots=True)
class Rope:
    """How positions are stretched beyond the `original` window: none, linear, yarn, longrope or llama3.

    llama3 is a tensor with a factor for each frequency. `factor` and `original` (tokens) are 0 where it does not say.
    """

    scaling: str
    factor: float
    original: int


@dataclass(frozen=True, slots=True)
class GGUFInfo:
    """What a language model's file says about itself. `path` is its first part; `size` (bytes) counts every part.

    `kv_heads` is the largest of any layer; `kv` says what all layers keep of a token. `window` is the length it was
    trained for, in tokens. `chat_template` is Jinja source, None for a base model. `data_start` is where tensors begin.
    `active_parameters` are those a token meets: of `experts` (0: no such thing) in a layer, `experts_used`.
    """

    path: Path
    size: int
    architecture: str
    name: str
    parameters: int
    quantisation: str
    window: int
    layers: int
    embedding: int
    heads: int
    kv_heads: int
    kv: KVShape
    head_dim_k: int
    head_dim_v: int
    vocabulary: int
    chat_template: str | None
    data_start: int
    active_parameters: int
    experts: int
    experts_used: int
    rope: Rope

    @property
    def footprint(self) -> Footprint:
        """What its memory follows from."""
        return Footprint(self.size, self.kv, self.heads, self.embedding, self.vocabulary)


def parts(path: Path) -> list[Path]:
    """The files of a model that is split, the first given; else that file alone."""
    shard = SHARD.search(path.name)
    if not shard:
        return [path]
    return [
        path.with_name(f"{path.name[: shard.start()]}-{i:05}-of-{shard[2]}.gguf") for i in range(1, int(shard[2]) + 1)
    ]


def read_gguf(path: Path) -> GGUFInfo:
    """The facts of a model, parts in further files included. ModelError when it is missing, damaged or no LLM."""
    header = read_header(path)
    info = _info(path, header)
    shards = _shards(path, header)
    for shard in shards:
        part = read_header(shard)
        info = replace(
            info,
            size=info.size + part.size,
            parameters=info.parameters + part.parameters,
            active_parameters=info.active_parameters + _active(part, info.experts, info.experts_used),
        )
    return info


def fingerprint(info: GGUFInfo) -> str:
    """Twelve hexadecimal digits that change with the file: its size, its whole header, 64 evenly spread samples.

    Reading all of a 40 GB file would take a minute at every start.
    """
    digest = hashlib.blake2b(info.size.to_bytes(8, "little"), digest_size=6)
    sample = 1 << 16
    try:
        with info.path.open("rb") as file:
            digest.update(file.read(info.data_start))
            end = info.path.stat().st_size
            step = max(sample, (end - info.data_start) // 64)
            for start in [*range(info.data_start, end, step), max(0, end - sample)]:
                file.seek(start)
                digest.update(file.read(sample))
    except OSError as error:
        raise ModelError(f"{info.path.name}: cannot be read ({error.strerror}). Check the disk.") from error
    return digest.hexdigest()


def _info(path: Path, header: Header) -> GGUFInfo:
    """The nouns of a header; ModelError when a key every language model has is not there."""
    values = header.values
    architecture = values.get("general.architecture")
    if not isinstance(architecture, str) or not isinstance(values.get(f"{architecture}.context_length"), int):
        raise ModelError(
            f"{path.name}: holds no language model (architecture {architecture!r}). "
            "Choose the model's own file, not its projector, adapter or second part."
        )

    def number(key: str, default: int | None = None, limit: int = MAX_NUMBER) -> int:
        value = values.get(f"{architecture}.{key}", default)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value < limit:
            raise ModelError(
                f"{path.name}: damaged: {architecture}.{key} makes no sense ({value!r}). Copy or download it again."
            )
        return value

    if architecture == "llama4" and values.get(f"{architecture}.attention.sliding_window") == 0:
        raise ModelError(  # llama.cpp takes the process down while it sets up the context
            f"{path.name}: has its attention chunks turned off (llama4.attention.sliding_window is 0), and llama.cpp "
            "cannot run that. Use a file converted without this key, or with 8192."
        )
    layers, embedding, heads = (
        number("block_count", limit=MAX_LAYERS),
        number("embedding_length"),
        _heads(values, architecture),
    )
    per_layer = _kv_heads(values, architecture, layers, heads)
    head_dim = max(1, embedding // heads)
    head_dims = number("attention.key_length", head_dim), number("attention.value_length", head_dim)
    experts, experts_used = _experts(values, architecture)
    template, file_type = values.get("tokenizer.chat_template"), values.get("general.file_type")
    return GGUFInfo(
        path=path,
        size=header.size,
        architecture=architecture,
        name=str(values.get("general.name") or path.stem),
        parameters=header.parameters,
        quantisation=FILE_TYPES.get(file_type, header.main_type) if isinstance(file_type, int) else header.main_type,
        window=number("context_length"),
        layers=layers,
        embedding=embedding,
        heads=heads,
        kv_heads=max(per_layer),
        kv=kv_shape(values, architecture, per_layer, head_dims),
        head_dim_k=head_dims[0],
        head_dim_v=head_dims[1],
        vocabulary=header.lengths.get("tokenizer.ggml.tokens", 0),
        chat_template=template if isinstance(template, str) and template.strip() else None,
        data_start=header.data_start,
        active_parameters=_active(header, experts, experts_used),
        experts=experts,
        experts_used=experts_used,
        rope=_rope(header, architecture),
    )


def _heads(values: dict[str, Value], architecture: str) -> int:
    return max(1, max(_counts(values, f"{architecture}.attention.head_count"), default=1))


def _kv_heads(values: dict[str, Value], architecture: str, layers: int, heads: int) -> list[int]:
    """KV heads of each layer: one number for all of them, an array, or absent where every head has its own."""
    key = f"{architecture}.attention.head_count_kv"
    listed = _counts(values, key) or [heads]
    if isinstance(values.get(key), tuple):
        return [*listed, *[max(listed)] * layers][:layers]
    return [max(1, listed[0] or heads)] * layers


def _counts(values: dict[str, Value], key: str) -> list[int]:
    """The number, or the numbers of each layer, under a key; none where it holds something else."""
    found = values.get(key)
    several = found if isinstance(found, tuple) else (found,)
    return [max(0, min(n, MAX_NUMBER)) for n in several if isinstance(n, int)]


def _experts(values: dict[str, Value], architecture: str) -> tuple[int, int]:
    """Experts in a layer and how many of them a token meets; 0, 0 for a dense model."""
    counts = (values.get(f"{architecture}.expert_count"), values.get(f"{architecture}.expert_used_count"))
    experts, used = (n if isinstance(n, int) and 0 < n < MAX_NUMBER else 0 for n in counts)
    return experts, min(experts, used)


def _active(header: Header, experts: int, used: int) -> int:
    """Parameters of a file's tensors that a token meets."""
    idle = header.expert_parameters * (experts - used) // experts if experts else 0
    return header.parameters - idle


def _rope(header: Header, architecture: str) -> Rope:
    values, key = header.values, f"{architecture}.rope.scaling"
    scaling, factor = values.get(f"{key}.type", "none"), values.get(f"{key}.factor", 0.0)
    original = values.get(f"{key}.original_context_length", 0)
    return Rope(
        scaling="llama3" if header.rope_freqs else str(scaling),
        factor=float(factor) if isinstance(factor, int | float) else 0.0,
        original=original if isinstance(original, int) else 0,
    )


def _shards(path: Path, header: Header) -> list[Path]:
    """The further parts of a model split over files; every one has to lie beside the first."""
    count = header.values.get("split.count", 1)
    if not isinstance(count, int) or count <= 1:
        return []
    match = SHARD.search(path.name)
    if match is None or int(match[1]) != 1 or int(match[2]) != count:
        raise ModelError(f"{path.name}: is one of {count} parts. Give the one that ends in -00001-of-{count:05}.gguf.")
    parts = [path.with_name(f"{path.name[: match.start()]}-{i:05}-of-{count:05}.gguf") for i in range(2, count + 1)]
    for part in parts:
        if not part.exists():
            raise ModelError(f"{part.name}: a part of {path.name} is missing. Copy all {count} parts into one folder.")
    return parts
