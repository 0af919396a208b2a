"""From numbers to plans over a real catalogue: no text is read before it is wanted."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from ingest.errors import SettingsError
from ingest.library import Library
from rag.budget import Reader
from rag.fakes import FakeLLM
from rag.plan import Before, Ranking, Request
from rag.planning.planner import Planner
from rag.types import Passage
from tests.bench.planning import bench_planning
from tests.catalogue import PAGES, fill_catalogue, name, rankings
from tests.planning import QUESTION, reader

TEXTS = {("pages", "text"), ("chunks", "text")}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return fill_catalogue(tmp_path, 50, 400, "t")


def planner(library: Library, model: Reader | None = None) -> Planner:
    return Planner(library, model or reader(4000), lambda ids: library.token_counts("t", ids))


def one_document(n: int = 3) -> tuple[Passage, ...]:
    text = "All there is to say about"
    return (Passage(name(n), f"Manual {n}", "x", "manual", "en", 1, "1", 0, len(text), text, "", 1.0),)


def test_deciding_reads_no_text_of_a_document_and_reading_does(library: Library) -> None:
    read: set[tuple[str, str]] = set()

    def watch(action: int, table: str | None, column: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_READ:
            read.add((str(table), str(column)))
        return sqlite3.SQLITE_OK

    library._db.set_authorizer(watch)
    plans = planner(library)
    outlooks = [plans.look(Request(QUESTION), scope, Ranking(r)) for r in rankings(50, 9) for scope in ([], [name(1)])]
    assert read
    assert not read & TEXTS
    documents = [outlook for outlook in outlooks if outlook.choice.mode == "document"]
    plans.read(documents[0])
    assert read & TEXTS
    library._db.set_authorizer(None)


def test_a_document_is_as_long_as_its_text_and_the_heads_of_its_pages(library: Library) -> None:
    outlook = planner(library).look(Request(QUESTION), [name(3)], Ranking(one_document()))
    assert 400 < outlook.scope.wholes[0].tokens <= 400 + PAGES * 40


def test_what_is_read_of_a_whole_document_does_not_depend_on_what_was_found(library: Library) -> None:
    plans = planner(library)
    first = plans.read(plans.look(Request(QUESTION), [name(3)], Ranking(one_document())))
    other = plans.read(plans.look(Request(QUESTION), [name(3)], Ranking(())))
    assert (first.mode, first.documents) == ("document", (name(3),))
    assert first.messages[0] == other.messages[0]


def test_an_unsure_search_is_widened_at_once_and_the_step_is_told(library: Library) -> None:
    found = rankings(50, 6)[-1]
    outlook = planner(library, reader(2000)).look(Request(QUESTION), [], Ranking(found, 0.4))
    if outlook.choice.mode == "document":
        pytest.skip("the ranking points at one document")
    assert outlook.choice.mode == "sections"
    assert [(s.mode, "40%" in s.why) for s in outlook.steps] == [("passages", True)]


def test_the_conversations_document_is_gone_on_with_while_it_holds_some_of_what_is_found(library: Library) -> None:
    a, b = one_document(3)[0], one_document(4)[0]
    ranking = Ranking((a, b))
    before = Before("document", (name(4),))
    assert planner(library).look(Request(QUESTION), [], ranking).choice.mode == "passages"
    outlook = planner(library).look(Request(QUESTION, before=before), [], ranking)
    assert (outlook.choice.mode, outlook.choice.documents) == ("document", (name(4),))


def test_an_unknown_document_is_refused(library: Library) -> None:
    with pytest.raises(SettingsError, match="no such document"):
        planner(library).look(Request(QUESTION), ["nothing"], Ranking(()))


@pytest.mark.heavy
def test_deciding_over_ten_million_tokens_takes_milliseconds(tmp_path: Path) -> None:
    assert bench_planning(tmp_path, FakeLLM(window=8192), runs=150) < 25  # the bench wants 5, on a quiet machine
