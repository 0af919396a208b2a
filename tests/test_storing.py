"""Large exports are stored in batches, what is equal stays, what is interrupted is finished by the next run."""

from __future__ import annotations

import dataclasses
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import readers, reading, space
from ingest.embed import HashEmbedder
from ingest.errors import LibraryError, ReadError
from ingest.library import Library
from ingest.pii import mask
from ingest.pipeline import FileDone, Progress, Summary, Tools, ingest
from ingest.scan import scan
from ingest.split import Splitter
from ingest.types import Document, Working
from ingest.vectors import MemoryStore
from tests.catalogue import before_format_6
from tests.fakes import count_words, make_tools, manual, ticket

BIG = "word" + " " * (reading._BATCH_CHARACTERS // 4)
"""Four of these are a batch."""


class Counting(HashEmbedder):
    """Counts what it embeds."""

    def __init__(self) -> None:
        super().__init__()
        self.embedded: list[str] = []

    def embed_passages(self, texts):  # type: ignore[no-untyped-def]
        self.embedded += texts
        return super().embed_passages(texts)


def read_tickets(path: Path) -> Iterator[Document]:
    """A ticket a line: its key, then its text; a line "broken" ends the file with an error."""
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, text = line.partition(" ")
        if key == "broken":
            raise ReadError(f"{path.name}: is broken. Get another copy.")
        yield ticket(key, text)


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    plain = make_tools(tmp_path / "library")
    return dataclasses.replace(plain, read=read_tickets, embedder=Counting())


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return tmp_path / "export.txt"


def run(path: Path, tools: Tools, **options: object) -> tuple[FileDone, Summary]:
    events = list(ingest([path], tools, **options))  # type: ignore[arg-type]
    (done,) = [e for e in events if isinstance(e, FileDone)]
    summary = events[-1]
    assert isinstance(summary, Summary)
    return done, summary


def embedded(tools: Tools) -> list[str]:
    assert isinstance(tools.embedder, Counting)
    found, tools.embedder.embedded = tools.embedder.embedded, []
    return found


def test_of_a_changed_export_only_the_changed_tickets_are_embedded_again(tools: Tools, export: Path) -> None:
    export.write_text("A one text\nB another text\nC gone soon", encoding="utf-8")
    run(export, tools)
    assert len(embedded(tools)) == 3
    export.write_text("A one text\nB changed text\nD new text", encoding="utf-8")
    done, summary = run(export, tools)
    assert done.status == "updated"
    assert "2 of its documents" in done.reason
    assert sorted(text.split("\n")[1] for text in embedded(tools)) == ["changed text", "new text"]
    assert (summary.documents, tools.store.count()) == (3, 3)
    assert tools.library.search_words('"gone"', 5) == []


def test_a_chunk_that_is_known_already_is_not_embedded_again(tmp_path: Path) -> None:
    tools = dataclasses.replace(make_tools(tmp_path / "library"), embedder=Counting())
    (tmp_path / "guide.txt").write_text("first page\fsecond page", encoding="utf-8")
    run(tmp_path / "guide.txt", tools)
    embedded(tools)
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "guide.txt").write_text("first page\fsecond page", encoding="utf-8")
    run(tmp_path / "copy" / "guide.txt", tools)
    assert embedded(tools) == []
    (tmp_path / "guide.txt").write_text("first page\fsecond page, better", encoding="utf-8")
    run(tmp_path / "guide.txt", tools)
    assert [text.split("\n")[1] for text in embedded(tools)] == ["second page, better"]
    assert tools.store.count() == tools.library.totals()["chunks"] == 4


