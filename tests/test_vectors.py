"""Every vector store keeps the same contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ingest.vectors import ChromaStore, MemoryStore, VectorStore


@pytest.fixture(params=["memory", "chroma"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorStore]:
    made: VectorStore = MemoryStore() if request.param == "memory" else ChromaStore(tmp_path / "chroma")
    yield made
    made.close()


def units(count: int, dimension: int = 16) -> np.ndarray:
    rows = np.random.default_rng(7).normal(size=(count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_an_empty_store_finds_nothing(store: VectorStore) -> None:
    assert store.count() == 0
    assert store.search(units(1)[0], 5) == []


def test_each_vector_finds_itself_with_cosine_one(store: VectorStore) -> None:
    vectors = units(50)
    store.upsert(range(1, 51), vectors)
    for i in range(50):
        ((found, similarity),) = store.search(vectors[i], 1)
        assert found == i + 1
        assert similarity == pytest.approx(1.0, abs=1e-4)


def test_neighbours_come_best_first_and_agree_with_the_cosine(store: VectorStore) -> None:
    vectors = units(40)
    store.upsert(range(1, 41), vectors)
    found = store.search(vectors[0], 10)
    wanted = np.sort(vectors @ vectors[0])[::-1][:10]
    assert [s for _, s in found] == pytest.approx(wanted.tolist(), abs=1e-4)


def test_upsert_replaces_and_delete_forgets(store: VectorStore) -> None:
    vectors = units(3)
    store.upsert([1, 2], vectors[:2])
    store.upsert([2], vectors[2:])
    assert store.count() == 2
    assert store.search(vectors[2], 1)[0][0] == 2
    store.delete([2, 99])
    assert store.count() == 1
    assert [i for i, _ in store.search(vectors[2], 5)] == [1]


def test_clear_forgets_all_and_can_be_filled_again(store: VectorStore) -> None:
    vectors = units(4)
    store.upsert([1, 2, 3, 4], vectors)
    store.clear()
    assert store.count() == 0
    store.upsert([7], vectors[:1])
    assert store.search(vectors[0], 3)[0][0] == 7


def test_empty_calls_do_nothing(store: VectorStore) -> None:
    store.upsert([], np.empty((0, 16), dtype=np.float32))
    store.delete([])
    assert store.count() == 0


def test_a_refreshed_reader_sees_what_another_wrote(tmp_path: Path) -> None:
    vectors = units(2)
    first = ChromaStore(tmp_path)
    first.upsert([1], vectors[:1])
    first.close()
    reader = ChromaStore(tmp_path)
    assert reader.search(vectors[0], 1)[0][0] == 1
    reader.close()
    writer = ChromaStore(tmp_path)
    writer.upsert([2], vectors[1:])
    writer.close()
    reader.refresh()
    assert reader.search(vectors[1], 1)[0][0] == 2
    reader.close()
