"""Model file → whether it may be loaded: what it was when it was made, and what a child process survived."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from ingest.errors import ModelError
from ingest.manifest import Manifest
from ingest.trial import llama_version, trial

Report = Callable[[str], None]
LARGE = 2 << 30
"""Bytes from which hashing takes long enough to be announced."""


def require_unchanged(manifest: Manifest, made: Sequence[Path], remake: Path) -> None:
    """ModelError when one of the files that Tomo made is not what it made; they are recorded where nothing was.

    `remake` is what a person has to delete so that they are made again.
    """
    unknown = [path for path in made if manifest.entry(path) is None]
    if unknown:
        manifest.record(unknown, "made")
    for path in made:
        if how := manifest.difference(path):
            raise ModelError(
                f"{path}: {how}: it is damaged, or was replaced. Run `python -m rag doctor --fix`, or delete {remake}: "
                "it is made again."
            )


def admit_yours(manifest: Manifest, parts: Sequence[Path], report: Report) -> None:
    """Record a person's own model file at first use; a later change is reported and recorded, never refused."""
    changed = [f"{path.name} {how}" for path in parts if (how := manifest.difference(path))]
    if changed:
        report(f"WARNING: {'; '.join(changed)}. If you replaced it yourself, all is well: it is recorded anew.")
    new = parts if changed else [path for path in parts if manifest.entry(path) is None]
    size = sum(path.stat().st_size for path in new)
    if size > LARGE:
        report(f"Reading {parts[0].name} ({size / 1e9:.1f} GB) once to record what it is …")
    if new:
        manifest.record(new, "yours")


def admit_tried(manifest: Manifest, parts: Sequence[Path], module: str) -> None:
    """ModelError unless a child process has survived the model: now, or before under the same llama.cpp."""
    entry, version = manifest.entry(parts[0]), llama_version()
    if entry is None or not version or entry.tried != version:
        trial(parts, module)
        manifest.mark_tried(parts[0], version)
