"""What an answer quotes, and its question → the one or two sentences of it that answer best, verbatim.

Of a procedure what each step begins with: two of five steps would be no answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ingest.embed import Embedder
from ingest.lists import STEP, lines_of
from ingest.sentences import sentences
from rag.quotes.signals import Quote, measure, score
from rag.showing import same_words
from rag.summaries.prose import is_prose, without_heading, worth
from rag.types import Passage, Question

MOST = 2
"""Sentences."""
LONGEST = 280
"""Characters of both together; a longer one stands alone."""
_LINE = 400
"""Characters from which what has no full stop is taken line by line."""
_NEAR = 0.7
"""What the second may have less than the best, in the units of the quotes' score."""
_LONG = 0.4
"""What a hundred characters take from a sentence."""
_RANK = 0.3
"""What each quote loses against the one before it."""
_STEP = 1.5
"""What speaks for a sentence that begins a step, where it is asked how something is done."""
_BEFORE = re.compile(rf"(?m:{STEP.pattern})\s*\Z", re.IGNORECASE)
_ELSEWHERE = 1.5
"""What a sentence loses that only says where to look, is an item of a list, or says that it may be left out."""
_REFERS = re.compile(
    r"[(\[]?(?:optional(?:ly)?|opcional(?:mente)?)\b|\(?(?:please )?(?:see|refer to|consult|for (?:more|further) \w+,? "
    r"see|v[eé]ase|ver|vea|consult[ae]|para m[aá]s \w+,? (?:v[eé]ase|consult[ae]))\b",
    re.IGNORECASE,
)
_STEPS = (2, 10)
"""Steps that are told one by one."""
_ENDS = re.compile(r"\w\W+\w+\W+\w+[^\w:]*[.!?:]\W*$")
"""Words and the end of a sentence: a heading has none."""
_NUMBER = re.compile(r"[\d.]+\s+")
_TELLS = re.compile(rf"\t| \| |(?m:{STEP.pattern})")
"""A row of a table or a step: no sentence of prose, and it may be what answers."""


def shortest(question: Question, quotes: Sequence[Passage], embedder: Embedder) -> list[Passage]:
    """The sentence of the quotes that answers best, as it stands, and one beside it that does nearly as well.

    For who asked how something is done, the first sentence of each step of the first quote that has steps.
    """
    if question.kind == "procedure" and (steps := next(filter(None, map(_steps, quotes)), [])):
        return steps
    ranked = [replace(quote, score=1.0 / n) for n, quote in enumerate(quotes, 1)]
    found = [Quote(quote, start, end) for quote in ranked for start, end in _sentences(quote.text, quote.section)]
    told = [one for one in found if not one.text.rstrip().endswith("?")] or found
    found = [one for one in told if is_prose(one.text) or _TELLS.search(one.text) or _ENDS.search(one.text)] or told
    if not found:
        return []
    near = embedder.embed_passages([f"{one.passage.section}\n{one.text}" for one in found])
    asked = embedder.embed_questions([question.text])[0]
    found = [replace(one, similarity=float(cosine)) for one, cosine in zip(found, near @ asked, strict=True)]
    values = score(measure(question, ranked, found)) + np.array([_said_for(one, question) for one in found])
    best = int(values.argmax())
    beside = [at for at in (best - 1, best + 1) if 0 <= at < len(found) and _go_together(found[at], found[best])]
    kept = [at for at in beside if values[at] >= values[best] - _NEAR]
    kept.sort(key=lambda at: -values[at])
    return [_stretch(found[at]) for at in sorted((best, *kept[: MOST - 1]))]


def _steps(quote: Passage) -> list[Passage]:
    """The first sentence of each step with its number, those with nothing between them together; none of one step."""
    at = [match.start() for match in STEP.finditer(quote.text)]
    if not _STEPS[0] <= len(at) <= _STEPS[1]:
        return []
    runs: list[tuple[int, int]] = []
    for start, after in zip(at, [*at[1:], len(quote.text)], strict=True):
        step = quote.text[start:after]
        said = next((end for begin, end in sentences(step) if begin or not _NUMBER.fullmatch(step[:end] + " ")), None)
        if said is None:
            return []
        if runs and not quote.text[runs[-1][1] : start].strip():
            runs[-1] = runs[-1][0], start + said
        else:
            runs.append((start, start + said))
    return [_stretch(Quote(quote, start, end)) for start, end in runs]


def _said_for(one: Quote, question: Question) -> float:
    """What speaks for a sentence beside the question's own words and meaning."""
    step = question.kind == "procedure" and _BEFORE.search(one.passage.text[: one.start]) is not None
    elsewhere = _REFERS.match(one.text) is not None
    own = min(0.0, worth(one.text, one.passage.section))  # what leans on its neighbours says little alone
    item = question.kind != "list" and one.text.startswith(("-", "•", "*"))
    rank = 1 / one.passage.score - 1
    return _STEP * step + own - _RANK * rank - _ELSEWHERE * item - _ELSEWHERE * elsewhere - _LONG * len(one.text) / 100


def _go_together(one: Quote, other: Quote) -> bool:
    short = len(one.text) + len(other.text) <= LONGEST
    return short and one.passage is other.passage and same_words(one.text) != same_words(other.text)


def _sentences(text: str, section: str) -> list[tuple[int, int]]:
    """Its sentences, those without an end by lines."""
    found: list[tuple[int, int]] = []
    title = _NUMBER.sub("", section.rpartition(" › ")[2], count=1)
    for start, end in sentences(text):
        start += without_heading(text[start:end], title)
        lines = lines_of(text[start:end]) if end - start > _LINE else [(0, end - start)]
        found += [(start + a, start + b) for a, b in lines if text[start + a : start + b].strip()]
    return found


def _stretch(quote: Quote) -> Passage:
    at = quote.passage.start
    return replace(quote.passage, start=at + quote.start, end=at + quote.end, text=quote.text.strip())
