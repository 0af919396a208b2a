"""Doctor: what is wrong is found, what can be mended is mended, and no document is lost on the way."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest import opening, schema, tallies
from ingest.checks import Finding, bad_copies
from ingest.digest import library_digest
from ingest.doctor import examine
from ingest.embed import ChunkText, HashEmbedder
from ingest.errors import LibraryError
from ingest.identity import identified
from ingest.pipeline import Tools, ingest
from ingest.reach import stored_vectors
from ingest.renewal import drop_vectors
from ingest.repair import repair
from ingest.settings import Settings
from ingest.vectors import ChromaStore, MemoryStore
from rag.__main__ import main
from tests.fakes import make_tools

EMBEDDER = HashEmbedder().name


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    files = tmp_path / "files"
    files.mkdir()
    for n, word in enumerate(("alpha", "beta", "gamma", "delta")):
        pages = "\f".join(f"{word} page {p}: " + " ".join(f"{word}{p}w{i}" for i in range(90)) for p in range(3))
        (files / f"{n}.txt").write_text(pages, encoding="utf-8")
    (files / "deep").mkdir()
    (files / "deep" / "0.txt").write_text((files / "0.txt").read_text(encoding="utf-8"), encoding="utf-8")
    (files / "broken.bad").write_text("x", encoding="utf-8")
    tools = make_tools(tmp_path / "library")
    list(ingest([files], tools))
    tools.library.claim(EMBEDDER)
    return tools


def wrong(tools: Tools, embedder: str = EMBEDDER) -> dict[str, Finding]:
    return {f.check: f for f in examine(tools.library, tools.store, embedder) if not f.ok}


def change(tools: Tools, *statements: str) -> None:
    with closing(sqlite3.connect(tools.library.path, isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)


def chunk_ids(tools: Tools) -> list[int]:
    with closing(sqlite3.connect(tools.library.path)) as db:
        return [row[0] for row in db.execute("SELECT id FROM chunks ORDER BY id")]


def set_vector(tools: Tools, row: np.ndarray) -> None:
    with tools.library.transaction() as db:
        db.execute("UPDATE chunks SET vector = ? WHERE id = 2", (row.astype(np.float16).tobytes(),))


def swap_in_index(tools: Tools) -> None:
    one, two = chunk_ids(tools)[:2]
    with closing(sqlite3.connect(tools.library.path)) as db:
        rows = [db.execute("SELECT vector FROM chunks WHERE id = ?", (i,)).fetchone()[0] for i in (two, one)]
    tools.store.upsert([one, two], np.stack([np.frombuffer(row, np.float16) for row in rows]).astype(np.float32))


def spoil_words(tools: Tools) -> None:
    change(tools, "UPDATE words_data SET block = zeroblob(40) WHERE id > 10")


ONE = "WHERE id IN (2, 3)"
HARMS: list[Callable[[Tools], object]] = [
    pytest.param(lambda t: change(t, f"UPDATE chunks SET vector = NULL {ONE}"), {"vectors"}, id="vector-copies-gone"),
    pytest.param(
        lambda t: change(t, f"UPDATE chunks SET vector = NULL, indexed = 0 {ONE}"), {"vectors"}, id="not-embedded-yet"
    ),
    pytest.param(lambda t: change(t, f"UPDATE chunks SET vector = x'0011' {ONE}"), {"vectors"}, id="wrong-dimension"),
    pytest.param(lambda t: set_vector(t, np.full(256, np.nan)), {"vectors"}, id="not-finite"),
    pytest.param(lambda t: set_vector(t, np.full(256, 0.5)), {"vectors"}, id="not-of-length-1"),
    pytest.param(
        lambda t: change(t, "DELETE FROM sentence_vectors WHERE chunk_id < 4"), {"sentences"}, id="sentences-missing"
    ),
    pytest.param(
        lambda t: change(t, "UPDATE sentence_vectors SET vectors = x'001122' WHERE chunk_id = 2"), {"sentences"},
        id="sentences-damaged",
    ),
    pytest.param(lambda t: change(t, f"UPDATE chunks SET indexed = 0 {ONE}"), {"unfinished"}, id="not-indexed-yet"),
    pytest.param(lambda t: change(t, "INSERT INTO forgotten VALUES (9999)"), {"unfinished"}, id="not-forgotten-yet"),
    pytest.param(lambda t: t.store.delete([2, 3]), {"indexed"}, id="lost-from-the-index"),
    pytest.param(lambda t: t.store.clear(), {"indexed"}, id="index-empty"),
    pytest.param(lambda t: t.store.upsert([9999], np.eye(1, 256, dtype=np.float32)), {"orphans"}, id="orphan"),
    pytest.param(swap_in_index, {"found"}, id="wrong-vector-in-the-index"),
    pytest.param(lambda t: change(t, "DELETE FROM words WHERE rowid = 2"), {"words", "searchable"}, id="words-missing"),
    pytest.param(
        lambda t: change(t, "INSERT INTO words (rowid, exact, stem) VALUES (999, 'x', 'x')"), {"words"},
        id="words-of-no-chunk",
    ),
    pytest.param(
        lambda t: change(t, "UPDATE words SET exact = 'other' WHERE rowid = 2"), {"searchable"}, id="words-of-another"
    ),
    pytest.param(spoil_words, {"words", "searchable"}, id="words-damaged"),
    pytest.param(lambda t: change(t, "UPDATE documents SET pages = pages + 1"), {"counts"}, id="pages-miscounted"),
    pytest.param(lambda t: change(t, "UPDATE documents SET chunks = 0"), {"counts"}, id="chunks-miscounted"),
]  # fmt: skip


def test_a_library_just_made_is_clean(tools: Tools) -> None:
    assert wrong(tools) == {}


@pytest.mark.parametrize(("harm", "checks"), HARMS)
def test_each_harm_is_found_and_mended_and_the_library_is_as_before(
    tools: Tools, harm: Callable[[Tools], object], checks: set[str]
) -> None:
    before = library_digest(tools.library, tools.store)
    harm(tools)
    findings = wrong(tools)
    assert checks <= set(findings) <= checks | {"database", "found"}
    assert all(finding.count > 0 for finding in findings.values())
    assert list(repair(tools.library, tools.store, tools.embedder, list(findings.values())))
    assert wrong(tools) == {}
    assert library_digest(tools.library, tools.store) == before


def test_a_twin_found_in_the_place_of_a_chunk_is_no_fault(tools: Tools) -> None:
    store = MemoryStore()
    ids, vectors = zip(*[(i, v) for i, v in all_vectors(tools)], strict=True)
    store.upsert(ids, np.stack(vectors))
    twins = [i for i, hits in zip(ids, store.search_many(np.stack(vectors), 1), strict=True) if hits[0][0] != i]
    assert twins
    assert wrong(replace(tools, store=store)) == {}


def all_vectors(tools: Tools) -> list[tuple[int, np.ndarray]]:
    with closing(sqlite3.connect(tools.library.path)) as db:
        rows = db.execute("SELECT id, vector FROM chunks").fetchall()
    return [(i, np.frombuffer(blob, np.float16).astype(np.float32)) for i, blob in rows]


def test_misplaced_chunks_are_read_again_by_the_next_ingest(tools: Tools, tmp_path: Path) -> None:
    before = library_digest(tools.library, tools.store)
    change(tools, "UPDATE chunks SET start = start + 1 WHERE id = 2")
    findings = wrong(tools)
    assert set(findings) == {"places"}
    list(repair(tools.library, tools.store, tools.embedder, list(findings.values())))
    list(ingest([tmp_path / "files"], tools))
    assert wrong(tools) == {}
    assert library_digest(tools.library, tools.store) == before


@pytest.mark.parametrize("number", [1, 2], ids=["with-chunks", "in-between"])
def test_lost_pages_are_left_to_the_next_ingest_and_that_is_said(tools: Tools, tmp_path: Path, number: int) -> None:
    before = library_digest(tools.library, tools.store)
    change(tools, f"DELETE FROM pages WHERE document_id IN (SELECT id FROM documents LIMIT 1) AND number = {number}")
    findings = wrong(tools)
    assert all(finding.fixable for finding in findings.values())
    list(repair(tools.library, tools.store, tools.embedder, list(findings.values())))
    left = wrong(tools)
    assert left
    for finding in left.values():
        assert not finding.fixable
        assert "The next ingest of their files reads them again" in finding.text
    list(ingest([tmp_path / "files"], tools))
    assert wrong(tools) == {}
    assert library_digest(tools.library, tools.store) == before


def test_a_file_without_its_documents_is_read_again_by_the_next_ingest(tools: Tools, tmp_path: Path) -> None:
    before = library_digest(tools.library, tools.store)
    change(tools, "PRAGMA foreign_keys = ON", "DELETE FROM documents WHERE title = '2'")
    findings = wrong(tools)
    assert {"journal", "unfinished"} <= set(findings)
    list(repair(tools.library, tools.store, tools.embedder, list(findings.values())))
    list(ingest([tmp_path / "files"], tools))
    assert wrong(tools) == {}
    assert library_digest(tools.library, tools.store) == before


def test_rows_of_nothing_are_told_and_left_alone(tools: Tools) -> None:
    change(tools, "PRAGMA foreign_keys = OFF", "UPDATE pages SET document_id = 'nobody' || rowid WHERE number = 3")
    findings = wrong(tools)
    assert not findings["references"].fixable
    pages = "SELECT count(*) FROM pages"
    with closing(sqlite3.connect(tools.library.path)) as db:
        before = db.execute(pages).fetchone()
        list(repair(tools.library, tools.store, tools.embedder, [findings["references"]]))
        assert db.execute(pages).fetchone() == before


def test_with_another_embedder_set_nothing_is_embedded(tools: Tools) -> None:
    change(tools, f"UPDATE chunks SET vector = NULL {ONE}")
    findings = wrong(tools, "another:256:0123")
    assert set(findings) >= {"embedder", "vectors"}
    assert not findings["embedder"].fixable
    list(repair(tools.library, tools.store, tools.embedder, list(findings.values())))
    assert wrong(tools)["vectors"].count == 2


def test_vectors_of_another_version_of_the_packaged_embedder_are_made_anew(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools.library.set_meta("embedder", "e5-small:256:0123")
    with pytest.raises(LibraryError, match="doctor --fix"):
        tools.library.claim("e5-small:256:4567")
    with pytest.raises(LibraryError, match="doctor --fix"):
        tools.library.expect("e5-small:4567")
    with pytest.raises(LibraryError, match="TOMO_EMBEDDER"):
        tools.library.claim("another:256:4567")
    findings = wrong(tools, "e5-small:4567")
    assert set(findings) == {"embedder"}
    assert findings["embedder"].fixable
    monkeypatch.setattr(tools.embedder, "name", "e5-small:256:4567")
    before = sqlite3.connect(tools.library.path).execute("SELECT count(*) FROM sentence_vectors").fetchone()
    assert list(repair(tools.library, tools.store, tools.embedder, list(findings.values())))
    assert wrong(tools, "e5-small:4567") == {}
    assert tools.library.meta("embedder") == "e5-small:256:4567"
    assert sqlite3.connect(tools.library.path).execute("SELECT count(*) FROM sentence_vectors").fetchone() == before


def test_ingest_makes_vectors_of_another_version_of_the_packaged_embedder_anew(
    tmp_path: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "e5-small"
    model.mkdir()
    (model / "config.json").write_text("{}")
    monkeypatch.setattr(opening, "embedder_folder", lambda settings, report: str(model))
    told: list[str] = []
    opened = opening.open_tools(Settings(library=tools.library.folder, models=tmp_path), told.append)
    made: list[ChunkText] = []
    embed = tools.embedder.embed_chunks
    monkeypatch.setattr(tools.embedder, "embed_chunks", lambda chunks: made.extend(chunks) or embed(chunks))
    tools = replace(tools, renew=opened.renew)
    before = library_digest(tools.library, tools.store)
    for known in ("another:256:0123", identified(model).replace(":", ":256:")):  # somebody's own; the one in use
        tools.library.set_meta("embedder", known)
        list(ingest([tmp_path / "files"], tools))
        assert (told, made, tools.library.meta("embedder")) == ([], [], known)
    tools.library.set_meta("embedder", "e5-small:256:0123")
    list(ingest([tmp_path / "files"], tools))
    assert len(told) == 1
    with closing(schema.connect(tools.library.path)) as db:
        assert {chunk.text for chunk in made} == {row[0] for row in db.execute("SELECT text FROM chunks")}
    assert tools.library.meta("embedder") is None  # until an embedder that says its name is opened
    assert library_digest(tools.library, tools.store) == before
    opened.store.close()


def test_an_interrupted_file_is_named_and_finished_by_ingest_only(tools: Tools) -> None:
    from ingest.filing import INTERRUPTED

    change(tools, f"UPDATE files SET status = 'failed', digest = '', reason = '0.txt: {INTERRUPTED}' WHERE id = 1")
    finding = wrong(tools)["interrupted"]
    assert finding.count == 1
    assert not finding.fixable
    assert "same ingest command" in finding.text


@pytest.mark.parametrize("damage", [b"garbage " * 2000, b""], ids=["garbage", "empty"])
def test_a_damaged_index_is_made_anew_from_the_catalogue(tmp_path: Path, tools: Tools, damage: bytes) -> None:
    folder = tools.library.folder / "chroma"
    tools = replace(tools, store=ChromaStore(folder))
    with tools.library.transaction() as db:
        db.execute("UPDATE chunks SET indexed = 0")
    list(ingest([tmp_path / "files"], tools))
    before = library_digest(tools.library, tools.store)
    tools.store.close()
    (folder / "chroma.sqlite3").write_bytes(damage)
    findings = wrong(tools)
    assert set(findings) & {"index", "indexed"}
    list(repair(tools.library, tools.store, tools.embedder, list(findings.values())))
    assert wrong(tools) == {}
    assert library_digest(tools.library, tools.store) == before
    tools.store.close()


@pytest.mark.parametrize("changed", [True, False], ids=["with-changes", "without"])
def test_an_ingest_makes_a_damaged_index_anew(tmp_path: Path, tools: Tools, changed: bool) -> None:
    folder = tools.library.folder / "chroma"
    tools = replace(tools, store=ChromaStore(folder))
    tools.library.unindex_all()
    list(ingest([tmp_path / "files"], tools))
    tools.store.close()
    (folder / "chroma.sqlite3").write_bytes(b"garbage " * 2000)
    change(tools, "DELETE FROM meta WHERE key = 'settled'")
    if changed:
        (tmp_path / "files" / "new.txt").write_text("another word", encoding="utf-8")
    list(ingest([tmp_path / "files"], tools))
    assert wrong(tools) == {}
    assert tools.store.ids() == chunk_ids(tools)
    tools.store.close()


@pytest.mark.parametrize(
    ("harm", "changed"),
    [("whole", True), ("whole", False), ("part", True)],  # an index that is there is asked only where it is to change
)
def test_an_ingest_notices_an_index_that_was_lost(
    tmp_path: Path, tools: Tools, harm: str, changed: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Deleted, left behind when the library was copied, or put back from an older copy."""
    folder = tools.library.folder / "chroma"
    tools = replace(tools, store=ChromaStore(folder))
    list(ingest([tmp_path / "files"], tools))
    assert not caplog.messages or "made anew" in caplog.messages[0]  # what was entered before was in memory
    caplog.clear()
    if harm == "part":
        tools.store.delete(chunk_ids(tools)[:2])
    tools.store.close()
    if harm == "whole":
        shutil.rmtree(folder)
    if changed:
        (tmp_path / "files" / "new.txt").write_text("another word", encoding="utf-8")
    list(ingest([tmp_path / "files"], tools))
    assert "It is made anew now." in caplog.text
    assert wrong(tools) == {}
    assert tools.store.ids() == chunk_ids(tools)
    assert tools.library.meta("settled") == str(max(chunk_ids(tools)))
    caplog.clear()
    list(ingest([tmp_path / "files"], tools))
    assert not caplog.messages
    tools.store.close()


