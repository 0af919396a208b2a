"""Wire it all together: question → events that end in a checked Answer; `rag.opening` opens the parts."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from ingest.embed import Embedder
from ingest.errors import SettingsError
from ingest.filters import EVERYTHING, Filters
from ingest.library import Library
from ingest.sentence_encoder import SentenceEncoder
from ingest.types import Language
from ingest.vectors import VectorStore
from rag.answer import Answerer, StyleWish
from rag.asking import Asking
from rag.budget import Reader
from rag.chats.counts import cited_most
from rag.chats.store import Chats
from rag.checking import Unsupported
from rag.costs import Memory, costs_of
from rag.counting import BackgroundCounts
from rag.courtesy import answered, courtesy
from rag.digest import Digester
from rag.events import Event
from rag.guards.guard import Guard, blocked, guarded, objection
from rag.llm import LLM
from rag.loaded import Loaded, loaded
from rag.phrases import say
from rag.plan import GLOBAL, PATIENCE, Ranking, Request, Wish
from rag.planning.planner import Planner
from rag.prefix import PrefixStore
from rag.prefixes.warm import Warming, warm, worth_warming
from rag.question import understand
from rag.rates import Rates
from rag.receipts import timed
from rag.responding import Responder
from rag.retrieve import Retriever
from rag.search.confidence import REFUSE_BELOW
from rag.search.reranker import Reranker
from rag.several import answered_apart, taken_apart
from rag.sought import completed, found_for, left, searched
from rag.turns import Turn, Turns, queued
from rag.types import Message, Pin, Plan, Question, Receipt, SearchResult, Style
from rag.unsearched import unsearched

CANDIDATES = 48
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
        patience: float = PATIENCE,
        rates: Rates | None = None,
        prefixes: PrefixStore | None = None,
        unsupported: Unsupported = "mark",
        guards: Sequence[Guard] = (),
        encoder: SentenceEncoder | None = None,
        learnt: Path | None = None,
    ) -> None:
        self.library, self._guards = library, tuple(guards)
        self._store, self._llm = store, llm
        self._refuse_below, self._answer_tokens, self._patience = refuse_below, answer_tokens, patience
        self._retriever = Retriever(library, store, embedder, reranker, learnt)
        self._rates, self._prefixes = rates, prefixes
        self._memory = Memory(llm, prefixes)
        self._answerer = Answerer(library, embedder, llm, refuse_below, rates, unsupported, encoder)
        self._responder = Responder(
            library, llm, self._answerer, Digester(library, embedder, llm, unsupported), refuse_below
        )
        self._counts = BackgroundCounts(library, llm)
        self._turns = Turns()

    @property
    def model(self) -> str:
        """The answering model's name."""
        return self._llm.name

    @property
    def llm(self) -> LLM:
        """The answering model."""
        return self._llm

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
        tongue: Language = "und",
        cancel: threading.Event | None = None,
        style: StyleWish = "auto",
        budget: int = 0,
        patience: float | None = None,
        before: Receipt | None = None,
        pinned: Sequence[Pin] = (),
    ) -> Iterator[Event]:
        """Queued… while others are answered first, then Planned, Delta…, Answered.

        TomoError, before any Planned, when it cannot answer. It has its place in the line from the first event to the
        last: exhaust or close it before the same thread asks again. Cancelled while it waits, it ends without Planned.
        A question that leans on `history` is completed from it (`rag.follow_ups.complete`) before the search; `before`
        is the receipt of the conversation's last answer, whose document is gone on with. Only documents that pass
        `filters` are read; `documents` (ids) are those to answer from, whole if they fit. `budget`: tokens of documents
        that are read at most, 0 for Tomo's choice. `patience`: seconds to the first word that reading may take.
        `pinned` are pages that are read in any case, beside the budget, however unsure the search is. When that is not
        enough, in `auto`, another Planned says what is read. `tongue` is the reader's own, for what shows none ("RAID
        5"). After `cancel` the answer ends early with what there is. Thanks and greetings are not searched for.
        """
        filters = replace(filters, documents=tuple(documents) or filters.documents)
        patience = self._patience if patience is None else patience
        asking = Asking(
            question, mode, filters, tuple(history), language=language, tongue=tongue, cancel=cancel, style=style,
            budget=budget, patience=patience, before=before, pinned=tuple(pinned),
        )  # fmt: skip
        yield from self._events(asking)

    def plan(self, question: str, *, mode: Wish = "auto", documents: Sequence[str] = (), budget: int = 0) -> Plan:
        """What would be read for a question, without an answer."""
        found = self._search(question, None, Filters(documents=tuple(documents)))
        planner = self._planner(self._answerer.style("auto"))
        ranking = Ranking(found.passages, found.confidence)
        return planner.read(planner.look(Request(found.question, mode, budget, self._patience), documents, ranking))

    @property
    def quotes(self) -> bool:
        """Whether the model quotes unless told to write."""
        return self._answerer.style() == "quote"

    @property
    def loaded(self) -> Loaded:
        """What there is to know of the answering model, as it is now."""
        return loaded(self._llm, self._rates, self._prefixes, self.quotes)

    def most_read(self, limit: int) -> list[str]:
        """Ids of the documents worth getting ready."""
        sizes = self._counts.counts([row.id for row in self.library.documents()])
        kept = self._prefixes.headers() if self._prefixes else ()
        with closing(Chats(self.library.folder)) as chats:
            return worth_warming(cited_most(chats, len(sizes)), kept, sizes, self._llm.window, limit)

    def warm(self, ids: Sequence[str], cancel: threading.Event) -> Iterator[Warming]:
        """Read these documents ahead of any question, and keep that on disk."""
        yield from warm(self._planner("write"), self._llm, ids, cancel, self._prefixes)
        if self._prefixes is not None:
            self._prefixes.flush()

    def close(self) -> None:
        """Let go of the model and of the library."""
        self._counts.close()
        if self._prefixes is not None:
            self._prefixes.close()
        for guard in self._guards:
            guard.close()
        if self._rates is not None:
            self._rates.close()
        self._llm.close()
        self._store.close()
        self.library.close()

    def _events(self, asking: Asking) -> Iterator[Event]:
        """Answered outright, in parts, or in its turn."""
        started, asked = time.perf_counter(), asking.question
        if not self.library.totals()["documents"]:
            raise SettingsError(say(asked.language, "library.empty"))
        if kind := courtesy(asked.text, asking.said):
            language = next((one for one in (kind[1], asking.tongue) if one != "und"), asked.language)
            asked = replace(asked, language=language)
            yield from timed(answered(asked, kind[0], self.library, self._llm, self._answerer.style()), started)
            return
        self.library.require(asking.filters)
        if each := (yield from self._parts(asking)):

            def ask(
                question: str, *, history: Sequence[Message] = (), before: Receipt | None = None
            ) -> Iterator[Event]:
                return self._events(replace(asking, text=question, history=tuple(history), before=before))

            yield from timed(answered_apart(ask, asked, each, asking.history, asking.before, asking.cancel), started)
            return
        with self._turns.turn() as mine:
            # Who comes next searches meanwhile, unless the model may have to complete this question.
            if not (yield from queued(mine, asking.cancel, 0 if asking.history else 1)):
                return
            if why := objection(self._guards, asked.text, cancel=asking.cancel):
                events = blocked(asked, why, self._llm, self._answerer.style(asking.style))
            else:
                events = guarded(self._respond(asking, asked, mine), self._guards, asked.text, asking.cancel)
            yield from timed(events, started, mine)

    def _parts(self, asking: Asking) -> Generator[Event, None, tuple[str, ...]]:
        """The questions of a message that are answered one by one, or none."""
        if not asking.free or self._answerer.style(asking.style) != "quote":
            return ()
        search = partial(self._search, language=asking.language, filters=asking.filters)
        line = (self._turns, asking.cancel)
        return (yield from taken_apart(asking.text, asking.history, search, self._refuse_below, *line))

    def _respond(self, asking: Asking, asked: Question, mine: Turn) -> Iterator[Event]:
        """Search, and answer once it is its turn."""
        kind_of, cancel = self._answerer.style(asking.style), asking.cancel
        sought = completed(
            asked, asking.filters, self.library, self._llm, asking.history, kind_of,
            language=asking.language, tongue=asking.tongue, cancel=cancel,
        )  # fmt: skip
        if asking.free:
            known = unsearched(sought, asking.history, asking.before, self.library, self._retriever, self._llm)
            if known is not None and (yield from queued(mine, cancel)):
                yield from known
                return
        sought = searched(sought, asking.mode, self.library, asking.last)
        found = found_for(sought, asking.text, self._found, self._refuse_below, self.library)
        found = left(found, sought, asking.history, self.library)
        if not (yield from queued(mine, cancel)):
            return
        asked = replace(sought.asked, kind=found.question.kind)
        wanted = Request(asked, asking.mode, asking.budget, asking.patience, asking.last, asking.pinned)
        # How sure the search is says little of what stands all over a document, or of one that is read as chosen.
        unsure = asked.kind not in GLOBAL and not sought.filters.documents and not asking.pinned
        planner = self._planner(self._answerer.style(asking.style, found.confidence if unsure else 1.0))
        yield from self._responder.respond(planner, wanted, sought.filters, found, asking.history, cancel)

    def _search(self, text: str, language: Language | None, filters: Filters) -> SearchResult:
        return self._found(understand(text, language), filters)

    def _found(self, question: Question, filters: Filters) -> SearchResult:
        return self._retriever.search(question, CANDIDATES, filters)

    def _planner(self, style: Style) -> Planner:
        llm = self._llm
        costs = costs_of(llm, self._rates, self._memory)
        sizes = (llm.window, llm.parameters, self._answer_tokens)
        reader = Reader(*sizes, llm.count, llm.count_prompt, style, llm.window_limit, costs)
        return Planner(self.library, reader, self._counts.counts)
