"""Questions with known evidence → where it is lost on the way to a quote: not read, not compared, not ranked high."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from ingest.opening import open_embedder
from ingest.sentence_encoder import UniversalSentenceEncoder
from ingest.settings import read_settings
from rag.opening import open_searcher
from rag.question import understand
from rag.quotes.best import apart, quotable
from rag.quotes.signals import measure, score
from rag.search.confidence import REFUSE_BELOW
from tests.bench.evidence import holds

READ = 18
"""Passages that are quoted from: about what a small model reads."""
SHOWN = (8, 3, 1)


def bench_limits(library: Path, questions: Path) -> None:
    """Shares of the answerable questions, each step out of all of them; without the model's likelihood and refusals."""
    settings = replace(read_settings(), library=library)
    retriever, embedder = open_searcher(settings, print), open_embedder(settings, print)
    encoder = UniversalSentenceEncoder()
    rows = [json.loads(text) for text in questions.read_text(encoding="utf-8").splitlines() if text.strip()]
    steps = dict.fromkeys(("read", "compared", *(f"best {n}" for n in SHOWN), "refused"), 0)
    some = [row for row in rows if row["answerable"]]
    for row in some:
        found = retriever.search(understand(row["question"]), READ)
        quotes = quotable(found.question, found.passages, embedder, retriever.library.page_sentences, encoder)
        order = np.argsort(-score(measure(found.question, found.passages, quotes)), kind="stable")
        hits = [holds(quote.text, row["evidence"]) for quote in apart([quotes[i] for i in order])]
        steps["read"] += any(holds(passage.text, row["evidence"]) for passage in found.passages)
        steps["compared"] += any(hits)
        for n in SHOWN:
            steps[f"best {n}"] += any(hits[:n])
        steps["refused"] += found.confidence < REFUSE_BELOW
    print(f"\nwhere evidence is lost, {questions.name}: {len(some)} answerable")
    for name, count in steps.items():
        print(f"  {name}: {count / len(some):.2f}")
