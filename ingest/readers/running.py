"""Pages with running headers and footers → pages without them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

FEWEST = 3
"""Pages a line must be seen on before it is taken for a running one."""
ROUNDS = 3
"""Running lines that are looked for at each end of a page."""
_SHARE, _PREFIX_SHARE, _NUMBER_SHARE = 0.3, 0.1, 0.3
_PREFIX = 8
_LONGEST = 200
_DIGITS = re.compile(r"\d+")
_FOLIO = re.compile(r"^\W{0,3}(\d{1,5})\b|\b(\d{1,5})(?:\s*(?:/|of|de)\s*\d{1,5})?\W{0,3}$")


def without_running_lines(pages: Sequence[str], labels: Sequence[str]) -> list[str]:
    """The pages without the lines at their top and bottom that repeat from page to page.

    A line is a running one if, digits aside, it stands there on many pages; if it is in capitals and begins as those of
    many pages in a row do; or if it carries the page's number (its label, or a number that grows with the page). All
    else stays as it is, and so does everything if most pages would be left with nothing.
    """
    lines = [page.strip("\n").split("\n") for page in pages]
    for edge in (0, -1):
        for _ in range(ROUNDS):
            drop = _running([page[edge].strip() if page else "" for page in lines], labels)
            if not any(drop):
                break
            lines = [_strip(page, edge) if out else page for page, out in zip(lines, drop, strict=True)]
    left = ["\n".join(page).strip("\n") for page in lines]
    return left if sum(map(bool, left)) >= sum(map(bool, pages)) / 2 else list(pages)


def _strip(page: list[str], edge: int) -> list[str]:
    """The page without its first or last line and the blank ones beside it."""
    page = page[1:] if edge == 0 else page[:-1]
    while page and not page[edge].strip():
        page = page[1:] if edge == 0 else page[:-1]
    return page


def _running(lines: Sequence[str], labels: Sequence[str]) -> list[bool]:
    """Which of the outermost lines, one a page, are running lines."""
    keys = [_DIGITS.sub("#", line) if 0 < len(line) <= _LONGEST else "" for line in lines]
    whole = _frequent(keys, _SHARE)
    capitals = [key[:_PREFIX] if key.isupper() and "#" not in key[:_PREFIX] else "" for key in keys]
    begun = {start for start in _frequent(capitals, _PREFIX_SHARE) if _in_runs(start, capitals)}
    numbered = _numbered(lines, labels)
    return [key in whole or start in begun or n for key, start, n in zip(keys, capitals, numbered, strict=True)]


def _frequent(keys: Sequence[str], share: float) -> frozenset[str]:
    enough = max(FEWEST, share * len(keys))
    return frozenset(key for key, count in Counter(keys).items() if key and count >= enough)


def _in_runs(start: str, starts: Sequence[str]) -> bool:
    """Whether most pages that begin so are next to one that does, as those of one chapter are."""
    places = [index for index, other in enumerate(starts) if other == start]
    near = [index for index in places if start in (*starts[max(0, index - 2) : index], *starts[index + 1 : index + 3])]
    return len(near) >= 0.7 * len(places)


def _numbered(lines: Sequence[str], labels: Sequence[str]) -> list[bool]:
    """Which lines begin or end with their own page's number, wherever the count starts."""
    short = [line if len(line) <= _LONGEST else "" for line in lines]
    shifts = [{number - index for number in _folios(line)} for index, line in enumerate(short)]
    votes = Counter(shift for page in shifts for shift in page)
    enough = max(FEWEST, _NUMBER_SHARE * len(lines))
    usual = {shift for shift, count in votes.items() if count >= enough}
    labelled = [
        bool(line) and label in (line.split()[0], line.split()[-1]) for line, label in zip(short, labels, strict=True)
    ]
    trusted = sum(labelled) >= enough
    return [bool(page & usual) or (trusted and own) for page, own in zip(shifts, labelled, strict=True)]


def _folios(line: str) -> list[int]:
    return [int(first or last) for first, last in _FOLIO.findall(line)]
