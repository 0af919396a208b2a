"""What can be asked next, told from the headings around the evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.types import Language, Section
from rag.suggest import MOST, Evidence, Tongue, question_for, sections_of, suggestions

OUTLINE = tuple(
    Section(title, level, page)
    for title, level, page in [
        ("1. Introduction", 1, 1), ("2. Installing the pump", 1, 2), ("2.1 Choosing a place", 2, 2),
        ("2.2 Fixing it to the wall", 2, 3), ("Notes", 3, 3), ("2.3 Connecting the water", 2, 4), ("Notes", 3, 5),
        ("3. Cleaning the filter", 1, 6),
    ]
)  # fmt: skip


def at(page: int, section: str = "", outline: tuple[Section, ...] = OUTLINE, language: Language = "en") -> Evidence:
    return Evidence("d", language, page, section, outline)


def about(*titles: str) -> list[str]:
    return [f"What should I know about “{title}”?" for title in titles]


@pytest.mark.parametrize(
    ("evidence", "found"),
    [
        pytest.param(at(3, "Pump › 2.2 Fixing it to the wall"),
                     about("Connecting the water", "Choosing a place", "Installing the pump"), id="beside-then-above"),
        pytest.param(at(2, "2. Installing the pump"),
                     about("Choosing a place", "Cleaning the filter", "Fixing it to the wall"), id="below-first"),
        pytest.param(at(6), about("Installing the pump"), id="the-last-one"),
        pytest.param(at(9, "", ()), [], id="no-headings"),
        pytest.param(at(1, "", (Section("Later on", 1, 5),)), [], id="before-the-first-heading"),
    ],
)  # fmt: skip
def test_the_nearest_sections_come_first(evidence: Evidence, found: list[str]) -> None:
    assert suggestions([evidence], "en") == found


def test_a_numbering_is_no_part_of_a_title_and_a_lone_number_is() -> None:
    numbered = tuple(
        Section(f"{n} {title}", 1, n) for n, title in enumerate(("Setting up", "Resetting", "Updating"), 1)
    )
    assert suggestions([at(1, "", numbered)], "en") == about("Resetting", "Updating")
    lone = (Section("Memory", 1, 1), Section("64 bit systems", 1, 2))
    assert suggestions([at(1, "", lone)], "en") == about("64 bit systems")


@pytest.mark.parametrize(
    ("title", "language", "tongue", "question"),
    [
        ("Limpiar el filtro", "es", "es", "¿Cómo limpiar el filtro?"),
        ("Cómo limpiar el filtro", "es", "es", "¿Cómo limpiar el filtro?"),
        ("Hogar y oficina", "es", "es", "¿Qué hay que saber sobre «Hogar y oficina»?"),
        ("Cleaning the filter", "en", "es", "¿Qué hay que saber sobre «Cleaning the filter»?"),
        ("How to clean it", "en", "en", "How do I clean it?"),
        ("How to clean it", "en", "es", "¿Qué hay que saber sobre «How to clean it»?"),
        ("Limpiar el filtro", "es", "en", "What should I know about “Limpiar el filtro”?"),
        ("Why does it stop?", "en", "en", "Why does it stop?"),
    ],
)
def test_a_question_is_in_the_users_language_and_a_title_as_it_is_written(
    title: str, language: Language, tongue: Tongue, question: str
) -> None:
    assert question_for(title, language, tongue) == question


def test_what_was_asked_or_read_is_not_suggested_again() -> None:
    asked = ["What should I know about “Connecting the water”?", "How do I choose a place for it?"]
    assert suggestions([at(3, "Fixing it to the wall")], "en", asked[:1]) == about(
        "Choosing a place", "Installing the pump"
    )
    assert about("Choosing a place")[0] not in suggestions([at(3)], "en", ["I am choosing the place"])
    both = suggestions([at(3, "Fixing it to the wall"), at(4, "Connecting the water")], "en")
    assert about("Connecting the water")[0] not in both


def test_the_sections_that_a_quote_of_a_whole_document_stands_in_are_not_suggested() -> None:
    titles = ("Radiators", "3.1 Filling", "3.2 Bleeding", "3.3 Pairing", "3.4 Heating curve")
    outline = tuple(Section(title, 1 + bool(n), 3, n * 100) for n, title in enumerate(titles))
    assert sections_of(outline, 3, 150, 160) == ("3.1 Filling",)
    assert sections_of(outline, 3, 200, 350) == ("3.2 Bleeding", "3.3 Pairing")
    assert sections_of(outline, 2, 0, 50) == ()
    evidence = Evidence("d", "en", 3, "Radiators", outline, sections_of(outline, 3, 200, 350))
    assert suggestions([evidence], "en") == about("Filling")
    assert suggestions([replace(evidence, quoted=())], "en") == about("Filling", "Bleeding", "Pairing")


TITLES = st.text(st.characters(codec="utf-8"), max_size=30)


@given(st.lists(st.builds(Section, TITLES, st.integers(1, 4), st.integers(1, 9))), st.integers(1, 9), TITLES)
def test_any_headings_give_a_few_different_questions(sections: list[Section], page: int, section: str) -> None:
    found = suggestions([at(page, section, tuple(sections))] * 2, "es")
    assert len(found) == len(set(found)) <= MOST
    assert all(found)
