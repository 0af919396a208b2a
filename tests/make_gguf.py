"""Shapes → tiny GGUF files that llama.cpp loads: random weights behind a real header, tokenizer and chat template.

Each is below 5 MB and made in well under a second; the same arguments give the same bytes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import gguf
import numpy as np

Rope = Literal["none", "linear", "yarn", "llama3"]
WORDS = (
    "the of to and a in is it you that he was for on are with as I his they be at one have this from the printer "
    "paper press open close red light error code answer question page manual cover wait seconds button "
    "el la de que y a en un ser se no haber por con su para como estar tener le lo todo pero más hacer o poder este "
    "impresora papel pulse abra cierre luz roja error código respuesta pregunta página manual cubierta espere botón"
)
LLAMA3 = ("<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")
LLAMA4 = ("<|begin_of_text|>", "<|end_of_text|>", "<|header_start|>", "<|header_end|>", "<|eot|>")
CONTROL = 3


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a tiny model; `head_dim` is a multiple of 32 so that a quantised KV cache can be had."""

    layers: int
    embedding: int
    heads: int
    kv_heads: int
    head_dim: int
    feed_forward: int


LLAMA_SHAPE = Shape(layers=4, embedding=128, heads=4, kv_heads=2, head_dim=32, feed_forward=256)
LLAMA4_SHAPE = Shape(layers=8, embedding=64, heads=2, kv_heads=1, head_dim=32, feed_forward=128)


def tiny_llama(
    path: Path,
    *,
    window: int = 131_072,
    rope: Rope = "llama3",
    shape: Shape = LLAMA_SHAPE,
    tied: bool = True,
    seed: int = 1,
) -> Path:
    """Llama 3.1 and 3.2 scaled down: grouped queries, rope scaling, the llama-bpe tokenizer, the Llama 3 template.

    `rope`: "llama3" writes the rope_freqs tensor as Llama 3.1 has it, "linear" and "yarn" the scaling keys (×8).
    `tied`: the output shares the word table, as in Llama 3.2.
    """
    writer = _begun(path, "llama", shape, window)
    _rope(writer, rope, window, shape.head_dim)
    _tokenizer(writer, "llama-bpe", LLAMA3)
    put = _Random(writer, seed)
    _ends(put, shape, tied)
    for layer in range(shape.layers):
        _attention(put, shape, layer)
        _feed_forward(put, shape, layer)
    return _written(writer, path)


def tiny_llama4(
    path: Path,
    *,
    window: int = 1_048_576,
    shape: Shape = LLAMA4_SHAPE,
    experts: int = 4,
    experts_used: int = 1,
    moe_step: int = 2,
    seed: int = 1,
) -> Path:
    """Llama 4 scaled down: experts beside a shared one in every `moe_step`-th layer, else a dense layer.

    Three layers of four look back over chunks of 8,192 tokens (llama.cpp fixes that), the fourth, without rope, over
    everything.
    """
    writer = _begun(path, "llama4", shape, window)
    writer.add_expert_count(experts)
    writer.add_expert_used_count(experts_used)
    writer.add_expert_feed_forward_length(shape.embedding)
    writer.add_interleave_moe_layer_step(moe_step)
    _tokenizer(writer, "llama4", LLAMA4)
    put = _Random(writer, seed)
    _ends(put, shape, tied=False)
    for layer in range(shape.layers):
        _attention(put, shape, layer)
        if (layer + 1) % moe_step == 0:
            _experts(put, shape, layer, experts)
        else:
            _feed_forward(put, shape, layer)
    return _written(writer, path)


class _Random:
    """Adds tensors of a fixed random sequence: matrices as F16, vectors as F32. Shapes are (rows, …, columns)."""

    def __init__(self, writer: gguf.GGUFWriter, seed: int) -> None:
        self.writer, self.random = writer, np.random.default_rng(seed)

    def matrix(self, name: str, *shape: int) -> None:
        numbers = self.random.standard_normal(shape, dtype=np.float32) / math.sqrt(shape[-1])
        self.writer.add_tensor(f"{name}.weight", numbers.astype(np.float16))

    def ones(self, name: str, size: int) -> None:
        self.writer.add_tensor(f"{name}.weight", np.ones(size, np.float32))


def _begun(path: Path, architecture: str, shape: Shape, window: int) -> gguf.GGUFWriter:
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_name(f"Tiny {architecture}")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_context_length(window)
    writer.add_block_count(shape.layers)
    writer.add_embedding_length(shape.embedding)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head_dim)
    writer.add_value_length(shape.head_dim)
    writer.add_rope_dimension_count(shape.head_dim)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(500_000.0)
    return writer


