"""Keep documents, pages, sections, chunks and vectors on disk: the catalogue that everything else reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from ingest import evidence, filing, narrowed, spelling, tallies, wordsearch
from ingest.errors import LibraryError, SettingsError
from ingest.filing import Known, Piece
from ingest.filters import EVERYTHING, Filters
from ingest.lexical import Term
from ingest.packing import pack
from ingest.records import DocumentRow, FileRecord, StoredChunk, Vectors, document_row, matrix
from ingest.summaries import SummaryShelf
from ingest.threads import met
from ingest.tie import EmbedderTie
from ingest.types import Chunk, Language, Page, Section


class Library(SummaryShelf, EmbedderTie):
    """One folder on disk. Any thread may call it: each has its own connection."""

    @property
    def generation(self) -> int:
        """Grows with every change to what can be found; a reader that sees a new one reopens its index."""
        return int(self.meta("generation") or 0)

    # -- writing --------------------------------------------------------------------------------------------------

    def store(self, record: FileRecord, pieces: Iterable[Piece], parts: Iterable[str] | None = None) -> tuple[int, int]:
        """Store documents of a file, in one transaction; the file's pages and chunks so far.

        `parts` names all documents of the file once this is the last call for it: those of an earlier version that
        are not among them go, and the file is done. Whatever `pieces` raises on the way leaves everything as it was.
        Words can be found at once; vectors are unfinished until `store_vectors`.
        """
        with self.transaction() as db:
            filing.file_pieces(db, record, pieces)
            sizes = filing.close_file(db, record, parts) if parts is not None else (0, 0)
            filing.grow(db)
        return sizes

    def known_parts(self, path: str) -> dict[str, Known]:
        """What is stored of a file, by part."""
        return filing.known_parts(self._db, path)

    def free_id(self, path: str, part: str) -> str:
        """The id a new document of a file gets."""
        return filing.free_id(self._db, path, part)

    def note_files(self, records: Iterable[FileRecord]) -> None:
        """Bring journal rows up to date (also: why a file was not read); what was stored of the files stays."""
        with self.transaction() as db:
            for record in records:
                filing.note_file(db, record)

    def move_file(self, old: str, record: FileRecord) -> None:
        """A file of the journal lies elsewhere now; its documents keep their ids."""
        with self.transaction() as db:
            filing.move_file(db, old, record)
            filing.grow(db)

    def forget_file(self, path: str) -> int:
        """Remove a file and its documents; how many documents went."""
        with self.transaction() as db:
            query = "SELECT count(*) FROM documents JOIN files ON files.id = file_id WHERE path = ?"
            (count,) = db.execute(query, (path,)).fetchone()
            db.execute("DELETE FROM files WHERE path = ?", (path,))
            filing.grow(db)
        return int(count)

    def forget_document(self, document_id: str) -> None:
        """Remove one document; its file's row goes with the last of them."""
        with self.transaction() as db:
            row = db.execute("SELECT file_id FROM documents WHERE id = ?", (document_id,)).fetchone()
            if row is None:
                raise LibraryError(f"{document_id}: no such document. `python -m rag documents` lists them.")
            db.execute("DELETE FROM documents WHERE id = ?", (document_id,))
            left = db.execute("SELECT 1 FROM documents WHERE file_id = ? LIMIT 1", (row["file_id"],)).fetchone()
            if left is None:
                db.execute("DELETE FROM files WHERE id = ?", (row["file_id"],))
            filing.grow(db)

    def store_vectors(self, ids: Sequence[int], vectors: Sequence[Vectors]) -> None:
        """Keep copies of vectors, for all chunks that are equal to these too: each chunk's own and its sentences'.

        As `Embedder.embed_chunks` gives them. A chunk removed meanwhile is passed over.
        """
        rows = [
            (chunk_id, found[0].astype(np.float16).tobytes(), pack(found[1:]))
            for chunk_id, found in zip(ids, vectors, strict=True)
        ]
        with self.transaction() as db:
            filing.give_vectors(db, rows)

    def mark_indexed(self, ids: Sequence[int]) -> None:
        """These chunks' vectors can be found in the index now."""
        with self.transaction() as db:
            db.executemany("UPDATE chunks SET indexed = 1 WHERE id = ?", [(i,) for i in ids])
            filing.grow(db)

    def unindex_all(self) -> None:
        """The index is to be filled again from the copies kept here."""
        with self.transaction() as db:
            db.execute("UPDATE chunks SET indexed = 0")

    def clear_forgotten(self, ids: Sequence[int]) -> None:
        """The index has forgotten these."""
        with self.transaction() as db:
            db.executemany("DELETE FROM forgotten WHERE chunk_id = ?", [(i,) for i in ids])
            filing.grow(db)

    # -- what is unfinished ---------------------------------------------------------------------------------------

    def without_vector(self, limit: int) -> list[StoredChunk]:
        """Chunks still to be embedded, oldest first."""
        return self._stored("WHERE vector IS NULL ORDER BY id LIMIT ?", (limit,))

    def without_index(self, limit: int) -> tuple[list[int], Vectors]:
        """Chunks that have a vector here and not yet in the index: ids and float32 vectors (n, d)."""
        query = "SELECT id, vector FROM chunks WHERE vector IS NOT NULL AND indexed = 0 ORDER BY id LIMIT ?"
        rows = self._db.execute(query, (limit,)).fetchall()
        return [row["id"] for row in rows], matrix(row["vector"] for row in rows)

    def forgotten(self, limit: int) -> list[int]:
        """Ids that the index still has to forget."""
        return [row[0] for row in self._db.execute("SELECT chunk_id FROM forgotten LIMIT ?", (limit,))]

    # -- reading --------------------------------------------------------------------------------------------------

    def files(self) -> dict[str, FileRecord]:
        """The journal, by path."""
        columns = "path, digest, size, mtime_ns, ctime_ns, inode, seen_ns, recipe, status, reason"
        rows = self._db.execute(f"SELECT {columns} FROM files")
        return {row["path"]: FileRecord(*row) for row in rows}

    def documents(self, filters: Filters = EVERYTHING) -> list[DocumentRow]:
        """Every document that passes, by title."""
        where = filters.condition
        return self._rows(f"{where.sql and f'WHERE {where.sql}'} ORDER BY title, documents.id", where.values)

    def documents_numbered(self, numbers: Iterable[str], filters: Filters = EVERYTHING) -> list[DocumentRow]:
        """The documents that pass and whose own number ends in one of these: tickets, of which there may be many."""
        where = filters.condition
        ending = "EXISTS (SELECT 1 FROM json_each(?) WHERE documents.key LIKE '%' || value)"
        query = f"WHERE {where.sql or 'TRUE'} AND {ending} ORDER BY title, documents.id"
        return self._rows(query, (*where.values, json.dumps(list(numbers))))

    def document(self, document_id: str) -> DocumentRow | None:
        """One document, or None."""
        return next(iter(self._rows("WHERE documents.id = ?", (document_id,))), None)

    def documents_by_id(self, ids: Iterable[str]) -> dict[str, DocumentRow]:
        """Documents by id; an unknown id is left out."""
        rows = self._rows("WHERE documents.id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),))
        return {row.id: row for row in rows}

    def find_document(self, name: str) -> DocumentRow:
        """The document with this id, file name, path, ticket number or title; LibraryError when none or several."""
        where = "WHERE ? IN (documents.id, files.name, files.path, documents.key, title)"
        rows = self._rows(where + " ORDER BY documents.id LIMIT 5", (name,))
        if not rows:
            raise LibraryError(f"{name}: no such document. `python -m rag documents` lists them.")
        if len(rows) > 1:
            some = ", ".join(f"{row.id} ({row.title})" for row in rows)
            raise LibraryError(f"{name}: means more than one document. Give the id: {some}.")
        return rows[0]

    def pages(self, document_id: str) -> list[Page]:
        """All pages of a document, in order."""
        query = "SELECT number, label, text FROM pages WHERE document_id = ? ORDER BY number"
        return [Page(*row) for row in self._db.execute(query, (document_id,))]

    def page(self, document_id: str, number: int) -> Page | None:
        """One page, or None."""
        query = "SELECT number, label, text FROM pages WHERE document_id = ? AND number = ?"
        row = self._db.execute(query, (document_id, number)).fetchone()
        return None if row is None else Page(*row)

    def sections(self, document_id: str) -> list[Section]:
        """All sections of a document, in order."""
        query = "SELECT title, level, page, start FROM sections WHERE document_id = ? ORDER BY ordinal"
        return [Section(*row) for row in self._db.execute(query, (document_id,))]

    def thread(self, document_id: str) -> list[DocumentRow]:
        """The mails of the thread a document belongs to, itself among them, oldest first; [] when it is in none."""
        row = self.document(document_id)
        if row is None or not row.fields.thread:
            return []
        ids = json.dumps(met(self._db, row.fields.thread))
        where = "WHERE documents.id IN (SELECT value FROM json_each(?)) ORDER BY julianday(created), documents.id"
        return self._rows(where, (ids,))

    def document_chunks(self, document_id: str) -> list[StoredChunk]:
        """All chunks of a document, in order."""
        return self._stored("WHERE document_id = ? ORDER BY ordinal", (document_id,))

    def vectors(self, filters: Filters) -> Iterator[tuple[list[int], Vectors]]:
        """Ids and float32 vectors (n, d) of the chunks that pass, from the copies kept here, block by block."""
        return narrowed.vectors(self._db, filters)

    def count_vectors(self, filters: Filters = EVERYTHING) -> int:
        """How many chunks that pass have a vector."""
        return narrowed.count_vectors(self._db, filters)

    def among(self, ids: Sequence[int], filters: Filters) -> set[int]:
        """Those of these chunks that pass."""
        return narrowed.among(self._db, ids, filters)

    def holds(self, filters: Filters) -> bool:
        """Whether some document passes."""
        return narrowed.matches(self._db, filters)

    def require(self, filters: Filters) -> None:
        """SettingsError that says what there is when no document passes."""
        if filters and not self.holds(filters):
            raise SettingsError(narrowed.nothing_matches(self._db, filters))

    def search_words(self, expression: str, limit: int, filters: Filters = EVERYTHING) -> list[tuple[int, float]]:
        """Chunks that match an FTS5 expression and pass, best first, each with its bm25 (lower is better)."""
        return narrowed.search_words(self._db, expression, limit, filters)

    def documents_holding(self, expression: str, filters: Filters = EVERYTHING) -> set[str]:
        """The ids of the documents that pass and have a chunk that matches an FTS5 expression."""
        return narrowed.documents_holding(self._db, expression, filters)

    def search_terms(self, terms: Sequence[Term], limit: int, filters: Filters = EVERYTHING) -> list[tuple[int, float]]:
        """Chunks that hold any of a question's terms and pass, best first, each with its bm25 (lower is better).

        In a large library the commonest terms are left out: the time is bounded.
        """
        return wordsearch.search_terms(self._db, terms, limit, filters)

    def search_phrases(
        self, phrases: Sequence[str], limit: int, filters: Filters = EVERYTHING
    ) -> list[tuple[int, float]]:
        """Chunks that hold any of these names to the letter and pass, best first, each with its bm25."""
        return wordsearch.search_phrases(self._db, phrases, limit, filters)

    def rarity(self, terms: Sequence[Term]) -> list[float]:
        """Inverse document frequency of each term; 0 for one that is nowhere. In a large library it is estimated."""
        return wordsearch.rarity(self._db, terms)

    def evidence(self, ids: Sequence[int]) -> list[evidence.Evidence]:
        """All that is kept about chunks, in the order of `ids`; an unknown id is left out."""
        return evidence.evidence(self._db, ids)

    def page_sentences(self, document_id: str, page: int) -> tuple[list[tuple[int, int]], Vectors]:
        """Where on a page the sentences are that vectors are kept of, and these (n, d)."""
        return evidence.page_sentences(self._db, document_id, page)

    def page_languages(self, row: DocumentRow) -> dict[int, Language]:
        """What most of each page is written in, of a document in several languages; {} for any other."""
        return evidence.page_languages(self._db, row)

    def mean_vectors(self) -> dict[Language, tuple[Vectors, int]]:
        """The mean vector of the chunks of each language, and how many it was taken over."""
        return evidence.mean_vectors(self._db)

    def respelt(self, words: Sequence[str], language: Language = "und") -> dict[str, str]:
        """For words that no chunk holds: the likeliest word that is in some. See `ingest.spelling`."""
        return spelling.respelt(self._db, words, language)

    def token_counts(self, tokenizer: str, ids: Iterable[str] | None = None) -> dict[str, int]:
        """Tokens of each counted document, by id: the sum over its pages. Of those among `ids` only, when given."""
        return tallies.token_counts(self._db, tokenizer, ids)

    def sizes(self, tokenizer: str) -> list[tallies.Size]:
        """How long every document is, in characters and, where they are counted, tokens."""
        return tallies.sizes(self._db, tokenizer)

    def totals(self) -> dict[str, int]:
        """Documents, pages, chunks, chunks without a vector, chunks not in the index."""
        query = """SELECT (SELECT count(*) FROM documents) AS documents, (SELECT count(*) FROM pages) AS pages,
            (SELECT count(*) FROM chunks) AS chunks,
            (SELECT count(*) FROM chunks WHERE vector IS NULL) AS unembedded,
            (SELECT count(*) FROM chunks WHERE indexed = 0) AS unindexed"""
        return dict(self._db.execute(query).fetchone())

    def _rows(self, where: str, values: tuple[object, ...]) -> list[DocumentRow]:
        query = f"SELECT documents.*, files.name, files.path FROM documents JOIN files ON files.id = file_id {where}"
        return [document_row(row) for row in self._db.execute(query, values)]

    def _stored(self, where: str, values: tuple[object, ...]) -> list[StoredChunk]:
        columns = "id, document_id, ordinal, page, start, end, text, breadcrumb, section, language"
        query = f"SELECT {columns} FROM chunks {where}"
        return [StoredChunk(row[0], Chunk(*row[1:])) for row in self._db.execute(query, values)]
