"""Hold what outlives a reload: the library, the assistant once opened, the conversations and a running intake."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from ingest.errors import LibraryBusy, LibraryError, TomoError
from ingest.filters import EVERYTHING
from ingest.library import Library
from ingest.records import DocumentRow
from ingest.settings import ROOT, Settings
from rag.chat_types import Request
from rag.chats import Chats
from rag.page.answers import Asks, Chat
from rag.page.intake import Intake, Saved, Upload, remove_document, save_uploads, start_intake
from rag.page.sanitise import line

SAMPLES = ROOT / "data" / "samples"
TITLE = 80
"""Characters of a title in a list."""
INDEXING = 30.0
"""Seconds that a question about files waits for their vectors; their words can be found before."""
_LOOK = 0.05
_NOT_ADDED = "The file could not be added. Add it in the library, where its reason is shown."
CHATS_KEPT = 200
"""Conversations that are in memory too."""


class OpenAssistant(Protocol):
    """`rag.assistant.open_assistant`, or a stand-in."""

    def __call__(self, settings: Settings, /) -> Asks:
        """TomoError with a message for people."""


class Desk:
    """One for the whole server; any thread may call it."""

    def __init__(self, settings: Settings, open_assistant: OpenAssistant) -> None:
        self.settings = settings
        self.library = Library(settings.library)
        self.chats = Chats(settings.library)
        self.intake: Intake | None = None
        self._open: Callable[[Settings], Asks] = open_assistant
        self._assistant: Asks | None = None
        self._opening, self._holding, self._adding = threading.Lock(), threading.Lock(), threading.Lock()
        self._prepared = False
        self._chats: OrderedDict[tuple[str, str], Chat] = OrderedDict()
        self._listed: tuple[int, list[DocumentRow]] = (-1, [])
        self._titles: tuple[int, dict[str, str]] = (-1, {})

    # -- asking ---------------------------------------------------------------------------------------------------

    def assistant(self) -> Asks:
        """The one assistant, opened at the first call and tried again after a failure; TomoError."""
        with self._opening:
            if self._assistant is None:
                self._assistant = self._open(self.settings)
            return self._assistant

    def prepare(self) -> None:
        """Open the assistant ahead of the first question, once, in the background; a refusal waits for a question."""
        if not self._prepared:
            self._prepared = True
            threading.Thread(target=self._open_early, name="tomo-prepare", daemon=True).start()

    def _open_early(self) -> None:
        with suppress(TomoError):
            self.assistant()

    def chat(self, chat_id: str | None, owner: str = "") -> Chat:
        """The owner's conversation with this id, as it is on disk by now, or a new one under an id of its own."""
        chats = self.chats.of(owner)
        new = Chat(secrets.token_urlsafe(9), chats=chats)
        if not chat_id:
            return new
        known = self._chats.get((owner, chat_id))
        chat = known or Chat(chat_id, chats=chats)
        try:
            if chat.refresh() and (known or chat.turns):
                self._hold(chat, owner)
                return chat
            self._chats.pop((owner, chat_id), None)
        except LibraryError as error:
            if known:
                return known
            new.unsaved = str(error)
        return new

    def ask(self, chat: Chat, request: Request) -> None:
        """Start to answer; the conversation is kept from now on."""
        self._hold(chat, chat.chats.owner if chat.chats is not None else "")
        chat.start(request, self.assistant)

    def ask_about(self, chat: Chat, request: Request, uploads: Iterable[Upload]) -> None:
        """Add files to the library and ask only about them, once they can be found; LibraryError."""
        saved = save_uploads(uploads, self.library.folder / "uploads")
        names = tuple(path.name for path in saved.paths)
        asked = replace(request, documents=(), filters=EVERYTHING, titles=names)
        self._hold(chat, chat.chats.owner if chat.chats is not None else "")
        chat.start(asked, self.assistant, lambda cancel: self._brought(asked, saved, cancel))

    def _brought(self, request: Request, saved: Saved, cancel: threading.Event) -> Request:
        """The request about these files, once they are in the library; LibraryError with the reason when none is."""
        with self._adding:  # one after the other: only one process writes a library
            while self.intake is not None and not self.intake.done and not cancel.wait(_LOOK):
                pass
            if not cancel.is_set():
                self.intake = start_intake(saved.paths, self.library.folder, saved.refused)
        intake, since = self.intake, time.monotonic()
        while intake is not None and not _can_be_found(intake, since) and not cancel.wait(_LOOK):
            pass
        wanted = {str(path.resolve()) for path in saved.paths} | {str(path.absolute()) for path in saved.paths}
        found = tuple(row.id for row in self.library.documents() if row.path in wanted)
        if not found and not cancel.is_set():
            reasons = [result.reason for result in (intake.files if intake else []) if not result.good]
            raise LibraryError(" ".join(reasons) or (intake and intake.error) or _NOT_ADDED)
        return replace(request, documents=found)

    def forget(self, chat_id: str, owner: str = "") -> None:
        """Delete a conversation, whatever of it is still being answered; LibraryError."""
        self.chats.of(owner).delete(chat_id)
        if known := self._chats.pop((owner, chat_id), None):
            known.forget()

    def _hold(self, chat: Chat, owner: str) -> None:
        """Have it in memory; the one that was looked at longest ago and is on disk whole makes room."""
        with self._holding:
            self._chats[owner, chat.id] = chat
            self._chats.move_to_end((owner, chat.id))
            idle = [key for key, kept in self._chats.items() if kept.idle and kept is not chat]
            for key in idle[: max(0, len(self._chats) - CHATS_KEPT)]:
                del self._chats[key]

    # -- the library ----------------------------------------------------------------------------------------------

    def documents(self) -> list[DocumentRow]:
        """Every document, by title; read again only when the library has changed."""
        generation = self.library.generation
        if generation != self._listed[0]:
            self._listed = (generation, self.library.documents())
        return self._listed[1]

    def titles(self) -> dict[str, str]:
        """Every document's title, short enough for a list, by id; as fresh as `documents`."""
        documents = self.documents()
        if self._listed[0] != self._titles[0]:
            self._titles = (self._listed[0], {row.id: line(row.title, TITLE) for row in documents})
        return self._titles[1]

    def add(self, uploads: Iterable[Upload]) -> None:
        """Save what was uploaded and ingest it in the background; TomoError."""
        self._not_twice()
        saved = save_uploads(uploads, self.library.folder / "uploads")
        self.intake = start_intake(saved.paths, self.library.folder, saved.refused)

    def add_folder(self, folder: Path) -> None:
        """Ingest a folder in the background; TomoError."""
        self._not_twice()
        self.intake = start_intake([folder], self.library.folder)

    def remove(self, document_ids: Sequence[str]) -> None:
        """Remove these documents; TomoError at the first that cannot be."""
        for document_id in document_ids:
            remove_document(document_id, self.library.folder)

    def _not_twice(self) -> None:
        if self.intake is not None and not self.intake.done:
            raise LibraryBusy("Files are being added already. Wait for that to end, or stop it.")


def _can_be_found(intake: Intake, since: float) -> bool:
    """All of it, or for a long file at least its words."""
    read = len(intake.files) >= intake.expected
    return intake.done or (read and time.monotonic() - since > INDEXING)
