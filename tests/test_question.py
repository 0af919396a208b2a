"""What can be told from a question's words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import SettingsError
from rag.question import LONGEST, holds_name, understand


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("What does error E-47 mean?", ("E-47",), id="error-code"),
        pytest.param("what is E-4, F-9b?", ("E-4", "F-9b"), id="codes-of-one-digit"),
        pytest.param("steps 2-3 of 5-minute", (), id="a-range-of-numbers-is-none"),
        pytest.param("set snake_case_name or _x1", ("snake_case_name", "_x1"), id="underscores"),
        pytest.param("edit /etc/fstab and run --force", ("/etc/fstab", "--force"), id="path-and-option"),
        pytest.param("¿Para qué sirve foo/bar_baz=true?", ("foo/bar_baz=true",), id="parameter"),
        pytest.param('press "Save all" now', ("Save all",), id="quoted"),
        pytest.param("¿qué hace «Modo seguro»?", ("Modo seguro",), id="spanish-quotes"),
        pytest.param("is ttyS0 the port, or 10.0.2.15?", ("ttyS0", "10.0.2.15"), id="device-and-address"),
        pytest.param("does UEFI work", ("UEFI",), id="capitals"),
        pytest.param("what does 2>&1 do, and %v, ~U, C++?", ("2>&1", "%v", "~U", "C++"), id="signs"),
        pytest.param("press Ctrl-R or Alt+F2", ("Ctrl-R", "Alt+F2"), id="keys-together"),
        pytest.param("de 2.7 a 3,3 V", ("2.7", "3,3"), id="versions-and-measures"),
        pytest.param("I have 3 routers", (), id="a-plain-number-is-none"),
        pytest.param("¿Cómo reinicio el equipo?", (), id="none"),
    ],
)
def test_identifiers(text: str, names: tuple[str, ...]) -> None:
    assert understand(text).identifiers == names


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("¿Cómo cambio la contraseña?", "procedure"),
        ("How do I change the password?", "procedure"),
        ("¿Qué diferencia hay entre el modo A y el B?", "comparison"),
        ("difference between A and B mode", "comparison"),
        ("¿Cuáles son los puertos abiertos?", "list"),
        ("which options are there: list the options", "list"),
        ("Resume el manual", "summary"),
        ("Give me a summary of the guide", "summary"),
        ("What is FR-112?", "identifier"),
        ("¿Cuánta memoria necesita?", "lookup"),
        ("How much memory does it need?", "lookup"),
    ],
)
def test_kind(text: str, kind: str) -> None:
    assert understand(text).kind == kind


@pytest.mark.parametrize("text", ["", "   ", "?!…", "\x00\x01", "🙂"])
def test_a_question_without_words_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="no words"):
        understand(text)


@given(st.text(max_size=300))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        question = understand(text)
    except SettingsError:
        return
    assert 0 < len(question.text) <= LONGEST
    assert "\n" not in question.text


def test_a_very_long_question_is_read_up_to_a_limit() -> None:
    assert len(understand("word " * 20_000).text) <= LONGEST


NEITHER, NAME, NUMBER = (False, False), (True, False), (False, True)


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("¿Qué comando reinicia el servicio?", NAME),
        ("¿Con qué opción se fuerza?", NAME),
        ("¿Dónde se guarda el registro?", NAME),
        ("¿Cuál es el puerto del servidor?", NAME),
        ("¿Qué tecla pulso para salir?", NAME),
        ("Which file holds the settings?", NAME),
        ("What is the command to restart it?", NAME),
        ("where are the logs", NAME),
        ("what do I type to leave", NAME),
        ("¿Cuánto tarda en cargar?", NUMBER),
        ("¿Qué temperatura aguanta?", NUMBER),
        ("tensión máxima de entrada", NUMBER),
        ("How many users can it have?", NUMBER),
        ("what voltage does it need", NUMBER),
        ("minimum distance to the wall", NUMBER),
        ("¿Cuántos puertos hay y con qué comando se abren?", (True, True)),
        ("¿Por qué no enciende?", NEITHER),
        ("The screen stays black", NEITHER),
        ("How do I clean it?", NEITHER),
    ],
)
def test_what_the_answer_has_to_hold(text: str, wants: tuple[bool, bool]) -> None:
    question = understand(text)
    assert (question.wants_name, question.wants_number) == wants
    shouted = understand(text.upper().replace("Ó", "O"))
    assert (shouted.wants_name, shouted.wants_number) == wants


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("run it with --force", True),
        ("run it with -x first", True),
        ("look into /var/log/syslog", True),
        ("call getValue on it", True),
        ("press ^C", True),
        ("connect it to A1", True),
        ("error E-4", True),
        ("edit preseed.cfg", True),
        ("with UEFI on", True),
        ("set user_name", True),
        ("Press the green button.", False),
        ("Espere diez segundos y pulse otra vez.", False),
        ("It weighs 3 kg - or 4.", False),
        ("", False),
    ],
)
def test_a_sentence_that_may_answer_a_question_for_a_name(text: str, holds: bool) -> None:
    assert holds_name(text) is holds
