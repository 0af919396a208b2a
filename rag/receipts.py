"""Plan, outlook, search → the Receipt, and the seconds that an answer took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from rag.budget import Reader
from rag.events import Answered, Delta, Event, Planned
from rag.guards.suspicion import attempts
from rag.planning.planner import Outlook
from rag.turns import Turn
from rag.types import Estimate, Plan, Receipt, SearchResult, Seconds


def receipt_of(
    plan: Plan, outlook: Outlook, found: SearchResult, reader: Reader, model: str, refuse_below: float
) -> Receipt:
    """What is known before the answer. Below `refuse_below` there will be none, unless a person asked for a page:
    nothing is read then."""
    asked, sought, spent = plan.question, found.question, found.seconds
    expected = replace(plan.estimate, first_token=plan.estimate.first_token + spent, total=plan.estimate.total + spent)
    if found.confidence < refuse_below and plan.mode != "summary" and not plan.pinned:
        expected = Estimate(spent, spent)
    return Receipt(
        plan.mode, plan.reason, reader.style, plan.tokens, plan.left_out, Seconds(retrieve=found.seconds),
        plan.estimate.prefix, model, searched=sought.text if sought.text != asked.text else "",
        confidence=round(found.confidence, 4), documents=plan.documents, estimate=expected,
        steps=outlook.steps, window_limit=reader.limit, warnings=attempts(plan.passages),
    )  # fmt: skip


def timed(events: Iterator[Event], started: float, turn: Turn | None = None) -> Iterator[Event]:
    """The events, the last one's receipt with the seconds that it took since `started`, of `time.perf_counter`.

    Those that went by before it was the question's `turn` are told apart.
    """
    first = 0.0
    for event in events:
        if isinstance(event, Planned):
            first = 0.0
        if isinstance(event, Delta) and not first:
            first = time.perf_counter() - started
        if isinstance(event, Answered):
            event = _with_seconds(event, first, time.perf_counter() - started, turn.waited if turn else 0.0)
        yield event


def _with_seconds(event: Answered, first: float, total: float, waited: float) -> Answered:
    receipt = event.answer.receipt
    seconds = replace(
        receipt.seconds, first_token=round(first or total, 4), total=round(total, 4), waited=round(waited, 4)
    )
    return replace(event, answer=replace(event.answer, receipt=replace(receipt, seconds=seconds)))
