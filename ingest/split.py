"""Split a Document into Chunks."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ingest.lists import lists
from ingest.rows import header_above
from ingest.types import Chunk, Document, Page

Count = Callable[[str], int]
"""Text to its length in tokens."""

# Best places to cut first: a blank line, a new list item, a line end, a sentence, a word.
_SEPARATORS = ("\n\n", "\n(?=[-•*●] |\\d{1,2}[.)] )", "\n", r"(?<=[.!?…:;]) ", " ", "")

_AHEAD = 16
"""Characters for each token of a chunk that are split anew after a list: about four chunks. A text full of lists would
otherwise be split to its end for each of them."""
_FURTHER = 4


class Splitter:
    """Cuts documents into chunks of at most `tokens` tokens, never across a page or a section.

    A list that fits a chunk, with the line that leads into it, is not torn apart.
    """

    def __init__(self, count: Count, tokens: int) -> None:
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        self._count, self._tokens = count, tokens
        self.recipe = f"chunk={tokens}"
        """Names what decides where it cuts."""
        # Without overlap and stripping, the pieces laid end to end are the text: offsets need no search.
        self._splitter: Any = RecursiveCharacterTextSplitter(
            separators=list(_SEPARATORS),
            is_separator_regex=True,
            keep_separator=True,
            strip_whitespace=False,
            chunk_size=tokens,
            chunk_overlap=0,
            length_function=count,
        )

    def prepare(self) -> None:
        """Have what counts tokens loaded, while there is nothing to split yet."""
        self._count("")

    def tokens(self, document: Document) -> int:
        """Tokens of a document's text."""
        return sum(self._count(page.text) for page in document.pages)

    def split(self, document: Document) -> list[Chunk]:
        """All chunks of a document in reading order: `page.text[c.start:c.end] == c.text` for each.

        The breadcrumb of a chunk that begins amid a table ends with the table's header.
        """
        chunks: list[Chunk] = []
        breadcrumbs = _breadcrumbs(document)
        for page in document.pages:
            for section, start, end in _stretches(document, page):
                make = partial(Chunk, document.id, page=page.number, section=section)
                for a, b in self._pieces(page.text, start, end):
                    path = (breadcrumbs[section], header_above(page.text, a))
                    breadcrumb = " › ".join(part for part in path if part)
                    chunks.append(make(len(chunks), start=a, end=b, text=page.text[a:b], breadcrumb=breadcrumb))
        return chunks

    def _pieces(self, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        for a, b in self._cuts(text, start, end):
            stripped = text[a:b].strip()
            if stripped:
                a += text[a:b].index(stripped)
                yield a, a + len(stripped)

    def _cuts(self, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Stretches laid end to end; one ends before a list that it would tear apart and the next can hold whole."""
        whole = deque((start + a, start + b) for a, b in lists(text[start:end]))
        at, lengths = start, self._lengths(text, start, end, end - start)
        while length := next(lengths, 0):
            b = at + length
            while whole and whole[0][0] < at:
                whole.popleft()
            torn = next((some for some in whole if b < some[1]), None)
            if torn and torn[0] < b and self._count(text[slice(*torn)]) <= self._tokens:
                b = torn[0] if text[at : torn[0]].strip() else torn[1]
                lengths = self._lengths(text, b, end, _AHEAD * self._tokens)
            yield at, b
            at = b

    def _lengths(self, text: str, start: int, end: int, room: int) -> Iterator[int]:
        """The lengths of the pieces of `text[start:end]`, of which `room` characters or more are split, as needed.

        What follows changes nothing but the last piece: all before it are those of the whole. `room` is positive.
        """
        given, stop = 0, start
        while stop < end:
            line_end = text.find("\n", start + room, end)
            stop = end if line_end < 0 else line_end + 1  # with the line's end: a text of one word is cut otherwise
            pieces = self._splitter.split_text(text[start:stop])
            for piece in pieces[given : None if stop == end else -1]:
                yield len(piece)
                given += 1
            room *= _FURTHER


def _stretches(document: Document, page: Page) -> Iterator[tuple[int, int, int]]:
    """(section, start, end) of each part of a page; a section goes on until the next one begins."""
    here = [(s.start, i) for i, s in enumerate(document.sections) if s.page == page.number]
    before = [i for i, s in enumerate(document.sections) if s.page < page.number]
    cuts = [(0, before[-1] if before else -1), *sorted(here), (len(page.text), -1)]
    for (start, section), (end, _) in itertools.pairwise(cuts):
        if start < end:
            yield section, start, end


def _breadcrumbs(document: Document) -> dict[int, str]:
    """The path to each section, from the document's title down; -1 is the document itself."""
    product = " ".join(part for part in (document.fields.product, document.fields.version) if part)
    root = " › ".join(part for part in (document.title, product) if part)
    found, open_sections = {-1: root}, list[tuple[int, str]]()
    for i, section in enumerate(document.sections):
        open_sections = [s for s in open_sections if s[0] < section.level] + [(section.level, section.title)]
        found[i] = " › ".join([root, *(title for _, title in open_sections)])
    return found
