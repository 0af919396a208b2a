"""Words of support texts in Spanish and English that say the same, and the kinds of thing of which they name one."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from ingest.lexical import stems


@cache
def _table() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for n, line in enumerate(_lines("thesaurus.txt")):
        for word in line.split():
            _put(found, word, f"~{n}")
    for number, line in enumerate(_lines("rivals.txt")):
        name, _, things = line.rpartition(":")
        kind = name or str(number)
        for n, side in enumerate(things.split("|")):
            for word in side.split():
                _put(found, word, f"^{kind}.{n}")
    return {stem: frozenset(keys) for stem, keys in found.items()}


def _lines(name: str) -> list[str]:
    """Folded words of both languages: of the thesaurus those of one meaning, of the rivals those of one kind."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()


@cache
def _listed() -> frozenset[str]:
    return frozenset(re.findall(r"\w+", " ".join([*_lines("thesaurus.txt"), *_lines("rivals.txt")])))


def _put(found: dict[str, set[str]], word: str, key: str) -> None:
    """Under the word and its stems by either language's rules, unless such a stem is another word of the list."""
    for form in {word, stems(word, "es"), stems(word, "en")}:
        if form == word or form not in _listed():
            found.setdefault(form, set()).add(key)


def meanings(word: str, stem: str) -> frozenset[str]:
    """What a folded word or its stem may mean, `~` a meaning, `^` one thing of a kind; empty when it is not listed."""
    table = _table()
    return table.get(word, frozenset()) | table.get(stem, frozenset())
