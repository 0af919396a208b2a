"""Comparison → the text that is shown, its marks and the passages of both sides that they stand for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ingest.library import Library
from ingest.records import DocumentRow
from ingest.types import Language
from rag.cite import folded
from rag.comparing.differences import Book, Comparison, Edit, Stretch, Whole
from rag.phrases import say
from rag.summaries.text import Shown
from rag.types import Passage

LINES = 20
"""Changes that are listed; the rest are counted."""
APART = 0.15
"""Share of sentences with a counterpart below which two documents are no versions of one text."""
_SECTIONS = 4
"""Lines that added, and removed, sections have at least before further changes in sentences."""


def open_book(library: Library, row: DocumentRow) -> Book:
    """A document with its text."""
    return Book(row, tuple(library.pages(row.id)), tuple(library.sections(row.id)))


def show(found: Comparison, language: Language) -> Shown:
    """At most LINES changes, differing numbers and names first, each quoted with its marks; how many more there are.

    Documents that have little in common get one sentence that says so.
    """
    names = dict(zip(("old", "new"), _names(found.old.row, found.new.row), strict=True))
    numbers = {**names, "unchanged": found.unchanged, "share": _percent(found.share)}
    if found.share < APART:
        languages = {found.old.row.language, found.new.row.language}
        return Shown(
            say(language, "compare.languages" if languages == {"es", "en"} else "compare.apart", **numbers), ()
        )
    counts = {"changed": len(found.changed), "added": len(found.added), "removed": len(found.removed)}
    if not any(counts.values()):
        return Shown(say(language, "compare.same", **numbers), ())
    listing = _Listing(found, language)
    edits, added, removed = _chosen(found)
    lines = [say(language, "compare.head", **numbers, **counts)]
    lines += [listing.edit(edit) for edit in edits]
    lines += [listing.whole(whole, found.new, "compare.section.come") for whole in added]
    lines += [listing.whole(whole, found.old, "compare.section.gone") for whole in removed]
    more = {
        "changed": len(found.changed) - len(edits),
        "added": len(found.added) - len(added),
        "removed": len(found.removed) - len(removed),
    }
    if count := sum(more.values()):
        lines.append(say(language, "compare.more", count=count, **more))
    return Shown("\n".join(lines), tuple(listing.passages))


def _chosen(found: Comparison) -> tuple[list[Edit], list[Whole], list[Whole]]:
    """What is listed: some sections of both kinds always, the longest first, and else what changed in sentences."""
    added, removed = (sorted(some, key=lambda w: -len(w.sentences)) for some in (found.added, found.removed))
    kept = [min(len(some), _SECTIONS) for some in (added, removed)]
    edits = list(found.changed[: LINES - sum(kept)])
    for n, some in enumerate((added, removed)):
        kept[n] += min(len(some) - kept[n], LINES - len(edits) - sum(kept))
    order = [sorted(some[:count], key=lambda w: w.page) for some, count in zip((added, removed), kept, strict=True)]
    return edits, order[0], order[1]


@dataclass(slots=True)
class _Listing:
    """Lines, and the passages that their marks stand for, in order."""

    found: Comparison
    language: Language
    passages: list[Passage] = field(default_factory=list)

    def edit(self, edit: Edit) -> str:
        line = self._sayer(edit.title)
        if edit.old and edit.new:
            n, m = self._mark(edit.old, self.found.old, edit.title), self._mark(edit.new, self.found.new, edit.title)
            return line("compare.changed", before=folded(edit.old.text), after=folded(edit.new.text), n=n, m=m)
        for stretch, book, key in (
            (edit.old, self.found.old, "compare.gone"),
            (edit.new, self.found.new, "compare.come"),
        ):
            if stretch:
                return line(key, text=folded(stretch.text), n=self._mark(stretch, book, edit.title))
        return ""

    def whole(self, whole: Whole, book: Book, key: str) -> str:
        first = whole.sentences[0]
        n = self._mark(first, book, whole.title)
        return self._sayer(whole.title)(key, count=len(whole.sentences), text=folded(first.text), n=n)

    def _sayer(self, title: str) -> Callable[..., str]:
        section = title or say(self.language, "compare.untitled")
        return lambda key, **values: say(self.language, key, section=section, **values)

    def _mark(self, stretch: Stretch, book: Book, title: str) -> int:
        row, page = book.row, next(page for page in book.pages if page.number == stretch.page)
        place = (row.id, row.title, row.file, row.kind, row.language, page.number, page.label)
        span = (stretch.start, stretch.end, stretch.text, title, 0.0)
        self.passages.append(Passage(*place, *span, fields=row.fields))
        return len(self.passages)


def _names(old: DocumentRow, new: DocumentRow) -> tuple[str, str]:
    """The titles; with the file's name where those are equal."""
    if old.title != new.title:
        return old.title, new.title
    return f"{old.title} ({old.file})", f"{new.title} ({new.file})"


def _percent(share: float) -> int:
    """100 only when all of it is."""
    return 100 if share >= 1 else min(99, round(100 * share))
