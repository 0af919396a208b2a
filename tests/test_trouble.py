"""What happens around an ingest: full disks, other writers, readers at the same time, files and clocks that change."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.digest import library_digest
from ingest.doctor import examine
from ingest.errors import LibraryBusy, LibraryError
from ingest.pipeline import FileDone, Tools, ingest
from ingest.settings import ROOT
from ingest.types import Document
from ingest.vectors import ChromaStore
from rag.__main__ import main
from rag.question import understand
from rag.retrieve import Retriever
from tests.fakes import make_tools, read_text

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux namespaces and tmpfs")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.txt").write_text("alpha words here", encoding="utf-8")
    return folder


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return make_tools(tmp_path / "library")


def done(files: Path, tools: Tools) -> dict[str, FileDone]:
    return {Path(e.file).name: e for e in ingest([files], tools) if isinstance(e, FileDone)}


def found(tools: Tools, word: str) -> bool:
    return bool(tools.library.search_words(f'"{word}"', 5))


# -- files that change -------------------------------------------------------------------------------------------------


def test_a_file_that_changes_while_it_is_read_is_kept_as_it_is_at_the_end(files: Path, tools: Tools) -> None:
    changes = iter(["beta words now"])

    def reading(path: Path) -> Iterator[Document]:
        yield from read_text(path)
        for text in changes:
            path.write_text(text, encoding="utf-8")

    assert done(files, replace(tools, read=reading))["a.txt"].status == "added"
    assert found(tools, "beta")
    assert not found(tools, "alpha")
    assert done(files, tools)["a.txt"].status == "unchanged"


def test_a_file_that_never_stops_changing_is_said_to_and_read_by_a_later_run(files: Path, tools: Tools) -> None:
    turn = 0

    def reading(path: Path) -> Iterator[Document]:
        nonlocal turn
        yield from read_text(path)
        turn += 1
        path.write_text(f"alpha words {turn}", encoding="utf-8")

    event = done(files, replace(tools, read=reading))["a.txt"]
    assert (event.status, "changes while it is read" in event.reason) == ("failed", True)
    assert done(files, tools)["a.txt"].status == "added"
    assert found(tools, "alpha")


@pytest.mark.parametrize("seconds", [-40 * 365 * 86400, -3600, 0, 3600], ids=["years-back", "back", "same", "ahead"])
def test_a_change_of_the_same_size_is_seen_whatever_the_clock_says(files: Path, tools: Tools, seconds: int) -> None:
    path = files / "a.txt"
    os.utime(path, (1_700_000_000, 1_700_000_000))
    done(files, tools)
    path.write_text("omega words here", encoding="utf-8")
    os.utime(path, (1_700_000_000 + seconds,) * 2)
    assert done(files, tools)["a.txt"].status == "updated"
    assert found(tools, "omega")
    assert not found(tools, "alpha")
    assert done(files, tools)["a.txt"].status == "unchanged"


# -- other processes ---------------------------------------------------------------------------------------------------

HOLD_LOCK = """
import sys, time
from pathlib import Path
from ingest.lock import write_lock
with write_lock(Path(sys.argv[1]), "ingest"):
    print("held", flush=True)
    time.sleep(100)
