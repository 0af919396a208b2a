"""A number → the same as a language writes it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ingest.types import Language

_NAMES = ("page", "number", "label", "n", "m")
"""Numbers that name a thing and count nothing: page 1203 is written so."""


def figures(language: Language, value: float, digits: int = 0) -> str:
    """12 345,6 and 1234 in Spanish, 12,345.6 and 1,234 in any other."""
    english = f"{value:,.{digits}f}"
    if language != "es":
        return english
    # Spanish spelling leaves four figures together.
    return english.replace(",", "\u202f" if abs(value) >= 10_000 else "").replace(".", ",")


def amounts(language: Language, values: Mapping[str, object]) -> dict[str, object]:
    """The values of a phrase, whole numbers that count something as the language writes them."""
    return {
        at: figures(language, value) if isinstance(value, int) and at not in _NAMES else value
        for at, value in values.items()
    }
