"""Fit the weights of `rag/support/limits.py`: `python -m tests.bench.fit_support`.

On every answer of tests/claims*.jsonl. Not weighed are answers whose error is in a fact, which is found by itself, and
wrong ones of several sentences, of which it is not known which is wrong. Right answers are held against a passage about
something else too, where they are wrong. Prints both sets of weights with the log odds from which FALSE_ALARMS of the
right answers are doubted, and what they find among answers they were not fitted on: about other passages, and of other
sets, each written at another time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ingest.opening import open_embedder
from ingest.settings import read_settings
from rag.support.limits import FITTED, WORDS_ONLY, Limits, Similarity, cosines_of
from rag.support.signals import HARDLY, Signals
from rag.support.verdict import Support
from tests.claims import Case, cases

Weights = NDArray[np.float64]
RIDGE = 20.0
FOLDS = 8
FALSE_ALARMS = 0.05
"""Of right answers about other passages: of the ninth set, by weights fitted on the others, five times as many."""
ELSEWHERE = 0.2
"""What a right answer weighs that is held against a passage about something else."""
LATER = 2.0
"""What an answer weighs next to one of the first set, on which rules were written for a long time."""
NEVER, ALWAYS = -50.0, 50.0


def without(claims: Sequence[str], texts: Sequence[str]) -> NDArray[np.float32]:
    """No similarity."""
    return np.zeros((len(claims), len(texts)), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Weighed:
    """An answer, whether a fact of it is wrong, and what its other sentences are weighed by."""

    case: Case
    settled: bool
    sentences: tuple[Signals, ...]
    weight: float

    @property
    def topic(self) -> str:
        """That of its passage."""
        return self.case.id.rpartition("-")[0]


def weighed(some: Sequence[Case], similar: Similarity, limits: Limits, weight: float = 0.0) -> list[Weighed]:
    """These answers; `weight` 0 for what their set says."""
    found = []
    for case in some:
        support = Support([case.passage], similar, limits)
        claims = [claim for claim in support.claims(case.answer, case.language) if claim.supported is not None]
        said = [support.weighed(claim, case.language) for claim in claims]
        own = weight or (1.0 if case.author == "first" else LATER)
        found.append(Weighed(case, None in said, tuple(one for one in said if one), own))
    return found


def strange(some: Sequence[Case]) -> list[Case]:
    """Each right answer, wrong by being held against a passage from half the list away."""
    far = len(some) // 2
    return [
        replace(case, right=False, source=other.source, source_language=other.source_language)
        for case, other in zip(some, [*some[far:], *some[:far]], strict=True)
        if case.right
    ]


def fit(some: Sequence[Weighed]) -> Weights:
    """Weights of a ridge logistic regression on standardised columns, the bias last, in the columns' own units."""
    rows = [(s, a) for a in some for s in a.sentences if s.words >= HARDLY and (a.case.right or len(a.sentences) == 1)]
    x = np.array([astuple(signals) for signals, _ in rows])
    y = np.array([float(not answer.case.right) for _, answer in rows])
    weight = np.array([answer.weight for _, answer in rows])
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    z = np.hstack([(x - mean) / spread, np.ones((len(x), 1))])
    ridge = np.diag(np.append(np.full(x.shape[1], RIDGE), 1e-6))
    w = np.zeros(z.shape[1])
    for _ in range(12):  # Newton's steps
        p = 1 / (1 + np.exp(-z @ w))
        curve = (z * (weight * p * (1 - p))[:, None]).T @ z + ridge
        w -= np.linalg.solve(curve, z.T @ (weight * (p - y)) + ridge @ w)
    own = w[:-1] / spread
    return np.append(own, w[-1] - float(own @ mean))


def worst(answer: Weighed, w: Weights) -> float:
    """The doubt of the sentence that is doubted most."""
    if answer.settled:
        return ALWAYS
    rows = [ALWAYS if s.words < HARDLY else float(np.dot(astuple(s), w[:-1]) + w[-1]) for s in answer.sentences]
    return max(rows, default=NEVER)


def crossed_out(some: Sequence[Weighed], more: Sequence[Weighed] = ()) -> list[tuple[Weighed, float]]:
    """Each answer with its doubt by weights fitted on other passages; `more` are only fitted on."""
    topics = [str(topic) for topic in np.random.default_rng(0).permutation(sorted({one.topic for one in some}))]
    found = []
    for n in range(FOLDS):
        away = set(topics[n::FOLDS])
        w = fit([one for one in (*some, *more) if one.topic not in away])
        found += [(one, worst(one, w)) for one in some if one.topic in away]
    return found


def least_of(scored: Sequence[tuple[Weighed, float]]) -> float:
    """The log odds above which FALSE_ALARMS of the right answers are."""
    return float(np.quantile([doubt for one, doubt in scored if one.case.right], 1 - FALSE_ALARMS))


def shares(scored: Sequence[tuple[Weighed, float]], least: float) -> tuple[float, float, float]:
    """The shares of wrong and of right answers doubted, and the chance that a wrong one is doubted more."""
    wrong = np.array([doubt for one, doubt in scored if not one.case.right])
    right = np.array([doubt for one, doubt in scored if one.case.right])
    above = (wrong[:, None] > right).mean() + 0.5 * (wrong[:, None] == right).mean()
    return float((wrong > least).mean()), float((right > least).mean()), float(above)


def honest(some: Sequence[Weighed], more: Sequence[Weighed] = ()) -> Iterator[str]:
    """What is found among answers on which neither weights nor the least doubt were fitted."""
    scored = crossed_out(some, more)
    yield _line("other passages", scored, least_of(scored))
    for name, one in (("  same language", True), ("  across languages", False)):
        part = [pair for pair in scored if (pair[0].case.language == pair[0].case.source_language) is one]
        yield _line(name, part, least_of(scored))
    authors = tuple(dict.fromkeys(one.case.author for one in some))
    later: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("fitted on the first set, the others", lambda author: author == "first"),
        ("fitted on the others, the first set", lambda author: author != "first"),
        *((f"fitted on all but {name}, that", lambda author, name=name: author != name) for name in authors[1:]),  # type: ignore[misc]
    )
    for name, known in later:
        mine = [one for one in some if known(one.case.author)]
        w = fit([*mine, *(one for one in more if known(one.case.author))])
        least = least_of(crossed_out(mine, more))
        yield _line(name, [(one, worst(one, w)) for one in some if not known(one.case.author)], least)


def _line(name: str, scored: Sequence[tuple[Weighed, float]], least: float) -> str:
    found, doubted, above = shares(scored, least)
    return f"  {name}: wrong found {found:.2f}, right doubted {doubted:.2f}, in the right order {above:.3f}"


def main() -> None:
    """Both sets of weights."""
    embedder = open_embedder(read_settings(), print)
    some = list(cases())
    for name, similar, limits in (
        ("FITTED", cosines_of(embedder.embed_passages), FITTED),
        ("WORDS_ONLY", without, WORDS_ONLY),
    ):
        mine = weighed(some, similar, limits)
        away = weighed(strange(some), similar, limits, ELSEWHERE)
        print(f"{name}, {len(mine)} answers")
        print("\n".join(honest(mine, away)))
        print(f"    {', '.join(f'{weight:.2f}' for weight in fit([*mine, *away]))}")
        print(f"    least {least_of(crossed_out(mine, away)):.2f}")


if __name__ == "__main__":
    main()
