"""An answer's events → what the terminal shows, or the design's JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict

from ingest.console import show
from ingest.visible import line
from rag.events import Answer, Answered, Delta, Event, Planned, Queued, Working
from rag.phrases import entitled
from rag.showing import repeats
from rag.types import Attempt, PrefixState, Receipt

PREFIX: dict[PrefixState, str] = {
    "none": "read from scratch",
    "saved": "read from scratch and kept: the next question about it is quick",
    "restored": "restored from disk",
    "hot": "already in memory",
}


_MARKS = re.compile(r"\[\d+\]")
SECONDS = ("retrieve", "prefill", "first_token", "total")


def answer_json(answer: Answer) -> dict[str, object]:
    """The design's JSON of an answer."""
    receipt = answer.receipt
    citations = [
        {
            "n": c.n,
            "document": c.document_id,
            "ticket": c.ticket,
            "file": c.file,
            "page": c.page,
            "label": c.label,
            "quote": c.quote,
            "verified": c.verified,
        }
        for c in answer.citations
    ]
    return {
        "question": answer.question,
        "answer": answer.text,
        "refused": answer.refused,
        "citations": citations,
        "claims": [asdict(claim) for claim in answer.claims],
        "invented": list(answer.invented),
        "mode": receipt.mode,
        "reason": receipt.reason,
        "style": receipt.style,
        "tokens": asdict(receipt.tokens),
        "left_out": [asdict(item) for item in receipt.left_out],
        "seconds": {name: round(getattr(receipt.seconds, name), 4) for name in SECONDS},
        "waited": round(receipt.seconds.waited, 4),
        "predicted": {name: _short(value) for name, value in asdict(receipt.estimate).items()},
        "prefix": receipt.prefix,
        "restored": asdict(receipt.restored) if receipt.restored else None,
        "steps": [asdict(step) for step in receipt.steps],
        "whole": list(receipt.documents),
        "window_limit": receipt.window_limit,
        "searched": receipt.searched,
        "confidence": receipt.confidence,
        "model": receipt.model,
        "warnings": [_attempt_json(told) for told in receipt.warnings],
        "blocked": receipt.blocked,
    }


def print_answer(events: Iterator[Event], note: Callable[[str], None]) -> None:
    """The answer as it comes, then its sources and its receipt on stdout; `note` gets what is done meanwhile."""
    written, place = "", 0
    for event in events:
        match event:
            case Queued(before) if before != place:
                place = before
                note(f"In the queue: {place} before you." if place else "It is your turn.")
            case Planned() if written:
                show("\n")
                note("That was not enough: reading on.")
                written = ""
            case Working(done, total, what, left):
                note(f"{done} of {total}  {what}" + (f"  about {left:.0f} s left" if left >= 1 else ""))
            case Delta(text):
                show(text, end="")
                written += text
            case Answered(answer):
                again = repeats(answer.claims)
                doubts = [c for n, c in enumerate(answer.claims) if c.supported is False and n not in again]
                changed = _MARKS.findall(written) != _MARKS.findall(answer.text)
                if not written or doubts or changed or (answer.refused and written != answer.text):
                    show(answer.text if not written else f"\n\n{answer.text}", end="")
                for number, claim in enumerate(doubts):
                    show("" if number else "\n", end="")
                    note(f"not supported: {claim.text[:200]} ({claim.why})")
                _print_sources(answer)


def page_words(number: int, label: str) -> str:
    """A page's number in the file, and what is printed on it where that is another."""
    return f"p. {number}" + (f" (printed {label})" if label not in ("", str(number)) else "")


def _print_sources(answer: Answer) -> None:
    show("\n")
    for c in answer.citations:
        page = page_words(c.page, c.label)
        mark = "verified" if c.verified else "NOT verified"
        show(line(f"[{c.n}] {entitled('en', c.document, c.ticket)}, {page} · {c.section or '–'}  [{c.file}]  {mark}"))
    if not answer.courtesy:  # nothing was searched or read: there is nothing to account for
        _print_receipt(answer.receipt)


def _print_receipt(r: Receipt) -> None:
    t = r.tokens
    show("\n" + line(f"{r.mode}: {r.reason}"))
    for step in r.steps:
        show(line(f"tried first: {step.mode} ({step.why})"))
    if r.searched:
        show(line(f"searched for: {r.searched}"))
    if r.restored is not None:
        spent, instead = r.restored.seconds, r.restored.instead
        show(f"{r.restored.tokens} tokens restored in {spent:.2f} s instead of {instead:.0f} s")
    elif r.style == "write":
        show(PREFIX[r.prefix])
    for told in r.warnings:
        show(line(f"WARNING: {told.title}, p. {told.page} tries to instruct the assistant ({told.what})"))
    if r.blocked:
        show(line(f"stopped by a guard: {r.blocked}"))
    used = f"{t.used} of {t.window} tokens (documents {t.document}), {len(r.left_out)} left out"
    took = f"{r.seconds.total:.1f} s" + (f" ({r.estimate.total:.1f} s expected)" if r.estimate.total else "")
    sure = "" if r.mode == "summary" else f", {r.confidence:.0%} sure of the evidence"
    show(line(f"{used}, {took}, {r.model}{sure}"))


def _attempt_json(told: Attempt) -> dict[str, object]:
    return {"what": told.what, "document": told.document_id, "title": told.title, "page": told.page}


def _short(value: object) -> object:
    return round(value, 3) if isinstance(value, float) else value
