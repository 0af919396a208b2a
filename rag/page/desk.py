"""Hold what outlives a reload: the library, the assistant once opened, the conversations and a running intake."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from ingest.errors import LibraryBusy, LibraryError, TomoError
from ingest.library import Library
from ingest.records import DocumentRow
from ingest.settings import ROOT, Settings
from rag.chat_types import Request
from rag.chats import Chats
from rag.choice import with_chosen
from rag.page.answers import Chat
from rag.page.engine import Engine, OpenAssistant, Works
from rag.page.intake import Intake, Upload, remove_document, save_uploads, start_intake

SAMPLES = ROOT / "data" / "samples"
CHATS_KEPT = 200
"""Conversations that are in memory too."""


class Desk:
    """One for the whole server; any thread may call it."""

    def __init__(self, settings: Settings, open_assistant: OpenAssistant) -> None:
        self.settings = settings
        self.library = Library(settings.library)
        self.chats = Chats(settings.library)
        self.intake: Intake | None = None
        self.engine = Engine(with_chosen(settings), open_assistant)
        self._holding = threading.Lock()
        self._prepared = False
        self._chats: OrderedDict[tuple[str, str], Chat] = OrderedDict()
        self._listed: tuple[int, list[DocumentRow]] = (-1, [])

    # -- asking ---------------------------------------------------------------------------------------------------

    def assistant(self) -> Works:
        """The one assistant, opened at the first call and tried again after a failure; TomoError."""
        return self.engine.assistant()

    def prepare(self) -> None:
        """Open the assistant ahead of the first question, once, in the background; a refusal waits for a question."""
        if not self._prepared:
            self._prepared = True
            self.engine.warm_when_idle(lambda: self.library.generation)
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
        chat.start(request, self.engine.lent)

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
