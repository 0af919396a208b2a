"""Nothing → the files that are measured on: the shared corpus where it lies beside the project, else the samples.

Seven sets of questions to fit on are about manuals of Debian's packages, bookworm's where nothing else is said.
- `questions_handbook`: debian-handbook 11.20220922 (pages as handbook.{es,en}.NAME.html), gnucash-docs 4.13-1
  (gnucash-help.en.pdf), claws-mail-doc 4.1.1-2 (claws-mail-manual.es.html).
- `questions_harden`: harden-doc 3.19+nmu1 and gimp-help-{es,en} 2.10.34-2 (as {es,en}-harden-NAME.html or
  {es,en}-NAME.html), nut-doc 2.8.0-7 (en-nut-user-manual.pdf), lilypond-doc-pdf-es 2.24.1-2 (es-lilypond-uso.pdf).
- `questions_machines`: linuxcnc-doc-en 2.9.4-2 of trixie (its PDF cut by chapter), kwave 22.12.3-1, konversation-data
  22.12.3-1 and kstars-data 3.6.2-2 (the pages of each handbook in one file).
- `questions_home_server`: freedombox-doc-{es,en} 23.6.2, debian-edu-doc-{es,en} 2.12.23 (bookworm's manual).
- `questions_circuits`: kicad-doc-{es,en} 6.0.11 (two of its parts printed to PDF by a browser), live-manual-html
  20151217.2, kmail 22.12.3-1 (its Spanish handbook in three files).
- `questions_servers`: mutt 2.2.12, phpmyadmin 5.2.1, borgbackup-doc 1.2.4, backuppc 4.4.0, avrdude-doc 7.1, privoxy
  3.0.34, postfix-doc 3.7.11, hplip-doc 3.22.10.
- `questions_spanish`: manpages-es 4.18.1-1 and dpkg 1.21.23 (80 pages as HTML by groff, eight of them in English too),
  texlive-lang-spanish 2022.20230122-1, okular 22.12.3, tellico-doc 3.4.6, orca 43.1, gthumb-data 3.12.2, konsole
  22.12.3, tuxpaint-data 0.9.28.

Two more are about PDFs that nothing was fitted on (each as en-NAME.pdf or es-NAME.pdf): `questions_pdfs`,
muttprint-manual 0.73-11, maint-guide-es 1.2.53, auto-multiple-choice-doc-pdf 1.6.0, gutenprint-doc 5.3.4, openocd
0.12.0, bacula-doc 9.6.7 (its `problems` and `console`); `questions_pdfs_second`, linuxcnc-doc-es 2.9.0 (the first
steps, most pages in English), ubuntu-packaging-guide-pdf-es 1.0.4, gpredict 2.3-72, r-doc-pdf 4.2.2 (its `R-admin`),
vym 2.6.11, gpsbabel-doc 1.8.0.
"""

from __future__ import annotations

from pathlib import Path

from ingest.settings import ROOT
from rag.evaluation.questions_file import Item, read_items

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
