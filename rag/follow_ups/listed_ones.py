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
_NEXT = re.compile(
    r"\W*(?:(?:and|y|e|ok|vale)\W+)?(?:(?:what|que) (?:about|of|hay de|tal)\W+)?"
    r"(?:(?:cual (?:es|era|fue)|which (?:is|was)|show me|ensename|muestrame|dame)\W+)?(?:(?:the|el|la) )?"
    r"(?:(?:one|ticket) (?:before|below)(?: (?:that|it|this))?(?: one)?|(?:next|previous)(?: (?:one|ticket))|"
    r"(?:ticket |incidencia )?(?:anterior|siguiente|de antes|previ[oa])(?: a (?:ese|esa|este|esta))?)\W*"
)
"""The one below the one that was meant last: lists begin with the latest."""


def lists(answer: str) -> bool:
    """Whether an answer lists tickets."""
    return _ITEM.search(answer) is not None


def place_in(text: str, before: str) -> int:
    """Where in the list the ticket stands whose number a question has; the first where it has none."""
    return next((at for at, key in enumerate(_keys(before)) if text.endswith(f"ticket {key}")), 0)


def _keys(answer: str) -> list[str]:
    return [named or first for named, first in _ITEM.findall(answer)]


def of_list(text: str, before: str, last: int = 0) -> str:
    """The question with the number of the ticket it means, where the answer before it listed tickets; else itself.

    `last` is the place of the one that was meant before.
    """
    keys = _keys(before)
    folded = plain(text)
    if not keys or len(text) > LONGEST or len(folded) != len(text):
        return text
    if _NEXT.fullmatch(folded):
        return f"ticket {keys[last + 1]}" if last + 1 < len(keys) else text
    for place, pattern in enumerate(_NAMED):
        found = pattern.search(folded)
        at = len(keys) - 1 if place == len(_NAMED) - 1 else place
        if found is not None and at < len(keys):
            article = "el " if found.group().startswith(("el ", "la ")) else ""
            return f"{text[: found.start()]}{article}ticket {keys[at]}{text[found.end() :]}"
    return text
