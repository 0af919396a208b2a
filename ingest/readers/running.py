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
_PAGE = r"(?:page|p[aá]gina|p[aá]g|pg|hoja|seite)"
_PAGE_NUMBER = re.compile(rf"(\b{_PAGE}\b\.?\s*)\d+(?:\s*(/|of|de)\s*\d+)?", re.IGNORECASE)
_PAGE_WORDS = re.compile(rf"\b(?:(?i:{_PAGE}|chapter|cap[ií]tulo|cap|of|de|rev|[ivxlcdm]{{2,}})|p)\b")
_LETTER = re.compile(r"[^\W\d_]")
_ENDS = re.compile(r"^(?:\d{1,5}|[ivxlc]+)\b\W*|\W*\b(?:\d{1,5}(?:\s*(?:/|of|de)\s*\d{1,5})?|[ivxlc]+)$")
_DENSE = 2
"""Pages that a chapter reaches over, at most, for each that its title stands on: a left page may have the book's."""
_TITLE_LINES, _TOP = 3, 2_000
"""Lines on top of a page in which a chapter's title is looked for, and the characters that may hold them."""
_FOLIO = re.compile(r"^\W{0,3}(\d{1,5})\b|\b(\d{1,5})(?:\s*(?:/|of|de)\s*\d{1,5})?\W{0,3}$")


def without_running_lines(pages: Sequence[str], labels: Sequence[str]) -> list[str]:
    """The pages without the lines at their top and bottom that repeat from page to page.

    A line is a running one if, page numbers aside, it stands there on many pages; if it is in capitals and begins as
    those of many pages in a row do; if it begins with the words that those of the pages opposite end with; if it
    carries the page's number (its label, or a number that grows with the page) or is another page's but for that; or
    if, as those of many pages, it is the title of the chapter that began before.
    All else stays as it is; so do words that are all their page has, as on a title page, and so does everything if most
    pages would be left with nothing.
    """
    lines = [page.strip("\n").split("\n") for page in pages]
    alone = [len(page) == 1 and not _is_number(page[0]) for page in lines]
    for edge in (0, -1):
        titles = [""] * len(lines)
        for _ in range(ROUNDS):
            outermost = [page[edge].strip() if page else "" for page in lines]
            titles = _chapter_titles(outermost, titles, pages)
            surely, perhaps = _running(outermost, labels, alone)
            found = [bool(title) or out for title, out in zip(titles, perhaps, strict=True)]
            drop = [sure or (out and not stays) for sure, out, stays in zip(surely, found, alone, strict=True)]
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


def _running(lines: Sequence[str], labels: Sequence[str], alone: Sequence[bool]) -> tuple[list[bool], list[bool]]:
    """Which of the outermost lines, one a page, are running lines: by what stands above other pages' text, by any sign.

    `alone` are the lines that are all their page has.
    """
    keys = [_key(line) if 0 < len(line) <= _LONGEST else "" for line in lines]
    whole = _frequent(keys, _SHARE)
    capitals = [key[:_PREFIX] if key.isupper() and not re.search(r"[\d#]", key[:_PREFIX]) else "" for key in keys]
    firsts = [(start, _DIGITS.findall(key)[:1]) for start, key in zip(capitals, keys, strict=True)]
    begun = {start for start in _frequent(capitals, _PREFIX_SHARE) if _in_runs(start, firsts)}
    numbered = _numbered(lines, labels)
    rests = [rest if (rest := _ENDS.sub("", line)) != line and _LETTER.search(rest) else "" for line in lines]
    above = [rest if n and not one else "" for rest, n, one in zip(rests, numbered, alone, strict=True)]
    usual = _frequent(above, _SHARE)
    sides = _two_sided(lines)
    surely = [rest in usual for rest in rests]
    return surely, [
        key in whole or start in begun or n or sure or side
        for key, start, n, sure, side in zip(keys, capitals, numbered, surely, sides, strict=True)
    ]


