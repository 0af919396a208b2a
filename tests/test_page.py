"""The page, driven without a browser."""

from __future__ import annotations

import re
import threading
import time
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from ingest.errors import LibraryError
from ingest.library import Library
from ingest.lock import write_lock
from ingest.settings import ROOT, Settings
from rag.chats.types import Request
from rag.page.answers import Chat
from rag.page.desk import CHATS_KEPT, Desk
from rag.page.intake import save_uploads, start_intake
from rag.page.page_text import split_at
from rag.page.picture import page_picture
from rag.page.receipt import bar
from rag.page.strings import Say, Tongue
from rag.types import Tokens
from tests.fakes_assistant import MANUAL, QUOTE, TICKET, Opener, citation, fill

SCRIPT = str(ROOT / "tests" / "browser" / "page.py")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TOMO_LIBRARY", str(tmp_path / "library"))
    return tmp_path / "library"


def page(opener: Opener | None = None, tongue: str = "en") -> AppTest:
    test = AppTest.from_file(SCRIPT, default_timeout=20)
    test.session_state["tongue"] = tongue
    test.session_state["opener"] = opener or Opener()
    return test.run()


def until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)


def ask(test: AppTest, question: str) -> AppTest:
    test.chat_input[0].set_value(question).run()
    until(lambda: "stop" not in {button.key for button in test.run().button})
    return test


def locked(desk: Desk, chat: Chat, request: Request) -> None:
    """In place of `Desk.ask`: refuses."""
    raise LibraryError("the library is locked")


def chips(test: AppTest) -> list[str]:
    """The labels of the sources."""
    return [button.label for button in test.button if re.match(r"\*\*\d+\*\* ", button.label)]


def everything(test: AppTest) -> str:
    kinds = ("markdown", "text", "caption", "title", "info", "error", "warning", "success")
    labels = [drawer.label for drawer in test.expander] + [button.label for button in test.button]
    return "\n".join([element.value for kind in kinds for element in test.get(kind)] + labels)


# -- first run ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("tongue", "words"), [("es", "Empieza en tres pasos"), ("en", "Start in three steps")])
def test_an_empty_library_shows_the_first_steps(folder: Path, tongue: str, words: str) -> None:
    test = page(tongue=tongue)
    assert test.title[0].value == words
    assert not test.chat_input
    assert not test.exception


@pytest.mark.parametrize("tongue", ["es", "en"])
def test_what_tomo_is_stands_once_on_a_page(folder: Path, tongue: Tongue) -> None:
    said = Say(tongue)("tagline")
    assert everything(page(tongue=tongue)).count(said) == 1
    fill(folder, MANUAL)
    assert everything(page(tongue=tongue)).count(said) == 1


def test_a_library_that_cannot_be_opened_is_a_sentence_and_no_traceback(folder: Path) -> None:
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("a file where a folder should be")
    test = page()
    assert "set another folder with" in test.error[0].value
    assert not test.exception


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        pytest.param("browser", "gatherUsageStats", False, id="counts-nothing"),
        pytest.param("server", "address", "127.0.0.1", id="listens-to-this-machine-only"),
        pytest.param("server", "allowedHosts", ["127.0.0.1", "localhost"], id="no-other-name-for-it"),
        pytest.param("server", "enableStaticServing", False, id="serves-no-files"),
        pytest.param("client", "showErrorDetails", "none", id="no-tracebacks"),
        pytest.param("client", "showErrorLinks", False, id="no-links-to-search-engines"),
        pytest.param("client", "toolbarMode", "minimal", id="no-developer-menu"),
        pytest.param("runner", "postScriptGC", False, id="a-beat-does-not-hold-up-the-answer"),
    ],
)
def test_the_server_is_locked_down(table: str, key: str, value: object) -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings[table][key] == value


# -- asking -------------------------------------------------------------------------------------------------------


def test_an_answer_shows_its_words_its_sources_and_its_receipt(folder: Path) -> None:
    fill(folder, MANUAL)
    test = ask(page(), "How do I restart it?")
    seen = everything(test)
    assert "Hold the button \\[1\\]\\." in seen
    assert chips(test) == ["**1** Router guide · p. 1 :green[✓]"]
    assert "✓\u00a0verified" in seen
    assert "1,945 of 8,192 tokens" in seen.replace("\\", "")
    assert "The best hits share one section" in seen
    assert "Searched for" not in seen
    assert "Reading restored from disk" in seen
    assert any("considered and not read" in d.label for d in test.expander)
    assert not test.exception


