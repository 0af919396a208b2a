"""Quotes of an answer → the commands in them, or those of the sections and pages that they stand in. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from rag.planning.sections import Pages, around
from rag.types import Passage

MOST = 6
"""Runs of commands that are shown: the nearest to the quotes."""
_PROMPT = re.compile(
    r"[ \t]*(?:[$#>] +(?![A-ZÁÉÍÓÚÑ¿¡][a-záéíóúñü]+(?:\s|$))\S|[$#] ?(?=[a-z./][\w./-]+(?: |$))[a-z./]|>>> \S|"
    r"\[?[\w.-]+@[\w.-]+[: ][^\s$#]*\]?[$#] ?\S|(?:PS )?[A-Z]:\\[^>\n]*> ?\S|(?:sudo|doas) \S)"
)
"""A line after a shell's prompt, or one that asks for a superuser's rights; a comment or a heading begins as a sentence
does."""
_SAID = re.compile(
    r"(?<= )(?:the|is|are|be|of|an|and|or|this|that|these|if|you|your|to|with|will|should|must|only|not|el|la|los|las|"
    r"un|una|de|del|es|son|que|para|con|si|se|su|no|esta|este)(?= )|\w{3,}\.\s*(?:\n|\Z)"
)
"""What a comment has and a command has not."""
_MAIL = re.compile(r"\s*>(?!>>)[^\n]*(?:\n[ \t]*>(?!>>)[^\n]*)*")


def commands(text: str) -> list[str]:
    """The runs of lines of a text that are commands, as they stand."""
    return [text[start:end] for start, end in _runs(text)]


def commands_around(quotes: Sequence[Passage], library: Pages) -> list[Passage]:
    """The runs of commands in the sections that quotes stand in, each as a stretch of its page: at most MOST, of the
    first quote's section before others, there the nearest first."""
    return _nearest((quote, around(library, quote)) for quote in quotes)


def commands_on_pages(quotes: Sequence[Passage], library: Pages) -> list[Passage]:
    """The same of the pages that quotes stand on, whatever section they are of."""
    pages = [(quote, library.page(quote.document_id, quote.page)) for quote in quotes]
    whole = ((quote, replace(quote, start=0, end=len(page.text), text=page.text)) for quote, page in pages if page)
    return _nearest((quote, (place,)) for quote, place in whole)


def _nearest(places: Iterable[tuple[Passage, Sequence[Passage]]]) -> list[Passage]:
    found: dict[tuple[str, int, int], Passage] = {}
    for quote, some in places:
        near = [_stretch(place, span) for place in some for span in _runs(place.text)]
        near.sort(key=lambda one: (abs(one.page - quote.page), abs(one.start - quote.end)))
        for one in near:
            found.setdefault((one.document_id, one.page, one.start), one)
    return list(found.values())[:MOST]


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """From where to where lines follow each other that are commands, without the white space around them.

    Lines after # are a file's comments where one of them has a sentence's small words or its end; those that are all
    after > are a mail that is answered.
    """
    start, at = -1, 0
    for line in [*text.splitlines(keepends=True), ""]:
        is_one = _PROMPT.match(line) is not None
        if is_one and start < 0:
            start = at
        if not is_one and start >= 0:
            run = text[start:at]
            said = (run.lstrip().startswith("#") and _SAID.search(run)) or _MAIL.fullmatch(run.rstrip())
            if not said:
                yield start + len(run) - len(run.lstrip()), start + len(run.rstrip())
            start = -1
        at += len(line)


def _stretch(place: Passage, span: tuple[int, int]) -> Passage:
    start, end = span
    return replace(place, start=place.start + start, end=place.start + end, text=place.text[start:end])
