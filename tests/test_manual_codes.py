"""A code that stands in many tickets: what the manual says of it is quoted all the same, and first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.filters import Filters
from ingest.pipeline import Tools, ingest
from ingest.readers import read
from ingest.types import Kind
from rag.assistant import Assistant
from rag.codes import defines
from rag.events import Answer, Answered
from rag.fakes import FakeLLM
from rag.question import understand
from rag.search.manual_codes import with_manuals
from rag.types import Passage, SearchResult
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


def passage(text: str, kind: Kind, document: str) -> Passage:
    return Passage(document, document, document, kind, "en", 1, "1", 0, len(text), text, "", 0.0)


ROW = passage("E03\tFan\tClean it\nE04\tLow pressure\tRefill", "manual", "guide")
NAMED = passage("The code. With E04 it is enough to refill.", "manual", "faq")
OTHER = passage("The pump hums.", "manual", "pump")
TICKET = passage("The boiler shows E04", "ticket", "T-1")


@pytest.mark.parametrize(
    ("question", "found", "expected"),
    [
        pytest.param("What does E04 mean?", [TICKET, NAMED], ["guide", "T-1", "faq"], id="named-after-a-ticket"),
        pytest.param("What does E04 mean?", [NAMED, TICKET], ["faq", "guide", "T-1"], id="named-before-a-ticket"),
        pytest.param("What does E04 mean?", [OTHER, TICKET], ["guide", "pump", "T-1"], id="not-named"),
        pytest.param("What does E04 mean?", [TICKET, NAMED, ROW], ["guide", "T-1", "faq"], id="found-below"),
        pytest.param("What does E04 mean?", [ROW, TICKET], ["guide", "T-1"], id="found-above"),
        pytest.param("What does E04 mean?", [NAMED], ["faq"], id="no-ticket"),
        pytest.param("Who refilled the boiler?", [TICKET, NAMED], ["T-1", "faq"], id="no-code"),
    ],
)
def test_what_begins_with_the_code_goes_before_tickets(
    question: str, found: list[Passage], expected: list[str]
) -> None:
    asked = understand(question)
    manuals = SearchResult(asked, (NAMED, OTHER, ROW), 0.0, 0.5)
    ranked = tuple(replace(one, score=0.9 / (at + 1)) for at, one in enumerate(found))
    mended = with_manuals(SearchResult(asked, ranked, 0.0, 0.5), lambda: manuals)
    assert [one.title for one in mended.passages] == expected
    assert [one.score for one in mended.passages] == sorted((one.score for one in mended.passages), reverse=True)


@pytest.mark.parametrize(
    ("name", "text", "is_it"),
    [
        pytest.param("E04", "E04\tLow pressure\tRefill", True, id="row"),
        pytest.param("E04", "Code\tMeaning\n| E04 | Low pressure |", True, id="row-of-markdown"),
        pytest.param("E04", "## Error E04: low pressure", True, id="heading"),
        pytest.param("79", "Error 079 - the service is off", True, id="number"),
        pytest.param("E-04", "e-04: low pressure", True, id="entry"),
        pytest.param("E04", "With E04 refill the boiler.", False, id="named-in-a-sentence"),
        pytest.param("E04", "E040\tFan", False, id="another-code"),
        pytest.param("79", "79.5 MB are free", False, id="a-figure"),
    ],
)
def test_a_line_that_begins_with_a_code_defines_it(name: str, text: str, is_it: bool) -> None:
    assert defines(name, text) is is_it