@pytest.mark.parametrize(("tongue", "words"), [("es", "Se ha buscado: "), ("en", "Searched for: ")])
def test_the_receipt_shows_a_completed_question_as_plain_text(folder: Path, tongue: str, words: str) -> None:
    fill(folder, MANUAL)
    test = ask(page(Opener(searched="How do I restart **it**?"), tongue), "and at night?")
    seen = everything(test)
    assert f"{words}How do I restart \\*\\*it\\*\\*" in seen


def _tried(tongue: str, own: str, why: str) -> None:
    from dataclasses import replace

    from rag.page.receipt import draw_receipt
    from rag.page.strings import Say
    from rag.types import Step
    from tests.fakes_assistant import receipt

    draw_receipt(replace(receipt(), steps=(Step("passages", why),)), Say(tongue), Say(own), "k", (), print)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tongue", "own", "why", "words"),
    [
        ("es", "en", "the search was unsure", "It tried “Search” first\\: the search was unsure"),
        ("en", "es", "no estaba segura", "Antes probó «Búsqueda»\\: no estaba segura"),
    ],
)
def test_what_was_tried_before_is_told_in_one_language(tongue: str, own: str, why: str, words: str) -> None:
    assert words in everything(AppTest.from_function(_tried, args=(tongue, own, why), default_timeout=20).run())


def _warned(tongue: str) -> None:
    from dataclasses import replace

    from rag.page.receipt import draw_receipt
    from rag.page.strings import Say
    from rag.types import Attempt
    from tests.fakes_assistant import receipt

    told = tuple(Attempt("leak", "d", "![x](http://evil.example)", page) for page in range(1, 8))
    warned = replace(receipt(), warnings=told, blocked="word list, line 3")
    draw_receipt(warned, Say(tongue), Say("en"), "k", (), print)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tongue", "words"),
    [
        ("es", ("intentan dar órdenes", "página 5\\: pide enviar datos fuera", "y 2 más", "Un filtro lo ha parado")),
        ("en", ("try to give the assistant orders", "page 5\\: asks it to send", "and 2 more", "A filter stopped it")),
    ],
)
def test_the_receipt_warns_of_pages_that_give_orders_and_says_what_a_filter_stopped(
    tongue: str, words: tuple[str, ...]
) -> None:
    test = AppTest.from_function(_warned, args=(tongue,), default_timeout=20).run()
    seen = "\n".join(element.value for element in test.warning)
    assert [said for said in words if said not in seen] == []
    assert "\\!\\[x\\]`(http://evil.example),`" in seen
    assert "line 3" in seen
    assert not test.exception


def test_the_page_speaks_spanish(folder: Path) -> None:
    fill(folder, MANUAL)
    test = ask(page(tongue="es"), "¿Cómo lo reinicio?")
    assert "✓\u00a0comprobada" in everything(test)
    assert "Leyó secciones" in everything(test)


def test_a_quote_that_was_not_found_says_so_in_words(folder: Path) -> None:
    fill(folder, MANUAL)
    test = ask(page(Opener(citations=(citation(verified=False),))), "How?")
    assert "⚠\u00a01\u00a0not\u00a0verified" in everything(test)
    assert "✓\u00a0verified" not in everything(test)
    assert chips(test) == ["**1** Router guide · p. 1 :orange[⚠]"]


def test_a_refusal_shows_the_nearest_pages_and_no_mark(folder: Path) -> None:
    fill(folder, MANUAL)
    test = ask(page(Opener(("It does not say.",), refused=True)), "Who wrote it?")
    assert test.info[0].value == "It does not say\\."
    assert everything(test).count("It does not say") == 1
    assert "verified" not in everything(test)
    assert chips(test) == ["**1** Router guide · p. 1"]


