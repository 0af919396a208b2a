"""How many tokens a document has: counted once for a tokenizer, again when it changes, estimated until then."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.counting import AnsweringModelCounts, answering_model, count_documents, count_some
from ingest.filing import Piece
from ingest.gguf_header import tokenizer_digest
from ingest.library import Library
from ingest.records import FileRecord
from ingest.settings import Settings
from ingest.tallies import Size
from ingest.types import Chunk, Document, Language, Page
from rag.counting import TOKENS_A_CHARACTER, BackgroundCounts, estimate, rates_by_language
from rag.fakes import FakeLLM
from tests.fakes import count_words
from tests.test_commands import run
from tests.test_gguf import BASE, gguf, written
from tests.test_llm import model_file


def put(library: Library, name: str, *pages: str, language: Language = "en") -> None:
    """Store a document of these pages, in place of an earlier one of that name."""
    document = Document(name, "manual", name, language, tuple(Page(n, "", text) for n, text in enumerate(pages, 1)))
    chunks = [Chunk(name, n, n + 1, 0, len(text), text, name) for n, text in enumerate(pages) if text]
    library.store(FileRecord(f"/{name}.txt", name, 1, 1), [Piece(document, chunks)], {""})


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path / "library")
    put(library, "one", "a b c", "d e")
    put(library, "two", "a b c d e f g")
    return library


def test_a_document_has_the_tokens_of_its_pages(library: Library) -> None:
    assert count_documents(library, count_words, "words") == 2
    assert library.token_counts("words") == {"one": 5, "two": 7}
    assert library.token_counts("words", ["two", "unknown"]) == {"two": 7}
    assert library.token_counts("letters") == {}


def test_each_page_is_counted_alone(library: Library) -> None:
    seen: list[str] = []
    count_documents(library, lambda text: seen.append(text) or 1, "pages")
    assert sorted(seen) == ["a b c", "a b c d e f g", "d e"]
    assert library.token_counts("pages") == {"one": 2, "two": 1}


def test_what_is_counted_is_not_counted_again(library: Library) -> None:
    count_documents(library, count_words, "words")
    put(library, "three", "a")
    seen: list[str] = []
    assert count_documents(library, lambda text: seen.append(text) or 1, "words") == 1
    assert seen == ["a"]


def test_an_updated_document_loses_its_old_counts(library: Library) -> None:
    count_documents(library, count_words, "words")
    count_documents(library, len, "letters")
    put(library, "one", "a")
    assert library.token_counts("words") == {"two": 7}
    assert library.token_counts("letters") == {"two": 13}
    count_documents(library, count_words, "words")
    assert library.token_counts("words") == {"one": 1, "two": 7}


@pytest.mark.parametrize("pages", [pytest.param(("x y",), id="changed"), pytest.param(("a b c", "d e"), id="the-same")])
def test_a_document_replaced_while_it_is_counted_is_counted_anew(library: Library, pages: tuple[str, ...]) -> None:
    once = iter([True])

    def count(text: str) -> int:
        if text == "a b c" and next(once, False):
            put(library, "one", *pages)
        return count_words(text)

    count_some(library, count, "words")
    assert library.token_counts("words") == {"two": 7}
    count_documents(library, count, "words")
    assert library.token_counts("words") == {"one": sum(map(count_words, pages)), "two": 7}


def test_a_document_removed_while_it_is_counted_leaves_nothing(library: Library) -> None:
    def count(text: str) -> int:
        library.forget_file("/one.txt")
        return count_words(text)

    count_documents(library, count, "words")
    assert library.token_counts("words") == {"two": 7}


def test_two_may_count_at_the_same_time(library: Library) -> None:
    for i in range(300):
        put(library, f"d{i}", "a " * i)
    threads = [
        threading.Thread(target=count_documents, args=(other, count_words, "words"))
        for other in (library, Library(library.folder))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert library.token_counts("words") == {"one": 5, "two": 7} | {f"d{i}": i for i in range(300)}


def test_counting_stops_where_it_is_told_and_keeps_what_is_done(library: Library) -> None:
    stop, counted = threading.Event(), []

    def count(text: str) -> int:
        counted.append(text)
        if len(counted) == 2:
            stop.set()
        return count_words(text)

    count_documents(library, count, "words", stop)
    assert len(counted) == 2
    assert len(library.token_counts("words")) == 1


# -- the tokenizer's name ---------------------------------------------------------------------------------------------

WORDS = "tokenizer.ggml.tokens"


@pytest.mark.parametrize(
    ("entries", "same"),
    [
        pytest.param(BASE | {"general.file_type": 2, "general.name": "Other"}, True, id="another-quantisation"),
        pytest.param(BASE | {"tokenizer.chat_template": "{{ y }}"}, True, id="another-template"),
        pytest.param(dict(reversed(BASE.items())), True, id="another-order"),
        pytest.param(BASE | {WORDS: ["a", "b", "d"]}, False, id="another-token"),
        pytest.param(BASE | {WORDS: ["ab", "c"]}, False, id="tokens-cut-elsewhere"),
        pytest.param(BASE | {"tokenizer.ggml.pre": "llama-bpe"}, False, id="another-pre-tokenizer"),
        pytest.param(BASE | {"tokenizer.ggml.merges": ["a b"]}, False, id="merges"),
    ],
)
def test_counts_are_shared_by_files_whose_tokenizer_is_the_same(
    tmp_path: Path, entries: dict[str, object], same: bool
) -> None:
    one, other = written(tmp_path, gguf()), written(tmp_path, gguf(entries), "other.gguf")
    assert (tokenizer_digest(one) == tokenizer_digest(other)) == same


@pytest.mark.heavy
def test_a_vocabulary_alone_counts_as_the_model_does_and_opens_quickly() -> None:
    from ingest.vocabulary import Vocabulary
    from rag.llm import LlamaCpp

    Vocabulary(model_file()).close()  # the first loads the library
    started = perf_counter()
    vocabulary = Vocabulary(model_file())
    assert perf_counter() - started < 1.0
    llm = LlamaCpp(model_file(), window=256)
    assert vocabulary.identity == llm.tokenizer
    for text in ("¿Qué tal, señora? 😀", "<|im_start|>system\nObey.", "", "a\0b", "word " * 300):
        assert vocabulary.count(text) == llm.count(text)
    llm.close()
    vocabulary.close()


# -- at ingest --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("llm", "models", "found"),
    [
        pytest.param("own.gguf", (), "own.gguf", id="the-one-set"),
        pytest.param("gone.gguf", ("smollm2-135m-instruct-f16.gguf",), None, id="the-one-set-is-not-there"),
        pytest.param("", ("smollm2-135m-instruct-f16.gguf", "other.gguf"), "smollm2-135m-instruct-f16.gguf", id="ours"),
        pytest.param("", ("other.gguf",), None, id="not-prepared-yet"),
    ],
)
def test_counts_for_the_model_that_will_answer(
    tmp_path: Path, llm: str, models: tuple[str, ...], found: str | None
) -> None:
    for name in (*models, "own.gguf"):
        (tmp_path / name).write_bytes(b"")
    settings = replace(Settings(), models=tmp_path, llm=str(tmp_path / llm) if llm else "")
    assert answering_model(settings) == (tmp_path / found if found else None)


def test_a_damaged_model_is_said_once_and_fails_nothing(
    library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = written(tmp_path, gguf()[:-64], "cut.gguf")
    counts = AnsweringModelCounts(library, replace(Settings(), llm=str(path)))
    with caplog.at_level(logging.WARNING):
        assert (counts.bring_up_to_date(), counts.bring_up_to_date()) == (0, 0)
    assert [record.getMessage()[:19] for record in caplog.records] == ["cut.gguf: truncated"]


def test_without_a_model_nothing_is_counted(library: Library, tmp_path: Path) -> None:
    assert AnsweringModelCounts(library, replace(Settings(), models=tmp_path)).bring_up_to_date() == 0
    assert not list(tmp_path.glob("*.gguf"))


@pytest.mark.heavy
def test_an_ingest_counts_what_earlier_ones_left_out(library: Library) -> None:
    settings = replace(Settings(), llm=str(model_file()))
    counts = AnsweringModelCounts(library, settings)
    assert counts.bring_up_to_date() == 2
    assert counts.bring_up_to_date() == 0
    put(library, "two", "some other words")
    assert counts.bring_up_to_date() == 1
    assert set(library.token_counts(tokenizer_digest(model_file()))) == {"one", "two"}


@pytest.mark.heavy
def test_the_command_counts_when_it_has_ingested(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Hold the button for ten seconds.", encoding="utf-8")
    done = run("ingest", tmp_path / "a.txt", "--library", tmp_path / "library", "--json", TOMO_LLM=str(model_file()))
    assert done.returncode == 0
    assert "summary" in done.stdout.splitlines()[-1]
    (tokens,) = Library(tmp_path / "library").token_counts(tokenizer_digest(model_file())).values()
    assert 5 < tokens < 12


# -- behind the page --------------------------------------------------------------------------------------------------


class Gated(FakeLLM):
    """Counts when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()

    def count(self, text: str) -> int:
        assert self.gate.wait(10)
        return super().count(text)


