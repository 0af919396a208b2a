"""Pages whose file numbers them from 1 → the numbers printed on them, where their top or bottom lines carry some."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.readers.ordinals import ordinal

FEWEST = 3
"""Pages in a row of numbers that make it one."""
_LINES = 2
"""Lines at the top and at the bottom of a page that may carry its number."""
_LONGEST = 120
_DENSE, _FIRM, _MOST = 0.6, 0.3, 0.5
"""Share of a row's pages that show their number; of those, that show it alone or beside what stands on other pages too;
and of all pages, that rows must hold before any is trusted."""

_EDGE = re.compile(r"^[\W_]+|[\W_]+$")
_TOTAL = re.compile(r"\s*(?:/|\bof\b|\bde\b)\s*\d{1,5}$", re.IGNORECASE)
_PAGE = re.compile(r"(?:page|p[aá]gina|p[aá]g|pg|hoja|p)\.?", re.IGNORECASE)
_PLAIN = re.compile(r"\d{1,4}")
_PART = re.compile(r"(\d{1,2}|[A-Z])[-–](\d{1,3})")
_ROMAN = {ordinal(number, "i"): number for number in range(1, 40)}

_Number = tuple[str, int]
"""What stands before it ("3-" of 3-12; "i" or "I" for a Roman one), and its value."""
_Row = tuple[str, int]
"""What stands before a number, and by how much it exceeds its page's place."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A number as it is written, and the other words of its line."""

    number: _Number
    written: str
    beside: str


def printed_numbers(texts: Sequence[str], labels: Sequence[str]) -> list[str]:
    """A label for each page: the number printed on it where that is known, else the one it has in `labels`.

    `labels` that are not simply 1, 2, 3 … are the file's own and are kept. Numbers are looked for in the first and last
    words of the outermost lines: 12, xii, 3-12, Page 12 of 90. They count when they grow page by page, most pages have
    one, and it often stands alone or beside what other pages have too; a page that shows none is counted with those
    around it, and back to a row's 1.
    """
    if list(labels) != [str(n) for n in range(1, len(labels) + 1)]:
        return list(labels)
    found = [list(_candidates(text)) for text in texts]
    running = Counter(beside for some in found for beside in {one.beside for one in some})
    shown = [{one.number: one.written for one in some} for some in found]
    places: dict[_Row, list[int]] = defaultdict(list)
    firm: Counter[_Row] = Counter()
    for place, some in enumerate(found):
        for before, value in shown[place]:
            places[before, value - place].append(place)
        sure = {one.number for one in some if not one.beside or running[one.beside] > 1}
        firm.update((before, value - place) for before, value in sure)
    rows = {row: held for row, held in places.items() if _is_row(held) and firm[row] >= _FIRM * len(held)}
    own = [_best(place, numbers, rows) for place, numbers in enumerate(shown)]
    if sum(row is not None for row in own) < _MOST * len(labels):
        return list(labels)
    printed = list(labels)
    for place, row in enumerate(_filled(own)):
        if row is not None:
            number = row[0], place + row[1]
            printed[place] = shown[place].get(number) or _written(*number)
    return printed


def _candidates(text: str) -> Iterator[_Candidate]:
    """Whatever may be the page's number: the first and the last word of its outermost lines."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    for line in dict.fromkeys([*lines[:_LINES], *lines[-_LINES:]]):
        if len(line) > _LONGEST:
            continue
        words = _EDGE.sub("", _TOTAL.sub("", _EDGE.sub("", line))).split()
        for at in {0, len(words) - 1} if words else ():
            if number := _number(words[at]):
                others = [word for word in words[:at] + words[at + 1 :] if not _PAGE.fullmatch(word)]
                yield _Candidate(number, words[at], " ".join(others).casefold())


def _number(word: str) -> _Number | None:
    if _PLAIN.fullmatch(word):
        return "", int(word)
    if part := _PART.fullmatch(word):
        return word[: part.start(2)], int(part[2])
    if word.lower() in _ROMAN and (word.islower() or word.isupper()):
        return "i" if word.islower() else "I", _ROMAN[word.lower()]
    return None


def _is_row(places: Sequence[int]) -> bool:
    return len(places) >= FEWEST and len(places) >= _DENSE * (places[-1] - places[0] + 1)


def _best(place: int, numbers: Iterable[_Number], rows: Mapping[_Row, list[int]]) -> _Row | None:
    """The longest row that the page's numbers belong to."""
    own = [row for before, value in numbers if (row := (before, value - place)) in rows]
    return max(own, key=lambda row: (len(rows[row]), row), default=None)


def _filled(own: Sequence[_Row | None]) -> list[_Row | None]:
    """The rows with the pages that show no number but stand between two of one row, or before its first."""
    filled = list(own)
    last: dict[_Row, int] = {}
    for place, row in enumerate(own):
        if row is None:
            continue
        low = last.get(row, max(0, 1 - row[1]))
        for between in range(place - 1, low - 1, -1):
            if filled[between] is not None:
                break
            filled[between] = row
        last[row] = place
    return filled


def _written(before: str, value: int) -> str:
    return ordinal(value, before) if before in ("i", "I") else f"{before}{value}"
