"""How long it takes to decide how to read, over a catalogue of ten million tokens; no document text is read for it."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import numpy as np

from rag.budget import Reader
from rag.counting import BackgroundCounts
from rag.llm import LLM
from rag.plan import Ranking, Request
from rag.planning.planner import Planner
from rag.question import understand
from tests.catalogue import fill_catalogue, name, rankings

DOCUMENTS, TOKENS = 5_000, 2_000
WANTED_MS = 5.0
QUESTIONS = (
    "Where is the fuse of the pump?", "¿Cómo cambio el filtro?", "What is the difference between X1 and X2?",
    "¿Cuáles son los códigos de error?", "Summarise the manual", "What does error E-47 mean?",
)  # fmt: skip


def bench_planning(folder: Path, llm: LLM, runs: int = 300) -> float:
    """Milliseconds of `Planner.look`, the slowest twentieth left out (p95)."""
    library = fill_catalogue(folder / "catalogue", DOCUMENTS, TOKENS, llm.tokenizer)
    counts = BackgroundCounts(library, llm)
    planner = Planner(library, Reader(llm.window, llm.parameters, 512, llm.count, llm.count_prompt), counts.counts)
    everything = [name(i) for i in range(DOCUMENTS)]
    asked = [understand(text) for text in QUESTIONS]
    seconds: dict[str, list[float]] = {"the library": [], "20 chosen": [], "all 5,000 chosen": []}
    for at, found in enumerate(rankings(DOCUMENTS, runs)):
        scope = ([], everything[at : at + 20], everything)[at % 3]
        started = time.perf_counter()
        planner.look(Request(asked[at % len(asked)]), scope, Ranking(found, 0.3 + 0.7 * (at % 2)))
        seconds[list(seconds)[at % 3]].append(time.perf_counter() - started)
    counts.close()
    print(f"\nplanning, {DOCUMENTS:,} documents, {DOCUMENTS * TOKENS:,} tokens, {llm.name}")
    for scope_name, some in seconds.items():
        p95 = 1000 * float(np.percentile(some, 95))
        print(f"  {scope_name:>18}: p50 {1000 * statistics.median(some):.2f} ms, p95 {p95:.2f} ms")
    p95 = 1000 * float(np.percentile([s for some in seconds.values() for s in some], 95))
    print(f"  all: p95 {p95:.2f} ms (wanted: {WANTED_MS:.0f} at most)")
    return p95
