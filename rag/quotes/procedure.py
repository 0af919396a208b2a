"""Quotes for somebody who asks how to do a thing → the same, with the best one's numbered steps whole, first to last.

A long procedure is cut into several chunks, and what was found of it may be its middle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ingest.lists import SENTENCE_END, STEP, step_number
from ingest.types import Page, Section
from rag.guards.instructing import instructs
from rag.quotes.best import overlaps
from rag.quotes.signals import Quote, Rest

WHOLE = 2400
"""Characters of a procedure that are quoted, some thirty steps; of a longer one the first steps, if what was found is
among them, else what was found stays as it is."""
FEWEST = 3
"""Steps of a procedure."""
_PAGES = 2
"""Pages before the quote's that its procedure may begin on, and after it where no section says where it ends."""
_AHEAD = 20
"""Pages after the quote's on which the steps of its section are counted."""
_LEAD = 300
"""Characters of a paragraph that leads into the steps and ends in a colon."""

GetPage = Callable[[str, int], Page | None]
GetSections = Callable[[str], Sequence[Section]]
_Place = tuple[int, int]
"""(page, offset)"""


@dataclass(slots=True)
class _List:
    """A run of steps with numbers that follow on one another; `outer` is the list whose step it stands in, if any."""

    outer: _List | None
    steps: list[_Place] = field(default_factory=list)
    last: int = 0


def whole_steps(quotes: Sequence[Quote], page: GetPage, sections: GetSections) -> list[Quote]:
    """The best quote that holds a numbered step stands for all steps of its list, one quote a page; what they cover is
    not quoted twice. Of too many steps the first ones are quoted, and the last quote says what is left, or that they
    may go on. Nothing changes when what was found is none of those, or when some sentence among them instructs who
    answers.
    """
    for at, one in enumerate(quotes):
        if whole := _whole(one, page, sections):
            rest = [q for q in quotes if q is not one and not any(overlaps(q, step) for step in whole)]
            before = sum(q in rest for q in quotes[:at])
            return [*rest[:before], *whole, *rest[before:]]
        if STEP.search(one.text):
            break
    return list(quotes)


def _whole(one: Quote, page: GetPage, sections: GetSections) -> list[Quote]:
    """[] when it holds no step, its steps are all there are of them, or a page of theirs is missing."""
    passage = one.passage
    here = (passage.page, passage.start + one.start), (passage.page, passage.start + one.end)
    start, end = _section(sections(passage.document_id), here[0])
    texts: dict[int, str] = {}
    labels: dict[int, str] = {}
    furthest = passage.page + (_AHEAD if start > (0, 0) else _PAGES)
    for number in range(max(start[0], passage.page - _PAGES), min(end[0], furthest) + 1):
        if (found := page(passage.document_id, number)) is not None:
            texts[number], labels[number] = found.text, found.label
    steps = [(at, n) for at, n in _numbered(texts) if start <= at < end and not _is_heading(at, start, texts)]
    own = next((some for some in _lists(steps) if any(here[0] <= at < here[1] for at in some.steps)), None)
    while own is not None and own.outer is not None and own.outer.steps[-1] > own.steps[-1]:
        own = own.outer
    if own is None or len(own.steps) < FEWEST:
        return []
    first, last = _led(own.steps[0], start, texts), _step_end(own.steps[-1], end, texts)
    first, last = min(first, here[0]), max(last, here[1])
    if (first, last) == here or any(number not in texts for number in range(first[0], last[0] + 1)):
        return []
    ends = [last, *(at for at in reversed(own.steps[FEWEST:]) if at >= here[1])]
    for left, end_here in enumerate(ends):
        parts = _parts(one, first, end_here, texts, labels)
        if sum(len(part.text) for part in parts) <= WHOLE:
            if any(instructs(part.text, 0, len(part.text)) for part in parts):
                return []
            on = last[0] == furthest and (furthest + 1, 0) < end and page(passage.document_id, furthest + 1) is not None
            rest = Rest(left, last[0], labels[last[0]], on) if left or on else None
            return [*parts[:-1], replace(parts[-1], rest=rest)]
    return []


def _parts(one: Quote, first: _Place, last: _Place, texts: dict[int, str], labels: dict[int, str]) -> list[Quote]:
    """From one place to another, a quote a page, none of which is empty."""
    parts = []
    for number in range(first[0], last[0] + 1):
        a = first[1] if number == first[0] else 0
        b = last[1] if number == last[0] else len(texts[number])
        a, b = _stripped(texts[number], a, b)
        part = replace(one.passage, page=number, label=labels[number], start=a, end=b, text=texts[number][a:b])
        parts.append(replace(one, passage=part, start=0, end=b - a))
    return [part for part in parts if part.text]


def _section(sections: Sequence[Section], place: _Place) -> tuple[_Place, _Place]:
    """Where the section begins and ends that a place is in."""
    start, end = (0, 0), (1 << 30, 0)
    for section in sections:
        if (section.page, section.start) <= place:
            start = (section.page, section.start)
        else:
            return start, (section.page, section.start)
    return start, end


def _numbered(texts: dict[int, str]) -> Iterator[tuple[_Place, int]]:
    for number, text in sorted(texts.items()):
        for found in STEP.finditer(text):
            yield (number, found.start()), step_number(found)


def _is_heading(place: _Place, section: _Place, texts: dict[int, str]) -> bool:
    """Whether the number is that of the section itself ("3. Maintenance")."""
    return place[0] == section[0] and not texts[place[0]][section[1] : place[1]].strip(" \t\n#")


def _lists(steps: Sequence[tuple[_Place, int]]) -> list[_List]:
    """By their first steps. A 1 begins a list, another number goes on with the innermost that it follows."""
    found: list[_List] = []
    current: _List | None = None
    for at, n in steps:
        home = current if n > 1 else None
        while home is not None and home.last != n - 1:
            home = home.outer
        if home is None:
            home = _List(current)
            found.append(home)
        home.steps.append(at)
        home.last, current = n, home
    return found


def _led(first: _Place, section: _Place, texts: dict[int, str]) -> _Place:
    """Where the paragraph begins that leads into the steps, if there is one on their page."""
    number, at = first
    low = section[1] if section[0] == number else 0
    before = texts[number][low:at].rstrip()
    paragraph = before.rpartition("\n\n")[2]
    if not before.endswith(":") or len(paragraph) > _LEAD:
        return first
    return number, low + len(before) - len(paragraph)


def _step_end(last: _Place, end: _Place, texts: dict[int, str]) -> _Place:
    """After the last step: at the first line that ends a sentence, or a blank one."""
    number, at = last
    high = end[1] if end[0] == number else len(texts[number])
    for line in texts[number][at:high].splitlines(keepends=True):
        if not line.strip():
            break
        at += len(line)
        if SENTENCE_END.search(line):
            break
    return number, at


def _stripped(text: str, a: int, b: int) -> tuple[int, int]:
    body = text[a:b]
    return a + len(body) - len(body.lstrip()), a + len(body.rstrip())
