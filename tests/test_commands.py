"""The command lines, run as a person would run them: what they print, and how they end."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import IO

import pytest

from ingest.library import Library
from ingest.lock import write_lock
from ingest.pipeline import FileDone, Summary
from ingest.preview import PlannedFile, Preview
from ingest.report import Report, show_preview
from ingest.settings import ROOT, read_settings
from rag.__main__ import main
from tests.make_files import pdf

PASSAGE = {"document", "file", "page", "score", "text", "section", "twins", "newer"}
CITATION = {"n", "document", "ticket", "file", "page", "label", "quote", "verified"}
ANSWER = {
    "question", "answer", "refused", "citations", "claims", "invented", "mode", "reason", "tokens", "left_out",
    "seconds", "prefix", "searched", "confidence", "style", "predicted", "steps", "whole", "window_limit", "model",
    "restored", "warnings", "blocked", "waited",
}  # fmt: skip
TOKENS = {"system", "document", "history", "question", "reserve", "window"}
SECONDS = {"retrieve", "prefill", "first_token", "total"}


def run(*arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-m", *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env=os.environ | environ, timeout=300, check=False
    )


def lines(done: subprocess.CompletedProcess[str]) -> list[dict]:  # type: ignore[type-arg]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["rag", "search", "?!"], "no words", id="no-words"),
        pytest.param(["rag", "search"], "--questions", id="no-question"),
        pytest.param(["rag", "ask", "hello there"], "empty", id="empty-library"),
        pytest.param(["rag", "remove", "nothing"], "no such document", id="unknown-document"),
        pytest.param(["rag", "search", "--questions", "absent.jsonl"], "question file", id="no-question-file"),
    ],
)
@pytest.mark.heavy
def test_what_a_person_gets_wrong_is_a_sentence_and_exit_code_1(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    Library(tmp_path / "library").close()
    done = run(*arguments, "--library", tmp_path / "library")
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["search", "ask"])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("\n\n", "holds no question", id="empty"),
        pytest.param('{"question": "router?"}\nrouter?\n', "line 2: is not a JSON object", id="a-bad-line"),
    ],
)
@pytest.mark.heavy
def test_a_question_file_is_read_whole_before_any_answer(
    library: Path, tmp_path: Path, command: str, text: str, message: str
) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(text, encoding="utf-8")
    done = run("rag", command, "--questions", file, "--library", library)
    assert (done.returncode, done.stdout) == (1, "")
    assert message in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "router"],
        ["ask", "hello there"],
        ["documents"],
        ["documents", "--failed"],
        ["remove", "guide.pdf"],
        ["rebuild"],
        ["warm", "guide.pdf"],
        ["evaluate", "tests/questions.jsonl"],
        ["evaluate", "--from-tickets", "made.jsonl"],
        ["evaluate", "--from-feedback", "made.jsonl"],
        ["doctor"],
    ],
    ids=" ".join,
)
def test_a_library_that_is_not_there_is_told_and_not_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    given = [str(ROOT / one) if one.startswith("tests/") else one for one in arguments]
    monkeypatch.chdir(tmp_path)
    assert main([*given, "--library", str(tmp_path / "libary")]) == 1
    assert f"{tmp_path / 'libary'}: there is no library here." in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_an_empty_library_is_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Library(tmp_path).close()
    assert main(["documents", "--library", str(tmp_path)]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("path", "code"), [pytest.param("x" * 300, 1, id="alone"), pytest.param(".", 2, id="with-another")]
)
def test_a_name_too_long_for_the_system_is_named(tmp_path: Path, path: str, code: int) -> None:
    done = run("ingest", "y" * 300, tmp_path / path, "--library", tmp_path / "library")
    assert (done.returncode, done.stdout.count("cannot be read (File name too long)")) == (code, 3 - code)
    assert "Traceback" not in done.stderr


def test_a_setting_unknown_is_named(tmp_path: Path) -> None:
    done = run("rag", "documents", "--library", tmp_path, TOMO_LIBARRY="x")
    assert done.returncode == 1
    assert "libarry" in done.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"GGUF\x03\x00\x00\x00", "truncated|damaged|not", id="truncated"),
        pytest.param(b"hello", "GGUF", id="not-a-model"),
    ],
)
@pytest.mark.heavy
def test_a_broken_model_is_a_sentence(tmp_path: Path, content: bytes, message: str) -> None:
    import re

    (tmp_path / "model.gguf").write_bytes(content)
    (tmp_path / "a.txt").write_text("Something to ask about.", encoding="utf-8")
    run("ingest", tmp_path / "a.txt", "--library", tmp_path / "library")
    done = run("rag", "ask", "what is it?", "--library", tmp_path / "library", TOMO_LLM=str(tmp_path / "model.gguf"))
    assert done.returncode == 1
    assert re.search(message, done.stderr)
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples and some bad files, ingested by the command line."""
    folder = tmp_path_factory.mktemp("library")
    bad = tmp_path_factory.mktemp("bad")
    (bad / "empty.txt").write_text("", encoding="utf-8")
    (bad / "text.pdf").write_text("I am no PDF.", encoding="utf-8")
    (bad / "program.xyz").write_bytes(b"\x7fELF")
    pdf(bad / "locked.pdf", ["secret"], password="x")
    done = run("ingest", "data/samples", bad, bad / "missing.pdf", "--library", folder, "--json")
    (folder / "ingest.jsonl").write_text(done.stdout, encoding="utf-8")
    (folder / "code").write_text(str(done.returncode), encoding="utf-8")
    return folder


