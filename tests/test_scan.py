"""What is new, changed, moved, unchanged or gone is decided by content, and said before any work."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.library import Library
from ingest.pipeline import FileDone, Summary, Tools, ingest
from ingest.preview import preview
from ingest.records import FileRecord
from ingest.scan import Candidate, gone, scan
from ingest.types import Document
from tests.catalogue import before_format_6
from tests.fakes import make_tools

LONG_AGO = time.time() - 1000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = tmp_path / "files"
    (files / "deep").mkdir(parents=True)
    (files / "a.txt").write_text("alpha words here", encoding="utf-8")
    (files / "deep" / "b.txt").write_text("beta words there", encoding="utf-8")
    return files


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return make_tools(tmp_path / "library")


def changes(folder: Path, journal: dict[str, FileRecord], **options: object) -> dict[str, str]:
    return {c.path.name: c.change for c in scan([folder], journal, **options)}  # type: ignore[arg-type]


def journal_of(folder: Path) -> dict[str, FileRecord]:
    """A journal as if all had been ingested a while ago."""
    later = time.time_ns() + 10**10
    return {c.record.path: replace(c.record, seen_ns=later) for c in scan([folder], {})}


def run(folder: Path, tools: Tools, **options: bool) -> tuple[dict[str, FileDone], Summary]:
    events = list(ingest([folder], tools, **options))
    summary = events[-1]
    assert isinstance(summary, Summary)
    return {Path(e.file).name: e for e in events if isinstance(e, FileDone)}, summary


def test_the_same_bytes_are_unchanged_whatever_the_dates_say(folder: Path) -> None:
    journal = journal_of(folder)
    os.utime(folder / "a.txt", (LONG_AGO, LONG_AGO))
    assert changes(folder, journal) == {"a.txt": "unchanged", "b.txt": "unchanged"}


def test_other_bytes_are_a_change_even_with_the_same_size_and_date(folder: Path) -> None:
    os.utime(folder / "a.txt", (LONG_AGO, LONG_AGO))
    journal = journal_of(folder)
    (folder / "a.txt").write_text("ALPHA words here", encoding="utf-8")
    os.utime(folder / "a.txt", (LONG_AGO, LONG_AGO))
    assert changes(folder, journal)["a.txt"] == "changed"


def test_a_settled_file_is_not_read_again_to_know_that_it_is_the_same(folder: Path) -> None:
    """The journal's digest is taken over, wrong as it is here: proof that nobody hashed."""
    journal = {key: replace(record, digest="as noted") for key, record in journal_of(folder).items()}
    assert {c.record.digest for c in scan([folder], journal)} == {"as noted"}


def test_a_file_touched_within_its_clocks_tick_of_the_hashing_is_hashed_again(folder: Path) -> None:
    journal = {c.record.path: replace(c.record, digest="as noted") for c in scan([folder], {})}
    assert set(changes(folder, journal).values()) == {"changed"}


def test_a_clock_set_back_hides_no_change(folder: Path) -> None:
    future = time.time_ns() + 10**15
    journal = {
        key: replace(record, seen_ns=future, ctime_ns=future - 10**12) for key, record in journal_of(folder).items()
    }
    (folder / "a.txt").write_text("ALPHA words here", encoding="utf-8")
    assert changes(folder, journal) == {"a.txt": "changed", "b.txt": "unchanged"}


def test_other_options_or_the_wish_to_read_again_make_every_file_a_changed_one(folder: Path) -> None:
    journal = journal_of(folder)
    assert set(changes(folder, journal, recipe=lambda path: "mask_pii").values()) == {"changed"}
    assert set(changes(folder, journal, again=True).values()) == {"changed"}


