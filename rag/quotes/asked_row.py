"""Quotes for a question that a row of a table answers → that table first, and the row in it told apart.

"What does the B20 weigh?" shares one word with "Weight | 7.8 kg | 9.2 kg" and one with the table's head, and neither
with any sentence: as a stretch of text a table says little of what is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.lexical import content_words
from ingest.lists import lines_of
from ingest.rows import header_span, is_row
from rag.contents import is_contents
from rag.guards.instructing import instructs
from rag.quotes.asked_name import asks_what_it_is
from rag.quotes.asked_words import Asked, asked_words
from rag.quotes.best import SHOWN, overlaps
from rag.quotes.grow import LONGEST
from rag.quotes.procedure import GetPage
from rag.quotes.signals import Quote
from rag.search.overlap import is_foreign
from rag.search.spellings import pattern
from rag.types import Passage, Question

READ = 12
"""Passages that are looked through, best first."""
SHARE = 0.6
"""Of the question's words, what a row with its head, its section and its document's title has to hold."""
MISSING = 1
"""Words of the question that nowhere stand with a row one of whose cells is the name that is asked about ("F4")."""
MOST_ALIKE = 2
"""Rows that may hold as much as the best one; of more, the question is about the table."""
_CELLS = re.compile(r"\t|(?<![^ \t])\|(?![^ \t])")
_CHOICES = re.compile(r"\s/\s")


@dataclass(frozen=True, slots=True)
class _Row:
    """A row on its page; `share` of the question is in it, its head or above it, `own` words of it in itself.

    `first` is where it is quoted from: its table's head, if that fits, else itself. `named`: a cell of it is the name
    that is asked about, and nothing else.
    """

    passage: Passage
    first: int
    start: int
    end: int
    share: float
    own: int
    named: bool


def with_rows(question: Question, passages: Sequence[Passage], quotes: Sequence[Quote], page: GetPage) -> list[Quote]:
    """`quotes`, best first, after the one row, or the two, that the question asks for, each with its table's head.

    A row is asked for when the question has all words of one of its cells, and the row, its head, its section and its
    document's title together have SHARE of the question's words, more than the other rows do and no less than any of
    `quotes`. Who asks what a name is for is given the row with a cell that is the name: all words but one are enough,
    and of rows that have as many the best passages' stand. `passages` are best first. Nothing changes where there is no
    such row.
    """
    asked = asked_words(question)
    names = [pattern(name) for name in question.identifiers] if asks_what_it_is(question) else []
    if len(asked.terms) < (1 if names else 2) or question.kind not in ("lookup", "identifier"):
        return list(quotes)
    rows = [row for passage in passages[:READ] for row in _told_apart(_rows(asked, names, passage, page))]
    rows = [row for row in rows if row.named] or rows
    most = max((row.share for row in rows), default=0.0)
    said = max((_share(asked, one.passage, one.text) for one in quotes), default=0.0)
    best = [row for row in rows if row.share == most]
    # Of a table that is there in two languages the reader's own: a name is the same in both.
    best = [row for row in best if not is_foreign(question, row.passage)] or best
    best = [row for row in best if row.own == max(one.own for one in best)]
    if best and best[0].named:
        best = best[:MOST_ALIKE]
        enough = (len(asked.terms) - MISSING) / len(asked.terms)
    else:
        enough = SHARE
    if most < max(enough, said) or len(best) > MOST_ALIKE:
        return list(quotes)
    score = max((quote.score for quote in quotes), default=0.0)
    found: list[Quote] = []
    for row in best:
        quote = Quote(row.passage, row.first, row.end, score=score, row=(row.start, row.end))
        if not any(overlaps(quote, one) for one in found):
            found.append(quote)
    return [*found, *(one for one in quotes if not any(overlaps(one, other) for other in found))][:SHOWN]


def _share(asked: Asked, passage: Passage, text: str) -> float:
    """Of the question's words, how many a stretch of a passage has, with what stands above it."""
    held = asked.held(text, passage) | asked.above(passage)
    return len(held) / len(asked.terms)


def _rows(asked: Asked, names: Sequence[re.Pattern[str]], passage: Passage, page: GetPage) -> Iterator[_Row]:
    """The rows of a passage's tables that have a cell whose words the question all has."""
    lines = [line for line in lines_of(passage.text) if is_row(passage.text[slice(*line)])]
    if len(lines) < 2 or is_contents(passage.text):
        return
    whole = page(passage.document_id, passage.page)
    text, shift = (whole.text, passage.start) if whole is not None else (passage.text, 0)
    above = asked.above(passage)
    for start, end in lines:
        a, b = start + shift, end + shift
        header = header_span(text, a)
        if header is None:
            continue
        first = header[0] if b - header[0] <= LONGEST else a
        if instructs(text, first, b):
            continue
        row = text[a:b]
        own = asked.held(row, passage)
        cells = _CELLS.split(row)
        named = bool(names) and any(_is_named(names, cell) for cell in cells)
        if not named and not any(_covered(asked, cell, passage) for cell in cells):
            continue
        held = own | asked.held(text[slice(*header)], passage) | above
        yield _Row(
            replace(passage, text=text, start=0, end=len(text)),
            first,
            a,
            b,
            len(held) / len(asked.terms),
            len(own),
            named,
        )


def _told_apart(rows: Iterable[_Row]) -> Iterator[_Row]:
    """The rows of a passage; where more than MOST_ALIKE have the name, it is no row's own and tells none apart."""
    found = list(rows)
    named = sum(row.named for row in found) <= MOST_ALIKE
    return (row if named else replace(row, named=False) for row in found)


def _covered(asked: Asked, cell: str, passage: Passage) -> bool:
    """Whether the question has every word of a cell that is no bare figure."""
    said = content_words(cell)
    if all(word.isdigit() or len(word) == 1 for word in said):
        return False
    return all(asked.held(word, passage) for word in said)


def _is_named(names: Sequence[re.Pattern[str]], cell: str) -> bool:
    """Whether a cell is one of the names, or has it among choices ("⌘ F9 / Ctrl + F9")."""
    return any(name.fullmatch(choice.strip().casefold()) for choice in _CHOICES.split(cell) for name in names)
