"""What each way of reading keeps of the evidence, and what it takes: tokens, seconds."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np

from ingest.errors import TomoError
from rag.assistant import Assistant
from rag.evaluation.questions_file import read_items
from rag.evaluation.scores import bootstrap
from rag.plan import Wish
from rag.types import Mode, Plan
from tests.bench.evidence import holds

LARGEST_SHARE = 0.6
"""`auto` is to read at most this share of the tokens of the largest mode that fits."""


@dataclass(frozen=True, slots=True)
class Read:
    """What one question's plan held. `mode` is empty when it was refused, with its numbers."""

    page: bool
    evidence: bool
    tokens: int
    seconds: float
    predicted: float
    mode: Mode | None


def bench_modes(assistant: Assistant, questions: Path) -> None:
    """A table: each mode forced, and `auto`."""
    rows = {row["id"]: row for row in map(json.loads, questions.read_text(encoding="utf-8").splitlines()) if row}
    items = [item for item in read_items(questions) if item.places]
    print(f"\nmodes, {questions.name}: {len(items)} answerable questions, {assistant.model}")
    print(f"{'mode':>10}  {'refused':>7}  page              evidence          tokens  plan ms  predicted s   read as")
    table: dict[str, list[Read]] = {}
    for mode in ("passages", "sections", "document", "auto"):
        table[mode] = [_read(assistant, mode, rows[item.id], item.places) for item in items]
        print(_line(mode, table[mode]))
    _verdict(table)


def _read(assistant: Assistant, mode: Wish, row: dict[str, str], places: frozenset[tuple[str, int]]) -> Read:
    started = time.perf_counter()
    try:
        plan = assistant.plan(row["question"], mode=mode)
    except TomoError:
        return Read(False, False, 0, time.perf_counter() - started, 0.0, None)
    seconds = time.perf_counter() - started
    page = any((p.file, p.page) in places for p in plan.passages)
    evidence = keeps(plan, row["evidence"])
    return Read(page, evidence, plan.tokens.document, seconds, plan.estimate.first_token, plan.mode)


def keeps(plan: Plan, evidence: str) -> bool:
    """Whether a passage that is read holds the evidence."""
    return any(holds(passage.text, evidence) for passage in plan.passages)


def _line(mode: str, found: list[Read]) -> str:
    def share(true: Callable[[Read], bool]) -> str:
        values = np.array([[float(true(read))] for read in found])
        low, high = bootstrap(values)[0]
        return f"{values.mean():.3f} [{low:.2f}–{high:.2f}]"

    fit = [read for read in found if read.mode is not None]
    tokens = statistics.mean(read.tokens for read in fit) if fit else 0
    seconds = statistics.median(read.seconds for read in found) * 1000
    predicted = statistics.median(read.predicted for read in fit) if fit else 0
    modes = ", ".join(f"{name} {n}" for name in get_args(Mode) if (n := sum(r.mode == name for r in fit)))
    kept = f"{share(lambda r: r.page)}  {share(lambda r: r.evidence)}"
    return f"{mode:>10}  {len(found) - len(fit):>7}  {kept}  {tokens:6.0f}  {seconds:7.0f}  {predicted:11.1f}   {modes}"


def _verdict(table: dict[str, list[Read]]) -> None:
    kept = {mode: sum(r.evidence for r in found) for mode, found in table.items()}
    best = max(kept[mode] for mode in table if mode != "auto")
    sizes = [
        (auto.tokens, max(table[mode][at].tokens for mode in table if mode != "auto"))
        for at, auto in enumerate(table["auto"])
    ]
    share = sum(a for a, _ in sizes) / max(1, sum(b for _, b in sizes))
    print(f"  auto keeps the evidence of {kept['auto']}, the best single mode of {best}")
    print(f"  auto reads {share:.0%} of the tokens of the largest that fits (wanted: {LARGEST_SHARE:.0%} at most)")
