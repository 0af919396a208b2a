"""XQuAD's paragraphs as a library → how often the first quote, and one of those shown, holds the answer."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ingest.opening import open_tools
from ingest.pipeline import ingest
from ingest.settings import read_settings
from rag.assistant import Assistant
from rag.cite import folded
from rag.evaluation.questions_file import Item
from rag.events import Answer, Answered
from rag.opening import open_assistant
from tests.bench.material import CORPUS
from tests.bench.xquad import asked, write_paragraphs


def bench_quoting(folder: Path, every: int) -> None:
    """In Spanish and in English, every so many questions asked of all paragraphs; nothing without the corpus."""
    if not CORPUS.is_dir():
        print("\nquotes, XQuAD: not measured, the corpus is not beside the project")
        return
    for language in ("es", "en"):
        files = folder / language
        write_paragraphs(language, files)
        settings = replace(read_settings(), library=folder / f"library.{language}")
        tools = open_tools(settings, print)
        for _ in ingest([files], tools):
            pass
        tools.store.close()
        assistant = open_assistant(settings, print)
        show(language, assistant, asked(language, language)[::every])
        assistant.close()


def show(language: str, assistant: Assistant, items: Sequence[Item]) -> None:
    """Ask and count. A refusal shows no quote."""
    first = shown = refused = 0
    seconds = []
    for item in items:
        started = time.perf_counter()
        answer = next(e.answer for e in assistant.ask(item.question, mode="passages") if isinstance(e, Answered))
        seconds.append(time.perf_counter() - started)
        hits = [] if answer.refused else holding(answer, item.evidence)
        first, shown, refused = first + (hits[:1] == [True]), shown + any(hits), refused + answer.refused
    count = len(items)
    print(f"\nquotes, XQuAD {language}: {count} questions over all paragraphs")
    print(f"  first: {first / count:.2f}\n  three: {shown / count:.2f}\n  false refusal: {refused / count:.2f}")
    print(f"  seconds an answer: median {statistics.median(seconds):.2f}, worst {max(seconds):.2f}")


def holding(answer: Answer, words: str) -> list[bool]:
    """Of each quote, whether it holds these words."""
    wanted = folded(words).casefold()
    return [wanted in folded(quote.quote).casefold() for quote in answer.citations]
