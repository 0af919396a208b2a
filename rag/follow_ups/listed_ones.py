"""'The first one' after a list of tickets → the ticket that the list has there, by its number. By rule."""

from __future__ import annotations

import re

from rag.follow_ups.leaning import plain

LONGEST = 120
"""Characters of a question that means one of a list."""

_ITEM = re.compile(r"^- (?:.*\(ticket ([^()\s]+)\).*|(\S*\d\S*) · .*) \[\d+\]$", re.MULTILINE)
_PLACES = (
    ("primer[oa]?", "first", "1st", "1[ºª]"), ("segund[oa]", "second", "2nd", "2[ºª]"),
    ("tercer[oa]?", "third", "3rd", "3[ºª]"), ("cuart[oa]", "fourth", "4th", "4[ºª]"),
    ("quint[oa]", "fifth", "5th", "5[ºª]"), ("ultim[oa]", "last"),
)  # fmt: skip
_ONE = (
    r"(?: (?:one|ticket|case|incident|caso|incidencia|incidente|de ellos|de ellas|de la lista|of them|of the list|"
    r"on the list))*"
)
# What follows may not be another thing that is first: "the first step", "last month".
_ENDS = (
    r"(?=\W*$|[?.,!;:]| (?:se|fue|es|esta|estaba|ha|quedo|was|is|has|had|did|been|solved|closed|y|and|please|"
    r"por favor|como|cuando|how|when)\b)"
)
_NAMED = tuple(re.compile(rf"(?<!\w)(?:the |el |la )?(?:{'|'.join(names)})(?!\w){_ONE}{_ENDS}") for names in _PLACES)


def lists(answer: str) -> bool:
    """Whether an answer lists tickets."""
    return _ITEM.search(answer) is not None


def of_list(text: str, before: str) -> str:
    """The question with the number of the ticket it means, where the answer before it listed tickets; else itself."""
    keys = [named or first for named, first in _ITEM.findall(before)]
    folded = plain(text)
    if not keys or len(text) > LONGEST or len(folded) != len(text):
        return text
    for place, pattern in enumerate(_NAMED):
        found = pattern.search(folded)
        at = len(keys) - 1 if place == len(_NAMED) - 1 else place
        if found is not None and at < len(keys):
            article = "el " if found.group().startswith(("el ", "la ")) else ""
            return f"{text[: found.start()]}{article}ticket {keys[at]}{text[found.end() :]}"
    return text
