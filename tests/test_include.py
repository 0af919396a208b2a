"""What was left out can be asked for, and is read then."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import SettingsError, TomoError, WindowError
from ingest.filing import Piece
from ingest.library import Library
from ingest.records import FileRecord
from ingest.types import Chunk, Document, Page, Section
from rag.chats.types import Request
from rag.cli.commands import pin_of
from rag.plan import Ranking, Wish
from rag.plan import Request as Asked
from rag.planning.include import including
from rag.planning.planner import Planner
from rag.planning.sections import LARGEST
from rag.types import LeftOut, Passage, Pin, Plan
from tests.fakes_assistant import receipt
from tests.planning import QUESTION, SEPARATORS, count, reader

PAGES = 8
SECTIONS = (Section("Start", 1, 2, 60), Section("Next", 1, 4, 51), Section("End", 1, 7, 30))
LONG = "long"


def words(name: str, n: int, many: int) -> str:
    return " ".join(f"{name}{n}" for _ in range(many))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Two manuals of eight pages, whose sections begin amid a page, and one that is a single page far too long."""
    folder = tmp_path_factory.mktemp("library")
    library = Library(folder)
    for name in ("a", "b"):
        pages = tuple(Page(n, f"x{n}", words(name, n, 40)) for n in range(1, PAGES + 1))
        _store(library, Document(name, "manual", f"Manual {name}", "en", pages, SECTIONS))
    _store(library, Document(LONG, "manual", "Long", "en", (Page(1, "1", words("z", 1, LARGEST)),)))
    return library


def _store(library: Library, document: Document) -> None:
    pieces = [Chunk(document.id, p.number, p.number, 0, len(p.text), p.text, "") for p in document.pages]
    library.store(FileRecord(f"/m/{document.id}.md", document.id, 1, 1), [Piece(document, pieces)], {""})


def found(document: str, n: int, score: float = 1.0, stretch: tuple[int, int] = (0, 39)) -> Passage:
    text = words("z" if document == LONG else document, n, LARGEST if document == LONG else 40)[slice(*stretch)]
    return Passage(document, f"Manual {document}", "f", "manual", "en", n, f"x{n}", *stretch, text, "", score)


def planned(
    library: Library, pins: tuple[Pin, ...], ranking: tuple[Passage, ...] = (), *, window: int = 2000,
    wish: Wish = "auto", chosen: tuple[str, ...] = (), budget: int = 0,
) -> Plan:  # fmt: skip
    counts = {i: sum(count(p.text) for p in library.pages(i)) for i in ("a", "b", LONG)}
    planner = Planner(library, reader(window), lambda ids: {i: counts[i] for i in ids})
    outlook = planner.look(Asked(QUESTION, wish, budget, pinned=pins), chosen, Ranking(ranking))
    return planner.read(outlook)


def reads(plan: Plan, pin: Pin) -> bool:
    """Whether the prompt has the page that was asked for, once."""
    held = [p for p in plan.passages if (p.document_id, p.page) == (pin.document_id, pin.page)]
    prompt = "\n".join(message.text for message in plan.messages)
    return len(held) == 1 and prompt.count(held[0].text) == 1


def test_what_was_left_out_is_pinned_beside_what_is_pinned_already() -> None:
    left = LeftOut("b, page 3", 200, "no room", False, "b", 3, 10, 90)
    asked = including(Request("How?", pinned=(Pin("a", 1),)), replace(receipt(), left_out=(left,)), 0)
    assert asked == Request("How?", pinned=(Pin("a", 1), Pin("b", 3, 10, 90)))
    assert including(asked, replace(receipt(), left_out=(left,)), 0) == asked


def test_what_is_no_document_or_was_read_whole_cannot_be_included() -> None:
    left = (LeftOut("an old turn", 9, "history"), LeftOut("a, page 1", 9, "no room", document_id="a", page=1))
    of = replace(receipt(), left_out=left, documents=("a",))
    assert [including(Request("How?"), of, at) for at in (0, 1)] == [None, None]


def test_what_a_plan_leaves_out_names_the_stretch_to_be_asked_for(library: Library) -> None:
    ranking = tuple(found("ab"[n % 2], n, 1 / n) for n in range(1, PAGES + 1))
    plan = planned(library, (), ranking, window=700, wish="passages")
    assert plan.left_out
    for item in plan.left_out:
        assert (item.start, item.end) == (0, 39)
        wider = planned(library, (Pin(item.document_id, item.page, item.start, item.end),), ranking, window=700)
        assert reads(wider, Pin(item.document_id, item.page))


pins = st.lists(st.builds(Pin, st.sampled_from("ab"), st.integers(1, PAGES)), min_size=1, max_size=4, unique=True)
rankings = st.lists(
    st.builds(found, st.sampled_from("ab"), st.integers(1, PAGES), st.floats(0.01, 1)),
    max_size=10, unique_by=lambda p: (p.document_id, p.page),
)  # fmt: skip


