"""Quotes, best first → the same, those of one list or procedure together and in the document's order. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from ingest.lists import STEP, step_number
from rag.quotes.signals import Quote

_ITEM = re.compile(rf"{STEP.pattern}|^[ \t]*(?:[-•*●▪◦–]|[a-z]\))(?=[ \t])", STEP.flags)


def steps_in_order(quotes: Sequence[Quote]) -> list[Quote]:
    """`quotes` are best first. Those that belong together take the place of the best of them.

    The best one of them stays first, unless it goes on with the numbers of another: then the steps before it come
    before it. What holds no item of a list stays where it is, but for those that are drawn together around it.
    """
    groups: list[list[Quote]] = []
    for one in quotes:
        own = [group for group in groups if any(_together(one, other) for other in group)]
        if own:
            own[0].extend([*itertools.chain(*own[1:]), one])
            groups = [group for group in groups if group not in own[1:]]
        else:
            groups.append([one])
    return [quote for group in groups for quote in _ordered(group)]


def _ordered(group: Sequence[Quote]) -> list[Quote]:
    """The steps that lead up to the best one, it and those that go on from it, then the others; each in order."""
    placed = sorted(group, key=_place)
    first = last = placed.index(group[0])
    while first > 0 and _goes_on(placed[first - 1], placed[first]):
        first -= 1
    while last + 1 < len(placed) and _goes_on(placed[last], placed[last + 1]):
        last += 1
    return [*placed[first : last + 1], *placed[:first], *placed[last + 1 :]]


def _together(one: Quote, other: Quote) -> bool:
    """Whether both hold items, stand in one section on the same page or on neighbouring ones, and no list begins anew
    between them."""
    a, b = sorted((one, other), key=_place)
    here, there = a.passage, b.passage
    if (here.document_id, here.section) != (there.document_id, there.section) or there.page - here.page > 1:
        return False
    if not (_ITEM.search(a.text) and _ITEM.search(b.text)):
        return False
    before, after = _numbers(a), _numbers(b)
    return before[-1] < after[0] if before and after else not (before or after)


def _goes_on(one: Quote, other: Quote) -> bool:
    """Whether the numbers of the second begin where those of the first end."""
    before, after = _numbers(one), _numbers(other)
    return bool(before and after) and after[0] == before[-1] + 1


def _numbers(quote: Quote) -> list[int]:
    return [step_number(found) for found in STEP.finditer(quote.text)]


def _place(quote: Quote) -> tuple[int, int]:
    return quote.passage.page, quote.passage.start + quote.start
