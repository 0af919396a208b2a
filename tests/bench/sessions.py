"""Fifty people ask at once: whose words crossed, who was answered and when, how soon a stop frees the model."""

from __future__ import annotations

import statistics
import threading
import time
from itertools import pairwise
from pathlib import Path

from ingest.opening import open_tools
from ingest.pipeline import ingest
from ingest.settings import Settings, read_settings
from rag.assistant import Assistant
from rag.opening import open_assistant
from rag.turns import Turns
from tests.sessions import Outcome, Session, cancel_running, converse, write_documents

SESSIONS = [Session(number) for number in range(50)]
WRITING = SESSIONS[:8]
"""A packaged model writes for seconds: fewer ask it to."""


def bench_sessions(folder: Path) -> None:
    """With the packaged models; every session has a document and a question whose canaries nobody else may see."""
    settings = Settings(library=folder / "sessions", models=read_settings().models)
    list(ingest([write_documents(folder / "stations", SESSIONS)], open_tools(settings, print)))
    assistant = open_assistant(settings, print)
    list(assistant.ask(SESSIONS[0].questions[0]))  # both models are in memory before the clock starts
    print(f"\nsessions, {assistant.model}")
    _show("quote", converse(assistant, folder / "quoting", SESSIONS, style="quote"))
    _show("write", converse(assistant, folder / "writing", WRITING, questions=1, style="write"))
    for style, moments in (("quote", (0.0, 0.1, 0.3, 0.6)), ("write", (0.05, 0.15, 0.3, 0.6))):
        _show_stops(assistant, style, moments)
    _show_waiting()
    assistant.close()


def _show(style: str, outcomes: list[Outcome]) -> None:
    heard = [one for outcome in outcomes for one in outcome.heard]
    places = [line for outcome in outcomes for line in outcome.places]
    falling = sum(all(a > b for a, b in pairwise(line)) and line[-1:] in ([], [0]) for line in places)
    asked, answered = sum(o.asked for o in outcomes), sum(o.answered for o in outcomes)
    crossed = sum(bool(o.crossed) for o in outcomes)
    first, last = [h.first for h in heard], [h.last for h in heard]
    print(f"  {style}: {len(outcomes)} sessions, {asked} questions, {answered} answered and kept, {crossed} crossed")
    most = max(map(max, filter(None, places)), default=0)
    print(f"    places: {sum(map(bool, places))} waited, behind up to {most}; "
          f"{falling} of {len(places)} lines only fall and end at 0")  # fmt: skip
    print(f"    seconds to the first sign: median {statistics.median(first):.2f}, worst {max(first):.2f}; "
          f"to the answer: median {statistics.median(last):.1f}, worst {max(last):.1f}")  # fmt: skip


def _show_stops(assistant: Assistant, style: str, moments: tuple[float, ...]) -> None:
    freed = [cancel_running(assistant, WRITING, moment, "write" if style == "write" else "quote") for moment in moments]
    took = ", ".join(f"{one.seconds:.2f}" if one.seconds > 0 else "over" for one in freed)
    print(f"  {style}: stopped {', '.join(f'{moment:g}' for moment in moments)} s after its plan; "
          f"seconds until the next had its turn: {took}")  # fmt: skip


def _show_waiting() -> None:
    """What the waiting itself costs: processor seconds a second of 50 threads in a line."""
    turns, over = Turns(), threading.Event()

    def wait() -> None:
        with turns.turn() as mine:
            mine.come(over)

    with turns.turn():
        threads = [threading.Thread(target=wait, daemon=True) for _ in SESSIONS]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        before, started = time.process_time(), time.perf_counter()
        time.sleep(3)
        share = (time.process_time() - before) / (time.perf_counter() - started)
        over.set()
        for thread in threads:
            thread.join()
    print(f"  waiting: {len(SESSIONS)} in the line take {100 * share:.1f} % of a core")