def _two_sided(lines: Sequence[str]) -> list[bool]:
    """Which lines begin or end with words that many pages' begin with and many others' end with: a book's title stands
    outside, on the left of left pages and on the right of right ones, and a chapter's, another every few pages, inside.
    One word is no title: a product's name begins the book's and ends the title of many a chapter.
    """
    said = [line.split() if len(line) <= _LONGEST else [] for line in lines]
    firsts = [{" ".join(words[:n]) for n in range(2, len(words))} for words in said]
    lasts = [{" ".join(words[n:]) for n in range(1, len(words) - 1)} for words in said]
    starts, ends = (Counter(words for page in pages for words in page) for pages in (firsts, lasts))
    enough = max(FEWEST, _SHARE * len(lines))
    titles = {
        words
        for words in starts.keys() & ends.keys()
        if len(words) >= _PREFIX and min(starts[words], ends[words]) >= FEWEST and starts[words] + ends[words] >= enough
    }
    return [bool(titles & (first | last)) for first, last in zip(firsts, lasts, strict=True)]


def _chapter_titles(lines: Sequence[str], above: Sequence[str], pages: Sequence[str]) -> list[str]:
    """For each page the title of its chapter as far as its outermost line ends it; "" where that is none.

    Most pages of a chapter begin so, and the title stands in full where the chapter begins, on a page before. `above`
    is what was found on the line before: a title may be long.
    """
    places: dict[str, list[int]] = {}
    for index, (line, start) in enumerate(zip(lines, above, strict=True)):
        if line and len(line) <= _LONGEST and "\t" not in line and (start or not any(above)):
            places.setdefault(f"{start} {line}".strip(), []).append(index)
    begun = {title: found for title, found in places.items() if _is_begun(title, found, pages)}
    long = [found for found in begun.values() if len(found) >= FEWEST]
    titles = [""] * len(lines)
    if any(above) or (len(long) > 1 and sum(map(len, long)) >= _SHARE * len(lines)):
        for title, found in begun.items():
            for index in found:
                titles[index] = title
    return titles


def _is_begun(title: str, found: Sequence[int], pages: Sequence[str]) -> bool:
    """Whether a title stands on nearly all of some pages in a row, and on top of one of the two before them."""
    if len(found) < FEWEST - 1 or found[-1] - found[0] >= _DENSE * len(found) or not _LETTER.search(title):
        return False
    return any(title in _top(page) for page in pages[max(0, found[0] - 2) : found[0]])


def _top(page: str) -> str:
    """The first lines of a page on one: a chapter's title is there, a list of titles reaches further down."""
    lines = [line for line in page[:_TOP].split("\n") if line.strip()]
    return " ".join(" ".join(lines[:_TITLE_LINES]).split())


def _key(line: str) -> str:
    """The line as it is compared: its page number masked. Other digits tell titles and values apart ("Error E01")."""
    return _DIGITS.sub("#", line) if _is_number(line) else _PAGE_NUMBER.sub(r"\1#\2", line)


def _is_number(line: str) -> bool:
    """Whether nothing stands there but numbers and the words that go with a page's."""
    return not _LETTER.search(_PAGE_WORDS.sub("", line))


def _frequent(keys: Sequence[str], share: float) -> frozenset[str]:
    enough = max(FEWEST, share * len(keys))
    return frozenset(key for key, count in Counter(keys).items() if key and count >= enough)


def _in_runs(start: str, firsts: Sequence[tuple[str, list[str]]]) -> bool:
    """Whether most pages that begin so are next to one that does, with the same first number, as a chapter's are.

    Where the number is another on each page it tells them apart ("PARAMETER P004").
    """
    places = [index for index, (other, _) in enumerate(firsts) if other == start]
    near = [i for i in places if firsts[i] in (*firsts[max(0, i - 2) : i], *firsts[i + 1 : i + 3])]
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
