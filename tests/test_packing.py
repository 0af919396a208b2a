"""What is packed comes back within its bound, and bytes that fit no row are no rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ingest.packing import pack, unpack

SHAPES = st.tuples(st.integers(0, 6), st.integers(1, 40))
ROWS = SHAPES.flatmap(lambda shape: arrays(np.float32, shape, elements=st.floats(-4, 4, width=32)))


@given(ROWS)
def test_what_comes_back_is_within_the_documented_bound(rows: np.ndarray) -> None:  # type: ignore[type-arg]
    back = unpack(pack(rows), rows.shape[1])
    assert back.shape == rows.shape
    assert back.dtype == np.float32
    largest = np.abs(rows).max(axis=1, initial=0.0)[:, np.newaxis]
    assert (np.abs(back - rows) <= largest / 254 * (1 + 1e-4) + 1e-30).all()
    assert len(pack(rows)) == rows.shape[0] * (4 + rows.shape[1])


@given(ROWS)
def test_what_has_been_packed_once_is_not_changed_again(rows: np.ndarray) -> None:  # type: ignore[type-arg]
    once = pack(rows)
    twice = unpack(pack(unpack(once, rows.shape[1])), rows.shape[1])
    assert np.allclose(unpack(once, rows.shape[1]), twice, rtol=1e-5, atol=1e-30)


def test_unit_vectors_of_an_encoder_keep_their_direction() -> None:
    rows = np.random.default_rng(0).normal(size=(200, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    back = unpack(pack(rows), 384)
    assert ((back * rows).sum(axis=1) / np.linalg.norm(back, axis=1)).min() > 0.9999


@pytest.mark.parametrize("dimension", [1, 8, 384])
@pytest.mark.parametrize("extra", [1, 3])
def test_bytes_that_fit_no_row_are_no_rows(dimension: int, extra: int) -> None:
    blob = pack(np.ones((3, dimension), np.float32)) + b"x" * extra
    assert unpack(blob, dimension).shape == ((0, dimension) if extra % (4 + dimension) else (4, dimension))


@pytest.mark.parametrize("dimension", [0, 8])
def test_no_bytes_are_no_rows(dimension: int) -> None:
    assert unpack(b"", dimension).shape == (0, dimension)
    assert pack(np.empty((0, 8), np.float32)) == b""
