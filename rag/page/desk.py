"""Hold what outlives a reload: the library, the assistant once opened, the conversations and a running intake."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.errors import LibraryBusy, LibraryError, TomoError
from ingest.filters import EVERYTHING
from ingest.finding import holding
from ingest.library import Library
from ingest.listing import not_read
from ingest.lock import write_lock
from ingest.prefixes import FOLDER, headers, used_bytes
from ingest.prefixes import remove as remove_kept
from ingest.records import DocumentRow, FileRecord
from ingest.settings import ROOT, Settings
from rag.chats.store import Chats
from rag.chats.types import Request, waits_for_files
from rag.llama.memory import free_memory
from rag.page.answers import Asks, Chat
from rag.page.chores import Chore, calibrate, rebuild
from rag.page.copies import UPLOADS, drop_copies
from rag.page.engine import Engine, OpenAssistant
from rag.page.intake import Batch, FileResult, Intake, Saved, Upload, remove_document, save_uploads, start_intake
from rag.page.sanitise import line
from rag.page.shelf import Found, Shelf, Wanted
from rag.page.watching import Watcher
from rag.prefix import PrefixStore
from rag.shelf.choice import chosen, keep_choice, with_chosen
from rag.shelf.fits import Shelved, shelved

SAMPLES = ROOT / "data" / "samples"
TITLE = 80
"""Characters of a title in a list."""
INDEXING = 30.0
"""Seconds that a question about files waits for their vectors; their words can be found before."""
_LOOK, _COUNT = 0.05, 0.25
"""Seconds between two looks at what has been read, and at how many chunks have no vector: those have to be counted."""
_NOT_ADDED = "The file could not be added. Add it in the library, where its reason is shown."
CHATS_KEPT = 200
"""Conversations that are in memory too."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Saved prompts: how many, the bytes they take, and those they may take."""

    count: int
    bytes: int
    limit: int


