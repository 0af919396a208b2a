"""The catalogue: what goes in comes out, replaced whole, found by words, tied to one embedder."""

from __future__ import annotations

import sqlite3
import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest.errors import LibraryError, ReadError
from ingest.filing import Piece
from ingest.library import Library
from ingest.records import FileRecord
from ingest.split import Splitter
from ingest.types import Document, Section
from tests.fakes import count_words, files_up_to, manual, ticket

SPLITTER = Splitter(count_words, 40)
RECORD = FileRecord("/m/guide.txt", "d1", 10, 1)


def put(library: Library, *documents: Document, record: FileRecord = RECORD) -> None:
    named = [replace(d, id=d.id or f"id-{d.title}") for d in documents]
    library.store(record, [Piece(d, SPLITTER.split(d), d.id) for d in named], {d.id for d in named})


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


def test_a_document_comes_back_as_it_went_in(library: Library) -> None:
    document = manual("one\ntwo", "tres", title="Guía", language="es", sections=(Section("A", 1, 1, 4),))
    put(library, document)
    row = library.document("id-Guía")
    assert row is not None
    assert (row.title, row.language, row.pages, row.file, row.path) == ("Guía", "es", 2, "guide.txt", "/m/guide.txt")
    assert tuple(library.pages(row.id)) == document.pages
    assert tuple(library.sections(row.id)) == document.sections


def test_ticket_fields_come_back(library: Library) -> None:
    put(library, ticket("T-1", "it broke", status="Closed", product="Faro"))
    assert library.find_document("T-1").fields.status == "Closed"


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        pytest.param('"manana"', True, id="accents-folded"),
        pytest.param('stem : "instal"', True, id="stemmed"),
        pytest.param('"configuracion"', True, id="hyphenated-at-line-end"),
        pytest.param('"absent"', False, id="absent"),
    ],
)
def test_words_are_found(library: Library, expression: str, found: bool) -> None:
    put(library, manual("Mañana instalaremos la configu-\nración", language="es"))
    assert bool(library.search_words(expression, 5)) is found


def test_storing_a_file_again_replaces_all_it_held(library: Library) -> None:
    put(library, ticket("A", "old words"), ticket("B", "gone words"))
    put(library, ticket("A", "new words"))
    assert [row.id for row in library.documents()] == ["A"]
    assert library.search_words('"old" OR "gone"', 5) == []
    assert len(library.search_words('"new"', 5)) == 1


def test_a_file_that_fails_half_way_leaves_the_earlier_version(library: Library) -> None:
    put(library, ticket("A", "first version"))

    def broken():  # type: ignore[no-untyped-def]
        document = ticket("B", "second version")
        yield Piece(document, SPLITTER.split(document), "B")
        raise ReadError("broken")

    generation = library.generation
    with pytest.raises(ReadError):
        library.store(RECORD, broken(), {"B"})
    assert [row.id for row in library.documents()] == ["A"]
    assert library.search_words('"second"', 5) == []
    assert library.generation == generation


def test_vectors_go_through_unfinished_to_indexed_and_are_remembered_when_removed(library: Library) -> None:
    put(library, manual("a b c", "d e f"))
    waiting = library.without_vector(10)
    vectors = np.eye(len(waiting), 8, dtype=np.float32)
    library.store_vectors([c.id for c in waiting], vectors[:, np.newaxis])
    ids, kept = library.without_index(10)
    assert library.without_vector(10) == []
    assert ids == [c.id for c in waiting]
    assert np.allclose(kept, vectors)
    library.mark_indexed(ids)
    assert library.without_index(10)[0] == []
    library.forget_file(RECORD.path)
    assert sorted(library.forgotten(10)) == ids
    assert library.totals()["chunks"] == 0


def test_generation_grows_with_every_change(library: Library) -> None:
    seen = [library.generation]
    put(library, ticket("A", "x y"))
    seen.append(library.generation)
    library.forget_document("A")
    seen.append(library.generation)
    assert seen == sorted(set(seen))


def test_a_chunk_id_is_never_used_twice(library: Library) -> None:
    put(library, ticket("A", "x"))
    first = library.document_chunks("A")[0].id
    library.forget_document("A")
    put(library, ticket("A", "x"))
    assert library.document_chunks("A")[0].id > first


def test_another_embedder_is_refused_by_name(library: Library) -> None:
    library.claim("e5:384")
    library.claim("e5:384")
    with pytest.raises(LibraryError, match=r"e5:384.*other:128|other:128.*e5:384"):
        library.claim("other:128")


def test_documents_by_id_are_those_asked_for_one_by_one(library: Library) -> None:
    put(library, ticket("A", "x"), ticket("B", "y"), ticket("C", "z"))
    wanted = {i: library.document(i) for i in ("A", "C")}
    assert library.documents_by_id(["C", "A", "absent", "A"]) == wanted
    assert library.documents_by_id([]) == {}


@pytest.mark.parametrize("name", ["A", "T-9", "guide.txt"])
def test_a_document_is_found_by_any_of_its_names(library: Library, name: str) -> None:
    put(library, replace(ticket("A", "x"), fields=replace(ticket("A", "x").fields, key="T-9")))
    assert library.find_document(name).id == "A"


def test_an_unknown_or_ambiguous_name_says_what_to_do(library: Library) -> None:
    put(library, ticket("A", "x"), ticket("B", "y"))
    with pytest.raises(LibraryError, match="python -m rag documents"):
        library.find_document("nothing")
    with pytest.raises(LibraryError, match="more than one"):
        library.find_document("guide.txt")


def test_a_thread_that_has_ended_leaves_no_connection_open(library: Library) -> None:
    """A watched folder starts threads for days."""
    for _ in range(20):
        thread = threading.Thread(target=library.totals)
        thread.start()
        thread.join()
    assert len(library._opened) <= 2


def test_two_processes_see_each_other(tmp_path: Path) -> None:
    first, second = Library(tmp_path), Library(tmp_path)
    put(first, ticket("A", "visible words"))
    assert len(second.search_words('"visible"', 5)) == 1


def test_a_file_that_is_no_library_says_so(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite3").write_bytes(b"this is not a database, it is text" * 40)
    with pytest.raises(LibraryError, match="damaged"):
        Library(tmp_path)


def test_a_library_of_another_version_is_refused(tmp_path: Path) -> None:
    Library(tmp_path).close()
    with sqlite3.connect(tmp_path / "library.sqlite3") as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(LibraryError, match="another version"):
        Library(tmp_path)


def test_a_fact_is_offered_and_kept_unless_another_writes(library: Library) -> None:
    assert library.offer_meta("colour", "blue")
    with closing(sqlite3.connect(library.path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert not library.offer_meta("colour", "red"), "at once"
        writer.execute("ROLLBACK")
    assert library.meta("colour") == "blue"
    assert library.offer_meta("colour", "green")
    assert library.meta("colour") == "green"


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limit")
def test_a_library_on_a_full_disk_is_read_and_shows_what_is_written_once_there_is_room(library: Library) -> None:
    put(library, manual("one", title="Old"))
    library.close()
    reader = Library(library.folder)
    with files_up_to(0):
        reader.close()
        assert [row.title for row in reader.documents()] == ["Old"]
        with pytest.raises(LibraryError, match="cannot be opened for writing"):
            reader.set_meta("key", "value")
    reader.set_meta("key", "value")
    put(library, manual("two", title="New"))
    assert [row.title for row in reader.documents()] == ["New"]
    library.close()
    assert [row.title for row in reader.documents()] == ["New"]
    reader.close()
