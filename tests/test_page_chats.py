"""Conversations of the page: saved as they go, listed, renamed, rated, deleted."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string

from ingest.settings import Settings
from rag.chats.store import PAGE, Chats
from rag.chats.types import Rating, Request, Turn
from rag.events import Answer
from rag.page.answers import Chat
from rag.page.chat_list import file_of, when
from rag.page.desk import Desk
from rag.page.feedback import rating_of
from rag.page.owners import owner_of, steady
from tests.fakes_assistant import MANUAL, Opener, citation, fill, receipt
from tests.test_page import ask, everything, page, until

ANSWER = Answer("How?", "Hold the button [1].", False, "en", (citation(),), receipt())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TOMO_LIBRARY", str(tmp_path / "library"))
    fill(tmp_path / "library", MANUAL).close()
    return tmp_path / "library"


def saved(folder: Path, chat: str, question: str = "How?", answer: Answer | None = ANSWER) -> int:
    """One whole turn, as another process would have saved it."""
    chats = Chats(folder)
    turn_id = chats.begin(chat, Request(question))
    chats.finish(turn_id, Turn(Request(question), answer))
    chats.close()
    return turn_id


def opened(chat: str, tongue: str = "en") -> AppTest:
    """The page, reached by the address of a conversation."""
    test = AppTest.from_file(str(Path(__file__).parent / "browser" / "page.py"), default_timeout=20)
    test.session_state["tongue"] = tongue
    test.session_state["opener"] = Opener()
    test.query_params["chat"] = chat
    return test.run()


def desk_of(folder: Path, opener: Opener | None = None) -> Desk:
    return Desk(Settings(library=folder), opener or Opener())


def answered(desk: Desk, question: str = "How?", chat: Chat | None = None) -> Chat:
    chat = chat or desk.chat(None)
    desk.ask(chat, Request(question))
    until(lambda: chat.running is None)
    return chat


def test_a_conversation_of_another_day_has_room_for_its_date_in_the_line(folder: Path) -> None:
    for chat in "ab":
        saved(folder, chat, "The router of the hotel in Vigo restarts at night")
    with sqlite3.connect(folder / "chats.sqlite3") as db:
        db.execute("UPDATE chats SET updated = updated - 400000 WHERE id = 'b'")
    shown = {button.key: button.label.replace(":gray[", "").rstrip("]") for button in page().button}
    assert len(shown["open-b"]) <= len(shown["open-a"]) + 1


# -- saved as they go ---------------------------------------------------------------------------------------------


def test_conversations_that_begin_alike_can_be_told_apart(folder: Path) -> None:
    long = "The router of the hotel in Vigo restarts "
    saved(folder, "a", f"{long}at night [why]?")
    saved(folder, "b", f"{long}when it rains?")
    rows = {button.key: button for button in page().button}
    assert rows["open-a"].label.split(" :gray")[0] == rows["open-b"].label.split(" :gray")[0]
    assert rows["open-a"].help == "The router of the hotel in Vigo restarts at night \\[why\\]\\? · 1 question"


def test_a_conversation_is_there_after_a_restart(folder: Path) -> None:
    before = answered(desk_of(folder))
    again = desk_of(folder).chat(before.id)
    assert again.id == before.id
    assert again.turns == before.turns
    assert again.said_before(Request("And then?")) == before.said_before(Request("And then?")) != ()


def test_a_conversation_whose_name_streamlit_would_refuse_is_shown(folder: Path) -> None:
    saved(folder, "0aB-__Zx9c1d")
    test = opened("0aB-__Zx9c1d")
    assert not test.exception
    assert "Hold the button" in everything(test)


def test_names_of_conversations_are_such_that_streamlit_takes_them(folder: Path) -> None:
    desk = desk_of(folder)
    assert all(desk.chat(None).id.isalnum() for _ in range(300))


def test_a_question_is_on_disk_while_it_is_answered_and_again_when_it_is_done(folder: Path) -> None:
    opener = Opener()
    opener.gated = True
    desk = desk_of(folder, opener)
    chat = desk.chat(None)
    desk.ask(chat, Request("How?"))
    (row,) = Chats(folder).listed()
    assert row.title == "How?"
    until(lambda: bool(opener.opened))
    opener.opened[0].gate.set()
    until(lambda: chat.running is None)
    found = Chats(folder).conversation(chat.id)
    assert found is not None
    assert found.turns == tuple(chat.turns)


def test_the_words_so_far_are_saved_on_the_way(folder: Path) -> None:
    opener = Opener(("One ", "two."))
    opener.gated = True
    desk = desk_of(folder, opener)
    chat = desk.chat(None)
    desk.ask(chat, Request("How?"))
    other = Chats(folder)

    def text() -> str:
        found = other.conversation(chat.id)
        return found.turns[0].text if found else ""

    until(lambda: text() == "One ")
    opener.opened[0].gate.set()
    until(lambda: chat.running is None)
    assert text() == "One two."


def test_what_another_process_says_in_it_is_seen(folder: Path) -> None:
    desk = desk_of(folder)
    chat = answered(desk, "One?")
    saved(folder, chat.id, "Two?")
    assert [turn.request.question for turn in desk.chat(chat.id).turns] == ["One?", "Two?"]


def test_a_conversation_deleted_elsewhere_is_gone(folder: Path) -> None:
    desk = desk_of(folder)
    chat = answered(desk)
    Chats(folder).delete(chat.id)
    assert desk.chat(chat.id).turns == []
    assert desk.chat(chat.id).id != chat.id


@pytest.mark.parametrize("writable", [True, False], ids=["saved", "not-saved-yet"])
def test_a_conversation_deleted_while_it_is_answered_does_not_come_back(folder: Path, writable: bool) -> None:
    opener = Opener()
    opener.gated = True
    desk = desk_of(folder, opener)
    chat = desk.chat(None)
    with desk.chats.file.reading() as db:
        db.execute(f"PRAGMA query_only = {not writable}")
        desk.ask(chat, Request("How?"))
        db.execute("PRAGMA query_only = OFF")
    assert (chat.unsaved == "") == writable
    desk.forget(chat.id)
    until(lambda: chat.running is None)
    assert Chats(folder).listed() == ()


def test_another_owner_neither_sees_nor_opens_it(folder: Path) -> None:
    desk = desk_of(folder)
    chat = answered(desk, chat=desk.chat(None, "me"))
    assert desk.chat(chat.id, "me") is chat
    for owner in ("you", ""):
        assert desk.chat(chat.id, owner).turns == []
        assert desk.chats.of(owner).listed() == ()


def test_an_answer_that_cannot_be_saved_stays_and_is_saved_with_the_next(folder: Path) -> None:
    opener = Opener()
    opener.gated = True
    desk = desk_of(folder, opener)
    chat = desk.chat(None)
    with desk.chats.file.reading() as db:
        db.execute("PRAGMA query_only = ON")
    desk.ask(chat, Request("One?"))
    until(lambda: bool(opener.opened))
    opener.opened[0].gate.set()
    until(lambda: chat.running is None)
    assert "permissions" in chat.unsaved
    assert desk.chat(chat.id) is chat
    assert [turn.answer.text for turn in chat.turns if turn.answer] == ["Hold the button [1]."]
    with desk.chats.file.reading() as db:
        db.execute("PRAGMA query_only = OFF")
    answered(desk, "Two?", chat)
    assert chat.unsaved == ""
    found = Chats(folder).conversation(chat.id)
    assert found is not None
    assert [turn.request.question for turn in found.turns] == ["One?", "Two?"]
    assert [turn.request.question for turn in desk.chat(chat.id).turns] == ["One?", "Two?"]


# -- the page -----------------------------------------------------------------------------------------------------


def test_the_page_lists_conversations_and_opens_one(folder: Path) -> None:
    saved(folder, "a", "First of a?")
    saved(folder, "b", "First *of* b?")
    test = page()
    labels = [button.label for button in test.button if (button.key or "").startswith("open-")]
    assert [label.split(" :gray")[0] for label in labels] == ["First \\*of\\* b\\?", "First of a\\?"]
    test.button(key="open-a").click().run()
    assert test.query_params["chat"] == "a"
    assert "Hold the button" in everything(test)
    assert not test.exception


def test_the_list_narrows_to_the_words_that_are_typed(folder: Path) -> None:
    saved(folder, "a", "¿Cómo reinicio el router?")
    saved(folder, "b", "Who?")
    test = page(tongue="es")
    test.text_input(key="find_chat").set_value("COMO rein").run()
    assert [button.key for button in test.button if (button.key or "").startswith("open-")] == ["open-a"]
    test.text_input(key="find_chat").set_value("zzz").run()
    assert "Ninguna conversación tiene esas palabras." in everything(test)
    assert not test.exception


def test_a_long_list_shows_a_page_and_more_when_asked(folder: Path) -> None:
    chats = Chats(folder)
    for n in range(PAGE + 2):
        chats.finish(chats.begin(f"c{n}", Request(f"{n}?")), Turn(Request(f"{n}?"), ANSWER))
    test = page()
    assert sum((button.key or "").startswith("open-") for button in test.button) == PAGE
    beside = [getattr(each, "key", None) for each in test.sidebar]
    assert beside.index("tongue") < beside.index("find_chat"), "nobody looks for the language below all of them"
    test.button(key="more_chats").click().run()
    assert sum((button.key or "").startswith("open-") for button in test.button) == PAGE + 2
    assert not [button for button in test.button if button.key == "more_chats"]


def test_an_open_conversation_can_be_renamed(folder: Path) -> None:
    saved(folder, "a", "How?")
    test = opened("a")
    test.text_input(key="title-a-How?").set_value("Restart").run()
    assert [row.title for row in Chats(folder).listed()] == ["Restart"]
    assert any("Restart" in button.label for button in test.button)
    assert not test.exception


def test_a_title_that_differs_by_blanks_alone_is_drawn_once(folder: Path) -> None:
    saved(folder, "a", "How?")
    test = opened("a")
    test.text_input(key="title-a-How?").set_value(" How?  ").run()
    assert [row.title for row in Chats(folder).listed()] == ["How?"]
    assert not test.exception


def test_a_deletion_asks_first_and_then_deletes(folder: Path) -> None:
    saved(folder, "a", "How?")
    test = opened("a")
    test.button(key="delete_chat_ask").click().run()
    assert len(Chats(folder).listed()) == 1
    assert "cannot be undone" in everything(test)
    test.button(key="delete_chat_no").click().run()
    assert len(Chats(folder).listed()) == 1
    test.button(key="delete_chat_ask").click().run()
    test.button(key="delete_chat_yes").click().run()
    assert Chats(folder).listed() == ()
    assert test.title[0].value == "What do you need to know?"
    assert "chat" not in test.query_params
    assert not test.exception


def test_a_thumb_with_its_reason_is_kept_and_shown_again(folder: Path) -> None:
    turn_id = saved(folder, "a", "How?")
    test = opened("a")
    key = f"a-{turn_id}"
    test.feedback(key=f"{key}-thumb").set_value(0).run()
    test.text_input(key=f"{key}-note").set_value("It is page 12").run()

    def rating() -> Rating | None:
        found = Chats(folder).conversation("a")
        return found.turns[0].rating if found else None

    assert rating() == Rating(False, "", "It is page 12")
    again = opened("a")
    assert again.feedback(key=f"{key}-thumb").value == 0
    assert again.text_input(key=f"{key}-note").value == "It is page 12"
    again.feedback(key=f"{key}-thumb").set_value(None).run()
    assert rating() is None
    assert not again.exception


def test_a_rating_outlives_a_look_at_something_else(folder: Path) -> None:
    """Streamlit forgets a thumb that was not drawn; the turn may not have been read again since it was given."""
    turn_id = saved(folder, "a", "How?")

    def under() -> None:
        import streamlit as st

        from rag.page.feedback import draw_rating
        from rag.page.strings import Say

        if not st.toggle("elsewhere", key="elsewhere"):
            draw_rating(st.session_state["turn"], st.session_state["chats"], Say("en"), "k")

    test = AppTest.from_function(under, default_timeout=20)
    chats = test.session_state["chats"] = Chats(folder)
    test.session_state["turn"] = Turn(Request("How?"), ANSWER, id=turn_id)
    test.run().feedback(key="k-thumb").set_value(1).run()
    test.toggle(key="elsewhere").set_value(True).run()
    test.toggle(key="elsewhere").set_value(False).run()
    found = chats.conversation("a")
    assert found
    assert found.turns[0].rating == Rating(good=True)
    assert test.feedback(key="k-thumb").value == 1
    assert not test.exception


@pytest.mark.parametrize(
    ("thumb", "reason", "note", "rating"),
    [
        pytest.param(None, "wrong", "x", None, id="none"),
        pytest.param(1, "wrong", " x ", Rating(True, "", "x"), id="good-has-no-reason"),
        pytest.param(0, "wrong", "", Rating(False, "wrong"), id="bad"),
        pytest.param(0, None, "", Rating(False), id="bad-without-a-reason"),
    ],
)
def test_a_rating_is_made_of_what_was_chosen(thumb, reason, note, rating) -> None:
    assert rating_of(thumb, reason, note) == rating


@pytest.mark.parametrize(("tongue", "words"), [("en", "Tomo was closed before"), ("es", "Tomo se cerró antes")])
def test_an_interrupted_turn_says_so_and_can_be_asked_again(folder: Path, tongue: str, words: str) -> None:
    chats = Chats(folder)
    turn_id = chats.begin("a", Request("Will this end?"))
    chats.write(turn_id, "Not qui")
    chats.close()
    test = opened("a", tongue)
    seen = everything(test)
    assert "Not qui" in seen
    assert words in seen
    test.button(key=f"a-{turn_id}-again").click().run()
    until(lambda: not test.run().chat_input[0].disabled)
    assert "Hold the button" in everything(test)
    found = Chats(folder).conversation("a")
    assert found is not None
    assert [turn.request.question for turn in found.turns] == ["Will this end?"] * 2
    assert not test.exception


def test_an_unknown_address_is_a_new_conversation(folder: Path) -> None:
    test = opened("../../etc/passwd")
    assert test.title[0].value == "What do you need to know?"
    assert not test.exception


def test_conversations_that_cannot_be_read_are_a_sentence_and_answers_still_come(folder: Path) -> None:
    (folder / "chats.sqlite3").write_bytes(b"no database" * 1000)
    test = ask(page(), "How?")
    seen = everything(test)
    assert "Hold the button" in seen
    assert "is damaged" in seen.replace("\\", "")
    assert "could not be saved" in seen
    assert not test.exception


def test_a_file_that_another_program_holds_leaves_the_answer_on_the_screen(folder: Path) -> None:
    test = ask(page(), "One?")
    holder = sqlite3.connect(folder / "chats.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    ask(test, "Two?")
    seen = everything(test)
    assert "Two?" in seen
    assert seen.count("Hold the button") == 2
    assert "another program has held it" in seen.replace("\\", "")
    holder.execute("ROLLBACK")
    holder.close()
    ask(test, "Three?")
    assert "another program" not in everything(test)
    (row,) = Chats(folder).listed()
    assert row.turns == 3


# -- small things -------------------------------------------------------------------------------------------------


def test_the_day_is_left_out_of_todays_times() -> None:
    now = datetime(2026, 3, 2, 0, 5).timestamp()
    assert when(now - 60, now) == "00:04"
    assert when(now - 600, now) == "2026-03-01"


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_on_one_machine_there_is_one_owner(address: str) -> None:
    assert owner_of(address, "secret") == ""


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "192.168.1.7", "tomo.example"])
def test_on_a_network_each_browser_owns_its_own(address: str | None) -> None:
    one, two = owner_of(address, "one"), owner_of(address, "two")
    assert one
    assert one != two
    assert one == owner_of(address, "one")
    assert "one" not in one


def test_streamlits_cookie_says_the_same_under_every_mask() -> None:
    made = {generate_xsrf_token_string(b"sixteen letters!", 1) for _ in range(5)}
    assert len(made) == 5, "it is written anew with each answer"
    assert {steady(each) for each in made} == {b"sixteen letters!".hex()}
    assert steady(generate_xsrf_token_string()) != steady(generate_xsrf_token_string())


@pytest.mark.parametrize("cookie", ["", "secret", "2|zz|00|1", "2||00|1", "1|2|3", "9|00|ff|1"])
def test_a_cookie_in_another_form_is_taken_as_it_is(cookie: str) -> None:
    assert steady(cookie) == cookie


@pytest.mark.parametrize(("title", "name"), [
    ("Which plug: USB-A/B?", "Which plug USB-A-B.md"), ("C:\\temp y /var", "C -temp y -var.md"),
])  # fmt: skip
def test_an_exported_file_has_the_whole_title(title: str, name: str) -> None:
    assert file_of(title, "md") == name


def test_the_open_conversation_is_exported_with_what_could_not_be_saved(folder: Path) -> None:
    chat = answered(desk_of(folder))
    chat.turns.append(replace(chat.turns[0], id=0, asked=chat.turns[0].asked + 1))
    made = chat.exported("Title")
    assert (made.title, len(made.turns)) == ("Title", 2)
    assert made.updated == made.created + 1
