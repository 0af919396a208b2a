"""Conversations → what happened by day, which pages answers stand on, and what was asked without an answer.

The numbers are of one owner's conversations; `everyone` counts all owners'.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from rag.chat_types import Turn
from rag.chats import TURNS, Chats, read_turn


@dataclass(frozen=True, slots=True)
class Day:
    """The turns asked on one day of this machine's calendar. `failed` ended in neither an answer nor a refusal."""

    day: date
    asked: int
    answered: int
    refused: int
    failed: int
    good: int
    bad: int


@dataclass(frozen=True, slots=True)
class CitedPage:
    """A page, and how many answers stand on it."""

    document_id: str
    document: str
    file: str
    page: int
    answers: int


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that the documents did not answer, how often it was asked, and when last (seconds since 1970)."""

    question: str
    times: int
    last: float


def by_day(chats: Chats, since: date = date.min, everyone: bool = False) -> tuple[Day, ...]:
    """The days on which anything was asked, oldest first; LibraryError."""
    with chats.file.reading() as db:
        rows = db.execute(
            """SELECT date(t.asked, 'unixepoch', 'localtime') AS day, count(*) AS asked,
                sum(t.answer <> '' AND NOT t.refused) AS answered, sum(t.refused) AS refused,
                sum(t.answer = '') AS failed, coalesce(sum(f.good), 0) AS good,
                coalesce(sum(NOT f.good), 0) AS bad
            FROM turns t JOIN chats c ON c.id = t.chat_id LEFT JOIN feedback f ON f.turn_id = t.id
            WHERE (c.owner = ? OR ?) AND t.asked >= ? AND t.state <> 'running' GROUP BY day ORDER BY day""",
            (chats.owner, everyone, _start(since)),
        ).fetchall()
    return tuple(Day(date.fromisoformat(row["day"]), *(int(row[key]) for key in list(row.keys())[1:])) for row in rows)


def most_cited(chats: Chats, limit: int = 20, since: date = date.min, everyone: bool = False) -> tuple[CitedPage, ...]:
    """The pages that most answers stand on, those first; LibraryError."""
    with chats.file.reading() as db:
        rows = db.execute(
            """SELECT p.document_id, max(p.document) AS document, max(p.file) AS file, p.page, count(*) AS answers
            FROM cited p JOIN turns t ON t.id = p.turn_id JOIN chats c ON c.id = t.chat_id
            WHERE (c.owner = ? OR ?) AND t.asked >= ? GROUP BY p.document_id, p.page
            ORDER BY answers DESC, document, p.document_id, p.page LIMIT ?""",
            (chats.owner, everyone, _start(since), limit),
        ).fetchall()
    return tuple(CitedPage(**dict(row)) for row in rows)


def unanswered(chats: Chats, limit: int = 20, since: date = date.min, everyone: bool = False) -> tuple[Unanswered, ...]:
    """Questions that ended in a refusal, the most asked first, then the newest; LibraryError.

    Spellings that differ in case and outer blanks only are one question, written as it was last.
    """
    with chats.file.reading() as db:
        rows = db.execute(
            """SELECT t.question, count(*) AS times, max(t.asked) AS last
            FROM turns t JOIN chats c ON c.id = t.chat_id WHERE (c.owner = ? OR ?) AND t.asked >= ? AND t.refused
            GROUP BY lower(trim(t.question)) ORDER BY times DESC, last DESC LIMIT ?""",
            (chats.owner, everyone, _start(since), limit),
        ).fetchall()
    return tuple(Unanswered(**dict(row)) for row in rows)


def rated(chats: Chats, everyone: bool = False) -> tuple[Turn, ...]:
    """The turns that somebody has rated, oldest first; LibraryError."""
    with chats.file.reading() as db:
        rows = db.execute(
            f"{TURNS} JOIN chats c ON c.id = t.chat_id "
            "WHERE (c.owner = ? OR ?) AND f.good IS NOT NULL ORDER BY t.asked, t.id",
            (chats.owner, everyone),
        ).fetchall()
    return tuple(read_turn(row, chats.file.runner) for row in rows)


def answers_of(chats: Chats, document_id: str) -> int:
    """How many answers, of all owners', stand on pages of this document; LibraryError."""
    with chats.file.reading() as db:
        query = "SELECT count(DISTINCT turn_id) FROM cited WHERE document_id = ?"
        return int(db.execute(query, (document_id,)).fetchone()[0])


def _start(since: date) -> float:
    return 0.0 if since.year < 1971 else datetime.combine(since, datetime.min.time()).timestamp()
