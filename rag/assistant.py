"""Wire it all together: question → events that end in a checked Answer. The only composition root."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ingest.embed import Embedder
from ingest.errors import SettingsError, WindowError
from ingest.filters import EVERYTHING, Filters
from ingest.library import Library
from ingest.opening import Report, open_embedder, open_library, open_store
from ingest.records import DocumentRow
from ingest.settings import Settings
from ingest.types import Language
from ingest.vectors import VectorStore
from rag.answer import Answerer
from rag.confidence import REFUSE_BELOW
from rag.llm import LLM
from rag.phrases import say
from rag.plan import Choice, Reader, Whole, Wish, choose, dominant, make_plan, room_for
from rag.prompt import render_passage
from rag.question import understand
from rag.reranker import CrossEncoderReranker, Reranker
from rag.retrieve import Retriever
from rag.rewrite import standalone
from rag.types import Answered, Delta, Event, Message, Passage, Plan, Planned, Question, Receipt, SearchResult, Seconds

CANDIDATES = 24
"""Passages that the planner chooses from."""


class Assistant:
    """Answers questions about one library. Any thread may call it; the model answers one question at a time."""

    def __init__(
        self,
        library: Library,
        store: VectorStore,
        embedder: Embedder,
        llm: LLM,
        answer_tokens: int = 512,
        refuse_below: float = REFUSE_BELOW,
        reranker: Reranker | None = None,
    ) -> None:
        self.library = library
        self._store, self._embedder, self._llm = store, embedder, llm
        self._retriever = Retriever(library, store, embedder, reranker)
        self._answerer = Answerer(library, embedder, llm, refuse_below)
        self._reader = Reader(llm.window, llm.parameters, answer_tokens, llm.count, llm.count_prompt)

    @property
    def model(self) -> str:
        """The answering model's name."""
        return self._llm.name

    def search(self, question: str, limit: int = 10, filters: Filters = EVERYTHING) -> SearchResult:
        """The best passages of documents that pass, best first.

        SettingsError for a question without words, and when no document passes.
        """
        return self._retriever.search(understand(question), limit, filters)

    def ask(
        self,
        question: str,
        *,
        mode: Wish = "auto",
        documents: Sequence[str] = (),
        filters: Filters = EVERYTHING,
        history: Sequence[Message] = (),
        language: Language | None = None,
        cancel: threading.Event | None = None,
    ) -> Iterator[Event]:
        """Planned, then Delta…, then Answered. Raises TomoError before the first event when it cannot answer.

        A question that leans on `history` is completed from it before the search (see `rag.follow_up`).
        Only documents that pass `filters` are read; `documents` (ids) are those to answer from, whole if they fit.
        After `cancel` is set the answer ends early with what there is.
        """
        started, first = time.perf_counter(), 0.0
        asked = understand(question, language)
        if not self.library.totals()["documents"]:
            raise SettingsError(say(asked.language, "library.empty"))
        documents = tuple(documents) or filters.documents
        sought = self._completed(asked, language, history, cancel)
        if asked.language == "und":
            asked = replace(asked, language=sought.language)
        found = self._retriever.search(sought, CANDIDATES, replace(filters, documents=documents))
        plan = self._plan(asked, mode, documents, found.passages, history)
        seconds = Seconds(retrieve=found.seconds)
        receipt = Receipt(
            plan.mode, plan.reason, self._answerer.style, plan.tokens, plan.left_out, seconds, "none", self.model,
            searched=sought.text if sought.text != asked.text else "", confidence=round(found.confidence, 4),
        )  # fmt: skip
        yield Planned(receipt)
        for event in self._answerer.answer(plan, found, receipt, cancel):
            if isinstance(event, Delta) and not first:
                first = time.perf_counter() - started
            if isinstance(event, Answered):
                event = _timed(event, first, time.perf_counter() - started)
            yield event

    def close(self) -> None:
        """Let go of the model and of the library."""
        self._llm.close()
        self._store.close()
        self.library.close()

    def _completed(
        self, asked: Question, language: Language | None, history: Sequence[Message], cancel: threading.Event | None
    ) -> Question:
        """The question to search for."""
        text = standalone(asked.text, history, self._llm, cancel)
        return understand(text, language) if text != asked.text else asked

    # -- planning -------------------------------------------------------------------------------------------------

    def _plan(
        self, question: Question, wish: Wish, scope: Sequence[str], found: Sequence[Passage], history: Sequence[Message]
    ) -> Plan:
        room, _ = room_for(self._reader, question, history)
        chosen = [self._whole(i) for i in scope]
        implied = None if scope else dominant(found)
        whole = self._whole(implied) if implied else None
        choice = choose(question, wish, room, chosen, found, whole)
        if choice.mode != "document":
            return make_plan(choice, question, found, history, self._reader)
        try:
            return make_plan(choice, question, self._pages(choice.documents, found), history, self._reader)
        except WindowError:
            # The exact rendering can be a few tokens longer than the sum that the choice was made with.
            if wish == "document":
                raise
            reason = say(question.language, "passages.forced")
            return make_plan(Choice("passages", reason), question, found, history, self._reader)

    def _whole(self, document_id: str) -> Whole:
        row = self._row(document_id)
        tokenizer = f"{self._llm.name} pages"
        tokens = self.library.token_counts(tokenizer).get(document_id)
        if tokens is None:
            tokens = sum(self._llm.count(render_passage(100, page)) + 2 for page in self._pages([document_id], ()))
            self.library.store_token_count(document_id, tokenizer, tokens)
        return Whole(document_id, row.title, tokens)

    def _row(self, document_id: str) -> DocumentRow:
        row = self.library.document(document_id)
        if row is None:
            raise SettingsError(f"{document_id}: no such document. `python -m rag documents` lists them.")
        return row

    def _pages(self, document_ids: Sequence[str], found: Sequence[Passage]) -> list[Passage]:
        """Every page as a passage, with the score of the best passage found on it."""
        scores: dict[tuple[str, int], Passage] = {}
        for passage in found:
            scores.setdefault((passage.document_id, passage.page), passage)
        pages = []
        for document_id in document_ids:
            row = self._row(document_id)
            for page in self.library.pages(document_id):
                best = scores.get((document_id, page.number))
                score, similarity = (best.score, best.similarity) if best else (0.0, 0.0)
                place = (row.id, row.title, row.file, row.kind, row.language, page.number, page.label)
                text = (0, len(page.text), page.text, best.section if best else "")
                pages.append(Passage(*place, *text, score, similarity, row.fields))
        return pages


