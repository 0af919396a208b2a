"""A number that no passage holds, and what was read → whether it is a case that a bound there decides. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.support.facts import Number
from rag.support.sentence import Sentence
from rag.support.words import plain

_ONE = {
    "es": re.compile(r"\bun[ao]?(?: \w+){1,4} (?:de|a|con) (?:los |las |unos |unas )?$|"
                     r"^\W*(?:con|para|si|cuando|en|a)\b"),
    "en": re.compile(r"\ban?(?: [\w-]+){1,4} (?:of|at|with|to|from|in) (?:about )?$|"
                     r"^\W*an? \W?$|^\W*(?:with|for|if|when|at|in)\b"),
}  # fmt: skip
"""What brings in a case: `a video of 35 GB`, `if it is approved on day 15`; what precedes the number in its clause."""
_RULE = re.compile(
    r"\b(?:max\w*|min\w*|at (?:most|least)|como (?:mucho|minimo)|al menos|up to|hasta|more|mas|less|menos|fewer|over|"
    r"above|under|below|limit\w*|tope|within|every|cada|after|before|tras|antes|despues|only|solo|between|entre|"
    r"super\w*|exce\w*|partir)\b"
)
"""What gives a number as the rule itself."""
_VERDICT = re.compile(
    r"\b(?:no|not|ni|nor|acceptable|aceptable|fine|vale|valid\w*|enough|basta|sobra|allowed|permitid\w*|too|demasiado|"
    r"fits?|cabe|sirve|works?|still|todavia|aun|already|ya)\b|n't\b"
)
_ENDS = re.compile(r"[,;:.]\s")
_RANGE = re.compile(r"(\d+(?:[.,]\d+)?)\D{0,4} ?(?:to|a|al|y|and|-|–) ?(?:el |the |un )?(\d+(?:[.,]\d+)?)")
_BOUND = re.compile(
    r"\b(?:max\w*|min\w*|at (?:most|least)|como (?:mucho|minimo)|al menos|up to|hasta|more than|mas de|less than|"
    r"menos de|or (?:more|less|fewer|later|over)|o (?:mas|menos)|over|above|under|below|encima|debajo|limit\w*|tope|"
    r"exceed\w*|super[ae]\w*|exced\w*|larger|greater|higher|lower|partir|no later|by the|mayor\w*|menor\w*|within|"
    r"before|antes|threshold|umbral)\b"
)


def is_case(claim: Sentence, number: Number, sources: Sequence[Sentence]) -> bool:
    """Whether the number is brought in as one case, and a bound or a range of its kind in what was read decides it."""
    folded = plain(claim.text)
    start = max((m.end() for m in _ENDS.finditer(folded[: number.start])), default=0)
    before = folded[start : number.start]
    if not _ONE["es" if claim.language == "es" else "en"].search(before) or _RULE.search(before):
        return False
    held = [n for s in sources for n in s.numbers]
    others = [n for n in claim.numbers if n is not number and number.unit in ("", n.unit) and _is_in(n, held)]
    if not others and not (number.unit and _VERDICT.search(folded)):
        return False
    return any(_decides(source, number) for source in sources)


def _is_in(number: Number, held: Sequence[Number]) -> bool:
    return any(number.same(other) for other in held)


def _decides(source: Sentence, number: Number) -> bool:
    if not any(number.unit in ("", n.unit) for n in source.numbers):
        return False
    folded = plain(source.text)
    return bool(_BOUND.search(folded)) or any(
        float(m.group(1).replace(",", ".")) < max(number.values) < float(m.group(2).replace(",", "."))
        for m in _RANGE.finditer(folded)
    )
