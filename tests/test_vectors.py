"""Every vector store keeps the same contract."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from ingest.errors import LibraryBusy, LibraryError
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


def test_many_are_searched_as_each_is_alone(store: VectorStore) -> None:
    vectors = units(1200)
    store.upsert(range(1, 1201), vectors)
    many = store.search_many(vectors, 2)
    assert [found[0][0] for found in many] == list(range(1, 1201))
    for i in (0, 499, 500, 1199):
        assert [found for found, _ in many[i]] == [found for found, _ in store.search(vectors[i], 2)]
    assert store.search_many(vectors[:0], 2) == []


def test_an_empty_store_finds_nothing_for_each_of_many(store: VectorStore) -> None:
    assert store.search_many(units(3), 2) == [[], [], []]


def test_ids_are_what_was_put_and_not_deleted(store: VectorStore) -> None:
    store.upsert([20, 3, 100], units(3))
    store.delete([3])
    assert store.ids() == [20, 100]


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


HOLD = """
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute(sys.argv[2])
print("held", flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX locks")
@pytest.mark.parametrize("seen", [True, False], ids=["open-before", "opened-now"])
def test_a_locked_index_is_a_message_that_names_the_holder(tmp_path: Path, seen: bool) -> None:
    vectors = units(2)
    store = ChromaStore(tmp_path, busy_seconds=0.5)
    store.upsert([1], vectors[:1])
    if seen:
        store.search(vectors[0], 1)
    else:
        store.close()
    command = [sys.executable, "-c", HOLD, str(tmp_path / "chroma.sqlite3"), "BEGIN EXCLUSIVE"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        try:
            assert holder.stdout
            holder.stdout.readline()
            calls: list[Callable[[], object]] = [
                lambda: store.search(vectors[0], 1), store.count, store.ids, store.clear,
                lambda: store.upsert([2], vectors[1:]), lambda: store.delete([1]),
            ]  # fmt: skip
            for call in calls:
                started = time.monotonic()
                with pytest.raises(LibraryBusy, match=f"process {holder.pid}"):
                    call()
                assert time.monotonic() - started < 2
        finally:
            holder.kill()
    assert store.search(vectors[0], 1)[0][0] == 1
    store.close()


def test_a_reader_elsewhere_does_not_stop_a_search(tmp_path: Path) -> None:
    vectors = units(1)
    store = ChromaStore(tmp_path, busy_seconds=0.2)
    store.upsert([1], vectors)
    store.search(vectors[0], 1)
    command = [sys.executable, "-c", HOLD, str(tmp_path / "chroma.sqlite3"), "BEGIN IMMEDIATE"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        try:
            assert holder.stdout
            holder.stdout.readline()
            assert store.search(vectors[0], 1)[0][0] == 1
        finally:
            holder.kill()
    store.close()


def garbage(path: Path) -> None:
    path.write_bytes(b"garbage " * 1000)


def segment(folder: Path) -> Path:
    (found,) = (path for path in folder.iterdir() if path.is_dir())
    return found


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda folder: garbage(folder / "chroma.sqlite3"), id="not-a-database"),
        pytest.param(lambda folder: os.truncate(folder / "chroma.sqlite3", 20_000), id="half-a-database"),
        pytest.param(lambda folder: (shutil.rmtree(folder), garbage(folder)), id="a-file-in-its-place"),
        pytest.param(lambda folder: garbage(segment(folder) / "header.bin"), id="damaged-graph"),
    ],
)
def test_a_damaged_index_is_a_message_and_clear_makes_it_usable(tmp_path: Path, harm: Callable[[Path], object]) -> None:
    vectors = units(1500)
    folder = tmp_path / "chroma"
    store = ChromaStore(folder)
    store.upsert(range(1, 1501), vectors)
    store.close()
    harm(folder)
    for _ in range(2):
        with pytest.raises(LibraryError, match="doctor --fix"):
            store.search(vectors[0], 1)
    store.clear()
    assert store.count() == 0
    store.upsert([7], vectors[:1])
    assert store.search(vectors[0], 1)[0][0] == 7
    store.close()
