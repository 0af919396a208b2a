"""Parsed arguments → an evaluation printed and its report written, or a question file made out of tickets."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from ingest.console import show
from ingest.errors import LibraryError, SettingsError
from ingest.opening import open_library, require_library
from ingest.settings import Settings
from rag.chats.counts import rated
from rag.chats.store import Chats
from rag.evaluation import from_feedback, from_tickets
from rag.evaluation.askable import Asking, listed, part
from rag.evaluation.log import Run, keep, run_of
from rag.evaluation.questions_file import Item, read_items
from rag.evaluation.report import Measured, report
from rag.evaluation.scores import Evaluation, Search
from rag.evaluation.scores import evaluate as measure
from rag.evaluation.text import lines, score_json, summary_json
from rag.kept import write_whole
from rag.question import understand
from rag.retrieve import Retriever
from rag.types import SearchResult

EVERY = 200
"""Questions between two signs of life."""


def evaluate(arguments: argparse.Namespace, settings: Settings) -> int:
    """`evaluate FILE`: the scores, and with `--html` a report; `--from-tickets`, `--from-feedback`: a question file.

    Exit code 2 when questions had to be left out.
    """
    from rag.opening import open_searcher

    if sum(file is not None for file in (arguments.file, arguments.from_tickets, arguments.from_feedback)) != 1:
        raise SettingsError(
            "Give either a question file, or --from-tickets FILE.jsonl or --from-feedback FILE.jsonl to make one."
        )
    if arguments.file is None:
        return _make_questions(arguments, settings)
    if arguments.k < 1:
        raise SettingsError("-k must be 1 or more.")
    if arguments.html is not None:
        _check_target(arguments.html, arguments.file)
    items = read_items(arguments.file)
    require_library(settings)
    return evaluate_with(arguments, items, open_searcher(settings, _say))


def evaluate_with(arguments: argparse.Namespace, items: Sequence[Item], retriever: Retriever) -> int:
    """`evaluate FILE` with its questions read and a library open."""
    library = retriever.library
    asking = part(items, library.documents())
    require_some(asking, str(arguments.file), library.folder, ", or name another library with --library")
    for warning in asking.warnings:
        _say(f"warning: {warning}")

    def search(text: str) -> SearchResult:
        return retriever.search(understand(text), arguments.k)

    evaluation = _measured(asking.items, search)
    if arguments.json:
        _print_json(evaluation, asking)
    else:
        show("\n".join(lines(evaluation)))
    _keep(run_of(evaluation, asking, arguments.file.name, library.totals()["documents"], time.time()), library.folder)
    if arguments.html is not None:
        day = datetime.now().date().isoformat()
        page = report(Measured(evaluation, asking, arguments.file.name, str(library.folder), day))
        _write(arguments.html, page)
        _say(f"The report is in {arguments.html}.")
    return 2 if asking.unasked else 0


def _keep(run: Run, library: Path) -> None:
    """Keep it for the page's charts; the figures are printed already, so a full disk costs a line and no more."""
    try:
        keep(library, run)
    except LibraryError as error:
        _say(f"warning: {error}")


def _measured(items: Sequence[Item], search: Search) -> Evaluation:
    """The evaluation. The first question is asked once before: loading the model is no search's time."""
    search(items[0].question)
    return measure(_counted(items), search)


def _counted(items: Sequence[Item]) -> Iterator[Item]:
    for number, item in enumerate(items):
        if number and number % EVERY == 0:
            _say(f"{number:,} of {len(items):,} questions asked")
        yield item


def require_some(asking: Asking, file: str, library: Path, other: str = "") -> None:
    """SettingsError when there is nothing to measure. `other`: what else can be done about documents not there."""
    missing = list(dict.fromkeys(one.missing for one in asking.unasked if one.missing))
    if missing and not any(item.answerable for item in asking.items):
        raise SettingsError(
            f"{file}: none of the documents it asks about is in the library {library}: {listed(missing)}. "
            f"Ingest them first{other}."
        )
    if not asking.items:
        if asking.unasked:
            raise SettingsError(f"{file}: holds no question that can be asked: {' '.join(asking.warnings)}")
        raise SettingsError(f"{file}: holds no question. Write one a line, as a JSON object.")


def _check_target(target: Path, questions: Path) -> None:
    """SettingsError, before minutes of work, for a report that could not be written or would overwrite its input."""
    if not target.parent.is_dir() or target.is_dir():
        raise SettingsError(f"{target}: a report cannot be written there. Name a file in a folder that is there.")
    if target.exists() and questions.exists() and target.samefile(questions):
        raise SettingsError(f"{target}: is the question file. Give the report another name.")


def _write(target: Path, html: str) -> None:
    """An earlier report stays where the disk is full. What is no file, as /dev/stdout, is written to as it comes."""
    page, target = html.encode("utf-8", "replace"), target.resolve()
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(page)
        else:
            write_whole(target, page)
    except OSError as error:
        raise SettingsError(
            f"{target}: cannot be written ({error.strerror}). Free some space, or choose another with --html."
        ) from error


def _make_questions(arguments: argparse.Namespace, settings: Settings) -> int:
    if arguments.html is not None:
        raise SettingsError(
            "--html goes with a question file: first make it with --from-tickets or --from-feedback, then evaluate it."
        )
    made: from_tickets.Made | from_feedback.Made
    require_library(settings)
    library, file = open_library(settings), arguments.from_tickets or arguments.from_feedback
    if arguments.from_tickets is not None:
        made = from_tickets.write_questions(library, file)
    else:
        made = from_feedback.write_questions(rated(Chats(library.folder), everyone=True), file)
    show(json.dumps(made.json, ensure_ascii=True) if arguments.json else "\n".join(made.lines(file)))
    return 0


def _print_json(evaluation: Evaluation, asking: Asking) -> None:
    for value in (*map(score_json, evaluation.scores), summary_json(evaluation, len(asking.unasked))):
        show(json.dumps(value, ensure_ascii=True))


def _say(line: str) -> None:
    show(line, file=sys.stderr)