def test_what_the_index_loses_as_it_grows_is_entered_again(tools: Tools, export: Path) -> None:
    class Forgetful(MemoryStore):
        """Loses one of several vectors that come together, as a graph of neighbours may."""

        def upsert(self, ids, vectors):  # type: ignore[no-untyped-def]
            kept = max(len(ids) - 1, 1)
            super().upsert(ids[:kept], vectors[:kept])

    store = Forgetful()
    export.write_text("\n".join(f"T{i} words {'of ' * i}" for i in range(9)), encoding="utf-8")
    run(export, dataclasses.replace(tools, store=store))
    assert store.count() == tools.library.totals()["chunks"] == 9


def test_tokens_are_counted_as_a_file_is_read(tools: Tools, export: Path) -> None:
    export.write_text("A one two three\nB four", encoding="utf-8")
    run(export, tools)
    export.write_text("A one two three four\nB four", encoding="utf-8")
    run(export, tools)
    assert sorted(tools.library.token_counts("embedder").values()) == [1, 4]


def test_equal_chunks_are_embedded_once(tools: Tools, export: Path) -> None:
    def same_subject(path: Path) -> Iterator[Document]:
        for document in read_tickets(path):
            yield dataclasses.replace(document, title="Printer")

    export.write_text("\n".join(f"T{i} same words" for i in range(300)), encoding="utf-8")
    _, summary = run(export, dataclasses.replace(tools, read=same_subject))
    assert len(embedded(tools)) == 1
    assert tools.store.count() == summary.chunks == 300


def test_two_tickets_of_one_number_both_stay(tools: Tools, export: Path) -> None:
    export.write_text("A one text\nA another text", encoding="utf-8")
    assert run(export, tools)[1].documents == 2
    assert run(export, tools, again=True)[1].documents == 2


def test_a_large_export_is_found_by_its_words_before_it_is_read_to_the_end(tools: Tools, export: Path) -> None:
    export.write_text("\n".join(f"T{i} {BIG}" for i in range(40)), encoding="utf-8")
    seen: list[int] = []
    library = tools.library

    def watching(path: Path) -> Iterator[Document | Working]:
        for document in read_tickets(path):
            seen.append(library.totals()["documents"])
            yield document

    events = ingest([export], dataclasses.replace(tools, read=watching, embedder=HashEmbedder(8)))
    assert [e.status for e in events if isinstance(e, FileDone)] == ["added"]
    assert seen[-1] > 0
    assert library.totals()["documents"] == 40


def test_an_export_that_breaks_off_keeps_what_was_stored_and_says_so(tools: Tools, export: Path) -> None:
    small = dataclasses.replace(tools, embedder=HashEmbedder(8))
    export.write_text("\n".join([*(f"T{i} {BIG}" for i in range(6)), "broken"]), encoding="utf-8")
    done, summary = run(export, small)
    assert (done.status, summary.failed) == ("failed", 1)
    assert 0 < summary.documents < 7
    (record,) = small.library.files().values()
    assert record.status == "failed"
    export.write_text("\n".join(f"T{i} {BIG}" for i in range(6)), encoding="utf-8")
    assert run(export, small)[1].documents == 6


def test_a_run_that_ends_amid_a_file_leaves_it_marked_and_the_next_run_finishes_it(tools: Tools, export: Path) -> None:
    small = dataclasses.replace(tools, embedder=HashEmbedder(8))
    export.write_text("\n".join(f"T{i} {BIG}" for i in range(8)), encoding="utf-8")

    def dies(path: Path) -> Iterator[Document]:
        for number, document in enumerate(read_tickets(path)):
            if number == 7:
                raise KeyboardInterrupt
            yield document

    with pytest.raises(KeyboardInterrupt):
        run(export, dataclasses.replace(small, read=dies))
    (record,) = small.library.files().values()
    assert (record.status, record.digest) == ("failed", "")
    assert "interrupted" in record.reason
    done, summary = run(export, small)
    assert (done.status, summary.documents) == ("updated", 8)
    assert small.store.count() == summary.chunks