def test_a_refusal_names_its_nearest_pages_once_and_by_their_whole_titles(folder: Path) -> None:
    fill(folder, MANUAL)
    long = "Router guide for those who install it in a hotel"
    opener = Opener(("Not found. See:\n", f"- {long}, page 1 [1]"), (replace(citation(), document=long),), refused=True)
    test = ask(page(opener), "Who wrote it?")
    assert test.info[0].value == "Not found\\. See\\:"
    assert "Nearest pages" not in everything(test)
    assert chips(test) == [f"**1** {long} · p. 1"]


def test_a_refusal_to_open_is_a_sentence_and_the_next_question_tries_again(folder: Path) -> None:
    fill(folder, MANUAL)
    opener = Opener(failures=2)
    test = page(opener)
    until(lambda: opener.failures == 1)
    ask(test, "How?")
    assert "make models" in test.error[0].value
    assert "Hold the button" in everything(ask(test, "How?"))
    assert not test.exception


def test_history_mode_and_scope_reach_the_assistant(folder: Path) -> None:
    fill(folder, MANUAL, TICKET)
    opener = Opener()
    test = page(opener)
    ask(test, "One?")
    test.selectbox(key="mode-en").set_value("document")
    test.session_state["scope"] = ["ticket-1"]
    ask(test, "Two?")
    (one, two) = opener.opened[0].asked
    assert one == ("One?", "auto", (), ())
    assert two[:3] == ("Two?", "document", ("ticket-1",))
    assert [message.text for message in two[3]] == ["One?", "Hold the button [1]."]


def test_a_hostile_question_title_and_answer_are_only_text(folder: Path) -> None:
    fill(folder, MANUAL)
    image = "![x](http://evil.example/a.png)"
    test = ask(page(Opener((image,), (citation(quote=image),))), image)
    labels = [words for button in test.button for words in (button.label, button.help or "")]
    markdown = [*(element.value for element in test.markdown), *(drawer.label for drawer in test.expander), *labels]
    kinds = {child.type for text in markdown for token in MarkdownIt().parse(text) for child in token.children or ()}
    assert "text" in kinds
    assert not kinds & {"image", "link_open", "html_inline"}
    assert any(element.value == image for element in test.text)


