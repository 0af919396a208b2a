"""Fit the weights of `rag.search.ranking`: `python -m tests.bench.fit_ranking LIBRARY A.jsonl[,B.jsonl] [LIBRARY …]`.

The right chunks of a question are those on its pages. Each question is asked of the whole library, and, where a page of
the other language is known to answer too, of that language's documents alone. Questions across languages count for
ACROSS of all; of pages that say the same in two languages, only those in the question's own are right in OWN of what it
counts. Prints the weights fitted on all, and how a set is ranked by weights that are fitted on the others.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ingest.filters import Filters
from ingest.settings import read_settings
from ingest.types import Language
from rag.evaluation.questions_file import Item
from rag.evaluation.scores import evaluate
from rag.evaluation.text import lines
from rag.opening import open_searcher
from rag.question import understand
from rag.retrieve import Retriever
from rag.search import ranking
from rag.search.overlap import is_foreign
from rag.search.signals import NAMES, relative
from rag.types import SearchResult
from tests.bench.logit import Flags, Matrix, conditional_logit
from tests.bench.material import questions

RIDGE = 0.05
ACROSS = 0.2
"""The share of questions across languages: they are written on purpose, and asked by fewer people than they are here
(.33 of them). Counted as they are, pages in the question's own language are ranked lower for them."""
AGAIN = 0.5
"""What a question counts for that is asked of the other language's documents alone."""
OWN = 0.5
"""How much of a question is fitted without the right pages that only say in the other language what one in its own
does: with 0 the other language's is as good, with 1 what is like it counts against a page. Held out, with translations
put together as `rank` does by vectors centred over each set, .589 of 1,419 questions have a right page first with 0,
.592 with 0.5, .582 with 1, and .839, .845, .841 among the first five: little more than chance, so the middle is taken.
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A question's chunks: signals (n, len(NAMES)) and which of them are right.

    `across`: it is in another language than what it was written about. `again`: of the other language's documents.
    `share` of it is fitted by these rows.
    """

    rows: Matrix
    right: Flags
    across: bool
    again: bool
    share: float = 1.0


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
                foreign = np.array([is_foreign(question, chunk) for chunk in chunks])
                found += _fitted(Case(relative(rows), right, item.lang != item.doc_lang, bool(filters)), foreign)
    return found


def _fitted(case: Case, foreign: Flags) -> list[Case]:
    """The case as it is fitted: OWN of it without right rows that are foreign, where others are not."""
    if case.again or not (case.right & foreign).any() or not (case.right & ~foreign).any():
        return [case]
    kept = ~(case.right & foreign)
    own = replace(case, rows=case.rows[kept], right=case.right[kept], share=OWN)
    return [own, replace(case, share=1 - OWN)]


def fit(some: Sequence[Case]) -> Matrix:
    """Weights of a conditional logit, in the signals' own units."""
    across = sum(case.share for case in some if case.across and not case.again)
    own = sum(case.share for case in some if not case.across and not case.again)
    foreign = ACROSS / (1 - ACROSS) * own / across if across else 1.0
    counts = [case.share * (AGAIN if case.again else foreign if case.across else 1.0) for case in some]
    return conditional_logit([case.rows for case in some], [case.right for case in some], counts, RIDGE)


def show(name: str, retriever: Retriever, items: Sequence[Item], weights: Matrix) -> None:
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
