"""What the page loses while it is open: its library's folder, a conversation; and what goes on meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import LibraryError
from ingest.library import Library
from rag.chats.store import Chats
from rag.chats.types import Request, Turn
from rag.events import Answer
from rag.page.strings import Say
from tests.fakes_assistant import MANUAL, Opener, citation, fill, receipt
from tests.test_page import ask, everything, page
from tests.test_page_insight import insight

ANSWER = Answer("How?", "Hold [1].", False, "en", (citation(),), receipt())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TOMO_LIBRARY", str(tmp_path / "library"))
    fill(tmp_path / "library", MANUAL).close()
    return tmp_path / "library"


def test_a_library_that_was_moved_away_is_said_to_be(folder: Path) -> None:
    library = Library(folder)
    library.close()
    folder.rename(folder.with_name("away"))
    with pytest.raises(LibraryError, match="was moved or deleted") as refused:
        library.totals()
    assert "la han movido o borrado" in Say("es").error(refused.value)


def test_a_question_sent_while_the_library_is_gone_is_in_the_box_once_it_is_back(folder: Path) -> None:
    test = page()
    folder.rename(folder.with_name("away"))
    test.chat_input[0].set_value("How long?").run()
    assert len(test.error) == 1
    assert "moved or deleted" in everything(test)
    assert not test.exception
    folder.with_name("away").rename(folder)
    test.run()
    assert test.chat_input[0].value == "How long?"


def test_the_pages_most_cited_say_that_the_library_is_gone(folder: Path) -> None:
    chats = Chats(folder)
    chats.finish(chats.begin("a", Request("How?")), Turn(Request("How?"), ANSWER))
    chats.close()
    test = insight()
    assert not test.error
    folder.rename(folder.with_name("away"))
    test.run()
    assert "moved or deleted" in everything(test)
    assert not test.exception


def test_an_address_of_a_conversation_that_was_deleted_says_so(folder: Path) -> None:
    test = page()
    test.query_params["chat"] = "0123456789abcdef"
    test.run()
    assert "no longer here" in everything(test)
    assert "no longer here" not in everything(test.run())
    ask(test, "How?")
    assert "no longer here" not in everything(test)


def test_a_new_conversation_can_be_begun_while_the_first_answer_is_on_its_way(folder: Path) -> None:
    opener = Opener()
    opener.gated = True
    test = page(opener)
    test.chat_input[0].set_value("How?").run()
    assert "New conversation" in everything(test)
    opener.opened[0].gate.set()


def test_what_editing_or_repeating_an_earlier_question_folds_away_is_said(folder: Path) -> None:
    test = page()
    for question in ("How?", "And then?"):
        ask(test, question)
    first, last = (button for button in test.button if (button.key or "").endswith("-again"))
    assert "folded away" in first.help
    assert not last.help
    edits = [button for button in test.button if (button.key or "").endswith("-edit")]
    edits[0].click().run()
    assert "what came after it is folded away" in everything(test)
    edits = [button for button in test.button if (button.key or "").endswith("-edit")]
    edits[1].click().run()
    assert "folded away with it" not in everything(test)
