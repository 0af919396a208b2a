"""A catalogue connection and Filters → the rows that pass them."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields

import numpy as np

from ingest.filters import FLAGS, Filters, folded, iso_day
from ingest.records import Vectors
from ingest.schema import CHUNK_LANGUAGE

BLOCK = 8192
"""Vectors read at once."""
SHOWN = 12
"""Known values named when none of them was asked for."""

_LISTED = ("kind", "product", "version", "status", "language")


def chunk_scope(filters: Filters, column: str) -> tuple[str, tuple[str, ...]]:
    """`AND …` for a query whose `column` is a chunk's id, and its values; ("", ()) when nothing is narrowed."""
    condition = filters.condition
    if not condition.sql:
        return "", ()
    # Documents first (so says CROSS): they are few, and of chunks only an index is read.
    chunks = "SELECT chunks.id FROM documents CROSS JOIN chunks ON document_id = documents.id WHERE"
    # The plus keeps SQLite from asking the word index once for every chunk in scope.
    scope = f"AND +{column} IN ({chunks} {condition.sql})"
    if not filters.language:
        return scope, condition.values
    # The rows of chunks, which are long, are read of documents in several languages only.
    foreign = f"{chunks} documents.others <> '' AND {CHUNK_LANGUAGE} <> ?"
    return f"{scope} AND +{column} NOT IN ({foreign})", (*condition.values, filters.language)


def search_words(db: sqlite3.Connection, expression: str, limit: int, filters: Filters) -> list[tuple[int, float]]:
    """Chunks that match an FTS5 expression, best first, each with its bm25 (lower is better)."""
    scope, values = chunk_scope(filters, "rowid")
    query = f"SELECT rowid, bm25(words, 1.0, 1.0) FROM words WHERE words MATCH ? {scope} ORDER BY 2 LIMIT ?"
    return [(row[0], row[1]) for row in db.execute(query, (expression, *values, limit))]


def documents_holding(db: sqlite3.Connection, expression: str, filters: Filters) -> set[str]:
    """The ids of the documents that pass and have a chunk that matches an FTS5 expression."""
    scope, values = chunk_scope(filters, "id")
    query = f"SELECT DISTINCT document_id FROM chunks WHERE id IN (SELECT rowid FROM words WHERE words MATCH ?) {scope}"
    return {row[0] for row in db.execute(query, (expression, *values))}


def count_vectors(db: sqlite3.Connection, filters: Filters) -> int:
    """Chunks that pass and have a vector or are in the index."""
    scope, values = chunk_scope(filters, "id")
    query = f"SELECT count(*) FROM chunks WHERE (vector IS NOT NULL OR indexed = 1) {scope}"
    return int(db.execute(query, values).fetchone()[0])


def vectors(db: sqlite3.Connection, filters: Filters) -> Iterator[tuple[list[int], Vectors]]:
    """Ids and float32 vectors (n, d) of the chunks that pass, block by block in the order of ids."""
    scope, values = chunk_scope(filters, "id")
    rows = db.execute(f"SELECT id, vector FROM chunks WHERE vector IS NOT NULL {scope} ORDER BY id", values)
    while block := rows.fetchmany(BLOCK):
        joined = np.frombuffer(b"".join(row[1] for row in block), dtype=np.float16)
        yield [row[0] for row in block], joined.reshape(len(block), -1).astype(np.float32)


def among(db: sqlite3.Connection, ids: Sequence[int], filters: Filters) -> set[int]:
    """Those of these chunks that pass."""
    condition = filters.condition
    query = "SELECT chunks.id FROM chunks JOIN documents ON documents.id = document_id"
    where = f"WHERE chunks.id IN (SELECT value FROM json_each(?)) {condition.sql and f'AND {condition.sql}'}"
    values = (json.dumps(list(ids)), *condition.values)
    if filters.language:
        where, values = f"{where} AND {CHUNK_LANGUAGE} = ?", (*values, filters.language)
    return {row[0] for row in db.execute(f"{query} {where}", values)}


def matches(db: sqlite3.Connection, filters: Filters) -> bool:
    """Whether any document passes."""
    condition = filters.condition
    query = f"SELECT 1 FROM documents {condition.sql and f'WHERE {condition.sql}'} LIMIT 1"
    return db.execute(query, condition.values).fetchone() is not None


def nothing_matches(db: sqlite3.Connection, filters: Filters) -> str:
    """A sentence for a person whose filters match no document: which they were, and what there is instead."""
    active = [field.name for field in fields(filters) if getattr(filters, field.name)]
    alone = [name for name in active if not matches(db, Filters(**{name: getattr(filters, name)}))]
    lines = [f"No document matches {filters.describe()}."]
    lines += [f"Known for {FLAGS[name]}: {known}." for name in alone or active if (known := _known(db, name))]
    if not alone and len(active) > 1:
        lines.append("Each of them alone matches something: leave one out.")
    return " ".join(lines)


def _known(db: sqlite3.Connection, name: str) -> str:
    """The most frequent values of a filter, or the first and last day; "" where a list would not help."""
    if name == "tags":
        rows = db.execute("SELECT tags FROM documents WHERE tags != ''")
        return _listed(Counter(tag for row in rows for tag in row[0].split("\n")))
    if name in _LISTED:
        rows = db.execute(f"SELECT {name}, count(*) FROM documents WHERE {name} != '' GROUP BY 1")
        return _listed(Counter({row[0]: row[1] for row in rows}))
    if name.startswith(("created", "updated")):
        column = name.partition("_")[0]
        rows = db.execute(f"SELECT DISTINCT {column}, language FROM documents WHERE {column} != ''")
        days = sorted(day for row in rows if (day := iso_day(row[0], row[1])))
        return f"from {days[0]} to {days[-1]}" if days else "no dates at all"
    return ""


def _listed(values: Counter[str]) -> str:
    if not values:
        return "nothing at all"
    spelt: dict[str, str] = {}
    together: Counter[str] = Counter()
    for value, count in values.most_common():
        together[spelt.setdefault(folded(value), value)] += count
    more = " …" if len(together) > SHOWN else ""
    return ", ".join(f"{value} ({count})" for value, count in together.most_common(SHOWN)) + more
