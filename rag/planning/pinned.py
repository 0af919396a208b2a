"""Pins → the passages that are read because somebody asked for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from ingest.errors import SettingsError, WindowError
from ingest.library import Library
from ingest.records import DocumentRow
from ingest.types import Language, Section
from rag.budget import Room
from rag.phrases import place, say
from rag.planning.sections import LARGEST
from rag.types import Passage, Pin

Size = Callable[[Passage], int]
"""A passage → the tokens that it takes in a prompt."""


def pinned(
    library: Library, pins: Iterable[Pin], found: Sequence[Passage], room: Room, size: Size, language: Language
) -> tuple[Passage, ...]:
    """What the pins stand for, each once, in the order they were asked for.

    A page that is short enough is read whole; of a longer one, or where there is no room for all of it, the stretch
    that was asked for. A page has the score of the best passage found on it. SettingsError for what is not in the
    library; WindowError with the numbers when there is no room.
    """
    wanted = tuple(dict.fromkeys(pins))
    rows = library.documents_by_id({pin.document_id for pin in wanted})
    kept: list[Passage] = []
    left = room.documents
    for pin in wanted:
        choices = _choices(library, rows, pin, found, language)
        if any(holds(one, choice) for one in kept for choice in choices):
            continue
        fits = next((choice for choice in choices if size(choice) <= left), None)
        if fits is None:
            raise too_large(choices[-1:], size(choices[-1]), room, left, language)
        left -= size(fits)
        kept.append(fits)
    return tuple(kept)


def with_pins(reason: str, read: Sequence[Passage], language: Language) -> str:
    """The reason for a way of reading, and that these were asked for."""
    if not read:
        return reason
    return f"{reason} {say(language, 'pinned', what=_places(read, language))}"


def too_large(read: Sequence[Passage], tokens: int, room: Room, left: int, language: Language) -> WindowError:
    """The message that says by how much what was asked for does not fit; there is room for `left` tokens of it."""
    numbers = {"window": room.window, "reserve": room.reserve, "room": left, "tokens": tokens}
    return WindowError(say(language, "pinned.large", what=_places(read, language), **numbers))


def _places(read: Sequence[Passage], language: Language) -> str:
    return "; ".join(dict.fromkeys(place(language, p.title, p.label, p.page) for p in read))


def holds(outer: Passage, inner: Passage) -> bool:
    """Whether all of a passage stands in another one."""
    same = (outer.document_id, outer.page) == (inner.document_id, inner.page)
    return same and outer.start <= inner.start and inner.end <= outer.end


def _section(sections: Sequence[Section], number: int) -> str:
    """The first that begins on a page, else the one that goes on there."""
    own = next((s for s in sections if s.page == number), None)
    before = [s for s in sections if s.page < number]
    return own.title if own else before[-1].title if before else ""


def _choices(
    library: Library, rows: Mapping[str, DocumentRow], pin: Pin, found: Sequence[Passage], language: Language
) -> list[Passage]:
    """What a pin may be read as, what is best first."""
    row = rows.get(pin.document_id)
    if row is None:
        raise SettingsError(say(language, "pinned.gone", document=pin.document_id))
    page = library.page(pin.document_id, pin.page)
    if page is None:
        raise SettingsError(say(language, "pinned.no.page", title=row.title, pages=row.pages, page=pin.page))
    written_in = library.page_languages(row).get(page.number, row.language)
    place_in = (row.id, row.title, row.file, row.kind, written_in, page.number, page.label)
    section = _section(library.sections(row.id), pin.page)
    whole = Passage(*place_in, 0, len(page.text), page.text, section, 0.0, fields=row.fields)
    hits = [p for p in found if holds(whole, p)]
    if hits:
        best = max(hits, key=lambda p: p.score)
        whole = replace(whole, score=best.score, similarity=best.similarity, twins=best.twins, newer=best.newer)
    if not 0 <= pin.start < pin.end <= len(page.text) or pin.end - pin.start == len(page.text):
        return [whole]
    own = next((p for p in hits if (p.start, p.end) == (pin.start, pin.end)), None)
    part = own or replace(whole, start=pin.start, end=pin.end, text=page.text[pin.start : pin.end])
    return [whole, part] if len(page.text) <= LARGEST else [part]
