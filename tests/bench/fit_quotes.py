"""Fit the weights of `rag/quotes/signals.py`: `python -m tests.bench.fit_quotes LIBRARY QUESTIONS [LIBRARY …]`.

QUESTIONS is a file whose questions name their `evidence` (and, in `or`, other words that answer as well), or `xquad.es`
or `xquad.en`: then only the even articles are asked about, the odd ones are left to measure on. The right quotes of a
question hold its evidence. Prints how each set is quoted by weights that are fitted on the others, then the weights
fitted on all, without one signal at a time.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ingest.embed import Embedder
from ingest.opening import open_embedder
from ingest.sentence_encoder import SentenceEncoder, UniversalSentenceEncoder
from ingest.settings import read_settings
from rag.cite import folded
from rag.opening import open_searcher
from rag.question import understand
from rag.quotes.best import SHOWN, apart, quotable
from rag.quotes.signals import WEIGHTS, Quote, measure
from rag.retrieve import Retriever
from rag.types import Passage
from tests.bench.logit import Flags, Matrix, conditional_logit
from tests.bench.xquad import articles, asked

READ = 18
"""Passages that are quoted from: about what a small model reads."""
EVERY = 6
"""Of the questions of XQuAD, every so many are asked."""
RIDGE = 0.1


@dataclass(frozen=True, slots=True)
class Case:
    """A question's quotes: signals (n, len(WEIGHTS)) and which of them hold the evidence."""

    quotes: Sequence[Quote]
    rows: Matrix
    right: Flags


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question, any of whose `evidence` answers it; in `file`, or in any if that is empty."""

    question: str
    evidence: tuple[str, ...]
    file: str = ""

    def found_in(self, passage: Passage, text: str) -> bool:
        """Whether the text out of a passage answers."""
        said = folded(text).casefold()
        return self.file in ("", passage.file) and any(folded(one).casefold() in said for one in self.evidence)


def wanted(name: str) -> list[Wanted]:
    """The questions of a file that name their evidence, or some of XQuAD's."""
    if name.startswith("xquad."):
        language = name.removeprefix("xquad.")
        article = articles(language)
        items = [item for item in asked(language, language) if article[item.doc] % 2 == 0][::EVERY]
        return [Wanted(item.question, (item.evidence,), item.doc) for item in items]
    rows = [json.loads(line) for line in Path(name).read_text(encoding="utf-8").splitlines() if line.strip()]
    return [Wanted(row["question"], (row["evidence"], *row.get("or", ()))) for row in rows if row.get("evidence")]


def cases(retriever: Retriever, embedder: Embedder, encoder: SentenceEncoder, some: Sequence[Wanted]) -> list[Case]:
    """Of each question."""
    found = []
    for one in some:
        question = understand(one.question)
        passages = retriever.search(question, READ).passages
        quotes = quotable(question, passages, embedder, retriever.library.page_sentences, encoder)
        right = np.array([one.found_in(quote.passage, quote.text) for quote in quotes], dtype=bool)
        found.append(Case(quotes, measure(question, passages, quotes), right))
    return found


def fit(some: Sequence[Case]) -> Matrix:
    """Weights of a conditional logit, in the signals' own units."""
    some = [case for case in some if case.right.any()]
    return conditional_logit([case.rows for case in some], [case.right for case in some], [1.0] * len(some), RIDGE)


def show(name: str, some: Sequence[Case], weights: Matrix) -> None:
    """How often the first quote, and one of those shown, holds the evidence."""
    first = shown = 0
    for case in some:
        order = np.argsort(-(case.rows @ weights), kind="stable")
        kept = apart([replace(case.quotes[i], score=float(i)) for i in order])[:SHOWN]
        hits = [bool(case.right[int(quote.score)]) for quote in kept]
        first += hits[:1] == [True]
        shown += any(hits)
    print(f"{name} ({len(some)}): first {first / len(some):.3f}, shown {shown / len(some):.3f}")


def main() -> None:
    """Hold each set out, then fit on all, then leave each signal out."""
    pairs = list(zip(sys.argv[1::2], sys.argv[2::2], strict=True))
    opened = [open_searcher(replace(read_settings(), library=Path(library)), print) for library, _ in pairs]
    embedder, encoder = open_embedder(read_settings(), print), UniversalSentenceEncoder()
    sets = [cases(one, embedder, encoder, wanted(name)) for one, (_, name) in zip(opened, pairs, strict=True)]
    for at, (_, name) in enumerate(pairs):
        held = [case for other, some in enumerate(sets) if other != at for case in some]
        show(f"{name}, as it is", sets[at], np.array(list(WEIGHTS.values())))
        show(f"{name}, fitted on the others", sets[at], fit(held or sets[at]))
    together = [case for some in sets for case in some]
    weights = fit(together)
    for name, weight in zip(WEIGHTS, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')
    show("all, as fitted", together, weights)
    for at, name in enumerate(WEIGHTS):
        without = [replace(case, rows=np.where(np.arange(len(WEIGHTS)) == at, 0.0, case.rows)) for case in together]
        left = fit(without)
        show(f"all, without {name}", without, left)
        if name == "meaning":  # WITHOUT_MEANING
            print({one: round(float(weight), 2) for one, weight in zip(WEIGHTS, left, strict=True)})


if __name__ == "__main__":
    main()
