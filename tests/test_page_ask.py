"""Around a question: its scope, its page, asked again, edited, with a file, in a row."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ingest.filters import Filters
from ingest.library import Library
from ingest.readers.ticket_page import Comment, Ticket, render
from rag.chats.store import Chats
from rag.chats.types import Request, Turn
from rag.page.desk import Desk
from rag.page.turn import again
from rag.types import LeftOut, Pin
from tests.fakes_assistant import MANUAL, QUOTE, TICKET, Opener, citation, fill
from tests.test_page import Sent, ask, chips, desk_of, everything, locked, page, until


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TOMO_LIBRARY", str(tmp_path / "library"))
    return tmp_path / "library"


def button(test: AppTest, ending: str):  # type: ignore[no-untyped-def]
    return next(found for found in test.button if (found.key or "").endswith(ending))


def settled(test: AppTest) -> AppTest:
    until(lambda: "stop" not in {found.key for found in test.run().button})
    return test


# -- scope --------------------------------------------------------------------------------------------------------


def test_what_narrows_the_search_reaches_the_assistant_and_is_said(folder: Path) -> None:
    fill(folder, MANUAL, TICKET)
    opener = Opener()
    test = page(opener)
    test.session_state["scope_sort"] = "ticket"
    test.session_state["scope_status"] = "closed"
    ask(test.run(), "How?")
    assert opener.opened[0].filters == [Filters(kind="ticket", status="closed")]
    assert "Asked only in: tickets, closed" in everything(test).replace("\\", "")


def test_to_ask_about_one_document_clears_what_narrowed_and_keeps_how_to_answer(folder: Path) -> None:
    fill(folder, MANUAL, TICKET)
    opener = Opener()
    test = page(opener)
    test.session_state["scope_sort"], test.session_state["scope_status"] = "ticket", "closed"
    test.session_state["style"] = "write"
    test.session_state["narrowed"] = ["manual-1"]
    ask(test.run(), "How?")
    assert opener.opened[0].filters == [Filters()]
    assert "Asked only in: Router guide" in everything(test).replace("\\", "")
    assert test.session_state["style"] == "write"


def test_the_picker_offers_documents_products_and_a_way_back(folder: Path) -> None:
    product = replace(TICKET, id="ticket-2", fields=replace(TICKET.fields, product="Faro", version="2.1"))
    fill(folder, MANUAL, TICKET, product)
    test = page()
    test.button(key="scope_picker").click().run()
    assert list(test.multiselect(key="scope").options) == [
        "El router no enciende",
        "El router no enciende",
        "Router guide",
    ]
    test.selectbox(key="scope_product-en").set_value("Faro")
    test.session_state["scope_sort"] = "ticket"
    test.button(key="scope_picker").click().run()
    assert test.selectbox(key="scope_version-en").options == ["All", "2.1"]
    test.session_state["tongue"] = "es"
    test.run().button(key="scope_picker").click().run()
    assert test.selectbox(key="scope_version-es").options == ["Todas", "2.1"]
    assert "tickets \\+1" in test.button(key="scope_picker").label
    test.button(key="scope_clear").click().run()
    assert test.session_state["scope_product"] == ""
    assert not test.exception


# -- sources ------------------------------------------------------------------------------------------------------


def test_a_chip_opens_the_page_with_its_quote_and_turns_to_the_next(folder: Path) -> None:
    fill(folder, MANUAL)
    test = ask(page(), "How?")
    button(test, "-1").click().run()
    assert f":yellow-background[{QUOTE}]".replace(".", "\\.") in everything(test)
    assert "2 of 2" in everything(test)
    told = "The quoted text is on page 1 \\(number 2 in the file\\), word for word."
    assert told in everything(test)
    button(test, "chevron_left:").click().run()
    button(test, "-1").click().run()
    assert not test.exception


def test_a_chip_of_a_ticket_opens_its_thread_with_status_and_resolution(folder: Path) -> None:
    fill(folder, MANUAL, TICKET)
    cited = replace(citation(), document_id="ticket-1", page=1, label="1", quote="desde ayer")
    test = ask(page(Opener(citations=(cited,))), "How?")
    assert "· SUP\\-7 " in button(test, "-1").label
    button(test, "-1").click().run()
    seen = everything(test)
    assert "Status: Closed" in seen
    assert any("Fixed" in element.value for element in test.success)
    assert ":yellow-background[desde ayer]" in seen
    assert not test.exception


def test_a_quote_over_several_messages_of_a_ticket_is_marked_in_each(folder: Path) -> None:
    comments = (Comment("Ana", "2024-05-02", "Try a reset.\nThen wait."), Comment("Eva", "", "It works now."))
    ticket = render(Ticket("No light", "The lamp is off.", TICKET.fields, comments=comments), "ticket-1")
    fill(folder, MANUAL, ticket)
    text = ticket.pages[0].text
    quote = text[: text.index(" now.")]
    cited = replace(citation(), document_id="ticket-1", page=1, label="1", quote=quote)
    test = ask(page(Opener(citations=(cited,))), "How?")
    button(test, "-1").click().run()
    marked = re.findall(r":yellow-background\[(.*?)(?<!\\)\]", everything(test).replace("\\.", "."))
    assert marked == ["The lamp is off.", "Try a reset.", "Then wait.", "It works"]
    assert [text.value for text in test.markdown if text.value == "No light"] == []
    assert not test.exception


def test_a_chip_of_a_document_that_is_gone_says_so(folder: Path) -> None:
    fill(folder, MANUAL, TICKET)
    test = ask(page(), "How?")
    Library(folder).forget_document("manual-1")
    button(test, "-1").click().run()
    assert "no longer in the library" in everything(test)
    assert "word for word" not in everything(test)
    assert not test.exception


# -- again --------------------------------------------------------------------------------------------------------


def test_an_edited_question_takes_the_place_of_the_first_one(folder: Path) -> None:
    fill(folder, MANUAL)
    opener = Opener()
    test = ask(page(opener), "How do I rstart it?")
    button(test, "-edit").click().run()
    assert "You are editing a question" in everything(test)
    ask(test, "How do I restart it?")
    assert opener.opened[0].asked[1][3] == ()  # the first version is no part of the conversation any more
    assert len(chips(test)) == 1
    assert "1 earlier version" in everything(test)
    assert "You are editing" not in everything(test)
    ask(test, "And then?")
    assert opener.opened[0].asked[2][3][0].text == "How do I restart it?"


def test_an_edited_question_that_is_refused_is_still_being_edited(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(folder, MANUAL)
    test = ask(page(), "How?")
    button(test, "-edit").click().run()
    with monkeypatch.context() as broken:
        broken.setattr(Desk, "ask", locked)
        test.chat_input[0].set_value("How long?").run()
    assert test.chat_input[0].value == "How long?"
    assert "You are editing a question" in everything(test)
    ask(test, "How long?")
    assert "1 earlier version" in everything(test)
    assert not test.error


def test_an_edit_can_be_given_up(folder: Path) -> None:
    fill(folder, MANUAL)
    test = ask(page(), "How?")
    button(test, "-edit").click().run()
    test.button(key="edit_no").click().run()
    assert "You are editing" not in everything(test)
    ask(test, "Another?")
    assert len(chips(test)) == 2


def test_a_question_asked_again_stands_once_after_a_restart_too(folder: Path) -> None:
    fill(folder, MANUAL)
    opener = Opener()
    test = ask(page(opener), "How?")
    button(test, "-again").click().run()
    settled(test)
    assert [asked[0] for asked in opener.opened[0].asked] == ["How?", "How?"]
    assert len(chips(test)) == 1
    again = AppTest.from_file(str(Path(__file__).parent / "browser" / "page.py"), default_timeout=20)
    again.session_state["tongue"], again.session_state["opener"] = "en", Opener()
    again.query_params["chat"] = test.query_params["chat"]
    assert len(chips(again.run())) == 1


def test_a_suggestion_is_asked_as_it_reads(folder: Path) -> None:
    from ingest.types import Section

    around = (Section("Restart", 1, 2), Section("Waiting", 1, 2, 20), Section("Cleaning the fan", 1, 2, 47))
    headed = replace(MANUAL, sections=around)  # the second is within what is quoted
    fill(folder, headed)
    opener = Opener()
    test = ask(page(opener), "How?")
    button(test, "-go0").click().run()
    settled(test)
    assert opener.opened[0].asked[1][0] == "What should I know about “Cleaning the fan”?"
    assert len(chips(test)) == 2


def test_nothing_is_suggested_after_a_refusal(folder: Path) -> None:
    from ingest.types import Section

    fill(folder, replace(MANUAL, sections=(Section("Restart", 1, 2), Section("Cleaning the fan", 1, 2, 20))))
    test = ask(page(Opener(("It does not say.",), refused=True)), "How?")
    assert chips(test)
    assert not any("-go0" in (each.key or "") for each in test.button)


# -- questions in a row and with files ----------------------------------------------------------------------------


def test_what_is_sent_meanwhile_is_shown_and_can_be_taken_back(folder: Path) -> None:
    fill(folder, MANUAL)
    opener = Opener()
    opener.gated = True
    test = page(opener)
    test.chat_input[0].set_value("One?").run()
    test.chat_input[0].set_value("Two?").run()
    assert "Waits for its turn" in everything(test)
    assert not test.chat_input[0].disabled
    test.button(key="take_back").click().run()
    assert "Waits for its turn" not in everything(test)
    until(lambda: bool(opener.opened))
    opener.opened[0].gate.set()
    settled(test)
    assert [asked[0] for asked in opener.opened[0].asked] == ["One?"]


def test_a_reading_that_was_stopped_is_no_answer_and_nothing_to_go_on_from(tmp_path: Path) -> None:
    opener = Opener(prefill=1000)
    desk = desk_of(tmp_path, opener)
    chat = desk.chat(None)
    desk.ask(chat, Request("How?"))
    running = chat.running
    assert running is not None
    until(lambda: running.progress().working is not None)
    running.stop()
    until(lambda: chat.running is None)
    (turn,) = chat.turns
    assert (turn.stopped, turn.answer, turn.text) == (True, None, "")
    assert chat.said_before(Request("And?")) == ()


def test_a_question_with_a_file_is_asked_about_that_file(tmp_path: Path) -> None:
    opener = Opener()
    desk = desk_of(tmp_path, opener)
    chat = desk.chat(None)
    desk.ask_about(chat, Request("What is it?", filters=Filters(kind="ticket")), [Sent("new.md", b"# New\n\nA pump.")])
    assert chat.running is not None
    assert chat.running.progress().phase == "adding"
    until(lambda: chat.running is None, 120)
    (turn,) = chat.turns
    (row,) = [row for row in desk.documents() if row.file == "new.md"]
    assert turn.request == Request("What is it?", documents=(row.id,), titles=("new.md",))
    assert opener.opened[0].asked[0][2] == (row.id,)
    saved = desk.chats.conversation(chat.id)
    assert saved is not None
    assert saved.turns[0].request == turn.request


@pytest.mark.parametrize(("name", "data"), [("a.pdf", b"no pdf"), ("a.xyz", b"?")], ids=["not-what-it-says", "unknown"])
def test_a_file_that_cannot_be_read_ends_the_question_with_its_reason(tmp_path: Path, name: str, data: bytes) -> None:
    desk = desk_of(tmp_path, Opener())
    chat = desk.chat(None)
    desk.ask_about(chat, Request("What is it?"), [Sent(name, data)])
    until(lambda: chat.running is None, 60)
    assert name in chat.turns[0].error
    assert chat.turns[0].answer is None


def test_a_question_about_a_file_that_was_not_read_is_not_asked_of_the_whole_library_again(tmp_path: Path) -> None:
    opener = Opener()
    desk = desk_of(tmp_path, opener)
    chat = desk.chat(None)
    desk.ask_about(chat, Request("What is it?"), [Sent("a.pdf", b"%PDF-1.4 broken")])
    until(lambda: chat.running is None, 60)
    desk.ask(chat, again(chat.turns[0], chat.turns[0].request))
    until(lambda: chat.running is None, 60)
    assert [turn.error.split(":")[0] for turn in chat.turns] == ["a.pdf", "a.pdf"]
    assert not opener.opened
    (desk.library.folder / "uploads" / "a.pdf").unlink()
    desk.ask(chat, chat.turns[0].request)
    until(lambda: chat.running is None, 60)
    assert chat.turns[2].answer is not None
    assert chat.turns[2].request.titles == ()


def test_an_edited_question_keeps_the_file_that_was_not_read(folder: Path) -> None:
    fill(folder, MANUAL)
    chats, request = Chats(folder), Request("How?", titles=("a.pdf",))
    chats.finish(chats.begin("a", request), Turn(request, stopped=True))
    chats.close()
    (folder / "uploads").mkdir()
    (folder / "uploads" / "a.pdf").write_bytes(b"%PDF-1.4 broken")
    test = page()
    test.query_params["chat"] = "a"
    button(test.run(), "-edit").click().run()
    test.chat_input[0].set_value("How fast?").run()
    until(lambda: bool(test.run().error), 60)
    assert "Asked only in: a.pdf" in everything(test).replace("\\", "")


def test_a_file_that_cannot_be_read_beside_one_that_can_is_told_and_not_called_asked_about(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, Opener())
    chat = desk.chat(None)
    sent = [Sent("new.md", b"# New\n\nA pump."), Sent("a.pdf", b"no pdf"), Sent("b.pdf", b"%PDF-1.4 broken")]
    desk.ask_about(chat, Request("What is it?"), sent)
    until(lambda: chat.running is None, 120)
    (turn,) = chat.turns
    assert turn.answer is not None
    assert turn.request.titles == ("new.md",)
    assert [reason.split(":")[0] for reason in turn.request.unread] == ["a.pdf", "b.pdf"]
    kept = desk.chats.conversation(chat.id)
    assert kept is not None
    assert kept.turns[0].request == turn.request


def test_a_file_that_came_with_a_question_and_was_not_read_stands_under_it(folder: Path) -> None:
    fill(folder, MANUAL)
    unread = ("a.pdf: is damaged and no longer a PDF. Get a new copy of it.",)
    chats, request = Chats(folder), Request("How?", titles=("new.md",), unread=unread)
    chats.finish(chats.begin("a", request), Turn(request, stopped=True, text="So."))
    chats.close()
    test = page(tongue="es")
    test.query_params["chat"] = "a"
    shown = everything(test.run()).replace("\\", "")
    assert "a.pdf: está dañado" in shown


def test_a_stop_while_a_file_is_added_asks_nothing(tmp_path: Path) -> None:
    opener = Opener()
    desk = desk_of(tmp_path, opener)
    chat = desk.chat(None)
    desk.ask_about(chat, Request("What is it?"), [Sent("new.md", b"# New\n\nA pump.")])
    running = chat.running
    assert running is not None
    running.stop()
    started = time.monotonic()
    until(lambda: chat.running is None)
    assert time.monotonic() - started < 5
    assert chat.turns[0].stopped
    assert not opener.opened


# -- what was left out --------------------------------------------------------------------------------------------


def test_what_was_left_out_can_be_included(folder: Path) -> None:
    fill(folder, MANUAL, TICKET)
    left = (LeftOut("El router no enciende, page 1", 20, "no room", False, "ticket-1", 1, 0, 9),)
    opener = Opener(left_out=left)
    test = ask(page(opener), "How?")
    key = next(found.key for found in test.button if (found.key or "").endswith("-edit")).removesuffix("-edit")
    test.session_state[f"{key}-left"] = True
    test.run()
    button(test, "-add0").click().run()
    settled(test)
    assistant = opener.opened[0]
    assert assistant.pinned == [(), (Pin("ticket-1", 1, 0, 9),)]
    assert assistant.asked[1][:3] == assistant.asked[0][:3]
    assert not test.exception
