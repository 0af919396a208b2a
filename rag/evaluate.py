"""Question file and a search → how often the right page is found, by language pair and kind."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import SettingsError
from rag.types import Passage

Search = Callable[[str], Sequence[Passage]]
Place = tuple[str, int]
"""(file name, page number)."""


@dataclass(frozen=True, slots=True)
class Item:
    """A question with the places that answer it; none when nothing does. `also` are right pages of other files."""

    id: str
    question: str
    lang: str
    doc_lang: str
    type: str
    places: frozenset[Place]
    answerable: bool
    evidence: str = ""

    @property
    def pair(self) -> str:
        """Question's language → document's language."""
        return f"{self.lang}→{self.doc_lang}"


@dataclass(frozen=True, slots=True)
class Score:
    """Rates from 0 to 1 over `items` questions. MRR and nDCG are cut at rank 10."""

    group: str
    items: int
    recall_1: float
    recall_5: float
    recall_10: float
    mrr: float
    ndcg: float


def read_items(file: Path) -> list[Item]:
    """The questions of a file in the design's format; SettingsError that names the bad line."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read as a question file ({error}).") from error
    items = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            items.append(_item(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SettingsError(
                f"{file}, line {number}: is not a question (needs id, lang, doc, doc_lang, type, question, pages, "
                f"answerable): {error!r}."
            ) from error
    return items


def _item(row: dict[str, Any]) -> Item:
    document = str(row["doc"])
    places = {(document, int(page)) for page in row.get("pages") or ()}
    for also in row.get("also") or ():
        places |= {(str(also["doc"]), int(page)) for page in also["pages"]}
    text = {key: str(row.get(key) or "") for key in ("id", "lang", "doc_lang", "type", "evidence")}
    return Item(
        text["id"], str(row["question"]), text["lang"], text["doc_lang"], text["type"], frozenset(places),
        bool(row.get("answerable", True)), text["evidence"],
    )  # fmt: skip


def rank(item: Item, passages: Iterable[Passage]) -> int:
    """The rank (from 1) of the first page that answers among the distinct pages found; 0 when none does."""
    pages = list(dict.fromkeys((p.file, p.page) for p in passages))
    return next((i for i, place in enumerate(pages, 1) if place in item.places), 0)


def evaluate(items: Sequence[Item], search: Search) -> list[Score]:
    """Scores over all answerable questions, then by language pair, then by type. `search` gives best first."""
    ranked = [(item, rank(item, search(item.question))) for item in items if item.answerable]
    groups: dict[str, list[int]] = {"all": [r for _, r in ranked]}
    for item, r in ranked:
        groups.setdefault(item.pair, []).append(r)
    for item, r in ranked:
        groups.setdefault(item.type, []).append(r)
    return [score(name, ranks) for name, ranks in groups.items()]


def score(group: str, ranks: Sequence[int]) -> Score:
    """Rates out of ranks (0: not found)."""
    n = max(1, len(ranks))

    def within(limit: int) -> float:
        return sum(0 < r <= limit for r in ranks) / n

    mrr = sum(1 / r for r in ranks if 0 < r <= 10) / n
    ndcg = sum(1 / math.log2(r + 1) for r in ranks if 0 < r <= 10) / n
    return Score(group, len(ranks), within(1), within(5), within(10), mrr, ndcg)


HEADER = f"{'':14} {'n':>4} {'R@1':>6} {'R@5':>6} {'R@10':>6} {'MRR':>6} {'nDCG':>6}"


def line(s: Score) -> str:
    """A score as a row under HEADER."""
    rates = (s.recall_1, s.recall_5, s.recall_10, s.mrr, s.ndcg)
    return f"{s.group:14} {s.items:4} " + " ".join(f"{rate:6.3f}" for rate in rates)
