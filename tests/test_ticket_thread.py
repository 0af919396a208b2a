"""A ticket reads as a thread."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from ingest.readers.ticket_page import Comment, Ticket, render
from ingest.types import Fields, Section
from rag.tickets.thread import Post, said_in, thread_of, without_head


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


FACTS = Fields(key="SUP-7", status="Closed", product="Faro", created="2025-01-02T10:00", resolution="Reset.")


def test_a_problem_is_read_without_its_subject_and_its_facts() -> None:
    document = render(Ticket("No  light", "The light is off.\n\nSince today.", FACTS), "t")
    problem, *rest = thread_of(document.text, document.sections)
    read = without_head(problem, document.title, "SUP-7")
    assert read.text == "The light is off.\n\nSince today."
    assert read.facts == "SUP-7 · Status: Closed · Product: Faro · Created: 2025-01-02"
    assert [without_head(post, document.title, "SUP-7") for post in rest] == rest


def test_a_problem_that_is_only_a_subject_keeps_it() -> None:
    document = render(Ticket("No light", "", Fields()), "t")
    (problem,) = thread_of(document.text, document.sections)
    assert without_head(problem, document.title, "").text == "No light"


@given(st.integers(0, 400), st.integers(0, 400))
def test_what_a_quote_has_of_each_message_is_all_of_it_but_the_heads(start: int, length: int) -> None:
    comments = (Comment("Ana", "2025-01-02", "Try a reset of it."), Comment("Eva", "", "It works now."))
    document = render(Ticket("No light", "The lamp is off.", FACTS, comments=comments), "t")
    posts = [without_head(post, document.title, "SUP-7") for post in thread_of(document.text, document.sections)]
    parts = [said_in(post, document.text, start, start + length) for post in posts]
    assert all(part in post.text for part, post in zip(parts, posts, strict=True))
    quoted = document.text[start : start + length]
    for post, part in zip(posts, parts, strict=True):
        assert part in quoted
        assert part == post.text or post.text not in quoted


def test_a_page_without_sections_is_one_post() -> None:
    assert thread_of("All of it.", ()) == (Post("problem", "", "All of it.", 0, 10),)


@given(
    st.text(max_size=60), st.lists(st.builds(Section, st.text(max_size=9), st.just(1), st.just(1), st.integers(-3, 70)))
)
@example("so far so good", [Section("", 1, 1, 6), Section("", 1, 1, 7)])
def test_no_word_of_any_page_is_lost(text: str, sections: list[Section]) -> None:
    found = thread_of(text, sections)
    edges = [0, *(edge for post in found for edge in (post.start, post.end)), len(text)]
    assert [text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True) if text[a:b].strip()] == []
    assert edges == sorted(edges)
    assert all(post.text in text[post.start : post.end] for post in found)
