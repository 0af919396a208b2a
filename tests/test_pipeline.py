"""Ingest: every file accounted for, only changes redone, nothing lost when it is interrupted."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.errors import LibraryBusy, LibraryError
from ingest.follow import rebuild
from ingest.lock import write_lock
from ingest.pipeline import FileDone, Summary, Tools, ingest
from ingest.readers import read
from ingest.scan import NO_OCR
from ingest.vectors import MemoryStore
from rag.telling import told
from tests.fakes import make_tools
from tests.make_files import pdf


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = tmp_path / "files"
    (files / "deep").mkdir(parents=True)
    (files / "a.txt").write_text("alpha words here\fsecond page of alpha", encoding="utf-8")
    (files / "deep" / "b.txt").write_text("beta words there", encoding="utf-8")
    (files / "broken.bad").write_text("x", encoding="utf-8")
    (files / "empty.txt").write_text("", encoding="utf-8")
    (files / ".hidden").write_text("not for Tomo", encoding="utf-8")
    return files


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return make_tools(tmp_path / "library")


def run(folder: Path, tools: Tools, **options: bool) -> tuple[dict[str, FileDone], Summary]:
    events = list(ingest([folder], tools, **options))
    summary = events[-1]
    assert isinstance(summary, Summary)
    return {Path(e.file).name: e for e in events if isinstance(e, FileDone)}, summary


def test_every_file_is_accounted_for(folder: Path, tools: Tools) -> None:
    done, summary = run(folder, tools)
    assert {name: e.status for name, e in done.items()} == {
        "a.txt": "added", "b.txt": "added", "broken.bad": "failed", "empty.txt": "skipped",
    }  # fmt: skip
    assert "Get another copy" in done["broken.bad"].reason
    assert (summary.added, summary.failed, summary.skipped, summary.documents) == (2, 1, 1, 2)


def test_every_chunk_has_a_vector_that_finds_it(folder: Path, tools: Tools) -> None:
    run(folder, tools)
    assert tools.library.totals()["unindexed"] == 0
    for row in tools.library.documents():
        for stored in tools.library.document_chunks(row.id):
            text = f"{stored.chunk.breadcrumb}\n{stored.chunk.text}"
            vector = tools.embedder.embed_passages([text])[0]
            assert tools.store.search(vector, 1)[0][0] == stored.id


FULL = "The lamp on the front of the router blinks while it starts."


@pytest.mark.parametrize(
    ("pages", "warning"),
    [
        pytest.param([*["Router 7"] * 5, FULL], "5 of its 6 pages hold hardly any text", id="most-pages-are-bare"),
        pytest.param([FULL] * 4, "", id="every-page-says-something"),
        pytest.param(["Router 7", FULL, FULL, "The end"], "", id="half-of-them-do"),
        pytest.param(["Router 7", "The end"], "", id="a-label-of-two-pages"),
    ],
)
def test_a_pdf_most_of_whose_pages_came_out_bare_is_taken_in_with_a_warning(
    tmp_path: Path, tools: Tools, pages: list[str], warning: str
) -> None:
    done, _ = run(pdf(tmp_path / "router.pdf", pages), replace(tools, read=read))
    assert done["router.pdf"].status == "added"
    assert done["router.pdf"].reason.startswith(warning)
    assert bool(done["router.pdf"].reason) is bool(warning)
    assert not warning or told(done["router.pdf"].reason, "es").startswith("5 de sus 6 páginas apenas tienen texto")


def test_what_is_said_of_bare_pages_is_kept_as_long_as_they_are(tmp_path: Path, tools: Tools) -> None:
    (tmp_path / "in").mkdir()
    scans, reads = pdf(tmp_path / "in" / "router.pdf", ["Router 7"] * 6), replace(tools, read=read)
    warning = run(scans, reads)[0]["router.pdf"].reason
    assert "--no-ocr" not in warning
    (row,) = tools.library.documents()

    def kept() -> set[str]:
        return {record.reason for record in tools.library.files().values()}

    assert kept() == {warning}
    os.utime(scans)
    run(scans, reads)
    assert kept() == {warning}
    scans.parent.rename(tmp_path / "moved")
    run(tmp_path / "moved", reads)
    assert [other.id for other in tools.library.documents()] == [row.id]
    assert kept() == {warning}
    pdf(tmp_path / "moved" / "router.pdf", [FULL] * 6)
    run(tmp_path / "moved", reads)
    assert kept() == {""}


def test_who_had_no_pictures_read_is_told_how_to(tmp_path: Path, tools: Tools) -> None:
    bare = replace(tools, read=read, recipe=lambda path: NO_OCR)
    done, _ = run(pdf(tmp_path / "router.pdf", ["Router 7"] * 6), bare)
    assert "without --no-ocr" in done["router.pdf"].reason
    assert "sin --no-ocr" in told(done["router.pdf"].reason, "es")


def test_a_second_run_changes_nothing(folder: Path, tools: Tools) -> None:
    run(folder, tools)
    before = [c.id for row in tools.library.documents() for c in tools.library.document_chunks(row.id)]
    done, summary = run(folder, tools)
    assert (summary.unchanged, summary.added, summary.updated) == (2, 0, 0)
    assert before == [c.id for row in tools.library.documents() for c in tools.library.document_chunks(row.id)]
    assert done["broken.bad"].status == "failed"


def test_a_changed_file_is_updated_and_keeps_its_id(folder: Path, tools: Tools) -> None:
    run(folder, tools)
    ids = {row.file: row.id for row in tools.library.documents()}
    (folder / "a.txt").write_text("gamma instead", encoding="utf-8")
    done, _ = run(folder, tools)
    assert done["a.txt"].status == "updated"
    assert {row.file: row.id for row in tools.library.documents()} == ids
    assert tools.library.search_words('"alpha"', 5) == []
    assert tools.store.count() == tools.library.totals()["chunks"]


def test_a_changed_file_that_cannot_be_read_keeps_its_earlier_version(folder: Path, tools: Tools) -> None:
    run(folder, tools)
    (folder / "a.txt").write_text("", encoding="utf-8")
    done, _ = run(folder, tools)
    assert done["a.txt"].status == "skipped"
    assert tools.library.search_words('"alpha"', 5)


def test_prune_removes_what_is_gone_and_only_below_the_paths_given(folder: Path, tools: Tools) -> None:
    run(folder, tools)
    (folder / "deep" / "b.txt").unlink()
    assert run(folder, tools)[1].removed == 0
    done, summary = run(folder, tools, prune=True)
    assert summary.removed == 1
    assert done["b.txt"].status == "removed"
    assert tools.store.count() == tools.library.totals()["chunks"]


@pytest.mark.parametrize("name", ["missing.txt", "pipe", "dangling"])
def test_what_is_no_file_is_named_and_never_opened(folder: Path, tools: Tools, name: str) -> None:
    if name == "pipe":
        os.mkfifo(folder / name)
    if name == "dangling":
        (folder / name).symlink_to("nowhere")
    done, _ = run(folder / name, tools)
    assert done[name].status in ("failed", "skipped")
    assert name in done[name].reason


def test_killed_between_words_and_vectors_the_next_run_finishes(folder: Path, tmp_path: Path) -> None:
    class Dies(MemoryStore):
        def upsert(self, ids: object, vectors: object) -> None:
            raise LibraryError("killed")

    with pytest.raises(LibraryError):
        run(folder, make_tools(tmp_path / "library", Dies()))
    tools = make_tools(tmp_path / "library")
    assert tools.library.search_words('"alpha"', 5)
    assert tools.library.totals()["unindexed"] > 0
    run(folder, tools)
    assert tools.library.totals()["unindexed"] == 0
    assert tools.store.count() == tools.library.totals()["chunks"]


def test_rebuild_fills_an_empty_index_without_reading_a_file(folder: Path, tools: Tools) -> None:
    run(folder, tools)
    for file in folder.rglob("*.txt"):
        file.unlink()
    empty = MemoryStore()
    assert rebuild(tools.library, empty) == tools.library.totals()["chunks"] == empty.count()


def test_a_second_writer_is_refused_at_once_and_told_who_writes(tmp_path: Path, folder: Path, tools: Tools) -> None:
    code = (
        "import sys, time; from pathlib import Path; from ingest.lock import write_lock\n"
        "with write_lock(Path(sys.argv[1]), 'a test'): print('held', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(tools.library.folder)]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LibraryBusy, match=rf"process {holder.pid} \(a test"):
            run(folder, tools)
    finally:
        holder.kill()
        holder.wait()
    assert run(folder, tools)[1].added == 2  # the lock died with its process


def test_the_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    def fail() -> Iterator[None]:
        with write_lock(tmp_path, "one"):
            raise ValueError("oops")

    with pytest.raises(ValueError, match="oops"):
        fail()
    with write_lock(tmp_path, "two"):
        assert '"what": "two"' in (tmp_path / "write.lock.json").read_text(encoding="utf-8")
    assert not (tmp_path / "write.lock.json").exists()  # which doctor would take for an interrupted run
