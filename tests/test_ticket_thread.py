"""A ticket reads as a thread."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.ticket_page import Comment, Ticket, render
from ingest.types import Fields, Section
from rag.ticket_thread import Post, thread_of


def posts(ticket: Ticket) -> list[tuple[str, str, str]]:
    document = render(ticket, "t")
    return [(post.part, post.who, post.text) for post in thread_of(document.text, document.sections)]


def test_a_rendered_ticket_is_its_problem_its_comments_and_its_resolution() -> None:
    comments = (Comment("Ana", "2025-01-02T10:00", "Try a reset."), Comment("", "", "It works."))
    ticket = Ticket("No light", "The light is off.", Fields(status="Closed", resolution="Reset."), comments=comments)
    problem, *rest = posts(ticket)
    assert problem[:2] == ("problem", "")
    assert problem[2].startswith("No light")
    assert rest == [
        ("comment", "Ana, 2025-01-02", "Try a reset."), ("comment", "", "It works."), ("resolution", "", "Reset."),
    ]  # fmt: skip


def test_a_spanish_ticket_is_told_apart_too() -> None:
    comments = (Comment("Ana", "", "Pruebe a reiniciar el aparato y espere un minuto."),)
    description = "La luz del aparato está apagada desde ayer por la tarde."
    ticket = Ticket("Sin luz", description, Fields(resolution="Era el cable."), comments=comments, quoted="Antes")
    assert [part for part, _, _ in posts(ticket)] == ["problem", "comment", "resolution", "quoted"]


def test_a_page_without_sections_is_one_post() -> None:
    assert thread_of("All of it.", ()) == (Post("problem", "", "All of it.", 0, 10),)


@given(
    st.text(max_size=60), st.lists(st.builds(Section, st.text(max_size=9), st.just(1), st.just(1), st.integers(-3, 70)))
)
def test_no_word_of_any_page_is_lost(text: str, sections: list[Section]) -> None:
    found = thread_of(text, sections)
    assert "".join(text[post.start : post.end] for post in found).split() == text.split()
    assert all(post.text in text[post.start : post.end] for post in found)
