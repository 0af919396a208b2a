"""Parsed arguments → the library looked after: what it holds, whether it is whole, and mending it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from ingest.checks import Finding
from ingest.console import show
from ingest.doctor import examine
from ingest.errors import LibraryError
from ingest.filters import Filters
from ingest.identity import identity
from ingest.library import Library
from ingest.listing import Listed, listed, not_read
from ingest.lock import write_lock
from ingest.opening import embedder_folder, open_library, open_store, open_tools
from ingest.repair import repair
from ingest.settings import Settings
from ingest.tokens import local_folder
from ingest.visible import line


def show_documents(library: Library, filters: Filters, as_json: bool) -> None:
    """One line a document, and why its file could not be read anew where that is so."""
    for item in listed(library, filters):
        if as_json:
            _print_json(asdict(item.row) | {"tokens": item.tokens, "status": item.status, "reason": item.reason})
        else:
            show(_document_line(item))


def show_not_read(library: Library, as_json: bool) -> None:
    """One line a file of the journal that failed or was skipped."""
    for file in not_read(library):
        if as_json:
            _print_json({"file": file.path, "status": file.status, "reason": file.reason})
        else:
            show(f"{file.status:8} {line(file.path)}\n         {line(file.reason)}")


def doctor(arguments: argparse.Namespace, settings: Settings) -> int:
    """`doctor`: every check, and with `--fix` what can be mended. Exit code 2 while something is wrong."""
    if not (settings.library / "library.sqlite3").exists():
        raise LibraryError(f"{settings.library}: there is no library here. Name it with --library.")
    library, store = open_library(settings), open_store(settings)
    wanted = identity(local_folder(embedder_folder(settings, _say)))
    interrupted = (settings.library / "write.lock.json").exists()
    with write_lock(library.folder, "doctor"):
        findings = examine(library, store, wanted)
        if arguments.fix and any(not finding.ok and finding.fixable for finding in findings):
            for done in repair(library, store, open_tools(settings, _say).embedder, findings):
                _say(done)
            findings = examine(library, store, wanted)
        findings.append(_lock(interrupted))
    store.close()
    _show(findings, arguments.json)
    return 0 if all(finding.ok for finding in findings) else 2


def _lock(interrupted: bool) -> Finding:
    before = " The one before this was interrupted." if interrupted else ""
    return Finding("lock", True, int(interrupted), f"Nobody else is writing.{before}")


def _show(findings: Sequence[Finding], as_json: bool) -> None:
    for finding in findings:
        if as_json:
            _print_json(asdict(finding))
        else:
            mark = "ok " if finding.ok else "BAD"
            show(f"{mark} {finding.check:12} {finding.text}")
    wrong = [finding for finding in findings if not finding.ok]
    if wrong and not as_json and any(finding.fixable for finding in wrong):
        show("`python -m rag doctor --fix` mends what can be mended.")


def _document_line(item: Listed) -> str:
    row = item.row
    tokens = f"{item.tokens:7} tokens" if item.tokens is not None else " " * 14
    size = f"{row.pages:4} pages {row.chunks:5} chunks {tokens}"
    facts = f"{row.id}  {row.kind:6} {row.language:3} {size} {item.status:7}"
    named = f"{facts} {line(row.title)}  ({line(row.file)})"
    return f"{named}\n    {item.reason}" if item.reason else named


def _say(text: str) -> None:
    show(text, file=sys.stderr)


def _print_json(value: object) -> None:
    show(json.dumps(value, ensure_ascii=True))
