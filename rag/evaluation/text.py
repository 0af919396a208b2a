"""Evaluation → the lines a terminal shows, and the JSON of the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from rag.evaluation.from_tickets import MEASURES
from rag.evaluation.scores import Evaluation, Interval, Score

NONE = "–"


def lines(evaluation: Evaluation) -> Iterator[str]:
    """A table of the scores, then what is told of all questions, then notes."""
    strict = evaluation.is_strict_apart
    width = max(12, *(len(printable(score.group)) for score in evaluation.scores))
    yield _row("", "n", [f"{'R@1':15}", f"{'R@5':15}", "R@10", f"{'MRR':15}", "nDCG@10"], strict, width, "R@1", "R@5")
    for score in evaluation.scores:
        yield _score_row(score, strict, width)
    yield ""
    yield from facts(evaluation)
    for group in sorted({score.group for score in evaluation.scores} & set(MEASURES)):
        yield f"“{group}” {MEASURES[group]}"


def facts(evaluation: Evaluation) -> Iterator[str]:
    """How well confidence tells questions apart, the seconds, and what the ranges are."""
    unanswerable = len(evaluation.outcomes) - evaluation.answerable
    auc = NONE if evaluation.auc is None else f"{evaluation.auc:.3f}"
    yield f"confidence, answerable ({evaluation.answerable}) against unanswerable ({unanswerable}): AUC {auc}"
    yield f"latency of a search: p50 {evaluation.p50 * 1000:.0f} ms, p95 {evaluation.p95 * 1000:.0f} ms"
    yield "Ranges are 95 % intervals (bootstrap over the questions). A rank is that of the first right page."
    if evaluation.is_strict_apart:
        yield "Strict counts the question's own document only; some questions have right pages in others too."


def _score_row(score: Score, strict: bool, width: int) -> str:
    cells = [
        f"{rate(score, score.recall_1)} {interval(score, score.recall_1_interval):11}",
        f"{rate(score, score.recall_5)} {interval(score, score.recall_5_interval):11}",
        f"{rate(score, score.recall_10):>4}",
        f"{rate(score, score.mrr)} {interval(score, score.mrr_interval):11}",
        f"{rate(score, score.ndcg):>7}",
    ]
    more = rate(score, score.strict_recall_1), rate(score, score.strict_recall_5)
    return _row(printable(score.group), str(score.items), cells, strict, width, *more)


def _row(group: str, n: str, cells: list[str], strict: bool, width: int, strict_1: str, strict_5: str) -> str:
    named = "strict " if not group else ""
    more = [f"{named + strict_1:>10}", f"{named + strict_5:>10}"] if strict else []
    return "  ".join([f"{group:{width}} {n:>5}", *cells, *more]).rstrip()


def rate(score: Score, value: float) -> str:
    """A rate as `.574`, 1 as `1.00`; NONE where nothing was asked."""
    if not score.items:
        return NONE
    return f"{value:.3f}"[1:] if value < 0.9995 else "1.00"


def interval(score: Score, ends: Interval) -> str:
    """`.456–.691`; "" where too little was asked for one."""
    return f"{rate(score, ends[0])}–{rate(score, ends[1])}" if score.items > 1 else ""


def printable(text: str) -> str:
    """The text on one line, without what a terminal would obey."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def score_json(score: Score) -> dict[str, object]:
    """A score as one object, rates rounded to four places."""
    return {name: _rounded(value) for name, value in asdict(score).items()}


def summary_json(evaluation: Evaluation, left_out: int) -> dict[str, object]:
    """What is told of all questions; `auc` is null where one class is absent."""
    return {
        "summary": {
            "questions": len(evaluation.outcomes),
            "answerable": evaluation.answerable,
            "unanswerable": len(evaluation.outcomes) - evaluation.answerable,
            "left_out": left_out,
            "missed_5": len(evaluation.missed(5)),
            "auc": _rounded(evaluation.auc),
            "latency_p50": _rounded(evaluation.p50),
            "latency_p95": _rounded(evaluation.p95),
        }
    }


def _rounded(value: object) -> object:
    if isinstance(value, tuple):
        return [_rounded(each) for each in value]
    return round(value, 4) if isinstance(value, float) else value