@pytest.mark.heavy
def test_good_files_are_added_and_each_bad_one_says_why(library: Path) -> None:
    rows = [json.loads(line) for line in (library / "ingest.jsonl").read_text(encoding="utf-8").splitlines()]
    files = {Path(row["file"]).name: row for row in rows[:-1]}
    assert (library / "code").read_text() == "2"
    assert files["tickets.csv"]["pages"] == 30
    assert {row["status"] for name, row in files.items() if name.startswith(("faq", "manual", "router"))} == {"added"}
    expected = {"empty.txt": "empty", "text.pdf": "not a PDF", "program.xyz": "does not read", "locked.pdf": "password"}
    for name, reason in (expected | {"missing.pdf": "no such file"}).items():
        assert files[name]["status"] in ("failed", "skipped"), name
        assert reason in files[name]["reason"], name
    assert set(rows[0]) == {"file", "status", "reason", "pages", "chunks", "seconds"}
    assert rows[-1]["summary"]["documents"] == 35


@pytest.mark.heavy
def test_a_second_ingest_changes_nothing_and_is_quick(library: Path) -> None:
    done = run("ingest", "data/samples", "--library", library, "--json")
    assert {row["status"] for row in lines(done)[:-1]} == {"unchanged"}
    assert done.returncode == 0


@pytest.mark.heavy
def test_search_prints_the_json_of_the_design(library: Path) -> None:
    done = run("rag", "search", "error E10", "-k", 3, "--library", library, "--json")
    (result,) = lines(done)
    assert set(result) == {"question", "passages", "seconds", "confidence"}
    assert len(result["passages"]) == 3
    assert all(set(p) == PASSAGE for p in result["passages"])
    assert "E10" in result["passages"][0]["text"]


@pytest.mark.heavy
def test_ask_prints_the_json_of_the_design_with_verified_quotes(library: Path, tmp_path: Path) -> None:
    questions = ["¿Qué tecla de la caldera mantengo pulsada para emparejar el termostato TN-2?", "?!", "factory reset"]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(json.dumps({"question": q}) for q in questions), encoding="utf-8")
    done = run("rag", "ask", "--questions", file, "--library", library, "--json")
    answer, wrong, other = lines(done)
    assert done.returncode == 2
    assert "no words" in wrong["error"]
    for one in (answer, other):
        assert set(one) == ANSWER
        assert set(one["tokens"]) == TOKENS
        assert set(one["seconds"]) == SECONDS
        assert all(set(c) == CITATION and c["verified"] for c in one["citations"])
        assert sum(one["tokens"].values()) - one["tokens"]["window"] <= one["tokens"]["window"]
    assert not answer["refused"]
    assert ("manual-caldera-norte-c24.pdf", 5) in [(c["file"], c["page"]) for c in answer["citations"]]


@pytest.mark.heavy
def test_a_document_that_fits_is_read_whole_and_a_library_wide_question_by_passages(library: Path) -> None:
    asked = ("rag", "ask", "¿Cómo se devuelve un cobro?", "--library", library, "--json")
    whole = run(*asked, "--document", "faq.es.html")
    assert (lines(whole)[0]["mode"], "cabe" in lines(whole)[0]["reason"]) == ("document", True)
    wide = run("rag", "ask", "Which devices lose the connection?", "--library", library, "--json", "--mode", "passages")
    assert lines(wide)[0]["mode"] == "passages"


