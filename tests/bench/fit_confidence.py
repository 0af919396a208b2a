"""Fit `rag.search.confidence`: `python -m tests.bench.fit_confidence LIBRARY A.jsonl[,B.jsonl] [LIBRARY …]`.

Positives are answerable questions asked of their own library. Negatives are unanswerable questions, and answerable ones
asked of ELSEWHERE of the other libraries. Questions of a library's further files weigh FURTHER. Prints the weights
fitted on all, and the area under the ROC curve of each set when it is held out. Next to none asks for a code: that
weight is chosen by `tests.bench.codes` instead.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.settings import read_settings
from rag.evaluation.scores import area_under_curve
from rag.opening import open_searcher
from rag.question import understand
from rag.retrieve import Retriever
from rag.search.confidence import AGAINST, Signals
from tests.bench.material import questions

RIDGE = 0.05
ELSEWHERE = 2
"""Libraries that an answerable question is asked of besides its own: those that are named after it, round and round."""
HARD = 3.0
"""How much more an unanswerable question about the right manual weighs than one asked of the wrong manual."""
FURTHER = 0.5
"""What a question of a further file weighs, answerable or not: those are terse, and near to what the manual says."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question as asked of a library, and what it weighs. `hard`: of its own, which does not answer it."""

    signals: Signals
    answers: bool
    hard: bool
    weight: float


def cases(files: str, own: Retriever, others: Sequence[Retriever]) -> list[Case]:
    """Of each question in files whose names are parted by commas."""
    found = []
    first = len(questions(files.partition(",")[0]))
    for at, item in enumerate(questions(files)):
        question = understand(item.question)
        hard = not item.answerable
        weight = FURTHER if at >= first else HARD if hard else 1.0
        found.append(Case(own.search_signals(question), item.answerable, hard, weight))
        found += [Case(other.search_signals(question), False, False, 1.0) for other in others if item.answerable]
    return found


def fit(some: Sequence[Case]) -> NDArray[np.float64]:
    """Weights of a ridge logistic regression on standardised columns, the bias last, in the columns' own units.

    A signal for an answer never weighs against one, nor the other way round: with few questions it else may.
    """
    x, y = np.array([astuple(case.signals) for case in some]), np.array([float(case.answers) for case in some])
    weight = np.array([case.weight for case in some])
    weight /= np.where(y > 0, weight[y > 0].sum(), weight[y == 0].sum())
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = np.hstack([(x - mean) / spread, np.ones((len(x), 1))])
    against = np.array([name in AGAINST for name in Signals.__dataclass_fields__])
    low, high = (
        np.append(np.where(against == side, 0.0, end), end) for side, end in ((False, -np.inf), (True, np.inf))
    )
    w = np.zeros(z.shape[1])
    for _ in range(4000):
        p = 1 / (1 + np.exp(-z @ w))
        w -= 0.5 * (z.T @ (weight * (p - y)) / weight.sum() + RIDGE * np.append(w[:-1], 0))
        w = np.clip(w, low, high)
    return np.append(w[:-1] / spread, w[-1] - float((w[:-1] * mean / spread).sum()))


def show(name: str, some: Sequence[Case], weights: NDArray[np.float64]) -> None:
    """How well the weights part the cases, and what a threshold would refuse."""
    z = np.array([astuple(case.signals) for case in some]) @ weights[:-1] + weights[-1]
    p = 1 / (1 + np.exp(-z))
    right = [float(v) for v, case in zip(p, some, strict=True) if case.answers]
    for kind, hard in (("unanswerable", True), ("wrong manual", False)):
        wrong = [float(v) for v, case in zip(p, some, strict=True) if not case.answers and case.hard is hard]
        if wrong:
            print(f"{name}: against {kind} ({len(wrong)}) AUC {area_under_curve(right, wrong):.3f}", end="; refused ")
            for threshold in (0.1, 0.2, 0.3, 0.4):
                shares = [np.mean(np.array(values) < threshold) for values in (wrong, right)]
                print(f"below {threshold}: right {shares[0]:.2f} wrong {shares[1]:.2f}", end="; ")
            print()


def main() -> None:
    """Measure, fit, hold out."""
    pairs = list(zip(sys.argv[1::2], sys.argv[2::2], strict=True))
    opened = [open_searcher(replace(read_settings(), library=Path(library)), print) for library, _ in pairs]
    turned = [[*opened[at + 1 :], *opened[:at]][:ELSEWHERE] for at in range(len(opened))]
    sets = [cases(files, *some) for (_, files), *some in zip(pairs, opened, turned, strict=True)]
    for at, (_, file) in enumerate(pairs):
        held = [case for other, some in enumerate(sets) if other != at for case in some]
        show(f"{file}, held out", sets[at], fit(held or sets[at]))
    weights = fit([case for some in sets for case in some])
    show("all, as fitted", [case for some in sets for case in some], weights)
    for name, weight in zip((*Signals.__dataclass_fields__, "bias"), weights, strict=True):
        print(f"    {name}={weight:.2f},")


if __name__ == "__main__":
    main()
