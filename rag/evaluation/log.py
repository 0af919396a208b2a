"""Evaluation ↔ a line of `evaluations.jsonl` in the library's folder: how the search did before, and how it does now.

A line holds figures and the question file's name, no question.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import LibraryError
from rag.chats.as_json import Unreadable, dump, load
from rag.evaluation.askable import Asking
from rag.evaluation.questions_file import Item
from rag.evaluation.scores import Evaluation, Grouping, Score

BINS = 10
"""Bars of a distribution of confidence, from 0 to 1."""
KEPT = 500
"""Runs that are read, the newest."""
_LINE = 1_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """An evaluation that was made at `at` (seconds since 1970) with the questions of `file`.

    `questions` is the same for the same questions, whatever their file is called: rates of others do not compare.
    `right` and `wrong` count confidences in BINS bins, of questions that have an answer and that have none.
    """

    at: float
    file: str
    questions: str
    answerable: int
    unanswerable: int
    left_out: int
    documents: int
    missed_5: int
    auc: float | None
    p50: float
    p95: float
    scores: tuple[Score, ...]
    right: tuple[int, ...] = ()
    wrong: tuple[int, ...] = ()

    @property
    def whole(self) -> Score | None:
        """The score over all questions."""
        return next((score for score in self.scores if score.by == "all"), None)

    def score(self, by: Grouping, group: str) -> Score | None:
        """The score of one group; None where it has none."""
        return next((score for score in self.scores if (score.by, score.group) == (by, group)), None)

    def groups(self, by: Grouping) -> tuple[Score, ...]:
        """The scores of one grouping, those over most questions first."""
        return tuple(sorted((score for score in self.scores if score.by == by), key=lambda score: -score.items))


def run_of(evaluation: Evaluation, asking: Asking, file: str, documents: int, at: float) -> Run:
    """What is kept of an evaluation over a library of so many documents."""
    right, wrong = (
        binned(outcome.confidence for outcome in evaluation.outcomes if outcome.item.answerable == kind)
        for kind in (True, False)
    )
    unanswerable = len(evaluation.outcomes) - evaluation.answerable
    return Run(
        at, file, fingerprint(asking.items), evaluation.answerable, unanswerable, len(asking.unasked), documents,
        len(evaluation.missed(5)), evaluation.auc, evaluation.p50, evaluation.p95, evaluation.scores, right, wrong,
    )  # fmt: skip


def fingerprint(items: Iterable[Item]) -> str:
    """The same for the same questions with the same right pages, in any order.

    Of which document in a file a page is, and which one is passed over, make a difference; a file that says neither
    has the fingerprint that it always had.
    """
    lines = sorted(map(repr, map(_asked, items)))
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()[:16]


def _asked(item: Item) -> tuple[object, ...]:
    places = {(p.file, p.page, p.document) if p.document else (p.file, p.page) for p in (*item.own, *item.also)}
    asked = (item.question, sorted(places), item.answerable)
    return (*asked, item.without) if item.without else asked


def binned(values: Iterable[float], bins: int = BINS) -> tuple[int, ...]:
    """How many of these values from 0 to 1 stand in each of the bins; 1 is in the last."""
    counts = [0] * bins
    for value in values:
        counts[max(0, min(bins - 1, int(value * bins)))] += 1
    return tuple(counts)


def keep(folder: Path, run: Run) -> None:
    """Add a run to those of the library; LibraryError with what to do when the disk refuses."""
    path = log_path(folder)
    try:
        # One write to the end of the file: another process's line is before or after it, never in it.
        with open(path, "ab", buffering=0, opener=_for_the_owner) as file:
            line = b"\n" * _is_cut(path) + f"{dump(run)}\n".encode()
            if file.write(line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError as error:
        raise LibraryError(
            f"{path}: this evaluation could not be kept ({error.strerror}). Free some space, or check the folder's "
            "permissions; its figures are as shown."
        ) from error


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _is_cut(path: Path) -> bool:
    """Whether the last line has no end: the disk was full or the power went. What is added to it would be lost too."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        return file.read() not in (b"", b"\n")


def runs(folder: Path) -> tuple[Run, ...]:
    """The library's newest KEPT evaluations, oldest first, without lines that are none; LibraryError."""
    path = log_path(folder)
    try:
        lines = path.read_bytes().splitlines()[-KEPT:]
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise LibraryError(f"{path}: cannot be read ({error.strerror}). Check its permissions.") from error
    return tuple(sorted((run for run in map(_read, lines) if run is not None), key=lambda run: run.at))


def comparable(every: Sequence[Run], run: Run) -> tuple[Run, ...]:
    """The runs over the same questions, in the same order."""
    return tuple(one for one in every if one.questions == run.questions)


def log_path(folder: Path) -> Path:
    """Where a library's evaluations are kept."""
    return folder / "evaluations.jsonl"


def _read(line: bytes) -> Run | None:
    try:
        return load(Run, line.decode("utf-8")) if len(line) < _LINE else None
    except (Unreadable, UnicodeDecodeError):
        return None
