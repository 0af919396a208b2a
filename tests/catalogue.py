"""A large catalogue, quickly: documents of a known size, and rankings over them."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from ingest.library import Library
from ingest.tallies import Edition, store
from rag.types import Passage

PAGES = 8


def fill_catalogue(folder: Path, documents: int, tokens: int, tokenizer: str) -> Library:
    """A library of so many documents of so many tokens each, counted for one tokenizer; a page of text each."""
    library = Library(folder)
    with library.transaction() as db:
        db.execute("INSERT INTO files VALUES (1, '/x', 'x', '', 1, 1, 'added', '', 0, 0, 0, '')")
        blank = ("",) * 9
        rows = [
            (name(i), 1, "manual", f"Manual {i}", "en", *blank, PAGES, 0, 4 * tokens, str(i), "", "", "")
            for i in range(documents)
        ]
        db.executemany(f"INSERT INTO documents VALUES ({','.join('?' * 21)})", rows)
        pages = [(row[0], 1, "1", f"All there is to say about {row[3]}. " * 8) for row in rows]
        db.executemany("INSERT INTO pages VALUES (?, ?, ?, ?)", pages)
        store(db, tokenizer, {Edition(row[0], row[18], row[16], 0): tokens for row in rows})
    return library


def name(i: int) -> str:
    """The id of the i-th document."""
    return f"d{i:011}"


def rankings(documents: int, count: int, seed: int = 1) -> list[tuple[Passage, ...]]:
    """What searches might find: 48 passages each, some of them of one document, some of many."""
    draw = random.Random(seed)
    return [_ranking(draw, documents) for _ in range(count)]


def _ranking(draw: random.Random, documents: int) -> tuple[Passage, ...]:
    among: Sequence[int] = draw.sample(range(documents), draw.choice([1, 3, 20, 48]))
    found = []
    for rank in range(48):
        i = draw.choice(among)
        text = f"Passage {rank} of manual {i}."
        place = (name(i), f"Manual {i}", "x", "manual", "en", draw.randint(1, PAGES), "1", 0, len(text), text, "")
        found.append(Passage(*place, 0.5**rank))  # type: ignore[arg-type]
    return tuple(found)


def before_format_6(db: sqlite3.Connection) -> None:
    """Take out what format 6 added: the languages of parts."""
    db.execute("ALTER TABLE chunks DROP COLUMN language")
    db.execute("ALTER TABLE documents DROP COLUMN others")
