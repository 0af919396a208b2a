"""Words that the library does not know → the words of the library that were probably meant.

Every lookup is bounded, whatever the library's size: edits in the first letters are spelt out and looked up one by one,
edits after them are found among the words that begin alike. SQLite's list of terms counts rows as it goes; only such
short stretches of it are read.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ingest.lexical import STOPWORDS, fold, stems, words
from ingest.types import Language

SHORTEST, LONGEST = 4, 32
"""Letters of a word that is respelt."""
TWO_EDITS = 8
"""Letters from which on two edits are forgiven."""
MOST_UNKNOWN = 4
"""Unknown words that are looked at, from the first: each takes milliseconds, and a pasted log has hundreds."""
MOST_TERMS = 3_000
"""Terms that are read of those that begin alike, in alphabetical order: about 3 ms."""

_MOST_ROWS = 10_000
"""Rows up to which a word's are counted; words in more are equally frequent."""
_SLIP_COUNTS = 16
"""A common slip outweighs another edit to a word in up to so many times the rows."""
_INTACT = 5
"""The most first letters in which edits are spelt out."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SLIPS = tuple("bv cs cz sz gj iy ck kq cq mn sx".split())
_ALIKE = frozenset(pair for slip in _SLIPS for pair in (slip, slip[::-1]))
_PAIRS = (("ll", "y"), ("qu", "k"), ("ph", "f"))
_EDIT, _SLIP = 10, 9
_FAR = 100


@dataclass(frozen=True, slots=True)
class _Candidate:
    term: str
    cost: int
    rows: int

    @property
    def edits(self) -> int:
        return -(-self.cost // _EDIT)

    @property
    def rank(self) -> tuple[int, int, str]:
        """Lower is likelier: fewer edits, then more rows, where those of common slips weigh more."""
        slips = self.edits * _EDIT - self.cost
        return self.edits, -self.rows * _SLIP_COUNTS**slips, self.term


def respelt(db: sqlite3.Connection, words: Sequence[str], language: Language = "und") -> dict[str, str]:
    """For words in no row of the word index, nor their stems in that language: the likeliest word that is in some.

    That is the most frequent one within one edit (two from TWO_EDITS letters on): a letter left out, put in, replaced
    or exchanged with the next. Written as the library writes it, in lower case. Short words, what holds digits or
    signs, and names in capitals amid others stay; so do words with nothing near. Of two edits, the first letters may
    hold common slips only. `db` gets a temporary table.
    """
    shouted = all(word.isupper() for word in words)
    unknown = [word for word in dict.fromkeys(words) if _is_plain(word, shouted) and not _is_known(db, word, language)]
    found = {}
    for word in unknown[:MOST_UNKNOWN]:
        if likeliest := min(_candidates(db, fold(word)), key=lambda candidate: candidate.rank, default=None):
            found[word] = _as_written(db, likeliest.term)
    return found


def variants(word: str, upto: int) -> set[str]:
    """What is one edit away from a word when its letters before the edit's place, which is before `upto`, are right."""
    found = set()
    for at in range(min(upto, len(word) + 1)):
        start, rest = word[:at], word[at:]
        found |= {start + letter + rest for letter in _LETTERS}
        if rest:
            found |= {start + rest[1:], *(start + letter + rest[1:] for letter in _LETTERS)}
        if len(rest) > 1:
            found.add(start + rest[1] + rest[0] + rest[2:])
        found |= set(_exchanged(start, rest))
    return found - {word}


def cost(word: str, other: str, most: int = 2) -> int:
    """Edits from one word to another, 10 each and 9 for a common slip; above `10 * most` any number that is.

    Optimal string alignment, with the pairs of letters that sound alike as one edit.
    """
    if abs(len(word) - len(other)) > most:
        return _FAR
    drop, put = [_lone(word, at) for at in range(len(word))], [_lone(other, at) for at in range(len(other))]
    rows = [list(accumulate(put, initial=0))]
    for i, letter in enumerate(word, 1):
        last, row = rows[-1], [_FAR] * (len(other) + 1)
        row[0] = last[0] + drop[i - 1]
        for j in range(max(1, i - most), min(len(other), i + most) + 1):
            meant = other[j - 1]
            if letter == meant:
                row[j] = last[j - 1]
                continue
            replaced = last[j - 1] + (_SLIP if letter + meant in _ALIKE else _EDIT)
            row[j] = min(replaced, last[j] + drop[i - 1], row[j - 1] + put[j - 1], _paired(rows, word, i, other, j))
        if min(row) > _EDIT * most and min(last) > _EDIT * most:
            return _FAR
        rows.append(row)
    return rows[-1][-1]


def _lone(word: str, at: int) -> int:
    """What a letter costs that only one of two words has: h, and one of a double letter, are common slips."""
    doubled = word[at] in (word[at - 1 : at], word[at + 1 : at + 2])
    return _SLIP if doubled or word[at] == "h" else _EDIT


