"""Paths → what an ingest would do, without doing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ingest import space
from ingest.database import CATALOGUE
from ingest.library import Library
from ingest.pii import MASKED
from ingest.records import FileRecord
from ingest.scan import Candidate, Recipe, gone, plainly, scan

Recipes = Callable[[bool], Recipe]
_TRIED = "was not read before and is tried again"
Planned = Literal["new", "changed", "moved", "unchanged", "skipped", "failed", "gone"]


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """What would become of one file. One that is `gone` is removed with `--prune` only."""

    file: str
    status: Planned
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """All files met, and the disk they need (bytes, an estimate) and find."""

    files: tuple[PlannedFile, ...]
    needs_bytes: int
    free_bytes: int

    @property
    def counts(self) -> Mapping[str, int]:
        """Files by status."""
        return dict(Counter(file.status for file in self.files))


def preview(paths: Sequence[Path], folder: Path, recipes: Recipes | None = None, again: bool = False) -> Preview:
    """Compare `paths` with the library in `folder`; one that is not there yet is not made.

    `recipes` makes the recipe of a run, told whether the library is one whose tickets are masked.
    """
    journal, masked = _known(folder)
    recipe = recipes(masked) if recipes else plainly
    met = list(scan(paths, journal, recipe, again))
    files = [PlannedFile(str(c.path), c.change, c.reason or _tried(c, journal)) for c in met]
    files += [PlannedFile(path, "gone") for path in gone(paths, journal, met)]
    return Preview(tuple(files), space.needed(met), space.free(folder))


def _tried(candidate: Candidate, journal: Mapping[str, FileRecord]) -> str:
    """Why a file that has not changed is read: it could not be before."""
    known = journal.get(candidate.record.path)
    again = candidate.change == "changed" and known is not None and known.digest == candidate.record.digest
    return _TRIED if again and known and known.status != "added" else ""


def _known(folder: Path) -> tuple[dict[str, FileRecord], bool]:
    """The journal, and whether tickets are masked."""
    if not (folder / CATALOGUE).exists():
        return {}, False
    library = Library(folder)
    try:
        return library.files(), library.meta(MASKED) == "1"
    finally:
        library.close()
