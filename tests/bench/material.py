"""Nothing → the files that are measured on: the shared corpus where it lies beside the project, else the samples."""

from __future__ import annotations

from pathlib import Path

from ingest.settings import ROOT
from rag.questions_file import Item, read_items

CORPUS = ROOT.parent / "shared" / "corpus"
MANUALS = ("es/install.es.pdf", "en/install.en.pdf", "es/eyes17.es.pdf", "en/eyes17.en.pdf")


def material() -> tuple[list[Path], Path]:
    """What is ingested, and the questions about it."""
    if CORPUS.is_dir():
        return [CORPUS / "manuals" / name for name in MANUALS], CORPUS / "questions" / "manual_qa.jsonl"
    return [ROOT / "data" / "samples"], ROOT / "tests" / "questions.jsonl"


def questions(files: str) -> list[Item]:
    """The questions of files whose names are parted by commas."""
    return [item for file in files.split(",") for item in read_items(Path(file))]