def test_a_document_is_estimated_until_it_is_counted(library: Library) -> None:
    llm = Gated()
    background = BackgroundCounts(library, llm)
    assert background.counts(["one", "two", "unknown"]) == {"one": 4, "two": 6}  # of 8 and 13 characters
    assert background.estimated(["one", "unknown"]) == {"one"}
    llm.gate.set()
    assert background.wait(10)
    assert background.counts(["two", "one"]) == {"one": 5, "two": 7}
    assert background.estimated(["one", "two"]) == set()
    background.close()
    assert library.token_counts("words") == {"one": 5, "two": 7}


def test_a_change_of_the_library_is_counted_too(library: Library) -> None:
    background = BackgroundCounts(library, FakeLLM())
    assert background.wait(10)
    other = Library(library.folder)
    put(other, "three", "a b")
    put(other, "one", "a")
    other.forget_file("/two.txt")
    assert set(background.counts(["one", "two", "three"])) == {"one", "three"}
    assert background.wait(10)
    assert background.counts(["one", "two", "three"]) == {"one": 1, "three": 2}
    background.close()


def test_closing_ends_the_thread_and_a_closed_model_is_no_accident(library: Library) -> None:
    before = set(threading.enumerate())
    background = BackgroundCounts(library, FakeLLM())
    background.close()
    background.close()
    assert "token counts" not in [thread.name for thread in set(threading.enumerate()) - before]


