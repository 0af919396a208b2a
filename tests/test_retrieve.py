"""Words are looked for while the question is embedded, whatever either comes to."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest.embed import HashEmbedder, Vectors
from ingest.errors import LibraryError, ModelError
from ingest.filters import EVERYTHING, Filters
from ingest.lexical import Term
from ingest.library import Library
from ingest.renewal import drop_vectors
from ingest.vectors import MemoryStore
from rag.question import understand
from rag.retrieve import Retriever
from tests.searching import embed, guide, searcher, store

PAGES = ("Hold the green button to restart the pump.", "The red lamp means that the tank is empty.")
ASKED = understand("green button")
PATIENCE = 20


class Told(Library):
    """Says when words are looked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.searched = threading.Event()

    def search_terms(self, terms: Sequence[Term], limit: int, filters: Filters = EVERYTHING) -> list[tuple[int, float]]:
        self.searched.set()
        return super().search_terms(terms, limit, filters)


class Waiting(HashEmbedder):
    """Has the question's vector when words have been looked for, and gives up when they are not."""

    def __init__(self, searched: threading.Event) -> None:
        super().__init__()
        self._searched = searched

    def embed_question(self, text: str) -> Vectors:
        if not self._searched.wait(PATIENCE):
            raise ModelError("nobody has looked for words meanwhile")
        return super().embed_question(text)


class Broken(HashEmbedder):
    def embed_question(self, text: str) -> Vectors:
        raise ModelError("the model is gone")


class Unreadable(Library):
    def search_terms(self, terms: Sequence[Term], limit: int, filters: Filters = EVERYTHING) -> list[tuple[int, float]]:
        raise LibraryError("the disk is gone")


def test_words_are_looked_for_while_the_question_is_embedded(tmp_path: Path) -> None:
    library, index = Told(tmp_path), MemoryStore()
    store(library, guide("A", *PAGES))
    embed(library, index)
    found = Retriever(library, index, Waiting(library.searched)).search(ASKED, 3)
    assert found.passages[0].page == 1


def test_a_question_that_cannot_be_embedded_is_the_searchers_to_hear_of(tmp_path: Path) -> None:
    made = searcher(tmp_path, guide("A", *PAGES))
    broken = Retriever(made.library, made._store, Broken())
    with pytest.raises(ModelError, match="the model is gone"):
        broken.search(ASKED, 3)
    assert made.search(ASKED, 3).passages


def test_a_catalogue_that_cannot_be_read_ends_the_search_and_the_next_one_works(tmp_path: Path) -> None:
    made = searcher(tmp_path, guide("A", *PAGES))
    with pytest.raises(LibraryError, match="the disk is gone"):
        Retriever(Unreadable(tmp_path), made._store, HashEmbedder()).search(ASKED, 3)
    assert made.search(ASKED, 3).passages


def test_many_threads_get_what_one_gets(tmp_path: Path) -> None:
    made = searcher(tmp_path, guide("A", *PAGES))
    questions = [understand(text) for text in ("green button", "red lamp", "empty tank", "restart pump")]
    alone = [made.search(question, 3).passages for question in questions]
    found: dict[int, list[object]] = {}

    def work(start: int) -> None:
        order = [*questions[start:], *questions[:start]]
        some = [made.search(question, 3).passages for question in order]
        found[start] = [*some[len(some) - start :], *some[: len(some) - start]]

    threads = [threading.Thread(target=work, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert [found[start] for start in range(4)] == [alone] * 4


def test_the_thread_that_embeds_ends_with_the_search(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    made = searcher(tmp_path, guide("A", *PAGES))
    made.search(ASKED, 3)
    (worker,) = set(threading.enumerate()) - before
    del made
    worker.join(PATIENCE)
    assert not worker.is_alive()


def test_vectors_made_anew_with_another_embedder_are_not_searched_with_this_one(tmp_path: Path) -> None:
    library, index = Library(tmp_path), MemoryStore()
    library.claim(HashEmbedder().name)
    store(library, guide("pump", *PAGES))
    embed(library, index)
    retriever = Retriever(library, index, HashEmbedder())
    assert retriever.search(ASKED, 1).passages
    newer = Library(tmp_path)  # as another process, of the next version, has it
    drop_vectors(newer, index)
    assert retriever.search(ASKED, 1).passages  # by its words
    newer.claim("hash:newer")
    embed(newer, index)
    for _ in range(2):
        with pytest.raises(LibraryError, match=r"start it again"):
            retriever.search(ASKED, 1)