def test_the_language_stays_when_a_run_does_not_come_as_far_as_its_control(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(library: Library) -> dict[str, int]:
        raise LibraryError("the library is locked")

    test = AppTest.from_file(SCRIPT, default_timeout=20)
    test.query_params["lang"] = "es"
    test.session_state["opener"] = Opener()
    assert test.run().title[0].value == "Empieza en tres pasos"
    del test.query_params["lang"]
    with monkeypatch.context() as broken:
        broken.setattr(Library, "totals", locked)
        assert not test.run().exception
    assert test.run().title[0].value == "Empieza en tres pasos"
    test.session_state["tongue"] = "en"
    assert test.run().title[0].value == "Start in three steps"


def test_a_control_that_lost_its_choice_leaves_the_language(folder: Path) -> None:
    test = AppTest.from_file(SCRIPT, default_timeout=20)
    test.query_params["lang"] = "es"
    test.session_state["opener"] = Opener()
    test.run()
    test.session_state["tongue"] = None
    assert test.run().title[0].value == "Empieza en tres pasos"
    assert test.session_state["tongue"] == "es"
    assert not test.exception


def test_a_refused_question_stays_in_the_box_and_its_reason_until_the_next_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(folder, MANUAL)
    test = page()
    with monkeypatch.context() as broken:
        broken.setattr(Desk, "ask", locked)
        test.chat_input[0].set_value("How?").run()
        assert test.chat_input[0].value == "How?"
        assert "the library is locked" in test.run().error[0].value
    ask(test, "How?")
    assert not test.error
    assert not test.exception


def test_what_is_not_indexed_is_said_to_be_coming_while_somebody_writes(folder: Path) -> None:
    """A watched folder, or a command line: there is nothing to be done about it."""
    fill(folder, MANUAL)
    again, coming = "Finish that in the library", "Adding files"
    with write_lock(folder, "ingest"):
        seen = everything(page())
        assert coming in seen
        assert again not in seen
    seen = everything(page())
    assert again in seen
    assert coming not in seen
    (folder / "write.lock.json").write_text("{}")  # its writer has been killed
    assert again in everything(page())


def test_switching_the_language_keeps_the_conversation(folder: Path) -> None:
    fill(folder, MANUAL)
    test = ask(page(), "How?")
    test.session_state["tongue"] = "es"
    test.run()
    assert "✓\u00a0comprobada" in everything(test)


# -- answers on their way -----------------------------------------------------------------------------------------


def desk_of(folder: Path, opener: Opener) -> Desk:
    fill(folder, MANUAL)
    return Desk(Settings(library=folder), opener)


def test_a_stop_ends_the_answer_and_keeps_the_text_so_far(tmp_path: Path) -> None:
    opener = Opener(("One ", "two."))
    opener.gated = True
    desk = desk_of(tmp_path, opener)
    chat = desk.chat(None)
    desk.ask(chat, Request("How?"))
    running = chat.running
    assert running is not None
    until(lambda: running.progress().text == "One ")
    running.stop()
    running.join(5)
    (turn,) = chat.turns
    assert (turn.stopped, turn.answer, turn.text, chat.running) == (True, None, "One ", None)


def test_a_reload_finds_the_conversation_and_its_running_answer(tmp_path: Path) -> None:
    opener = Opener()
    opener.gated = True
    desk = desk_of(tmp_path, opener)
    chat = desk.chat(None)
    desk.ask(chat, Request("How?"))
    assert desk.chat(chat.id) is chat
    until(lambda: bool(opener.opened))
    opener.opened[0].gate.set()
    until(lambda: len(desk.chat(chat.id).turns) == 1)


def test_a_second_question_waits_for_the_first_and_knows_its_answer(tmp_path: Path) -> None:
    opener = Opener()
    opener.gated = True
    desk = desk_of(tmp_path, opener)
    chat = desk.chat(None)
    desk.ask(chat, Request("One?"))
    desk.ask(chat, Request("Two?"))
    until(lambda: bool(opener.opened and opener.opened[0].asked))
    assert [waiting.request.question for waiting in chat.waiting] == ["Two?"]
    assert not chat.idle
    opener.opened[0].gate.set()
    until(lambda: chat.running is None)
    assert [turn.request.question for turn in chat.turns] == ["One?", "Two?"]
    assert [message.text for message in opener.opened[0].asked[1][3]] == ["One?", "Hold the button [1]."]


def test_what_waits_can_be_taken_back(tmp_path: Path) -> None:
    opener = Opener()
    opener.gated = True
    desk = desk_of(tmp_path, opener)
    chat = desk.chat(None)
    desk.ask(chat, Request("One?"))
    desk.ask(chat, Request("Two?"))
    chat.take_back()
    until(lambda: bool(opener.opened))
    opener.opened[0].gate.set()
    until(lambda: chat.running is None)
    assert [turn.request.question for turn in chat.turns] == ["One?"]


def test_many_conversations_open_one_assistant(tmp_path: Path) -> None:
    opener = Opener()
    desk = desk_of(tmp_path, opener)
    chats = [desk.chat(None) for _ in range(8)]
    for chat in chats:
        desk.ask(chat, Request("How?"))
    until(lambda: all(chat.turns for chat in chats))
    assert len(opener.opened) == 1


def test_the_assistant_is_opened_once_ahead_of_the_first_question(folder: Path) -> None:
    fill(folder, MANUAL)
    opener = Opener()
    test = page(opener)
    until(lambda: len(opener.opened) == 1)
    ask(test, "How?")
    assert len(opener.opened) == 1


def test_old_conversations_make_room(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, Opener())
    chats = [desk.chat(None) for _ in range(CHATS_KEPT + 1)]
    for chat in chats:
        desk.ask(chat, Request("How?"))
        until(lambda chat=chat: chat.running is None)
    assert desk.chat(chats[-1].id) is chats[-1]
    assert desk.chat(chats[0].id) is not chats[0]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_tomo_itself_ends_the_turn() -> None:
    def faulty() -> None:
        raise RuntimeError("a fault")

    chat = Chat("x")
    chat.start(Request("How?"), faulty)
    until(lambda: chat.running is None)
    (turn,) = chat.turns
    assert (turn.answer, turn.error, turn.stopped) == (None, "", False)


# -- the library --------------------------------------------------------------------------------------------------


class Sent:
    """A file as the browser sends it."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self._data = [data]

    def read(self, size: int = -1, /) -> bytes:
        return self._data.pop() if self._data else b""


def test_uploads_land_whole_under_safe_names(tmp_path: Path) -> None:
    saved = save_uploads([Sent("../a.md", b"one"), Sent("a.md", b"two")], tmp_path / "uploads").paths
    assert [path.name for path in saved] == ["a.md", "a (2).md"]
    assert [path.read_bytes() for path in saved] == [b"one", b"two"]
    assert sorted(path.name for path in (tmp_path / "uploads").iterdir()) == ["a (2).md", "a.md"]


def test_an_upload_again_replaces_the_first(tmp_path: Path) -> None:
    save_uploads([Sent("a.md", b"one")], tmp_path)
    assert [p.read_bytes() for p in save_uploads([Sent("a.md", b"two")], tmp_path).paths] == [b"two"]
    assert len(list(tmp_path.iterdir())) == 1


def test_an_upload_that_cannot_be_saved_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "uploads").write_text("in the way")
    with pytest.raises(LibraryError, match="Free some space"):
        save_uploads([Sent("a.md", b"one")], tmp_path / "uploads")


def test_an_intake_that_cannot_run_gives_its_reason_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "library").write_text("a file where a folder should be")
    (tmp_path / "a.md").write_text("# A\n\nb")
    intake, _ = start_intake([tmp_path / "a.md"], tmp_path / "library")
    until(lambda: intake.done, 60)
    assert "Traceback" not in intake.error
    assert str(tmp_path / "library") in intake.error


# -- pages and numbers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "quote", "parts"),
    [
        pytest.param("a b c", "b", ("a ", "b", " c"), id="inside"),
        pytest.param("a b\n c d", "b c", ("a ", "b\n c", " d"), id="across-lines"),
        pytest.param("a", "z", ("a", "", ""), id="absent"),
        pytest.param("a", "", ("a", "", ""), id="no-quote"),
        pytest.param("a (b", "(b", ("a ", "(b", ""), id="not-a-pattern"),
    ],
)
def test_a_quote_is_found_as_the_page_has_it(text: str, quote: str, parts: tuple[str, str, str]) -> None:
    assert split_at(text, quote) == parts
    assert "".join(split_at(text, quote)) == text


def one_page_pdf(path: Path, text: str) -> Path:
    content = f"BT /F1 18 Tf 40 700 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%s endobj\n" % (n, o) for n, o in enumerate(objects, 1))
    path.write_bytes(body + b"trailer<</Root 1 0 R>>")
    return path


def test_a_page_is_drawn_and_a_quote_on_it_is_marked(tmp_path: Path) -> None:
    pdf = str(one_page_pdf(tmp_path / "a.pdf", QUOTE))
    bare, marked = page_picture(pdf, 1, "not there"), page_picture(pdf, 1, "power  button\nfor")
    assert bare is not None
    assert marked is not None
    assert bare.png != marked.png
    assert int.from_bytes(bare.png[16:20], "big") <= 1000
    assert bare.quoted is None
    assert marked.quoted == pytest.approx((842 - 700 - 14) / 842, abs=0.01)  # a line of 18 points at 700 of 842


@pytest.mark.parametrize(
    ("data", "number"), [(b"not a pdf", 1), (b"", 1), (None, 9)], ids=["broken", "empty", "no-such-page"]
)
def test_a_page_that_cannot_be_drawn_is_none(tmp_path: Path, data: bytes | None, number: int) -> None:
    pdf = one_page_pdf(tmp_path / "a.pdf", QUOTE)
    if data is not None:
        pdf.write_bytes(data)
    assert page_picture(str(pdf), number, QUOTE) is None


def test_the_bar_is_as_wide_as_the_window() -> None:
    svg = bar(Tokens(system=100, document=200, history=0, question=50, reserve=50, window=400))
    widths = [float(part.split('"')[0]) for part in svg.split('y="0" width="')[1:]]
    assert widths == [180.0, 360.0, 0.0, 90.0, 90.0]
    assert sum(widths) == 720.0


def test_threads_do_not_outlive_their_answers(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, Opener())
    chat = desk.chat(None)
    desk.ask(chat, Request("How?"))
    until(lambda: chat.running is None)
    until(lambda: not any(thread.name == "tomo-answer" for thread in threading.enumerate()))
