"""A ticket's text → the tickets and the pages of manuals that it names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from ingest.lexical import fold
from ingest.records import DocumentRow
from ingest.types import Page, Section

SHORTEST = 8
"""Characters of a title, or of a file name without its ending, that is taken for a mention."""

_KEY = re.compile(r"(?<![\w-])\w[\w-]*\d[\w-]*(?<!-)")
_NUMBER = re.compile(
    r"(?:#|\b(?:tickets?|cas[oe]s?|incidencias?|solicitud(?:es)?|petici[oó]n(?:es)?|requests?|issues?|bugs?|"
    r"duplicate[sd]? of|duplicad[oa] de)\b(?: (?:n|n[oº°]|n[uú]m(?:ero)?)\b)?[ :#.º°]{0,3})(\d+)"
)
_REFERENCE = (
    r"(?:\b(?:pages?|paginas?|pags?|pgs?|pp?)\b[. ]*(?P<page>\d{1,4})"
    r"|(?:\b(?:sections?|seccion(?:es)?|apartados?|capitulos?|chapters?|epigrafes?)\b|§)"
    r"[. ]*(?P<section>\d+(?:\.\d+)*))"
)
_HINT = re.compile(r"p[aá]g|\bp(?:p|gs?)?\b|sec[ct]i|apart|cap[ií]t|chapt|ep[ií]g|§", re.IGNORECASE)
_AFTER = re.compile(r"[^\n.!?]{0,30}?" + _REFERENCE)
_BEFORE = re.compile(
    _REFERENCE + r"[ ,]*(?:of|in|from|del?|en)(?: (?:the|our|el|la|los|las|nuestr[oa]))?"
    r"(?: (?:manual|guide|guia|documento?|file|archivo|fichero))?[ \"'«“]*$"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in a manual as a person names it: by the printed page or by the section's number, the other one ""."""

    manual: DocumentRow
    page: str = ""
    section: str = ""


def named_keys(text: str, keys: Collection[str]) -> list[str]:
    """Which of these keys, in lower case, the text names, each once. `12` is named by `#12` or `ticket 12`."""
    plain = text.casefold()
    whole = [match.group() for match in _KEY.finditer(plain) if not match.group().isdigit()]
    numbers = [match.group(1) for match in _NUMBER.finditer(plain)]
    return [key for key in dict.fromkeys(whole + numbers) if key in keys]


class Manuals:
    """Manuals by the names a person gives them; a name that several bear means none of them."""

    def __init__(self, manuals: Iterable[DocumentRow]) -> None:
        named: dict[str, list[DocumentRow]] = {}
        for row in manuals:
            stem = row.file.rpartition(".")[0]
            names = {fold(row.file), *(fold(name) for name in (row.title, stem) if len(name) >= SHORTEST)}
            for name in names - {""}:
                named.setdefault(name, []).append(row)
        self._names = {name: rows[0] for name, rows in named.items() if len(rows) == 1}

    def mentions(self, text: str) -> list[Mention]:
        """The places that stand right beside the name of a manual: `Guide, page 12`, `página 12 de guia.pdf`."""
        if not _HINT.search(text):
            return []
        plain = fold(text)
        found = []
        for name, row in self._names.items():
            for start in _positions(name, plain):
                end = start + len(name)
                if reference := _AFTER.match(plain, end) or _BEFORE.search(plain[max(0, start - 80) : start]):
                    found.append(Mention(row, reference["page"] or "", reference["section"] or ""))
        return list(dict.fromkeys(found))


def _positions(name: str, text: str) -> Iterator[int]:
    start = text.find(name)
    while start >= 0:
        around = text[max(0, start - 1) : start], text[start + len(name) : start + len(name) + 1]
        if not any(c.isalnum() for c in around):
            yield start
        start = text.find(name, start + 1)


def page_of(mention: Mention, pages: Iterable[Page], sections: Iterable[Section]) -> int:
    """The number of the page that is meant; 0 when the manual has none such. A printed label goes before a number."""
    if mention.section:
        numbered = re.compile(rf"\D{{0,12}}{re.escape(mention.section)}(?![.\d]*\d)")
        return next((section.page for section in sections if numbered.match(section.title)), 0)
    every = list(pages)
    labelled = [page.number for page in every if page.label == mention.page]
    return next(iter(labelled + [page.number for page in every if str(page.number) == mention.page]), 0)
