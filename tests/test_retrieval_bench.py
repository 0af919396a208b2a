"""The benchmark of search compares like with like, and its figures are what their names say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.library import Library
from ingest.vectors import MemoryStore
from rag.evaluation.questions_file import Item, Place
from rag.evaluation.scores import CUT, Outcome, score
from rag.retrieve import Retriever
from tests.bench.baselines import baselines, fused
from tests.bench.figures import Sure, latency, rates, separation, strict, table
from tests.bench.material import CORPUS
from tests.bench.retrieval import groups
from tests.bench.xquad import articles, asked, write_paragraphs
from tests.test_filters import embed, fill

ITEM = Item("q", "what", "es", "a.pdf", "en", "lookup", True, (Place("a.pdf", 1),))


def outcome(rank: int, strict_rank: int = 0, item: Item = ITEM) -> Outcome:
    return Outcome(item, rank, strict_rank, (), 0.0, 0.0)


@pytest.mark.parametrize(
    ("lists", "order"),
    [
        pytest.param([[(1, 0.9), (2, 0.8)], [(2, 0.1), (3, 0.1)]], [2, 1, 3], id="what-both-found-is-first"),
        pytest.param([[(5, 9.0)], [(4, 0.1)]], [4, 5], id="scores-do-not-count-only-ranks"),
        pytest.param([[], [(1, 0.5)]], [1], id="one-found-nothing"),
    ],
)
def test_fusion_is_by_rank(lists: list[list[tuple[int, float]]], order: list[int]) -> None:
    assert [i for i, _ in fused(lists)] == order


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
@settings(max_examples=30, deadline=None)
def test_rates_are_those_of_the_evaluation(ranks: list[int]) -> None:
    outcomes = [outcome(rank) for rank in ranks]
    expected = score("all", "all", outcomes)
    shown = [float(cell.split()[0]) for cell in rates(outcomes)]
    wanted = (expected.recall_1, expected.recall_5, expected.recall_10, expected.mrr)
    assert CUT == 10
    assert shown == pytest.approx(wanted, abs=0.0006)


def test_strict_figures_count_the_questions_own_document_alone() -> None:
    systems = {"one": [outcome(1, 0), outcome(1, 1)]}
    assert rates(systems["one"])[0].startswith("1.00")
    assert rates(strict(systems)["one"])[0].startswith(".500")


def test_a_table_shows_every_system_in_every_group() -> None:
    english = replace(ITEM, lang="en", type="list")
    outcomes = [outcome(1), outcome(2, item=english)]
    lines = list(table({"a": outcomes, "b": outcomes}, groups([o.item for o in outcomes])))
    counted = [line for line in lines if "questions)" in line]
    assert counted == [
        "all (2 questions)", "es→en (1 questions)", "en→en (1 questions)", "cross (1 questions)",
        "lookup (1 questions)", "list (1 questions)",
    ]  # fmt: skip
    assert len(lines) == 1 + 3 * len(counted)


@pytest.mark.parametrize(
    ("right", "wrong", "area"),
    [
        pytest.param([0.9, 0.8], [0.1, 0.2], "AUC 1.00 1.00–1.00", id="parted"),
        pytest.param([0.1, 0.2], [0.9, 0.8], "AUC .000 .000–.000", id="the-wrong-way-round"),
        pytest.param([0.5, 0.5], [0.5, 0.5], "AUC .500 .500–.500", id="the-same"),
        pytest.param([0.5], [], "–", id="nothing-to-tell-apart"),
    ],
)
def test_separation_is_the_area_under_the_curve(right: list[float], wrong: list[float], area: str) -> None:
    cases = [Sure(f"q{at}", True, c) for at, c in enumerate(right)]
    cases += [Sure(f"q{at}", False, c) for at, c in enumerate(wrong)]
    assert separation(cases).startswith(area)


def test_latency_is_in_milliseconds() -> None:
    assert latency([0.010] * 20).startswith("p50 10.0 ms (10.0–10.0), p95 10.0 ms")


def test_baselines_search_the_chunks_that_tomo_searches(tmp_path: Path) -> None:
    library, store = Library(tmp_path), MemoryStore()
    fill(library)
    retriever = Retriever(library, store, embed(library, store))
    texts = [c.chunk.text for row in library.documents() for c in library.document_chunks(row.id)]
    for name, search in baselines(retriever, texts).items():
        for text in texts:
            assert text in [passage.text for passage in search(text).passages[:3]], name


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not beside the project")
def test_every_xquad_question_has_its_paragraph(tmp_path: Path) -> None:
    for about in ("es", "en"):
        write_paragraphs(about, tmp_path / about)
        names = {path.name for path in (tmp_path / about).iterdir()}
        assert names == set(articles(about))
        assert len(names) == 240
        for language in ("es", "en"):
            items = asked(language, about)
            assert len({item.id for item in items}) == 1190
            assert {item.doc for item in items} == names
