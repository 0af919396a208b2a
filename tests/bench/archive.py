"""A whole archive, measured: reruns, the time until words are found, memory, odd files, the plain stack beside it."""

from __future__ import annotations

import csv
import json
import random
import sqlite3
import sys
from collections import Counter
from pathlib import Path

from ingest.embed import HashEmbedder
from ingest.filing import embedded_text
from ingest.library import Library
from ingest.opening import open_embedder, open_library
from ingest.pipeline import Summary, Tools, ingest
from ingest.sandbox import Sandbox
from ingest.settings import Settings, read_settings
from ingest.split import Splitter
from ingest.vectors import ChromaStore
from tests.bench.material import CORPUS
from tests.bench.measure import run
from tests.bench.plain import plain_stack

WORDS = "router cable port firmware error restart light network setting password update printer paper driver".split()


def bench_archive(folder: Path) -> None:
    """All of it; what needs the shared corpus says so when it is not there."""
    _reruns(folder)
    if CORPUS.is_dir():
        _odd_files(folder)
        _words(folder)
        _whole(folder)
        _beside_the_plain_stack(folder)
    else:
        print("odd files, time until words are found, plain stack: not measured, the shared corpus is not there")
    _tickets(folder)


def _reruns(folder: Path) -> None:
    """10,000 small files, filled with hashed vectors (no model: what is measured is everything else)."""
    peaks = {}
    for count in (100, 10_000):
        files, library = folder / f"{count}", folder / f"{count}-library"
        files.mkdir()
        for i in range(count):
            text = f"# Part {i}\n\nText of part {i}, code E{i:05d}.\n\n## Use\n\nPress button {i % 17}.\n"
            (files / f"{i}.md").write_text(text, encoding="utf-8")
        first = run("-m", "tests.bench.archive", files, library)
        again = run("-m", "tests.bench.archive", files, library)
        (files / "7.md").write_text("# Part 7\n\nAnother text.\n", encoding="utf-8")
        one = run("-m", "tests.bench.archive", files, library)
        peaks[count] = again.peak_mb
        reruns = f"unchanged {again.seconds:.1f} s ({again.peak_mb} MiB), one changed {one.seconds:.1f} s"
        print(f"{count} files: first {first.seconds:.1f} s, {reruns}")
    print(f"unchanged rerun, 10,000 files against 100: {peaks[10_000] - peaks[100]} MiB more (wanted < 200)")


def _odd_files(folder: Path) -> None:
    """Every file of the test suites of other readers: what became of it."""
    done = run("-m", "ingest", CORPUS / "nasty", "--library", folder / "nasty-library", "--json", "--workers", "2")
    events = [json.loads(line) for line in done.output.splitlines()]
    files = [event for event in events if "file" in event]
    counts = Counter(event["status"] for event in files)
    silent = sum(not event["reason"] for event in files if event["status"] in ("failed", "skipped"))
    table = ", ".join(f"{number} {status}" for status, number in sorted(counts.items()))
    print(f"odd files: {len(files)} in {done.seconds:.0f} s, exit code {done.code}: {table}; {silent} without a reason")


def _words(folder: Path) -> None:
    """From the start of `python -m ingest` until another process finds a word of a 272-page manual."""
    manual, library = CORPUS / "manuals" / "es" / "debian-reference.es.pdf", folder / "words-library"
    found: list[float] = []

    def look(seconds: float) -> None:
        if not found and (library / "library.sqlite3").exists():
            with sqlite3.connect(f"file:{library / 'library.sqlite3'}?mode=ro", uri=True) as db:
                try:
                    if db.execute("SELECT 1 FROM words WHERE words MATCH 'paquete' LIMIT 1").fetchone():
                        found.append(seconds)
                except sqlite3.OperationalError:
                    pass  # the tables are not there yet

    whole = run("-m", "ingest", manual, "--library", library, watch=look)
    print(
        f"272-page PDF: found by its words after {found[0]:.1f} s (wanted <= 3), all done after {whole.seconds:.1f} s"
    )


