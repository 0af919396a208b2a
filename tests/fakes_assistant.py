"""Stand-ins for the assistant, through the same door that the page uses for the real one."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ingest.errors import ModelError
from ingest.filing import Piece
from ingest.filters import EVERYTHING, Filters
from ingest.library import Library
from ingest.records import FileRecord
from ingest.settings import Settings
from ingest.types import Chunk, Document, Fields, Language, Page
from rag.events import Answer, Answered, Citation, Delta, Event, Planned, Working
from rag.loaded import Loaded
from rag.prefixes.warm import Warming
from rag.question import understand
from rag.types import LeftOut, Message, Mode, Passage, Pin, PrefixState, Receipt, SearchResult, Seconds, Tokens

QUOTE = "Hold the power button for ten seconds."
MANUAL = Document(
    "manual-1",
    "manual",
    "Router guide",
    "en",
    (Page(1, "i", "Welcome.\nThis guide is short."), Page(2, "1", f"Restart\n{QUOTE}\nThen wait.")),
)
TICKET = Document(
    "ticket-1", "ticket", "El router no enciende", "es", (Page(1, "1", "No enciende desde ayer."),),
    fields=Fields(key="SUP-7", status="Closed", resolution="Fixed", created="2024-05-01", tags=("router", "power")),
)  # fmt: skip


def fill(folder: Path, *documents: Document) -> Library:
    """A library that holds these documents, one file each, without vectors."""
    library = Library(folder)
    for document in documents:
        text = document.pages[-1].text
        chunk = Chunk(document.id, 0, document.pages[-1].number, 0, len(text), text, document.title)
        record = FileRecord(f"/manuals/{document.id}.md", document.id, 1, 1)
        library.store(record, [Piece(document, [chunk])], {""})
    return library


def receipt(mode: Mode = "sections", prefix: PrefixState = "restored", searched: str = "") -> Receipt:
    """A receipt with something in every part."""
    tokens = Tokens(system=300, document=1500, history=120, question=25, reserve=512, window=8192)
    left = (LeftOut("Router guide, page i", 220, "It ranked below what fitted."),)
    seconds = Seconds(0.1, 0.9, 1.2, 3.4)
    return Receipt(
        mode, "The best hits share one section.", "write", tokens, left, seconds, prefix, "fake-1B", searched
    )


def citation(n: int = 1, verified: bool = True, quote: str = QUOTE) -> Citation:
    """Page 1 (the second of the file) of the manual."""
    return Citation(n, "manual-1", "Router guide", "manual-1.md", 2, "1", "Restart", quote, verified)


class FakeAssistant:
    """Answers every question with the same pieces; `gate` holds it after the first until it is set.

    `prefill` is how many steps it reads before the first, each as long as a `pause`; stopped there, its answer is
    empty, like the real one's.
    """

    model = "fake-1B"

    def __init__(
        self, settings: Settings, pieces: Sequence[str], citations: Sequence[Citation], refused: bool, pause: float = 0,
        searched: str = "", left_out: tuple[LeftOut, ...] = (), prefill: int = 0,
    ) -> None:  # fmt: skip
        self._left_out, self._prefill = left_out, prefill
        self.library = Library(settings.library)
        self._pieces, self._citations, self._refused = tuple(pieces), tuple(citations), refused
        self._pause, self._searched = pause, searched
        self.gate = threading.Event()
        self.gate.set()
        self.asked: list[tuple[str, str, tuple[str, ...], tuple[Message, ...]]] = []
        self.filters: list[Filters] = []
        self.pinned: list[tuple[Pin, ...]] = []
        self.steps = threading.Semaphore(0)
        """Released once for each step of a reading ahead that may be taken."""
        self.read: list[str] = []
        self.closed = False

    loaded = Loaded("fake-1B@1234", 10**9, 8192, "memory", "q8_0", True, 10**8, 321.0, 45.0, True, 6e8, False)

    def most_read(self, limit: int) -> list[str]:
        """The first documents by title."""
        return [row.id for row in self.library.documents()][:limit]

    def warm(self, ids: Sequence[str], cancel: threading.Event) -> Iterator[Warming]:
        """Two steps a document, each when it is let."""
        for document_id in ids:
            for done in (0, 50):
                yield Warming(document_id, document_id, "working", done, 100)
                while not self.steps.acquire(timeout=0.01):
                    if cancel.is_set():
                        yield Warming(document_id, document_id, "cancelled", done, 100)
                        return
            self.read.append(document_id)
            yield Warming(document_id, document_id, "ready", 100, 100, 1.0)

    def close(self) -> None:
        """Noted."""
        self.closed = True

    def ask(
        self, question: str, *, mode: str = "auto", documents: Sequence[str] = (), history: Sequence[Message] = (),
        language: Language | None = None, tongue: Language = "und", cancel: threading.Event | None = None,
        style: str = "auto", budget: int = 0, patience: float | None = None, before: Receipt | None = None,
        filters: Filters = EVERYTHING, pinned: Sequence[Pin] = (),
    ) -> Iterator[Event]:  # fmt: skip
        """Planned, the pieces, Answered; after `cancel` nothing more."""
        self.asked.append((question, mode, tuple(documents), tuple(history)))
        self.filters.append(filters)
        self.pinned.append(tuple(pinned))
        yield Planned(receipt())
        for done in range(self._prefill):
            yield Working(100 * done, 100 * self._prefill, "", self._prefill - done)
            if cancel is not None and cancel.wait(max(self._pause, 0.05)):
                yield Answered(Answer(question, "", False, "en", (), receipt()))
                return
        for piece in self._pieces:
            if cancel is not None and cancel.wait(self._pause):
                return
            yield Delta(piece)
            while not self.gate.wait(0.01):
                if cancel is not None and cancel.is_set():
                    return
        text = "".join(self._pieces)
        came = receipt(searched=self._searched)
        came = replace(came, left_out=self._left_out or came.left_out)
        yield Answered(Answer(question, text, self._refused, "en", self._citations, came))

    def search(self, question: str, limit: int = 10) -> SearchResult:
        """The second page of the manual for every question, as soon as the gate is open."""
        self.gate.wait(10)
        found = Passage("manual-1", "Router guide", "manual-1.md", "manual", "en", 2, "1", 0, 1, "x", "", 1.0)
        return SearchResult(understand(question), (found,), 0.01, 0.8)


class Opener:
    """Like `open_assistant`; keeps what it opened, and fails first as often as told."""

    def __init__(
        self, pieces: Sequence[str] = ("Hold the button [1].",), citations: Sequence[Citation] = (citation(),),
        refused: bool = False, failures: int = 0, pause: float = 0, searched: str = "",
        left_out: tuple[LeftOut, ...] = (), prefill: int = 0,
    ) -> None:  # fmt: skip
        self._script, self.failures = (pieces, citations, refused, pause, searched, left_out, prefill), failures
        self.opened: list[FakeAssistant] = []
        self.gated = False

    def __call__(self, settings: Settings) -> FakeAssistant:
        """The assistant; ModelError while failures are left."""
        if self.failures:
            self.failures -= 1
            raise ModelError("model.gguf: is not there. Run `make models`.")
        assistant = FakeAssistant(settings, *self._script)
        if self.gated:
            assistant.gate.clear()
        self.opened.append(assistant)
        return assistant
