"""Foreign files cannot harm the process that reads them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import ReadError, Skipped
from ingest.readers.columns import ColumnMap
from ingest.readers.options import Options
from ingest.sandbox import Limits, Sandbox, read_file
from ingest.types import Document, Fields, Page, Section, Working
from ingest.wire import decode, encode
from tests.naughty_reader import document

ROOT = Path(__file__).parent.parent
LIMITS = Limits(seconds=2.0, memory_bytes=2**30, document_bytes=2**20)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(LIMITS, module="tests.naughty_reader") as sandbox:
        yield sandbox


def file(folder: Path, how: str) -> Path:
    path = folder / f"{how}.txt"
    path.write_text("x")
    return path


def process(sandbox: Sandbox, folder: Path) -> int:
    """The number of the child that reads a file."""
    document, *_ = sandbox.read(file(folder, "process"))
    return int(document.id)


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        pytest.param("hang", r"^hang.txt: took longer than 2 s and was stopped\.", id="hang"),
        pytest.param("memory", r"^memory.txt: needs more than 1 GiB of memory\.", id="memory-bomb"),
        pytest.param("segfault", r"^segfault.txt: crashed the plain text reader \(SIGSEGV\)", id="segfault"),
        pytest.param("abort", r"^abort.txt: crashed .* \(SIGABRT; perhaps it needs more than 1 GiB", id="abort"),
        pytest.param("exit", r"^exit.txt: crashed the plain text reader \(exit code 3\)", id="exit"),
        pytest.param("raise", r"^raise.txt: crashed the plain text reader \(KeyError: '/Root'\)", id="exception"),
        pytest.param("long", r"^long.txt: holds more than 1 MiB of text\.", id="too-much-text"),
        pytest.param("refuse", r"^refuse.txt: cannot be read. Try another\.$", id="the-readers-own-reason"),
    ],
)
def test_a_file_that_breaks_its_reader_is_reported_and_the_next_one_is_read(
    sandbox: Sandbox, tmp_path: Path, how: str, reason: str
) -> None:
    with pytest.raises(ReadError, match=reason) as caught:
        list(sandbox.read(file(tmp_path, how)))
    assert not isinstance(caught.value, Skipped)
    assert list(sandbox.read(file(tmp_path, "good"))) == [document("T-0")]


def test_skipped_stays_skipped(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(Skipped, match=r"^skip.txt: is nothing for Tomo\.$"):
        list(sandbox.read(file(tmp_path, "skip")))


def test_what_a_reader_prints_is_not_taken_for_an_answer(sandbox: Sandbox, tmp_path: Path) -> None:
    assert list(sandbox.read(file(tmp_path, "print"))) == [document("T-0")]


def test_half_a_surrogate_pair_does_not_lose_the_document(sandbox: Sandbox, tmp_path: Path) -> None:
    first = next(sandbox.read(file(tmp_path, "surrogate")))
    assert first.text == "half ? a pair"


def test_many_documents_come_one_by_one_and_all(sandbox: Sandbox, tmp_path: Path) -> None:
    assert [d.id for d in sandbox.read(file(tmp_path, "many"))] == [f"T-{n}" for n in range(5_000)]


def test_what_came_before_an_error_is_kept(sandbox: Sandbox, tmp_path: Path) -> None:
    got = []
    with pytest.raises(ReadError, match="breaks off"):
        got.extend(sandbox.read(file(tmp_path, "halfway")))  # extend keeps what came before the error
    assert [d.id for d in got] == ["T-0", "T-1", "T-2"]


def test_a_slow_taker_does_not_use_up_the_readers_time(tmp_path: Path) -> None:
    with Sandbox(Limits(seconds=1.0), module="tests.naughty_reader") as sandbox:
        documents = sandbox.read(file(tmp_path, "many"))
        next(documents)
        time.sleep(1.5)
        assert sum(1 for _ in documents) == 4_999


def test_an_endless_file_can_be_left(sandbox: Sandbox, tmp_path: Path) -> None:
    documents = sandbox.read(file(tmp_path, "endless"))
    assert next(documents).id == "T-0"
    documents.close()
    assert list(sandbox.read(file(tmp_path, "good"))) == [document("T-0")]


def test_slow_pages_have_a_limit_of_their_own_and_are_passed_on(tmp_path: Path) -> None:
    with Sandbox(Limits(seconds=1.0, page_seconds=1.0), module="tests.naughty_reader") as sandbox:
        found = list(sandbox.read(file(tmp_path, "slow")))  # 1.6 s in all
    assert found == [*(Working(number, 4) for number in range(5)), document("T-0")]


def test_a_page_that_takes_too_long_is_named(tmp_path: Path) -> None:
    with (
        Sandbox(Limits(seconds=60.0, page_seconds=1.0), module="tests.naughty_reader") as sandbox,
        pytest.raises(ReadError, match=r"^stuck.txt: took longer than 1 s for page 3 of 4 to be read"),
    ):
        list(sandbox.read(file(tmp_path, "stuck")))


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(Options(), id="defaults"),
        pytest.param(Options(ocr=False, columns=ColumnMap((("Nº", "id"), ("Qué", "subject"))), ratio=7), id="chosen"),
    ],
)
def test_the_reader_gets_the_options_of_the_sandbox(tmp_path: Path, options: Options) -> None:
    with Sandbox(LIMITS, options, "tests.naughty_reader") as sandbox:
        found, *_ = sandbox.read(file(tmp_path, "options"))
    assert isinstance(found, Document)
    assert Options.from_json(found.text) == options


def test_one_child_reads_many_files_and_a_fresh_one_takes_over(tmp_path: Path) -> None:
    with Sandbox(Limits(files=3), module="tests.naughty_reader") as sandbox:
        processes = [process(sandbox, tmp_path) for _ in range(7)]
    assert [len({*processes[start : start + 3]}) for start in (0, 3, 6)] == [1, 1, 1]
    assert len({*processes}) == 3


def test_a_child_that_died_while_it_waited_is_replaced(sandbox: Sandbox, tmp_path: Path) -> None:
    first = process(sandbox, tmp_path)
    os.kill(first, signal.SIGKILL)
    time.sleep(0.2)
    assert list(sandbox.read(file(tmp_path, "good"))) == [document("T-0")]


def test_stopping_ends_what_is_being_read_at_once(tmp_path: Path) -> None:
    sandbox = Sandbox(Limits(seconds=60), module="tests.naughty_reader")
    threading.Timer(0.8, sandbox.stop).start()
    started = time.monotonic()
    with pytest.raises(ReadError):
        list(sandbox.read(file(tmp_path, "hang")))
    assert time.monotonic() - started < 10
    assert len(list(sandbox.read(file(tmp_path, "good")))) == 1
    sandbox.close()


def test_threads_share_a_sandbox(sandbox: Sandbox, tmp_path: Path) -> None:
    path, counts = file(tmp_path, "many"), []
    threads = [threading.Thread(target=lambda: counts.append(len(list(sandbox.read(path))))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [5_000] * 3


def test_children_end_when_the_sandbox_closes(tmp_path: Path) -> None:
    with Sandbox(LIMITS, module="tests.naughty_reader") as sandbox:
        child = process(sandbox, tmp_path)
        os.kill(child, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks into /proc")
def test_a_child_does_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from ingest.sandbox import *; import sys, time\n"
        "documents = Sandbox(Limits(), module='tests.naughty_reader').read(Path(sys.argv[1]))\n"
        "print(next(documents).id, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(file(tmp_path, "process"))]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.kill()
    for _ in range(50):
        time.sleep(0.1)
        if not Path(f"/proc/{child}").exists() or " Z " in Path(f"/proc/{child}/stat").read_text():
            return
    pytest.fail("the child still runs")


def test_a_file_that_is_not_for_tomo_is_skipped_without_a_child(tmp_path: Path) -> None:
    with Sandbox(LIMITS, module="no.such.module") as sandbox, pytest.raises(Skipped):
        list(sandbox.read(tmp_path))


def test_real_readers_run_inside(tmp_path: Path) -> None:
    path = tmp_path / "nota.md"
    path.write_text("# Red\n\nEl puerto es el 8080.\n")
    (found,) = read_file(path)
    assert (found.title, found.language, found.text) == ("Red", "es", "Red\n\nEl puerto es el 8080.")


texts = st.text(max_size=30)


@given(
    st.builds(
        Document,
        texts,
        st.sampled_from(["manual", "ticket"]),
        texts,
        st.sampled_from(["es", "en", "und"]),
        st.lists(st.builds(Page, st.integers(1, 9), texts, texts), max_size=3).map(tuple),
        st.lists(st.builds(Section, texts, st.integers(1, 6), st.integers(1, 9), st.integers(0, 99))).map(tuple),
        st.builds(Fields, key=texts, tags=st.lists(texts, max_size=3).map(tuple)),
    )
)
def test_a_document_survives_the_pipe(made: Document) -> None:
    assert decode(encode(made)) == made
    assert decode(encode(Working(1, 2))) == Working(1, 2)