def _timed(event: Answered, first: float, total: float) -> Answered:
    receipt = event.answer.receipt
    seconds = replace(receipt.seconds, first_token=round(first or total, 4), total=round(total, 4))
    return Answered(replace(event.answer, receipt=replace(receipt, seconds=seconds)))


def open_searcher(settings: Settings, report: Report) -> Retriever:
    """What `search` needs, without a language model."""
    library, embedder = open_library(settings), open_embedder(settings, report)
    library.claim(embedder.name)
    return Retriever(library, open_store(settings), embedder, open_reranker(settings))


def open_reranker(settings: Settings) -> Reranker | None:
    """The cross-encoder that the settings name, if any; ModelError when it cannot be loaded."""
    return CrossEncoderReranker(settings.reranker) if settings.reranker else None


def open_assistant(settings: Settings, report: Report = lambda line: None) -> Assistant:
    """The assistant the settings describe; TomoError with what to do when a part is missing or does not fit."""
    from rag.llm import LlamaCpp
    from rag.models import prepare_llm

    library, embedder = open_library(settings), open_embedder(settings, report)
    library.claim(embedder.name)
    path = Path(settings.llm) if settings.llm else prepare_llm(settings.models, report)
    llm = LlamaCpp(path, window=settings.window or None, threads=settings.threads or None)
    reranker = open_reranker(settings)
    return Assistant(library, open_store(settings), embedder, llm, settings.answer_tokens, reranker=reranker)
