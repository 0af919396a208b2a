"""Plan → Answer: quoted or written, every citation checked, refused when the evidence does not answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Literal

from ingest.embed import Embedder
from ingest.errors import WindowError
from ingest.filters import Filters
from ingest.library import Library
from ingest.sentence_encoder import SentenceEncoder
from rag.budget import SMALL_MODEL
from rag.checking import Checker, Unsupported
from rag.cite import cite
from rag.decline import declines
from rag.events import Answer, Answered, Citation, Delta, Event, Working
from rag.follow_ups.beyond import favour_of, left_of, untold
from rag.guards.instructing import as_evidence
from rag.listing import outdented
from rag.llm import LLM, Usage
from rag.no_model import cannot_write
from rag.phrases import place, say
from rag.quotes.asked_row import with_rows
from rag.quotes.asked_term import with_terms
from rag.quotes.best import Likelihood, beside_a_ticket, best_quotes
from rag.quotes.entries import with_entries
from rag.quotes.figure_before import with_figures
from rag.quotes.in_sections import in_sections
from rag.quotes.procedure import whole_steps
from rag.quotes.signals import Quote
from rag.quotes.to_the_end import to_the_end
from rag.rates import Rates
from rag.search.confidence import DOUBTFUL, REFUSE_BELOW
from rag.showing import unchecked, whole_sentences
from rag.tickets.number import called, mentions
from rag.tickets.solutions import with_solutions
from rag.types import Passage, Plan, PrefixState, Question, Receipt, Restored, SearchResult, Style, Told

StyleWish = Literal["auto", "quote", "write"]

NEAREST = 3
"""Pages shown with a refusal."""

SCORED_AT_ONCE = 3
"""Sentences the model scores between two looks at whether the answer was cancelled."""

_INNER = str.maketrans("«»", "“”")
"""Quotation marks within a quotation: the document's own cannot end it and begin another."""


