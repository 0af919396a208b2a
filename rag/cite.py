"""Answer text and what was read → citations, each checked against its page. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from rag.events import Citation
from rag.types import Passage

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
    return Citation(n, *place, quote, verified, passage.twins, passage.newer, passage.fields.key)


def invented_marks(text: str, passages: Sequence[Passage]) -> tuple[int, ...]:
    """Numbers of marks that name no passage."""
    return tuple(sorted({int(m) for m in _MARK.findall(text)} - set(range(1, len(passages) + 1))))
