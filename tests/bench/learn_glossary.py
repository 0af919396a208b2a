"""Make `ingest/learnt_pairs.txt`: `python -m tests.bench.learn_glossary FOLDER OUT.txt` (see `parallel_texts`).

Which word of one language stands for which of the other is learnt from texts that say the same, in both directions
(model 1 of Brown et al., 1993, "The Mathematics of Statistical Machine Translation"), stem by stem; a stem is written
as the word it mostly comes from. Two minutes.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ingest.lexical import STOPWORDS, fold, stems, words
from ingest.types import Language
from tests.bench.parallel_texts import pairs

ROUNDS = 6
LONGEST = 60
"""Words of a text that are looked at."""
LIKELY, BACK, SEEN = 0.1, 0.05, 2.0
"""A pair is kept that one direction gives this probability and the other that, and that is expected so often."""
BEST = 4
"""Of a word's pairs, those that are kept; both words must have the pair among theirs."""
LEARNT = "learnt from texts that are translated, by tests/bench/learn_glossary.py"

Lexicon = dict[tuple[int, int], tuple[float, float]]
"""(from, to) → how likely the second word stands for the first, and how often it is expected to."""


class Vocabulary:
    """The stems of one language by number, and the word that each mostly comes from."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.stems: list[str] = []
        self._numbers: dict[str, int] = {}
        self._written: defaultdict[int, Counter[str]] = defaultdict(Counter)

    def numbers(self, text: str) -> list[int]:
        """The words of a text that carry meaning, as numbers."""
        found = []
        for word in words(text)[:LONGEST]:
            if word in STOPWORDS[self.language] or len(word) < 2 or word.isdigit():
                continue
            stem = stems(word, self.language)
            number = self._numbers.setdefault(stem, len(self.stems))
            if number == len(self.stems):
                self.stems.append(stem)
            self._written[number][word] += 1
            found.append(number)
        return found

    def seen(self, word: str) -> int:
        """How often a word is written in this language's texts."""
        number = self._numbers.get(stems(word, self.language))
        return 0 if number is None else self._written[number][word]

    def word(self, number: int) -> str:
        """The word that a stem mostly comes from."""
        return self._written[number].most_common(1)[0][0]


def lexicon(sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]], nothing: int) -> Lexicon:
    """Model 1 by expectation maximisation; `nothing` is the number of the empty word that any target may stand for."""
    origins, reached, places, place = [], [], [], 0
    for source, target in zip(sources, targets, strict=True):
        from_ = np.array([*source, nothing])
        for word in target:
            origins.append(from_)
            reached.append(np.full(len(from_), word))
            places.append(np.full(len(from_), place))
            place += 1
    ends = int(max(map(np.max, reached))) + 1
    at = np.concatenate(places)
    both, which = np.unique(np.concatenate(origins) * ends + np.concatenate(reached), return_inverse=True)
    chance = expected = np.ones(len(both))
    for _ in range(ROUNDS):
        share = chance[which] / np.bincount(at, chance[which])[at]
        expected = np.bincount(which, share)
        chance = expected / np.bincount(both // ends, expected)[both // ends]
    return {
        (int(key // ends), int(key % ends)): (float(p), float(count))
        for key, p, count in zip(both, chance, expected, strict=True)
        if p >= BACK and count >= 1
    }


def learnt(texts: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Spanish words → the English ones that stand for them, the likeliest first."""
    spanish, english = Vocabulary("es"), Vocabulary("en")
    both = [(spanish.numbers(a), english.numbers(b)) for a, b in texts]
    both = [(a, b) for a, b in both if a and b]
    there = lexicon([a for a, _ in both], [b for _, b in both], len(spanish.stems))
    back = lexicon([b for _, b in both], [a for a, _ in both], len(english.stems))
    kept: dict[tuple[int, int], float] = {}
    for (a, b), (p, count) in there.items():
        q = back.get((b, a), (0.0, 0.0))[0] if a < len(spanish.stems) else 0.0
        if q and max(p, q) >= LIKELY and count >= SEEN and spanish.stems[a] != english.stems[b]:
            word, other = spanish.word(a), english.word(b)
            untranslated = 2 * english.seen(word) >= spanish.seen(word)
            if not untranslated and fold(word) != fold(other) and (word + other).isalpha():
                kept[a, b] = p * q
    best = _best(kept, 0) & _best(kept, 1)
    found: dict[str, list[str]] = {}
    for a, b in sorted(best, key=lambda pair: (spanish.word(pair[0]), -kept[pair])):
        found.setdefault(spanish.word(a), []).append(english.word(b))
    return found


def _best(kept: dict[tuple[int, int], float], side: int) -> set[tuple[int, int]]:
    """The BEST pairs of each word of one side."""
    groups: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for pair in sorted(kept, key=lambda pair: -kept[pair]):
        groups[pair[side]].append(pair)
    return {pair for some in groups.values() for pair in some[:BEST]}


def main() -> None:
    """Read, learn, write."""
    folder, out = map(Path, sys.argv[1:])
    texts = pairs(folder)
    found = learnt(texts)
    lines = [f"{spanish}={' '.join(english)}" for spanish, english in found.items()]
    out.write_text("\n".join([f"# Spanish = English, {LEARNT}", *lines, ""]), encoding="utf-8")
    print(f"{len(texts)} texts, {len(found)} Spanish words, {sum(map(len, found.values()))} pairs")


if __name__ == "__main__":
    main()
