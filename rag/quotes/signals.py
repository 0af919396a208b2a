"""A question and stretches that may answer it → what speaks for each of them, as numbers, and what they weigh."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.lexical import fold, stems, terms
from ingest.lists import STEP
from ingest.types import Language
from rag.question import holds_name
from rag.search.asked import TRANSLATED
from rag.search.overlap import is_foreign
from rag.types import Passage, Question

Matrix = NDArray[np.float64]

# Fitted by tests/bench/fit_quotes.py on questions about four manuals and XQuAD's even articles. Held out by manual,
# .71 of the first quotes hold the evidence on 131 questions about manuals, and .90 of those shown do. Left out after a
# try: the passage's cosine, words in the section's name, words close together, identifiers, place in the passage. The
# set of signals was chosen on these questions too: one of them is .008.
WEIGHTS = {
    "passage": 0.30,    # ln of the passage's score, as a share of the best one's
    "similarity": 10.3, # cosine of the nearest sentence, less the best one's
    "words": 2.88,      # share of the question's words in the stretch, those in few passages count more
    "name": 0.14,       # a name where one is asked for: half above, half below zero
    "number": 0.41,     # a number likewise
    "steps": 0.75,      # two numbered steps or more, where it is asked how something is done
    "meaning": 3.67,    # cosine of the stretch by the sentence encoder
}  # fmt: skip
WITHOUT_MEANING = {
    "passage": 0.25, "similarity": 16.7, "words": 2.1, "name": 0.5, "number": 0.65, "steps": 0.9, "meaning": 0.0,
}  # fmt: skip
"""For where there is no sentence encoder; fitted likewise, before the embedder was taught (see `ingest.adapter`)."""

_LEAST = 1e-3
"""Of the best passage's score: below it all are the same."""
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Rest:
    """The steps of a procedure that follow what is quoted of it: how many, and the page of the last one.

    `on`: they were counted up to that page and may go on after it.
    """

    steps: int
    page: int
    label: str
    on: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of a passage, verbatim.

    `similarity`: the best cosine to the question of the sentences in it; `meaning`: its own, by the sentence encoder.
    `row` is where in the passage, from and to, the row of a table stands that was asked for; (0, 0) if none was. `rest`
    is what follows of a procedure that is too long to be quoted whole.
    `score` is comparable among the quotes for one question only.
    """

    passage: Passage
    start: int
    end: int
    similarity: float = 0.0
    score: float = 0.0
    meaning: float = 0.0
    row: tuple[int, int] = (0, 0)
    rest: Rest | None = None

    @property
    def text(self) -> str:
        """The words as they stand in the passage."""
        return self.passage.text[self.start : self.end]

    @property
    def row_text(self) -> str:
        """The row that was asked for, "" if none was or if it is all that is shown."""
        start, end = max(self.row[0], self.start), min(self.row[1], self.end)
        return "" if (start, end) == (self.start, self.end) else self.passage.text[start:end].strip()


class Words:
    """The words of a question, and how much each counts among these passages: a translation TRANSLATED of that."""

    def __init__(self, question: Question, passages: Sequence[Passage]) -> None:
        self._question = question
        found = terms(question.text, question.language)
        self._terms = [(set(term.stems) | {fold(term.word)}, set(term.said)) for term in found]
        bags = [(is_foreign(question, p), set(_stems(f"{p.section} {p.text}", p.language))) for p in passages]
        held = [sum(self._worth(term, *bag) > 0 for bag in bags) for term in range(len(self._terms))]
        self._counts = [math.log((len(bags) + 1) / (0.5 + count)) for count in held]
        self._all = sum(self._counts) or 1.0

    def share(self, text: str, passage: Passage) -> float:
        """The share of the question that a stretch of a passage holds, 0 to 1."""
        foreign, held = is_foreign(self._question, passage), set(_stems(text, passage.language))
        return sum(count * self._worth(at, foreign, held) for at, count in enumerate(self._counts)) / self._all

    def _worth(self, at: int, foreign: bool, held: set[str]) -> float:
        own, said = self._terms[at]
        return 1.0 if own & held else TRANSLATED if foreign and said & held else 0.0


def measure(question: Question, passages: Sequence[Passage], found: Sequence[Quote]) -> Matrix:
    """(len(found), len(WEIGHTS)), in the order of `found`, all out of `passages`."""
    rows = np.zeros((len(found), len(WEIGHTS)))
    if not found:
        return rows
    words = Words(question, passages)
    best = max(p.score for p in passages) or 1.0
    similarity = max(s.similarity for s in found)
    for at, one in enumerate(found):
        text = one.text
        rows[at] = (
            math.log(one.passage.score / best + _LEAST),
            one.similarity - similarity,
            words.share(text, one.passage),
            (holds_name(text) - 0.5) * question.wants_name,
            ((_DIGIT.search(text) is not None) - 0.5) * question.wants_number,
            float(question.kind == "procedure" and len(STEP.findall(text)) > 1),
            one.meaning,
        )
    return rows


def score(rows: Matrix) -> NDArray[np.float64]:
    """(n,): how much speaks for each row."""
    weights = WEIGHTS if rows[:, -1].any() else WITHOUT_MEANING
    weighed: NDArray[np.float64] = rows @ np.array(list(weights.values()))
    return weighed


def _stems(text: str, language: Language) -> list[str]:
    return stems(text, language).split()