def test_what_is_entered_anew_is_looked_for_anew(tools: Tools) -> None:
    """A graph of neighbours made anew is another one: what it does not find is entered again."""

    class Forgetful(MemoryStore):
        """Loses the middle one of several vectors that come together, as a graph of neighbours may."""

        def upsert(self, ids, vectors):  # type: ignore[no-untyped-def]
            kept = [at for at in range(len(ids)) if len(ids) == 1 or at != len(ids) // 2]
            super().upsert([ids[at] for at in kept], vectors[kept])

    drop_vectors(tools.library, tools.store)
    assert tools.library.meta("settled") is None
    store = Forgetful()
    list(ingest([], replace(tools, store=store)))
    assert store.ids() == chunk_ids(tools)


def test_damaged_vectors_can_be_looked_for_among_the_new_ones_only(tools: Tools) -> None:
    bad = np.zeros(8, np.float16).tobytes()
    change(tools, f"UPDATE chunks SET vector = x'{bad.hex()}' WHERE id IN (2, 5)")
    with closing(schema.connect(tools.library.path)) as db:
        assert bad_copies(db) == [2, 5]
        assert bad_copies(db, after=2) == [5]
        assert bad_copies(db, after=10**9) == []


def test_a_vector_of_odd_length_is_none_and_one_of_another_length_harms_no_other(tools: Tools) -> None:
    change(
        tools, "UPDATE chunks SET vector = x'000102' WHERE id = 2", "UPDATE chunks SET vector = x'0001' WHERE id = 3"
    )
    with closing(schema.connect(tools.library.path)) as db:
        found = stored_vectors(db, [1, 2, 3, 10**9])
    assert {i: row.shape for i, row in found.items()} == {1: (tools.embedder.dimension,), 3: (1,)}


def test_the_digest_tells_libraries_apart_and_not_how_they_came_to_be(tools: Tools, tmp_path: Path) -> None:
    again = make_tools(tmp_path / "again")
    for name in ("deep", "3.txt", "1.txt", "0.txt", "2.txt", "broken.bad"):
        list(ingest([tmp_path / "files" / name], again))
    assert library_digest(again.library, again.store) == library_digest(tools.library, tools.store)
    (tmp_path / "files" / "0.txt").write_text("other words", encoding="utf-8")
    list(ingest([tmp_path / "files"], again))
    assert library_digest(again.library, again.store) != library_digest(tools.library, tools.store)


def test_doctor_does_not_make_a_library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--library", str(tmp_path / "nothing")]) == 1
    assert "there is no library here" in capsys.readouterr().err
    assert not (tmp_path / "nothing").exists()


def test_documents_are_listed_with_state_and_reason_and_files_not_read_apart(
    tools: Tools, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tools.library.folder)
    first = tools.library.documents()[0]
    with tools.library.transaction() as db:
        edition = next(one for one in tallies.uncounted(db, "some model", 5) if one.id == first.id)
        assert tallies.store(db, "some model", {edition: 99_123}) == 1
    assert main(["documents", "--json", "--library", folder]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == 5
    assert {(row["status"], row["reason"]) for row in rows} == {("added", "")}
    assert [row["tokens"] for row in rows if row["id"] == first.id] == [99_123]
    kept = ("id", "kind", "title", "language", "file", "path", "pages", "chunks", "characters", "fields")
    assert set(kept) <= set(rows[0])
    assert main(["documents", "--failed", "--json", "--library", folder]) == 0
    (row,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert Path(row["file"]).name == "broken.bad"
    assert (row["status"], "Get another copy" in row["reason"]) == ("failed", True)
    assert main(["documents", "--library", folder]) == 0
    assert "99123 tokens" in capsys.readouterr().out
