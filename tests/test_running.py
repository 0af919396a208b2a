"""Running heads that the running number or the chapter tells."""

from __future__ import annotations

from itertools import chain

from ingest.readers.running import without_running_lines

BODY = ("red", "tan", "sky", "jet", "ash", "bay")


TITLES = ("Mills", "Pumps", "Belts", "Cranes", "Motors")
ODD = [(word, title) for word in BODY for title in TITLES]
FULL = [f"{word}: {title} at length" for word, title in ODD]


def chapter(title: str, head: str) -> list[str]:
    """The pages of a chapter: its title on the first, as a running head on the others."""
    first, *rest = (f"{title}: {word} in full" for word in BODY)
    return [f"Chapter. {head}\n{first}", *(f"{head}\n{line}" for line in rest)]


def chapters(head: str) -> tuple[list[str], list[str]]:
    """The pages of all, the title set with or without a break, and the same without their running heads."""
    pages = [chapter(title, head.format(title)) for title in TITLES]
    left = [[first, *(page.split("\n", 1 + head.count("\n"))[-1] for page in rest)] for first, *rest in pages]
    return list(chain(*pages)), list(chain(*left))


def without(pages: list[str]) -> list[str]:
    return without_running_lines(pages, [str(n) for n in range(1, len(pages) + 1)])


def test_the_title_of_a_chapter_goes_where_it_runs_over_its_pages() -> None:
    pages, left = chapters("{}")
    assert without(pages) == left


def test_a_running_title_of_two_lines_goes_whole() -> None:
    pages, left = chapters("{} and\nwhat they are for")
    assert without(pages) == left


def test_titles_of_slides_that_go_on_stay() -> None:
    pages = [f"{title}\n{title}: {word}" for title in TITLES for word in BODY]
    assert without(pages) == pages


def test_titles_of_slides_that_an_agenda_lists_before_each_part_stay() -> None:
    agenda = "\n".join(["Today", "Welcome", "Aims", *TITLES])
    pages = [page for title in TITLES for page in (agenda, *(f"{title}\n{title}: {word}" for word in BODY))]
    assert [page for page in without(pages) if page != agenda] == [page for page in pages if page != agenda]


def test_rows_that_stand_above_the_rest_of_a_table_stay() -> None:
    pages = [
        line
        for title in TITLES
        for line in (f"The {title}:\n{title}\tPrice", *(f"{title}\tPrice\n{title}{word}" for word in BODY))
    ]
    assert without(pages) == pages


def test_a_running_head_is_known_by_its_words_where_its_number_is_of_another_kind() -> None:
    pages = [f"Mill guide {n}\n{word}" for n, word in zip(("ii", "iii", *"123456"), ("a", "b", *BODY), strict=True)]
    assert without(pages) == ["a", "b", *BODY]


def test_a_page_that_holds_nothing_but_the_running_head_is_blank() -> None:
    pages = [f"Mill guide {n}\n{word}" for n, word in enumerate(BODY, 1)]
    assert without([*pages[:3], "Mill guide 4", *pages[4:]]) == [*BODY[:3], "", *BODY[4:]]


def test_numbered_titles_alone_on_their_pages_stay() -> None:
    pages = [f"Step {n}" if n < 5 else f"{word}\nof text" for n, word in enumerate(BODY, 1)]
    assert without(pages) == pages


def two_sided(book: str, of_chapter: str) -> tuple[list[str], list[str]]:
    """The pages of four chapters: the book's name outside, the chapter's inside, and the same without either."""
    bodies = [f"{title} are {word}" for title in TITLES for word in BODY]
    heads = [of_chapter.format(title) for title in TITLES for _ in BODY]
    sides = [f"{book} {head}" if n % 2 else f"{head} {book}" for n, head in enumerate(heads)]
    return [f"{side}\n{body}" for side, body in zip(sides, bodies, strict=True)], bodies


def test_a_head_that_is_the_other_way_round_on_the_page_opposite_goes() -> None:
    pages, left = two_sided("Packing Guide", "Chapter {}: how they go")
    assert without(pages) == left


def test_a_chapter_that_ends_with_the_word_a_running_head_begins_with_stays() -> None:
    pages = [f"{word} {title} of Washpoint" if n % 3 else f"Washpoint {n}" for n, (word, title) in enumerate(ODD)]
    assert without([f"{page}\n{body}" for page, body in zip(pages, FULL, strict=True)]) == [
        f"{page}\n{body}" if n % 3 else body for n, (page, body) in enumerate(zip(pages, FULL, strict=True))
    ]