def test_a_file_that_fails_after_it_was_read_well_says_that_the_earlier_version_is_kept(
    tools: Tools, export: Path
) -> None:
    export.write_text("A one text", encoding="utf-8")
    run(export, tools)
    export.write_text("broken", encoding="utf-8")
    done, summary = run(export, tools)
    assert (done.status, summary.documents) == ("failed", 1)
    assert done.reason.endswith("What was read of it before is kept.")


def test_a_file_changed_while_it_is_read_is_read_again(tools: Tools, export: Path) -> None:
    export.write_text("A first text", encoding="utf-8")
    times = iter(range(10))

    def slow(path: Path) -> Iterator[Document]:
        yield from list(read_tickets(path))
        if next(times) == 0:
            path.write_text("A second text", encoding="utf-8")

    assert run(export, dataclasses.replace(tools, read=slow))[0].status == "added"
    assert tools.library.search_words('"second"', 5)
    assert tools.library.search_words('"first"', 5) == []
    assert run(export, tools)[0].status == "unchanged"


def test_a_file_that_never_stops_changing_is_left_for_the_next_run(tools: Tools, export: Path) -> None:
    export.write_text("A first text", encoding="utf-8")
    times = iter(range(100))

    def restless(path: Path) -> Iterator[Document]:
        yield from list(read_tickets(path))
        path.write_text(f"A text {next(times)}", encoding="utf-8")

    done, _ = run(export, dataclasses.replace(tools, read=restless))
    assert done.status == "failed"
    assert "changes while it is read" in done.reason
    assert run(export, tools)[0].status in ("added", "updated")


def save_mails(folder: Path) -> None:
    """Three mails of a conversation, each naming only the one before, and two that belong to nothing else."""
    for name, answers, subject in (
        ("a", "", "VPN drops"),
        ("b", "a", "Re: VPN drops"),
        ("c", "b", "Re: VPN drops"),
        ("other", "", "Printer"),
        ("", "", "Fan"),
    ):
        ids = [f"{head}: <{one}@x>" for head, one in (("Message-ID", name), ("In-Reply-To", answers)) if one]
        head = ["From: ana@example.org", f"Subject: {subject}", *ids]
        (folder / f"{name or 'nameless'}.eml").write_text("\n".join([*head, "", f"Words of {name}."]), encoding="utf-8")


def masked(path: Path) -> Iterator[Document | Working]:
    for item in readers.read(path):
        yield mask(item) if isinstance(item, Document) else item


def threads_of(library: Library) -> dict[str, list[str]]:
    """By file, the files of its thread."""
    return {row.file: sorted(mail.file for mail in library.thread(row.id)) for row in library.documents()}


TOGETHER = ["a.eml", "b.eml", "c.eml"]
FOUND = {**dict.fromkeys(TOGETHER, TOGETHER), "other.eml": ["other.eml"], "nameless.eml": []}


@pytest.mark.parametrize("read", [pytest.param(readers.read, id="as-they-are"), pytest.param(masked, id="masked")])
def test_mails_that_name_only_the_one_before_are_still_one_thread(tmp_path: Path, read: reading.Read) -> None:
    save_mails(tmp_path)
    tools = dataclasses.replace(make_tools(tmp_path / "library"), read=read)
    list(ingest(sorted(tmp_path.glob("*.eml")), tools))
    assert threads_of(tools.library) == FOUND
    with tools.library.transaction() as db:
        names = [row[0] for row in db.execute("SELECT part FROM documents")]
    assert any("@" in name for name in names) == (read is not masked)


