"""Words are looked up in bounded time: whole while few rows match, by the rarest words when many do."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from math import log
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import schema
from ingest.filing import Piece
from ingest.filters import EVERYTHING, Filters
from ingest.lexical import Term, any_of, stems, terms
from ingest.library import Library
from ingest.narrowed import search_words
from ingest.records import FileRecord
from ingest.split import Splitter
from ingest.wordsearch import COUNTED, FAR, MOST, parted, rarity, search_phrases, search_terms
from tests.fakes import count_words, ticket

WORDS = "alpha beta gamma delta epsilon zeta".split()
# Words of later ranks are drawn ever more rarely, as in real text.
TEXTS = st.lists(
    st.lists(st.sampled_from([w for i, w in enumerate(WORDS) for _ in range(32 >> i)]), min_size=1, max_size=6).map(
        " ".join
    ),
    min_size=1,
    max_size=60,
)
QUESTIONS = st.lists(st.sampled_from([*WORDS, "absent"]), min_size=1, max_size=6, unique=True).map(" ".join)


def catalogue(texts: Sequence[str]) -> sqlite3.Connection:
    """Rows 1, 2, 3 … of the real word index."""
    db = schema.connect(Path(":memory:"))
    rows = [(i, text, stems(text, "en")) for i, text in enumerate(texts, 1)]
    db.executemany("INSERT INTO words (rowid, exact, stem) VALUES (?, ?, ?)", rows)
    return db


def holding(texts: Sequence[str], word: str) -> set[int]:
    return {i for i, text in enumerate(texts, 1) if word in text.split()}


@given(TEXTS, QUESTIONS)
def test_what_matches_few_rows_is_ranked_whole_as_bm25_ranks_it(texts: list[str], question: str) -> None:
    db, asked = catalogue(texts), terms(question, "en")
    assert search_terms(db, asked, 10, EVERYTHING) == search_words(db, any_of(asked), 10, EVERYTHING)
    assert search_terms(db, asked, 10, EVERYTHING, len(texts) // 2 + 1) == search_words(
        db, any_of(asked), 10, EVERYTHING
    )


def test_whole_rankings_are_for_libraries_of_twenty_thousand_chunks() -> None:
    assert 2 * MOST >= 20_000


@settings(max_examples=300)
@given(TEXTS, QUESTIONS, st.integers(1, 20))
def test_rows_with_the_rarest_word_are_all_found_and_scored_with_the_others(
    texts: list[str], question: str, most: int
) -> None:
    db, asked = catalogue(texts), terms(question, "en")
    rows = {word: holding(texts, word) for word in question.split() if holding(texts, word)}
    found = dict(search_terms(db, asked, 1000, EVERYTHING, most))
    whole = dict(search_words(db, any_of(asked), 1000, EVERYTHING))
    assert found.keys() <= whole.keys()
    assert bool(found) is bool(whole)
    fewest = min(map(len, rows.values()), default=0)
    if fewest <= most:
        assert not rows or any(some <= found.keys() for some in rows.values() if len(some) == fewest)
        if all(len(some) < FAR * most for some in rows.values()):
            assert found == pytest.approx({i: whole[i] for i in found})


@given(TEXTS, QUESTIONS, st.integers(1, 20), st.integers(1, 5))
def test_a_shorter_list_is_the_beginning_of_a_longer_one(
    texts: list[str], question: str, most: int, limit: int
) -> None:
    db, asked = catalogue(texts), terms(question, "en")
    if any(0 < len(holding(texts, word)) <= most for word in question.split()):
        long = search_terms(db, asked, 1000, EVERYTHING, most)
        short = search_terms(db, asked, limit, EVERYTHING, most)
        assert [score for _, score in short] == pytest.approx([score for _, score in long[:limit]])


@pytest.mark.parametrize(
    ("rows", "rare", "common"),
    [
        pytest.param([], [], [], id="nothing-asked"),
        pytest.param([0, 0], [], [], id="nowhere"),
        pytest.param([7, 3, 0], [1, 0], [], id="just-fit-together"),
        pytest.param([8, 3], [1], [0], id="the-second-is-too-many"),
        pytest.param([3, 39, 40], [0], [1], id="in-far-too-many"),
        pytest.param([50, 11, 45], [], [1, 0, 2], id="each-is-too-many"),
        pytest.param([0, 50], [], [1], id="one-is-nowhere-and-one-too-many"),
    ],
)
def test_the_rarest_words_choose_and_the_common_ones_help(rows: list[int], rare: list[int], common: list[int]) -> None:
    asked = [Term(f"{at}", ()) for at in range(len(rows))]

    def count(some: Sequence[Term], bound: int) -> int:
        return min(bound, sum(rows[int(term.word)] for term in some))

    assert parted(asked, count, 10) == ([asked[at] for at in rare], [asked[at] for at in common])


def test_words_that_are_all_too_common_are_asked_for_together() -> None:
    texts = [" ".join(("error" if i % 2 else "", "printer" if i % 3 else "", "ok")) for i in range(300)]
    db = catalogue(texts)
    found = search_terms(db, terms("printer error ok", "en"), 20, EVERYTHING, 110)
    assert len(found) == 20
    assert {i for i, _ in found} <= holding(texts, "error") & holding(texts, "printer")


def test_words_that_are_never_met_together_are_still_found() -> None:
    db = catalogue(["error" if i % 2 else "printer" for i in range(100)])
    assert len(search_terms(db, terms("printer error", "en"), 20, EVERYTHING, 10)) == 10


def test_an_unknown_language_asks_for_the_stems_of_both() -> None:
    assert terms("instalando", "und") == [Term("instalando", ("instal", "instalando"))]
    assert any_of(terms("instalando arcones", "und")) == (
        'exact : ("instalando" OR "arcones") OR stem : ("instal" OR "instalando" OR "arcon")'
    )


def test_words_with_one_stem_ask_for_it_once() -> None:
    assert any_of(terms("cable cables", "en")) == 'exact : ("cable" OR "cables") OR stem : ("cabl")'


@given(TEXTS, st.lists(st.sampled_from(["alpha beta", "zeta", "gamma", "no-such 1", "?"]), max_size=4))
def test_names_in_few_rows_are_ranked_whole(texts: list[str], names: list[str]) -> None:
    db = catalogue(texts)
    asked = [f'exact : "{name}"' for name in names if name != "?"]
    wanted = search_words(db, " OR ".join(asked), 10, EVERYTHING) if asked else []
    assert search_phrases(db, names, 10, EVERYTHING) == wanted


@given(TEXTS, st.integers(4, 40))
def test_a_common_name_does_not_crowd_a_rare_one_out(texts: list[str], most: int) -> None:
    texts = [*("API" for _ in range(2 * most)), *texts, "API ERR-17"]
    db = catalogue(texts)
    found = search_phrases(db, ["API", "ERR-17"], 10, EVERYTHING, most)
    assert found[0][0] == len(texts)
    assert len(search_phrases(db, ["API", "ERR-17"], 1000, EVERYTHING, most)) == most


def test_two_common_names_are_both_found() -> None:
    db = catalogue([*(["API"] * 20), *(["USB"] * 20)])
    found = {i for i, _ in search_phrases(db, ["API", "USB"], 1000, EVERYTHING, 10)}
    assert (len(found & set(range(1, 21))), len(found & set(range(21, 41)))) == (5, 5)


def test_only_rows_that_pass_the_filters_count(tmp_path: Path) -> None:
    """Words that are common in the whole library may be rare in the part that is searched."""
    library = Library(tmp_path)
    documents = [ticket(f"T-{i}", "printer error", status="Open" if i < 3 else "Closed") for i in range(40)]
    splitter = Splitter(count_words, 40)
    library.store(FileRecord("/t.csv", "d", 1, 1), [Piece(d, splitter.split(d), d.id) for d in documents])
    filters, asked = Filters(status="Open"), terms("printer error", "en")
    found = search_terms(library._db, asked, 60, filters, 10)
    assert found == library.search_words(any_of(asked), 60, filters)
    assert len(found) == 3
    assert len(search_phrases(library._db, ["printer", "error"], 60, filters, 10)) == 3


def test_nothing_asked_finds_nothing() -> None:
    db = catalogue(["alpha"])
    assert search_terms(db, [], 10, EVERYTHING) == []
    assert search_phrases(db, ["?"], 10, EVERYTHING) == []


@given(TEXTS, QUESTIONS)
def test_a_word_is_as_rare_as_few_rows_hold_it(texts: list[str], question: str) -> None:
    asked = terms(question, "en")
    found = rarity(catalogue(texts), asked)
    rows = [len(holding(texts, term.word)) for term in asked]
    expected = [log(1 + (len(texts) - n + 0.5) / (n + 0.5)) if n else 0.0 for n in rows]
    assert found == pytest.approx(expected)


def test_of_a_frequent_word_the_rarity_is_estimated_and_common_words_stay_common() -> None:
    """Half of the rows hold one word, one in ten another, one in a hundred a third."""
    texts = ["half " * (n % 2) + "tenth " * (n % 10 == 0) + "hundredth" * (n % 100 == 0) + " x" for n in range(30_000)]
    assert len(texts) // 10 > COUNTED > len(texts) // 100
    found = rarity(catalogue(texts), terms("half tenth hundredth", "en"))
    assert found == pytest.approx([log(2), log(10), log(100)], rel=0.02)
    assert found == sorted(found)


def test_in_an_empty_library_every_word_is_nowhere() -> None:
    assert rarity(catalogue([]), terms("alpha beta", "en")) == [0.0, 0.0]
    assert rarity(catalogue(["alpha"]), []) == []
