"""Quotes are verbatim stretches of a page, and a citation says so only when a check has found it there."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sentences import sentences
from ingest.types import Fields
from rag.cite import cite, invented_marks, is_on_page
from rag.types import Passage

PAGE = "To reset the router, hold the button for 10 seconds.\nThe configu-\nration is lost. See port 8443 for access."


def passage(text: str = PAGE) -> Passage:
    return Passage("d", "Guide", "g.pdf", "manual", "en", 4, "iv", 0, len(text), text, "Reset", 1.0)


def page_text(document_id: str, page: int) -> str:
    return PAGE if (document_id, page) == ("d", 4) else ""


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        pytest.param("hold the button for 10 seconds", True, id="verbatim"),
        pytest.param("hold  the\nbutton for 10 seconds", True, id="other-white-space"),
        pytest.param("The configuration is lost", True, id="hyphenated-at-line-end"),
        pytest.param("hold the button for 1０ seconds", True, id="compatibility-forms"),
        pytest.param("hold the button for 15 seconds", False, id="another-number"),
        pytest.param("Hold the button", False, id="another-case"),
        pytest.param("", False, id="empty"),
        pytest.param(" \n", False, id="blank"),
    ],
)
def test_a_quote_is_on_the_page_or_not(quote: str, found: bool) -> None:
    assert is_on_page(quote, PAGE) is found


@given(st.integers(0, len(PAGE)), st.integers(0, len(PAGE)))
def test_every_stretch_of_words_is_found_on_its_page(a: int, b: int) -> None:
    words = PAGE.split(" ")
    quote = " ".join(words[min(a, b) % len(words) : max(a, b) % len(words) + 1])
    assert is_on_page(quote, PAGE) or not quote.strip()


def test_a_citation_of_a_ticket_has_its_number() -> None:
    ticket = replace(passage(), kind="ticket", fields=Fields(key="SOP-1002"))
    assert cite(1, ticket, "hold the button", page_text).ticket == "SOP-1002"
    assert cite(1, passage(), "hold the button", page_text).ticket == ""


def test_a_quote_from_another_page_is_not_verified() -> None:
    assert cite(1, passage(), "hold the button", page_text).verified
    assert not cite(1, passage(), "hold the button", lambda document, page: "something else").verified


def test_a_quote_on_its_page_that_does_not_bear_out_what_is_said_is_not_verified() -> None:
    assert not cite(1, passage(), "hold the button", page_text, supported=False).verified


def test_marks_that_name_no_passage_are_reported() -> None:
    assert invented_marks("One [1], two [2], ten [10].", [passage()]) == (2, 10)


@given(st.text(alphabet="aB1 .!?\n-•|:;)ñ", max_size=200))
def test_sentences_never_overlap_and_lose_no_letter(text: str) -> None:
    spans = sentences(text)
    assert all(a < b for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in itertools.pairwise(spans))
    inside = {i for a, b in spans for i in range(a, b)}
    assert all(i in inside for i, c in enumerate(text) if c.isalnum())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Uno. Dos, tres.\nCuatro.", ["Uno.", "Dos, tres.", "Cuatro."], id="sentences"),
        pytest.param("A line\nthat goes on. End", ["A line\nthat goes on.", "End"], id="a-line-end-inside"),
        pytest.param("- uno\n- dos", ["- uno", "- dos"], id="list-items"),
        pytest.param("E01 | low | fill\nE02 | hot | wait", ["E01 | low | fill", "E02 | hot | wait"], id="table-rows"),
        pytest.param("Véase p. ej. el cap. 3. Fin.", ["Véase p. ej. el cap. 3.", "Fin."], id="abbreviations"),
        pytest.param("Version 2.5.1 of the tool. Ok.", ["Version 2.5.1 of the tool.", "Ok."], id="numbers"),
    ],
)
def test_where_sentences_end(text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in sentences(text)] == expected