@pytest.mark.heavy
def test_a_page_that_is_included_is_read_and_the_receipt_says_why(library: Path) -> None:
    asked = ("rag", "ask", "What does FR-112 mean?", "--library", library, "--json", "--mode", "passages")
    plain, more = run(*asked), run(*asked, "--include", "faq.es.html:1")
    (answer,), (wider,) = lines(plain), lines(more)
    assert wider.keys() == answer.keys()
    assert wider["tokens"]["document"] > answer["tokens"]["document"]
    assert "because you asked for it" in wider["reason"]
    assert "because you asked for it" not in answer["reason"]
    refused = run(*asked, "--include", "faq.es.html:99")
    assert (refused.returncode, "no page 99" in refused.stderr, "Traceback" in refused.stderr) == (1, True, False)


@pytest.mark.heavy
def test_ask_prints_the_answer_once_with_its_sources_and_receipt(library: Path) -> None:
    done = run("rag", "ask", "What does FR-112 mean?", "--document", "router-faro-r3-manual.docx", "--library", library)
    assert done.returncode == 0
    assert done.stdout.count("This is what the document says:") + done.stdout.count("I did not find the answer") == 1
    assert "[1] " in done.stdout
    assert "tokens" in done.stdout.splitlines()[-1]


@pytest.mark.heavy
def test_the_samples_are_evaluated_and_their_tickets_make_questions_that_can_be_evaluated(
    library: Path, tmp_path: Path
) -> None:
    report, made = tmp_path / "report.html", tmp_path / "made.jsonl"
    done = run("rag", "evaluate", "tests/questions.jsonl", "--library", library, "--json", "--html", report)
    *scores, last = lines(done)
    assert done.returncode == 0
    assert scores[0]["group"] == "all"
    assert scores[0]["recall_5"] > 0.6
    assert (last["summary"]["answerable"], last["summary"]["unanswerable"]) == (20, 4)
    assert report.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "own ticket" in run("rag", "evaluate", "--from-tickets", made, "--library", library).stdout
    again = run("rag", "evaluate", "--from-tickets", made, "--library", library)
    assert (again.returncode, "is kept" in again.stderr) == (1, True)
    table = run("rag", "evaluate", made, "--library", library)
    assert table.returncode == 0
    assert "“own ticket” asks" in table.stdout


@pytest.mark.heavy
def test_doctor_says_by_its_exit_code_that_something_is_wrong_and_mends_it(library: Path, tmp_path: Path) -> None:
    import shutil
    import sqlite3

    harmed = tmp_path / "library"
    shutil.copytree(library, harmed)
    with closing(sqlite3.connect(harmed / "library.sqlite3")) as db, db:
        db.execute("UPDATE documents SET pages = 99")
    found = run("rag", "doctor", "--library", harmed, "--json")
    assert (found.returncode, [one["check"] for one in lines(found) if not one["ok"]]) == (2, ["counts"])
    assert run("rag", "doctor", "--library", harmed, "--fix").returncode == 0
    assert run("rag", "doctor", "--library", harmed).returncode == 0


@pytest.mark.heavy
def test_another_embedder_is_refused_by_name(library: Path, tmp_path: Path) -> None:
    import shutil

    other = tmp_path / "other-model"
    shutil.copytree(read_settings().models / "e5-small", other)
    done = run("rag", "search", "anything", "--library", library, TOMO_EMBEDDER=str(other))
    assert done.returncode == 1
    assert "other-model" in done.stderr
    assert "--library" in done.stderr


@pytest.mark.heavy
def test_remove_and_rebuild(library: Path) -> None:
    assert run("rag", "remove", "faq.en.html", "--library", library).returncode == 0
    assert "faq.en.html" not in run("rag", "documents", "--library", library).stdout
    assert "vectors indexed" in run("rag", "rebuild", "--library", library).stdout
    done = run("rag", "search", "E10", "--library", library, "--json")
    assert lines(done)[0]["passages"]