@given(
    pins, rankings, st.integers(500, 4000), st.sampled_from(["auto", "document", "sections", "passages"]),
    st.sampled_from([(), ("a",), ("a", "b")]), st.integers(0, 900),
)  # fmt: skip
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_asked_for_is_read_once_and_said_or_refused_with_the_numbers(
    library: Library, wanted: list[Pin], ranking: list[Passage], window: int, wish: Wish, chosen: tuple[str, ...],
    budget: int,
) -> None:  # fmt: skip
    if wish == "document" and not chosen:
        return
    try:
        plan = planned(library, tuple(wanted), tuple(ranking), window=window, wish=wish, chosen=chosen, budget=budget)
    except WindowError as error:
        assert str(window) in SEPARATORS.sub("", str(error)) or "whole" in str(error)  # noqa: PT017 - refused with its numbers, or read
        return
    assert all(reads(plan, pin) for pin in wanted)
    beside = {pin for pin in wanted if pin.document_id not in plan.documents}
    assert beside <= {Pin(p.document_id, p.page) for p in plan.pinned} <= set(wanted)
    assert ("because you asked for it" in plan.reason) == bool(plan.pinned)
    assert all(f"Manual {pin.document_id}, page x{pin.page} " in plan.reason for pin in beside)
    assert plan.tokens.used + plan.tokens.reserve <= window
    assert not {(item.document_id, item.page) for item in plan.left_out} & {
        (pin.document_id, pin.page) for pin in wanted
    }


def test_nothing_that_was_read_before_has_to_go_while_there_is_room(library: Library) -> None:
    ranking = (found("a", 1), found("b", 2, 0.5))
    before = planned(library, (), ranking, wish="passages")
    after = planned(library, (Pin("b", 7),), ranking, wish="passages")
    assert set(before.passages) < set(after.passages)
    assert set(after.passages) - set(before.passages) == set(after.pinned)


@pytest.mark.parametrize("length", [(0, 300), (9_000, 9_300)], ids=["beginning", "middle"])
def test_of_a_page_far_too_long_the_stretch_that_was_listed_is_read(library: Library, length: tuple[int, int]) -> None:
    plan = planned(library, (Pin(LONG, 1, *length),), (found("a", 1),))
    (read,) = plan.pinned
    assert (read.start, read.end) == length
    assert library.pages(LONG)[0].text[read.start : read.end] == read.text


def test_a_page_that_cannot_fit_is_refused_with_the_numbers(library: Library) -> None:
    with pytest.raises(WindowError) as told:
        planned(library, (Pin(LONG, 1),), window=1500)
    size = count(library.pages(LONG)[0].text)
    numbers = [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", str(told.value))]
    assert 1500 in numbers
    assert any(size <= n <= size + 60 for n in numbers)
    assert "Include fewer pages" in str(told.value)


@pytest.mark.parametrize(
    ("pin", "wish", "chosen", "words"),
    [
        pytest.param(Pin("gone", 1), "auto", (), "no longer in the library", id="no-such-document"),
        pytest.param(Pin("a", 99), "auto", (), "has 8 pages: there is no page 99", id="no-such-page"),
        pytest.param(Pin("b", 1), "summary", ("a",), "Choose that document too", id="beside-a-summary"),
    ],
)
def test_what_cannot_be_read_is_refused(
    library: Library, pin: Pin, wish: Wish, chosen: tuple[str, ...], words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        planned(library, (pin,), (found("a", 1),), wish=wish, chosen=chosen)


def test_a_page_of_a_document_that_is_read_whole_is_there_already(library: Library) -> None:
    assert planned(library, (Pin("a", 3),), (), wish="document", chosen=("a",)).documents == ("a",)


def test_a_section_that_runs_into_a_page_that_was_asked_for_gives_only_its_other_pages(library: Library) -> None:
    plan = planned(library, (Pin("a", 4),), (found("a", 3),), wish="sections")
    assert [(p.page, p.start, p.end) for p in plan.passages] == [(2, 60, 119), (3, 0, 119), (4, 0, 119)]
    assert reads(plan, Pin("a", 4))


def test_a_document_that_does_not_fit_beside_the_page_is_not_thought_to_be_read_whole(library: Library) -> None:
    ranking = (found("a", 1),)
    alone = planned(library, (), ranking, window=1150, chosen=("a",))
    assert alone.documents == ("a",)
    tight = alone.tokens.used + alone.tokens.reserve + 20
    beside = planned(library, (Pin("b", 7),), ranking, window=tight, chosen=("a",))
    assert beside.documents == ()
    assert "compares or lists" not in beside.reason
    assert reads(beside, Pin("b", 7))


def test_a_budget_that_there_was_room_for_is_no_reason_to_refuse_the_page(library: Library) -> None:
    ranking = tuple(found("a", n, 1 / n) for n in range(1, PAGES + 1))
    plain = planned(library, (), ranking, wish="passages", window=800)
    room = plain.tokens.window - plain.tokens.reserve - plain.tokens.system - plain.tokens.question
    assert reads(planned(library, (Pin("b", 5),), ranking, wish="passages", window=800, budget=room), Pin("b", 5))


def test_a_budget_is_for_what_is_read_beside_the_page(library: Library) -> None:
    ranking = tuple(found("a", n, 1 / n) for n in range(1, PAGES + 1))
    plain, more = (planned(library, p, ranking, wish="passages", budget=120) for p in ((), (Pin("b", 5),)))
    assert set(plain.passages) < set(more.passages)


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("Manual a", "ID:PAGE"),
        ("Manual a:x", "ID:PAGE"),
        ("Manual a:9999999999", "ID:PAGE"),
        (":3", "ID:PAGE"),
        ("nothing:1", "nothing"),
    ],
    ids=["no-page", "no-number", "no-page-has-it", "no-document", "an-unknown-document"],
)
def test_what_is_no_page_cannot_be_named_on_the_command_line(library: Library, named: str, words: str) -> None:
    assert pin_of("Manual a:3", library) == Pin("a", 3)
    with pytest.raises(TomoError, match=words):
        pin_of(named, library)
