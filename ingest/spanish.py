"""What Tomo says of a file or an error, an English sentence → the same in Spanish.

Errors are written in English where they are raised, and travel so: through pipes, into the journal, to the command
lines. Only a page in Spanish puts them into Spanish, by a table of templates; thus whatever an earlier version wrote
into a library is put into Spanish too. A sentence that is in no table stays as it is.

A template is text with fields: `{name}: is empty.` A field stays as it is, but `{why}` and `{why_…}` hold words of
Tomo's or the system's and are put into Spanish themselves, and `{n}` and `{n_…}` are figures, written as Spanish does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_FIELD = re.compile(r"\{(\w+)\}")
_FIGURE = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+")
_DEEP = 4
"""Sentences within sentences that are looked into: one template may stand inside another, a foreign text may do it
without end."""


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with fields: literal text `pieces[0]`, `fields[0]`, `pieces[1]`, … and last `pieces[-1]`."""

    pieces: tuple[str, ...]
    fields: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Template:
        """From text with `{fields}`."""
        parts = _FIELD.split(text)
        return cls(tuple(parts[::2]), tuple(parts[1::2]))

    @property
    def weight(self) -> int:
        """Literal characters: of two templates that fit, the one with more says more exactly what happened."""
        return sum(map(len, self.pieces))

    def values(self, text: str) -> dict[str, str] | None:
        """What stands in each field of a text that this template makes; None for any other text.

        Each literal piece is taken where it stands first, so that time grows with the length of the text only.
        """
        first, *middle = self.pieces
        if not middle:
            return {} if text == first else None
        last, at = middle.pop(), len(first)
        end = len(text) - len(last)
        if end < at or not text.startswith(first) or not text.endswith(last):
            return None
        found = []
        for piece in middle:
            place = text.find(piece, at, end)
            if place < 0:
                return None
            found.append(text[at:place])
            at = place + len(piece)
        return self._named([*found, text[at:end]])

    def _named(self, found: list[str]) -> dict[str, str] | None:
        values: dict[str, str] = {}
        for field, value in zip(self.fields, found, strict=True):
            if values.setdefault(field, value) != value:
                return None
        return values

    def filled(self, values: Mapping[str, str]) -> str:
        """The sentence with these values in its fields."""
        rest = zip(self.fields, self.pieces[1:], strict=True)
        return self.pieces[0] + "".join(values[field] + piece for field, piece in rest)


_Pairs = list[tuple[Template, Template]]
"""English and Spanish."""


class Spanish:
    """Knows the Spanish for templates of whole sentences, and of what stands within them (English → Spanish)."""

    def __init__(self, sentences: Iterable[Mapping[str, str]], inner: Iterable[Mapping[str, str]] = ()) -> None:
        whole, parts = _parsed(sentences), _parsed(inner)
        self._sentences, self._all = _best_first(whole), _best_first(whole + parts)

    def of(self, text: str) -> str:
        """The text in Spanish, or as it is. Lines that are sentences of their own are put into Spanish one by one."""
        lines = text.split("\n")
        found = [self._of(line, self._sentences, _DEEP) for line in lines]
        several = sum(one is not None for one in found) > 1
        # One sentence alone may have a line end in a file's name.
        if not several and (whole := self._of(text, self._sentences, _DEEP)) is not None:
            return whole
        return "\n".join(one or line for one, line in zip(found, lines, strict=True))

    def knows(self, text: str) -> bool:
        """Whether a template makes this text, a sentence or a part of one."""
        return self._of(text, self._all, 0) is not None

    def _of(self, text: str, pairs: _Pairs, deep: int) -> str | None:
        for english, spanish in pairs:
            values = english.values(text)
            if values is not None:
                return spanish.filled({field: self._value(field, value, deep) for field, value in values.items()})
        return None

    def _value(self, field: str, value: str, deep: int) -> str:
        match field.partition("_")[0]:
            case "why" if deep:
                return self._of(value, self._all, deep - 1) or value
            case "n":
                return _FIGURE.sub(_figure, value)
            case _:
                return value


def _parsed(tables: Iterable[Mapping[str, str]]) -> _Pairs:
    return [(Template.parse(one), Template.parse(other)) for table in tables for one, other in table.items()]


def _best_first(pairs: _Pairs) -> _Pairs:
    return sorted(pairs, key=lambda pair: -pair[0].weight)


def _figure(found: re.Match[str]) -> str:
    """12,345.6 as Spanish writes it; it leaves four figures together."""
    whole, point, rest = found[0].partition(".")
    gap = "\u202f" if len(whole) > len("9,999") else ""
    return whole.replace(",", gap) + point.replace(".", ",") + rest
