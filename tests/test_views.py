"""The library's and the models' views, driven without a browser, and what they stand on."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from streamlit import config
from streamlit.testing.v1 import AppTest

from ingest import tallies
from ingest.counting import STEM
from ingest.errors import LibraryError, SettingsError
from ingest.filing import Piece
from ingest.finding import holding
from ingest.library import Library
from ingest.lock import write_lock
from ingest.prefixes import FOLDER, PrefixHeader, headers, write_header
from ingest.records import DocumentRow, FileRecord
from ingest.settings import Settings
from ingest.types import Chunk, Document, Fields, Page
from rag.chats.store import Chats
from rag.chats.types import Request, Turn
from rag.events import Answer
from rag.page.child import Child
from rag.page.desk import Desk
from rag.page.details import details
from rag.page.intake import Now, progress, start_intake
from rag.page.shelf import PAGE, Shelf, Wanted
from rag.page.strings import Say
from rag.page.units import duration, size
from rag.page.watching import Watcher, a_folder
from rag.shelf.choice import FILE, chosen, keep_choice, with_chosen
from rag.shelf.fits import shelved
from tests.fakes_assistant import MANUAL, TICKET, Opener, citation, fill, receipt
from tests.make_gguf import tiny_llama
from tests.test_uploads import Sent


def until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)


def ticket(number: int, product: str, status: str) -> Document:
    fields = Fields(key=f"SUP-{number}", product=product, status=status)
    return Document(f"t{number}", "ticket", f"Case {number}", "en", (Page(1, "1", "Broken."),), fields=fields)


TICKETS = (ticket(1, "Faro", "Closed"), ticket(2, "Faro", "In progress"), ticket(3, "Brisa", "Resuelto"))


# -- what is looked for -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param(Wanted(), ["t1", "t2", "t3", "ticket-1", "manual-1"], id="everything-by-title"),
        pytest.param(Wanted("ROUTER"), ["ticket-1", "manual-1"], id="titles-in-any-case"),
        pytest.param(Wanted("sup-7 router"), ["ticket-1"], id="the-ticket-number-too"),
        pytest.param(Wanted("manual-1.md"), ["manual-1"], id="the-file-name-too"),
        pytest.param(Wanted(kind="manual"), ["manual-1"], id="a-kind"),
        pytest.param(Wanted(language="es"), ["ticket-1"], id="a-language"),
        pytest.param(Wanted(product="Faro"), ["t1", "t2"], id="a-product"),
        pytest.param(Wanted(status="closed"), ["t1", "t3", "ticket-1"], id="closed-in-either-language"),
        pytest.param(Wanted(status="open"), ["t2"], id="open"),
        pytest.param(Wanted(status="Resuelto"), ["t3"], id="a-status-as-written"),
        pytest.param(Wanted("case", product="Faro", status="open"), ["t2"], id="all-together"),
        pytest.param(Wanted("press"), [], id="nowhere"),
    ],
)
def test_the_shelf_finds_what_is_wanted(tmp_path: Path, wanted: Wanted, found: list[str]) -> None:
    shelf = Shelf(fill(tmp_path, MANUAL, TICKET, *TICKETS).documents())
    assert [each.row.id for each in shelf.look(wanted, set())] == found


def test_titles_are_listed_as_people_list_them() -> None:
    titles = ["Equipo 10", "Árbol", "equipo 2", "«Bomba»", "Zócalo", "!!!Caldera", "Equipo 1"]
    rows = [
        DocumentRow(f"d{n}", "manual", title, "es", f"{n}.md", "", 1, 1, 9, Fields()) for n, title in enumerate(titles)
    ]
    order = [row.title for row in Shelf(rows).rows]
    assert order == ["Árbol", "«Bomba»", "!!!Caldera", "Equipo 1", "equipo 2", "Equipo 10", "Zócalo"]


def test_what_is_only_in_the_text_stands_after_what_is_named_so_and_passes_the_filters(tmp_path: Path) -> None:
    shelf = Shelf(fill(tmp_path, MANUAL, TICKET, *TICKETS).documents())
    found = shelf.look(Wanted("case"), {"manual-1", "t1"})
    assert [(each.row.id, each.in_text) for each in found][-1] == ("manual-1", True)
    assert [each.in_text for each in found] == [False, False, False, True]
    assert len(shelf.look(Wanted("case", kind="ticket"), {"manual-1"})) == 3


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        pytest.param("button", {"manual-1"}, id="a-word"),
        pytest.param("POWER button", {"manual-1"}, id="words-in-any-case"),
        pytest.param("butt", {"manual-1"}, id="a-word-still-being-typed"),
        pytest.param("butt ", set(), id="a-word-that-has-ended"),
        pytest.param("desde áyer", {"ticket-1"}, id="accents-do-not-matter"),
        pytest.param("power ayer", set(), id="not-in-one-text"),
        pytest.param("be", set(), id="too-short"),
        pytest.param('" OR * (', set(), id="no-words"),
        pytest.param('button") OR "x', set(), id="no-syntax"),
    ],
)
def test_documents_are_found_by_the_words_of_their_text(tmp_path: Path, typed: str, ids: set[str]) -> None:
    assert holding(fill(tmp_path, MANUAL, TICKET), typed) == ids


def test_the_details_tell_what_is_kept_and_used_of_a_document(tmp_path: Path) -> None:
    library = fill(tmp_path, MANUAL)
    with library.transaction() as db:
        (edition,) = tallies.uncounted(db, "some", 2)
        assert tallies.store(db, "some", {edition: 1234}) == 1
    chats = Chats(tmp_path)
    for owner in ("", "somebody"):
        turn = chats.of(owner).begin(f"chat{owner}", Request("How?"))
        answer = Answer("How?", "So [1].", False, "en", (citation(), citation(2)), receipt())
        chats.of(owner).finish(turn, Turn(Request("How?"), answer))
    keep(tmp_path, "manual-1")
    keep(tmp_path, "other")
    (row,) = library.documents()
    found = details(library, chats, row)
    assert (found.tokens, found.sections, found.answers, found.summary) == (1234, 0, 2, False)
    assert [header.documents for header in found.ready] == [{"manual-1": "d"}]


def test_the_details_tell_what_was_said_of_a_files_pages(tmp_path: Path) -> None:
    library = fill(tmp_path, MANUAL)
    (row,) = library.documents()
    assert details(library, Chats(tmp_path), row).said == ""
    library.note_files([replace(library.files()[row.path], reason="9 of its 9 pages hold hardly any text.")])
    assert details(library, Chats(tmp_path), row).said == "9 of its 9 pages hold hardly any text."


def keep(folder: Path, document_id: str) -> PrefixHeader:
    (folder / FOLDER).mkdir(exist_ok=True)
    key = f"key-{document_id}"
    (folder / FOLDER / f"{key}.state").write_bytes(b"x" * 100)
    header = PrefixHeader(
        key, f"{key}.state", 100, "", 900, (), {document_id: "d"}, "", document_id, {}, 1.0, True, 1.0, 1.0, 3
    )
    write_header(folder / FOLDER, header)
    return header


# -- children, intakes, watched folders ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "error"),
    [
        pytest.param("print('a')", "", id="all-went-well"),
        pytest.param("import sys; sys.exit('error: the disk is full. Free some space.')",
                     "the disk is full. Free some space.", id="says-why"),
        pytest.param("raise ValueError('x')", "ValueError: x", id="a-fault-gives-its-last-line"),
    ],
)  # fmt: skip
def test_a_child_ends_with_one_sentence(code: str, error: str) -> None:
    lines: list[str] = []
    child = Child([sys.executable, "-c", code], lines.append)
    until(lambda: child.done)
    assert child.error == error
    assert lines == (["a"] if not error else [])


def test_a_child_that_is_stopped_has_no_error() -> None:
    child = Child([sys.executable, "-c", "import time; time.sleep(60)"], print)
    child.stop()
    until(lambda: child.done)
    assert child.error == ""


@pytest.mark.parametrize(
    ("said", "now"),
    [
        pytest.param(
            '{"progress": {"files_done": 1, "files": 2, "pages": 3, "embedded": 4, "to_embed": 9, "file": "/a/b.pdf", '
            '"page": 5, "of_pages": 6, "chunks_per_second": 1.0, "seconds_left": 7}}',
            Now("b.pdf", 5, 6, 4, 9, 7), id="progress",
        ),
        pytest.param(
            '{"progress": {"files_done": 2, "files": 2, "pages": 3, "embedded": 4, "to_embed": 9, "file": "", '
            '"page": 0, "of_pages": 0, "chunks_per_second": 1.0, "seconds_left": null}}',
            Now("", 0, 0, 4, 9, None, True), id="all-is-read",
        ),
        pytest.param("WARNING something", None, id="a-log-line"),
        pytest.param('{"progress": {}}', None, id="another-version's"),
    ],
)  # fmt: skip
def test_progress_is_read_out_of_what_ingest_says(said: str, now: Now | None) -> None:
    assert progress(said) == now


def test_a_file_that_failed_is_listed_and_read_once_it_is_mended(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF-1.4 broken")
    desk = Desk(Settings(library=folder), Opener())
    desk.take_in([file])
    until(lambda: desk.intake is not None and desk.intake.done, 60)
    (failed,) = desk.not_read()
    assert failed.path == str(file)
    assert failed.reason
    assert desk.intake is not None
    assert [result.path for result in desk.intake.files] == [str(file)]
    (tmp_path / "a.md").write_text("# Mended\n\nIt works.")
    file.unlink()
    desk.dismiss(failed.path)
    assert desk.not_read() == []


def test_a_file_with_documents_is_not_dismissed(tmp_path: Path) -> None:
    fill(tmp_path, MANUAL).close()
    desk = Desk(Settings(library=tmp_path), Opener())
    with pytest.raises(LibraryError, match="Remove those"):
        desk.dismiss("/manuals/manual-1.md")
    assert desk.documents()


def test_while_files_come_in_nothing_is_removed_and_that_is_said_in_words_for_people(tmp_path: Path) -> None:
    fill(tmp_path / "library", MANUAL).close()
    (tmp_path / "a.md").write_text("# A\n\nSome words of it.")
    desk = Desk(Settings(library=tmp_path / "library"), Opener())
    with write_lock(desk.library.folder, "test"):
        desk.take_in([tmp_path / "a.md"])
        for attempt in (lambda: desk.remove(["manual-1"]), lambda: desk.dismiss("/manuals/b.md")):
            with pytest.raises(LibraryError, match=r"^Files are being added"):
                attempt()
        assert desk.intake is not None
        desk.intake.stop()
    until(lambda: desk.intake is not None and desk.intake.done, 60)


def test_an_intake_waits_for_who_is_writing(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n\nSome words of it.")
    library = tmp_path / "library"
    Library(library).close()
    with write_lock(library, "test"):
        intake, _ = start_intake([tmp_path / "a.md"], library)
        time.sleep(4)
        assert not intake.done
    until(lambda: bool(intake.files), 60)
    intake.stop()
    until(lambda: intake.done)
    assert (intake.error, [result.status for result in intake.files]) == ("", ["added"])


def test_what_is_added_while_files_come_in_waits_for_its_turn_and_is_read(tmp_path: Path) -> None:
    names = ("a.md", "b.md", "c.md")
    for name in names:
        (tmp_path / name).write_text(f"# {name}\n\nSome words of it.")
    desk = Desk(Settings(library=tmp_path / "library"), Opener())
    with write_lock(desk.library.folder, "test"):
        desk.take_in([tmp_path / "a.md"])
        first = desk.intake
        desk.take_in([tmp_path / "b.md"])
        desk.add([Sent("c.md", (tmp_path / "c.md").read_bytes())])
    until(lambda: desk.intake is not None and desk.intake.done, 120)
    assert desk.intake is first
    assert first is not None
    assert ([result.name for result in first.files], first.expected, first.error) == (list(names), 3, "")
    assert {row.file for row in desk.documents()} == set(names)


def test_a_file_that_comes_again_is_asked_about_as_it_is_now(tmp_path: Path) -> None:
    desk = Desk(Settings(library=tmp_path / "library"), Opener())
    for text in (b"# Pump\n\nTurn it left.", b"# Pump\n\nTurn it right, then left."):
        chat = desk.chat(None)
        desk.ask_about(chat, Request("Which way?"), [Sent("pump.md", text)])
        until(lambda chat=chat: bool(chat.turns) and chat.idle, 60)  # type: ignore[misc]
        (asked,) = chat.turns[-1].request.documents
        page = desk.library.page(asked, 1)
        assert page is not None
        assert text.decode().endswith(page.text.splitlines()[-1])


def test_what_only_embeds_gives_way_to_files_that_wait_to_be_read(tmp_path: Path) -> None:
    (tmp_path / "long.md").write_text(
        "".join(f"# Part {i}\n\nSome words of part {i}, {'and more ' * i}.\n\n" for i in range(400))
    )
    (tmp_path / "short.md").write_text("# Short\n\nZirconium.")
    desk = Desk(Settings(library=tmp_path / "library"), Opener())
    desk.take_in([tmp_path / "long.md"])
    until(lambda: bool(desk.documents()), 60)
    desk.take_in([tmp_path / "short.md"])
    until(lambda: desk.intake is not None and len(desk.intake.files) == 2, 30)
    assert desk.library.totals()["unembedded"] > 100
    assert desk.intake is not None
    desk.intake.stop()
    until(lambda: desk.intake is not None and desk.intake.done, 60)
    assert (desk.intake.error, [result.good for result in desk.intake.files]) == ("", [True, True])


def test_an_intake_that_is_stopped_reads_nothing_that_waits_and_takes_what_comes_later(tmp_path: Path) -> None:
    for name in ("a.md", "b.md", "c.md"):
        (tmp_path / name).write_text(f"# {name}\n\nSome words of it.")
    desk = Desk(Settings(library=tmp_path / "library"), Opener())
    with write_lock(desk.library.folder, "test"):
        desk.take_in([tmp_path / "a.md"])
        desk.take_in([tmp_path / "b.md"])
        assert desk.intake is not None
        desk.intake.stop()
        until(lambda: desk.intake is not None and desk.intake.done, 10)
        assert (desk.intake.stopped, desk.intake.error, desk.intake.files) == (True, "", [])
    desk.take_in([tmp_path / "c.md"])
    until(lambda: desk.intake is not None and bool(desk.intake.files), 60)
    desk.intake.stop()
    until(lambda: desk.intake is not None and desk.intake.done, 10)
    assert [row.file for row in desk.documents()] == ["c.md"]


def test_a_watched_folder_brings_what_is_put_there_and_is_remembered(tmp_path: Path) -> None:
    library, folder = tmp_path / "library", tmp_path / "manuals"
    folder.mkdir()
    Library(library).close()
    watcher = Watcher(library)
    assert not watcher.ended
    watcher.add(folder)
    try:
        with pytest.raises(SettingsError, match="watched already"):
            watcher.add(folder)
        (folder / "a.md").write_text("# A\n\nSome words of it.")
        until(lambda: [result.status for result in watcher.seen()] == ["added"], 60)
        assert Library(library).documents()
        assert not watcher.ended
    finally:
        watcher.close()
    again = Watcher(library)
    assert again.folders == [folder]
    again.remove(folder)
    assert Watcher(library).folders == []
    assert Library(library).documents()


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "no whole path"),
        ("manuals", "no whole path"),
        ("/no/such/folder", "no such folder"),
        ("~nobody-of-that-name/x", "no whole path"),
        ("/" + "x" * 300, "cannot be looked into"),
    ],
    ids=["nothing", "relative", "missing", "another-home", "too-long"],
)
def test_a_folder_that_is_none_is_refused(typed: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        a_folder(typed)


# -- models -------------------------------------------------------------------------------------------------------


def test_a_chosen_model_is_kept_and_a_setting_wins_over_it(tmp_path: Path) -> None:
    settings = Settings(library=tmp_path / "library", models=tmp_path)
    mine = tmp_path / "mine.gguf"
    mine.write_bytes(b"GGUF")
    keep_choice(chosen(settings, mine))
    assert with_chosen(settings).llm == str(mine)
    assert with_chosen(replace(settings, llm="/set.gguf")).llm == "/set.gguf"
    mine.unlink()
    assert with_chosen(settings).llm == ""


@pytest.mark.parametrize("text", ["", "[]", '{"llm": 1', "{}", "\x00"])
def test_a_damaged_choice_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    assert with_chosen(Settings(library=tmp_path)).llm == ""


def test_the_packaged_model_is_chosen_by_choosing_none(tmp_path: Path) -> None:
    settings = Settings(library=tmp_path / "library", models=tmp_path)
    keep_choice(chosen(settings, tmp_path / "mine.gguf"))
    keep_choice(chosen(settings, tmp_path / f"{STEM}-f16.gguf"))
    assert json.loads((settings.library / FILE).read_text()) == {"llm": ""}


@pytest.mark.parametrize(
    ("number", "text"), [(999, "999 B"), (1_500, "1,5 kB"), (34_000_000, "34 MB"), (1_240_000_000, "1,2 GB")]
)
def test_sizes_are_written_as_people_read_them(number: int, text: str) -> None:
    assert size(number, Say("es")) == text


@pytest.mark.parametrize(("seconds", "text"), [(3.14, "3.1 s"), (119, "119 s"), (120, "2 min")])
def test_durations_are_written_as_people_read_them(seconds: float, text: str) -> None:
    assert duration(seconds, Say("en")) == text


def test_model_files_are_listed_with_whether_they_fit_and_damaged_ones_with_why(tmp_path: Path) -> None:
    tiny_llama(tmp_path / "tiny.gguf")
    (tmp_path / "cut.gguf").write_bytes((tmp_path / "tiny.gguf").read_bytes()[:2000])
    other = tiny_llama(tmp_path.parent / f"{tmp_path.name}-other.gguf")
    tiny, same, cut = shelved(tmp_path, [other, tmp_path / "gone.gguf"], 0, 10**9)
    assert {tiny.path, same.path} == {tmp_path / "tiny.gguf", other}
    assert tiny.room is not None
    assert tiny.room.fits
    assert tiny.room.largest >= tiny.room.window
    assert 0 < tiny.room.needed <= 10**9
    assert (cut.info, cut.room) == (None, None)
    assert "cut.gguf" in cut.why


def test_a_model_without_room_says_how_much_it_needs(tmp_path: Path) -> None:
    tiny_llama(tmp_path / "tiny.gguf")
    (tiny,) = shelved(tmp_path, [], 0, 1000)
    assert tiny.room is not None
    assert (tiny.room.fits, tiny.room.largest, tiny.room.free) == (False, 0, 1000)
    assert tiny.room.needed > 1000


# -- the views ----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TOMO_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("TOMO_MODELS", str(tmp_path / "models"))
    (tmp_path / "models").mkdir()
    return tmp_path / "library"


def view(name: str, tongue: str = "en") -> AppTest:
    """One view; AppTest knows no navigation between functions, so it is drawn on its own."""

    def script(name: str, tongue: str) -> None:
        import streamlit as st

        from ingest.settings import read_settings
        from rag.page.desk import Desk
        from rag.page.library_view import draw_library
        from rag.page.models_view import draw_models
        from rag.page.strings import Say
        from tests.fakes_assistant import Opener

        if "desk" not in st.session_state:
            st.session_state["desk"] = Desk(read_settings(), Opener())
        {"library": draw_library, "models": draw_models}[name](st.session_state["desk"], Say(tongue))

    return AppTest.from_function(script, default_timeout=20, kwargs={"name": name, "tongue": tongue}).run()


def desk_of(test: AppTest) -> Desk:
    desk = test.session_state["desk"]
    assert isinstance(desk, Desk)
    return desk


def shown(test: AppTest) -> list[str]:
    """The documents listed, by their ids."""
    return [button.key.removeprefix("doc-") for button in test.button if (button.key or "").startswith("doc-")]


def everything(test: AppTest) -> str:
    kinds = ("markdown", "text", "caption", "title", "info", "error", "warning", "success")
    labels = [drawer.label for drawer in test.expander] + [button.label for button in test.button]
    said = "\n".join([element.value for kind in kinds for element in test.get(kind)] + labels)
    return said.replace("\\", "").replace("\u202f", " ")


def test_the_library_lists_its_documents_and_finds_them(folder: Path) -> None:
    fill(folder, MANUAL, TICKET)
    test = view("library")
    assert shown(test) == ["ticket-1", "manual-1"]
    test.text_input(key="filter").set_value("sup-7 ROUTER").run()
    assert shown(test) == ["ticket-1"]
    test.text_input(key="filter").set_value("power but").run()
    assert shown(test) == ["manual-1"]
    assert "in the text" in everything(test)
    test.text_input(key="filter").set_value("nothing").run()
    assert shown(test) == []
    test.text_input(key="filter").set_value("").run()
    test.selectbox(key="shelf_kind-en").set_value("ticket").run()
    assert shown(test) == ["ticket-1"]
    assert not test.exception


def test_what_was_stopped_before_the_search_was_prepared_is_finished_with_one_click(
    folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "guide.md"
    file.write_text("# Guide\n\nThe zirconium valve leaks.")
    library = fill(folder, MANUAL)
    test = view("library")
    test.button(key="finish").click().run()
    assert "still where it was" in everything(test)
    chunk = Chunk("guide", 0, 1, 0, 5, "Guide", "Guide")
    piece = Piece(Document("guide", "manual", "Guide", "en", (Page(1, "1", "Guide"),)), [chunk])
    library.store(FileRecord(str(file), "other", 1, 1), [piece], {""})
    test.run().button(key="finish").click().run()
    until(lambda: not library.totals()["unindexed"], 120)
    until(lambda: "finish" not in {button.key for button in test.run().button})
    assert "still where it was" not in everything(test)
    assert not test.exception


def test_a_long_list_comes_a_page_at_a_time(folder: Path) -> None:
    fill(folder, *(ticket(number, "Faro", "Closed") for number in range(PAGE + 3)))
    test = view("library")
    assert len(shown(test)) == PAGE
    assert f"{PAGE + 3} of {PAGE + 3} documents" in everything(test)
    assert not test.exception


@pytest.mark.parametrize(("tongue", "words"), [("es", "Usado en respuestas"), ("en", "Used in answers")])
def test_a_document_opens_to_its_details_and_closes(folder: Path, tongue: str, words: str) -> None:
    fill(folder, MANUAL, TICKET)
    test = view("library", tongue)
    assert words not in everything(test)
    test.button(key="doc-ticket-1").click().run()
    assert words in everything(test)
    assert "SUP-7" in everything(test)
    test.button(key="doc-ticket-1").click().run()
    assert words not in everything(test)
    assert not test.exception


def test_the_models_view_says_that_the_model_that_is_set_is_not_there(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMO_LLM", str(tmp_path / "gone.gguf"))
    (said,) = view("models", "es").error
    assert "gone.gguf: el modelo que responde no está ahí" in said.value.replace("\\", "")
    monkeypatch.delenv("TOMO_LLM")
    assert not view("models").error


def test_to_ask_about_a_document_leaves_no_other_filter_on(folder: Path) -> None:
    fill(folder, MANUAL, TICKET)
    test = view("library")
    test.button(key="doc-manual-1").click().run()
    test.button(key="ask-manual-1").click().run()
    assert test.session_state["narrowed"] == ["manual-1"]


def test_a_removal_asks_first_and_then_removes(folder: Path) -> None:
    fill(folder, MANUAL, TICKET)
    test = view("library")
    test.checkbox(key="pick-ticket-1").check().run()
    test.button(key="remove_chosen").click().run()
    assert len(Library(folder).documents()) == 2
    assert "El router no enciende" in test.warning[0].value
    test.button(key="remove_yes").click().run(timeout=60)
    assert [row.id for row in Library(folder).documents()] == ["manual-1"]
    assert not test.exception


def test_a_removal_that_is_cancelled_removes_nothing(folder: Path) -> None:
    fill(folder, MANUAL)
    test = view("library")
    test.button(key="doc-manual-1").click().run()
    test.button(key="remove-manual-1").click().run()
    test.button(key="remove_no").click().run()
    assert not test.warning
    assert len(Library(folder).documents()) == 1


def test_why_a_removal_was_refused_is_not_said_of_another(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(folder, MANUAL, TICKET)
    test = view("library")
    test.button(key="doc-manual-1").click().run()
    test.button(key="remove-manual-1").click().run()

    def refused(_: Desk, ids: list[str]) -> None:
        raise LibraryError(f"{ids}: held.")

    monkeypatch.setattr(Desk, "remove", refused)
    test.button(key="remove_yes").click().run(timeout=60)
    assert "held" in test.error[0].value
    test.button(key="remove_no").click().run()
    test.checkbox(key="pick-ticket-1").check().run()
    test.button(key="remove_chosen").click().run()
    assert test.warning
    assert not test.error
    assert not test.exception


def test_a_failed_file_shows_its_reason_as_text_and_a_button_to_try_again(folder: Path, tmp_path: Path) -> None:
    library = fill(folder, MANUAL)
    (tmp_path / "a.pdf").write_bytes(b"x")
    for name in ("a.pdf", "gone.pdf"):
        library.note_files([FileRecord(str(tmp_path / name), "", 1, 1, status="failed", reason="![x](http://e.x/q)")])
    test = view("library")
    assert any("a\\.pdf" in element.value for element in test.markdown)
    parsed = [child for element in test.markdown for token in MarkdownIt().parse(element.value)
              for child in token.children or ()]  # fmt: skip
    assert not {child.type for child in parsed} & {"image", "link_open", "html_inline"}
    assert "![x](http://e.x/q)" in "".join(child.content for child in parsed)
    retries = [button.key for button in test.button if (button.key or "").startswith("retry-")]
    assert retries == [f"retry-{tmp_path / 'a.pdf'}"]
    test.button(key=f"dismiss-{tmp_path / 'gone.pdf'}").click().run()
    assert [record.path for record in library_records(folder)] == [str(tmp_path / "a.pdf")]
    assert not test.exception


def library_records(folder: Path) -> list[FileRecord]:
    return [record for record in Library(folder).files().values() if record.status == "failed"]


def test_reading_ahead_is_started_shown_and_stopped(folder: Path) -> None:
    fill(folder, MANUAL, TICKET)
    test = view("library")
    desk = desk_of(test)
    test.number_input(key="warm_most").set_value(1)
    test.button(key="warm").click().run()
    work = desk.engine.warm_up
    assert work is not None
    until(lambda: bool(work.seen))
    assert "Reading ahead: 0 of 1" in [bar.proto.text for bar in test.run().get("progress")]
    test.button(key="stop_warming").click().run()
    until(lambda: work.done)
    assert "Reading ahead is done" in everything(test.run())
    assert not test.exception


def test_a_folder_that_is_none_is_a_sentence(folder: Path, tmp_path: Path) -> None:
    test = view("library")
    test.text_input(key="folder_path").set_value("/no/such")
    next(button for button in test.button if button.label == "Add the folder").click().run()
    assert "no such folder" in test.error[0].value
    assert "no such folder" in test.run().error[0].value, "another drawing took the reason away"
    test.text_input(key="folder_path").set_value(str(tmp_path))
    next(button for button in test.button if button.label == "Add the folder").click().run()
    assert not test.error
    assert not test.exception


def test_adding_nothing_is_told_however_often_the_page_is_drawn(folder: Path) -> None:
    fill(folder, MANUAL)
    test = view("library")
    next(button for button in test.button if button.label == "Add to the library").click().run()
    for _ in range(2):
        assert test.warning[0].value == "Choose one or more files first."
        test.run()
    assert not test.exception


def test_another_computer_s_visitor_names_no_folder_of_this_one(folder: Path) -> None:
    address = config.get_option("server.address")
    config.set_option("server.address", "0.0.0.0")
    try:
        test = view("library")
    finally:
        config.set_option("server.address", address)
    assert not [field for field in test.text_input if field.key in ("folder_path", "watch_path")]
    assert "only from the computer" in everything(test)


@pytest.mark.parametrize(
    ("tongue", "words"),
    [
        ("es", ("8192 tokens", "q8_0 · 100 MB", "321 tokens/s", "45 tokens/s", "600 MB/s", "la memoria libre")),
        ("en", ("8,192 tokens", "q8_0 · 100 MB", "321 tokens/s", "45 tokens/s", "600 MB/s", "free memory")),
    ],
)
def test_the_models_view_says_what_answers_and_how_fast(folder: Path, tongue: str, words: tuple[str, ...]) -> None:
    fill(folder, MANUAL)
    test = view("models", tongue)
    assert "fake-1B" not in everything(test)
    test.button(key="load").click().run()
    until(lambda: desk_of(test).engine.loaded is not None)
    seen = everything(test.run())
    assert not [word for word in words if word not in seen]
    assert not test.exception


def test_a_model_is_chosen_and_answers_from_then_on(folder: Path, tmp_path: Path) -> None:
    fill(folder, MANUAL)
    mine = tiny_llama(tmp_path / "models" / "mine.gguf")
    test = view("models")
    test.button(key=f"use-{mine}").click().run()
    until(lambda: not desk_of(test).engine.exchange.stage)
    assert desk_of(test).engine.settings.llm == str(mine)
    assert not [button for button in test.run().button if button.key == f"use-{mine}"]
    assert Desk(desk_of(test).settings, Opener()).engine.settings.llm == str(mine)
    assert not test.exception


def test_where_a_setting_chooses_the_model_it_cannot_be_changed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(folder, MANUAL)
    mine, set_ = (tiny_llama(tmp_path / "models" / name) for name in ("mine.gguf", "set.gguf"))
    monkeypatch.setenv("TOMO_LLM", str(set_))
    test = view("models")
    assert test.button(key=f"use-{mine}").disabled
    assert "cannot be changed here" in everything(test)


def test_saved_readings_are_counted_and_all_removed(folder: Path) -> None:
    fill(folder, MANUAL)
    keep(folder, "manual-1")
    test = view("models")
    assert "1 reading" in everything(test)
    test.button(key="kept_drop").click().run()
    assert headers(folder / FOLDER)
    test.button(key="kept_drop_yes").click().run()
    assert headers(folder / FOLDER) == []
    assert not list((folder / FOLDER).glob("*.state"))
    assert "0 readings" in everything(test)
    assert not test.exception
