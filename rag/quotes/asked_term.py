"""Quotes for a question about a name that a list of terms explains → the name's own entry first.

Lists of options, settings and files have the name in a line of its own, or before a colon, and what it does after it.
A stretch that grows around a sentence begins and ends between such entries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.lists import lines_of
from rag.contents import is_contents
from rag.guards.instructing import instructs
from rag.planning.sections import path_to
from rag.quotes.asked_name import asks_what_it_is
from rag.quotes.asked_row import MISSING, MOST_ALIKE, READ
from rag.quotes.asked_words import asked_words
from rag.quotes.best import SHOWN, overlaps
from rag.quotes.grow import LONGEST
from rag.quotes.procedure import GetPage, GetSections
from rag.quotes.signals import Quote
from rag.search.overlap import is_foreign
from rag.search.spellings import pattern
from rag.types import Passage, Question

_FEWEST_WORDS = 4
"""Of what explains a name: fewer go on with a list of names."""
_LONGEST_TERM = 80
_MARKS = r"[ \t•●▪◦*–]*"
_NAME = r"(?=[\w.:/@+-]*[\d_./-]|[^\W\d_]*[A-Z])[\w.:/@+-]*\w"
_VALUE = r"(?:[ \t]?=[ \t]?\S{1,30}|[ \t]?[\[<(][^\[\]<>()]{1,40}[\]>)]|[ \t]\w{1,20})?"
_MORE = rf"(?:[ \t]?[,|/][ \t]?{_NAME}{_VALUE}){{0,4}}"
_TERM = re.compile(rf"{_MARKS}({_NAME}){_VALUE}({_MORE})(?:[ \t]*$|[ \t]?(?P<sign>[:—–])[ \t]+)")
"""A name, perhaps with its value and with other names of the same, alone on its line or before a colon or a dash."""
_APART = re.compile(r"[,|/\s]+")


def with_terms(
    question: Question, passages: Sequence[Passage], quotes: Sequence[Quote], page: GetPage, sections: GetSections
) -> list[Quote]:
    """`quotes`, best first, after the one or two entries that explain a name, for who asks what it is for.

    No more than MISSING of the question's words may stand neither in the entry nor above it. Of several entries those
    in its own language stand before others, and of these the best passages'. `passages` are best first. Nothing changes
    where there is no such entry, or where the first quote is a row that was asked for.
    """
    if not asks_what_it_is(question) or (quotes and quotes[0].row != (0, 0)):
        return list(quotes)
    names = [pattern(name) for name in question.identifiers]
    asked = asked_words(question)
    found: list[Quote] = []
    entries = _entries(names, passages[:READ], page, sections)
    # Of a list that is there in two languages the reader's own goes first: a name is the same in both.
    for quote in sorted(entries, key=lambda entry: is_foreign(question, entry.passage)):
        held = asked.held(quote.text, quote.passage) | asked.above(quote.passage)
        if len(asked.terms) - len(held) > MISSING or any(overlaps(quote, one) for one in found):
            continue
        found.append(quote)
        if len(found) == MOST_ALIKE:
            break
    score = max((quote.score for quote in quotes), default=0.0)
    found = [replace(quote, score=score) for quote in found]
    return [*found, *(one for one in quotes if not any(overlaps(one, other) for other in found))][:SHOWN]


def _entries(
    names: Sequence[re.Pattern[str]], passages: Sequence[Passage], page: GetPage, sections: GetSections
) -> Iterator[Quote]:
    seen: set[tuple[str, int]] = set()
    for passage in passages:
        place = passage.document_id, passage.page
        if place in seen or passage.kind == "ticket":
            continue
        seen.add(place)
        if (whole := page(*place)) is None or not any(name.search(whole.text.casefold()) for name in names):
            continue
        outline = sections(passage.document_id)
        headings = [section.start for section in outline if section.page == passage.page]
        for start, end in _spans(names, whole.text, headings):
            if not is_contents(whole.text[start:end]) and not instructs(whole.text, start, end):
                path = path_to(outline, (passage.page, start))
                read = replace(passage, text=whole.text, start=0, end=len(whole.text), label=whole.label, section=path)
                yield Quote(read, start, end)


def _spans(names: Sequence[re.Pattern[str]], text: str, headings: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where the names' entries are: from the line with the name to the next name's, a heading or LONGEST."""
    lines = lines_of(text)
    for at, (start, end) in enumerate(lines):
        term = _term(text[start:end])
        if term is None or not any(name.fullmatch(one) for name in names for one in _called(term)):
            continue
        last, said = at, len(text[start + term.end() : end].split())
        for after in range(at + 1, len(lines)):
            a, b = lines[after]
            if b - start > LONGEST or any(start < heading <= a for heading in headings):
                break
            if a < b:
                if _term(text[a:b]) is not None:
                    break
                last, said = after, said + len(text[a:b].split())
        if said >= _FEWEST_WORDS:
            yield start + len(text[start:end]) - len(text[start:end].lstrip()), lines[last][1]


def _term(line: str) -> re.Match[str] | None:
    found = _TERM.match(line[:_LONGEST_TERM])
    return found if found and (found["sign"] or len(line) <= _LONGEST_TERM) else None


def _called(term: re.Match[str]) -> Iterator[str]:
    """The names of a term, in lower case."""
    for name in (term[1], *_APART.split(term[2])):
        yield name.casefold()