def _paired(rows: Sequence[Sequence[int]], word: str, i: int, other: str, j: int) -> int:
    """The cost of edits that end here and take two letters of one word or of both."""
    two, meant = word[max(0, i - 2) : i], other[max(0, j - 2) : j]
    found = _FAR
    if i > 1 and two == meant[::-1]:
        found = rows[i - 2][j - 2] + _SLIP
    if (two, other[j - 1]) in _PAIRS:
        found = min(found, rows[i - 2][j - 1] + _SLIP)
    if (meant, word[i - 1]) in _PAIRS:
        found = min(found, rows[i - 1][j - 2] + _SLIP)
    return found


def slips(word: str, upto: int) -> set[str]:
    """What is one common slip away from a word, in its first `upto` letters; transpositions aside."""
    found = {f"h{word}"}
    for at, letter in enumerate(word[:upto]):
        start, rest = word[:at], word[at + 1 :]
        alike = {(set(pair) - {letter}).pop() for pair in _SLIPS if letter in pair}
        found |= {start + other + rest for other in alike}
        found |= set(_exchanged(start, word[at:]))
        if _lone(word, at) == _SLIP:
            found.add(start + rest)
    return found - {word}


def _exchanged(start: str, rest: str) -> Iterator[str]:
    """With letters at the beginning of `rest` replaced by what sounds alike."""
    for pair, single in _PAIRS:
        if rest.startswith(pair):
            yield start + single + rest[2:]
        if rest.startswith(single):
            yield start + pair + rest[1:]


def _is_plain(word: str, shouted: bool) -> bool:
    length = len(fold(word))
    is_name = any(letter.isupper() for letter in word[1:]) and not shouted
    return word.isalpha() and SHORTEST <= length <= LONGEST and not is_name


def _is_known(db: sqlite3.Connection, word: str, language: Language) -> bool:
    if any(word.casefold() in some for some in STOPWORDS.values()):
        return True
    known = [stems(word, "es"), stems(word, "en")] if language == "und" else [stems(word, language)]
    stemmed = " OR ".join(f'"{stem}"' for stem in known)
    query = "SELECT 1 FROM words WHERE words MATCH ? LIMIT 1"
    return db.execute(query, (f'"{word}" OR stem : ({stemmed})',)).fetchone() is not None


def _candidates(db: sqlite3.Connection, word: str) -> Iterator[_Candidate]:
    if len(word) < TWO_EDITS:
        yield from _looked_up(db, word, variants(word, len(word) + 1))
        return
    intact = min(len(word) // 2, _INTACT)
    found = [*_looked_up(db, word, variants(word, intact)), *_beginning(db, word, word[:intact])]
    if not any(candidate.edits == 1 for candidate in found):
        near = slips(word, intact)
        found += _looked_up(db, word, {spelt for slip in near for spelt in slips(slip, intact)} - {word})
        for start in sorted({slip[:intact] for slip in (*near, word[1:])} - {word[:intact]}):
            found += _beginning(db, word, start)
    yield from found


def _looked_up(db: sqlite3.Connection, word: str, spelt: Iterable[str]) -> Iterator[_Candidate]:
    """Those of these words that are in the library."""
    query = """SELECT value, (SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH 'exact : ' || value LIMIT ?))
        AS held FROM json_each(?) WHERE held"""
    for term, held in db.execute(query, (_MOST_ROWS, json.dumps(sorted(spelt)))):
        yield _Candidate(term, cost(word, term), held)


def _beginning(db: sqlite3.Connection, word: str, start: str) -> Iterator[_Candidate]:
    """Words of the library that begin like this and are at most two edits away."""
    db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, words, col)")
    some = "SELECT term, col, doc FROM temp.vocabulary WHERE term >= ? AND term < ? LIMIT ?"
    query = f"SELECT term, doc FROM ({some}) WHERE col = 'exact' AND length(term) BETWEEN ? AND ?"
    alike = next((at for at, letter in enumerate(start) if not word.startswith(letter, at)), len(start))
    same = max(0, alike - 2)  # a cost may depend on the letter before
    tail, letters = word[same:], set(word[same:])
    values = (start, start + "\U0010ffff", MOST_TERMS, len(word) - 2, len(word) + 2)
    for term, held in db.execute(query, values):
        # Two edits alter at most five letters; to compare the words themselves takes fifty times as long.
        if len(letters ^ set(term[same:])) <= 5 and term.isalpha():
            apart = cost(tail, term[same:])
            if apart <= 2 * _EDIT:
                yield _Candidate(term, apart, min(held, _MOST_ROWS))


def _as_written(db: sqlite3.Connection, term: str) -> str:
    """A term of the word index as the first rows that hold it write it most often: with its accents."""
    query = "SELECT exact FROM words WHERE words MATCH ? LIMIT 5"
    rows = db.execute(query, (f'exact : "{term}"',))
    written = Counter(word for row in rows for word in words(row[0]) if fold(word) == term)
    return max(written, key=lambda word: (written[word], word), default=term)
