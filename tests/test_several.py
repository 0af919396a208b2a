"""Several questions in one message are answered one by one, each with its own quotes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ingest.embed import HashEmbedder
from ingest.pipeline import ingest
from rag.assistant import Assistant
from rag.events import Answer, Answered
from rag.fakes import FakeLLM
from rag.several import several
from tests.fakes import make_tools

ROUTER = "Faro router guide.\n\nTo reset the router, hold the small button for ten seconds.\n\nIt has a red lamp [2]."
OVEN = "Oven guide.\n\nHeat the oven to 200 degrees before baking bread.\n\nClean the door with a soft cloth."


@pytest.mark.parametrize(
    ("text", "each"),
    [
        pytest.param("How do I reset the router? And how hot must the oven be?",
                     ("How do I reset the router?", "And how hot must the oven be?"), id="en"),
        pytest.param("¿Cómo reinicio el router? ¿Y a cuánto pongo el horno para pan?",
                     ("¿Cómo reinicio el router?", "¿Y a cuánto pongo el horno para pan?"), id="es"),
        pytest.param("cómo reinicio el router y dónde veo la temperatura",
                     ("cómo reinicio el router", "dónde veo la temperatura"), id="joined"),
        pytest.param("Tengo un Faro R3. ¿Cómo se reinicia el router? ¿Cuántas luces rojas tiene?",
                     ("Tengo un Faro R3. ¿Cómo se reinicia el router?", "¿Cuántas luces rojas tiene?"), id="told"),
    ],
)  # fmt: skip
def test_a_message_is_taken_apart_where_each_question_says_what_it_is_about(text: str, each: tuple[str, ...]) -> None:
    assert several(text) == each


@pytest.mark.parametrize(
    "text",
    [
        "What does E42 mean? Is it dangerous?", "what is the limit and how do I change it?", 
        "¿Cuándo y cómo se cambia?", "What is the difference between how it starts and how it stops?",
        "Hello! How do I reset the pump? Thanks",
        "Are you sure? Which page?", "Names like =?iso-8859-1?Q?file: what do I switch on?",
        "¿Qué pulso para salir y que el sistema siga encendiéndose?",
    ],
)  # fmt: skip
def test_a_question_that_goes_on_is_one(text: str) -> None:
    assert several(text) == ()


@pytest.fixture
def model(tmp_path: Path) -> Assistant:
    files = tmp_path / "files"
    files.mkdir()
    (files / "router.txt").write_text(ROUTER, encoding="utf-8")
    (files / "oven.txt").write_text(OVEN, encoding="utf-8")
    tools = make_tools(tmp_path / "library")
    list(ingest([files], tools))
    return Assistant(tools.library, tools.store, HashEmbedder(), FakeLLM(), answer_tokens=100, refuse_below=0.0)


def answer_of(model: Assistant, question: str) -> Answer:
    *_, last = model.ask(question)
    assert isinstance(last, Answered)
    return last.answer


def test_each_question_has_its_own_quotes_and_every_mark_its_citation(model: Assistant) -> None:
    answer = answer_of(model, "How do I reset the router? And how hot must the oven be for bread?")
    first, second = answer.text.split("On “And how hot must the oven be for bread”.")
    assert "On “How do I reset the router”." in first
    assert "ten seconds" in first
    assert "200 degrees" in second
    assert [one.n for one in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert {one.file for one in answer.citations} == {"router.txt", "oven.txt"}
    assert all(f"» [{one.n}]" in answer.text and one.verified for one in answer.citations)
    assert all(one.quote in answer.text for one in answer.citations)


def test_nothing_that_answers_any_of_them_is_one_refusal(tmp_path: Path, model: Assistant) -> None:
    model._refuse_below = model._answerer._refuse_below = 1.1
    answer = answer_of(model, "How do I reset the router? And how hot must the oven be for bread?")
    assert answer.refused
    assert answer.question.startswith("How do I reset the router? And")


@pytest.mark.parametrize("row", ["? " * 3000, "y cómo " * 3000, "¿qué? " * 2000, "how and " * 3000])
def test_long_rows_take_no_time(row: str) -> None:
    started = time.perf_counter()
    several(row)
    assert time.perf_counter() - started < 2
