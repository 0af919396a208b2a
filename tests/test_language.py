"""Spanish and English are told apart, in a question of three words as in a book."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.language import detect

QUESTIONS = Path(__file__).parents[2] / "shared" / "corpus" / "questions"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        pytest.param("reset code E47", "en", id="en-three-words"),
        pytest.param("¿qué puerto usa?", "es", id="es-short"),
        pytest.param("que puerto usa", "es", id="es-without-accents"),
        pytest.param("la impresora no imprime", "es", id="es-symptom"),
        pytest.param("printer offline", "en", id="en-symptom"),
        pytest.param("cambiar contraseña", "es", id="es-two-words"),
        pytest.param("change password", "en", id="en-two-words"),
        pytest.param("código E47", "es", id="es-code"),
        pytest.param("CÓMO REINICIO EL EQUIPO", "es", id="es-capitals"),
        pytest.param("E47", "und", id="a-code-alone"),
        pytest.param("0x80070005 /etc/hosts user@host", "und", id="codes-and-paths"),
        pytest.param("", "und", id="nothing"),
        pytest.param("Wie kann ich das Passwort ändern und die Datei speichern?", "und", id="german"),
        pytest.param("Comment puis-je changer le mot de passe dans les paramètres ?", "und", id="french"),
        pytest.param("Não consigo abrir o arquivo na minha máquina, o que devo fazer?", "und", id="portuguese"),
    ],
)
def test_a_short_text_is_recognised(text: str, language: str) -> None:
    assert detect(text) == language


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert detect(text) in ("es", "en", "und")


def test_a_book_is_sampled_not_read_through() -> None:
    text = "Para reiniciar el equipo, pulse el botón durante diez segundos. " * 200_000
    started = time.perf_counter()
    assert detect(text) == "es"
    assert time.perf_counter() - started < 0.5


def test_a_long_text_with_a_foreign_preface_is_what_most_of_it_is() -> None:
    preface = "Copyright notice: you may copy this work under the terms of the license. " * 20
    assert detect(preface + "Pulse el botón de la parte de atrás y espere hasta que la luz se apague. " * 2_000) == "es"


@pytest.mark.corpus
@pytest.mark.parametrize("language", ["es", "en"])
def test_at_least_97_of_100_real_questions_are_recognised(language: str) -> None:
    path = QUESTIONS / f"xquad.{language}.json"
    if not path.exists():
        pytest.skip(f"{path.name} is not beside the project")
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    questions = [qa["question"] for article in articles for p in article["paragraphs"] for qa in p["qas"]]
    right = sum(detect(question) == language for question in questions)
    assert right >= 0.97 * len(questions)