@pytest.mark.parametrize("status", ["failed", "skipped"])
def test_what_could_not_be_read_is_tried_again_unless_the_run_says_no(folder: Path, status: str) -> None:
    journal = {key: replace(record, status=status, reason="no") for key, record in journal_of(folder).items()}
    assert set(changes(folder, journal).values()) == {"changed"}
    assert set(changes(folder, journal, retry=False).values()) == {status}
    (folder / "a.txt").write_text("better now", encoding="utf-8")
    assert changes(folder, journal, retry=False)["a.txt"] == "changed"


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        pytest.param("../outside.txt", "outside this folder", id="outside"),
        pytest.param("../elsewhere", "outside this folder", id="folder-outside"),
        pytest.param("a.txt", "is read there", id="inside"),
        pytest.param("deep", "is read there", id="folder-inside"),
        pytest.param(".", "is read there", id="loop"),
        pytest.param("nowhere", "not there", id="dangling"),
        pytest.param("link", "not there", id="to-itself"),
        pytest.param(".store/x.txt", "hidden folder", id="hidden"),
    ],
)
def test_a_link_is_named_and_not_followed(folder: Path, target: str, reason: str) -> None:
    (folder.parent / "outside.txt").write_text("secret", encoding="utf-8")
    (folder.parent / "elsewhere").mkdir()
    (folder / ".store").mkdir()
    (folder / ".store" / "x.txt").write_text("kept by a tool", encoding="utf-8")
    (folder / "link").symlink_to(target)
    found = {c.path.name: c for c in scan([folder], {})}
    assert found["link"].change == "skipped"
    assert reason in found["link"].reason
    assert sorted(found) == ["a.txt", "b.txt", "link"]


def test_a_link_that_is_given_itself_is_followed(folder: Path) -> None:
    (folder.parent / "manuals").symlink_to(folder)
    assert set(changes(folder.parent / "manuals", {}).values()) == {"new"}


def test_the_note_an_office_program_leaves_beside_an_open_file_is_passed_over(folder: Path) -> None:
    (folder / "~$guide.docx").write_bytes(b"\x05someone")
    assert changes(folder, {})["~$guide.docx"] == "skipped"


def test_a_moved_file_keeps_its_documents_their_ids_and_their_vectors(folder: Path, tools: Tools) -> None:
    run(folder, tools)
    before = {row.id for row in tools.library.documents()}
    chunks = {c.id for i in before for c in tools.library.document_chunks(i)}
    (folder / "a.txt").rename(folder / "deep" / "a.txt")
    done, summary = run(folder, tools, prune=True)
    assert done["a.txt"].status == "unchanged"
    assert "moved from" in done["a.txt"].reason
    assert (summary.removed, summary.documents) == (0, 2)
    assert {row.id for row in tools.library.documents()} == before
    assert {c.id for i in before for c in tools.library.document_chunks(i)} == chunks
    assert tools.library.find_document("a.txt").path.endswith("deep/a.txt")
    assert run(folder, tools)[1].unchanged == 2


def test_a_renamed_file_keeps_its_documents_and_gets_its_new_name_as_title(folder: Path, tools: Tools) -> None:
    run(folder, tools)
    before = {row.id for row in tools.library.documents()}
    (folder / "a.txt").rename(folder / "deep" / "renamed.txt")
    done, summary = run(folder, tools, prune=True)
    assert (done["renamed.txt"].status, summary.removed, summary.documents) == ("updated", 0, 2)
    assert {row.id for row in tools.library.documents()} == before
    assert {row.title for row in tools.library.documents()} == {"renamed", "b"}
    assert run(folder, tools)[1].unchanged == 2


def test_a_renamed_file_that_was_not_read_before_the_run_ended_is_read_by_the_next(folder: Path, tools: Tools) -> None:
    run(folder, tools)
    before = {row.id for row in tools.library.documents()}
    (folder / "a.txt").rename(folder / "renamed.txt")

    def ends(path: Path) -> Iterator[Document]:
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        run(folder, replace(tools, read=ends))
    assert run(folder, tools)[0]["renamed.txt"].status == "updated"
    assert {row.title for row in tools.library.documents()} == {"renamed", "b"}
    assert {row.id for row in tools.library.documents()} == before
    assert run(folder, tools)[1].unchanged == 2


def test_another_ending_is_another_way_of_reading_and_so_no_move(folder: Path, tools: Tools) -> None:
    run(folder, tools)
    (folder / "a.txt").rename(folder / "a.md")
    assert run(folder, tools)[0]["a.md"].status == "added"