def test_the_threads_of_a_masked_library_of_format_4_are_found(tmp_path: Path) -> None:
    """Format 4 hashed a mail's thread and not its own name."""
    save_mails(tmp_path)
    tools = dataclasses.replace(make_tools(tmp_path / "library"), read=masked)
    list(ingest(sorted(tmp_path.glob("*.eml")), tools))
    ids = {row.file: row.id for row in tools.library.documents()}
    with tools.library.transaction() as db:
        for name in ("a", "b", "c", "other"):
            db.execute("UPDATE documents SET part = ? WHERE id = ?", (f"{name}@x", ids[f"{name}.eml"]))
        db.execute("DROP INDEX documents_mail")
        db.execute("CREATE INDEX documents_mail ON documents (key) WHERE thread <> ''")
    tools.library.close()
    with sqlite3.connect(tools.library.path) as db:
        before_format_6(db)
        db.execute("PRAGMA user_version = 4")
    library = Library(tools.library.folder)
    assert threads_of(library) == FOUND
    assert {row.file: row.id for row in library.documents()} == ids
    list(ingest(sorted(tmp_path.glob("*.eml")), dataclasses.replace(tools, library=library), again=True))
    assert {row.file: row.id for row in library.documents()} == ids


def test_slow_pages_are_told_as_they_come(tools: Tools, export: Path) -> None:
    export.write_text("A first text", encoding="utf-8")

    def scanned(path: Path) -> Iterator[Document | Working]:
        yield Working(1, 2)
        yield Working(2, 2)
        yield manual("page", "page")

    events = list(ingest([export], dataclasses.replace(tools, read=scanned)))
    told = [(e.page, e.of_pages) for e in events if isinstance(e, Progress) and e.file == str(export)]
    assert told == [(1, 2), (2, 2)]


def test_the_words_of_a_draft_are_found_before_the_slow_pages_are_read(tmp_path: Path) -> None:
    tools = dataclasses.replace(make_tools(tmp_path / "library"), embedder=Counting())
    library = tools.library

    def scanned(path: Path) -> Iterator[Document | Working]:
        yield Working(0, 1, manual("typed words", "", title="Guide"))
        for _ in range(100):
            if seen := library.search_words('"typed"', 5):
                break
            time.sleep(0.05)
        found.append(len(seen))
        yield manual("typed words", "scanned words", title="Guide")

    found: list[int] = []
    (tmp_path / "scan.txt").write_text("x")
    done, summary = run(tmp_path / "scan.txt", dataclasses.replace(tools, read=scanned))
    assert found == [1]
    assert (done.status, done.pages, summary.documents) == ("added", 2, 1)
    assert sorted(text.split("\n")[1] for text in embedded(tools)) == ["scanned words", "typed words"]


@pytest.mark.parametrize("workers", [1, 3])
def test_any_number_of_workers_makes_the_same_library(tmp_path: Path, workers: int) -> None:
    (tmp_path / "files").mkdir()
    for i in range(9):
        (tmp_path / "files" / f"{i}.txt").write_text(f"words of file {i}", encoding="utf-8")
    tools = make_tools(tmp_path / "library")
    done = [e.file for e in ingest([tmp_path / "files"], tools, workers=workers) if isinstance(e, FileDone)]
    assert [Path(file).stem for file in done] == [str(i) for i in range(9)]
    assert tools.store.count() == tools.library.totals()["chunks"] == 9


def test_closing_a_run_amid_its_events_ends_its_threads(tools: Tools, export: Path) -> None:
    export.write_text("\n".join(f"T{i} {BIG}" for i in range(30)), encoding="utf-8")
    events = ingest([export, export.parent], dataclasses.replace(tools, embedder=HashEmbedder(8)))
    next(events)
    events.close()  # type: ignore[attr-defined]
    assert run(export, dataclasses.replace(tools, embedder=HashEmbedder(8)))[1].documents == 30


