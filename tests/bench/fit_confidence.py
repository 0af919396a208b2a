"""Fit the weights of `rag/confidence.py`: `python -m tests.bench.fit_confidence LIBRARY QUESTIONS.jsonl`.

Positives are answerable questions whose right page was read. Negatives are unanswerable questions, and every question
asked of the documents that are not its own (the other product's manuals). Prints the weights fitted on all, and the
area under the ROC curve when each document's questions are held out in turn.
"""

from __future__ import annotations

import sys
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.filters import Filters
from ingest.settings import read_settings
from rag.assistant import CANDIDATES, Assistant, open_assistant
from rag.confidence import Signals, signals
from rag.question import understand
from rag.questions_file import Item, read_items
from rag.quote import best_quotes

Row = tuple[str, Signals, bool, bool]
"""(document, signals, answers, is the question unanswerable everywhere)."""

RIDGE = 0.02
HARD = 3.0
"""How much more an unanswerable question about the right manual weighs than one asked of the wrong manual."""


def rows(assistant: Assistant, items: list[Item], documents: dict[str, str]) -> list[Row]:
    """Signals of each question on all documents, and on those of the other products."""
    found: list[Row] = []
    for item in items:
        own = next(iter(item.places))[0] if item.places else item.id
        found.append((own, *measure(assistant, item, ()), not item.answerable))
        wrong = [i for file, i in documents.items() if file.split(".")[0] != own.split(".")[0]]
        if item.answerable and wrong:
            found.append((own, measure(assistant, item, wrong)[0], False, False))
    return found


def measure(assistant: Assistant, item: Item, scope: list[str] | tuple[()]) -> tuple[Signals, bool]:
    """The signals, and whether a page that answers was read."""
    question = understand(item.question)
    found = assistant._retriever.search(question, CANDIDATES, Filters(documents=tuple(scope)))
    plan = assistant._plan(question, "passages", scope, found.passages, ())
    read = sorted(plan.passages, key=lambda p: -p.score)
    quotes = best_quotes(question, read, assistant._answerer._embedder, None)
    return signals(question, read, quotes), any((p.file, p.page) in item.places for p in read)


def fit(x: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of a ridge logistic regression on standardised columns, the bias last, in the columns' own units."""
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = np.hstack([(x - mean) / spread, np.ones((len(x), 1))])
    w = np.zeros(z.shape[1])
    for _ in range(4000):
        p = 1 / (1 + np.exp(-z @ w))
        w -= 0.5 * (z.T @ (weight * (p - y)) / weight.sum() + RIDGE * np.append(w[:-1], 0))
    return np.append(w[:-1] / spread, w[-1] - float((w[:-1] * mean / spread).sum()))


def area(scores: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """The chance that a positive scores above a negative."""
    better = scores[y == 1][:, None] - scores[y == 0][None, :]
    return float((better > 0).mean() + 0.5 * (better == 0).mean())


def main() -> None:
    """Measure, fit, hold out."""
    assistant = open_assistant(replace(read_settings(), library=Path(sys.argv[1])), print)
    items = read_items(Path(sys.argv[2]))
    documents = {row.file: row.id for row in assistant.library.documents()}
    data = rows(assistant, items, documents)
    x = np.array([astuple(s) for _, s, _, _ in data])
    y = np.array([float(answers) for _, _, answers, _ in data])
    weight = np.array([HARD if hard else 1.0 for _, _, _, hard in data])
    own = np.array([document for document, _, _, _ in data])
    held = np.zeros(len(y))
    for document in sorted(set(own)):
        out = own == document
        w = fit(x[~out], y[~out], weight[~out])
        held[out] = x[out] @ w[:-1] + w[-1]
    hard = np.array([h or bool(answers) for _, _, answers, h in data])
    w = fit(x, y, weight)
    print(dict(zip(Signals.__dataclass_fields__, np.round(w[:-1], 3), strict=True)), "bias", round(float(w[-1]), 3))
    print(f"held out: AUC {area(held, y):.3f}, answerable against unanswerable only {area(held[hard], y[hard]):.3f}")
    for threshold in (0.2, 0.3, 0.4, 0.5):
        p = 1 / (1 + np.exp(-held))
        refused = np.array([h for *_, h in data])
        right, wrong = np.mean(p[refused] < threshold), np.mean(p[y == 1] < threshold)
        print(f"  below {threshold}: right {right:.2f}, wrong {wrong:.2f}")


if __name__ == "__main__":
    main()
