"""The planner's decisions: the mode, the reason that says why, and what is refused with its numbers."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ingest.errors import SettingsError, WindowError
from rag.budget import Costs, Prefix
from rag.plan import LEAST, Before, Choice, Ranking, Request, Wish, choose, widened
from rag.planning.filling import room_for
from rag.planning.scope import Scope, Whole, dominant
from rag.question import understand
from rag.types import Mode, Style
from tests.planning import QUESTION, chosen, filled, passage, reader

WHOLE = Whole("d", "Guide", 900, 3000, 0.9)
HUGE = Whole("h", "Handbook", 90_000, 300_000, 0.9)
FOUND = (passage(1, 10),)


@pytest.mark.parametrize(
    ("wish", "wholes", "scope", "window", "mode", "reason"),
    [
        pytest.param("auto", [WHOLE], True, 2000, "document", "What you chose", id="chosen-and-fits"),
        pytest.param("auto", [WHOLE], True, 1000, "passages", "900 tokens", id="chosen-and-too-large"),
        pytest.param("auto", [WHOLE], False, 2000, "document", "points at one document, Guide", id="implied"),
        pytest.param("auto", [WHOLE], False, 1000, "passages", "900 tokens", id="implied-and-too-large"),
        pytest.param("auto", [HUGE], False, 200_000, "passages", "makes good use", id="fits-but-loses-the-thread"),
        pytest.param("auto", [], False, 2000, "passages", "whole library", id="library-wide"),
        pytest.param("passages", [WHOLE], True, 2000, "passages", "asked for a search", id="forced-passages"),
        pytest.param("sections", [WHOLE], True, 2000, "sections", "asked for sections", id="forced-sections"),
        pytest.param("document", [WHOLE], True, 2000, "document", "You asked", id="forced-document"),
        pytest.param("document", [HUGE], True, 200_000, "document", "You asked", id="forced-beyond-good-use"),
        pytest.param("summary", [HUGE], True, 2000, "summary", "section by section", id="forced-summary"),
    ],
)
def test_the_mode_and_its_reason(
    wish: Wish, wholes: list[Whole], scope: bool, window: int, mode: str, reason: str
) -> None:
    choice = chosen(wish, wholes, reader(window), FOUND, scope=scope)
    assert choice.mode == mode
    assert reason in choice.reason


@pytest.mark.parametrize(
    ("text", "wholes", "window", "mode"),
    [
        pytest.param("Summarise the handbook", [HUGE], 4000, "summary", id="a-summary-of-many-windows"),
        pytest.param("Resume el manual", [HUGE], 4000, "summary", id="resumen"),
        pytest.param("What is the difference between WPA2 and WPA3?", [WHOLE], 4000, "document", id="comparison-fits"),
        pytest.param("What is the difference between WPA2 and WPA3?", [HUGE], 4000, "sections", id="comparison-huge"),
        pytest.param("¿Cuáles son los modos del router?", [], 4000, "sections", id="list-in-the-library"),
        pytest.param("Where is the fuse?", [], 4000, "passages", id="lookup-in-the-library"),
    ],
)
def test_the_kind_of_question_decides_how_much_is_read(text: str, wholes: list[Whole], window: int, mode: Mode) -> None:
    assert chosen("auto", wholes, reader(window), FOUND, text=text).mode == mode


def test_two_documents_that_are_compared_are_compared_by_section() -> None:
    choice = chosen("auto", [WHOLE, HUGE], reader(), FOUND, compared=True)
    assert (choice.mode, choice.documents) == ("summary", ("d", "h"))
    assert "«Guide», «Handbook»" in choice.reason


def test_of_several_documents_those_that_matter_are_read_whole_and_passages_of_the_rest() -> None:
    small = Whole("s", "Leaflet", 500, 1500, 0.05)
    choice = chosen("auto", [HUGE, WHOLE, small], reader(4000), FOUND, scope=True)
    assert (choice.mode, choice.documents, choice.rest) == ("document", ("d",), True)
    assert "2 more documents" in choice.reason


@pytest.mark.parametrize(
    ("per_token", "patience", "mode"),
    [
        pytest.param(0.01, 60, "document", id="quick-enough"),
        pytest.param(1.0, 60, "passages", id="too-slow"),
        pytest.param(1.0, 5000, "document", id="a-patient-person"),
    ],
)
def test_a_document_is_read_whole_only_when_it_can_be_waited_for(per_token: float, patience: float, mode: str) -> None:
    slow = reader(4000, costs=Costs(prefill=lambda new, past: new * per_token))
    assert chosen("auto", [WHOLE], slow, FOUND, request=Request(QUESTION, patience=patience)).mode == mode


def test_a_document_that_is_kept_costs_nothing_to_read_again() -> None:
    def prefix(documents: tuple[str, ...], part: str) -> Prefix:
        return Prefix("saved", 900, 0.04) if (documents, part) == (("d",), "") else Prefix()

    slow = reader(4000, costs=Costs(prefill=lambda new, past: new * 0.1, prefix=prefix))
    choice = chosen("auto", [WHOLE], slow, FOUND, request=Request(QUESTION, patience=40))
    assert choice.mode == "document"
    assert "read and kept" in choice.reason


def test_a_conversation_stays_with_the_document_it_has_been_reading() -> None:
    small = reader(8000, parameters=135_000_000)
    larger = Whole("d", "Guide", 2300, 7000, 0.9)
    assert chosen("auto", [larger], small, FOUND).mode == "passages"
    stays = chosen("auto", [larger], small, FOUND, request=Request(QUESTION, before=Before("document", ("d",))))
    assert stays.mode == "document"
    assert "goes on" in stays.reason
    other = chosen("auto", [larger], small, FOUND, request=Request(QUESTION, before=Before("document", ("x",))))
    assert other.mode == "passages"


@pytest.mark.parametrize(
    ("wish", "text", "starts"),
    [
        ("auto", "¿Dónde está el fusible?", "La pregunta es para toda la biblioteca"),
        ("sections", "¿Dónde está el fusible?", "Has pedido secciones"),
        ("auto", "Where is the fuse?", "The question is for the whole library"),
    ],
)
def test_the_reason_is_in_the_language_of_the_question(wish: Wish, text: str, starts: str) -> None:
    assert chosen(wish, [], reader(), FOUND, text=text).reason.startswith(starts)


def test_what_was_forced_and_cannot_be_done_is_refused_with_the_numbers_and_what_would_fit() -> None:
    with pytest.raises(WindowError, match=r"900 tokens.*window 1,000.*Mode sections"):
        chosen("document", [WHOLE], reader(1000), FOUND, scope=True)
    with pytest.raises(WindowError, match=r"Guide alone \(900 tokens\) would fit"):
        chosen("document", [WHOLE, HUGE], reader(2000), FOUND, scope=True)
    with pytest.raises(SettingsError, match="--document"):
        chosen("document", [], reader(1000), FOUND)
    with pytest.raises(SettingsError, match="--document"):
        chosen("summary", [], reader(1000), FOUND)
    with pytest.raises(WindowError, match=r"up to 5,000 tokens.*Ask for [\d,]+ or fewer"):
        chosen("auto", [WHOLE], reader(2000), FOUND, request=Request(QUESTION, budget=5000))


def test_a_budget_is_what_is_read_at_most() -> None:
    asked = Request(QUESTION, budget=300)
    choice = chosen("auto", [WHOLE], reader(4000), FOUND, request=asked)
    assert (choice.mode, choice.amount) == ("passages", 300)


@pytest.mark.parametrize(
    ("whole", "window", "asked", "limit"),
    [
        pytest.param(WHOLE, 1000, Request(QUESTION), r"more than the [5-8]\d\d that fit:", id="window"),
        pytest.param(HUGE, 200_000, Request(QUESTION), r"more than the 8,000 that this model makes", id="model"),
        pytest.param(WHOLE, 4000, Request(QUESTION, budget=300), r"more than the 300 that you asked for:", id="budget"),
        pytest.param(WHOLE, 4000, Request(QUESTION, patience=7), r"more than is read in 7 s:", id="patience"),
    ],
)
def test_the_reason_names_the_one_limit_that_held(whole: Whole, window: int, asked: Request, limit: str) -> None:
    model = reader(window, costs=Costs(prefill=lambda new, past: new / 100))
    choice = chosen("auto", [whole], model, FOUND, request=asked)
    assert choice.mode == "passages"
    assert re.search(limit, choice.reason)


def test_reading_widens_from_passages_to_sections_to_the_document_and_ends_there() -> None:
    model, request = reader(4000), Request(QUESTION)
    room, _ = room_for(model, QUESTION, ())
    scope = Scope((WHOLE,))
    choice = Choice("passages", "why", 500)
    modes = []
    while wider := widened(choice, request, room, model, scope, 0.8):
        modes.append(wider.mode)
        choice = wider
    assert modes == ["sections", "document"]
    assert widened(Choice("passages", "why", 500), replace(request, wish="passages"), room, model, scope, 0.8) is None
    assert widened(Choice("sections", "why", 500), request, room, model, Scope((HUGE,)), 0.8) is None


def test_reading_does_not_widen_beyond_what_a_person_waits_for() -> None:
    model = reader(4000, costs=Costs(prefill=lambda new, past: float(new)))
    room, _ = room_for(model, QUESTION, ())
    choice = Choice("sections", "why", 500)
    assert widened(choice, Request(QUESTION, patience=60), room, model, Scope((WHOLE,)), 0.8) is None


@pytest.mark.parametrize(
    ("per_token", "style", "wish", "amount"),
    [
        pytest.param(0.0, "write", "auto", 4000, id="a-quick-model"),
        pytest.param(0.01, "write", "auto", 2000, id="one-part-in-three-of-the-patience"),
        pytest.param(1.0, "write", "auto", LEAST, id="however-slow-a-few-passages"),
        pytest.param(1.0, "quote", "auto", 4000, id="quotes-compute-no-prompt"),
        pytest.param(1.0, "write", "passages", 4000, id="asked-for"),
    ],
)
def test_a_search_reads_what_can_be_waited_for(per_token: float, style: Style, wish: Wish, amount: int) -> None:
    model = reader(20_000, parameters=3_000_000_000, style=style, costs=Costs(prefill=lambda n, past: n * per_token))
    room, _ = room_for(model, QUESTION, ())
    found = choose(Request(QUESTION, wish, patience=60), room, model, Scope(()), Ranking(tuple(FOUND)))
    beside = room.fixed if amount == 2000 else 0
    assert (found.mode, found.amount, found.hurried) == ("passages", amount - beside, amount < 4000)
    if found.hurried:
        plan = filled(found, [passage(n, 300) for n in range(1, 9)], model)
        assert {item.why for item in plan.left_out} == {
            "reading more would take too long with this model on this machine"
        }


def test_sections_are_not_read_where_they_could_not_be_more_than_the_passages() -> None:
    slow = reader(20_000, costs=Costs(prefill=lambda new, past: float(new)))
    room, _ = room_for(slow, QUESTION, ())
    assert widened(Choice("passages", "why", LEAST), Request(QUESTION), room, slow, Scope(()), 0.5) is None
    quick = reader(20_000)
    wide = widened(Choice("passages", "why", LEAST), Request(QUESTION), room, quick, Scope(()), 0.5)
    assert wide is not None
    assert wide.mode == "sections"


def test_a_question_longer_than_the_window_is_refused() -> None:
    with pytest.raises(WindowError, match="shorter question"):
        room_for(reader(200), understand("word " * 700), ())


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        pytest.param("aaaab", "a", id="most-of-the-score"),
        pytest.param("abab", None, id="shared"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_ranking_points_at_one_document_only_when_it_clearly_dominates(documents: str, expected: str | None) -> None:
    assert dominant([passage(n, 3, d) for n, d in enumerate(documents, 1)]) == expected


def test_more_documents_than_can_be_thought_of_are_searched_not_read() -> None:
    room, _ = room_for(reader(4000), QUESTION, ())
    scope = Scope((WHOLE,), chosen=True, more=500)
    with pytest.raises(WindowError, match="501 documents"):
        choose(Request(QUESTION, "document"), room, reader(4000), scope, Ranking(FOUND))
