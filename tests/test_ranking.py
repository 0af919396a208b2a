"""One score from many signals: what says the same stands once, and the better reason wins."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.evidence import Evidence
from ingest.library import Library
from ingest.vectors import MemoryStore
from rag.contents import is_contents
from rag.question import understand
from rag.retrieve import Retriever
from rag.search.centre import Centre
from rag.search.probes import probe
from rag.search.ranking import _SURPLUS, OLD_REVISION, WEIGHTS, Ranked, rank, score
from rag.search.signals import NAMES
from tests.searching import EMBEDDER, embed, evidence, guide, saying, searcher, something, store

CENTRE = Centre(probe(EMBEDDER))
COPIED = "Press the green button for ten seconds until both lights are off and the fan has stopped."


def ranked(found: list[Evidence], scores: list[float], language: str = "en", old: tuple[str, ...] = ()) -> list[Ranked]:
    question = understand("green button", language)  # type: ignore[arg-type]
    return rank(question, found, np.array(scores), CENTRE, old)


def shown(found: list[Ranked]) -> list[tuple[int, list[tuple[str, int]]]]:
    return [(one.evidence.id, [(relation, twin.id) for relation, twin in one.twins]) for one in found]


def said(number: int, what: int, language: str, text: str = "", document: str = "") -> Evidence:
    """A chunk that says the `what`-th thing."""
    vector = saying(something(what), language, CENTRE)  # type: ignore[arg-type]
    words = text or f"words{number} of{number} its{number} own{number}"
    return evidence(number, words, document=document or f"D{number}", language=language, vector=vector)  # type: ignore[arg-type]


CHUNKS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["es", "en", "und"]), st.integers(0, 2), st.floats(-8, 8)),
    max_size=12,
)


@settings(deadline=None)
@given(CHUNKS, st.sampled_from(["es", "en", "und"]))
def test_every_chunk_stands_for_itself_or_is_named_by_one_that_does(chunks, language: str) -> None:  # type: ignore[no-untyped-def]
    found = [said(i, what, la, f"text of {what} in {la}", f"D{d}") for i, (what, la, d, _) in enumerate(chunks)]
    scores = {i: s for i, (*_, s) in enumerate(chunks)}
    order = ranked(found, [s for *_, s in chunks], language)
    named = [(one, twin) for one in order for twin in one.twins]
    assert sorted([one.evidence.id for one in order] + [twin.id for _, (_, twin) in named]) == sorted(scores)
    assert [one.score for one in order] == sorted((one.score for one in order), reverse=True)
    for one, (relation, twin) in named:
        if relation == "copy":
            assert twin.language in (one.evidence.language, *(t.language for r, t in one.twins if r == "translation"))
        else:
            assert one.evidence.language == language != twin.language
            assert scores[twin.id] <= max(scores[one.evidence.id], *(scores[t.id] for _, t in one.twins)) + 1e-9
        assert one.score >= scores[twin.id]


def test_a_copy_in_another_document_is_named_and_not_listed() -> None:
    found = [evidence(1, COPIED, document="A"), evidence(2, COPIED, document="B"), evidence(3, "else", document="C")]
    assert shown(ranked(found, [1.0, 2.0, 0.0])) == [(2, [("copy", 1)]), (3, [])]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(evidence(1, COPIED), evidence(2, COPIED), id="in-the-same-document"),
        pytest.param(
            evidence(1, COPIED), evidence(2, COPIED, document="B", language="und"), id="in-an-unknown-language"
        ),
        pytest.param(
            evidence(1, COPIED),
            evidence(2, COPIED + " Then call support, room 12.", document="B"),
            id="with-more-words",
        ),
        pytest.param(
            evidence(1, COPIED), evidence(2, COPIED, document="B", embedded=False), id="before-it-is-embedded"
        ),
        pytest.param(
            evidence(1, "one text", vector=something(1)),
            evidence(2, "another page", document="B", vector=something(1)),
            id="only-the-vectors-agree",
        ),
    ],
)
def test_what_is_no_copy_stays_in_the_list(first: Evidence, second: Evidence) -> None:
    assert shown(ranked([first, second], [2.0, 1.0])) == [(1, []), (2, [])]


@pytest.mark.parametrize(
    ("language", "lead", "listed"),
    [
        pytest.param("en", -1.0, [(1, [("translation", 2)])], id="worse"),
        pytest.param("en", _SURPLUS - 0.01, [(1, [("translation", 2)])], id="a-little-better"),
        pytest.param("en", _SURPLUS + 0.01, [(2, []), (1, [])], id="clearly-better"),
        pytest.param("es", 0.0, [(2, [("translation", 1)])], id="the-question-s-language-is-the-other"),
        pytest.param("und", 0.5, [(2, []), (1, [])], id="no-language-is-known"),
    ],
)
def test_a_translation_stands_for_itself_only_when_clearly_better(
    language: str, lead: float, listed: list[object]
) -> None:
    found = [said(1, 1, "en"), said(2, 1, "es")]
    assert shown(ranked(found, [0.0, lead], language)) == listed


def test_a_page_in_the_question_s_language_gains_what_its_translation_scores() -> None:
    found = [said(1, 1, "en"), said(2, 1, "es"), said(3, 2, "en")]
    order = ranked(found, [0.0, 1.5, 1.0])
    assert shown(order) == [(1, [("translation", 2)]), (3, [])]
    assert order[0].score == 1.5


def test_texts_that_say_different_things_are_no_translations() -> None:
    assert shown(ranked([said(1, 1, "en"), said(2, 2, "es")], [0.0, -1.0])) == [(1, []), (2, [])]


def test_copies_of_a_translation_are_named_with_it() -> None:
    words = "pulse el mismo botón verde"
    found = [said(1, 1, "en"), said(2, 1, "es", words), said(3, 1, "es", words)]
    (only,) = ranked(found, [0.0, -1.0, -2.0])
    assert {(relation, twin.id) for relation, twin in only.twins} == {("translation", 2), ("copy", 3)}


def test_an_old_revision_answers_only_when_the_current_one_does_not() -> None:
    old, new = evidence(1, "ten seconds", document="old"), evidence(2, "twelve seconds", document="new")
    assert [r.evidence.id for r in ranked([old, new], [1.0, 0.0], old=("old",))] == [2, 1]
    assert [r.evidence.id for r in ranked([old, new], [OLD_REVISION + 1, 0.0], old=("old",))] == [1, 2]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("contents", "foreign_coverage")])
def test_more_of_what_speaks_for_a_chunk_scores_more(name: str) -> None:
    rows = np.full((2, len(NAMES)), 0.5)
    rows[1, NAMES.index(name)] = 0.9
    assert np.diff(score(rows)) > 0


def test_every_signal_has_a_weight() -> None:
    assert tuple(WEIGHTS) == NAMES


# -- through a whole search ---------------------------------------------------------------------------------------


def heads(retriever: Retriever, question: str) -> list[tuple[str, int]]:
    return [(p.document_id, p.page) for p in retriever.search(understand(question), 10).passages]


@pytest.mark.parametrize("asked", [47, 48, 4])
def test_the_page_with_the_very_code_comes_before_those_with_its_like(tmp_path: Path, asked: int) -> None:
    pages = [f"Error E-{n} means that the tray is empty. Fill the tray and press start. Case {n * 7}." for n in
             (46, 47, 48, 49, 4, 147)]  # fmt: skip
    retriever = searcher(tmp_path, guide("Codes", *pages), guide("Other", "The tray is empty: an error. Fill it."))
    best = retriever.search(understand(f"What does error E-{asked} mean, is the tray empty?"), 5).passages[0]
    assert f"E-{asked} " in best.text


@pytest.mark.parametrize("dots", [" ........ ", " . . . . . . . ", " …… "])
def test_a_table_of_contents_ranks_below_the_chapter(tmp_path: Path, dots: str) -> None:
    titles = ["Change the fuse", "Clean the fuse holder", "Replace the lamp"]
    contents = "\n".join(f"{title}{dots}{n}" for n, title in enumerate(titles, 2))
    chapters = [f"{title}\n{title} with the device off. Pull the holder out first." for title in titles]
    found = heads(searcher(tmp_path, guide("Guide", contents, *chapters)), "How do I change the fuse?")
    assert found[0] == ("Guide", 2)
    assert ("Guide", 1) in found


@pytest.mark.parametrize(
    ("text", "contents"),
    [
        pytest.param("One .... 1\nTwo .... 2", True, id="dots"),
        pytest.param("alarm, 12, 15\nbattery, 3\ncable, 7, 9", True, id="an-index"),
        pytest.param("Chapter\nOne .... 1\nTwo .... 2", True, id="with-a-heading"),
        pytest.param(
            "7 Why is the red lamp on? 3\n8 How do I empty the tray\nof the old one? 3\n9 Where does the paper go? 4\n"
            "10 What may be cleaned with water? 5\n11 Who repairs the fan motor? 7",
            True,
            id="numbered-titles-without-dots",
        ),
        pytest.param("1 Hex bolt 2\n2 Washer 4\n3 Nut 4\n4 Cover 6", False, id="a-list-of-parts"),
        pytest.param(
            "1 Pump of the left side 1\n2 Pump of the right side 1\n3 Seal of the left pump 1\n"
            "4 Seal of the right pump 1",
            False,
            id="one-of-each-part",
        ),
        pytest.param(
            "Contents\n1. What it is 1\n2. The lamps 2\n2.1. The red one . . . . . . 2",
            True,
            id="chapters-without-dots",
        ),
        pytest.param("4.2. Clean the holder . . . . . . . . . 31", True, id="one-numbered-title"),
        pytest.param("12.Care 70\n13.Repair 71\n13.1. The lamp ...... 71", True, id="no-blank-after-a-number"),
        pytest.param("1 Fuse ........ 5\n2 Lamp of the door 3\n3 Motor 1", False, id="quantities-that-fall"),
        pytest.param("4.2. Weight ...... 12 kg", False, id="a-value-with-its-unit"),
        pytest.param("One .... 1", False, id="a-single-line"),
        pytest.param("Wait...\nThen go on.\nIt takes long...\nVery long.", False, id="ellipses"),
        pytest.param("It was sold in May, 2012\nand it is sold still.\nAsk us.", False, id="a-year-at-a-line-end"),
        pytest.param("", False, id="empty"),
    ],
)
def test_what_leads_to_page_numbers_is_a_table_of_contents(text: str, contents: bool) -> None:
    assert is_contents(text) is contents


def test_a_chunk_not_embedded_yet_is_found_by_its_words(tmp_path: Path) -> None:
    library, index = Library(tmp_path), MemoryStore()
    retriever = Retriever(library, index, EMBEDDER)
    store(library, guide("Old", "The lamp is green.", "The fan is loud."))
    embed(library, index)
    assert heads(retriever, "zeppelin ballast")
    store(library, guide("New", "The zeppelin has ballast."), path="/m/new.txt")
    assert heads(retriever, "zeppelin ballast")[0] == ("New", 1)
    embed(library, index)
    assert heads(retriever, "zeppelin ballast")[0] == ("New", 1)


def test_nothing_embedded_at_all_is_a_search_by_words(tmp_path: Path) -> None:
    retriever = searcher(tmp_path, guide("A", "The lamp is green.", "The fan is loud."), embedded=False)
    result = retriever.search(understand("loud fan"), 5)
    assert [(p.page, p.similarity) for p in result.passages] == [(2, 0.0)]
    assert 0 <= result.confidence <= 1


@pytest.mark.parametrize(
    ("question", "best"), [("loud fan", 2), ("green lamp", 1), ("Where is the fuse of the pump?", 3)]
)
def test_unrelated_documents_leave_the_best_passage_the_best(tmp_path: Path, question: str, best: int) -> None:
    manual = guide("A", "The lamp is green when it is on.", "The fan is loud: oil it.", "The pump has its fuse below.")
    others = [guide(f"Other {i}", f"Invoices of month {i} are sent by mail.", "Ask for a discount.") for i in range(30)]
    alone = heads(searcher(tmp_path / "alone", manual), question)
    company = heads(searcher(tmp_path / "company", manual, *others), question)
    assert alone[0] == company[0] == ("A", best)


def test_a_search_gives_the_same_twice_and_as_often_as_it_is_opened(tmp_path: Path) -> None:
    pages = [f"Page {n} about the fan, the lamp and part {n % 5}." for n in range(100)]
    first = searcher(tmp_path, guide("A", *pages))
    found = first.search(understand("lamp part 3"), 10).passages
    assert found == first.search(understand("lamp part 3"), 10).passages
    again = Retriever(first.library, first._store, EMBEDDER)
    assert found == again.search(understand("lamp part 3"), 10).passages
