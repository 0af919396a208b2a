"""Conversations on disk: kept as they go, found again, and gone when they are deleted."""

from __future__ import annotations

import itertools
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from ingest.errors import LibraryError
from ingest.settings import ROOT
from rag.chats import schema as chats_schema
from rag.chats.counts import by_day, most_cited, rated, unanswered
from rag.chats.store import PAGE, ChatFile, Chats
from rag.chats.types import Rating, Request, Turn
from rag.events import Answer
from rag.types import LeftOut
from tests.fakes_assistant import citation, receipt

ASKED = Request("¿Cómo reinicio el router?", "sections", ("manual-1",), ("Guía",), "quote", 900)
ANSWER = Answer(ASKED.question, "Mantén pulsado el botón [1].", False, "es", (citation(),), receipt())
REFUSAL = replace(ANSWER, text="No lo dicen.", refused=True)
DIES = """
import os, sys
from pathlib import Path
from rag.chats.types import Request
from rag.chats.store import Chats
chats = Chats(Path(sys.argv[1]))
turn = chats.begin("a", Request("Will this end?"))
chats.write(turn, "Not qui")
print("ready", flush=True)
sys.stdin.readline()
os._exit(9)
"""


@pytest.fixture
def chats(tmp_path: Path) -> Iterator[Chats]:
    kept = Chats(ChatFile(tmp_path, itertools.count(1_000_000).__next__))
    yield kept
    kept.close()


def say(chats: Chats, chat: str, question: str = "How?", answer: Answer | None = ANSWER) -> int:
    """One whole turn."""
    turn_id = chats.begin(chat, replace(ASKED, question=question))
    asked = replace(answer, question=question) if answer else None
    chats.finish(turn_id, Turn(replace(ASKED, question=question), asked))
    return turn_id


def turns(chats: Chats, chat: str) -> tuple[Turn, ...]:
    found = chats.conversation(chat)
    return found.turns if found else ()


def titles(chats: Chats, words: str = "") -> list[str]:
    return [row.title for row in chats.listed(words)]


# -- a turn -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(Turn(ASKED, ANSWER, text="Mantén"), id="answered"),
        pytest.param(Turn(ASKED, REFUSAL), id="refused"),
        pytest.param(Turn(ASKED, ANSWER, stopped=True), id="stopped-with-an-answer"),
        pytest.param(Turn(ASKED, stopped=True, text="Mantén"), id="stopped-amid-it"),
        pytest.param(Turn(ASKED, error="model.gguf: is not there."), id="a-message"),
        pytest.param(Turn(ASKED), id="a-fault-of-tomo"),
    ],
)
def test_a_turn_comes_back_as_it_ended(chats: Chats, end: Turn) -> None:
    turn_id = chats.begin("a", ASKED)
    chats.finish(turn_id, end)
    (turn,) = turns(chats, "a")
    kept = replace(turn, id=0, asked=0.0)
    assert kept == replace(end, text=end.answer.text if end.answer else end.text)


def test_an_answer_on_its_way_is_kept_so_far_and_is_somebodys(chats: Chats, tmp_path: Path) -> None:
    turn_id = chats.begin("a", ASKED)
    chats.write(turn_id, "Mantén pul")
    other = Chats(tmp_path)
    (turn,) = turns(other, "a")
    assert (turn.request, turn.text, turn.left) == (ASKED, "Mantén pul", "elsewhere")
    chats.close()
    (turn,) = turns(other, "a")
    assert (turn.request, turn.text, turn.left) == (ASKED, "Mantén pul", "interrupted")
    assert not any((tmp_path / "chats.running").iterdir())
    other.close()


