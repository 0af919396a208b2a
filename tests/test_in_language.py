"""Who wants the same in the other language gets what the documents in that language say, or is told there are none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.errors import SettingsError
from ingest.library import Library
from ingest.types import Document, Language
from ingest.vectors import MemoryStore
from rag.assistant import Assistant
from rag.events import Answer, Answered
from rag.fakes import FakeLLM
from rag.follow_ups.complete import complete
from rag.follow_ups.in_language import wished_language
from rag.types import Message
from tests.searching import EMBEDDER, embed, guide, store

SPANISH, ENGLISH = "La bandeja de papel se vacía cada día.", "The paper tray is emptied every day."
MIXED = "The tray (bandeja de papel) is emptied every day."
ASKED = "¿Cada cuánto se vacía la bandeja de papel?"
HISTORY = (Message("user", ASKED), Message("assistant", f"«{SPANISH}» [1]"))


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    library, index = Library(tmp_path), MemoryStore()
    store(library, _in("es", guide("Bandejas", SPANISH)), _in("en", guide("Trays", ENGLISH)))
    embed(library, index)
    with_fakes = Assistant(library, index, EMBEDDER, FakeLLM(), refuse_below=0.0)
    yield with_fakes
    with_fakes.close()


def _in(language: Language, document: Document) -> Document:
    return replace(document, language=language)


def ask(assistant: Assistant, text: str, style: str = "quote") -> Answer:
    *_, last = assistant.ask(text, history=HISTORY, style=style)  # type: ignore[arg-type]
    assert isinstance(last, Answered)
    return last.answer


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("en inglés", "en"),
        ("¿Y en inglés?", "en"),
        ("¿me lo puedes decir en español?", "es"),
        ("Can you say it in English, please?", "en"),
        ("tradúcelo al castellano", "es"),
        ("¿lo tienes en inglés?", "en"),
        ("¿Cómo pongo el teclado en español?", None),
        ("teclado en inglés", None),
        ("How do I install in Spanish?", None),
        ("en modo texto", None),
        ("in detail", None),
    ],
)
def test_a_wish_for_a_language_says_nothing_else(text: str, language: Language | None) -> None:
    assert wished_language(text) == language


def test_the_same_question_is_asked_again() -> None:
    assert complete("¿y en inglés?", HISTORY) == ASKED
    later = (*HISTORY, Message("user", "¿y en inglés?"), Message("assistant", "…"))
    assert complete("¿y la de cartón?", later) == complete("¿y la de cartón?", HISTORY)
    assert complete("en inglés", ()) == "en inglés"


@pytest.mark.parametrize(("wish", "said", "language"), [("en inglés", ENGLISH, "en"), ("en español", SPANISH, "es")])
def test_what_is_quoted_is_in_the_language_that_was_wished_for(
    assistant: Assistant, wish: str, said: str, language: Language
) -> None:
    answer = ask(assistant, wish)
    assert [citation.quote for citation in answer.citations] == [said]
    assert answer.receipt.searched == ASKED
    assert answer.language == language


def test_without_a_document_in_that_language_the_reader_is_told(tmp_path: Path) -> None:
    library, index = Library(tmp_path), MemoryStore()
    store(library, _in("es", guide("Bandejas", SPANISH)))
    embed(library, index)
    assistant = Assistant(library, index, EMBEDDER, FakeLLM(), refuse_below=0.0)
    with pytest.raises(SettingsError, match="ninguno está en inglés"):
        ask(assistant, "en inglés")
    assert ask(assistant, "en inglés", style="write").language == "en", "a model may write it"
    assistant.close()


@pytest.mark.parametrize(
    ("documents", "said"),
    [
        pytest.param((SPANISH,), "documento:\n", id="none-of-it"),
        pytest.param((SPANISH, MIXED), "documentos (en parte en inglés, tal cual):\n", id="part"),
        pytest.param((MIXED,), "documento (en inglés, tal cual):\n", id="all"),
    ],
)
def test_what_is_quoted_in_the_other_language_is_announced(
    documents: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    library, index = Library(tmp_path), MemoryStore()
    store(library, *(_in("es" if text == SPANISH else "en", guide(text[:8], text)) for text in documents))
    embed(library, index)
    with_fakes = Assistant(library, index, EMBEDDER, FakeLLM(), refuse_below=0.0)
    *_, last = with_fakes.ask(ASKED, style="quote")
    with_fakes.close()
    assert isinstance(last, Answered)
    assert said in last.answer.text
