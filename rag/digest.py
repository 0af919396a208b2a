"""Documents to be summed up or compared → the events of an answer, every mark checked against its page."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.embed import Embedder
from ingest.library import Library
from rag.checking import Checker, Unsupported
from rag.cite import cite
from rag.comparing.differences import compare
from rag.comparing.text import open_book, show
from rag.events import Answer, Answered, Delta, Event, Working
from rag.guards.instructing import as_evidence
from rag.llm import LLM
from rag.summaries.summarise import Summariser, Summary
from rag.types import Passage, Question, Receipt, Style


class Digester:
    """Reads documents of any length, part by part; what it makes is kept in the library."""

    def __init__(self, library: Library, embedder: Embedder, llm: LLM, unsupported: Unsupported = "mark") -> None:
        self._library = library
        self._checker = Checker(embedder, self._page_text, unsupported)
        self._summarisers = {style: Summariser(library, llm, style) for style in _STYLES}

    def summary(
        self, question: Question, ids: Sequence[str], receipt: Receipt, cancel: threading.Event | None
    ) -> Iterator[Event]:
        """Working…, Delta, Answered; nothing more once cancelled, and what was made is kept."""
        for step in self._summarisers[receipt.style].summarise(ids, question.language, cancel):
            if isinstance(step, Summary):
                yield from self._summed_up(question, step, receipt)
            else:
                yield step

    def comparison(self, question: Question, ids: Sequence[str], receipt: Receipt) -> Iterator[Event]:
        """What changed from the first document to the second: Working, Delta, Answered. LibraryError: one is gone."""
        rows = [self._library.find_document(i) for i in ids]  # one may have been removed since it was chosen
        books = [open_book(self._library, row) for row in rows]
        yield Working(0, 1, " → ".join(row.title for row in rows))
        shown = show(compare(books[0], books[1]), question.language)
        yield from self._answered(question, shown.text, shown.passages, replace(receipt, style="quote"))

    def _answered(
        self, question: Question, text: str, passages: Sequence[Passage], receipt: Receipt
    ) -> Iterator[Event]:
        """A verbatim passage is its own quote."""
        citations = tuple(cite(n, p, p.text, self._page_text) for n, p in enumerate(passages, 1))
        yield Delta(text)
        yield Answered(Answer(question.text, text, False, question.language, citations, receipt))

    def _summed_up(self, question: Question, found: Summary, receipt: Receipt) -> Iterator[Event]:
        """A written summary is checked as a written answer is: each sentence against the pages it names."""
        if receipt.style != "write":
            yield from self._answered(question, found.text, found.passages, receipt)
            return
        evidence = [as_evidence(p) for p in found.passages]
        checked = self._checker.check(found.text, evidence, question.language, question.text, place=False)
        yield Delta(checked.text)
        yield Answered(
            Answer(
                question.text, checked.text, False, question.language, checked.citations, receipt,
                claims=checked.claims, invented=checked.invented,
            )
        )  # fmt: skip

    def _page_text(self, document_id: str, number: int) -> str:
        page = self._library.page(document_id, number)
        return page.text if page else ""


_STYLES: tuple[Style, ...] = ("quote", "write")
