"""Answer text and what was read → citations, each checked against its page. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from ingest.lexical import content_words, fold, searchable
from ingest.sentences import sentences
from rag.types import Citation, Passage

PageText = Callable[[str, int], str]
"""(document id, page number) → that page's text as stored; empty when there is no such page."""

_HYPHEN_AT_LINE_END = re.compile(r"(?<=\w)[-\u00ad\u2010]\s*\n\s*(?=\w)")
_SPACES = re.compile(r"\s+")
_MARK = re.compile(r"\[(\d{1,3})\]")


def folded(text: str) -> str:
    """The text as quotes are compared: NFKC, hyphens at line ends joined, all white space one space."""
    joined = _HYPHEN_AT_LINE_END.sub("", text.replace("\r\n", "\n"))
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", joined)).strip()


def is_on_page(quote: str, page_text: str) -> bool:
    """Whether the quote stands on the page, letter by letter, but for spaces and hyphenation."""
    wanted = folded(quote)
    return bool(wanted) and wanted in folded(page_text)


def cite(n: int, passage: Passage, quote: str, page_text: PageText, supported: bool = True) -> Citation:
    """Mark [n] for a quote out of a passage, checked against the stored page; not verified unless `supported`."""
    verified = supported and is_on_page(quote, page_text(passage.document_id, passage.page))
    place = (passage.document_id, passage.title, passage.file, passage.page, passage.label, passage.section)
    return Citation(n, *place, quote, verified, passage.twins, passage.newer)


def cite_written(text: str, passages: Sequence[Passage], page_text: PageText) -> tuple[Citation, ...]:
    """A citation for each mark [n] in a written answer, in order of first use.

    The quote is the sentence of passage n that shares the most words with the sentence that carries the mark. It is
    not verified when they share no word, and a mark that names no passage has an empty quote.
    """
    found: dict[int, Citation] = {}
    for start, end in sentences(text):
        for match in _MARK.finditer(text, start, end):
            n = int(match.group(1))
            if n in found or not 1 <= n <= len(passages):
                continue
            quote = _closest(_MARK.sub("", text[start:end]), passages[n - 1].text)
            found[n] = cite(n, passages[n - 1], quote, page_text)
    return tuple(found.values())


def invented_marks(text: str, passages: Sequence[Passage]) -> tuple[int, ...]:
    """Numbers of marks that name no passage."""
    return tuple(sorted({int(m) for m in _MARK.findall(text)} - set(range(1, len(passages) + 1))))


def _closest(claim: str, source: str) -> str:
    words = _words(claim)
    best, shared = "", 0
    for a, b in sentences(source):
        overlap = len(words & _words(source[a:b]))
        if overlap > shared:
            best, shared = source[a:b], overlap
    return best


def _words(text: str) -> set[str]:
    return {fold(word) for word in content_words(searchable(text))}
