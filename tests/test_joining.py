"""Passages are verbatim stretches of pages: neighbours read together, a page weighed by all that speaks for it."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.library import Library
from ingest.types import Document
from rag.cli.commands import search_json
from rag.question import understand
from rag.search.joining import MOST_JOINED, NEIGHBOUR, Joiner, joined
from rag.search.ranking import Ranked
from rag.types import Passage
from tests.searching import evidence, guide, searcher, store

LONG = "\n\n".join(f"Part {n}. " + f"The {w} of the pump is checked every week by two people. " * 3 for n, w in
                   enumerate("valve hose fuse lamp filter motor gauge".split()))  # fmt: skip
"""A page of many chunks."""
COPIED = "Press the green button for ten seconds until both lights are off and the fan has stopped."
SCORES = st.dictionaries(st.integers(0, 12), st.floats(-12, 12), min_size=1)


def ranking(scores: dict[int, float]) -> list[Ranked]:
    """Chunks of one page by ordinal, best first."""
    found = [Ranked(evidence(at, f"text {at}", ordinal=at), score) for at, score in scores.items()]
    return sorted(found, key=lambda r: -r.score)


def ordinals(groups: Sequence[Sequence[Ranked]]) -> list[list[int]]:
    return [sorted(r.evidence.chunk.ordinal for r in group) for group in groups]


@settings(deadline=None)
@given(SCORES)
def test_runs_are_of_neighbours_that_score_alike_and_each_chunk_is_in_one(scores: dict[int, float]) -> None:
    order = ranking(scores)
    groups = joined(order)
    assert sorted(at for group in ordinals(groups) for at in group) == sorted(scores)
    for group, places in zip(groups, ordinals(groups), strict=True):
        assert places == list(range(places[0], places[-1] + 1))
        assert len(group) <= MOST_JOINED
        assert group[0].score == max(r.score for r in group)
        assert min(r.score for r in group) >= group[0].score - NEIGHBOUR
    assert [group[0].score for group in groups] == sorted((g[0].score for g in groups), reverse=True)


@pytest.mark.parametrize(
    ("scores", "groups"),
    [
        pytest.param({1: 0.0}, [[1]], id="alone"),
        pytest.param({1: 0.0, 2: -1.0}, [[1, 2]], id="neighbours"),
        pytest.param({1: 0.0, 3: -1.0}, [[1], [3]], id="a-gap"),
        pytest.param({1: 0.0, 2: -NEIGHBOUR - 0.1}, [[1], [2]], id="a-much-worse-neighbour"),
        pytest.param({1: -1.0, 2: 0.0, 3: -2.0, 4: -2.5}, [[1, 2, 3], [4]], id="the-better-sides-first"),
        pytest.param({5: 0.0, 4: -1.0, 3: -2.0, 6: -2.9}, [[3, 4, 5], [6]], id="growing-one-way"),
    ],
)
def test_neighbours_are_read_together(scores: dict[int, float], groups: list[list[int]]) -> None:
    assert ordinals(joined(ranking(scores))) == groups


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "library")
    store(made, guide("A", LONG, "The pump is blue.", "The hose is red."), guide("B", "The pump is green.", LONG))
    yield made
    made.close()


def passages(library: Library, scores: Sequence[float], limit: int = 10, **newer: str) -> tuple[Passage, ...]:
    """The passages of all chunks, by their ids, scored as said."""
    found = library.evidence(range(1, len(scores) + 1))
    order = sorted((Ranked(one, s) for one, s in zip(found, scores, strict=True)), key=lambda r: -r.score)
    rows = {row.id: row for row in library.documents()}
    return Joiner(library, rows, newer, {one.id: 0.5 for one in found}).passages(order, limit)


def check(library: Library, found: Sequence[Passage]) -> None:
    """What every passage promises."""
    for one in found:
        page = library.page(one.document_id, one.page)
        assert page is not None
        assert page.text[one.start : one.end] == one.text != ""
        assert 0 <= one.score <= 1 + 1e-9
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
    first: dict[tuple[str, int], Passage] = {}
    for one in found:
        first.setdefault((one.document_id, one.page), one)
    assert sum(p.score for p in found) <= 1 + 1e-9
    for page_key in first:
        spans = sorted((p.start, p.end) for p in found if (p.document_id, p.page) == page_key)
        assert all(end <= start for (_, end), (start, _) in pairwise(spans)), "a text is shown twice"


def test_the_library_has_pages_of_many_chunks(library: Library) -> None:
    assert library.totals()["chunks"] == 17


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(-30, 30), min_size=17, max_size=17), st.integers(1, 20))
def test_every_passage_is_where_it_says_it_is_and_scores_are_shares(
    tmp_path_factory: pytest.TempPathFactory, scores: list[float], limit: int
) -> None:
    folder = tmp_path_factory.getbasetemp() / "joining"
    made = Library(folder)
    if not made.documents():
        store(made, guide("A", LONG, "The pump is blue.", "The hose is red."), guide("B", "The pump is green.", LONG))
    everything, some = passages(made, scores, 99), passages(made, scores, limit)
    check(made, everything)
    assert sum(p.score for p in everything) == pytest.approx(1)
    assert some == everything[:limit]
    made.close()


def test_a_page_weighs_what_all_its_chunks_weigh(library: Library) -> None:
    """One chunk alone is best, and a page with many nearly as good comes before it."""
    scores = [-9.0] * 17
    (alone,) = [i for i, e in enumerate(library.evidence(range(1, 18))) if e.chunk.text == "The pump is blue."]
    many = [i for i, e in enumerate(library.evidence(range(1, 18))) if (e.chunk.document_id, e.chunk.page) == ("B", 2)]
    scores[alone] = 1.3
    for at in many:
        scores[at] = 0.0  # three of them, read together, would not be enough
    found = passages(library, scores)
    assert (found[0].document_id, found[0].page) == ("B", 2)
    assert ("A", 2) in [(p.document_id, p.page) for p in found[1:]]


def test_pages_come_in_the_order_of_what_all_their_chunks_weigh(library: Library) -> None:
    scores = list(np.random.default_rng(5).normal(0, 2, 17))
    odds: dict[tuple[str, int], float] = defaultdict(float)
    for one, score in zip(library.evidence(range(1, 18)), scores, strict=True):
        odds[one.chunk.document_id, one.chunk.page] += math.exp(score)
    pages = list(dict.fromkeys((p.document_id, p.page) for p in passages(library, scores, 99)))
    assert pages == sorted(odds, key=lambda page: -odds[page])


def test_neighbours_that_score_alike_are_one_passage(library: Library) -> None:
    first, second, *_ = library.evidence(range(1, 18))
    found = passages(library, [0.0, -1.0, *[-20.0] * 15])
    assert (found[0].start, found[0].end) == (first.chunk.start, second.chunk.end)
    assert first.chunk.text in found[0].text
    assert second.chunk.text in found[0].text


def test_no_ranking_is_no_passage(library: Library) -> None:
    assert passages(library, []) == ()


def test_an_old_document_names_the_current_one(library: Library) -> None:
    found = passages(library, [0.0] * 17, A="B")
    assert {(p.document_id, p.newer) for p in found} == {("A", "B"), ("B", "")}


def test_a_damaged_page_makes_no_passage_claim_more_than_its_chunk(library: Library) -> None:
    with library.transaction() as db:
        db.execute("UPDATE pages SET text = 'something else' WHERE document_id = 'A' AND number = 1")
        db.execute("DELETE FROM pages WHERE document_id = 'B' AND number = 1")
    chunks = {e.chunk.text for e in library.evidence(range(1, 18))}
    damaged = [p for p in passages(library, [0.0] * 17, 99) if (p.document_id, p.page) in {("A", 1), ("B", 1)}]
    assert {p.document_id for p in damaged} == {"A", "B"}
    assert all(p.text in chunks for p in damaged)


# -- through a whole search ---------------------------------------------------------------------------------------

WORDS = st.lists(st.sampled_from([*"pump valve hose fuse E-47 3 the is. Open á😀".split(), "it\n\n"]), min_size=1)
PAGES = st.lists(WORDS.map(" ".join), min_size=1, max_size=4)


@settings(deadline=None, max_examples=40)
@given(st.lists(PAGES, min_size=1, max_size=3), st.sampled_from(["pump hose", "fuse E-47", "open valve 3", "lamp"]))
def test_whatever_the_library_every_passage_is_on_its_page(
    tmp_path_factory: pytest.TempPathFactory, documents: list[list[str]], question: str
) -> None:
    made = searcher(tmp_path_factory.mktemp("any"), *(guide(f"M{i}", *pages) for i, pages in enumerate(documents)))
    result = made.search(understand(question), 10)
    check(made.library, result.passages)
    assert 0 <= result.confidence <= 1
    assert all(-1.001 <= p.similarity <= 1.001 for p in result.passages)
    listed = {(p.document_id, p.page) for p in result.passages}
    for passage in result.passages:
        assert passage.document_id not in {twin.document_id for twin in passage.twins if twin.relation == "copy"}
    if len(result.passages) < 10:
        named = {(twin.document_id, twin.page) for p in result.passages for twin in p.twins}
        pages = {(f"M{i}", n) for i, pages in enumerate(documents) for n, page in enumerate(pages, 1) if page.strip()}
        assert pages == listed | named, "nothing is lost in a library that is found whole"
    made.library.close()


def titled(document: Document, title: str) -> Document:
    return replace(document, title=title)


def test_a_copy_is_named_beside_its_passage_in_the_json_and_not_listed(tmp_path: Path) -> None:
    one, other = (titled(guide(name, "Cover", COPIED), "Guide") for name in ("A", "B"))
    made = searcher(tmp_path, one, other, guide("C", "The fan is loud."))
    told = json.loads(json.dumps(search_json(made.search(understand("green button lights fan"), 10))))
    first = told["passages"][0]
    (twin,) = first["twins"]
    assert twin == {
        "relation": "copy",
        "document": "B" if first["document"] == "A" else "A",
        "file": "all.txt",
        "page": 2,
    }
    assert [(p["document"], p["page"]) for p in told["passages"]].count((twin["document"], 2)) == 0
    assert first["newer"] == ""
    assert 0 <= told["confidence"] <= 1