def test_a_run_that_is_closed_does_not_wait_for_what_is_being_read(tools: Tools, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    for i in range(6):
        (tmp_path / "files" / f"{i}.txt").write_text("x")
    closed: list[str] = []

    def endless(path: Path) -> Iterator[Document | Working]:
        try:
            for page in range(10_000):
                time.sleep(0.01)
                yield Working(page, 10_000)
        finally:
            closed.append(path.name)

    events = ingest([tmp_path / "files"], dataclasses.replace(tools, read=endless), workers=2)
    next(events)
    started = time.monotonic()
    events.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started < 5
    assert 0 < len(closed) <= 2


def test_other_chunk_sizes_and_the_wish_to_read_again_cut_anew(tmp_path: Path) -> None:
    tools = make_tools(tmp_path / "library")
    (tmp_path / "guide.txt").write_text("one two three four five six seven eight " * 4, encoding="utf-8")
    before = run(tmp_path / "guide.txt", tools)[1].chunks
    smaller = dataclasses.replace(tools, splitter=Splitter(count_words, 8))
    assert run(tmp_path / "guide.txt", smaller, again=True)[1].chunks > before


def test_a_ticket_put_before_others_leaves_their_vectors(tools: Tools, export: Path) -> None:
    """Without numbers of their own, tickets are counted: each has another place now."""

    def counted(path: Path) -> Iterator[Document]:
        for number, document in enumerate(read_tickets(path)):
            yield dataclasses.replace(document, id=str(number), title="Ticket")

    counting = dataclasses.replace(tools, read=counted)
    export.write_text("\n".join(f"T{i} text number {i}" for i in range(20)), encoding="utf-8")
    run(export, counting)
    embedded(tools)
    export.write_text("\n".join(["N new text", *(f"T{i} text number {i}" for i in range(20))]), encoding="utf-8")
    run(export, counting)
    assert len(embedded(tools)) == 1


def test_what_is_passed_over_is_in_the_journal_too(tools: Tools, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    os.mkfifo(tmp_path / "files" / "pipe.txt")
    list(ingest([tmp_path / "files", tmp_path / "no such file"], tools))
    (record,) = tools.library.files().values()
    assert (record.status, Path(record.path).name) == ("skipped", "pipe.txt")


def test_a_disk_too_small_is_said_first_with_both_numbers(tmp_path: Path) -> None:
    huge = tmp_path / "huge.txt"
    huge.touch()
    os.truncate(huge, space.free(tmp_path))  # a sparse file: it takes no room itself
    tools = make_tools(tmp_path / "library")
    with pytest.raises(LibraryError, match=r"needs about .+ free\. Free some space"):
        space.check(list(scan_without_hashing(huge)), tools.library.folder)


def scan_without_hashing(path: Path):  # type: ignore[no-untyped-def]
    small = path.with_name("small.txt")
    small.write_text("x", encoding="utf-8")
    for candidate in scan([small], {}):
        record = dataclasses.replace(candidate.record, size=path.stat().st_size)
        yield dataclasses.replace(candidate, record=record)


@pytest.mark.parametrize(
    ("count", "text"),
    [
        pytest.param(5, "5 bytes"),
        pytest.param(1500, "1.5 kB"),
        pytest.param(64 * 2**20, "67.1 MB"),
        pytest.param(999, "999 bytes"),
        pytest.param(999_499, "999 kB"),
        pytest.param(999_500, "1 MB"),
        pytest.param(999_499_999, "999 MB"),
        pytest.param(999_500_000, "1 GB"),
        pytest.param(999_499_999_999, "999 GB"),
        pytest.param(1_843_200_000_000, "1.84 TB"),
        pytest.param(2 * 10**12, "2 TB"),
        pytest.param(999_400_000_000_000, "999 TB"),
        pytest.param(8 * 10**18, "8,000,000 TB"),
    ],
)
def test_sizes_are_readable(count: int, text: str) -> None:
    assert space.size(count) == text


def test_vectors_of_a_reused_chunk_are_the_same(tmp_path: Path) -> None:
    tools = make_tools(tmp_path / "library")
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    for name in ("a", "b"):
        (tmp_path / name / "guide.txt").write_text("the same words", encoding="utf-8")
        run(tmp_path / name / "guide.txt", tools)
    with tools.library.transaction() as db:
        first, second = (row[0] for row in db.execute("SELECT vector FROM chunks"))
    assert first == second
