"""Fit the weights of `rag/support_limits.py`: `python -m tests.bench.fit_support`.

On every answer of tests/claims.jsonl and tests/claims_fresh.jsonl but the half of the latter that judges. Left out are
answers whose error is in a fact, which is not weighed, and wrong ones of several sentences, of which it is not known
which is wrong. Right answers are held against a passage about something else too, where they are wrong. Prints both
sets of weights, and what they find and doubt among answers about passages they were not fitted on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ingest.opening import open_embedder
from ingest.settings import read_settings
from rag.support import Support
from rag.support_limits import FITTED, WORDS_ONLY, Limits, Similarity, cosines_of
from tests.bench.claims import JUDGES, without
from tests.claims import Case, cases

RIDGE = 4.0
FOLDS = 10
ELSEWHERE = 0.3
"""What a right answer weighs that is held against a passage about something else."""
LATER = 2.0
"""What an answer weighs that no rule was written for, next to one of the first half."""


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence that has to be weighed. `topic` is that of its passage."""

    topic: str
    wrong: bool
    weight: float
    signals: tuple[float, ...]


def rows(some: Sequence[Case], similar: Similarity, limits: Limits) -> list[Row]:
    """Those of these answers."""
    found = []
    for case in some:
        support = Support([case.passage], similar, limits)
        weight = 1.0 if case.split == "tune" else LATER
        said = [support.weighed(claim, case.language) for claim in support.claims(case.answer, case.language)]
        if not case.right and len(said) > 1:
            continue
        topic = case.id.rpartition("-")[0]
        found += [Row(topic, not case.right, weight, astuple(one)) for one in said if one]
    return found


def strange(some: Sequence[Case]) -> list[Case]:
    """Each right answer, wrong by being held against a passage from half the list away."""
    far = len(some) // 2
    return [
        replace(case, right=False, source=other.source, source_language=other.source_language)
        for case, other in zip(some, [*some[far:], *some[:far]], strict=True)
        if case.right
    ]


def fit(some: Sequence[Row]) -> NDArray[np.float64]:
    """Weights of a ridge logistic regression on standardised columns, the bias last, in the columns' own units."""
    x = np.array([row.signals for row in some])
    y = np.array([float(row.wrong) for row in some])
    weight = np.array([row.weight for row in some])
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = np.hstack([(x - mean) / spread, np.ones((len(x), 1))])
    ridge = np.diag(np.append(np.full(x.shape[1], RIDGE), 1e-6))
    w = np.zeros(z.shape[1])
    for _ in range(40):  # Newton's steps
        p = 1 / (1 + np.exp(-z @ w))
        curve = (z * (weight * p * (1 - p))[:, None]).T @ z + ridge
        w -= np.linalg.solve(curve, z.T @ (weight * (p - y)) + ridge @ w)
    own = w[:-1] / spread
    return np.append(own, w[-1] - float(own @ mean))


def held_out(some: Sequence[Row]) -> tuple[float, float]:
    """The shares of wrong and right sentences doubted by weights fitted on other passages."""
    topics = sorted({row.topic for row in some})
    doubts: dict[bool, list[bool]] = {True: [], False: []}
    for fold in range(FOLDS):
        away = set(topics[fold::FOLDS])
        w = fit([row for row in some if row.topic not in away])
        for row in (row for row in some if row.topic in away):
            doubts[row.wrong].append(float(np.dot(row.signals, w[:-1]) + w[-1]) > 0)
    return float(np.mean(doubts[True])), float(np.mean(doubts[False]))


def main() -> None:
    """Both sets of weights."""
    embedder = open_embedder(read_settings(), print)
    some = [case for case in cases() if case.split != JUDGES]
    for name, similar, limits in (
        ("FITTED", cosines_of(embedder.embed_passages), FITTED),
        ("WORDS_ONLY", without, WORDS_ONLY),
    ):
        plain = rows(some, similar, limits)
        away = [replace(row, weight=ELSEWHERE) for row in rows(strange(some), similar, limits)]
        found = [*plain, *away]
        print(f"{name}, {len(found)} sentences; of other passages: wrong found {{:.3f}}, right doubted {{:.3f}}"
              .format(*held_out(found)))  # fmt: skip
        print("    " + ", ".join(f"{weight:.2f}" for weight in fit(found)))


if __name__ == "__main__":
    main()