def test_a_process_that_dies_amid_an_answer_leaves_an_interrupted_turn(chats: Chats, tmp_path: Path) -> None:
    command = [sys.executable, "-c", DIES, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        assert turns(chats, "a")[0].left == "elsewhere"
        process.communicate("\n")
    (turn,) = turns(chats, "a")
    assert (turn.request.question, turn.text, turn.left, turn.answer) == (
        "Will this end?", "Not qui", "interrupted", None,
    )  # fmt: skip


def test_an_answer_that_comes_after_its_end_changes_nothing(chats: Chats) -> None:
    turn_id = say(chats, "a")
    chats.write(turn_id, "late")
    assert turns(chats, "a")[0].text == ANSWER.text


def test_an_answer_of_a_newer_tomo_keeps_its_words(chats: Chats, tmp_path: Path) -> None:
    say(chats, "a")
    with sqlite3.connect(tmp_path / "chats.sqlite3") as db:
        db.execute("UPDATE turns SET answer = replace(answer, '\"sections\"', '\"telepathy\"')")
    db.close()
    (turn,) = turns(chats, "a")
    assert (turn.answer, turn.left, turn.text) == (None, "unreadable", ANSWER.text)


@pytest.mark.parametrize("text", ["half \ud800 a character", "a NUL \0 within"])
def test_text_that_sqlite_has_no_place_for_is_kept(chats: Chats, text: str) -> None:
    turn_id = chats.begin("a", Request(text))
    chats.finish(turn_id, Turn(Request(text), replace(ANSWER, question=text, text=text)))
    (turn,) = turns(chats, "a")
    assert turn.request.question == text
    assert turn.answer is not None
    assert turn.answer.text == text
    assert titles(chats, text.split()[0]) == titles(chats)


def test_two_tabs_that_write_one_conversation_lose_nothing(tmp_path: Path) -> None:
    tabs = [Chats(tmp_path), Chats(tmp_path)]
    threads = [threading.Thread(target=lambda n=n: [say(tabs[n % 2], "a", f"{n}.{i}?") for i in range(8)])
               for n in range(4)]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    asked = {turn.request.question for turn in turns(tabs[0], "a") if turn.answer is not None}
    assert asked == {f"{n}.{i}?" for n in range(4) for i in range(8)}
    assert chats_of(tabs[1]) == {"a": 32}
    for tab in tabs:
        tab.close()


def test_all_who_open_a_new_file_at_once_get_it(tmp_path: Path) -> None:
    refused: list[LibraryError] = []

    def open_it(path: Path, start: threading.Barrier) -> None:
        start.wait()
        try:
            chats_schema.connect(path).close()
        except LibraryError as error:
            refused.append(error)

    for at in range(60):  # before, 5 of 480 were refused at once
        start = threading.Barrier(8)
        threads = [threading.Thread(target=open_it, args=(tmp_path / f"{at}.sqlite3", start)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not refused


def chats_of(chats: Chats) -> dict[str, int]:
    return {row.id: row.turns for row in chats.listed()}


# -- the list -----------------------------------------------------------------------------------------------------


def test_the_newest_conversation_is_first_and_each_has_its_first_question_as_title(chats: Chats) -> None:
    say(chats, "a", "First  of\na?")
    say(chats, "b", "First of b?")
    assert titles(chats) == ["First of b?", "First of a?"]
    say(chats, "a", "Second of a?")
    assert [(row.title, row.turns) for row in chats.listed()] == [("First of a?", 2), ("First of b?", 1)]


def test_a_page_of_the_list_follows_the_other(chats: Chats) -> None:
    for n in range(PAGE + 3):
        say(chats, f"chat{n}", f"{n}?")
    seen = [row.title for at in (0, PAGE) for row in chats.listed(offset=at)]
    assert seen == [f"{n}?" for n in reversed(range(PAGE + 3))]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param("", True, id="nothing-typed"),
        pytest.param("  ?!", True, id="nothing-to-look-for"),
        pytest.param("reinicio", True, id="of-the-question"),
        pytest.param("MANTEN", True, id="of-the-answer-accent-and-case-folded"),
        pytest.param("bote", False, id="in-none"),
        pytest.param("rou boton", True, id="begun-words-of-question-and-answer"),
        pytest.param("router luz", True, id="of-two-turns"),
        pytest.param("router nada", False, id="one-of-two"),
        pytest.param('router" OR "x', False, id="no-language-of-its-own"),
        pytest.param("mante\u0301n", True, id="accents-apart"),
        pytest.param("guardada", True, id="of-the-title"),
    ],
)
def test_conversations_are_found_by_words_as_they_are_typed(chats: Chats, words: str, found: bool) -> None:
    say(chats, "a", ASKED.question)
    say(chats, "a", "¿Y la luz?")
    chats.rename("a", "Conversación guardada")
    assert bool(chats.listed(words)) == found


def test_an_answer_is_read_though_its_request_is_not(chats: Chats, tmp_path: Path) -> None:
    turn_id = chats.begin("a", Request("Something"))
    chats.finish(turn_id, Turn(Request("Something"), ANSWER))
    with sqlite3.connect(tmp_path / "chats.sqlite3") as db:
        db.execute('UPDATE turns SET request = replace(request, \'"mode":"auto"\', \'"mode":"Whole document"\')')
    found = chats.conversation("a")
    assert found
    (turn,) = found.turns
    assert (turn.request, turn.answer, turn.left) == (Request("Something"), ANSWER, "")


def test_a_renamed_conversation_keeps_its_place_and_its_old_title_is_not_found(chats: Chats) -> None:
    turn_id = chats.begin("a", Request("Something"))
    chats.finish(turn_id, Turn(Request("Something"), ANSWER))
    say(chats, "b", "Later")
    chats.rename("a", "  Better \n name ")
    chats.rename("b", "   ")
    assert titles(chats) == ["Later", "Better name"]
    assert titles(chats, "better") == ["Better name"]
    assert titles(chats, "something") == ["Better name"]  # it is still the question


def test_a_deleted_conversation_leaves_nothing_on_disk(chats: Chats, tmp_path: Path) -> None:
    other = Chats(tmp_path)
    rate = say(chats, "a", "Wo ist Xylophonbau?")
    chats.rate(rate, Rating(False, "wrong", "Xylophonbau!"))
    running = chats.begin("a", Request("And Xylophonbau?"))
    say(chats, "b", "Stays")
    assert len(other.listed("xylophonbau")) == 1
    chats.delete("a")
    chats.finish(running, Turn(Request("And Xylophonbau?"), ANSWER))
    assert (chats.conversation("a"), titles(chats), titles(chats, "xylophonbau")) == (None, ["Stays"], [])
    with sqlite3.connect(tmp_path / "chats.sqlite3") as db:
        counts = [db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("turns", "words", "cited")]
    db.close()
    assert counts == [1, 1, 1]
    assert [path.name for path in tmp_path.iterdir() if path.is_file() and b"ylophonba" in path.read_bytes()] == []
    other.close()


def test_owners_do_not_see_each_other(chats: Chats) -> None:
    mine, yours = chats.of("me"), chats.of("you")
    turn_id = say(mine, "a")
    assert (yours.listed(), yours.conversation("a"), yours.revision("a"), chats.listed()) == ((), None, 0, ())
    yours.rename("a", "Ha")
    yours.delete("a")
    with pytest.raises(LibraryError, match="somebody else's"):
        yours.begin("a", ASKED)
    with pytest.raises(LibraryError, match="no longer kept"):
        yours.rate(turn_id, Rating(True))
    (row,) = mine.listed()
    assert (row.title, row.turns) == ("How?", 1)


def test_everything_that_alters_a_conversation_grows_its_revision(chats: Chats) -> None:
    seen = [chats.revision("a")]
    turn_id = chats.begin("a", ASKED)
    for change in (
        lambda: chats.finish(turn_id, Turn(ASKED, ANSWER)),
        lambda: chats.rate(turn_id, Rating(True)),
        lambda: chats.rename("a", "New"),
        lambda: say(chats, "a"),
    ):
        seen.append(chats.revision("a"))
        change()
    assert sorted(set(seen)) == seen
    chats.delete("a")
    assert chats.revision("a") == 0


# -- ratings and numbers ------------------------------------------------------------------------------------------


def test_a_rating_is_kept_replaced_and_taken_back(chats: Chats) -> None:
    turn_id = say(chats, "a")
    for rating in (Rating(True), Rating(False, "pages", "Es la 12"), None):
        chats.rate(turn_id, rating)
        assert turns(chats, "a")[0].rating == rating
    assert rated(chats) == ()
    chats.rate(turn_id, Rating(True))
    assert [turn.request.question for turn in rated(chats)] == ["How?"]
    assert rated(chats.of("you")) == ()
    assert len(rated(chats.of("you"), everyone=True)) == 1


def test_days_count_what_was_asked_on_them(tmp_path: Path) -> None:
    now = [datetime(2026, 3, 1, 23, 59).timestamp()]
    chats = Chats(ChatFile(tmp_path, lambda: now[0]))
    chats.rate(say(chats, "a"), Rating(True))
    say(chats, "a", "Who?", REFUSAL)
    now[0] += 120
    chats.rate(say(chats, "b", " who?", REFUSAL), Rating(False))
    say(chats, "b", "Lost?", None)
    chats.begin("b", ASKED)
    one, two = by_day(chats)
    assert (one.day, one.asked, one.answered, one.refused, one.failed, one.good, one.bad) == (
        date(2026, 3, 1), 2, 1, 1, 0, 1, 0,
    )  # fmt: skip
    assert (two.day, two.asked, two.answered, two.refused, two.failed, two.good, two.bad) == (
        date(2026, 3, 2), 2, 0, 1, 1, 0, 1,
    )  # fmt: skip
    assert by_day(chats, date(2026, 3, 2)) == (two,)
    assert by_day(chats.of("you")) == ()
    assert [(item.question.strip(), item.times, item.last) for item in unanswered(chats)] == [("who?", 2, now[0])]
    chats.close()


def test_a_question_that_nothing_was_read_for_is_no_gap_of_the_documents(chats: Chats) -> None:
    unread = replace(REFUSAL.receipt, tokens=replace(REFUSAL.receipt.tokens, document=0))
    too_long = replace(unread, left_out=(LeftOut("Router", 900, "no room", document_id="r", page=1),))
    for question, why in (("stopped", replace(unread, blocked="word list, line 1")), ("unread", too_long)):
        say(chats, "a", question, replace(REFUSAL, receipt=why))
    say(chats, "a", "nothing found", replace(REFUSAL, receipt=replace(unread, left_out=())))
    assert [item.question for item in unanswered(chats)] == ["nothing found"]
    assert [day.refused for day in by_day(chats)] == [3]


def test_the_pages_that_most_answers_stand_on_come_first(chats: Chats) -> None:
    other = replace(citation(2), page=7)
    say(chats, "a", answer=replace(ANSWER, citations=(citation(), other, citation(3))))
    say(chats, "b", answer=replace(ANSWER, citations=(other,)))
    say(chats, "b", answer=replace(REFUSAL, citations=(citation(),)))
    assert [(p.file, p.page, p.answers) for p in most_cited(chats)] == [("manual-1.md", 7, 2), ("manual-1.md", 2, 1)]
    assert len(most_cited(chats, 1)) == 1


# -- the file -----------------------------------------------------------------------------------------------------


def test_nothing_is_made_before_something_is_kept(tmp_path: Path) -> None:
    Chats(tmp_path / "library")
    assert not (tmp_path / "library").exists()


def test_only_its_owner_can_read_the_file(chats: Chats, tmp_path: Path) -> None:
    say(chats, "a")
    kept = [path for path in tmp_path.iterdir() if path.name.startswith("chats.sqlite3")]
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in kept} == {
        "chats.sqlite3": 0o600, "chats.sqlite3-wal": 0o600, "chats.sqlite3-shm": 0o600,
    }  # fmt: skip