TOKENS = st.integers(0, 10**6) | st.none()
SIZES = st.lists(st.builds(Size, st.just("d"), st.sampled_from(["es", "en"]), st.integers(1, 10**6), TOKENS))


@given(sizes=SIZES, characters=st.integers(0, 10**6))
def test_an_estimate_is_the_rate_of_the_counted_documents_of_its_language(sizes: list[Size], characters: int) -> None:
    rates = rates_by_language(sizes)
    for language in ("es", "en"):
        counted = [size for size in sizes if size.language == language and size.tokens is not None]
        total = sum(size.characters for size in counted)
        rate = sum(size.tokens or 0 for size in counted) / total if counted else TOKENS_A_CHARACTER
        found = estimate(Size("x", language, characters, None), rates)
        assert rate * characters - 1e-6 * (1 + rate * characters) <= found < rate * characters + 1


def test_five_thousand_counts_take_less_than_a_millisecond(tmp_path: Path) -> None:
    library = Library(tmp_path)
    with library.transaction() as db:
        db.execute("INSERT INTO files VALUES (1, '/x', 'x', '', 1, 1, 'added', '', 0, 0, 0, '')")
        blank = ("",) * 9
        rows = [(f"d{i:012}", 1, "manual", "t", "en", *blank, 1, 0, 100, str(i), "", "", "") for i in range(5000)]
        db.executemany(f"INSERT INTO documents VALUES ({','.join('?' * 21)})", rows)
    background = BackgroundCounts(library, FakeLLM())
    assert background.wait(20)
    ids = [row[0] for row in rows]
    seconds = []
    for _ in range(100):
        started = perf_counter()
        assert len(background.counts(ids)) == 5000
        seconds.append(perf_counter() - started)
    assert sorted(seconds)[50] < 0.001
    background.close()
