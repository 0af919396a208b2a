"""Who asks for more is not told the same again."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.pipeline import ingest
from rag.assistant import Assistant
from rag.events import Answer, Answered
from rag.fakes import FakeLLM
from rag.follow_ups.beyond import beyond
from rag.follow_ups.more import told, unsaid, wants_more
from rag.types import Message
from tests.fakes import make_tools

HEATER = "# Heater\n\n" + "\n\n".join(
    f"## Part {name}\n\nThe heater valve {name} opens at {degrees} degrees and closes again when the water is cold. "
    + "It is checked once a year. " * 20
    for name, degrees in (("one", 40), ("two", 50), ("three", 60), ("four", 70), ("five", 80), ("six", 90))
)


@pytest.mark.parametrize("text", [
    "más detalles", "Dame más detalles, por favor", "¿algo más?", "¿Qué más?", "más ejemplos", "¿y más información?",
    "more details", "tell me more", "Go on.", "What else?", "any more examples?", "anything else", "continúa", "más",
])  # fmt: skip
def test_a_wish_for_more_is_known(text: str) -> None:
    assert wants_more(text)


@pytest.mark.parametrize("text", [
    "más detalles de la red", "¿qué más necesito para RAID?", "¿por qué?", "no funciona", "¿y en modo texto?",
    "more than one disk", "What else can fail?", "¿hay más puertos?", "gracias", "otro",
])  # fmt: skip
def test_a_question_of_its_own_is_not(text: str) -> None:
    assert wants_more(text) == (text == "otro")


def ask(assistant: Assistant, text: str, history: list[Message]) -> Answer:
    *_, end = assistant.ask(text, history=history)
    assert isinstance(end, Answered)
    history += [Message("user", text, "en"), Message("assistant", end.answer.text)]
    return end.answer


def test_who_asks_for_more_reads_what_was_not_quoted_before(tmp_path: Path) -> None:
    (tmp_path / "heater.md").write_text(HEATER, encoding="utf-8")
    tools = make_tools(tmp_path / "library")
    list(ingest([tmp_path / "heater.md"], tools))
    assistant = Assistant(tools.library, tools.store, tools.embedder, FakeLLM(), answer_tokens=100, refuse_below=0.0)
    history: list[Message] = []
    first = ask(assistant, "When does the heater valve open?", history)
    more = ask(assistant, "more details", history)
    assert first.citations
    assert more.citations
    assert not {c.quote for c in first.citations} & {c.quote for c in more.citations}
    again = ask(assistant, "When does the heater valve open?", history)
    assert {c.quote for c in again.citations} == {c.quote for c in first.citations}


def test_where_all_has_been_quoted_it_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "heater.md").write_text("The heater valve opens at 40 degrees.", encoding="utf-8")
    tools = make_tools(tmp_path / "library")
    list(ingest([tmp_path / "heater.md"], tools))
    assistant = Assistant(tools.library, tools.store, tools.embedder, FakeLLM(), answer_tokens=100, refuse_below=0.0)
    found = assistant.search("heater valve")
    said = [Message("user", "When?"), Message("assistant", "«The heater valve opens at 40 degrees.» [1]")]
    before = told("more details", said)
    assert unsaid(found.passages, before) == ()
    assert beyond(found, before, tools.library).passages == found.passages


def test_what_is_left_of_a_passage_is_where_it_says(tmp_path: Path) -> None:
    (tmp_path / "heater.md").write_text(HEATER, encoding="utf-8")
    tools = make_tools(tmp_path / "library")
    list(ingest([tmp_path / "heater.md"], tools))
    assistant = Assistant(tools.library, tools.store, tools.embedder, FakeLLM(), answer_tokens=100, refuse_below=0.0)
    history: list[Message] = []
    ask(assistant, "When does the heater valve open?", history)
    for part in unsaid(assistant.search("heater valve").passages, told("more", history)):
        page = tools.library.page(part.document_id, part.page)
        assert page is not None
        assert page.text[part.start : part.end] == part.text


def test_what_a_long_conversation_quoted_is_known_though_the_window_holds_little_of_it(tmp_path: Path) -> None:
    (tmp_path / "heater.md").write_text(HEATER, encoding="utf-8")
    tools = make_tools(tmp_path / "library")
    list(ingest([tmp_path / "heater.md"], tools))
    llm = FakeLLM(window=1200)
    assistant = Assistant(tools.library, tools.store, tools.embedder, llm, answer_tokens=100, refuse_below=0.0)
    history: list[Message] = []
    quoted = [c.quote for c in ask(assistant, "When does the heater valve open?", history).citations]
    for _ in range(12):
        history += [Message("user", "thanks", "en"), Message("assistant", "You are welcome. " * 40)]
    more = [c.quote for c in ask(assistant, "more details", history).citations]
    assert more
    assert not set(quoted) & set(more)


VALVE = "The heater valve opens at 40 degrees and closes again at 30 degrees. It is of brass and lasts for ten years."
BREAD = "Bread needs flour and water, and an hour in a warm place. It is baked until the crust is brown all over."
ALL_TOLD = [
    pytest.param("When does the heater valve open?", "more details", "The documents say no more about this", id="en"),
    pytest.param("¿A qué grados abre la valve?", "más detalles", "Sobre esto los documentos no dicen más", id="es"),
]


@pytest.mark.parametrize(("question", "wish", "said"), ALL_TOLD)
def test_once_all_is_told_it_says_so_and_does_not_wander(tmp_path: Path, question: str, wish: str, said: str) -> None:
    (tmp_path / "heater.md").write_text(f"# Heater\n\n{VALVE}", encoding="utf-8")
    (tmp_path / "oven.md").write_text(f"# Oven\n\n{BREAD}", encoding="utf-8")
    tools = make_tools(tmp_path / "library")
    list(ingest([tmp_path / "heater.md", tmp_path / "oven.md"], tools))
    assistant = Assistant(tools.library, tools.store, tools.embedder, FakeLLM(), answer_tokens=100, refuse_below=0.0)
    more = ask(assistant, wish, [Message("user", question), Message("assistant", f"«{VALVE}» [1]")])
    assert more.text.startswith(said)
    assert "Bread" not in more.text
    assert more.citations
