"""Conversations ↔ disk: kept as they go, so that neither a reload nor a crash loses what was asked or said."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ingest.errors import LibraryError
from rag.chats import schema as chats_schema
from rag.chats.as_json import Unreadable, dump, load
from rag.chats.runner import Runner
from rag.chats.search import query
from rag.chats.types import ChatRow, Conversation, Left, Rating, Request, Turn
from rag.courtesy import courtesy
from rag.events import Answer

TITLE = 200
"""Characters of a title that are kept."""
PAGE = 20
"""Conversations of one page of the list."""


class ChatFile:
    """`chats.sqlite3` in a library's folder, opened at first use. Any thread may call it: one works at a time."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self.path, self.clock = folder / "chats.sqlite3", clock
        self.runner = Runner(folder / "chats.running")
        self._lock = threading.RLock()
        self._db: sqlite3.Connection | None = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection; LibraryError with what to do."""
        with self._lock:
            try:
                if self._db is None:
                    self._db = chats_schema.connect(self.path)
                yield self._db
            except sqlite3.Error as error:
                raise LibraryError(chats_schema.message(self.path, error)) from error
            finally:
                if self._db is not None and self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all or nothing; LibraryError with what to do."""
        with self.reading() as db:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")

    def close(self) -> None:
        """Close the file; turns that still run count as interrupted."""
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None
        self.runner.close()


