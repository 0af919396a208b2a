"""Fit the weights of `rag/ranking.py`: `python -m tests.bench.fit_ranking LIBRARY A.jsonl[,B.jsonl] [LIBRARY …]`.

The right chunks of a question are those on its pages. Each question is asked of the whole library, and, where a page of
the other language is known to answer too, of that language's documents alone. Prints the weights fitted on all, and
how a set is ranked by weights that are fitted on the others.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.filters import Filters
from ingest.settings import read_settings
from ingest.types import Language
from rag import ranking
from rag.evaluate import evaluate
from rag.evaluation_text import lines
from rag.opening import open_searcher
from rag.question import understand
from rag.questions_file import Item
from rag.retrieve import Retriever
from rag.signals import NAMES, relative
from rag.types import SearchResult
from tests.bench.material import questions

RIDGE = 0.05
STEPS = 3000


@dataclass(frozen=True, slots=True)
class Case:
    """A question's chunks: signals (n, len(NAMES)) and which of them are right."""

    rows: NDArray[np.float64]
    right: NDArray[np.bool_]


def cases(retriever: Retriever, items: Sequence[Item]) -> list[Case]:
    """Of each answerable question: in all documents, and in those of the other language."""
    files = {row.id: row.file for row in retriever.library.documents()}
    found = []
    for item in items:
        if not item.answerable:
            continue
        question = understand(item.question)
        other: Language = "en" if question.language == "es" else "es"
        twice = item.also or item.lang != item.doc_lang
        for filters in (Filters(), Filters(language=other)) if twice else (Filters(),):
            _, chunks, rows = retriever.look(question, filters)
            right = np.array([(files[c.chunk.document_id], c.chunk.page) in item.places for c in chunks], dtype=bool)
            if right.any():
                found.append(Case(relative(rows), right))
    return found


def fit(some: Sequence[Case]) -> NDArray[np.float64]:
    """Weights of a conditional logit with a ridge on standardised signals, in the signals' own units."""
    spread = np.concatenate([case.rows for case in some]).std(axis=0) + 1e-9
    weights = np.zeros(len(NAMES))
    moment, square = np.zeros(len(NAMES)), np.zeros(len(NAMES))
    for step in range(1, STEPS + 1):
        slope = 2 * RIDGE * weights
        for case in some:
            rows = case.rows / spread
            odds = np.exp(rows @ weights - (rows @ weights).max())
            slope += (odds @ rows / odds.sum() - odds[case.right] @ rows[case.right] / odds[case.right].sum()) / len(
                some
            )
        # Adam (Kingma and Ba, 2015)
        moment, square = 0.9 * moment + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        weights -= 0.02 * (moment / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-9)
        if np.abs(slope).max() < 1e-5:
            break
    return weights / spread


def show(name: str, retriever: Retriever, items: Sequence[Item], weights: NDArray[np.float64]) -> None:
    """Recall with these weights."""
    ranking.WEIGHTS.update(dict(zip(NAMES, map(float, weights), strict=True)))

    def search(text: str) -> SearchResult:
        return retriever.search(understand(text), 60)

    print(f"\n{name}")
    print("\n".join(lines(evaluate([item for item in items if item.answerable], search))))


def main() -> None:
    """Fit on all but one, then on all."""
    pairs = list(zip(sys.argv[1::2], sys.argv[2::2], strict=True))
    opened = [open_searcher(replace(read_settings(), library=Path(library)), print) for library, _ in pairs]
    items = [questions(files) for _, files in pairs]
    found = [cases(retriever, some) for retriever, some in zip(opened, items, strict=True)]
    if len(pairs) > 1:
        for at, (_, file) in enumerate(pairs):
            held = [case for other, some in enumerate(found) if other != at for case in some]
            show(f"{file}, held out", opened[at], items[at], fit(held))
    weights = fit([case for some in found for case in some])
    for name, weight in zip(NAMES, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')


if __name__ == "__main__":
    main()
