"""Questions and a search → how often the right page is found, by language pair and kind."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rag.evaluation.questions_file import Item
from rag.types import Passage, SearchResult

Search = Callable[[str], SearchResult]
Grouping = Literal["all", "languages", "type"]
Interval = tuple[float, float]

CUT = 10
"""The last rank that MRR and nDCG count."""
SHOWN = 3
"""Pages kept of what a question found."""
RESAMPLES = 1_000
CONFIDENCE_LEVEL = 0.95
_SEED = 20_250_101
_BLOCK = 1_000_000
"""Numbers drawn at once for the resamples of a group."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page that a search found."""

    title: str
    file: str
    page: int
    key: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question that was asked.

    `rank` (from 1) is that of the first page that answers among the distinct pages found, 0 when none does;
    `strict_rank` that of the first such page of the question's own document. `found` are the first SHOWN pages.
    """

    item: Item
    rank: int
    strict_rank: int
    found: tuple[Found, ...]
    confidence: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Score:
    """Rates from 0 to 1 over `items` answerable questions. MRR and nDCG are cut at rank CUT.

    Any right page answers, so nDCG counts the first one found and its ideal is 1. The strict rates count pages of the
    question's own document only. Intervals are (low, high) at CONFIDENCE_LEVEL, by the percentile bootstrap.
    """

    group: str
    by: Grouping
    items: int
    recall_1: float
    recall_5: float
    recall_10: float
    mrr: float
    ndcg: float
    strict_recall_1: float
    strict_recall_5: float
    recall_1_interval: Interval
    recall_5_interval: Interval
    mrr_interval: Interval


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that was measured. Seconds are those of one search; `auc` is None when one class is absent.

    `auc` is the probability that a question that can be answered got a higher confidence than one that cannot.
    """

    outcomes: tuple[Outcome, ...]
    scores: tuple[Score, ...]
    auc: float | None
    p50: float
    p95: float

    @property
    def answerable(self) -> int:
        """Questions that something answers."""
        return sum(outcome.item.answerable for outcome in self.outcomes)

    @property
    def is_strict_apart(self) -> bool:
        """Whether strict rates can differ: some question has right pages in other documents too."""
        return any(outcome.item.also for outcome in self.outcomes)

    def missed(self, limit: int) -> list[Outcome]:
        """The questions that have an answer whose page is not among the first `limit`."""
        return [o for o in self.outcomes if o.item.answerable and not 0 < o.rank <= limit]


def evaluate(items: Iterable[Item], search: Search) -> Evaluation:
    """Ask every question; scores over all answerable ones, by language pair, by type. `search` gives best first."""
    outcomes = tuple(outcome(item, search(item.question)) for item in items)
    seconds = [o.seconds for o in outcomes] or [0.0]
    right, wrong = ([o.confidence for o in outcomes if o.item.answerable == kind] for kind in (True, False))
    p50, p95 = (float(np.percentile(seconds, q)) for q in (50, 95))
    return Evaluation(outcomes, tuple(_scores(outcomes)), area_under_curve(right, wrong), p50, p95)


def outcome(item: Item, result: SearchResult) -> Outcome:
    """What a search has come to for a question."""
    pages = distinct_pages(item, result.passages)
    found = tuple(Found(p.title, p.file, p.page, p.fields.key) for p in pages[:SHOWN])
    return Outcome(item, rank(item, pages), rank(item, pages, strict=True), found, result.confidence, result.seconds)


def distinct_pages(item: Item, passages: Iterable[Passage]) -> list[Passage]:
    """The best passage of each page, in order, but for those of the document that the item is `without`."""
    pages: dict[tuple[str, str, int], Passage] = {}
    for p in passages:
        if not item.without or item.without not in (p.document_id, p.fields.key):
            pages.setdefault((p.document_id, p.file, p.page), p)
    return list(pages.values())


def rank(item: Item, pages: Iterable[Passage], strict: bool = False) -> int:
    """The rank (from 1) of the first of these distinct pages that answers; 0 when none does."""
    places = item.own if strict else (*item.own, *item.also)
    return next((i for i, page in enumerate(pages, 1) if any(place.holds(page) for place in places)), 0)


def _scores(outcomes: Sequence[Outcome]) -> Iterator[Score]:
    asked = [o for o in outcomes if o.item.answerable]
    yield score("all", "all", asked)
    for pair in dict.fromkeys(o.item.pair for o in asked):
        yield score(pair, "languages", [o for o in asked if o.item.pair == pair])
    for kind in dict.fromkeys(o.item.type for o in asked):
        yield score(kind, "type", [o for o in asked if o.item.type == kind])


def score(group: str, by: Grouping, outcomes: Sequence[Outcome]) -> Score:
    """Rates out of outcomes of answerable questions; all 0 when there is none."""
    ranks = np.array([o.rank for o in outcomes], dtype=np.int64)
    strict = np.array([o.strict_rank for o in outcomes], dtype=np.int64)
    first, fifth = (_within(ranks, limit) for limit in (1, 5))
    reciprocal = np.where(_within(ranks, CUT) > 0, 1 / np.maximum(ranks, 1), 0.0)
    gain = np.where(_within(ranks, CUT) > 0, 1 / np.log2(np.maximum(ranks, 1) + 1), 0.0)
    columns = (first, fifth, _within(ranks, 10), reciprocal, gain, _within(strict, 1), _within(strict, 5))
    r1, r5, r10, mrr, ndcg, s1, s5 = (float(column.mean()) if len(column) else 0.0 for column in columns)
    ends_1, ends_5, ends_mrr = bootstrap(np.stack([first, fifth, reciprocal], axis=1))
    return Score(group, by, len(outcomes), r1, r5, r10, mrr, ndcg, s1, s5, ends_1, ends_5, ends_mrr)


def _within(ranks: NDArray[np.int64], limit: int) -> NDArray[np.float64]:
    return ((ranks > 0) & (ranks <= limit)).astype(np.float64)


def bootstrap(values: NDArray[np.float64]) -> list[Interval]:
    """Of each column of (n, m) values, the interval that its mean lies in at CONFIDENCE_LEVEL; always the same one."""
    n, columns = values.shape
    if n == 0:
        return [(0.0, 0.0)] * columns
    draw = np.random.default_rng(_SEED)
    at_once = max(1, _BLOCK // n)
    blocks = [min(at_once, RESAMPLES - start) for start in range(0, RESAMPLES, at_once)]
    means = np.concatenate([values[draw.integers(0, n, (size, n))].mean(axis=1) for size in blocks])
    tail = 50 * (1 - CONFIDENCE_LEVEL)
    low, high = np.percentile(means, [tail, 100 - tail], axis=0)
    return [(float(a), float(b)) for a, b in zip(low, high, strict=True)]


def area_under_curve(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """The probability that a positive is above a negative, a tie counting half (Mann-Whitney); None without both."""
    if not positive or not negative:
        return None
    ordered = np.sort(np.array(negative))
    below, up_to = (np.searchsorted(ordered, positive, side=side) for side in ("left", "right"))
    return math.fsum((below + up_to) / 2) / (len(positive) * len(negative))
