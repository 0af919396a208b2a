"""A code that stands in many tickets: what the manual says of it is quoted all the same, and first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ingest.filters import Filters
from ingest.pipeline import Tools, ingest
from ingest.readers import read
from rag.assistant import Assistant
from rag.events import Answer, Answered
from rag.fakes import FakeLLM
from tests.fakes import make_tools

GUIDE = "# Tracker guide\n\nMount it.\n\n| Code | Meaning | Remedy |\n|---|---|---|\n" + "".join(
    f"| L-{n:02d} | Part {n} has no power | Look at fuse {n} |\n" for n in range(3, 40)
)


def library(tmp_path: Path) -> Tools:
    rows = "".join(
        f"T-{n},What does L-07 mean on unit {n}?,Closed,2025-03-{n % 28 + 1:02d},What does L-07 mean? Unit {n}.\n"
        for n in range(1, 120)
    )
    (tmp_path / "tickets.csv").write_text(f"Ticket ID,Subject,Status,Created,Description\n{rows}", encoding="utf-8")
    (tmp_path / "guide.md").write_text(GUIDE, encoding="utf-8")
    tools = replace(make_tools(tmp_path / "library"), read=read)
    list(ingest([tmp_path / "tickets.csv", tmp_path / "guide.md"], tools))
    return tools


def ask(tools: Tools, question: str, filters: Filters) -> Answer:
    model = Assistant(tools.library, tools.store, tools.embedder, FakeLLM())
    return next(e.answer for e in model.ask(question, filters=filters) if isinstance(e, Answered))


def test_the_manual_s_row_of_a_code_comes_before_a_hundred_tickets_with_it(tmp_path: Path) -> None:
    tools = library(tmp_path)
    found = ask(tools, "What does L-07 mean?", Filters())
    assert found.citations[0].file == "guide.md"
    assert "L-07 | Part 7 has no power" in found.citations[0].quote
    only_tickets = ask(tools, "What does L-07 mean?", Filters(kind="ticket"))
    assert {one.file for one in only_tickets.citations} == {"tickets.csv"}