def test_two_files_of_equal_bytes_are_both_recognised_whichever_comes_first(folder: Path, tools: Tools) -> None:
    for name in ("old.txt", "old.md"):
        (folder / name).write_text("the same words", encoding="utf-8")
    run(folder, tools)
    ids = {row.file: row.id for row in tools.library.documents()}
    (folder / "old.txt").rename(folder / "1.txt")
    (folder / "old.md").rename(folder / "2.md")
    run(folder, tools, prune=True)
    now = {row.file: row.id for row in tools.library.documents()}
    assert (now["1.txt"], now["2.md"]) == (ids["old.txt"], ids["old.md"])
    (folder / "2.md").rename(folder / "3.md")
    (folder / "1.txt").rename(folder / "4.txt")
    run(folder, tools, prune=True)
    now = {row.file: row.id for row in tools.library.documents()}
    assert (now["4.txt"], now["3.md"]) == (ids["old.txt"], ids["old.md"])


def test_a_folder_that_is_suddenly_empty_loses_nothing(folder: Path, tools: Tools) -> None:
    """Its drive may not be mounted."""
    run(folder, tools)
    away = folder.rename(folder.parent / "unplugged")
    folder.mkdir()
    done, summary = run(folder, tools, prune=True)
    assert (summary.removed, summary.documents) == (0, 2)
    assert "is its drive mounted" in done[folder.name].reason
    folder.rmdir()
    away.rename(folder)
    (folder / "deep" / "b.txt").unlink()
    assert run(folder, tools, prune=True)[1].removed == 1


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may look into every folder")
def test_a_folder_that_may_not_be_looked_into_is_named_and_loses_nothing(folder: Path, tools: Tools) -> None:
    run(folder, tools)
    (folder / "deep").chmod(0)
    try:
        done, summary = run(folder, tools, prune=True)
    finally:
        (folder / "deep").chmod(0o755)
    assert (done["deep"].status, summary.removed, summary.documents) == ("failed", 0, 2)


def test_the_same_folder_by_a_link_to_it_is_the_same(folder: Path, tools: Tools) -> None:
    run(folder, tools)
    (folder.parent / "link").symlink_to(folder)
    assert run(folder.parent / "link", tools)[1].unchanged == 2


def test_a_new_file_where_a_moved_one_was_gets_an_id_of_its_own(folder: Path, tools: Tools) -> None:
    run(folder, tools)
    (folder / "a.txt").rename(folder / "moved.txt")
    run(folder, tools)
    (folder / "a.txt").write_text("quite another text", encoding="utf-8")
    _, summary = run(folder, tools)
    assert (summary.added, summary.documents) == (1, 3)
    assert len({row.id for row in tools.library.documents()}) == 3
    (folder / "a.txt").write_text("another text again", encoding="utf-8")
    assert run(folder, tools)[1].documents == 3


def test_a_copy_is_no_move(folder: Path, tools: Tools) -> None:
    run(folder, tools)
    (folder / "copy.txt").write_bytes((folder / "a.txt").read_bytes())
    done, summary = run(folder, tools)
    assert done["copy.txt"].status == "added"
    assert summary.documents == 3


def test_nothing_is_gone_from_a_folder_that_is_not_there(folder: Path) -> None:
    journal = journal_of(folder)
    away = folder.rename(folder.parent / "unplugged")
    met = list(scan([folder], journal))
    assert gone([folder], journal, met) == []
    away.rename(folder)
    (folder / "a.txt").unlink()
    assert [Path(key).name for key in gone([folder], journal, list(scan([folder], journal)))] == ["a.txt"]


def test_a_date_no_database_can_hold_is_cut(folder: Path, tools: Tools) -> None:
    os.utime(folder / "a.txt", ns=(2**63 - 1, 2**63 - 1))
    assert run(folder, tools)[1].added == 2


def test_folders_in_folders_without_end_are_walked(folder: Path) -> None:
    deep = folder
    for _ in range(150):
        deep = deep / "d"
        deep.mkdir()
    (deep / "end.txt").write_text("the end", encoding="utf-8")
    assert changes(folder, {})["end.txt"] == "new"


@pytest.mark.skipif(os.name == "nt", reason="names there are text")
def test_a_copy_of_a_name_that_is_no_text_is_no_move(folder: Path, tools: Tools) -> None:
    odd = folder / os.fsdecode(b"caf\xe9.txt")
    odd.write_text("latin one", encoding="utf-8")
    run(folder, tools)
    (folder / "copy.txt").write_text("latin one", encoding="utf-8")
    assert run(folder, tools)[1].documents == 4


