"""Files from a browser: what is kept of them, under which name, and how they are shown."""

from __future__ import annotations

import time
import tomllib
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from ingest.library import Library
from ingest.settings import ROOT, Settings
from rag.page.adding_view import _result
from rag.page.copies import drop_copies
from rag.page.desk import Desk
from rag.page.intake import MOST_BYTES, FileResult, Intake, save_uploads, start_intake
from rag.page.strings import Say
from tests.fakes_assistant import Opener
from tests.hostile import HIDDEN, HOSTILE
from tests.make_files import pdf


class Sent(BytesIO):
    """A file as the browser sends it."""

    def __init__(self, name: str, data: bytes) -> None:
        super().__init__(data)
        self.name = name


class Endless:
    """A file that never ends, whatever size the browser has announced."""

    name = "endless.txt"

    def __init__(self) -> None:
        self.given = 0

    def read(self, size: int = -1, /) -> bytes:
        self.given += size
        return b"a" * size


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        pytest.param("manual.pdf", b"\x7fELF\x02\x01\x01" + bytes(99), "is not a PDF file (it is a program)", id="elf"),
        pytest.param("manual.docx", b"MZ\x90\0" + bytes(range(99)), "is not a Word file (it is a program)", id="exe"),
        pytest.param("manual.pdf", b"<script>alert(1)</script>", "(it is plain text)", id="a-web-page-named-pdf"),
        pytest.param("notes.txt", b"\0\1\2\3" * 50, "(it is binary data)", id="bytes-named-text"),
        pytest.param("photo.png", b"GIF9" + bytes(50), "is not a picture file", id="no-picture"),
        pytest.param("archive.zip", b"PK\3\4" + bytes(50), "does not read this kind of file", id="an-archive"),
        pytest.param("run.sh", b"#!/bin/sh\nrm -rf /\n", "does not read this kind of file", id="a-script"),
        pytest.param("..\\..\\run.exe", b"MZ", "run.exe: Tomo does not read", id="a-path-of-windows"),
        pytest.param("no-ending", b"text", "does not read this kind of file", id="no-ending"),
        pytest.param("empty.pdf", b"", "is empty", id="empty"),
    ],
)
def test_what_is_not_what_its_name_says_is_not_kept(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    saved = save_uploads([Sent(name, data)], tmp_path)
    (refused,) = saved.refused
    assert (saved.paths, kept(tmp_path), refused.good) == ([], [], False)
    assert reason in refused.reason
    assert ".part" not in refused.reason


def test_a_bad_file_does_not_take_the_place_of_a_good_one(tmp_path: Path) -> None:
    good = pdf(tmp_path / "source.pdf", "one page").read_bytes()
    save_uploads([Sent("manual.pdf", good)], tmp_path / "uploads")
    saved = save_uploads([Sent("manual.pdf", b"\x7fELF" + bytes(99)), Sent("b.md", b"# B")], tmp_path / "uploads")
    assert [path.name for path in saved.paths] == ["b.md"]
    assert (tmp_path / "uploads" / "manual.pdf").read_bytes() == good


def test_a_file_that_does_not_end_is_cut_short_and_leaves_nothing(tmp_path: Path) -> None:
    endless = Endless()
    (refused,) = save_uploads([endless], tmp_path, most_bytes=3 << 20).refused
    assert "is larger than" in refused.reason
    assert endless.given <= 5 << 20
    assert kept(tmp_path) == []


def test_the_server_and_the_page_have_the_same_limit() -> None:
    server = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["server"]
    assert server["maxUploadSize"] << 20 == MOST_BYTES


def test_names_that_differ_in_case_only_both_stay(tmp_path: Path) -> None:
    saved = save_uploads([Sent("Guía.md", b"a"), Sent("GUÍA.md", b"b"), Sent("guía.md", b"c")], tmp_path)
    assert [path.name for path in saved.paths] == ["Guía.md", "GUÍA (2).md", "guía (3).md"]


@settings(deadline=None, max_examples=150)
@given(name=st.text(max_size=300))
def test_whatever_the_name_the_file_lies_in_its_folder_or_nowhere(name: str) -> None:
    with TemporaryDirectory() as place:
        folder = Path(place) / "uploads"
        saved = save_uploads([Sent(f"{name}.txt", b"words"), Sent(name, b"words")], folder)
        assert len(saved.paths) + len(saved.refused) == 2
        assert kept(folder.parent) == ["uploads"]
        assert kept(folder) == sorted(path.name for path in saved.paths)
        assert all(path.read_bytes() == b"words" for path in saved.paths)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        pytest.param("दस्तावेज़.txt", "दस्तावेज़.txt", id="devanagari"),
        pytest.param("دليل.txt", "دليل.txt", id="arabic"),
        pytest.param("手册（第2版）.txt", "手册（第2版）.txt", id="chinese"),
        pytest.param("Ελληνικά 🖨.txt", "Ελληνικά 🖨.txt", id="greek-and-a-picture"),
        pytest.param("man\u202etxt.exe.txt", "mantxt.exe.txt", id="no-letters-turned-around"),
        pytest.param("-rf.txt", "-rf.txt", id="like-a-flag"),
        pytest.param("a\nb\0c.txt", "a bc.txt", id="controls"),
    ],
)
def test_a_name_of_any_script_stays_and_hides_nothing(tmp_path: Path, name: str, safe: str) -> None:
    (path,) = save_uploads([Sent(name, b"words")], tmp_path).paths
    assert path.name == safe


