"""`make bench`: speed and quality with the packaged models, each figure with what it was measured on.

`python -m tests.bench PART…` measures some; an unknown one gives the list. With `--quick`, retrieval asks every fifth
question of XQuAD, quoting every 25th and not every fifth, injections tries every fifth text and prefix compares 10
prompts. With `--million`, scale goes on to a million chunks, which takes about an hour and 10 GB of disk. Token counts
and saved prompts are also checked with the GGUF files that BENCH_MODELS names, parted by colons.

Uses the shared corpus when it lies beside the project, and the samples otherwise. Ratios are of one run.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from ingest.opening import open_tools
from ingest.pipeline import Summary, ingest
from ingest.settings import read_settings
from rag.assistant import Assistant
from rag.evaluation.questions_file import read_items
from rag.evaluation.scores import evaluate
from rag.evaluation.text import lines
from rag.events import Answer, Answered
from rag.opening import open_assistant
from tests.bench.archive import bench_archive
from tests.bench.claims import bench_claims
from tests.bench.codes import bench_codes
from tests.bench.engine import bench_engine
from tests.bench.evidence import holds
from tests.bench.faults import bench_faults
from tests.bench.injections import bench_injections
from tests.bench.limits import bench_limits
from tests.bench.material import material
from tests.bench.memory import bench_models
from tests.bench.modes import bench_modes
from tests.bench.names import bench_names
from tests.bench.needle import bench_needle
from tests.bench.planning import bench_planning
from tests.bench.prefix import bench_prefix
from tests.bench.quoting import bench_quoting
from tests.bench.rates import bench_rates
from tests.bench.retrieval import bench_retrieval
from tests.bench.scale import MILLION, SIZES, bench_scale
from tests.bench.sessions import bench_sessions
from tests.bench.tables import bench_tables
from tests.bench.tokens import bench_tokens
from tests.bench.xquad import EVERY
from tests.injecting import ROWS


def bench_ingest(paths: list[Path], library: Path) -> None:
    """Pages and chunks a second, and an unchanged rerun."""
    settings = replace(read_settings(), library=library)
    tools = open_tools(settings, print)
    tools.embedder.count_tokens(["load it before the clock starts"])
    for name in ("ingest", "ingest again, nothing changed"):
        summary = [e for e in ingest(paths, tools) if isinstance(e, Summary)][-1]
        fresh = summary.chunks if summary.added else 0
        rate = fresh / summary.seconds
        print(f"{name}: {summary.documents} documents, {fresh} new chunks in {summary.seconds:.1f} s ({rate:.1f}/s)")
    tools.store.close()


def bench_search(assistant: Assistant, questions: Path) -> None:
    """Recall by page, and the latency of a warm search."""
    evaluation = evaluate(read_items(questions), lambda text: assistant.search(text, 60))
    print(f"\nsearch, {questions.name}")
    print("\n".join(lines(evaluation)))


def bench_answers(assistant: Assistant, questions: Path) -> None:
    """Evidence in the quotes, right pages, verified quotes, refusals, seconds."""
    rows = [json.loads(text) for text in questions.read_text(encoding="utf-8").splitlines() if text.strip()]
    items = {item.id: item for item in read_items(questions)}
    counts = dict.fromkeys(("first", "three", "page", "right refusal", "false refusal", "quotes", "verified"), 0)
    seconds = []
    for row in rows:
        started = time.perf_counter()
        answer = next(e.answer for e in assistant.ask(row["question"], mode="passages") if isinstance(e, Answered))
        seconds.append(time.perf_counter() - started)
        counts["quotes"] += len(answer.citations)
        counts["verified"] += sum(c.verified for c in answer.citations)
        if not row["answerable"]:
            counts["right refusal"] += answer.refused
            continue
        hits = [holds(quote.quote, row["evidence"]) for quote in answer.citations]
        counts["first"] += hits[:1] == [True]
        counts["three"] += any(hits)
        counts["page"] += right_page(answer, items[row["id"]].places)
        counts["false refusal"] += answer.refused
    answerable = sum(row["answerable"] for row in rows)
    print(f"\nanswers, {questions.name}: {answerable} answerable, {len(rows) - answerable} not")
    for name in ("first", "three", "page", "false refusal"):
        print(f"  {name}: {counts[name] / answerable:.2f}")
    print(f"  right refusal: {counts['right refusal'] / max(1, len(rows) - answerable):.2f}")
    print(f"  quotes verified: {counts['verified']} of {counts['quotes']}")
    print(f"  seconds an answer: median {statistics.median(seconds):.2f}, worst {max(seconds):.2f}")


def right_page(answer: Answer, places: frozenset[tuple[str, int]]) -> bool:
    """Whether a page that answers is among the citations."""
    return any((c.file, c.page) in places for c in answer.citations)


PARTS = (
    "answers", "retrieval", "archive", "faults", "scale", "models", "tokens", "rates", "modes", "needle", "codes",
    "tables", "names", "prefix", "engine", "claims", "injections", "quoting", "sessions", "page",
)  # fmt: skip
OPTIONS = ("--quick", "--million")
SHORTENED = frozenset(("retrieval", "prefix", "injections", "quoting"))
"""Parts that ask less with `--quick`."""


def main() -> None:
    """The parts named, or all."""
    wanted = [part for part in sys.argv[1:] if part not in OPTIONS] or PARTS
    if unknown := set(wanted) - set(PARTS):
        sys.exit(f"{', '.join(sorted(unknown))}: no such part. There are: {', '.join(PARTS)}.")
    if "--quick" in sys.argv and (whole := [part for part in wanted if part not in SHORTENED]):
        print(f"--quick shortens {', '.join(sorted(SHORTENED))}; run whole: {', '.join(whole)}")
    with tempfile.TemporaryDirectory() as folder:
        if "answers" in wanted:
            bench_all_answers(Path(folder))
        if "retrieval" in wanted:
            bench_retrieval(Path(folder) / "retrieval", EVERY if "--quick" in sys.argv else 1)
        if "archive" in wanted:
            bench_archive(Path(folder))
        if "faults" in wanted:
            bench_faults(Path(folder))
        if "scale" in wanted:
            bench_scale(Path(folder), (*SIZES, MILLION) if "--million" in sys.argv else SIZES)
        if "models" in wanted:
            bench_models(Path(folder))
        if "tokens" in wanted:
            bench_tokens()
        if "rates" in wanted:
            bench_rates()
        if "modes" in wanted:
            bench_reading(Path(folder))
        if "needle" in wanted:
            bench_needle(Path(folder))
        if "codes" in wanted:
            bench_codes(Path(folder) / "codes")
        if "tables" in wanted:
            bench_tables(Path(folder) / "tables", material()[0])
        if "names" in wanted:
            bench_names(Path(folder) / "names")
        if "prefix" in wanted:
            bench_prefix("--quick" in sys.argv)
        if "engine" in wanted:
            bench_engine()
        if "claims" in wanted:
            bench_claims()
        if "injections" in wanted:
            bench_injections(Path(folder), ROWS[:: 5 if "--quick" in sys.argv else 1])
        if "quoting" in wanted:
            bench_quoting(Path(folder) / "quoting", EVERY**2 if "--quick" in sys.argv else EVERY)
        if "sessions" in wanted:
            bench_sessions(Path(folder))
        if "page" in wanted:
            from tests.bench.page import bench_page  # playwright is there where the browser tests run, not everywhere

            bench_page(Path(folder))


def bench_all_answers(folder: Path) -> None:
    """Ingest, search, answer."""
    paths, questions = material()
    library = folder / "library"
    bench_ingest(paths, library)
    started = time.perf_counter()
    assistant = open_assistant(replace(read_settings(), library=library), print)
    print(f"open: {time.perf_counter() - started:.1f} s, {assistant.model}")
    bench_search(assistant, questions)
    bench_answers(assistant, questions)
    assistant.close()
    bench_limits(library, questions)


def bench_reading(folder: Path) -> None:
    """How fast it is decided how to read, and what each way of reading keeps."""
    paths, questions = material()
    settings = replace(read_settings(), library=folder / "reading")
    bench_ingest(paths, settings.library)
    assistant = open_assistant(settings, print)
    bench_planning(folder, assistant.llm)
    bench_modes(assistant, questions)
    assistant.close()


if __name__ == "__main__":
    main()
