"""Turns of a conversation → those that stand, each with what it was asked instead of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rag.chats.types import Turn


@dataclass(frozen=True, slots=True)
class Standing:
    """A turn that counts, and the earlier ones, oldest first, that it took the place of."""

    turn: Turn
    earlier: tuple[Turn, ...] = ()


def standing(turns: Iterable[Turn]) -> tuple[Standing, ...]:
    """Oldest first. A question asked again takes the place of that turn and of all after it, which rested on it.

    Every turn is in it once; one that names an unknown turn takes nobody's place.
    """
    kept: list[Standing] = []
    for turn in turns:
        place = _place(kept, turn.request.replaces)
        earlier = tuple(each for old in kept[place:] for each in (*old.earlier, old.turn))
        kept[place:] = [Standing(turn, earlier)]
    return tuple(kept)


def _place(kept: list[Standing], replaces: float) -> int:
    found = [at for at, old in enumerate(kept) if replaces and old.turn.asked == replaces]
    return found[0] if found else len(kept)