def test_refused_files_are_listed_without_a_run(tmp_path: Path) -> None:
    refused = FileResult("x.exe", "skipped", "x.exe: Tomo does not read this kind of file.", 0, 0.0)
    done, _ = start_intake([], tmp_path / "library", [refused])
    assert (done.done, done.error, done.files, done.expected) == (True, "", [refused], 1)


def drawn(desk: Desk) -> AppTest:
    def script() -> None:
        import streamlit as st

        from rag.page.library_view import draw_library
        from rag.page.strings import Say

        draw_library(st.session_state["desk"], Say("en"))

    test = AppTest.from_function(script, default_timeout=20)
    test.session_state["desk"] = desk
    return test.run()


def test_no_file_name_and_no_reason_comes_alive_on_the_page(tmp_path: Path) -> None:
    desk = Desk(Settings(library=tmp_path / "library"), Opener())
    texts = list((HOSTILE | HIDDEN).values())
    files = [FileResult(text, "failed", text, 0, 0.0) for text in texts]
    desk.intake = Intake(tmp_path, expected=len(files), files=files, done=True)
    test = drawn(desk)
    lines = [element.value for element in test.markdown if element.value.startswith("✗")]
    kinds = {child.type for text in lines for token in MarkdownIt().parse(text) for child in token.children or ()}
    assert len(lines) == len(texts)
    assert not kinds & {"image", "link_open", "html_inline"}
    assert not test.exception


@pytest.mark.heavy
def test_an_upload_is_read_and_one_refused_stands_beside_it(tmp_path: Path) -> None:
    desk = Desk(Settings(library=tmp_path / "library"), Opener())
    desk.add([Sent("دليل.md", b"# Guide\n\nHold the button."), Sent("bad.pdf", b"MZ\x90\0" + bytes(range(99)))])
    end = time.monotonic() + 120
    while desk.intake is not None and not desk.intake.done and time.monotonic() < end:
        time.sleep(0.1)
    assert desk.intake is not None
    assert sorted((result.name, result.good) for result in desk.intake.files) == [("bad.pdf", False), ("دليل.md", True)]
    assert [row.file for row in desk.documents()] == ["دليل.md"]


def added(desk: Desk, *uploads: Sent) -> None:
    desk.add(uploads)
    end = time.monotonic() + 60
    while desk.intake is None or not desk.intake.done:
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.05)


def test_the_copy_of_an_uploaded_file_goes_with_its_last_document(tmp_path: Path) -> None:
    desk = Desk(Settings(library=tmp_path / "library"), Opener())
    tickets = b"Ticket,Subject,Description\nT-1,Fan,The fan is loud.\nT-2,Lamp,The lamp is dark.\n"
    own = tmp_path / "own.md"
    own.write_text("# Own\n\nA file of the person.")
    added(desk, Sent("a.md", b"# A\n\nSome words of it."), Sent("tickets.csv", tickets))
    desk.take_in([own])
    while desk.intake is None or not desk.intake.done:
        time.sleep(0.05)
    ids = {row.file: [each.id for each in desk.documents() if each.file == row.file] for row in desk.documents()}
    assert {name: len(of) for name, of in ids.items()} == {"a.md": 1, "own.md": 1, "tickets.csv": 2}
    result = next(each for each in desk.intake.files if each.name == "own.md")
    assert _result(desk, result, Say("en")).endswith("added, 1 page")
    tickets_read = replace(
        result, name="tickets.csv", path=str(tmp_path / "library" / "uploads" / "tickets.csv"), pages=2
    )
    assert _result(desk, tickets_read, Say("en")).endswith("added, 2 documents")
    desk.remove([*ids["a.md"], *ids["own.md"], ids["tickets.csv"][0]])
    assert kept(tmp_path / "library" / "uploads") == ["tickets.csv"]
    assert own.exists()
    desk.remove(ids["tickets.csv"][1:])
    assert kept(tmp_path / "library" / "uploads") == []


def test_the_copy_of_a_file_that_could_not_be_read_goes_when_it_is_dismissed(tmp_path: Path) -> None:
    desk = Desk(Settings(library=tmp_path / "library"), Opener())
    own = tmp_path / "b.pdf"
    own.write_bytes(b"%PDF-1.4 broken")
    added(desk, Sent("a.pdf", b"%PDF-1.4 broken too"))
    desk.take_in([own])
    while desk.intake is None or not desk.intake.done:
        time.sleep(0.05)
    assert len(desk.not_read()) == 2
    for record in desk.not_read():
        desk.dismiss(record.path)
    assert kept(tmp_path / "library" / "uploads") == []
    assert own.exists()


def test_only_a_file_among_the_uploads_themselves_is_dropped(tmp_path: Path) -> None:
    library = Library(tmp_path / "library")
    uploads = library.folder / "uploads"
    (uploads / "deeper").mkdir(parents=True)
    (tmp_path / "elsewhere.md").write_text("a")
    (uploads / "deeper" / "b.md").write_text("b")
    (uploads / "link.md").symlink_to(tmp_path / "elsewhere.md")
    (uploads / "gone.md").write_text("c")
    drop_copies(library, map(str, [*uploads.glob("*.md"), uploads / "deeper" / "b.md", uploads / ".." / "library.db"]))
    assert kept(uploads) == ["deeper", "link.md"]
    assert (tmp_path / "elsewhere.md").exists()
    assert (uploads / "deeper" / "b.md").exists()