def _rope(writer: gguf.GGUFWriter, rope: Rope, window: int, head_dim: int) -> None:
    if rope == "llama3":
        writer.add_tensor("rope_freqs.weight", _llama3_factors(head_dim))
    elif rope != "none":
        writer.add_rope_scaling_type(gguf.RopeScalingType(rope))
        writer.add_rope_scaling_factor(8.0)
        writer.add_rope_scaling_orig_ctx_len(max(1, window // 8))


def _llama3_factors(head_dim: int, factor: float = 8.0, original: int = 8192) -> np.ndarray:
    """What each frequency is divided by: 1 for short wavelengths, `factor` for long ones, a ramp from 1/4 to 1 turn
    of the original window between (Llama 3.1's `rope_scaling`: low_freq_factor 1, high_freq_factor 4)."""
    frequencies = 500_000.0 ** -(np.arange(0, head_dim, 2) / head_dim)
    turns = original * frequencies / (2 * math.pi)
    smooth = np.clip((turns - 1) / 3, 0, 1)
    return (1 / ((1 - smooth) / factor + smooth)).astype(np.float32)


def _tokenizer(writer: gguf.GGUFWriter, pre: str, special: tuple[str, ...]) -> None:
    tokens, merges = _byte_pairs()
    _, _, header_start, header_end, turn_end = special
    start, end = f"{{{{- '{header_start}'", f"'{header_end}\\n\\n'"
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list([*tokens, *special])
    writer.add_token_types([1] * len(tokens) + [CONTROL] * len(special))
    writer.add_token_merges(merges)
    writer.add_bos_token_id(len(tokens))
    writer.add_eos_token_id(len(tokens) + special.index(turn_end))
    writer.add_eot_token_id(len(tokens) + special.index(turn_end))
    writer.add_add_bos_token(True)
    writer.add_chat_template(
        "{{- bos_token }}{%- for message in messages %}"
        f"{start} + message['role'] + {end} + message['content'] | trim + '{turn_end}' }}}}"
        f"{{%- endfor %}}{{%- if add_generation_prompt %}}{start} + 'assistant' + {end} }}}}{{%- endif %}}"
    )


def _byte_pairs() -> tuple[list[str], list[str]]:
    """A byte-level vocabulary and its merges: 256 bytes, then common words built up letter by letter."""
    letters = _byte_letters()
    tokens, merges = list(letters), []
    known = set(tokens)
    for word in dict.fromkeys(WORDS.split()):
        spelled = "".join(letters[byte] for byte in f" {word}".encode())
        for end in range(2, len(spelled) + 1):
            merge = f"{spelled[: end - 1]} {spelled[end - 1]}"
            if spelled[:end] not in known:
                known.add(spelled[:end])
                tokens.append(spelled[:end])
                merges.append(merge)
    return tokens, merges


def _byte_letters() -> list[str]:
    """The visible letter that stands for each byte in GPT-2's vocabularies."""
    plain = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    spare = iter(range(0x100, 0x200))
    return [chr(byte) if byte in plain else chr(next(spare)) for byte in range(256)]


def _ends(put: _Random, shape: Shape, tied: bool) -> None:
    words = len(_byte_pairs()[0]) + len(LLAMA3)
    put.matrix("token_embd", words, shape.embedding)
    put.ones("output_norm", shape.embedding)
    if not tied:
        put.matrix("output", words, shape.embedding)


def _attention(put: _Random, shape: Shape, layer: int) -> None:
    put.ones(f"blk.{layer}.attn_norm", shape.embedding)
    put.matrix(f"blk.{layer}.attn_q", shape.heads * shape.head_dim, shape.embedding)
    put.matrix(f"blk.{layer}.attn_k", shape.kv_heads * shape.head_dim, shape.embedding)
    put.matrix(f"blk.{layer}.attn_v", shape.kv_heads * shape.head_dim, shape.embedding)
    put.matrix(f"blk.{layer}.attn_output", shape.embedding, shape.heads * shape.head_dim)
    put.ones(f"blk.{layer}.ffn_norm", shape.embedding)


def _feed_forward(put: _Random, shape: Shape, layer: int) -> None:
    put.matrix(f"blk.{layer}.ffn_gate", shape.feed_forward, shape.embedding)
    put.matrix(f"blk.{layer}.ffn_up", shape.feed_forward, shape.embedding)
    put.matrix(f"blk.{layer}.ffn_down", shape.embedding, shape.feed_forward)


def _experts(put: _Random, shape: Shape, layer: int, experts: int) -> None:
    wide = shape.embedding
    put.matrix(f"blk.{layer}.ffn_gate_inp", experts, shape.embedding)
    for part, rows, columns in (
        ("gate", wide, shape.embedding),
        ("up", wide, shape.embedding),
        ("down", shape.embedding, wide),
    ):
        put.matrix(f"blk.{layer}.ffn_{part}_exps", experts, rows, columns)
        put.matrix(f"blk.{layer}.ffn_{part}_shexp", rows, columns)


def _written(writer: gguf.GGUFWriter, path: Path) -> Path:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
