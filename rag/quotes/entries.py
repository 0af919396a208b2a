"""Quotes for a question about a code → the code's own entry first: its row, or what stands under its heading."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.lexical import content_words, fold, words
from ingest.lists import lines_of
from ingest.rows import header_span, is_row
from ingest.types import Section
from rag.codes import ALONE, MARKS, NAMED, NOUN
from rag.contents import is_contents
from rag.guards.instructing import instructs
from rag.planning.sections import path_to
from rag.quotes.best import SHOWN, apart, overlaps
from rag.quotes.procedure import GetPage, GetSections
from rag.quotes.signals import Quote
from rag.search.spellings import pattern
from rag.tickets.said import is_said, within
from rag.types import Passage, Question

LONGEST = 700
"""Characters of an entry; a longer one ends with the last line that fits."""
_WITH_HEADER = 350
"""Characters from a table's header to a row that is quoted with it; farther down the header is a quote of its own."""
_BEGINS = re.compile(rf"{MARKS}(?:{NOUN}\b[\s:#ºo°.-]*(?:de\s+{NOUN}\s+|code\s+|codigo\s+)?)?", re.IGNORECASE)
_CODE = re.compile(r"(0x|[^\W\d_]{0,8})[-_ ]?\d[\w-]*(?!\w|[.,]\d)")
_RELEASE = re.compile(rf"{MARKS}(?:{NAMED}(?P<named>\d+(?:\.\d+)+)|(?P<bare>\d+(?:\.\d+)+){ALONE})(?![\w.]*\d)")
"""Begins what is new in a version, in lower case and without accents. "4.3 Cleaning" does not: it is a section."""
_DEEPEST = 99


def with_entries(
    question: Question, passages: Sequence[Passage], quotes: Sequence[Quote], page: GetPage, sections: GetSections
) -> list[Quote]:
    """`quotes`, best first, after the entries of the codes that are asked about, of all pages that `passages` are on.

    An entry begins a line with its code and ends before the next code's, or at a heading. Those of manuals come before
    what tickets say, and of either the ones whose document the question names. Beside entries only those quotes are
    kept that hold a code; without any all are, those that do first.
    """
    wanted = [pattern(name) for name in question.identifiers]

    def held(quote: Quote) -> bool:
        return any(one.search(quote.text.casefold()) for one in wanted)

    asked = set(map(fold, content_words(question.text)))

    def rank(one: Quote) -> tuple[bool, int]:
        """Whether it is a ticket's, and how little its document is named in the question."""
        named = asked & set(map(fold, words(f"{one.passage.title} {one.passage.fields.product}")))
        return one.passage.kind != "manual", -len(named)

    entries = sorted(_entries(wanted, passages, page, sections), key=rank)
    if not entries:
        return sorted(quotes, key=lambda quote: not held(quote))
    score = max((quote.score for quote in quotes), default=0.0)
    entries = [replace(one, score=score) for one in entries]
    rest = [quote for quote in quotes if held(quote) and not any(overlaps(quote, one) for one in entries)]
    return apart([*entries, *rest])[:SHOWN]


def _entries(
    wanted: Sequence[re.Pattern[str]], passages: Sequence[Passage], page: GetPage, sections: GetSections
) -> Iterator[Quote]:
    places: dict[tuple[str, int], Passage] = {}
    for one in passages:
        places.setdefault((one.document_id, one.page), one)
    for passage in places.values():
        if (whole := page(passage.document_id, passage.page)) is not None:
            passage = replace(passage, text=whole.text, start=0, end=len(whole.text), label=whole.label)
        if not any(one.search(passage.text.casefold()) for one in wanted):
            continue  # most pages of a document that is read whole
        text, outline = passage.text, sections(passage.document_id)
        headings = [section for section in outline if section.page == passage.page]
        for start, end in _spans(wanted, text, headings):
            if is_contents(text[start:end]) or instructs(text, start, end):
                continue
            if (header := header_span(text, start)) and end - header[0] <= _WITH_HEADER:
                start, header = header[0], None
            if passage.kind == "ticket" and not is_said(text, start):
                continue  # a mail that a reply carries
            if passage.kind == "ticket":
                start, end = within(text, start, start, end)
            if whole is not None:
                passage = replace(passage, section=path_to(outline, (passage.page, start)))
            yield Quote(passage, start, end)
            if header:
                yield Quote(passage, *header)


def _spans(wanted: Sequence[re.Pattern[str]], text: str, headings: Sequence[Section]) -> Iterator[tuple[int, int]]:
    """Where the entries are of the codes that are wanted. A heading below the entry's own belongs to it."""
    lines = lines_of(text)
    for at, (start, end) in enumerate(lines):
        line = _plain(text[start:end])
        if (kind := _beginning(line, wanted)) is None:
            continue
        last, row = at, is_row(line)
        level = min((one.level for one in headings if start <= one.start < max(end, start + 1)), default=_DEEPEST)
        ends = next((one.start for one in headings if one.start > end and one.level <= level), len(text))
        for after in range(at + 1, len(lines)):
            body = text[slice(*lines[after])]
            if lines[after][1] - start > LONGEST or lines[after][1] > ends or _begins(_plain(body), kind):
                break
            if row and (not body.strip() or is_row(body)):
                break
            last = after if body.strip() else last
        yield start + len(text[start:end]) - len(text[start:end].lstrip()), lines[last][1]


def _beginning(line: str, wanted: Sequence[re.Pattern[str]]) -> str | None:
    """What the code is written with that a line begins with, if it is wanted: its letters, "." for a version."""
    if release := _RELEASE.match(line):
        version = (release["named"] or release["bare"]).removesuffix(".0")
        if any(one.fullmatch(version) for one in wanted):
            return "."
    first = _BEGINS.match(line)
    place = first.end() if first else 0
    code = _CODE.match(line, place)
    return code[1] if code and any(one.match(line, place) for one in wanted) else None


def _begins(line: str, kind: str) -> bool:
    """Whether a line begins the entry of a code that is written like that."""
    if kind == ".":
        return _RELEASE.match(line) is not None
    first = _BEGINS.match(line)
    code = _CODE.match(line, first.end() if first else 0)
    return code is not None and code[1] == kind


def _plain(line: str) -> str:
    """In lower case and without accents."""
    return "".join(unicodedata.normalize("NFD", sign)[0] for sign in line.lower())