"""
HOLD_DATABASE = """
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    db.execute(statement).fetchall()
print("held", flush=True)
time.sleep(100)
"""


@contextmanager
def another(script: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, cwd=ROOT) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == b"held\n"
            yield process
        finally:
            process.kill()


def test_a_second_ingest_refuses_within_two_seconds_and_names_the_first(tools: Tools, files: Path) -> None:
    with another(HOLD_LOCK, str(tools.library.folder)) as first:
        started = time.monotonic()
        with pytest.raises(LibraryBusy, match=f"process {first.pid} .*ingest"):
            list(ingest([files], tools))
        assert time.monotonic() - started < 2


def test_the_write_lock_goes_with_the_process_that_is_killed(tools: Tools, files: Path) -> None:
    with another(HOLD_LOCK, str(tools.library.folder)) as first:
        first.kill()
        first.wait()
        assert done(files, tools)["a.txt"].status == "added"


def test_who_asks_meanwhile_finds_a_new_file_at_once(files: Path, tmp_path: Path) -> None:
    store = ChromaStore(tmp_path / "library" / "chroma")
    writing = make_tools(tmp_path / "library", store)
    done(files, writing)
    reader = make_tools(tmp_path / "library", ChromaStore(tmp_path / "library" / "chroma"))
    retriever = Retriever(reader.library, reader.store, reader.embedder)
    assert retriever.search(understand("alpha"), 3).passages
    (files / "b.txt").write_text("zeppelin manual", encoding="utf-8")
    for n in range(30):
        (files / f"c{n}.txt").write_text(f"filler {n} " * 200, encoding="utf-8")
    started = time.monotonic()
    work = threading.Thread(target=lambda: done(files, writing))
    work.start()
    while not any("zeppelin" in p.text for p in retriever.search(understand("zeppelin"), 3).passages):
        assert time.monotonic() - started < 5
        time.sleep(0.05)
    work.join()
    assert any("zeppelin" in p.text for p in retriever.search(understand("zeppelin"), 3).passages)


OWNER = ("PRAGMA locking_mode = EXCLUSIVE", "BEGIN IMMEDIATE", "COMMIT")


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("command", "statements"),
    [
        pytest.param("documents", ["BEGIN EXCLUSIVE"], id="documents-while-another-writes"),
        pytest.param("doctor", ["BEGIN EXCLUSIVE"], id="doctor-while-another-writes"),
        pytest.param("documents", OWNER, id="documents-while-another-keeps-it"),
    ],
)
def test_a_locked_catalogue_is_an_answer_or_a_message_within_30_seconds(
    files: Path, tools: Tools, command: str, statements: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    done(files, tools)
    tools.library.close()
    with another(HOLD_DATABASE, str(tools.library.path), *statements):
        started = time.monotonic()
        code = main([command, "--library", str(tools.library.folder)])
        assert time.monotonic() - started < 30
    if command == "documents" and statements != OWNER:
        assert code == 0
    else:
        assert code == 1
        assert "Close that program and try again" in capsys.readouterr().err


@pytest.mark.heavy
def test_an_ingest_into_a_locked_catalogue_is_a_message_within_30_seconds(files: Path, tools: Tools) -> None:
    with another(HOLD_DATABASE, str(tools.library.path), "BEGIN EXCLUSIVE"):
        started = time.monotonic()
        with pytest.raises(LibraryError, match="Close that program and try again"):
            list(ingest([files], tools))
        assert time.monotonic() - started < 30
    assert done(files, tools)["a.txt"].status == "added"


def test_a_locked_index_stops_an_ingest_with_a_message_and_nothing_is_lost(files: Path, tmp_path: Path) -> None:
    store = ChromaStore(tmp_path / "library" / "chroma", busy_seconds=1)
    tools = make_tools(tmp_path / "library", store)
    done(files, tools)
    (files / "b.txt").write_text("beta words here", encoding="utf-8")
    with another(HOLD_DATABASE, str(tmp_path / "library" / "chroma" / "chroma.sqlite3"), "BEGIN EXCLUSIVE") as holder:
        with pytest.raises(LibraryBusy, match=f"process {holder.pid}"):
            done(files, tools)
        assert found(tools, "beta")
    done(files, tools)
    assert [f.check for f in examine(tools.library, store) if not f.ok] == []
    store.close()


# -- full disks --------------------------------------------------------------------------------------------------------

ON_A_SMALL_DISK = """
set -e
mount -t tmpfs -o size=100M none {disk}
set +e
python="{python} -W ignore -m tests.disk {files} {disk}/library"
{before}
$python {what}; echo "code $?"
$python find; echo "code $?"
rm -f {disk}/ballast*
$python ingest; echo "code $?"
$python digest; echo "code $?"
"""


def with_own_mounts(script: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        pytest.skip("this machine lets nobody mount")
    command = ["unshare", "-rm", "bash", "-c", script]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


@LINUX
@pytest.mark.parametrize(
    ("what", "before", "stored"),
    [
        pytest.param("ingest", "head -c 86M /dev/zero > {disk}/ballast", False, id="nearly-full"),
        pytest.param("ingest", "head -c 200M /dev/zero > {disk}/ballast", False, id="full-before"),
        pytest.param("ingest-filling-while-reading", "", True, id="full-while-reading", marks=pytest.mark.heavy),
        pytest.param("ingest-filling-while-embedding", "", True, id="full-while-embedding", marks=pytest.mark.heavy),
        pytest.param("ingest-filling-while-indexing", "", True, id="full-while-indexing", marks=pytest.mark.heavy),
    ],
)
def test_a_full_disk_stops_with_a_message_words_are_still_found_and_a_rerun_finishes(
    tmp_path: Path, tools: Tools, what: str, before: str, stored: bool
) -> None:
    files, disk = tmp_path / "files", tmp_path / "disk"
    for folder in (files, disk):
        folder.mkdir()
    for n in range(12):
        text = " ".join(f"word{n}x{i}" for i in range(400))
        (files / f"{n:03}.txt").write_text(f"alpha {text}", encoding="utf-8")
    before = before.format(disk=disk)
    script = ON_A_SMALL_DISK.format(disk=disk, python=sys.executable, files=files, before=before, what=what)
    run = with_own_mounts(script)
    lines = run.stdout.splitlines()
    assert "Traceback" not in run.stderr, run.stderr
    assert lines[0] == "code 1", run.stderr
    errors = [line for line in run.stderr.splitlines() if line.startswith("error:")]
    assert errors
    assert all("the disk is" in line and "ree some space" in line for line in errors), run.stderr
    assert ("words 5" in lines) == stored
    codes = [line for line in lines if line.startswith("code")]
    assert codes[2:] == ["code 0", "code 0"], run.stderr
    list(ingest([files], tools))
    assert json.loads(lines[-2]) == {"digest": library_digest(tools.library, tools.store), "wrong": []}


ASKED_ALL_THE_SAME = """
set -e
{before}
set +e
python="{python} -W ignore -m tests.disk {files} {library}"
$python find; echo "code $?"
$python ingest; echo "code $?"
"""
READ_ONLY = "mount --bind {library} {library}; mount -o remount,ro,bind {library}"
FULL = "mount -t tmpfs -o size=8M none {disk}; cp -a {library} {disk}; head -c 9M /dev/zero > {disk}/ballast || true"


@LINUX
@pytest.mark.parametrize(
    ("before", "library"),
    [pytest.param(READ_ONLY, "library", id="read-only"), pytest.param(FULL, "disk/library", id="full-disk")],
)
def test_a_library_where_nothing_can_be_written_is_asked_all_the_same(
    files: Path, tmp_path: Path, before: str, library: str
) -> None:
    writing = make_tools(tmp_path / "library", ChromaStore(tmp_path / "library" / "chroma"))
    done(files, writing)
    writing.store.close()
    writing.library.close()
    assert not (tmp_path / "library" / "library.sqlite3-wal").exists()
    (files / "b.txt").write_text("beta words here", encoding="utf-8")
    (tmp_path / "disk").mkdir()
    before = before.format(library=tmp_path / "library", disk=tmp_path / "disk")
    script = ASKED_ALL_THE_SAME.format(before=before, python=sys.executable, files=files, library=tmp_path / library)
    run = with_own_mounts(script)
    assert "Traceback" not in run.stderr, run.stderr
    assert run.stdout.splitlines() == ["words 1", "passages 1", "code 0", "code 1"], run.stderr
    assert "every vector is compared" in run.stderr


@LINUX
@pytest.mark.heavy
@pytest.mark.parametrize(
    ("before", "library", "code", "bad"),
    [
        pytest.param(READ_ONLY, "library", 0, [], id="read-only"),
        pytest.param(FULL, "disk/library", 2, ["disk"], id="full-disk"),
    ],
)
def test_a_library_where_nothing_can_be_written_is_examined_all_the_same(
    files: Path, tmp_path: Path, before: str, library: str, code: int, bad: list[str]
) -> None:
    writing = make_tools(tmp_path / "library", ChromaStore(tmp_path / "library" / "chroma"))
    done(files, writing)
    writing.store.close()
    writing.library.close()
    (tmp_path / "disk").mkdir()
    before = before.format(library=tmp_path / "library", disk=tmp_path / "disk")
    doctor = f"{sys.executable} -W ignore -m rag doctor --json --library {tmp_path / library}"
    run = with_own_mounts(f"{before}\n{doctor}; echo $?\n{doctor} --fix; echo $?")
    *lines, ended, mending = run.stdout.splitlines()
    findings = {finding["check"]: finding for finding in map(json.loads, lines)}
    assert (int(ended), [name for name, one in findings.items() if not one["ok"]]) == (code, bad), run.stderr
    assert findings["searchable"]["text"] == "Every chunk is found by a word of it."
    assert findings["index"]["text"].startswith("Not checked: opening it writes")
    assert findings["lock"]["text"].startswith("Only what needs no writing was checked. ")
    assert mending == "1"
    assert "cannot be written" in run.stderr
