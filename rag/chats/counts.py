"""Conversations → what happened by day, which pages answers stand on, and what was asked without an answer.

The numbers are of one owner's conversations; `everyone` counts all owners'.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime

from rag.chats.store import TURNS, Chats, read_turn
from rag.chats.types import Turn


@dataclass(frozen=True, slots=True)
class Day:
    """The turns asked on one day of this machine's calendar, but for those that are still being answered.

    `failed` ended in neither an answer nor a refusal; `interrupted` are those among them that Tomo died over.
    """

    day: date
    asked: int
    answered: int
    refused: int
    failed: int
    good: int
    bad: int
    interrupted: int = 0


@dataclass(frozen=True, slots=True)
class Confidence:
    """The probability, 0 to 1, that what was found answers a question, and whether Tomo refused to answer it."""

    value: float
    refused: bool


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


def cited_most(chats: Chats, limit: int) -> list[str]:
    """Ids of the documents that most answers of all owners stand on, those first; LibraryError."""
    with chats.file.reading() as db:
        rows = db.execute(
            "SELECT document_id, count(DISTINCT turn_id) AS answers FROM cited GROUP BY document_id "
            "ORDER BY answers DESC, document_id LIMIT ?",
            (limit,),
        ).fetchall()
    return [str(row["document_id"]) for row in rows]


def by_day(chats: Chats, since: date = date.min, everyone: bool = False) -> tuple[Day, ...]:
    """The days on which anything was asked, oldest first; LibraryError."""
    with chats.file.reading() as db:
        rows = db.execute(
            """SELECT date(t.asked, 'unixepoch', 'localtime') AS day, count(*) AS asked,
                sum(t.answer <> '' AND NOT t.refused) AS answered, sum(t.refused) AS refused,
                sum(t.answer = '') AS failed, coalesce(sum(f.good), 0) AS good,
                coalesce(sum(NOT f.good), 0) AS bad, sum(t.state = 'running') AS interrupted
            FROM turns t JOIN chats c ON c.id = t.chat_id LEFT JOIN feedback f ON f.turn_id = t.id
            WHERE (c.owner = ? OR ?) AND t.asked >= ?
                AND NOT (t.state = 'running' AND t.runner IN (SELECT value FROM json_each(?)))
            GROUP BY day ORDER BY day""",
            (chats.owner, everyone, _start(since), json.dumps(_alive(chats, db))),
        ).fetchall()
    return tuple(Day(date.fromisoformat(row["day"]), *(int(row[key]) for key in list(row.keys())[1:])) for row in rows)


def confidences(chats: Chats, since: date = date.min, everyone: bool = False) -> tuple[Confidence, ...]:
    """How sure the search was of what it found for each answer and each refusal, oldest first; LibraryError."""
    with chats.file.reading() as db:
        rows = db.execute(
            """SELECT t.refused, CASE WHEN json_valid(t.answer) THEN json_extract(t.answer, '$.receipt.confidence') END
                AS confidence FROM turns t JOIN chats c ON c.id = t.chat_id
            WHERE (c.owner = ? OR ?) AND t.asked >= ? AND t.answer <> ''
                AND NOT coalesce(CASE WHEN json_valid(t.answer) THEN json_extract(t.answer, '$.courtesy') END, 0)
            ORDER BY t.asked, t.id""",
            (chats.owner, everyone, _start(since)),
        ).fetchall()
    known = [row for row in rows if isinstance(row["confidence"], int | float)]
    return tuple(Confidence(float(row["confidence"]), bool(row["refused"])) for row in known)


def state(chats: Chats, everyone: bool = False) -> str:
    """Another text whenever any of these numbers may have changed; LibraryError."""
    with chats.file.reading() as db:
        row = db.execute(
            "SELECT count(*), sum(changes), max(updated), max(created) FROM chats WHERE owner = ? OR ?",
            (chats.owner, everyone),
        ).fetchone()
        return repr((*row, _alive(chats, db)))


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

    Not those that a filter stopped, nor those for which nothing that was found fitted: the documents may well answer.
    Spellings that differ in case and outer blanks only are one question, written as it was last.
    """
    with chats.file.reading() as db:
        rows = db.execute(
            """SELECT t.question, count(*) AS times, max(t.asked) AS last
            FROM turns t JOIN chats c ON c.id = t.chat_id WHERE (c.owner = ? OR ?) AND t.asked >= ? AND t.refused
                AND NOT coalesce(CASE WHEN json_valid(t.answer) THEN json_extract(t.answer, '$.receipt.blocked') <> ''
                    OR (json_extract(t.answer, '$.receipt.tokens.document') = 0
                        AND json_array_length(t.answer, '$.receipt.left_out') > 0) END, 0)
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


def _alive(chats: Chats, db: sqlite3.Connection) -> list[str]:
    """The processes that are answering a question now."""
    rows = db.execute("SELECT DISTINCT runner FROM turns WHERE state = 'running'").fetchall()
    return sorted(row["runner"] for row in rows if chats.file.runner.alive(row["runner"]))


def _start(since: date) -> float:
    return 0.0 if since.year < 1971 else datetime.combine(since, datetime.min.time()).timestamp()