class Chats:
    """The conversations of one owner ("" is whoever has the machine); another owner's are as if they were not there.

    Everything raises LibraryError, with a sentence for people, when the disk or a lock refuses.
    """

    def __init__(self, folder: Path | ChatFile, owner: str = "") -> None:
        self.file = folder if isinstance(folder, ChatFile) else ChatFile(folder)
        self.owner = owner

    def of(self, owner: str) -> Chats:
        """The same file for another owner."""
        return Chats(self.file, owner)

    def close(self) -> None:
        """Close the file, for every owner."""
        self.file.close()

    # -- a turn, from the question to its end -----------------------------------------------------------------------

    def begin(self, chat_id: str, request: Request, asked: float = 0.0) -> int:
        """Store a question as being answered; the turn's id. The first of an unknown conversation creates it."""
        question = _stored(request.question)
        runner, now = self.file.runner.name, self.file.clock()
        with self.file.writing() as db:
            db.execute(
                "INSERT INTO chats (id, owner, title, created, updated) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (chat_id, self.owner, _title(question), now, now),
            )
            title = db.execute("SELECT title FROM chats WHERE id = ? AND owner = ?", (chat_id, self.owner)).fetchone()
            if title is not None and courtesy(title["title"]):  # a greeting names no conversation
                db.execute("UPDATE chats SET title = ? WHERE id = ?", (_title(question), chat_id))
            if not self._touch(db, chat_id, now, turns=1):
                raise LibraryError("This conversation is somebody else's. Start a new one.")
            row = db.execute(
                "INSERT INTO turns (chat_id, state, runner, asked, question, request) "
                "VALUES (?, 'running', ?, ?, ?, ?) RETURNING id",
                (chat_id, runner, asked or now, question, dump(request)),
            ).fetchone()
        return int(row["id"])

    def write(self, turn_id: int, text: str) -> None:
        """Store the text so far of a turn that is being answered."""
        with self.file.writing() as db:
            db.execute("UPDATE turns SET text = ? WHERE id = ? AND state = 'running'", (_stored(text), turn_id))

    def narrow(self, turn_id: int, request: Request) -> None:
        """Store how a question is asked now that the files which came with it are in the library."""
        with self.file.writing() as db:
            db.execute("UPDATE turns SET request = ? WHERE id = ? AND state = 'running'", (dump(request), turn_id))

    def finish(self, turn_id: int, turn: Turn) -> None:
        """Store how a turn ended; nothing when its conversation has been deleted meanwhile."""
        answer = turn.answer
        kept = dump(answer) if answer is not None else ""
        text = _stored(answer.text if answer is not None else turn.text)
        with self.file.writing() as db:
            done = db.execute(
                "UPDATE turns SET state = ?, runner = '', text = ?, answer = ?, refused = ?, error = ? WHERE id = ? "
                "RETURNING chat_id",
                (turn.state, text, kept, answer is not None and answer.refused, _stored(turn.error), turn_id),
            ).fetchone()
            if done is None:
                return
            self._touch(db, done["chat_id"], self.file.clock())
            if answer is not None and not answer.refused:
                places = [(turn_id, c.document_id, _stored(c.document), _stored(c.file), c.page)
                          for c in answer.citations]  # fmt: skip
                db.executemany("INSERT OR IGNORE INTO cited VALUES (?, ?, ?, ?, ?)", places)

    def rate(self, turn_id: int, rating: Rating | None) -> None:
        """Store what a person thinks of an answer instead of what they thought before; None takes it back."""
        now = self.file.clock()
        with self.file.writing() as db:
            mine = "SELECT t.chat_id FROM turns t JOIN chats c ON c.id = t.chat_id WHERE t.id = ? AND c.owner = ?"
            row = db.execute(mine, (turn_id, self.owner)).fetchone()
            if row is None:
                raise LibraryError("This answer is no longer kept: its conversation was deleted.")
            db.execute("UPDATE chats SET changes = changes + 1 WHERE id = ?", (row["chat_id"],))
            db.execute("DELETE FROM feedback WHERE turn_id = ?", (turn_id,))
            if rating is not None:
                given = (turn_id, rating.good, rating.reason, _stored(rating.note), now)
                db.execute("INSERT INTO feedback VALUES (?, ?, ?, ?, ?)", given)

    # -- conversations ----------------------------------------------------------------------------------------------

    def listed(self, words: str = "", limit: int = PAGE, offset: int = 0) -> tuple[ChatRow, ...]:
        """Conversations, newest first; with words those that hold all of them, each perhaps still being typed."""
        where, values = query(words)
        with self.file.reading() as db:
            rows = db.execute(
                f"SELECT id, title, turns, created, updated FROM chats WHERE owner = ? {where} "
                "ORDER BY updated DESC, id LIMIT ? OFFSET ?",
                (self.owner, *values, limit, offset),
            ).fetchall()
        return tuple(ChatRow(**dict(row)) for row in rows)

    def row(self, chat_id: str) -> ChatRow | None:
        """One conversation as listed; None when there is none of that id."""
        with self.file.reading() as db:
            mine = "SELECT id, title, turns, created, updated FROM chats WHERE id = ? AND owner = ?"
            row = db.execute(mine, (chat_id, self.owner)).fetchone()
        return None if row is None else ChatRow(**dict(row))

    def revision(self, chat_id: str) -> int:
        """Grows with every change to a conversation; 0 when there is none of that id."""
        with self.file.reading() as db:
            mine = "SELECT changes FROM chats WHERE id = ? AND owner = ?"
            row = db.execute(mine, (chat_id, self.owner)).fetchone()
        return 0 if row is None else int(row["changes"])

    def conversation(self, chat_id: str) -> Conversation | None:
        """A whole conversation, oldest turn first; None when there is none of that id."""
        with self.file.reading() as db:
            mine = "SELECT * FROM chats WHERE id = ? AND owner = ?"
            chat = db.execute(mine, (chat_id, self.owner)).fetchone()
            rows = db.execute(f"{TURNS} WHERE t.chat_id = ? ORDER BY t.asked, t.id", (chat_id,)).fetchall()
        if chat is None:
            return None
        turns = tuple(read_turn(row, self.file.runner) for row in rows)
        return Conversation(chat["id"], chat["title"], chat["created"], chat["updated"], turns)

    def rename(self, chat_id: str, title: str) -> bool:
        """Give a conversation another title; whether that changed it: an empty one leaves it as it is."""
        new = _title(_stored(title))
        if not new:
            return False
        query = "UPDATE chats SET title = ?, changes = changes + 1 WHERE id = ? AND owner = ? AND title <> ?"
        with self.file.writing() as db:
            return db.execute(query, (new, chat_id, self.owner, new)).rowcount > 0

    def delete(self, chat_id: str) -> None:
        """Forget a conversation with all that belongs to it; its words leave the disk too."""
        with self.file.writing() as db:
            db.execute("DELETE FROM chats WHERE id = ? AND owner = ?", (chat_id, self.owner))
            db.execute("INSERT INTO words (words) VALUES ('optimize')")  # else they stay in the index, marked as gone
        with self.file.reading() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _touch(self, db: sqlite3.Connection, chat_id: str, now: float, turns: int = 0) -> bool:
        """Whether there is such a conversation of this owner's; it has been changed now."""
        done = db.execute(
            "UPDATE chats SET updated = ?, changes = changes + 1, turns = turns + ? WHERE id = ? AND owner = ?",
            (now, turns, chat_id, self.owner),
        )
        return done.rowcount > 0


TURNS = "SELECT t.*, f.good, f.reason, f.note FROM turns t LEFT JOIN feedback f ON f.turn_id = t.id"
"""Rows for `read_turn`."""


def read_turn(row: sqlite3.Row, runner: Runner) -> Turn:
    """The turn of a row; what cannot be read of it is missing, and `left` says so."""
    left: Left = ""
    if row["state"] == "running":
        left = "elsewhere" if runner.alive(row["runner"]) else "interrupted"
    answer, request = None, Request(row["question"])
    with suppress(Unreadable):  # the answer can be shown without what was asked for beside the question
        request = load(Request, row["request"])
    try:
        answer = load(Answer, row["answer"]) if row["answer"] else None
    except Unreadable:
        left = "unreadable"
    rating = None if row["good"] is None else Rating(bool(row["good"]), row["reason"], row["note"])
    stopped = row["state"] == "stopped"
    return Turn(request, answer, row["error"], stopped, row["text"], left, row["id"], row["asked"], rating)


def _stored(text: str) -> str:
    """The text as SQLite can keep it: half characters and NUL have no place there."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _title(text: str) -> str:
    return " ".join(text.split())[:TITLE]
