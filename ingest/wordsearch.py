"""The words and names of a question → the chunks that hold them, best first, in bounded time.

SQLite's bm25 takes most of a microsecond for every row that matches, and in a large library one common word matches
hundreds of thousands. What matches at most MOST rows is ranked whole. Of more, the rarest words are asked for alone:
a word that half the library has tells little about what is wanted.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import accumulate

from ingest.filters import Filters
from ingest.lexical import Term, any_of, phrase_queries
from ingest.narrowed import chunk_scope, search_words

MOST = 20_000
"""Rows that are ranked at once: about 15 ms."""
FAR = 5
"""Words in fewer than this many times MOST rows still count in the ranking, though no row is looked up for them."""

Found = list[tuple[int, float]]
Count = Callable[[str, int], int]
"""How many rows match an expression, or the bound that follows when there are at least so many."""


def search_terms(
    db: sqlite3.Connection, terms: Sequence[Term], limit: int, filters: Filters, most: int = MOST
) -> Found:
    """Chunks that hold any of the terms, best first, each with its bm25 (lower is better).

    When more than `most` do: those that hold one of the rarest terms, as many as add up to `most` rows; when the
    rarest alone is in more, those that hold it together with the next ones.
    """
    if not terms:
        return []

    def count(expression: str, bound: int) -> int:
        return _count(db, expression, bound, filters)

    everything = any_of(terms)
    if count(everything, most + 1) <= most:
        return search_words(db, everything, limit, filters)
    counted = sorted((count(any_of([term]), FAR * most), at) for at, term in enumerate(terms))
    counted = [(rows, at) for rows, at in counted if rows]
    rare = rarest([rows for rows, _ in counted], most)
    ordered = [terms[at] for _, at in counted]
    if not rare:
        return _first(db, together(ordered, count, limit, most), limit, filters, most)
    common = [terms[at] for rows, at in counted[rare:] if rows < FAR * most]
    found = search_words(db, any_of(ordered[:rare]), limit, filters)
    if common:
        # bm25 is a sum over terms: what holds common ones too is ranked again, with them.
        both = f"({any_of(ordered[:rare])}) AND ({any_of(common)})"
        found = _best(dict(found) | dict(search_words(db, both, limit, filters)), limit)
    return found


def search_phrases(
    db: sqlite3.Connection, phrases: Sequence[str], limit: int, filters: Filters, most: int = MOST
) -> Found:
    """Chunks that hold any of these names to the letter, best first, each with its bm25 (lower is better).

    When more than `most` do, each name has its share of them, the rarest first: a common one does not crowd it out.
    """
    queries = phrase_queries(phrases)
    everything = " OR ".join(queries)
    if not queries or _count(db, everything, most + 1, filters) <= most:
        return search_words(db, everything, limit, filters) if queries else []
    counts = sorted((_count(db, query, most, filters), query) for query in dict.fromkeys(queries))
    scores: dict[int, float] = defaultdict(float)
    for done, (count, query) in enumerate(counts):
        share = most // (len(counts) - done)
        most -= min(count, share)
        for row, score in _first(db, query, share, filters, share):
            scores[row] += score
    return _best(scores, limit)


def rarest(rows: Sequence[int], most: int) -> int:
    """How many of these ascending numbers, from the first on, add up to at most `most`."""
    return bisect_right(list(accumulate(rows)), most)


def together(terms: Sequence[Term], count: Count, limit: int, most: int) -> str:
    """An expression for the first term and those after it, until at most `most` rows, and at least `limit`, match."""
    first, *others = [f"({any_of([term])})" for term in terms]
    for other in others:
        rows = count(f"{first} AND {other}", most + 1)
        if rows >= limit:
            first = f"{first} AND {other}"
            if rows <= most:
                break
    return first


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
