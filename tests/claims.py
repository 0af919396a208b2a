"""Answers of which half are wrong, and what the check of written sentences says of each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.types import Language
from rag.events import Claim
from rag.support.verdict import Support
from rag.types import Passage

FILES = [
    Path(__file__).with_name(name)
    for name in (
        "claims.jsonl",
        "claims_fresh.jsonl",
        "claims_third.jsonl",
        "claims_fourth.jsonl",
        "claims_fifth.jsonl",
        "claims_seventh.jsonl",
        "claims_eighth.jsonl",
        "claims_ninth.jsonl",
    )
]


@dataclass(frozen=True, slots=True)
class Case:
    """An answer to a passage, right or wrong."""

    id: str
    split: str
    right: bool
    kind: str
    language: Language
    source_language: Language
    source: str
    answer: str

    @property
    def author(self) -> str:
        """The set it was written for: first, fresh, third, fourth, fifth, sixth, seventh, eighth, ninth or tenth."""
        return "first" if self.split in ("tune", "held") else self.split.partition("-")[0]

    @property
    def passage(self) -> Passage:
        """What the answer was given from."""
        text = self.source
        return Passage("d", "", "d.md", "manual", self.source_language, 1, "1", 0, len(text), text, "", 1.0)


def cases() -> Iterator[Case]:
    """Those that rules and weights were made on."""
    return _read(FILES)


def unseen() -> Iterator[Case]:
    """Those that nothing was made on; `seventh-held` is of the author of the seventh set, about other passages; `tenth`
    is by an author who knew nothing of the check nor of the other sets.

    To look into them ends that: move their file to FILES then.
    """
    names = ("claims_sixth.jsonl", "claims_seventh_held.jsonl", "claims_tenth_held.jsonl")
    return _read([Path(__file__).with_name(name) for name in names])


def _read(files: Sequence[Path]) -> Iterator[Case]:
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            yield Case(**json.loads(line))


def doubted(case: Case, support: Support) -> list[Claim]:
    """The sentences of the answer that the check finds without support."""
    return [claim for claim in support.claims(case.answer, case.language) if claim.supported is False]
