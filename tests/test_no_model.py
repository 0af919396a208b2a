"""Without any model to answer, documents are quoted, and whoever wants more is told what to do."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ingest.counting import STEM
from ingest.errors import ModelError
from ingest.pipeline import ingest
from ingest.settings import Settings
from rag.assistant import Assistant
from rag.events import Answer, Answered
from rag.models import PACKAGE, answers_here
from rag.no_model import NoModel
from rag.plan import Wish
from rag.types import Message
from tests.fakes import make_tools

PUMP = "# Pump\n\n" + "\n\n".join(
    f"The pump valve {n} opens at {n} degrees. It is checked once a year." for n in range(30)
)


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    (tmp_path / "pump.md").write_text(PUMP, encoding="utf-8")
    tools = make_tools(tmp_path / "library")
    list(ingest([tmp_path / "pump.md"], tools))
    return Assistant(tools.library, tools.store, tools.embedder, NoModel(), answer_tokens=100, refuse_below=0.0)


def last(assistant: Assistant, text: str, mode: Wish = "auto") -> Answer:
    documents = [row.id for row in assistant.library.documents()] if mode in ("document", "summary") else []
    *_, end = assistant.ask(text, mode=mode, documents=documents)
    assert isinstance(end, Answered)
    return end.answer


@pytest.mark.parametrize("mode", ["auto", "document", "sections", "passages", "summary"])
def test_documents_are_quoted_in_every_mode(assistant: Assistant, mode: Wish) -> None:
    answer = last(assistant, "When does the pump valve 7 open?", mode)
    assert answer.citations
    assert all(citation.verified for citation in answer.citations)
    assert (answer.receipt.model, answer.receipt.style) == ("quotes only", "quote")
    assert 0 < answer.receipt.tokens.question < answer.receipt.tokens.window


def test_a_wish_to_write_is_refused_with_what_to_do(assistant: Assistant) -> None:
    with pytest.raises(ModelError, match="so documents are only quoted"):
        next(assistant.ask("When does the pump valve 7 open?", style="write"))
    assert last(assistant, "When does the pump valve 7 open?").citations


def test_a_follow_up_needs_no_model(assistant: Assistant) -> None:
    history = [Message("user", "When does the pump valve 7 open?")]
    *_, end = assistant.ask("and valve 9?", history=history)
    assert isinstance(end, Answered)
    assert "9 degrees" in end.answer.text


def test_it_counts_what_it_reads(assistant: Assistant) -> None:
    model = NoModel()
    assert model.count("") == 0
    assert model.count("a" * 100) == 40
    messages = [Message("user", "a" * 100)]
    assert len(model.tokens_of(messages)) == model.count_prompt(messages) > 40


def test_a_model_that_is_there_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / PACKAGE).mkdir()
    (tmp_path / PACKAGE / "__init__.py").touch()  # the package, without its file
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, PACKAGE, raising=False)
    assert not answers_here(Settings(models=tmp_path))
    assert answers_here(Settings(models=tmp_path, llm="own.gguf"))
    (tmp_path / f"{STEM}-q8_0.gguf").touch()
    assert answers_here(Settings(models=tmp_path))
