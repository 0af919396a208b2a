"""Words as they are typed → the documents whose text holds them."""

from __future__ import annotations

from contextlib import closing

from ingest import schema
from ingest.lexical import words
from ingest.library import Library

MOST_CHUNKS = 20_000
"""Chunks that are looked at: what more common words than that find is cut, so that a key stroke stays quick."""
_LEAST = 3
"""Letters of a word still being typed: shorter ones are in every document."""


def holding(library: Library, text: str) -> set[str]:
    """Ids of the documents with a chunk that holds every word, the last of which may go on; at most of MOST_CHUNKS.

    Case and accents do not matter. None for text without words, or with one short word only.
    """
    typed = words(text)
    if not typed or len("".join(typed)) < _LEAST:
        return set()
    whole = [f'"{word}"' for word in typed]
    if len(typed[-1]) >= _LEAST and not text[-1:].isspace():
        whole[-1] += "*"
    expression = f"exact : ({' AND '.join(whole)})"
    query = """SELECT DISTINCT document_id FROM chunks WHERE id IN
        (SELECT rowid FROM words WHERE words MATCH ? LIMIT ?)"""
    with closing(schema.connect(library.path)) as db:
        return {row[0] for row in db.execute(query, (expression, MOST_CHUNKS))}
