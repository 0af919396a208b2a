"""Outcomes of several systems → lines to print, each figure with the interval its value lies in (bootstrap)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rag.evaluation.scores import CONFIDENCE_LEVEL, CUT, RESAMPLES, Interval, Outcome, area_under_curve, bootstrap

Systems = Mapping[str, Sequence[Outcome]]
Belongs = Callable[[Outcome], bool]

_SEED = 20_250_101
_WIDTH = 26
_TAIL = 50 * (1 - CONFIDENCE_LEVEL)


@dataclass(frozen=True, slots=True)
class Sure:
    """How sure a search was of a question that the documents it was asked of do or do not answer."""

    question: str
    answers: bool
    confidence: float


def table(systems: Systems, groups: Mapping[str, Belongs]) -> Iterator[str]:
    """Recall and MRR of every system on every group of questions."""
    yield f"{'':{_WIDTH}}" + "".join(f"{name:18}" for name in ("R@1", "R@5", f"R@{CUT}", f"MRR@{CUT}")).rstrip()
    for group, belongs in groups.items():
        for number, (name, outcomes) in enumerate(systems.items()):
            some = [o for o in outcomes if belongs(o)]
            if not number:
                yield f"{group} ({len(some)} questions)"
            yield f"  {name:{_WIDTH - 2}}" + "".join(f"{cell:18}" for cell in rates(some)).rstrip()


def strict(systems: Systems) -> Systems:
    """The same, when only pages of the question's own document count."""
    return {name: [replace(o, rank=o.strict_rank) for o in outcomes] for name, outcomes in systems.items()}


def rates(outcomes: Sequence[Outcome]) -> list[str]:
    """Recall at 1, 5 and CUT, and MRR."""
    ranks = np.array([o.rank if 0 < o.rank <= CUT else np.inf for o in outcomes], dtype=np.float64)
    values = np.stack([ranks <= 1, ranks <= 5, ranks <= CUT, 1 / ranks], axis=1).astype(np.float64)
    if not len(values):
        return ["–"] * values.shape[1]
    means = values.mean(axis=0)
    return [figure(float(mean), ends) for mean, ends in zip(means, bootstrap(values), strict=True)]


def figure(value: float, ends: Interval) -> str:
    """`.574 .456–.691`."""
    low, high = ends
    return f"{_share(value)} {_share(low)}–{_share(high)}"


def latency(seconds: Sequence[float]) -> str:
    """p50 and p95 in milliseconds."""
    values = np.array(seconds) * 1000
    draw = np.random.default_rng(_SEED)
    drawn = values[draw.integers(0, len(values), (RESAMPLES, len(values)))]
    shown = []
    for q in (50, 95):
        low, high = np.percentile(np.percentile(drawn, q, axis=1), [_TAIL, 100 - _TAIL])
        shown.append(f"p{q} {np.percentile(values, q):.1f} ms ({low:.1f}–{high:.1f})")
    return f"{', '.join(shown)}, {len(values)} searches"


def separation(cases: Sequence[Sure]) -> str:
    """The area under the ROC curve of the confidence, with how many cases there are of either kind.

    Questions are drawn, not cases: the same question asked of two sets of documents is drawn with both.
    """
    right, wrong = ([case.confidence for case in cases if case.answers is kind] for kind in (True, False))
    whole = area_under_curve(right, wrong)
    if whole is None:
        return "–"
    numbers = {question: at for at, question in enumerate(dict.fromkeys(case.question for case in cases))}
    of = np.array([numbers[case.question] for case in cases])
    answers, confidence = np.array([case.answers for case in cases]), np.array([case.confidence for case in cases])
    draw = np.random.default_rng(_SEED)
    areas = []
    for _ in range(RESAMPLES):
        times = np.bincount(draw.integers(0, len(numbers), len(numbers)), minlength=len(numbers))[of]
        area = area_under_curve(_repeated(confidence, times, answers), _repeated(confidence, times, ~answers))
        areas += [] if area is None else [area]
    low, high = np.percentile(areas, [_TAIL, 100 - _TAIL])
    return f"AUC {figure(whole, (float(low), float(high)))} ({len(right)} answered, {len(wrong)} not)"


def _repeated(values: NDArray[np.float64], times: NDArray[np.int64], kind: NDArray[np.bool_]) -> list[float]:
    drawn: list[float] = np.repeat(values[kind], times[kind]).tolist()
    return drawn


def _share(value: float) -> str:
    return f"{value:.3f}"[1:] if value < 0.9995 else "1.00"