def test_a_watched_folder_without_files_is_summed_up_once(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(as_json=True)
    for _ in range(3):
        report.show([Summary()])
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.parametrize("end", ["\n", "\r", "\x85", "\u2028"], ids=["lf", "cr", "nel", "line-separator"])
def test_a_file_has_one_line_whatever_its_name(end: str, capsys: pytest.CaptureFixture[str]) -> None:
    name = f"a{end}added     b.txt"
    report = Report(as_json=False)
    report.show([FileDone(name, "failed", f"{name}: is empty."), FileDone(name, "added", pages=1, chunks=1)])
    show_preview(Preview((PlannedFile(name, "new"),), 1, 1), as_json=False)
    written = capsys.readouterr().out.splitlines()
    assert [one.split()[0] for one in written] == ["failed", "added", "no", "new", "1"]
    assert sum(r"a\nadded" in one for one in written) == 3


def test_an_ingest_that_is_stopped_ends_at_once_and_can_be_asked(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text(
        "\n\n".join(f"{i}. Part {i} is kept dry." for i in range(4000)), encoding="utf-8"
    )
    library = tmp_path / "library"
    command = [sys.executable, "-W", "ignore", "-m", "ingest", str(tmp_path / "long.txt"), "--library", str(library)]
    with subprocess.Popen([*command, "--json"], cwd=ROOT, stdout=-1, stderr=-1, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["status"] == "added"
        process.terminate()
        since = time.monotonic()
        assert process.wait(30) == 1
        assert time.monotonic() - since < 5
        assert process.stderr.read().splitlines()[-1].startswith("Stopped. What is done is kept")
    done = run("rag", "search", "part", "--library", library, "--json")
    assert lines(done)[0]["passages"]


PRESSED = """
import runpy, signal, sys
class Pressed:
    def find_spec(name, *_):
        if name == {at!r}:
            signal.raise_signal(signal.SIGINT)
signal.signal(signal.SIGINT, signal.{before})
sys.meta_path.insert(0, Pressed)
sys.argv[1:] = {arguments!r}
runpy.run_module({package!r}, run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize(
    ("package", "at", "said"),
    [
        ("rag", "rag.cli.command_line", "Stopped."),
        ("rag", "ingest.settings", "Stopped."),
        ("rag", "rag.cli.commands", "Stopped."),
        ("ingest", "ingest.command_line", "Stopped. What is done is kept; the same command goes on from here."),
        ("ingest", "ingest.settings", "Stopped. What is done is kept; the same command goes on from here."),
        ("ingest", "ingest.opening", "Stopped. What is done is kept; the same command goes on from here."),
    ],
)
def test_ctrl_c_while_a_command_is_loaded_is_a_sentence(tmp_path: Path, package: str, at: str, said: str) -> None:
    (tmp_path / "files").mkdir()
    what = "documents" if package == "rag" else str(tmp_path / "files")
    arguments = [what, "--library", str(tmp_path / "library")]
    names = {"package": package, "at": at, "arguments": arguments}
    for before, told in (("default_int_handler", [said]), ("SIG_IGN", [])):
        code = PRESSED.format(before=before, **names)
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )
        assert [line for line in done.stderr.splitlines() if "Stopped" in line] == told
        assert "Traceback" not in done.stderr
        assert done.returncode == (1 if told or package == "rag" else 0), done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no such device")
def test_what_cannot_be_printed_on_a_full_disk_is_a_sentence() -> None:
    command = [sys.executable, "-W", "ignore", "-m", "rag", "models", "--catalogue"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "error: The output: cannot be written (No space left on device). Free some space and try again."
    ]


@pytest.mark.heavy
def test_a_watched_folder_is_kept_in_step_and_waits_for_another_writer(tmp_path: Path) -> None:
    folder, library = tmp_path / "files", tmp_path / "library"
    folder.mkdir()
    (folder / "first.txt").write_text("The first file.", encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing follows")
    ingest = [sys.executable, "-W", "ignore", "-m", "ingest", folder, "--library", library]
    command = list(map(str, [*ingest, "--watch", "--prune", "--json"]))
    seen: queue.Queue[dict] = queue.Queue()  # type: ignore[type-arg]

    def listen(stream: IO[str]) -> None:
        for text in stream:
            seen.put(json.loads(text))

    def wait_for(name: str, status: str) -> None:
        while True:
            event = seen.get(timeout=60)
            assert not (event.get("file", "").endswith("broken.pdf") and status != "failed"), "it is told once"
            if Path(event.get("file", "")).name == name and event["status"] == status:
                return

    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            threading.Thread(target=listen, args=(process.stdout,), daemon=True).start()
            wait_for("broken.pdf", "failed")
            wait_for("first.txt", "added")
            with write_lock(library, "a test", wait=30):
                (folder / "second.txt").write_text("The second file.", encoding="utf-8")
                time.sleep(6)
            wait_for("second.txt", "added")
            (folder / "first.txt").unlink()
            wait_for("first.txt", "removed")
        finally:
            process.kill()