def test_a_file_of_a_newer_tomo_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "chats.sqlite3") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(LibraryError, match="format 99"):
        Chats(tmp_path).listed()


def test_two_processes_make_the_tables_once(tmp_path: Path) -> None:
    made = [chats_schema.connect(tmp_path / "chats.sqlite3") for _ in range(2)]
    assert {db.execute("PRAGMA user_version").fetchone()[0] for db in made} == {chats_schema.VERSION}
    for db in made:
        db.close()


def test_a_damaged_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "chats.sqlite3").write_bytes(b"not a database at all, but long enough" * 200)
    with pytest.raises(LibraryError, match=r"is damaged .* Move it away"):
        Chats(tmp_path).listed()


def test_a_file_that_another_program_holds_is_a_sentence_and_works_again_after(chats: Chats, tmp_path: Path) -> None:
    turn_id = say(chats, "a")
    holder = sqlite3.connect(tmp_path / "chats.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(LibraryError, match="another program has held it"):
        chats.rate(turn_id, Rating(True))
    assert len(chats.listed()) == 1
    holder.execute("ROLLBACK")
    holder.close()
    chats.rate(turn_id, Rating(True))


def test_a_full_disk_is_a_sentence_and_loses_nothing_before(chats: Chats) -> None:
    say(chats, "a")
    with chats.file.reading() as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LibraryError, match=r"disk is full .* Free some space"):
        say(chats, "b", "long " * 100_000)
    assert turns(chats, "a")[0].answer == replace(ANSWER, question="How?")
    with chats.file.reading() as db:
        db.execute("PRAGMA max_page_count = 1000000")
    assert say(chats, "b", "Now?")