def _whole(folder: Path) -> None:
    """The ingest of that manual against embedding its chunks alone, each in a process of its own."""
    library = folder / "words-library"
    alone = run("-m", "tests.bench.archive", "--embed", library)
    manual = CORPUS / "manuals" / "es" / "debian-reference.es.pdf"
    again = run("-m", "ingest", manual, "--library", folder / "whole-library")
    ratio = again.seconds / alone.seconds
    print(f"whole ingest {again.seconds:.1f} s, embedding alone {alone.seconds:.1f} s: {ratio:.2f} x (wanted <= 1.25)")


def _beside_the_plain_stack(folder: Path) -> None:
    """pypdf, 1000/100 characters, a 6-layer encoder, Chroma.add: in the same run, each in a process of its own."""
    manual = CORPUS / "manuals" / "es" / "install.es.pdf"
    ours = run("-m", "ingest", manual, "--library", folder / "ours-library", "--json")
    plain = run("-m", "tests.bench.archive", "--plain", manual, folder / "plain-library")
    pages = json.loads(ours.output.splitlines()[0])["pages"]
    encoder = plain.output.strip() or "failed"
    print(
        f"install.es.pdf, {pages} pages: Tomo {pages / ours.seconds:.2f} pages/s (12 layers), plain stack "
        f"{pages / plain.seconds:.2f} pages/s ({encoder}): ratio {plain.seconds / ours.seconds:.2f} (wanted >= 1)"
    )


def _tickets(folder: Path) -> None:
    """An export of 10,000 tickets with the real embedder."""
    export = folder / "tickets.csv"
    write_tickets(export, 10_000)
    done = run("-m", "ingest", export, "--library", folder / "ticket-library", "--json")
    summary = json.loads(done.output.splitlines()[-1])["summary"]
    print(
        f"10,000 tickets ({export.stat().st_size / 1e6:.0f} MB): {summary['chunks']} chunks in {done.seconds:.0f} s, "
        f"peak {done.peak_mb} MiB, with its children {done.tree_mb} MiB (wanted < 1024)"
    )


def write_tickets(path: Path, count: int) -> None:
    """A help-desk export with complaints, answers and resolutions, the same every time."""
    draw = random.Random(1)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow("Ticket ID,Subject,Description,Status,Resolution,Product,Created,Requester".split(","))
        for i in range(count):
            text = " ".join(draw.choices(WORDS, k=60))
            fix = " ".join(draw.choices(WORDS, k=15))
            day = f"2025-{i % 12 + 1:02d}-{i % 28 + 1:02d}"
            status = "Closed" if i % 3 else "Open"
            rows.writerow([f"T-{i}", f"Case {i}", text, status, fix, "Faro R3", day, f"user{i % 500}"])


def _hashed(files: Path, folder: Path) -> None:
    """In a child process: an ingest without a model."""
    splitter = Splitter(lambda text: len(text) // 4, 192)
    sandbox = Sandbox()
    tools = Tools(Library(folder), ChromaStore(folder / "chroma"), HashEmbedder(64), splitter, sandbox.read)
    assert [event for event in ingest([files], tools) if isinstance(event, Summary)]
    sandbox.close()


def _embed(folder: Path) -> None:
    """In a child process: all chunks of a library embedded, and nothing else."""
    library = open_library(Settings(library=folder))
    stored = [c.chunk for row in library.documents() for c in library.document_chunks(row.id)]
    texts = [embedded_text(chunk) for chunk in stored]
    embedder = open_embedder(read_settings(), lambda line: None)
    for start in range(0, len(texts), 128):
        embedder.embed_chunks(texts[start : start + 128])


def main() -> None:
    """What the child processes above do."""
    first, *rest = sys.argv[1:]
    if first == "--embed":
        _embed(Path(rest[0]))
    elif first == "--plain":
        print(plain_stack(Path(rest[0]), Path(rest[1])))
    else:
        _hashed(Path(first), Path(rest[0]))


if __name__ == "__main__":
    main()
