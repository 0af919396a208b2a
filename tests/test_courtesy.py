"""Thanks, greetings and questions about Tomo are answered as a person would: nothing is searched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from ingest.pipeline import ingest
from ingest.types import Language
from rag.assistant import Assistant
from rag.chats.counts import confidences
from rag.chats.export import blocks
from rag.chats.store import Chats
from rag.chats.types import Conversation, Request, Turn
from rag.cli.printing import print_answer
from rag.courtesy import SAID, courtesy
from rag.events import Answer, Answered, Event, Planned
from rag.fakes import FakeLLM
from rag.follow_ups.complete import complete
from rag.page.answers import Chat
from rag.types import Message, SearchResult
from tests.fakes import make_tools
from tests.fakes_assistant import citation, receipt


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    (tmp_path / "router.txt").write_text("To reset the router, hold the button. RAID 5.", encoding="utf-8")
    tools = make_tools(tmp_path / "library")
    list(ingest([tmp_path / "router.txt"], tools))
    return Assistant(tools.library, tools.store, tools.embedder, FakeLLM(), answer_tokens=100, refuse_below=0.0)


def ask(assistant: Assistant, text: str, tongue: Language = "und", history: Sequence[Message] = ()) -> Answer:
    *_, end = assistant.ask(text, tongue=tongue, history=history)
    assert isinstance(end, Answered)
    return end.answer


@pytest.mark.parametrize(("text", "sort", "language"), [
    ("hola", "greeting", "es"), ("Hola, buenos días", "greeting", "es"), ("¡Buenas! ¿Qué tal?", "greeting", "es"),
    ("hello", "greeting", "en"), ("Good morning, Tomo", "greeting", "en"),
    ("gracias", "thanks", "es"), ("Perfecto, muchas gracias 👍", "thanks", "es"),
    ("gracias por la ayuda", "thanks", "es"), ("hola, gracias", "thanks", "es"),
    ("thank you so much!", "thanks", "en"), ("ok thanks", "thanks", "en"), ("thanks for your help", "thanks", "en"),
    ("ok", "well", "und"), ("vale", "well", "es"), ("ya funciona", "well", "es"), ("Got it.", "well", "en"),
    ("thanks, that helped", "thanks", "en"), ("That solved it!", "well", "en"),
    ("me ha servido, gracias", "thanks", "es"),
    ("Eso lo arregló", "well", "es"), ("ya lo encontré", "well", "es"), ("very helpful", "well", "en"),
    ("adiós", "bye", "es"), ("hasta luego", "bye", "es"), ("bye", "bye", "en"),
    ("¿qué puedes hacer?", "about", "es"), ("¿Quién eres?", "about", "es"),
    ("¿en qué me puedes ayudar?", "about", "es"),
    ("Hola, ¿me puedes ayudar?", "about", "es"), ("ayuda", "about", "es"), ("¿Para qué sirves?", "about", "es"),
    ("What can you do?", "about", "en"), ("who are you", "about", "en"), ("help", "about", "en"),
    ("¿Qué documentos tienes?", "documents", "es"), ("which manuals do you have?", "documents", "en"),
])  # fmt: skip
def test_what_asks_nothing_of_the_documents_is_known_for_it(text: str, sort: str, language: str) -> None:
    assert courtesy(text) == (sort, language)


@pytest.mark.parametrize("text", [
    "gracias, ¿y en modo texto?", "hola, no enciende", "hola mundo", "hello world", "ayuda con el wifi",
    "¿qué puedes hacer con debconf?", "help command", "bye command", "no funciona", "no", "¿por qué?", "más detalles",
    "¿quién es el administrador?", "listo para instalar", "claro u oscuro", "¿y en inglés?", "super user", "RAID 5",
    "¿cómo funciona?", "what is it for", "perfect forward secrecy", "the fixed disk",
    "¿se resolvió?", "¿cómo se solucionó?", "how was it fixed?",
    "that helped with the wifi but not the LAN", "me sirve RAID 5", "", "???",
])  # fmt: skip
def test_what_may_be_a_question_is_searched(text: str) -> None:
    assert courtesy(text) is None


@pytest.mark.parametrize(("text", "tongue", "begins"), [
    ("gracias", "en", "De nada"), ("thanks", "es", "You are welcome"), ("ok", "es", "Bien"), ("ok", "en", "Good"),
    ("hola", "und", "¡Hola!"), ("¿qué puedes hacer?", "es", "Soy Tomo"), ("help", "es", "I am Tomo"),
])  # fmt: skip
def test_it_is_answered_in_its_own_language_and_else_in_the_pages(
    assistant: Assistant, text: str, tongue: Language, begins: str
) -> None:
    answer = ask(assistant, text, tongue)
    assert answer.text.startswith(begins)
    assert (answer.refused, answer.citations, answer.courtesy) == (False, (), True)
    assert answer.receipt.tokens.document == 0


def test_what_tomo_can_do_says_how_much_there_is_to_ask_about(assistant: Assistant) -> None:
    assert "1 documents" not in ask(assistant, "help").text
    assert re.search(r"\b1 document \(1 page\)", ask(assistant, "help").text)
    assert re.search(r"\b1 documento \(1 página\)", ask(assistant, "ayuda").text)


def test_what_there_is_to_ask_about_is_named(assistant: Assistant) -> None:
    said = ask(assistant, "¿qué documentos tienes?").text
    assert "1 manual y 0 tickets" in said
    assert "- router (1 p.)" in said


def test_a_greeting_on_the_terminal_has_nothing_to_account_for(
    assistant: Assistant, capsys: pytest.CaptureFixture[str]
) -> None:
    print_answer(assistant.ask("hola"), print)
    (said,) = capsys.readouterr().out.strip().splitlines()
    assert said.startswith("¡Hola!")


def test_a_greeting_names_no_conversation(tmp_path: Path) -> None:
    chats = Chats(tmp_path)
    for question in ("hola", "¿Cómo purgo los radiadores?", "¿y en frío?", "gracias"):
        chats.begin("c", Request(question))
    assert [row.title for row in chats.listed()] == ["¿Cómo purgo los radiadores?"]
    chats.close()


def test_each_is_said_in_both_languages() -> None:
    for spanish, english in SAID.values():
        assert "" not in (spanish, english)
        assert spanish != english
        assert re.findall(r"\{\w+\}", spanish) == re.findall(r"\{\w+\}", english)


@pytest.mark.parametrize(("tongue", "language"), [("es", "es"), ("en", "en"), ("und", "und")])
def test_a_question_that_shows_no_language_is_answered_in_the_pages(
    assistant: Assistant, tongue: Language, language: Language
) -> None:
    assert ask(assistant, "RAID 5", tongue).language == language
    assert ask(assistant, "How do I reset it with RAID 5?", tongue).language == "en"


def test_a_conversation_goes_on_from_what_was_asked_before_thanks() -> None:
    chat = Chat("c", turns=[
        Turn(Request("¿Cómo particiono el disco?"), Answer("¿Cómo particiono el disco?", "Así.", False, "es",
                                                            (citation(),), receipt()), asked=1.0),
        Turn(Request("¿qué puedes hacer?"), Answer("¿qué puedes hacer?", "Soy Tomo.", False, "es", (), receipt(),
                                                   courtesy=True), asked=2.0),
    ])  # fmt: skip
    said = chat.said_before(Request("¿y en modo texto?"))
    assert [turn.request.question for turn in said] == ["¿Cómo particiono el disco?"]
    history = [Message("user", turn.request.question) for turn in said]
    assert "particiono" in complete("¿y en modo texto?", history)


def test_the_page_says_its_language_to_the_assistant() -> None:
    heard: list[object] = []

    class Hears:
        def ask(self, question: str, **how: Any) -> Iterator[Event]:
            heard.append(how["tongue"])
            yield Planned(receipt())

        def search(self, question: str, limit: int = 10) -> SearchResult:
            raise NotImplementedError

    chat = Chat("c")
    chat.start(Request("RAID 5", tongue="es"), Hears)
    if (running := chat.running) is not None:
        running.join(10)
    assert heard == ["es"]


def test_it_counts_neither_as_unanswered_nor_in_how_sure_the_search_was(tmp_path: Path) -> None:
    with_thanks = Answer("gracias", "De nada.", False, "es", (), receipt(), courtesy=True)
    chats = Chats(tmp_path)
    turn_id = chats.begin("c", Request("gracias"), 1.0)
    chats.finish(turn_id, Turn(Request("gracias"), with_thanks, id=turn_id, asked=1.0))
    assert confidences(chats) == ()
    chats.close()
    made = blocks(Conversation("c", "gracias", 1.0, 1.0, (Turn(Request("gracias"), with_thanks, asked=1.0),)), "es")
    assert [block.text for block in made][-1] == "De nada."


def test_what_can_be_done_is_asked_of_what_was_asked_before() -> None:
    for text in ("what can I do?", "¿Qué puedo hacer?"):
        assert courtesy(text) is not None
        assert courtesy(text, ["hola"]) is not None
        assert courtesy(text, ["hola", "the boiler whistles"]) is None
    assert courtesy("thanks", ["the boiler whistles"]) is not None