class Desk:
    """One for the whole server; any thread may call it."""

    def __init__(self, settings: Settings, open_assistant: OpenAssistant) -> None:
        self.settings = settings
        self.library = Library(settings.library)
        self.chats = Chats(settings.library)
        self.intake: Intake | None = None
        self.engine = Engine(with_chosen(settings), open_assistant)
        self._holding, self._adding = threading.Lock(), threading.Lock()
        self._prepared = False
        self._chats: OrderedDict[tuple[str, str], Chat] = OrderedDict()
        self.rebuilding: Chore | None = None
        self.calibration: Chore | None = None
        self.watcher = Watcher(settings.library)
        """Follows the watched folders, from the first visit on, whichever view that is of."""
        self._shelf: tuple[int, Shelf] = (-1, Shelf(()))
        self._held: tuple[tuple[int, str], set[str]] = ((-1, ""), set())
        self._titles: tuple[int, dict[str, str]] = (-1, {})

    # -- asking ---------------------------------------------------------------------------------------------------

    def assistant(self) -> Asks:
        """The one assistant, opened at the first call and tried again after a failure; TomoError."""
        return self.engine.lent()

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
        new = Chat(secrets.token_hex(8), chats=chats)
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
        """Start to answer; the conversation is kept from now on. Files it came with and still lacks are read again."""
        self._hold(chat, chat.chats.owner if chat.chats is not None else "")
        paths = [self.library.folder / UPLOADS / name for name in request.titles] if waits_for_files(request) else []
        if there := [path for path in paths if path.is_file()]:
            chat.start(request, self.assistant, lambda cancel: self._brought(request, Saved(there, []), cancel))
        else:  # nothing to ask about only
            chat.start(replace(request, titles=()) if paths else request, self.assistant)

    def ask_about(self, chat: Chat, request: Request, uploads: Iterable[Upload]) -> None:
        """Add files to the library and ask only about them, once they can be found; LibraryError."""
        saved = save_uploads(uploads, self.library.folder / UPLOADS)
        names = tuple(path.name for path in saved.paths)
        asked = replace(request, documents=(), filters=EVERYTHING, titles=names)
        self._hold(chat, chat.chats.owner if chat.chats is not None else "")
        chat.start(asked, self.assistant, lambda cancel: self._brought(asked, saved, cancel))

    def _brought(self, request: Request, saved: Saved, cancel: threading.Event) -> Request:
        """The request about these files, once they are in the library; LibraryError with the reason when none is."""
        if cancel.is_set():
            return request
        intake, batch = self._ingest(saved.paths, saved.refused)
        wanted = {str(path.resolve()) for path in saved.paths} | {str(path.absolute()) for path in saved.paths}
        read_at = 0.0
        while not intake.done and not cancel.wait(_COUNT if batch.read else _LOOK):
            if not batch.read:
                continue
            read_at = read_at or time.monotonic()
            if not self.library.totals()["unindexed"] or time.monotonic() - read_at > INDEXING:
                break  # of a long file its words are enough
        rows = [row for row in self.library.documents() if row.path in wanted]
        found, read = tuple(row.id for row in rows), {row.file for row in rows}
        if cancel.is_set():
            return replace(request, documents=found)
        bad = (result for result in batch.files if not result.good and result.name not in read)
        reasons = tuple(dict.fromkeys(result.reason for result in bad))
        if not found:
            raise LibraryError("\n".join(reasons) or intake.error or _NOT_ADDED)
        titles = tuple(path.name for path in saved.paths if path.name in read)
        return replace(request, documents=found, titles=titles, unread=reasons)

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
        return self.shelf().rows

    def shelf(self) -> Shelf:
        """The documents, ready to be looked through; made again only when the library has changed."""
        generation = self.library.generation
        if generation != self._shelf[0]:
            self._shelf = (generation, Shelf(self.library.documents()))
        return self._shelf[1]

    def look(self, wanted: Wanted) -> list[Found]:
        """The documents that a person looks for by what is typed, in their names and in their text."""
        shelf, words = self.shelf(), wanted.words
        if (self._shelf[0], words) != self._held[0]:
            self._held = ((self._shelf[0], words), holding(self.library, words))
        return shelf.look(wanted, self._held[1])

    def titles(self) -> dict[str, str]:
        """Every document's title, short enough for a list, by id; as fresh as `documents`."""
        documents = self.documents()
        if self._shelf[0] != self._titles[0]:
            self._titles = (self._shelf[0], {row.id: line(row.title, TITLE) for row in documents})
        return self._titles[1]

    def add(self, uploads: Iterable[Upload]) -> None:
        """Save what was uploaded and ingest it in the background, after what is being ingested; TomoError."""
        saved = save_uploads(uploads, self.library.folder / UPLOADS)
        self._ingest(saved.paths, saved.refused)

    def add_folder(self, folder: Path) -> None:
        """Ingest a folder in the background."""
        self.take_in([folder])

    def take_in(self, paths: Sequence[Path]) -> None:
        """Ingest files, also those that failed before, and folders in the background, after what is being ingested."""
        self._ingest(paths)

    def finish(self) -> None:
        """Prepare the search of what an earlier run has read only, in the background; LibraryError without any file."""
        there = next((path for row in self.documents() if (path := Path(row.path)).exists()), None)
        if there is None:
            raise LibraryError("None of the files in the library is still where it was. Add any file to finish.")
        self.take_in([there])  # any will do: what has no vector yet gets one

    def _ingest(self, paths: Sequence[Path], refused: Sequence[FileResult] = ()) -> tuple[Intake, Batch]:
        with self._adding:
            batch = self.intake.take(paths, refused) if self.intake is not None else None
            if self.intake is None or batch is None:
                self.intake, batch = start_intake(paths, self.library.folder, refused)
            return self.intake, batch

    def remove(self, document_ids: Sequence[str]) -> None:
        """Remove these documents, and the copies of uploaded files that held them; TomoError at the first that cannot
        be."""
        self._no_intake()
        paths = {key: row.path for key, row in self.library.documents_by_id(set(document_ids)).items()}
        removed = []
        try:
            for document_id in document_ids:
                remove_document(document_id, self.library.folder)
                removed.append(paths.get(document_id, ""))
        finally:
            self._drop_copies(removed)

    def not_read(self) -> list[FileRecord]:
        """Files that could not be read or are not used, by path, as the last attempt found them."""
        return not_read(self.library)

    def dismiss(self, path: str) -> None:
        """Speak no more of a file that could not be read, and delete it if it is a copy of an uploaded one.

        LibraryError when it has documents, or somebody writes.
        """
        self._no_intake()
        with write_lock(self.library.folder, "dismiss"):
            if self.library.known_parts(path):
                raise LibraryError(f"{path}: has documents in the library. Remove those instead.")
            self.library.forget_file(path)
        self._drop_copies([path])

    def _drop_copies(self, paths: Iterable[str]) -> None:
        """Not while files come in: one of the same name may just have been uploaded again."""
        if self.intake is None or self.intake.done:
            drop_copies(self.library, filter(None, paths))

    def _no_intake(self) -> None:
        """LibraryBusy in words for whoever sees the files come in, not of processes."""
        if self.intake is not None and not self.intake.done:
            raise LibraryBusy("Files are being added. Wait for that to end, or stop it.")

    def rebuild(self) -> None:
        """Make the vector index anew, in the background; TomoError."""
        self._no_intake()
        if self.rebuilding is None or self.rebuilding.done:
            self.rebuilding = rebuild(self.settings)

    # -- models ---------------------------------------------------------------------------------------------------

    def models(self) -> list[Shelved]:
        """The model files that are there, and whether they fit the memory that is free now."""
        named = [Path(llm) for llm in (self.settings.llm, self.engine.settings.llm) if llm]
        return shelved(self.settings.models, named, self.settings.window, free_memory())

    def switch(self, path: Path) -> None:
        """Let this model answer from now on, as soon as no answer is on its way; chosen once it could be opened."""
        settings = chosen(self.settings, path)
        self.engine.switch(settings, lambda: keep_choice(settings))

    def calibrate(self, path: Path) -> None:
        """Measure how this model runs best, in the background."""
        if self.calibration is None or self.calibration.done:
            self.calibration = calibrate(self.settings, str(path))

    def kept(self) -> Kept:
        """The saved prompts."""
        folder = self.library.folder / FOLDER
        limit = PrefixStore(folder, self.settings.prefix_mb * 10**6).limit
        return Kept(len(headers(folder)), used_bytes(folder), limit)

    def drop_kept(self) -> int:
        """Remove every saved prompt; how many."""
        folder = self.library.folder / FOLDER
        found = headers(folder)
        for header in found:
            remove_kept(folder, header)
        return len(found)