class Answerer:
    """Answers from what a plan has read; nothing else reaches the answer."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        llm: LLM,
        refuse_below: float = REFUSE_BELOW,
        rates: Rates | None = None,
        unsupported: Unsupported = "mark",
        encoder: SentenceEncoder | None = None,
    ) -> None:
        self._library, self._embedder, self._llm, self._encoder = library, embedder, llm, encoder
        self._refuse_below, self._rates = refuse_below, rates
        self._checker = Checker(embedder, self._page_text, unsupported)

    def style(self, wish: StyleWish = "auto", confidence: float = 1.0) -> Style:
        """How to answer: as asked for; else a small model is not trusted to write, and its answers are quotes.

        So are those of any model when it is doubtful whether what was found answers: the reader sees what it says.
        ModelError for a wish to write where nothing can.
        """
        if wish == "write" and not self._llm.parameters:
            raise cannot_write()
        if wish != "auto":
            return wish
        return "quote" if self._llm.parameters < SMALL_MODEL or confidence < DOUBTFUL else "write"

    def answer(
        self, plan: Plan, found: SearchResult, receipt: Receipt, cancel: threading.Event | None
    ) -> Iterator[Event]:
        """Delta…, then Answered, whose text and citations have been checked.

        Quotes and confidence go by the question that was searched for, `found.question`; the model and the reader
        see the one that was asked, `plan.question`.
        """
        if not plan.passages or (found.confidence < self._refuse_below and not plan.pinned):
            sure = found.confidence >= self._refuse_below
            answer = self._unread(plan, found, receipt) if sure else self._refusal(plan.question, found, receipt)
        elif receipt.style == "write":
            yield from self._written(plan, found, receipt, cancel)
            return
        else:
            started = time.perf_counter()
            quotes = self._quotes(plan, found, cancel)
            if self._rates is not None:
                self._rates.observe_quoting(sum(len(p.text) for p in plan.passages), time.perf_counter() - started)
            answer = self._quoted(plan.question, quotes, found, receipt)
        complete = cancel is None or not cancel.is_set()
        yield Delta(answer.text)
        yield Answered(answer, complete)

    def _quotes(self, plan: Plan, found: SearchResult, cancel: threading.Event | None) -> list[Quote]:
        read = in_sections(beside_a_ticket(plan, found.question), found.passages, self._library.sections)
        read = list(left_of(read, found.told))
        read.sort(key=lambda p: -p.score)
        stored, likelihood = self._library.page_sentences, self._likelihood(cancel)
        favour = favour_of(found.told, read)
        quotes = best_quotes(found.question, read, self._embedder, likelihood, stored, self._encoder, favour)
        return untold(self._whole(found, read, quotes), quotes, found.told)

    def _whole(self, found: SearchResult, read: Sequence[Passage], quotes: list[Quote]) -> list[Quote]:
        """With the rest of what they are of: an entry, a row, a sentence, a procedure; how a ticket was solved."""
        if found.question.asks_code:
            quotes = with_entries(found.question, read, quotes, self._library.page, self._library.sections)
        else:
            quotes = with_rows(found.question, read, quotes, self._library.page)
            quotes = with_terms(found.question, read, quotes, self._library.page, self._library.sections)
            quotes = to_the_end(with_figures(found.question, quotes), self._library.page, self._library.sections)
        if found.question.kind == "procedure":
            quotes = whole_steps(quotes, self._library.page, self._library.sections)
        if any(passage.kind == "ticket" for passage in read):
            quotes = with_solutions(found.question, read, quotes, self._library.page, self._library.sections)
        return quotes

    def _likelihood(self, cancel: threading.Event | None) -> Likelihood:
        """The model's scoring, a few sentences at a time so that a cancel is heeded; the rest then count as equal.

        So does a sentence that is too long to be scored with the question: a pasted log still gets an answer.
        """

        def score(sentences: Sequence[str], question: str) -> list[float]:
            scores: list[float | None] = []
            for start in range(0, len(sentences), SCORED_AT_ONCE):
                if cancel is not None and cancel.is_set():
                    break
                scores += self._scored(sentences[start : start + SCORED_AT_ONCE], question, cancel)
            least = min((value for value in scores if value is not None), default=0.0)
            scores += [None] * (len(sentences) - len(scores))
            return [least if value is None else value for value in scores]

        return score

    def _scored(
        self, sentences: Sequence[str], question: str, cancel: threading.Event | None
    ) -> Sequence[float | None]:
        """What the model says of each, None of one that is too long; fewer when it was cancelled."""
        try:
            return self._llm.score_continuations(sentences, question, cancel)
        except WindowError:
            if len(sentences) == 1:
                return [None]
            return list(chain(*(self._scored([one], question, cancel) for one in sentences)))

    def _quoted(self, question: Question, quotes: Sequence[Quote], found: SearchResult, receipt: Receipt) -> Answer:
        """Only quotes that the check has found; a refusal when it found none."""
        texts = [outdented(q.text, q.passage.text[: q.start]) for q in quotes]
        cited = [(cite(n, q.passage, texts[n - 1], self._page_text), q) for n, q in enumerate(quotes, 1)]
        citations = [replace(c, row=q.row_text) for c, q in cited]
        citations = [c for c in citations if c.verified]
        if not citations:
            return self._refusal(question, found, receipt)
        documents = {c.document_id for c in citations}
        lead = "quote.one" if len(documents) == 1 else "quote.many"
        lead = f"stuck.{found.told.stuck}" if found.told.stuck else lead
        lines = [say(question.language, f"{lead}.doubtful" if found.confidence < DOUBTFUL else lead)]
        languages, other = {q.passage.language for q in quotes}, "en" if question.language == "es" else "es"
        if other in languages:
            announced = "quote.foreign" if languages == {other} else "quote.partly"
            lines[0] = say(question.language, announced, lead=lines[0].removesuffix(":"))
        rests = {c.n: q.rest for c, q in cited if q.rest is not None}
        for c in citations:
            lines.append(f"«{c.quote.translate(_INNER)}» [{c.n}]")
            if rest := rests.get(c.n):
                key = ("least" if rest.steps else "on") if rest.on else "one" if rest.steps == 1 else "more"
                lines.append(say(question.language, f"steps.{key}", count=rest.steps, page=rest.label or rest.page))
        return _answer(question, "\n\n".join(lines), citations, receipt)

    def _unread(self, plan: Plan, found: SearchResult, receipt: Receipt) -> Answer:
        """A refusal because nothing of what was found fits: the documents may well answer."""
        sizes = [left.tokens for left in plan.left_out if left.document_id]
        why = say(plan.question.language, "refused.unread", tokens=sizes[0]) if sizes else ""
        return self._refusal(plan.question, found, receipt, why)

    def _refusal(self, question: Question, found: SearchResult, receipt: Receipt, why: str = "") -> Answer:
        best = {(p.document_id, p.page): p for p in reversed(found.passages)}  # of a page once, the best of it
        nearest = [p for p in found.passages if best[p.document_id, p.page] is p][:NEAREST]
        citations = [cite(n, p, p.text, self._page_text) for n, p in enumerate(nearest, 1)]
        lines = [why or self._no_such(question, nearest, found.told)]
        for n, p in enumerate(nearest, 1):
            lines.append(f"- {place(question.language, p.title, p.label, p.page, p.fields.key)} [{n}]")
        return replace(_answer(question, "\n".join(lines), citations, receipt), refused=True)

    def _no_such(self, question: Question, nearest: Sequence[Passage], told: Told) -> str:
        """Why nothing answers: as no ticket has the number that is asked about, as all of it has been quoted before, or
        for no reason that is known."""
        numbers, tickets = called(question.text) if nearest else [], Filters(kind="ticket")
        if numbers and self._library.holds(tickets):
            named = {number for _, number in mentions(question.text)}
            if not self._library.documents_numbered(named, tickets):
                return say(question.language, "ticket.none", number=numbers[0])
        if told.stuck and nearest:
            return say(question.language, "stuck.more.nothing" if told.stuck == "more" else "stuck.nothing")
        return say(question.language, "refused" if nearest else "refused.empty")

    def _written(
        self, plan: Plan, found: SearchResult, receipt: Receipt, cancel: threading.Event | None
    ) -> Iterator[Event]:
        """The model's words as they come, then checked: a refusal when they do not answer or nothing stands."""
        generation = self._llm.stream(plan.messages, plan.tokens.reserve, cancel=cancel, keep=plan.keep)
        pieces: list[str] = []
        doubt = _doubt(plan, found)
        for piece in generation:
            before = "" if any(pieces) else doubt
            pieces.append(piece)
            yield Delta(before + piece) if piece else self._reading(generation.usage, plan)
        usage, text = generation.usage, "".join(pieces).strip()
        self._learn(usage)
        seconds = replace(receipt.seconds, prefill=round(usage.prefill_seconds, 4))
        prefix: PrefixState = "saved" if usage.saved and usage.prefix == "none" else usage.prefix
        receipt = replace(receipt, seconds=seconds, prefix=prefix, restored=_restored(usage))
        stopped = cancel is not None and cancel.is_set()
        if declines(text) and not stopped:
            yield Answered(self._refusal(plan.question, found, receipt), complete=True)
            return
        cut = usage.stop == "length"
        text = whole_sentences(text) if cut else text
        evidence = [as_evidence(p) for p in plan.passages]
        checked = self._checker.check(text, evidence, plan.question.language, plan.question.text, cancel=cancel)
        stopped = cancel is not None and cancel.is_set()
        late = self._checker.removes and bool(unchecked(checked.claims, plan.question.language))
        if checked.empty and late:
            answer = _answer(plan.question, say(plan.question.language, "claim.stopped"), (), receipt)
        elif checked.empty and self._checker.removes:
            answer = self._refusal(plan.question, found, receipt)
        elif checked.empty and not stopped:
            answer = self._instead(plan, found, replace(receipt, style="quote"), cancel)
        else:
            more = say(plan.question.language, "answer.cut", tokens=plan.tokens.reserve)
            shown = doubt + (f"{checked.text}\n\n{more}" if cut else checked.text)
            answer = _answer(plan.question, shown, checked.citations, receipt)
        yield Answered(
            replace(answer, claims=checked.claims, invented=checked.invented), usage.stop != "cancel" and not late
        )

    def _instead(self, plan: Plan, found: SearchResult, receipt: Receipt, cancel: threading.Event | None) -> Answer:
        """Quotes where nothing that the model wrote is borne out: what is shown is what the documents say."""
        answer = self._quoted(plan.question, self._quotes(plan, found, cancel), found, receipt)
        if answer.refused:
            return answer
        return replace(answer, text=f"{say(plan.question.language, 'claim.none')}\n\n{answer.text}")

    def _reading(self, usage: Usage, plan: Plan) -> Working:
        """How far the prompt has been read, and what is left of it."""
        done, total = usage.computed_tokens, usage.prompt_tokens
        left = self._rates.prefill(total - done, done) if self._rates is not None else 0.0
        return Working(done, total, plan.keep.what if plan.keep else "", left)

    def _learn(self, usage: Usage) -> None:
        """What the answer cost, for the next prediction."""
        if self._rates is None:
            return
        new = usage.prompt_tokens - usage.cached_tokens
        if usage.generated_tokens:  # else the prefill may have been cancelled half-way
            self._rates.observe_prefill(new, usage.cached_tokens, usage.prefill_seconds)
        if usage.generated_tokens > 1:
            seconds = (usage.generated_tokens - 1) / usage.tokens_per_second if usage.tokens_per_second else 0.0
            self._rates.observe_decode(usage.generated_tokens - 1, usage.prompt_tokens, seconds)

    def _page_text(self, document_id: str, number: int) -> str:
        page = self._library.page(document_id, number)
        return page.text if page else ""


def _doubt(plan: Plan, found: SearchResult) -> str:
    """What is said before written words when it is doubtful whether what was found answers; not of a chosen page."""
    if found.confidence >= DOUBTFUL or plan.pinned:
        return ""
    return f"{say(plan.question.language, 'written.doubtful', percent=round(100 * found.confidence))}\n\n"


def _restored(usage: Usage) -> Restored | None:
    if usage.prefix != "restored":
        return None
    return Restored(usage.restored_tokens, round(usage.restore_seconds, 3), round(usage.known_seconds, 2))


def _answer(question: Question, text: str, citations: Sequence[Citation], receipt: Receipt) -> Answer:
    return Answer(question.text, text, False, question.language, tuple(citations), receipt)
