"""A place in a text → the stretch that is quoted: whole steps, rows with their header, a command with its sentence."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from ingest.lists import lines_of, lists
from ingest.pointers import points_on
from ingest.rows import header_above
from ingest.sentences import sentences

LONGEST = 700
"""Characters a stretch may grow to. Of 92 questions about the Debian Reference, when sentences alone were scored and
grown, the first quote held the evidence in .54 with 400, .55 with 500, .59 with 600, .62 with 700 and with 800."""

Span = tuple[int, int]

_BEFORE, _AFTER = 4, 12
"""Parts that a stretch may grow by: what follows says more than what comes before."""
_ROW = re.compile(r"\t| \| ")
_COMMAND = re.compile(r"[ \t]*(?:[$#>] \S|```)")
_NUMBER = re.compile(r"(?:\d{1,3}|[a-z])[.)]", re.IGNORECASE)
_LEAD = 300
"""Characters of a sentence that leads into a command; a longer one is left where it is."""


def grow(text: str, start: int) -> Span:
    """The stretch around `start`: at most LONGEST characters unless what stands there has no end before that.

    It is whole parts (see `parts`), forward before backward. A row is quoted from its table's header on if that fits.
    Lines that only lead elsewhere are no part of it.
    """
    spans = _said(text, parts(text), start)
    home = next((i for i, (a, b) in enumerate(spans) if a <= start < b), None)
    if home is None:
        return start, start
    first = _header(text, spans, home)
    last = home
    while True:
        if last + 1 < len(spans) and last - home < _AFTER and spans[last + 1][1] - spans[first][0] <= LONGEST:
            last += 1
        elif first > 0 and home - first < _BEFORE and spans[last][1] - spans[first - 1][0] <= LONGEST:
            first -= 1
        else:
            return spans[first][0], spans[last][1]


def _said(text: str, spans: Sequence[Span], start: int) -> list[Span]:
    """The parts around a place, up to the nearest ones on both sides that only lead elsewhere."""
    leading = [points_on(text, a) for a, _ in spans]
    home = next((i for i, (_, b) in enumerate(spans) if start < b), 0)
    if not any(leading) or leading[home]:
        return list(spans)
    first = next((i + 1 for i in range(home - 1, -1, -1) if leading[i]), 0)
    last = next((i for i in range(home + 1, len(spans)) if leading[i]), len(spans))
    return list(spans[first:last])


def parts(text: str) -> list[Span]:
    """(start, end) of what is not torn apart, in order, never overlapping, `text[start:end]` never blank at its ends.

    A list with what leads into it, a table, commands with the sentence before them; of one longer than LONGEST its
    items, rows and lines; else sentences.
    """
    rows = list(_tables(text))
    wholes = _apart([*lists(text), *((run[0][0], run[-1][1]) for run in rows), *_commands(text)])
    cuts = sorted({edge for whole in wholes for edge in whole} | {row[0] for run in rows for row in run})
    found: list[Span] = []
    inside: Span | None = None
    for a, b in _numbered(text, _cut(text, sentences(text), cuts)):
        home = next((whole for whole in wholes if whole[0] <= a and b <= whole[1]), None)
        if home is not None and home == inside:
            found[-1] = found[-1][0], b
        else:
            found.append((a, b))
        inside = home
    return found


def _header(text: str, spans: Sequence[Span], home: int) -> int:
    """The part to begin with: that of the header above the row at `home`, if both fit; else `home`."""
    start, end = spans[home]
    if not header_above(text, start):
        return home
    first = home
    while first > 0 and header_above(text, spans[first][0]):
        first -= 1
    return first if end - spans[first][0] <= LONGEST else home


def _apart(spans: Sequence[Span]) -> list[Span]:
    """Those that fit, in order; two that overlap are one if that fits, else the first stands."""
    found: list[Span] = []
    for a, b in sorted(span for span in spans if span[1] - span[0] <= LONGEST):
        if not found or a >= found[-1][1]:
            found.append((a, b))
        elif max(b, found[-1][1]) - found[-1][0] <= LONGEST:
            found[-1] = found[-1][0], max(b, found[-1][1])
    return found


def _tables(text: str) -> Iterator[list[Span]]:
    """The lines of each run of two rows or more."""
    run: list[Span] = []
    for line in [*lines_of(text), (len(text), len(text))]:
        if _ROW.search(text[slice(*line)]):
            run.append(line)
            continue
        if len(run) > 1:
            yield run
        run = []


def _commands(text: str) -> Iterator[Span]:
    """Each run of command lines, from the sentence on that stands before it."""
    first: Span | None = None
    last = end = 0
    for line in [*lines_of(text), (len(text), len(text))]:
        if _COMMAND.match(text[slice(*line)]):
            first, end = first or line, line[1]
            continue
        if first is not None:
            yield _lead(text, last, first[0]), end
            first, last = None, end


def _lead(text: str, after: int, command: int) -> int:
    """Where the sentence begins that stands between `after` and a command; the command itself if there is none."""
    low = max(after, command - 2 * _LEAD)
    before = sentences(text[low:command])
    if not before or command - low - before[-1][0] > _LEAD:
        return command
    return low + before[-1][0]


def _numbered(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """The spans, an item's number with its first sentence."""
    number: Span | None = None
    for a, b in spans:
        if number is not None and text[number[1] : a].isspace() and "\n" not in text[number[1] : a]:
            a = number[0]
        elif number is not None:
            yield number
        number = (a, b) if _NUMBER.fullmatch(text, a, b) else None
        if number is None:
            yield a, b
    if number is not None:
        yield number


def _cut(text: str, spans: Sequence[Span], cuts: Sequence[int]) -> Iterator[Span]:
    """The spans, cut at these places too; nothing blank."""
    for a, b in spans:
        edges = [a, *(cut for cut in cuts if a < cut < b), b]
        for low, high in itertools.pairwise(edges):
            body = text[low:high]
            if body.strip():
                start = low + len(body) - len(body.lstrip())
                yield start, start + len(body.strip())
