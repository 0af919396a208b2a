"""What the probes come to is kept with the library, and found out again when it does not fit."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest.embed import HashEmbedder, Vectors
from rag.question import understand
from rag.retrieve import Retriever
from rag.search.centre import Centre
from rag.search.probes import PROBES, load, probe, probes_key
from tests.searching import EMBEDDER, guide, searcher, something

PUMP = guide("A", "Hold the green button to restart the pump.")
ASKED = understand("green button")
GOOD = probe(EMBEDDER).dump()


class Counting(HashEmbedder):
    """Remembers how many passages it was given."""

    passages = 0

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.passages += len(texts)
        return super().embed_passages(texts)


def probes_embedded_by(first: Retriever, embedder: Counting) -> int:
    """How many texts another process with this library gives its embedder before it has searched."""
    Retriever(first.library, first._store, embedder).search(ASKED, 3)
    return embedder.passages


def test_what_is_kept_comes_back_to_the_bit() -> None:
    probed = probe(EMBEDDER)
    again = load(probed.dump(), EMBEDDER.dimension)
    for language in PROBES:
        assert np.array_equal(again.questions[language], probed.questions[language])
        assert np.array_equal(again.texts[language], probed.texts[language])
    assert (again.apart, again.alike) == (probed.apart, probed.alike)
    rows = something(1)[np.newaxis]
    assert np.array_equal(Centre(again).passages(rows, ["es"]), Centre(probed).passages(rows, ["es"]))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("{", id="cut-off"),
        pytest.param("[]", id="empty"),
        pytest.param("7", id="a-number"),
        pytest.param(json.dumps([1, 2, 3, 4]), id="numbers-for-vectors"),
        pytest.param(json.dumps([{}, {}, 0.1, 0.2]), id="no-vectors"),
        pytest.param(json.dumps([*json.loads(GOOD)[:2], None, 0.2]), id="no-cosine"),
        pytest.param(json.dumps([{"es": "AAAA", "en": "AAAA"}] * 2 + [0.1, 0.2]), id="too-short-a-vector"),
        pytest.param(json.dumps([{"es": "é", "en": "é"}] * 2 + [0.1, 0.2]), id="no-base64"),
        pytest.param(replace(probe(EMBEDDER), questions=dict.fromkeys(PROBES, np.full(256, np.nan))).dump(), id="nan"),
    ],
)
def test_what_is_no_probes_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  any: the search takes all for "none yet"
        load(text, EMBEDDER.dimension)


def test_vectors_of_another_length_are_refused() -> None:
    assert load(GOOD, EMBEDDER.dimension)
    with pytest.raises(ValueError, match="no probes"):
        load(GOOD, EMBEDDER.dimension // 2)


def test_other_embedders_have_other_keys() -> None:
    assert probes_key(EMBEDDER) == probes_key(HashEmbedder(EMBEDDER.dimension))
    assert probes_key(EMBEDDER) != probes_key(HashEmbedder(128))


def test_the_probes_are_embedded_once_for_a_library(tmp_path: Path) -> None:
    first = searcher(tmp_path, PUMP)
    assert probes_embedded_by(first, Counting()) > 0
    assert probes_embedded_by(first, Counting()) == 0


def test_kept_probes_that_are_damaged_are_made_anew(tmp_path: Path) -> None:
    first = searcher(tmp_path, PUMP)
    expected = first.search(ASKED, 3).passages
    first.library.set_meta(probes_key(EMBEDDER), "damaged")
    assert probes_embedded_by(first, Counting()) > 0
    assert first.library.meta(probes_key(EMBEDDER)) == GOOD
    assert Retriever(first.library, first._store, EMBEDDER).search(ASKED, 3).passages == expected


def test_a_search_does_not_wait_for_who_writes_the_library(tmp_path: Path) -> None:
    first = searcher(tmp_path, PUMP)
    with closing(sqlite3.connect(first.library.path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        result = first.search(ASKED, 3)
        writer.execute("ROLLBACK")
    assert result.passages
    assert result.seconds < 5
    assert first.library.meta(probes_key(EMBEDDER)) is None, "kept another time"
