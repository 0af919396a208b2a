"""Documents to be summed up or compared → the events of an answer, every mark checked against its page."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

from ingest.library import Library
from rag.cite import cite, cite_written
from rag.compare import compare
from rag.compare_text import open_book, show
from rag.llm import LLM
from rag.summarise import Summariser, Summary
from rag.types import Answer, Answered, Citation, Delta, Event, Passage, Question, Receipt, Style, Working


class Digester:
    """Reads documents of any length, part by part; what it makes is kept in the library."""

    def __init__(self, library: Library, llm: LLM) -> None:
        self._library = library
        self._summarisers = {style: Summariser(library, llm, style) for style in _STYLES}

    def summary(
        self, question: Question, ids: Sequence[str], receipt: Receipt, cancel: threading.Event | None
    ) -> Iterator[Event]:
        """Working…, Delta, Answered; nothing more once cancelled, and what was made is kept."""
        for step in self._summarisers[receipt.style].summarise(ids, question.language, cancel):
            if isinstance(step, Summary):
                yield from self._answered(question, step.text, step.passages, receipt)
            else:
                yield step

    def comparison(self, question: Question, ids: Sequence[str], receipt: Receipt) -> Iterator[Event]:
        """What changed from the first document to the second: Working, Delta, Answered."""
        rows = self._library.documents_by_id(ids)
        books = [open_book(self._library, rows[i]) for i in ids]
        yield Working(0, 1, " → ".join(row.title for row in rows.values()))
        shown = show(compare(books[0], books[1]), question.language)
        yield from self._answered(question, shown.text, shown.passages, receipt)

    def _answered(
        self, question: Question, text: str, passages: Sequence[Passage], receipt: Receipt
    ) -> Iterator[Event]:
        yield Delta(text)
        yield Answered(Answer(question.text, text, False, question.language, self._cited(text, passages), receipt))

    def _cited(self, text: str, passages: Sequence[Passage]) -> tuple[Citation, ...]:
        """A verbatim passage is its own quote; of a longer one the sentence that a written line comes from."""
        written = {c.n: c for c in cite_written(text, passages, self._page_text)}
        verbatim = "".join(text.split())
        return tuple(
            cite(n, p, p.text, self._page_text) if "".join(p.text.split()) in verbatim else written[n]
            for n, p in enumerate(passages, 1)
            if n in written or "".join(p.text.split()) in verbatim
        )

    def _page_text(self, document_id: str, number: int) -> str:
        page = self._library.page(document_id, number)
        return page.text if page else ""


_STYLES: tuple[Style, ...] = ("quote", "write")
