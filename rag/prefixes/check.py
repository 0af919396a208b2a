"""Saved prompts → Findings for `doctor`: whether each is what was saved, and whether this machine can restore any."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingest import prefixes
from ingest.checks import Finding
from ingest.library import Library
from ingest.space import size
from rag.prefixes.key import checksum
from rag.prefixes.proof import proofs


def check_prefixes(library: Library, models: Path, fix: bool = False) -> Iterator[Finding]:
    """`fix` removes what is damaged or of a document that is gone: it is computed again when it is wanted."""
    folder = library.folder / prefixes.FOLDER
    if fix:
        prefixes.sweep(folder, library.text_digest)
    kept = prefixes.headers(folder) if folder.is_dir() else []
    bad = [header for header in kept if not _good(folder, header)]
    stale = [h for h in kept if any(library.text_digest(i) != of for i, of in h.documents.items())]
    for header in bad if fix else ():
        prefixes.remove(folder, header)
    wrong = len({h.key for h in [*bad, *stale] if h.file(folder).exists()})
    text = f"{len(kept)} read manuals and sections are kept ready, {size(prefixes.used_bytes(folder))}."
    if wrong:
        text = (
            f"{wrong} of {len(kept)} read manuals kept ready are damaged or of a text that has changed; none is used."
        )
    yield Finding("prefixes", not wrong, wrong or len(kept), text, fixable=True)
    failed = [proof for proof in proofs(models).values() if not proof.ok]
    for proof in failed:
        yield Finding("restore", True, 1, f"Prompts of {proof.model} are not kept: {proof.why}.")


def _good(folder: Path, header: prefixes.PrefixHeader) -> bool:
    try:
        path = header.state_file(folder)
        return path.stat().st_size == header.bytes and checksum(path) == header.sha256
    except OSError:
        return False
