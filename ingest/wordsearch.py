"""The words and names of a question → the chunks that hold them, best first, in bounded time.

SQLite's bm25 takes most of a microsecond for every row that matches, and in a large library one common word matches
hundreds of thousands. What matches at most twice MOST rows is ranked whole. Of more, the rarest words choose the rows:
a word that half the library has tells little about what is wanted.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import accumulate
from math import log

from ingest.filters import Filters
from ingest.lexical import Term, any_of, phrase_queries
from ingest.narrowed import chunk_scope, search_words

MOST = 10_000
"""Rows that the rarest words may choose: ranking them takes about 10 ms."""
FAR = 4
"""Words in fewer than this many times MOST rows still count in the ranking of the rows that the rarest have chosen."""
COUNTED = 2_000
"""Rows of a term that are counted to tell how rare it is."""
_COMMON = 8
"""Common words that are looked at: a pasted log has dozens."""

Found = list[tuple[int, float]]
Count = Callable[[Sequence[Term], int], int]
"""How many rows hold any of some terms, or the bound that follows when there are at least so many."""


def search_terms(
    db: sqlite3.Connection, terms: Sequence[Term], limit: int, filters: Filters, most: int = MOST
) -> Found:
    """Chunks that hold any of the terms, best first, each with its bm25 (lower is better).

    When more than twice `most` do: those that hold one of the rarest terms, as many as add up to `most` rows; when
    the rarest alone is in more, those that hold it together with the next ones.
    """
    if not terms:
        return []

    def count(some: Sequence[Term], bound: int) -> int:
        return _count(db, any_of(some), bound, filters)

    if count(terms, 2 * most + 1) <= 2 * most:
        return search_words(db, any_of(terms), limit, filters)
    rare, common = parted(terms, count, most)
    if not rare:
        return _together(db, common, limit, filters, most)
    chosen = any_of(rare)
    found = search_words(db, chosen, limit, filters)
    if common:
        # bm25 is a sum over terms: what holds common ones too is ranked again, with them.
        both = f"({chosen}) AND ({any_of(common)})"
        found = _best(dict(found) | dict(search_words(db, both, limit, filters)), limit)
    return found


def parted(terms: Sequence[Term], count: Count, most: int) -> tuple[list[Term], list[Term]]:
    """The rarest terms, as many as are in `most` rows added up, and of the others those that are not in too many.

    Both from the rarest on. When each is in more than `most`, the second holds the rarest even if in too many.
    """
    counted = sorted((count([term], most + 1), at) for at, term in enumerate(terms))
    counted = [(rows, at) for rows, at in counted if rows]
    kept = bisect_right(list(accumulate(rows for rows, _ in counted)), most)
    others = sorted((count([terms[at]], FAR * most), at) for _, at in counted[kept : kept + _COMMON])
    common = [terms[at] for rows, at in others if rows < FAR * most or not kept]
    return [terms[at] for _, at in counted[:kept]], common


def search_phrases(
    db: sqlite3.Connection, phrases: Sequence[str], limit: int, filters: Filters, most: int = MOST
) -> Found:
    """Chunks that hold any of these names to the letter, best first, each with its bm25 (lower is better).

    When more than twice `most` do, each name has its share of `most` rows: a common one does not crowd a rare one out.
    """
    queries = phrase_queries(phrases)
    everything = " OR ".join(queries)
    if not queries or _count(db, everything, 2 * most + 1, filters) <= 2 * most:
        return search_words(db, everything, limit, filters) if queries else []
    counts = sorted((_count(db, query, most, filters), query) for query in dict.fromkeys(queries))
    scores: dict[int, float] = defaultdict(float)
    for done, (count, query) in enumerate(counts):
        share = most // (len(counts) - done)
        most -= min(count, share)
        for row, score in _first(db, query, share, filters, share):
            scores[row] += score
    return _best(scores, limit)


def rarity(db: sqlite3.Connection, terms: Sequence[Term]) -> list[float]:
    """BM25's inverse document frequency of each term (Robertson and Zaragoza, 2009); 0 for one that is nowhere.

    Of a frequent term the first COUNTED rows are counted, and taken to lie as densely as the rest.
    """
    (total,) = db.execute("SELECT ifnull(max(rowid), 0) FROM words").fetchone()
    found = []
    for term in terms:
        query = "SELECT count(*), max(rowid) FROM (SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid LIMIT ?)"
        rows, last = db.execute(query, (any_of([term]), COUNTED)).fetchone()
        rows = rows if rows < COUNTED else rows * total / last
        found.append(log(1 + (total - rows + 0.5) / (rows + 0.5)) if rows else 0.0)
    return found


def _together(db: sqlite3.Connection, terms: Sequence[Term], limit: int, filters: Filters, most: int) -> Found:
    """The best of at most `most` rows that hold the first term and, while `limit` are left, those after it."""
    first, *others = [f"({any_of([term])})" for term in terms]
    for other in others:
        rows = _count(db, f"{first} AND {other}", most + 1, filters)
        if rows >= limit:
            first = f"{first} AND {other}"
            if rows <= most:
                break
    return _first(db, first, limit, filters, most)


def _best(scores: dict[int, float], limit: int) -> Found:
    return sorted(scores.items(), key=lambda pair: (pair[1], pair[0]))[:limit]


def _count(db: sqlite3.Connection, expression: str, bound: int, filters: Filters) -> int:
    scope, values = chunk_scope(filters, "rowid")
    query = f"SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? {scope} LIMIT ?)"
    return int(db.execute(query, (expression, *values, bound)).fetchone()[0])


def _first(db: sqlite3.Connection, expression: str, limit: int, filters: Filters, most: int) -> Found:
    """The best of the first `most` rows."""
    scope, values = chunk_scope(filters, "rowid")
    some = f"SELECT rowid AS id, bm25(words, 1.0, 1.0) AS score FROM words WHERE words MATCH ? {scope} LIMIT ?"
    rows = db.execute(f"SELECT id, score FROM ({some}) ORDER BY score, id LIMIT ?", (expression, *values, most, limit))
    return [(row[0], row[1]) for row in rows]
