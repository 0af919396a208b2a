"""Documents → summaries, quoted or written, kept in the library and taken up where they were left."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.errors import LibraryError, SettingsError
from ingest.evidence import Evidence
from ingest.library import Library
from ingest.records import DocumentRow
from ingest.summaries import WHOLE, Place, StoredSummary, SummaryKey
from ingest.types import Language
from rag.events import Working
from rag.llm import LLM
from rag.marks import marks, renumbered
from rag.outline import Part, outline, sections_of
from rag.phrases import say
from rag.planning.scope import NoScope
from rag.prompt import render_passage, summary_recipe
from rag.summaries.extract import MOST, key_sentences, lines_for
from rag.summaries.mapreduce import MapReduce
from rag.summaries.text import Shown, joined, quoted, slices_as_passages, written
from rag.types import Passage, Style

EXTRACT = "extract:1"
"""The method of summaries by quotation; another number when the choice of sentences changes."""

_PART_CHARACTERS = (600, 6_000)
"""Least and most of the parts that lines are spread over when sentences are chosen; a dozen in between."""
_SHARE = 0.2
"""Share of a document in several languages from which on what is in the reader's own sums it up: the same stands in
each, where there is so much; a licence alone would not do."""
_AT_ONCE = 400
"""Chunks that are loaded between two looks at whether it was cancelled."""
_LINES = 24
"""Lines over all documents when several are summed up at once; each has two at least."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Event, the last one: `[n]` in the text stands for `passages[n - 1]`. `stored`: all of it had been kept."""

    text: str
    passages: tuple[Passage, ...]
    stored: bool


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a summary still costs: parts to read, and the tokens the model reads for them."""

    parts: int
    tokens: int


@dataclass(frozen=True, slots=True)
class _Source:
    """A document to be summed up by the model: its parts, and their text as passages."""

    row: DocumentRow
    key: SummaryKey
    parts: tuple[Part, ...]
    passages: tuple[tuple[Passage, ...], ...]


@dataclass(slots=True)
class _Progress:
    """Steps over several documents: `past` of those that are done, `ahead` one for each that has not been begun.

    The time left is told once a summary has been `made`, from what one took; those that were kept took none.
    """

    ahead: int
    past: int = 0
    total: int = 1
    made: int = -1
    began: float = 0.0

    def working(self, done: int, total: int, what: str) -> Working:
        """Before the model writes anything."""
        self.total = max(self.total, total)
        return Working(self.past + done, self.past + self.total + self.ahead, what)

    def writing(self, done: int, total: int, what: str) -> Working:
        """Before each summary that the model writes."""
        now = time.monotonic()
        self.made += 1
        self.began = self.began or now
        step = self.working(done, total, what)
        each = (now - self.began) / max(self.made, 1)
        return replace(step, seconds_left=each * (step.total - step.done))

    def next(self) -> None:
        self.past, self.total, self.ahead = self.past + self.total, 1, self.ahead - 1


class Summariser:
    """Sums up documents of a library: in style "quote" by their own sentences, in "write" by the model's."""

    def __init__(self, library: Library, llm: LLM, style: Style) -> None:
        self._library, self._llm, self._style = library, llm, style
        self._sources: dict[SummaryKey, _Source] = {}

    def summarise(
        self, document_ids: Sequence[str], language: Language, cancel: threading.Event | None = None
    ) -> Iterator[Working | Summary]:
        """Working…, then Summary; no Summary when cancelled. What is made on the way is kept and used next time.

        SettingsError for an unknown document, LibraryError when one is changed meanwhile, WindowError when the
        model's window is too small.
        """
        rows = [self._row(document_id) for document_id in dict.fromkeys(document_ids)]
        if not rows:
            raise NoScope(language, summary=True)
        progress = _Progress(len(rows) - 1)
        shown: list[Shown] = []
        stored = True
        for row in rows:
            whole = self._kept(row, language)
            if whole is None:
                stored = False
                whole = yield from self._made(row, language, cancel or threading.Event(), progress)
            if whole is None:
                return
            before = sum(len(one.passages) for one in shown)
            shown.append(self._shown(row, whole, language, len(rows), before))
            progress.next()
        text = joined(shown)
        yield Summary(text.text, text.passages, stored)

    def stored(self, document_id: str, language: Language) -> bool:
        """Whether a summary of the document as it is now is kept; reads no text."""
        return self._kept(self._row(document_id), language) is not None

    def estimate(self, document_ids: Sequence[str], language: Language) -> Estimate:
        """What `summarise` would still read. Written summaries count the document's tokens at the first call."""
        parts = tokens = 0
        for row in (self._row(document_id) for document_id in dict.fromkeys(document_ids)):
            if self._kept(row, language) is not None:
                continue
            if self._style == "quote":
                parts += 1
                continue
            source = self._source(row, language)
            have = {s.ordinal for s in self._library.summaries(source.key) if s.level == 0}
            left = [part for part in source.parts if part.ordinal not in have]
            parts, tokens = parts + len(left), tokens + sum(part.tokens for part in left)
        return Estimate(parts, tokens)

    def _row(self, document_id: str) -> DocumentRow:
        row = self._library.document(document_id)
        if row is None:
            raise SettingsError(f"{document_id}: no such document. `python -m rag documents` lists them.")
        return row

    def _key(self, row: DocumentRow, language: Language) -> SummaryKey:
        written = f"write:{self._llm.name}:{self._llm.window}:{summary_recipe(language)}"
        method = EXTRACT if self._style == "quote" else written
        return SummaryKey(row.id, self._library.text_digest(row.id), method, language)

    def _kept(self, row: DocumentRow, language: Language) -> StoredSummary | None:
        return self._library.summary(self._key(row, language))

    def _made(
        self, row: DocumentRow, language: Language, cancel: threading.Event, progress: _Progress
    ) -> Generator[Working, None, StoredSummary | None]:
        """None when cancelled."""
        if self._style == "write":
            return (yield from self._written(row, language, cancel, progress))
        yield progress.working(0, 1, row.title)
        return self._extracted(row, language, cancel)

    def _extracted(self, row: DocumentRow, language: Language, cancel: threading.Event) -> StoredSummary | None:
        """The places of the lines, most telling first. Kept once all of the document is embedded."""
        key = self._key(row, language)
        pages, headings = self._library.pages(row.id), self._library.sections(row.id)
        least, most = _PART_CHARACTERS
        parts = outline(pages, headings, len, max(least, min(most, row.characters // MOST)))
        sections = sections_of(pages, headings)
        ids = [chunk.id for chunk in self._library.document_chunks(row.id)]
        found: list[Evidence] = []
        for start in range(0, len(ids), _AT_ONCE):
            if cancel.is_set():
                return None
            found += self._library.evidence(ids[start : start + _AT_ONCE])
        own = [one for one in found if one.language == language] if row.others else found
        read = own if len(own) >= _SHARE * len(found) else found
        chosen = key_sentences(parts, sections, read, lines_for(row.pages)) if parts else []
        whole = StoredSummary(WHOLE, 0, "", tuple(Place(s.page, s.start, s.end) for s in chosen))
        if cancel.is_set():
            return None
        if all(len(one.vector) for one in found):
            self._keep(row, key, whole)
        return whole

    def _written(
        self, row: DocumentRow, language: Language, cancel: threading.Event, progress: _Progress
    ) -> Generator[Working, None, StoredSummary | None]:
        yield progress.working(0, 1, row.title)
        source = self._source(row, language)
        have = {(s.level, s.ordinal): s.text for s in self._library.summaries(source.key)}
        steps = MapReduce(self._llm, language).run(
            source.parts,
            source.passages,
            have,
            lambda level, ordinal, text: self._keep(row, source.key, StoredSummary(level, ordinal, text)),
            cancel,
        )
        joining = say(language, "summary.joining", title=row.title)
        text = None
        while True:
            try:
                step = next(steps)
            except StopIteration as stop:
                text = stop.value
                break
            of_part = f"{row.title} › {step.what}" if step.what else row.title
            yield progress.writing(step.done, step.total, joining if step.done >= len(source.parts) else of_part)
        if text is None:
            return None
        every = [passage for part in source.passages for passage in part]
        used = [n for n in marks(text) if n <= len(every)]
        places = tuple(Place(p.page, p.start, p.end) for p in (every[n - 1] for n in used))
        whole = StoredSummary(WHOLE, 0, renumbered(text, {n: i for i, n in enumerate(used, 1)}), places)
        self._keep(row, source.key, whole)
        return whole

    def _source(self, row: DocumentRow, language: Language) -> _Source:
        """The document cut for the model's window; the last one is remembered, since it is counted token by token."""
        key = self._key(row, language)
        if key not in self._sources:
            pages, sections = self._library.pages(row.id), self._library.sections(row.id)
            texts, labels = {p.number: p.text for p in pages}, {p.number: p.label for p in pages}
            place = (row.id, row.title, row.file, row.kind, row.language, 10_000, "")
            headings = {render_passage(1000, Passage(*place, 0, 0, "", s.title, 0.0)) for s in sections}
            headings.add(render_passage(1000, Passage(*place, 0, 0, "", "", 0.0)))
            limit = MapReduce(self._llm, language).limit(headings)
            above = max(map(self._llm.count, headings)) + 2
            parts = outline(pages, sections, lambda text: self._llm.count(text) + above, limit)
            passages = tuple(tuple(slices_as_passages(row, part, texts, labels)) for part in parts)
            self._sources = {key: _Source(row, key, parts, passages)}
        return self._sources[key]

    def _keep(self, row: DocumentRow, key: SummaryKey, summary: StoredSummary) -> None:
        if not self._library.store_summary(key, summary):
            raise LibraryError(f"{row.title}: was changed or removed while it was summed up. Ask again.")

    def _shown(self, row: DocumentRow, whole: StoredSummary, language: Language, documents: int, before: int) -> Shown:
        """One of so many documents, after `before` passages of others."""
        if self._style == "quote":
            lines = len(whole.places) if documents == 1 else max(2, _LINES // documents)
            return quoted(self._library, row, whole.places[:lines], language, before)
        return written(self._library, row, whole, language, before, headed=documents > 1)
