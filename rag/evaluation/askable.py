"""Questions and what a library holds → those that can be asked of it, and why not the others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.records import DocumentRow
from rag.evaluation.questions_file import UNKNOWN, Item, Place, nfc

NAMED = 10
"""Files named in a message."""


@dataclass(frozen=True, slots=True)
class Unasked:
    """A question that was not asked. `missing` is the document it is about where the library does not hold that."""

    item: Item
    reason: str
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """The questions to ask, those left out, and how many name a file of several documents and none of these."""

    items: tuple[Item, ...]
    unasked: tuple[Unasked, ...]
    vague: int

    @property
    def warnings(self) -> list[str]:
        """What a person has to know before believing the figures; no line when all is well."""
        lines = []
        if missing := Counter(one.missing for one in self.unasked if one.missing):
            lines.append(
                f"{_number(sum(missing.values()), 'question')} left out, about {_number(len(missing), 'document')} not "
                f"in the library: {listed(missing)}. Ingest what is missing."
            )
        for reason, count in Counter(one.reason for one in self.unasked if not one.missing).items():
            lines.append(f"{_number(count, 'question')} left out: each {reason}.")
        if self.vague:
            lines.append(
                f"{_number(self.vague, 'question')} about a file of several documents without naming one "
                "(`document`): any of them counts."
            )
        return lines


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def listed(names: Iterable[str]) -> str:
    """The first NAMED names, and how many more there are."""
    every = list(names)
    more = f" and {len(every) - NAMED} more" if len(every) > NAMED else ""
    return ", ".join(every[:NAMED]) + more


def part(items: Sequence[Item], documents: Iterable[DocumentRow]) -> Asking:
    """Part the questions that a library of these documents can be asked from the others.

    Where a question does not say the language of its document, it is the library's.
    """
    held: Counter[tuple[str, str]] = Counter()
    last: Counter[tuple[str, str]] = Counter()
    languages: dict[tuple[str, str], str] = {}
    for row in documents:
        names = [(nfc(row.file), name) for name in {"", row.id, row.fields.key}]
        held.update(names)
        last |= Counter(dict.fromkeys(names, row.pages))
        said = "" if row.others else row.language
        languages |= {name: said if languages.get(name, said) == said else "" for name in names}
    unasked = [one for item in items if (one := _unasked(item, last))]
    left_out = {id(one.item) for one in unasked}
    asked = tuple(_with_language(item, languages) for item in items if id(item) not in left_out)
    vague = sum(any(not p.document and held[nfc(p.file), ""] > 1 for p in item.own) for item in asked)
    return Asking(asked, tuple(unasked), vague)


def _with_language(item: Item, languages: dict[tuple[str, str], str]) -> Item:
    """As it is where the file says it, or where its pages are in documents of several languages."""
    found = {languages.get((nfc(place.file), place.document), "") for place in item.own}
    return replace(item, doc_lang=found.pop() or UNKNOWN) if item.doc_lang == UNKNOWN and len(found) == 1 else item


def _unasked(item: Item, last: Counter[tuple[str, str]]) -> Unasked | None:
    """Why a question is not asked, if so. `last` says how many pages a document has, the longest of that name."""
    places = item.own or item.also
    if not re.search(r"\w", item.question):
        return Unasked(item, "holds no words")
    if not item.answerable:
        return None
    if not places:
        return Unasked(item, "is marked as answerable and names no page")
    every = [(place, last[nfc(place.file), place.document]) for place in places]
    if any(1 <= place.page <= pages for place, pages in every):
        return None
    if any(pages for _, pages in every):
        return Unasked(item, "names a page that its document does not have")
    return Unasked(item, "is about a document that is not in the library", _name(places[0]))


def _name(place: Place) -> str:
    return f"{place.file} ({place.document})" if place.document else place.file
