"""Who asks what a name is for is told apart from who asks something else of it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question import understand
from rag.quotes.asked_name import asks_what_it_is


@pytest.mark.parametrize(
    "question",
    [
        "what does F4 do in Calc?", "¿Para qué sirve Ctrl+F9?", "what is Ctrl+R for?", "¿Para qué es --norestore?",
        "What does the --headless option do?", "¿Qué hace la opción --no-fonts?", "What's the meaning of E_42?",
        "what is `dh_prep`?", "¿Qué significa la luz WAN?", "ok, y ¿qué hace cache_size en el archivo?", "explain E_42",
    ],
)  # fmt: skip
def test_what_is_it(question: str) -> None:
    assert asks_what_it_is(understand(question))


@pytest.mark.parametrize(
    "question",
    [
        "What is the warranty of the R3?", "what is the R3 warranty?", "How long is the warranty of the R3?",
        "¿Qué es mejor, el A1 o el A2?", "what is the weight of the B20?", "¿qué hace falta para instalar el R3?",
        "Which port does SNMP use?", "what does the R3 cost?", "what is the default of cache_size?", "What is a lamp?",
    ],
)  # fmt: skip
def test_what_of_it(question: str) -> None:
    assert not asks_what_it_is(understand(question))


@given(st.text(alphabet="what is doe queF4_-?¿ ", max_size=200))
def test_no_question_takes_long(text: str) -> None:
    started = time.perf_counter()
    asks_what_it_is(understand(f"what does F4 {text}"))
    assert time.perf_counter() - started < 1
