"""Lines of a PDF without an outline → the headings among them, told by their type."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.readers.assemble import MAX_SECTIONS, one_line
from ingest.readers.outline import Bookmark, locate
from ingest.readers.pdf_lines import Line
from ingest.types import Section

LARGER = 1.1
"""How many times the body's size a heading without a number has at least."""
LONGEST = 160
"""Characters a heading has at most, over all its lines."""
DENSEST = 0.12
"""The share of a document's letters above which a type is no headings' type."""
MOST_A_PAGE = 6
"""Headings a page may have on average before they are taken for something else, and none is given."""
SHORT = 3
"""Pages of a document so short that a type seen once may be its headings'."""
_LINES = 3
_COVER_LINES = 20
_TOP = 0.1
_REPEATS, _EDGE = 3, 2
_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    "uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince"
)
_CHAPTER = re.compile(
    rf"(?:chapter|cap[ií]tulo|appendix|ap[eé]ndice|anexo|annex|part|parte)\s+(?:[\divxlc]{{1,5}}|[a-z]|{_WORDS})\b[.:]?"
    rf"|(?:{_WORDS})(?=$|(?-i:\s+[A-ZÁÉÍÓÚÜÑ\d][A-ZÁÉÍÓÚÜÑ\d\s-]{{2,}}$))",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?P<number>(?:\d{1,3}|[A-Z])(?:\.\d{1,3})+|\d{1,3}|[A-Z](?=\.))[.)]?\s+(?!\()(?=.*[^\W\d_]{3})")
_LEADERS = re.compile(r"(?:\.\s?){4,}|…{2,}|\s\.\s+\d+$")
_CONTENTS = re.compile(r"\s\d{1,4}$")
_LABEL = re.compile(
    r"(?:fig(?:ure|ura)?|tab(?:le|la)?|cuadro|ilustraci[oó]n|ejemplo|example|listing|listado|gr[aá]fico|algorithm)\.?\s+[\dA-Z]",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(?:nota|note|notas|notes|tip|hint|consejo|sugerencia|aviso|advertencia|warning|caution|precauci[oó]n|atenci[oó]n|"
    r"important|importante|peligro|danger|example|ejemplo)[:.]?",
    re.IGNORECASE,
)
_BULLETS = frozenset("•●▪■◦‣·*–—-→➢✓")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class _Style:
    """Type in which lines are set: size in half points, font, and whether bold."""

    halves: int
    font: str
    bold: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """A heading's title over all its lines, the depth of its number (0: it has none), and where it stands."""

    title: str
    style: _Style
    number: int
    page: int
    depth: float


def find(pages: Sequence[Sequence[Line]], texts: Sequence[str]) -> tuple[Section, ...]:
    """Sections at the headings in `texts`, the pages' final text; () rather than a guess.

    A heading is a short line that is clearly larger than the body, or bold and numbered as headings are ("3.2 Title").
    Running headers and footers, tables of contents, captions and program text are none.
    """
    found = _trusted(list(_headings(pages)), pages)
    if len(found) > max(MOST_A_PAGE * len(pages), MOST_A_PAGE) or len(found) > MAX_SECTIONS:
        return ()
    levels = _levels(found)
    bookmarks = [Bookmark(one_line(f.title), levels[f.style, f.number], f.page, f.depth) for f in found]
    return tuple(section for section in locate(bookmarks, texts) if _stands(section, texts[section.page - 1]))


def _stands(section: Section, text: str) -> bool:
    """Whether a section really begins with its heading: running lines, for one, are no longer in the text."""
    title, here = "".join(section.title.split()), "".join(text[section.start : section.start + 2 * LONGEST].split())
    return title in here[: len(title) + 20]


def _trusted(found: Sequence[_Found], pages: Sequence[Sequence[Line]]) -> list[_Found]:
    """The numbered ones; of the others, those set like some numbered one or, larger than these, at the top of a page.

    Without any numbered, those in a type that stands on several pages. The large letters of a cover and the labels of
    drawings are what this leaves out.
    """
    numbered = {f.style for f in found if f.number}
    top = max((style.halves for style in numbered), default=0)
    titles = {f.title for f in found}
    standing = Counter(style for style, _ in {(f.style, f.page) for f in found})
    long = len(pages) > SHORT

    def is_heading(f: _Found) -> bool:
        listed = _CONTENTS.sub("", f.title)
        if listed != f.title and listed in titles:
            return False
        if f.number or f.style in numbered:
            return bool(f.number) or not on_cover(f)
        alone = f.style.halves > top and (not numbered or f.depth < _TOP)
        return alone and standing[f.style] > long and not on_cover(f)

    def on_cover(f: _Found) -> bool:
        return long and f.page <= 2 and len(pages[f.page - 1]) < _COVER_LINES

    return [f for f in found if is_heading(f)]


def _headings(pages: Sequence[Sequence[Line]]) -> Iterator[_Found]:
    styles: Counter[_Style] = Counter()
    for page in pages:
        for line in page:
            styles[_style(line)] += len(line.text)
    if not styles:
        return
    body = styles.most_common(1)[0][0]
    total = styles.total()
    rare = {style for style, letters in styles.items() if letters <= DENSEST * total}
    running = _running(pages)
    contents = False
    for number, page in enumerate(pages, 1):
        contents = _is_contents(page, contents)
        if not contents:
            yield from _on_page(page, number, [_may_be(line, body, rare, running) for line in page])


def _style(line: Line) -> _Style:
    return _Style(round(2 * line.size), line.font, line.bold)


def _running(pages: Sequence[Sequence[Line]]) -> frozenset[str]:
    """What is at the top or the bottom of several pages, digits aside."""
    seen = Counter(key for page in pages for key in {_key(line) for line in (*page[:_EDGE], *page[-_EDGE:])})
    return frozenset(key for key, count in seen.items() if count >= _REPEATS)


def _key(line: Line) -> str:
    return _DIGITS.sub("#", line.text)


def _is_contents(page: Sequence[Line], goes_on: bool) -> bool:
    """Whether a page lists what is on others: many of its lines end with a number, fewer where the list goes on."""
    ends = sum(bool(_CONTENTS.search(line.text) or _LEADERS.search(line.text)) for line in page)
    return ends >= (2 if goes_on else 5) and ends > (0.25 if goes_on else 0.4) * len(page)


def _may_be(line: Line, body: _Style, rare: set[_Style], running: frozenset[str]) -> bool:
    style = _style(line)
    text = line.text
    if style not in rare or len(text) > LONGEST or _is_other(text):
        return False
    numbered = _depth_of(text) > 0
    if _key(line) in running and not _CHAPTER.fullmatch(text) and not numbered:
        return False
    if sum(map(str.isalpha, text)) < max(2, 0.4 * len("".join(text.split()))) and not numbered:
        return False
    if style.halves >= LARGER * body.halves and style.halves > body.halves + 1:
        return not line.fixed or numbered
    bolder = style.bold and not body.bold
    return bolder and numbered and style.halves >= body.halves - 1 and not line.fixed and text[-1] not in ".;,:"


def _is_other(text: str) -> bool:
    """Whether a line is an item of a list, a line of a table of contents, a caption, or the head of a note."""
    return bool(text[0] in _BULLETS or _LEADERS.search(text) or _LABEL.match(text) or _NOTE.fullmatch(text))


def _depth_of(text: str) -> int:
    """How deep a heading is by its number: 1 for "3" or "Chapter 3", 2 for "3.2"; 0 without one."""
    if _CHAPTER.match(text):
        return 1
    found = _NUMBER.match(text)
    return found["number"].count(".") + 1 if found else 0


def _on_page(page: Sequence[Line], number: int, chosen: Sequence[bool]) -> Iterator[_Found]:
    """The headings of a page, those of several lines made one."""
    at = 0
    while at < len(page):
        if not chosen[at]:
            at += 1
            continue
        end = at + 1
        while end < len(page) and end - at < _LINES and chosen[end] and _goes_on(page[end - 1], page[end]):
            end += 1
        lines = page[at:end]
        title = " ".join(line.text for line in lines)
        depth = _depth_of(title)
        title = _CHAPTER.sub("", title, count=1).strip() or title if len(lines) > 1 else title
        if len(title) <= LONGEST and not (depth == 0 and _reads_on(title)):
            yield _Found(title, _style(lines[-1]), depth, number, lines[0].depth)
        at = end


def _goes_on(line: Line, after: Line) -> bool:
    """Whether the line after a heading's belongs to it: set alike and no heading of its own, or a chapter's name."""
    if _CHAPTER.fullmatch(line.text):
        return after.size >= line.size
    return _style(line) == _style(after) and not _depth_of(after.text)


def _reads_on(title: str) -> bool:
    """Whether a line without a number is rather part of a sentence."""
    return title[0].islower() or title[-1] in ",;" or (title[-1] in ".:" and len(title) > 60)


def _levels(found: Sequence[_Found]) -> dict[tuple[_Style, int], int]:
    """The level of each type and depth of number: the number's own, else that of its type's usual one, else by size.

    Of two types of one size the one met first is the higher: the same file has the same levels in every run.
    """
    numbered = Counter((f.style, f.number) for f in found if f.number)
    styles = sorted(dict.fromkeys(f.style for f in found), key=lambda style: (-style.halves, not style.bold))
    levels: dict[tuple[_Style, int], int] = {}
    above = 0
    for style in styles:
        usual = max(((count, -depth) for (other, depth), count in numbered.items() if other == style), default=None)
        above = -usual[1] if usual else above + 1
        levels[style, 0] = above
    levels.update({key: key[1] for key in numbered})
    return levels
