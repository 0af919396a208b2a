"""What was asked and what was found → the events of the answer: how to read is chosen, and widened where it must be."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from ingest.filters import Filters
from ingest.library import Library
from rag.answer import Answerer
from rag.budget import Reader
from rag.digest import Digester
from rag.events import Answer, Answered, Event, Planned
from rag.guards.suspicion import attempts_of_pages
from rag.llm import LLM
from rag.narrowing import named_in
from rag.phrases import say
from rag.plan import Ranking, Request
from rag.planning.planner import Outlook, Planner
from rag.receipts import receipt_of
from rag.summaries.names import chosen_tickets
from rag.types import Message, Plan, SearchResult, Tokens


class Responder:
    """Answers from what a search found. `sure`: the confidence from which a search is held to have found it."""

    def __init__(self, library: Library, llm: LLM, answerer: Answerer, digester: Digester, sure: float) -> None:
        self._library, self._llm = library, llm
        self._answerer, self._digester = answerer, digester
        self._sure = sure

    def respond(
        self, planner: Planner, wanted: Request, filters: Filters, found: SearchResult,
        history: Sequence[Message], cancel: threading.Event | None,
    ) -> Iterator[Event]:  # fmt: skip
        """Choose how to read, and answer. `filters` are those of the search, with the documents that were chosen."""
        started = time.perf_counter() - found.seconds
        named, chosen = tuple[str, ...](), filters.documents
        if wanted.wish in ("auto", "summary"):
            named = named_in(wanted.question, filters, self._library)
            chosen = chosen or chosen_tickets(found.question, filters, found.passages)
        outlook = planner.look(wanted, chosen, Ranking(found.passages, found.confidence), history, named)
        if outlook.choice.mode == "summary":
            yield from self._digest(outlook, found, planner.reader, cancel)
        else:
            yield from self._read_on(planner, outlook, found, started, cancel)

    def _digest(
        self, outlook: Outlook, found: SearchResult, reader: Reader, cancel: threading.Event | None
    ) -> Iterator[Event]:
        """Sum up, or compare, part by part."""
        question, ids = outlook.request.question, outlook.choice.documents
        asked = self._llm.count(question.text)
        tokens = Tokens(outlook.room.fixed - asked, 0, 0, asked, outlook.room.reserve, outlook.room.window)
        plan = Plan("summary", outlook.choice.reason, question, (), (), (), tokens, documents=ids)
        rows = self._library.documents_by_id(ids)
        tried = [attempts_of_pages(i, rows[i].title, self._library.pages(i)) for i in ids if i in rows]
        receipt = receipt_of(plan, outlook, found, reader, self._llm.name, self._sure)
        receipt = replace(receipt, warnings=tuple(chain(*tried)))
        yield Planned(receipt)
        if outlook.scope.compared:
            yield from self._digester.comparison(question, ids, receipt)
        else:
            yield from self._digester.summary(question, ids, receipt, cancel)

    def _read_on(
        self, planner: Planner, outlook: Outlook, found: SearchResult, started: float, cancel: threading.Event | None
    ) -> Iterator[Event]:
        """Answer; while the model declines and there is a wider way to read, read on."""
        while True:
            plan = planner.read(outlook)
            receipt = receipt_of(plan, outlook, found, planner.reader, self._llm.name, self._sure)
            yield Planned(receipt)
            wider: Outlook | None = None
            for event in self._answerer.answer(plan, found, receipt, cancel):
                some = plan.passages or not found.passages  # where nothing fitted, nothing wider does
                if some and isinstance(event, Answered) and self._gives_up(event.answer, found, cancel):
                    spent = time.perf_counter() - started
                    wider = planner.wider(outlook, say(plan.question.language, "declined"), spent)
                if wider is None:
                    yield event
            if wider is None:
                return
            outlook = wider

    def _gives_up(self, answer: Answer, found: SearchResult, cancel: threading.Event | None) -> bool:
        """Whether reading on may help: it does not when the search holds that there is no answer."""
        stopped = cancel is not None and cancel.is_set()
        return not stopped and found.confidence >= self._sure and answer.refused
