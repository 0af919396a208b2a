"""A stored summary → the text that is shown and the passages that its marks [1], [2] … stand for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.library import Library
from ingest.records import DocumentRow
from ingest.summaries import Place, StoredSummary
from ingest.types import Language, Section
from rag.cite import folded
from rag.marks import renumbered
from rag.outline import Part
from rag.phrases import say
from rag.types import Passage

OTHERS = 12
"""Chapters without a line of their own that are named; how many more there are is said."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A text whose marks [n] stand for `passages[n - 1]`, counted from the first of the summaries it is joined to."""

    text: str
    passages: tuple[Passage, ...]


def passages_of(library: Library, row: DocumentRow, places: Sequence[Place]) -> tuple[Passage, ...]:
    """Each place with its text and the section it stands in."""
    sections = library.sections(row.id)
    starts = [(s.page, s.start) for s in sections]
    languages = library.page_languages(row)
    found = []
    for place in places:
        page = library.page(row.id, place.page)
        at = bisect_right(starts, (place.page, place.start)) - 1
        title = sections[at].title if at >= 0 else ""
        text = page.text[place.start : place.end] if page else ""
        written_in = languages.get(place.page, row.language)
        where = (row.id, row.title, row.file, row.kind, written_in, place.page, page.label if page else "")
        found.append(Passage(*where, place.start, place.end, text, title, 0.0, fields=row.fields))
    return tuple(found)


def slices_as_passages(row: DocumentRow, part: Part, texts: dict[int, str], labels: dict[int, str]) -> list[Passage]:
    """A part's text as the model reads it, a passage a page."""
    place = (row.id, row.title, row.file, row.kind, row.language)
    return [
        Passage(*place, s.page, labels[s.page], s.start, s.end, texts[s.page][s.start : s.end], part.title, 0.0)
        for s in part.slices
    ]


def quoted(library: Library, row: DocumentRow, places: Sequence[Place], language: Language, before: int = 0) -> Shown:
    """The sentences at these places under the chapters they stand in, in the document's order.

    `before`: the passages of the summaries that come before it; its marks are numbered on from there.
    """
    passages = passages_of(library, row, sorted(places, key=lambda place: (place.page, place.start)))
    if not passages:
        return Shown(say(language, "summary.nothing", title=row.title), ())
    chapters = _chapters(library.sections(row.id))
    starts = [(s.page, s.start) for s in chapters]
    lines = [say(language, "summary.quoted", title=row.title, pages=size(row, language))]
    said: set[int] = set()
    for n, passage in enumerate(passages, before + 1):
        # A heading that ran into its sentence was left out of it: the chapter may begin on the same line.
        at = bisect_right(starts, (passage.page, passage.end)) - 1
        if at >= 0 and at not in said:
            said.add(at)
            heading = say(
                language, "summary.chapter", title=_flat(chapters[at].title), page=_label(library, row, chapters[at])
            )
            lines.append(heading)
        lines.append(f"«{folded(passage.text)}» [{n}]")
    if rest := [chapter for at, chapter in enumerate(chapters) if at not in said]:
        lines.append(_others(library, row, rest, language))
    return Shown("\n\n".join(lines), passages)


def written(
    library: Library, row: DocumentRow, whole: StoredSummary, language: Language, before: int, headed: bool
) -> Shown:
    """What a model wrote, its marks numbered on from `before`; under the document's title where it is `headed`.

    All of it is checked: a number in brackets is a round one in the title, or it would be taken for a mark.
    """
    title = row.title.replace("[", "(").replace("]", ")")
    if not whole.text:
        return Shown(say(language, "summary.nothing", title=title), ())
    text = renumbered(whole.text, {n: before + n for n in range(1, len(whole.places) + 1)})
    if headed:
        text = f"{say(language, 'summary.written', title=title, pages=size(row, language))}\n\n{text}"
    return Shown(text, passages_of(library, row, whole.places))


def size(row: DocumentRow, language: Language) -> str:
    """How many pages a document has, in words."""
    return say(language, "summary.page" if row.pages == 1 else "summary.pages", count=row.pages)


def joined(shown: Sequence[Shown]) -> Shown:
    """Several summaries, their marks numbered on already, in one text."""
    return Shown("\n\n".join(one.text for one in shown), tuple(p for one in shown for p in one.passages))


def _chapters(sections: Sequence[Section]) -> list[Section]:
    top = min((s.level for s in sections), default=0)
    return [s for s in sections if s.level == top]


def _others(library: Library, row: DocumentRow, rest: Sequence[Section], language: Language) -> str:
    named = [say(language, "summary.other", title=_flat(s.title), page=_label(library, row, s)) for s in rest[:OTHERS]]
    more = [say(language, "summary.more", count=len(rest) - OTHERS)] if len(rest) > OTHERS else []
    return say(language, "summary.others", titles="; ".join([*named, *more]))


def _label(library: Library, row: DocumentRow, section: Section) -> str:
    page = library.page(row.id, section.page)
    return (page.label if page else "") or str(section.page)


def _flat(title: str) -> str:
    return " ".join(title.split())
