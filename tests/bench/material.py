"""Nothing → the files that are measured on: the shared corpus where it lies beside the project, else the samples.

Two sets of questions to fit on are about manuals of Debian's packages. `questions_handbook`: debian-handbook
11.20220922 (pages as handbook.{es,en}.NAME.html), gnucash-docs 4.13-1 (gnucash-help.en.pdf), claws-mail-doc 4.1.1-2
(claws-mail-manual.es.html). `questions_harden`: harden-doc 3.19+nmu1 and gimp-help-{es,en} 2.10.34-2 (as
{es,en}-harden-NAME.html or {es,en}-NAME.html), nut-doc 2.8.0-7 (en-nut-user-manual.pdf), lilypond-doc-pdf-es 2.24.1-2
(es-lilypond-uso.pdf).
"""

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
