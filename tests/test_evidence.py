"""What is kept of a chunk for a second look: its stems, its vector, its sentences' vectors, as long as it is there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest import evidence as evidence_module
from ingest.errors import LibraryError
from ingest.lexical import stems
from ingest.library import Library
from ingest.schema import VERSION
from ingest.sentences import sentences
from ingest.vectors import MemoryStore
from tests.catalogue import before_format_6
from tests.searching import EMBEDDER, embed, guide, store

TEXT = "The lamp is green. The fan is loud: oil it. Call support."


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "library")
    yield made
    made.close()


def kept(library: Library) -> dict[int, bytes]:
    """The rows of sentence vectors."""
    with library.transaction() as db:
        return {row[0]: row[1] for row in db.execute("SELECT chunk_id, vectors FROM sentence_vectors")}


def ids(library: Library) -> list[int]:
    with library.transaction() as db:
        return [row[0] for row in db.execute("SELECT id FROM chunks ORDER BY id")]


def test_a_chunk_comes_with_its_stems_and_a_vector_for_each_sentence(library: Library) -> None:
    store(library, guide("A", TEXT), guide("B", "Las lámparas verdes.", language="es"))
    embed(library, MemoryStore())
    first, second = library.evidence(ids(library))
    assert (first.chunk.text, first.language, second.language) == (TEXT, "en", "es")
    assert first.stems == tuple(stems(f"A\n{TEXT}", "en").split())
    assert second.stems == tuple(stems("B\nLas lámparas verdes.", "es").split())
    assert first.vector @ EMBEDDER.embed_passages([f"A\n{TEXT}"])[0] == pytest.approx(1, abs=1e-3)
    each = EMBEDDER.embed_passages([TEXT[a:b] for a, b in sentences(TEXT)])
    assert first.sentences.shape == each.shape == (3, EMBEDDER.dimension)
    assert (first.sentences * each).sum(axis=1) == pytest.approx(1, abs=2e-2)


def test_a_page_tells_where_its_sentences_are_and_their_vectors(library: Library) -> None:
    long = " ".join(f"The lamp number {n} is green and bright." for n in range(30))
    store(library, guide("A", TEXT, long))
    embed(library, MemoryStore())
    pages = {page.number: page.text for page in library.pages("A")}
    for number, text in pages.items():
        spans, vectors = library.page_sentences("A", number)
        each = EMBEDDER.embed_passages([text[a:b] for a, b in spans])
        assert spans == sentences(text)
        assert (vectors * each).sum(axis=1) == pytest.approx(1, abs=2e-2)
    assert library.page_sentences("A", 3)[0] == library.page_sentences("nobody's", 1)[0] == []


def test_it_comes_in_the_order_asked_for_without_unknown_ids(library: Library) -> None:
    store(library, guide("A", *(f"page {n}" for n in range(5))))
    wanted = [*reversed(ids(library)), 10**9]
    assert [one.id for one in library.evidence(wanted)] == wanted[:-1]
    assert library.evidence([]) == []


def test_before_it_is_embedded_a_chunk_has_its_words_and_no_vectors(library: Library) -> None:
    store(library, guide("A", TEXT))
    (one,) = library.evidence(ids(library))
    assert (len(one.vector), len(one.sentences)) == (0, 0)
    assert "lamp" in one.stems


def test_a_model_without_vectors_of_sentences_leaves_none(library: Library) -> None:
    store(library, guide("A", TEXT))
    library.store_vectors(ids(library), [EMBEDDER.embed_passages([TEXT])])
    (one,) = library.evidence(ids(library))
    assert one.vector.shape == (EMBEDDER.dimension,)
    assert one.sentences.shape == (0, EMBEDDER.dimension)
    assert set(kept(library).values()) == {b""}


def test_vectors_of_sentences_go_with_their_chunk(library: Library) -> None:
    store(library, guide("A", TEXT), guide("B", "Another text."))
    embed(library, MemoryStore())
    first, second = ids(library)
    assert set(kept(library)) == {first, second}
    library.forget_document("A")
    assert set(kept(library)) == {second}
    library.forget_file("/m/all.txt")
    assert kept(library) == {}


def test_equal_chunks_get_the_same_vectors_at_once(library: Library) -> None:
    store(library, guide("A", TEXT), path="/m/a.txt")
    store(library, replace(guide("A", TEXT), id="A2"), path="/m/b.txt")
    first, _ = ids(library)
    rows = EMBEDDER.embed_passages([TEXT, "one", "two", "three"])
    library.store_vectors([first], [rows])
    found = library.evidence(ids(library))
    assert len(set(kept(library).values())) == 1
    assert [len(one.sentences) for one in found] == [3, 3]
    assert (found[0].vector == found[1].vector).all()
    assert library.without_vector(10) == []


def test_a_chunk_that_only_reads_alike_has_vectors_of_its_own(library: Library) -> None:
    store(library, guide("A", TEXT), guide("B", TEXT))
    first, second = ids(library)
    library.store_vectors([first], [EMBEDDER.embed_passages([TEXT, "one"])])
    assert set(kept(library)) == {first}, "its breadcrumb is another"
    assert [stored.id for stored in library.without_vector(10)] == [second]


def test_a_chunk_stored_again_keeps_its_vectors_under_its_new_id(library: Library) -> None:
    store(library, guide("A", TEXT, "old page"))
    embed(library, MemoryStore())
    before, (blob, _) = ids(library), kept(library).values()
    store(library, guide("A", "new page", TEXT))
    after = ids(library)
    assert not set(before) & set(after)
    assert list(kept(library).values()) == [blob]
    assert [library.evidence([i])[0].sentences.shape[0] for i in after] == [0, 3]
    assert [stored.chunk.text for stored in library.without_vector(10)] == ["new page"]


def test_a_chunk_removed_meanwhile_is_passed_over(library: Library) -> None:
    store(library, guide("A", TEXT))
    (gone,) = ids(library)
    library.forget_document("A")
    library.store_vectors([gone], [EMBEDDER.embed_passages([TEXT, "one"])])
    assert kept(library) == {}


def test_vectors_of_another_length_are_taken_for_none(library: Library) -> None:
    store(library, guide("A", TEXT))
    embed(library, MemoryStore())
    with library.transaction() as db:
        db.execute("UPDATE sentence_vectors SET vectors = substr(vectors, 1, length(vectors) - 5)")
    (one,) = library.evidence(ids(library))
    assert one.sentences.shape == (0, EMBEDDER.dimension)


def earlier(folder: Path) -> Path:
    """A library of format 2: without the table of sentence vectors."""
    made = Library(folder)
    store(made, guide("A", TEXT))
    embed(made, MemoryStore())
    made.close()
    file = folder / "library.sqlite3"
    with sqlite3.connect(file) as db:
        before_format_6(db)
        db.execute("DROP TABLE sentence_vectors")
        db.execute("DROP TABLE summaries")
        db.execute("PRAGMA user_version = 2")
    return file


def test_a_library_of_format_2_is_opened_with_all_it_holds(tmp_path: Path) -> None:
    file = earlier(tmp_path)
    made = Library(tmp_path)
    (one,) = made.evidence(ids(made))
    assert (one.chunk.text, len(one.vector), len(one.sentences)) == (TEXT, EMBEDDER.dimension, 0)
    made.store_vectors([one.id], [EMBEDDER.embed_passages([TEXT, "one"])])
    assert set(kept(made)) == {one.id}
    made.forget_document("A")
    assert kept(made) == {}
    made.close()
    with sqlite3.connect(file) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == VERSION


def test_formats_from_later_are_refused_and_left_as_they_are(tmp_path: Path) -> None:
    file = earlier(tmp_path)
    with sqlite3.connect(file) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(LibraryError, match=f"format {VERSION + 1}"):
        Library(tmp_path)
    with sqlite3.connect(file) as db:
        assert db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'sentence_vectors'").fetchone()[0] == 0


def test_means_are_of_each_language_s_embedded_chunks(library: Library) -> None:
    store(library, guide("A", "the lamp", "the fan"), guide("B", "la lámpara", language="es"))
    assert library.mean_vectors() == {}
    embed(library, MemoryStore())
    store(library, guide("C", "not yet"), path="/m/c.txt")
    means = library.mean_vectors()
    by_hand = EMBEDDER.embed_passages(["A\nthe lamp", "A\nthe fan"]).mean(axis=0)
    assert {language: count for language, (_, count) in means.items()} == {"en": 2, "es": 1}
    assert np.allclose(means["en"][0], by_hand, atol=1e-3)


def test_means_of_a_large_library_are_over_a_sample_of_all_of_it(library: Library) -> None:
    many = evidence_module.SAMPLED + 1000
    store(library, guide("A", *(f"{n}" for n in range(many))))
    rows = np.zeros((many, 8), np.float32)
    rows[: many // 2, 0] = rows[many // 2 :, 1] = 1.0
    library.store_vectors(ids(library), list(rows[:, np.newaxis]))
    mean, count = library.mean_vectors()["en"]
    assert 0.9 * evidence_module.SAMPLED < count <= evidence_module.SAMPLED
    assert mean[:2] == pytest.approx([0.5, 0.5], abs=0.01)