@pytest.mark.skipif(os.name == "nt", reason="names there are text")
def test_a_name_that_is_no_text_is_never_taken_for_gone(folder: Path, tools: Tools) -> None:
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text("latin one", encoding="utf-8")
    run(folder, tools)
    assert run(folder, tools, prune=True)[1].removed == 0


@pytest.mark.skipif(os.name == "nt", reason="names there are text")
def test_prune_works_in_a_folder_whose_name_is_no_text(folder: Path, tools: Tools) -> None:
    odd = folder.rename(folder.parent / os.fsdecode(b"caf\xe9"))
    run(odd, tools)
    (odd / "a.txt").unlink()
    (odd / "deep").rename(odd.parent / "deep")
    (odd / "deep").symlink_to(odd.parent / "deep")
    assert run(odd, tools, prune=True)[1].removed == 1  # what a link leads to is not gone
    (odd / "c.txt").write_text("gamma", encoding="utf-8")
    (odd / "deep").unlink()
    assert run(odd, tools, prune=True)[1].documents == 1


def test_a_preview_says_what_a_run_would_do_and_does_nothing(folder: Path, tools: Tools) -> None:
    run(folder, tools)
    (folder / "deep" / "b.txt").unlink()
    (folder / "a.txt").rename(folder / "c.txt")
    (folder / "d.txt").write_text("new words", encoding="utf-8")
    before = tools.library.files()
    planned = preview([folder], tools.library.folder)
    assert {Path(f.file).name: f.status for f in planned.files} == {"b.txt": "gone", "c.txt": "moved", "d.txt": "new"}
    assert planned.counts == {"gone": 1, "moved": 1, "new": 1}
    assert planned.needs_bytes > 0
    assert tools.library.files() == before


def test_a_preview_says_which_files_could_not_be_read_before(folder: Path, tools: Tools) -> None:
    (folder / "a.txt").rename(folder / "a.bad")
    list(ingest([folder], tools))
    (folder / "deep" / "b.txt").write_text("other words there", encoding="utf-8")
    reasons = {
        Path(file.file).name: (file.status, file.reason) for file in preview([folder], tools.library.folder).files
    }
    assert reasons == {"a.bad": ("changed", "was not read before and is tried again"), "b.txt": ("changed", "")}


def test_a_preview_makes_no_library(folder: Path, tmp_path: Path) -> None:
    assert preview([folder], tmp_path / "none").counts == {"new": 2}
    assert not (tmp_path / "none").exists()


def test_every_file_met_is_met_once(folder: Path) -> None:
    met: list[Candidate] = list(scan([folder, folder / "a.txt", folder / "deep"], {}))
    assert sorted(c.path.name for c in met) == ["a.txt", "b.txt"]


def test_a_library_of_the_first_format_goes_on(tmp_path: Path) -> None:
    """Format 1 lacked the columns for dates, parts and fingerprints, and the sentences' vectors."""
    import sqlite3

    folder = tmp_path / "old"
    Library(folder).close()
    with sqlite3.connect(folder / "library.sqlite3") as db:
        for index in (
            "documents_file",
            "documents_thread",
            "documents_mail",
            "chunks_unembedded",
            "chunks_embedded",
            "chunks_fingerprint",
        ):
            db.execute(f"DROP INDEX {index}")
        before_format_6(db)
        for table, columns in {
            "files": ("ctime_ns", "inode", "seen_ns", "recipe"),
            "documents": ("part", "digest", "thread"),
            "chunks": ("fingerprint",),
        }.items():
            for column in columns:
                db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        db.execute("DROP TABLE sentence_vectors")
        db.execute("DROP TABLE summaries")
        db.execute("CREATE INDEX documents_file ON documents (file_id)")
        columns = "(id, path, name, digest, size, mtime_ns, status)"
        db.execute(f"INSERT INTO files {columns} VALUES (1, '/m/a.txt', 'a.txt', 'd', 1, 1, 'added')")
        db.execute("PRAGMA user_version = 1")
    library = Library(folder)
    assert library.files()["/m/a.txt"] == FileRecord("/m/a.txt", "d", 1, 1)
    assert library.totals()["unembedded"] == 0
