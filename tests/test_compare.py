"""What changed between two documents: nothing invented, nothing hidden, numbers first."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.records import DocumentRow
from ingest.types import Fields, Language, Page, Section
from rag.cite import cite, folded
from rag.comparing.differences import Book, Comparison, compare
from rag.comparing.names import which_documents
from rag.comparing.text import APART, LINES, show
from rag.marks import marks


def row(identity: str, title: str = "", file: str = "", language: Language = "en", version: str = "") -> DocumentRow:
    name = file or f"{identity}.pdf"
    return DocumentRow(
        identity, "manual", title or identity, language, name, f"/m/{name}", 1, 1, 1, Fields(version=version)
    )


def book(name: str, *chapters: tuple[str, str], language: Language = "en") -> Book:
    """A page for each chapter, which begins with its title."""
    pages = tuple(Page(n, str(n), f"{title}\n{text}") for n, (title, text) in enumerate(chapters, 1))
    sections = tuple(Section(title, 1, n) for n, (title, _) in enumerate(chapters, 1) if title)
    return Book(row(name, language=language), pages, sections)


LAMP = ("Lamp", "The lamp is red. It glows for 10 seconds. Wait until it stops.")
DOOR = ("Door", "Close the door with care. The hinge is made of steel.")
FAN = ("Fan", "The fan turns slowly. Clean it every 3 months with a cloth.")
OLD = book("old", LAMP, DOOR, FAN)


def said(found: Comparison) -> list[tuple[str, str]]:
    return [(edit.old.text if edit.old else "", edit.new.text if edit.new else "") for edit in found.changed]


@pytest.mark.parametrize(
    ("new", "changed"),
    [
        pytest.param((LAMP, DOOR, FAN), [], id="nothing"),
        pytest.param((DOOR, FAN, LAMP), [], id="chapters-in-another-order"),
        pytest.param((("1. Lamp", LAMP[1]), ("2. Door", DOOR[1]), FAN), [], id="numbers-before-titles"),
        pytest.param((("Lamp", LAMP[1].replace(" ", "\n")), DOOR, FAN), [], id="other-line-breaks"),
        pytest.param((("Light", LAMP[1]), DOOR, FAN), [], id="another-title"),
        pytest.param(
            (("Lamp", LAMP[1].replace("10", "15")), DOOR, FAN),
            [("It glows for 10 seconds.", "It glows for 15 seconds.")],
            id="a-number",
        ),
        pytest.param(
            (("Light", LAMP[1].replace("10", "15")), DOOR, FAN),
            [("It glows for 10 seconds.", "It glows for 15 seconds.")],
            id="a-number-under-another-title",
        ),
        pytest.param((("Lamp", LAMP[1] + " Call us."), DOOR, FAN), [("", "Call us.")], id="a-sentence-more"),
        pytest.param((("Lamp", "It glows for 10 seconds. Wait until it stops."), DOOR, FAN), [("The lamp is red.", "")],
                     id="a-sentence-less"),
    ],
)  # fmt: skip
def test_changes_are_found_in_their_section(new: tuple[tuple[str, str], ...], changed: list[tuple[str, str]]) -> None:
    found = compare(OLD, book("new", *new))
    assert said(found) == changed
    assert (found.added, found.removed) == ((), ())


def test_numbers_and_names_come_before_other_words() -> None:
    new = book("new", ("Lamp", "The lamp is blue. It glows for 15 seconds. Wait until it stops."), DOOR, FAN)
    found = compare(OLD, new)
    assert said(found) == [
        ("It glows for 10 seconds.", "It glows for 15 seconds."),
        ("The lamp is red.", "The lamp is blue."),
    ]
    assert [edit.facts for edit in found.changed] == [True, False]


def test_sections_that_came_and_went_are_told_apart() -> None:
    new = book("new", LAMP, FAN, ("Wheel", "Turn the wheel twice a week."))
    found = compare(OLD, new)
    assert [w.title for w in found.removed] == ["Door"]
    assert [(w.title, w.page, len(w.sentences)) for w in found.added] == [("Wheel", 3, 1)]
    assert found.unchanged == 5


def test_a_sentence_that_moved_to_another_section_is_no_change() -> None:
    new = book(
        "new", ("Lamp", "The lamp is red. Wait until it stops."), ("Door", DOOR[1] + " It glows for 10 seconds."), FAN
    )
    found = compare(OLD, new)
    assert (found.changed, found.unchanged, found.share) == ((), 7, 1.0)


def test_a_page_that_ends_amid_a_sentence_is_no_change() -> None:
    one = Book(row("a"), (Page(1, "1", "Press the red button twice."), Page(2, "2", "Then wait.")), ())
    other = Book(row("b"), (Page(1, "1", "Press the red"), Page(2, "2", "button twice. Then wait.")), ())
    assert compare(one, other).changed == ()


def test_running_headers_and_page_numbers_are_no_change() -> None:
    def with_header(name: str, release: str) -> Book:
        texts = [f"Guide, Release {release}\nSentence number {n} stands here.\n{n}" for n in range(100, 106)]
        return Book(row(name), tuple(Page(n, str(n), text) for n, text in enumerate(texts, 1)), ())

    found = compare(with_header("a", "4.3"), with_header("b", "4.4"))
    assert (found.changed, found.unchanged) == ((), 6)


WORD = st.sampled_from(["lamp", "door", "fan", "7", "ERR", "opens", "never"])
SENTENCE = st.lists(WORD, min_size=2, max_size=5).map(lambda words: f"The {' '.join(words)}.")
CHAPTER = st.tuples(
    st.sampled_from(["One", "Two", "Three", ""]), st.lists(SENTENCE, min_size=1, max_size=4).map(" ".join)
)
BOOKS = st.lists(CHAPTER, min_size=1, max_size=4)


@given(BOOKS)
def test_a_document_has_not_changed_from_itself(chapters: list[tuple[str, str]]) -> None:
    found = compare(book("a", *chapters), book("b", *chapters))
    assert (found.changed, found.added, found.removed, found.share) == ((), (), (), 1.0)


@settings(max_examples=200, deadline=None)
@given(BOOKS, BOOKS)
def test_what_is_quoted_stands_where_it_says_in_the_right_document(
    one: list[tuple[str, str]], other: list[tuple[str, str]]
) -> None:
    old, new = book("a", *one), book("b", *other)
    found = compare(old, new)
    before = [e.old for e in found.changed if e.old] + [s for w in found.removed for s in w.sentences]
    after = [e.new for e in found.changed if e.new] + [s for w in found.added for s in w.sentences]
    for side, stretches in ((old, before), (new, after)):
        texts = {page.number: page.text for page in side.pages}
        assert all(texts[s.page][s.start : s.end] == s.text for s in stretches)
    assert 0 <= found.share <= 1
    assert found.unchanged >= 0


@given(BOOKS, BOOKS)
def test_every_change_is_listed_or_counted_and_every_mark_is_proved(
    one: list[tuple[str, str]], other: list[tuple[str, str]]
) -> None:
    old, new = book("a", *one), book("b", *other)
    shown = show(compare(old, new), "es")
    assert marks(shown.text) == list(range(1, len(shown.passages) + 1))
    texts = {(b.row.id, page.number): page.text for b in (old, new) for page in b.pages}
    for n, passage in enumerate(shown.passages, 1):
        assert cite(n, passage, passage.text, lambda i, page: texts[i, page]).verified
        assert folded(passage.text) in shown.text


@pytest.mark.parametrize(("language", "more"), [("en", "And 25 more changes"), ("es", "Y 25 cambios más")])
def test_what_is_not_listed_is_counted(language: Language, more: str) -> None:
    lines = [f"The value of part {chr(97 + n % 26)}{n} is {n}." for n in range(LINES + 25)]
    old = book("a", ("Values", " ".join(lines)))
    new = book("b", ("Values", " ".join(line.replace("value", "limit") for line in lines)))
    found = compare(old, new)
    shown = show(found, language)
    assert len(found.changed) == LINES + 25
    assert sum(line.startswith("- ") for line in shown.text.splitlines()) == LINES
    assert more in shown.text


@pytest.mark.parametrize(
    ("new", "words"),
    [
        pytest.param(
            book("b", ("Rueda", "Gire la rueda dos veces."), language="es"), "different languages", id="languages"
        ),
        pytest.param(
            book("b", ("Soup", "Boil the water with salt. Add carrots.")), "very little in common", id="another"
        ),
        pytest.param(book("b", LAMP, DOOR, FAN), "say the same", id="the-same"),
    ],
)
def test_one_sentence_is_enough_where_there_is_nothing_to_list(new: Book, words: str) -> None:
    shown = show(compare(OLD, new), "en")
    assert words in shown.text
    assert shown.passages == ()


def test_documents_without_text_are_equal() -> None:
    empty = Book(row("a"), (Page(1, "1", ""),), ())
    assert compare(empty, empty).share == 1.0 > APART


def test_two_documents_of_500_pages_take_seconds() -> None:
    def large(name: str, limit: int) -> Book:
        texts = [" ".join(f"Part {n}-{k} of the machine takes {n * k} volts." for k in range(40)) for n in range(500)]
        pages = tuple(Page(n, str(n), text) for n, text in enumerate(texts, 1))
        made = Book(row(name), pages, tuple(Section(f"Machine {n}", 1, n) for n in range(1, 501)))
        return replace(
            made, pages=(replace(pages[0], text=pages[0].text.replace("0 volts", f"{limit} volts")), *pages[1:])
        )

    started = time.perf_counter()
    found = compare(large("a", 1), large("b", 2))
    assert len(found.changed) > 0
    assert time.perf_counter() - started < 20


LIBRARY = (
    row("a", "Faro Router Guide v1"),
    row("b", "Faro Router Guide v2.1"),
    row("c", "Faro Router Guide v3"),
    row("d", "Oven Manual", "oven_rev_A.pdf"),
    row("e", "Oven Manual", "oven_rev_B.pdf"),
    row("f", "Bike"),
    row("g", "Security Notes 2023", "notes-2023.pdf"),
)


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        pytest.param("What changed between v1 and v2.1 of the Faro router guide?", ("a", "b"), id="versions"),
        pytest.param("¿Qué ha cambiado de la versión 3 a la versión 1?", ("a", "c"), id="older-first"),
        pytest.param("compare Faro Router Guide v3 with Faro Router Guide v2.1", ("b", "c"), id="titles"),
        pytest.param("diferencias entre oven_rev_A.pdf y oven_rev_B.pdf", ("d", "e"), id="files"),
        pytest.param("difference between rev. A and rev. B", ("d", "e"), id="letters"),
        pytest.param("what is new in the oven manual?", ("d", "e"), id="the-newest-two"),
        pytest.param("¿qué cambia en el faro router?", ("b", "c"), id="the-newest-of-three"),
        pytest.param("compare Bike with Oven", ("f",), id="only-one-is-named"),
        pytest.param("compare Bike with oven_rev_B", ("f", "e"), id="two-things"),
        pytest.param("how do I bake bread?", (), id="none"),
        pytest.param("what changed between v7 and v8?", (), id="versions-there-are-not"),
    ],
)
def test_a_question_names_two_documents(question: str, ids: tuple[str, ...]) -> None:
    assert which_documents(question, LIBRARY) == ids
