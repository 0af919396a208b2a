"""What can be told from a question's words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import SettingsError
from rag.question import LONGEST, understand


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("What does error E-47 mean?", ("E-47",), id="error-code"),
        pytest.param("edit /etc/fstab and run --force", ("/etc/fstab", "--force"), id="path-and-option"),
        pytest.param("¿Para qué sirve foo/bar_baz=true?", ("foo/bar_baz=true",), id="parameter"),
        pytest.param('press "Save all" now', ("Save all",), id="quoted"),
        pytest.param("¿qué hace «Modo seguro»?", ("Modo seguro",), id="spanish-quotes"),
        pytest.param("is ttyS0 the port, or 10.0.2.15?", ("ttyS0", "10.0.2.15"), id="device-and-address"),
        pytest.param("does UEFI work", ("UEFI",), id="capitals"),
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
