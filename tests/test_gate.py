"""Who may see the page: this computer at once, others with a password, nobody by guessing."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit import config
from streamlit.testing.v1 import AppTest

from ingest.errors import SettingsError
from ingest.settings import ROOT
from rag.access.gate import FIRST_WAIT, FORGET, FREE_TRIES, LONGEST_WAIT, is_loopback, make_secret, opens, wait
from rag.access.passes import LIFE, MOST, Passes
from rag.access.password import NAME, read_secret, remove_secret, write_secret
from rag.page.door import Door
from tests.fakes_assistant import MANUAL, fill

PASSWORD = "tres gatos y una ñ"
SECRET = make_secret(PASSWORD, b"0123456789abcdef")
SCRIPT = str(ROOT / "tests" / "browser" / "page.py")


@pytest.mark.parametrize(
    ("password", "right"),
    [
        pytest.param(PASSWORD, True, id="the-password"),
        pytest.param("tres gatos y una n\u0303", True, id="the-same-letter-from-another-keyboard"),
        pytest.param("tres gatos y una n", False, id="another-letter"),
        pytest.param(PASSWORD + " ", False, id="longer"),
        pytest.param("", False, id="nothing"),
        pytest.param("x" * 10_000_000, False, id="ten-million-letters"),
        pytest.param("\ud800", False, id="no-unicode"),
    ],
)
def test_only_the_password_opens(password: str, right: bool) -> None:
    assert opens(SECRET, password) is right


def test_the_same_password_is_kept_differently_each_time() -> None:
    assert make_secret(PASSWORD, b"another salt").digest != SECRET.digest


@pytest.mark.parametrize("password", ["", "short", "x" * 1025])
def test_a_password_that_is_no_lock_is_refused(password: str) -> None:
    with pytest.raises(SettingsError, match="10 to 1,024 characters"):
        make_secret(password, b"0123456789abcdef")


@pytest.mark.parametrize("length", [10, 1024])
def test_a_password_of_the_shortest_and_of_the_longest_kind_opens(length: int) -> None:
    password = "x" * length
    assert opens(make_secret(password, b"0123456789abcdef"), password)


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("127.0.0.1", True), ("127.1.2.3", True), ("::1", True), ("[::1]", True), ("localhost", True),
        ("unix:///run/tomo.sock", True), ("", False), ("0.0.0.0", False), ("::", False), ("192.168.1.5", False),
        ("tomo.example", False), ("localhost.example", False), ("127.0.0.1.example", False),
    ],
)  # fmt: skip
def test_only_a_loopback_address_is_this_computer(address: str, local: bool) -> None:
    assert is_loopback(address) is local


@pytest.mark.parametrize(
    ("failures", "now", "seconds"),
    [
        pytest.param([], 0.0, 0.0, id="none"),
        pytest.param([0.0] * (FREE_TRIES - 1), 0.0, 0.0, id="a-few"),
        pytest.param([0.0] * FREE_TRIES, 0.0, FIRST_WAIT, id="the-first-wait"),
        pytest.param([0.0] * FREE_TRIES, FIRST_WAIT, 0.0, id="it-ends"),
        pytest.param([0.0] * (FREE_TRIES + 2), 10.0, 4 * FIRST_WAIT - 10, id="it-grows"),
        pytest.param([0.0] * 5000, 0.0, LONGEST_WAIT, id="not-for-ever"),
        pytest.param([0.0] * 5000, FORGET, 0.0, id="forgotten"),
        pytest.param([0.0] * 5000 + [FORGET], FORGET, 0.0, id="forgotten-when-one-more-comes"),
    ],
)
def test_wrong_tries_make_wait(failures: list[float], now: float, seconds: float) -> None:
    assert wait(failures, now) == seconds


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e6), max_size=40).map(sorted), st.floats(0, 1e6))
def test_a_wait_is_never_negative_nor_longer_than_the_longest(failures: list[float], later: float) -> None:
    now = (failures[-1] if failures else 0.0) + later
    assert 0 <= wait(failures, now) <= LONGEST_WAIT


def test_the_password_itself_does_not_open_while_there_is_a_wait() -> None:
    now = [0.0]
    door = Door(lambda: now[0])
    assert [door.enter(SECRET, "wrong password") for _ in range(FREE_TRIES)] == [False] * FREE_TRIES
    assert not door.enter(SECRET, PASSWORD)
    assert door.seconds_to_wait() == FIRST_WAIT
    now[0] = FIRST_WAIT
    assert door.enter(SECRET, PASSWORD)


# -- passes -------------------------------------------------------------------------------------------------------


def test_a_pass_opens_for_its_password_until_it_ends_or_is_given_back() -> None:
    now = [0.0]
    passes = Passes(lambda: now[0])
    first, second = passes.give(b"one"), passes.give(b"one")
    assert first != second
    assert len(first) >= 43  # 256 bits
    assert passes.opens(first, b"one")
    assert not passes.opens(first, b"another")
    assert not passes.opens("", b"one")
    passes.take_back(first)
    assert (passes.opens(first, b"one"), passes.opens(second, b"one")) == (False, True)
    now[0] = LIFE - 1
    assert passes.opens(second, b"one")
    now[0] = LIFE
    assert not passes.opens(second, b"one")


def test_passes_are_bounded_and_the_oldest_make_room() -> None:
    passes = Passes()
    given = [passes.give(b"d") for _ in range(MOST + 3)]
    assert [passes.opens(one, b"d") for one in given] == [False] * 3 + [True] * MOST


def test_no_pass_is_held_by_who_checks_it() -> None:
    passes = Passes()
    assert passes.give(b"d") not in repr(passes.__dict__)


# -- where it is kept ---------------------------------------------------------------------------------------------


def command(folder: Path, typed: str, *flags: str) -> subprocess.CompletedProcess[str]:
    arguments = [sys.executable, "-m", "rag", "password", "--library", str(folder), *flags]
    return subprocess.run(arguments, cwd=ROOT, input=typed, capture_output=True, text=True, check=False)


def test_the_command_keeps_a_file_for_its_owner_only_and_no_password_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    assert command(folder, f"{PASSWORD}\n{PASSWORD}\n").returncode == 0
    kept = read_secret(folder)
    assert kept is not None
    assert opens(kept, PASSWORD)
    assert stat.S_IMODE((folder / NAME).stat().st_mode) == 0o600
    assert "gatos" not in (folder / NAME).read_text()
    assert [path.name for path in folder.iterdir()] == [NAME]
    assert command(folder, "", "--remove").returncode == 0
    assert read_secret(folder) is None


def test_the_command_takes_another_salt_each_time_and_every_letter_that_is_typed(tmp_path: Path) -> None:
    kept = []
    for _ in range(2):
        assert command(tmp_path, f" {PASSWORD} \n {PASSWORD} \n").returncode == 0
        kept.append(read_secret(tmp_path))
    first, second = kept
    assert first is not None
    assert second is not None
    assert first.salt != second.salt
    assert opens(second, f" {PASSWORD} ")
    assert not opens(second, PASSWORD)


def test_where_there_is_no_password_none_is_read_and_none_has_to_be_removed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    assert read_secret(tmp_path / "absent") is None
    assert read_secret(tmp_path / "file") is None
    remove_secret(tmp_path / NAME)


def test_what_a_killed_process_left_of_a_password_is_in_nobody_s_way(tmp_path: Path) -> None:
    (tmp_path / f".{NAME}.{os.getpid()}").write_text("half")
    write_secret(tmp_path / NAME, SECRET)
    assert read_secret(tmp_path) == SECRET
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


@pytest.mark.skipif(os.name == "nt", reason="a terminal of Unix")
def test_the_end_of_what_is_typed_is_told_in_a_sentence_and_changes_nothing(tmp_path: Path) -> None:
    typing, terminal = os.openpty()
    arguments = [sys.executable, "-m", "rag", "password", "--library", str(tmp_path)]
    asked = subprocess.Popen(
        arguments, cwd=ROOT, stdin=terminal, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while asked.poll() is None:
        os.write(typing, b"\x04")  # Ctrl-D; what is typed before it asks is dropped
        sleep(0.1)
    said = asked.communicate()[1]
    os.close(typing)
    os.close(terminal)
    assert "No password was given" in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_a_password_that_cannot_be_removed_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()  # which nobody may unlink, root neither
    done = command(tmp_path, "", "--remove")
    assert done.returncode == 1
    assert "Check the folder's permissions" in done.stderr


def test_two_passwords_that_differ_change_nothing(tmp_path: Path) -> None:
    write_secret(tmp_path / NAME, SECRET)
    done = command(tmp_path, "a new password\nanother password\n")
    assert (done.returncode, read_secret(tmp_path)) == (1, SECRET)
    assert "differ" in done.stderr


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("[]", id="another-shape"),
        pytest.param('{"salt": "zz", "scrypt": "", "cost": 1}', id="no-numbers"),
        pytest.param(json.dumps({"salt": "00" * 16, "scrypt": "", "cost": 1 << 15}), id="an-empty-digest"),
        pytest.param(json.dumps({"salt": "00" * 7, "scrypt": "00" * 32, "cost": 1 << 15}), id="hardly-any-salt"),
        pytest.param(json.dumps({"salt": "00" * 16, "scrypt": "00" * 32, "cost": 1 << 30}), id="all-memory"),
        pytest.param(json.dumps({"salt": "00" * 16, "scrypt": "00" * 32, "cost": 32767}), id="a-cost-scrypt-refuses"),
    ],
)
def test_a_damaged_file_locks_and_says_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    with pytest.raises(SettingsError, match="rag password"):
        read_secret(tmp_path)


# -- the page -----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TOMO_LIBRARY", str(tmp_path / "library"))
    return tmp_path / "library"


@pytest.fixture
def open_to_others() -> Iterator[None]:
    before = config.get_option("server.address")
    config.set_option("server.address", "0.0.0.0")
    yield
    config.set_option("server.address", before)


def page(tongue: str = "en") -> AppTest:
    test = AppTest.from_file(SCRIPT, default_timeout=20)
    test.session_state["tongue"] = tongue
    return test.run()


def shut(test: AppTest) -> bool:
    """Whether nothing of the library or the conversation is drawn."""
    return not test.exception and not test.sidebar.children and [title.value for title in test.title] == ["Tomo"]


def typed(test: AppTest, password: str) -> AppTest:
    test.text_input[0].set_value(password)
    return test.button[0].click().run()


@pytest.mark.parametrize(("tongue", "words"), [("es", "no tiene contraseña"), ("en", "has no password")])
@pytest.mark.usefixtures("open_to_others")
def test_without_a_password_other_computers_are_served_nothing(folder: Path, tongue: str, words: str) -> None:
    test = page(tongue)
    assert shut(test)
    assert words in test.error[0].value
    assert not folder.exists()


def test_without_a_password_this_computer_is_served(folder: Path) -> None:
    assert page().title[0].value == "Start in three steps"


@pytest.mark.parametrize(("tongue", "label"), [("es", "Contraseña"), ("en", "Password")])
def test_the_password_comes_before_anything_else(folder: Path, tongue: str, label: str) -> None:
    write_secret(folder / NAME, SECRET)
    test = page(tongue)
    assert shut(test)
    assert test.text_input[0].label == label
    assert [path.name for path in folder.iterdir()] == [NAME]


@pytest.mark.usefixtures("open_to_others")
def test_the_password_lets_in_and_a_wrong_one_does_not(folder: Path) -> None:
    write_secret(folder / NAME, SECRET)
    test = typed(page(), "not the password")
    assert shut(test)
    assert "not the password" in test.error[0].value
    test = typed(test, PASSWORD)
    assert test.title[0].value == "Start in three steps"
    assert shut(page())
    write_secret(folder / NAME, make_secret("a new password", os.urandom(16)))
    assert shut(test.run())


def test_who_signs_out_is_asked_again_and_nobody_else_is(folder: Path) -> None:
    write_secret(folder / NAME, SECRET)
    mine, yours = typed(page(), PASSWORD), typed(page(), PASSWORD)
    mine.button(key="sign_out").click().run()
    assert shut(mine)
    assert shut(mine.run())
    assert not shut(yours.run())


def test_a_question_sent_when_the_pass_had_ended_stands_in_the_box_after_the_password(folder: Path) -> None:
    fill(folder, MANUAL).close()
    write_secret(folder / NAME, SECRET)
    test = typed(page(), PASSWORD)
    other = "another password"
    write_secret(folder / NAME, make_secret(other, os.urandom(16)))
    test.chat_input[0].set_value("How do I restart it at night?").run()
    assert shut(test)
    assert "How do I" not in str(test.main)
    assert test.session_state["unsent"] == "How do I restart it at night?"
    test = typed(test, other)
    assert not shut(test)
    assert "unsent" not in test.session_state, "it is in the box now"


def test_where_there_is_no_password_nobody_can_sign_out(folder: Path) -> None:
    assert "sign_out" not in [button.key for button in page().button]


def test_guessing_makes_everybody_wait(folder: Path) -> None:
    write_secret(folder / NAME, SECRET)
    test = page()
    for _ in range(FREE_TRIES):
        test = typed(test, "a wrong guess")
    assert "Too many wrong tries" in test.error[0].value
    assert shut(typed(page(), PASSWORD))


def test_a_damaged_password_file_is_a_sentence_and_no_page(folder: Path) -> None:
    folder.mkdir()
    (folder / NAME).write_text("{}")
    test = page()
    assert shut(test)
    assert "rag password" in test.error[0].value.replace("\\", "")
