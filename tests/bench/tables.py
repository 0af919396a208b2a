"""Everyday questions about two invented guides, most of them answered by one row of a table: is it quoted first?"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from ingest.opening import open_tools
from ingest.pipeline import ingest
from ingest.settings import read_settings
from rag.opening import open_assistant
from tests.bench.codes import answer

HERE = Path(__file__).parent
GUIDES = HERE / "invented"
QUESTIONS = HERE / "questions_tables.jsonl"


def bench_tables(folder: Path, beside: Sequence[Path]) -> None:
    """What is quoted first and what is refused: of the guides alone, and among other manuals, `beside`."""
    _bench(folder / "alone", "the guides alone", ())
    _bench(folder / "among", "the guides among other manuals", beside)


def _bench(folder: Path, name: str, others: Sequence[Path]) -> None:
    shutil.copytree(GUIDES, folder / "guides")
    settings = replace(read_settings(), library=folder / "library")
    tools = open_tools(settings, print)
    list(ingest([folder / "guides", *others], tools))
    tools.store.close()
    tools.library.close()
    assistant = open_assistant(settings, print)
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    there = [(row["holds"], answer(assistant, row["question"])) for row in rows if "holds" in row]
    gone = [answer(assistant, row["question"]) for row in rows if "holds" not in row]
    assistant.close()
    held = [[re.search(words, c.quote, re.I | re.S) for c in a.citations if not a.refused] for words, a in there]
    lengths = [len(a.citations[0].quote) for _, a in there if not a.refused]
    print(
        f"\ntables, {name}: of {len(there)} questions, quoted first {sum(bool(h and h[0]) for h in held)}, among three "
        f"{sum(any(h) for h in held)}, refused {sum(a.refused for _, a in there)}; median {median(lengths):.0f} "
        f"characters of a first quote; of {len(gone)} that nothing answers {sum(a.refused for a in gone)} are refused"
    )
