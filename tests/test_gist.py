"""Of a complaint or a log that is pasted whole, what is asked in it and what fails is searched for."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from rag.follow_ups.complete import complete
from rag.gist import gist, in_view, subject, views
from rag.question import understand
from rag.types import Message, Question, SearchResult

STORY = (
    "Buenos días, nos escribe un cliente: «Hola, compré la caldera Norte 24 hace dos semanas y estoy contento. Vino el "
    "técnico, la dejó puesta y me explicó los botones. "
    "Desde el lunes se apaga sola y sale el aviso E17 en la pantalla. "
    "Ya la he apagado y encendido. Un saludo, Marta». ¿Qué le digo?"
)
TOLD = (
    "Hi team, a customer wrote to us: she moved to a new flat last month and took the router with her. The house is "
    "lovely and has three floors. The router does not reach the second floor any more. How do I move it to channel 11? "
    "Thanks a lot, Pierre"
)
LOG = """Mar 03 10:22:01 gw1 pumpd[311]: starting
Mar 03 10:22:02 gw1 pumpd[311]: valve 4 failed to close
Mar 03 10:22:09 gw1 pumpd[311]: retry in 30 s
"""
TRACE = """Traceback (most recent call last):
  File "/opt/pump/run.py", line 89, in main
    start(args)
pump.lock.LockTimeout: /var/pump/lock
The nightly run fails with this since Monday."""


@pytest.mark.parametrize(
    "text", ["How do I reset the router?", "¿Y en Windows?", "E17", "The pump: what does E4 mean?"]
)
def test_a_short_question_is_searched_for_as_it_is(text: str) -> None:
    assert (gist(text), subject(text), views(text)) == (text, text, ())


def test_of_a_story_what_fails_is_searched_for_and_not_the_rest() -> None:
    assert gist(STORY) == "Desde el lunes se apaga sola y sale el aviso E17 en la pantalla."
    assert "Qué le digo" not in " ".join(views(STORY))


def test_of_a_story_that_names_a_code_its_clause_is_searched_for_and_never_the_plea_for_help() -> None:
    story = (
        "I am writing because since last Tuesday our boiler makes a strange noise whenever my colleague opens the tap, "
        "and today it stopped completely and the display shows E10 blinking. My boss is angry. I already turned it off "
        "and on. Could you please help us as soon as possible?"
    )
    assert views(story)[1:] == ("today it stopped completely and the display shows E10 blinking.",)
    assert "help us" not in " ".join(views(story))


def test_what_is_asked_in_a_story_comes_first_and_alone_is_what_later_questions_are_about() -> None:
    assert subject(TOLD) == "How do I move it to channel 11?"
    assert "does not reach the second floor" in gist(TOLD)
    assert "lovely" not in gist(TOLD)


def test_of_a_log_the_question_below_it_is_searched_for() -> None:
    assert gist(LOG + "How do I clean the valve?") == "How do I clean the valve?"


def test_a_log_without_a_question_gives_its_last_error() -> None:
    assert gist(LOG + "This comes from the cellar.").endswith("valve 4 failed to close")
    assert "pump.lock.LockTimeout" in gist(TRACE)
    assert "args" not in gist(TRACE)


@pytest.mark.parametrize(
    ("sure", "won"),
    [
        pytest.param({"gist": 0.5, "part": 0.9, "whole": 0.1}, "gist", id="the-gist-where-it-is-enough"),
        pytest.param({"gist": 0.2, "part": 0.6, "whole": 0.1}, "part", id="else-the-surest-part"),
        pytest.param({"gist": 0.2, "part": 0.1, "whole": 0.4}, "whole", id="or-all-of-it"),
    ],
)
def test_a_story_is_answered_by_that_of_it_for_which_the_search_is_sure(sure: dict[str, float], won: str) -> None:
    def search(question: Question) -> SearchResult:
        return SearchResult(question, (), 0.0, sure[question.text])

    found = in_view(replace(understand("whole E17")), ["gist", "part"], lambda q: search(_named(q)), 0.33)
    assert found.question.text == won


def _named(question: Question) -> Question:
    return replace(question, text="whole") if question.text == "whole E17" else question


def test_a_question_after_a_story_leans_on_what_failed_in_it() -> None:
    history = [Message("user", STORY), Message("assistant", "«…» [1]")]
    completed = complete("¿y si no funciona?", history)
    assert "aviso E17" in completed
    assert "contento" not in completed


@pytest.mark.parametrize(
    "row", ["no " * 4000, "a." * 4000, "x.y" * 3000 + ": ", "«" * 5000, "12:" * 4000, "? ¿" * 3000]
)
def test_long_rows_take_no_time(row: str) -> None:
    started = time.perf_counter()
    gist(row)
    gist("\n".join([row] * 3))
    assert time.perf_counter() - started < 3
