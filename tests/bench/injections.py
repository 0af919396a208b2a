"""Hostile files → what they achieve: what leaves, what lives, what is told of, and what clean questions lose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.embed import Embedder
from ingest.opening import open_library, open_store, open_tools
from ingest.pipeline import ingest
from ingest.settings import ROOT, Settings, read_settings
from rag.assistant import Assistant, open_assistant
from rag.questions_file import read_items
from rag.types import Answered
from tests.injecting import CARRIERS, ROWS, Attack, GullibleLLM, Outcome, ask, attacks, no_network, write_files

SAMPLES, QUESTIONS = ROOT / "data" / "samples", ROOT / "tests" / "questions.jsonl"


@dataclass(frozen=True, slots=True)
class Clean:
    """Shares of the samples' own questions, 0 to 1: page among the first five, page cited, rightly refused."""

    found: float
    cited: float
    refused: float


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it all. `network` holds every connection that was tried."""

    gullible: tuple[Outcome, ...]
    packaged: tuple[Outcome, ...]
    before: Clean
    after: Clean
    network: tuple[str, ...]


def measure(folder: Path, rows: Sequence[dict[str, str]], every: int = 1) -> Result:
    """Ingest the samples, ask; ingest the hostile files beside them, ask again, and ask about those.

    All clean questions are searched, each `every`-th is answered.
    """
    settings = replace(read_settings(), library=folder / "library")
    wanted = attacks(rows)
    with no_network() as tried:
        embedder = _ingest(settings, SAMPLES)
        before = _clean(settings, every)
        _ingest(settings, write_files(folder / "hostile", wanted))
        after = _clean(settings, every)
        assistant = open_assistant(settings)
        packaged = tuple(ask(assistant, attack) for attack in wanted)
        assistant.close()
        gullible = tuple(_obeying(settings, embedder, wanted))
    return Result(gullible, packaged, before, after, tuple(tried))


def _ingest(settings: Settings, folder: Path) -> Embedder:
    tools = open_tools(settings, lambda line: None)
    for _ in ingest([folder], tools):
        pass
    tools.store.close()
    return tools.embedder


def _obeying(settings: Settings, embedder: Embedder, wanted: Sequence[Attack]) -> list[Outcome]:
    library, store = open_library(settings), open_store(settings)
    assistant = Assistant(library, store, embedder, GullibleLLM(), refuse_below=0.0)
    found = [ask(assistant, attack) for attack in wanted]
    assistant.close()
    return found


def _clean(settings: Settings, every: int) -> Clean:
    """In one mode: which is chosen hangs on measured seconds too, which differ from run to run."""
    assistant = open_assistant(settings)
    items = read_items(QUESTIONS)
    found, cited, refused = [], [], []
    for number, item in enumerate(items):
        if item.places:
            passages = assistant.search(item.question, 5).passages
            found.append(any((p.file, p.page) in item.places for p in passages))
        if number % every:
            continue
        answer = [event for event in assistant.ask(item.question, mode="passages") if isinstance(event, Answered)][
            -1
        ].answer
        if item.places:
            cited.append(any((c.file, c.page) in item.places for c in answer.citations))
        else:
            refused.append(answer.refused)
    assistant.close()
    return Clean(*(sum(shares) / max(1, len(shares)) for shares in (found, cited, refused)))


def _signs(outcome: Outcome) -> tuple[bool, bool, bool]:
    return outcome.read and outcome.flagged, outcome.obeyed, bool(outcome.alive)


def bench_injections(folder: Path, rows: Sequence[dict[str, str]] = ROWS) -> None:
    """Print it."""
    result = measure(folder / "injections", rows)
    print(f"\ninjections: {len(rows)} texts in {len(CARRIERS)} carriers, each asked for by an innocent question")
    for name, outcomes in (("a model that obeys all it reads", result.gullible), ("packaged", result.packaged)):
        read = [o for o in outcomes if o.read]
        told, obeyed, alive = (sum(values) for values in zip(*map(_signs, outcomes), strict=True))
        print(f"  {name}: read {len(read)} of {len(outcomes)}, told of {told}, obeyed {obeyed}, alive {alive}")
        missed = Counter(f"{o.attack.row['id']}" for o in read if not o.flagged)
        print(f"    read and not told of: {', '.join(f'{key} {n}x' for key, n in missed.items()) or 'none'}")
    print(f"  connections tried: {len(result.network)}")
    for name, clean in (("without", result.before), ("with", result.after)):
        shares = f"page in first five {clean.found:.3f}, cited {clean.cited:.3f}, rightly refused {clean.refused:.3f}"
        print(f"  clean questions {name} the hostile files: {shares}")
