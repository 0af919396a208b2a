"""Scores are what their names say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.errors import SettingsError
from rag.evaluate import Item, evaluate, rank, read_items, score
from rag.types import Passage

ROW = {
    "id": "q1", "lang": "es", "doc": "a.pdf", "doc_lang": "en", "type": "lookup", "question": "¿Qué?", "answer": "x",
    "pages": [3, 4], "evidence": "e", "answerable": True, "also": [{"doc": "b.pdf", "pages": [9]}],
}  # fmt: skip


def passage(file: str, page: int) -> Passage:
    return Passage("d", "T", file, "manual", "en", page, str(page), 0, 1, "x", "", 1.0)


def test_a_question_file_is_read_with_every_place_that_answers(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(json.dumps(ROW) + "\n\n", encoding="utf-8")
    (item,) = read_items(file)
    assert item.places == {("a.pdf", 3), ("a.pdf", 4), ("b.pdf", 9)}
    assert item.pair == "es→en"


@pytest.mark.parametrize("line", ["{", "[]", '{"question": "x"}', '{"doc": "a", "pages": ["x"]}'])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(json.dumps(ROW) + "\n" + line, encoding="utf-8")
    with pytest.raises(SettingsError, match="line 2"):
        read_items(file)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param([("a.pdf", 3)], 1, id="first"),
        pytest.param([("a.pdf", 1), ("a.pdf", 1), ("b.pdf", 9)], 2, id="a-page-found-twice-counts-once"),
        pytest.param([("b.pdf", 3)], 0, id="the-right-number-in-the-wrong-file"),
        pytest.param([], 0, id="nothing"),
    ],
)
def test_rank_is_that_of_the_first_right_page(found: list[tuple[str, int]], expected: int) -> None:
    item = Item("q", "?", "es", "en", "lookup", frozenset({("a.pdf", 3), ("b.pdf", 9)}), True)
    assert rank(item, [passage(*place) for place in found]) == expected


def test_rates_are_worked_out_by_hand() -> None:
    got = score("all", [1, 2, 0, 7])
    assert (got.recall_1, got.recall_5, got.recall_10) == (0.25, 0.5, 0.75)
    assert got.mrr == pytest.approx((1 + 1 / 2 + 1 / 7) / 4)
    assert got.ndcg == pytest.approx((1 + 0.63093 + 1 / 3) / 4, abs=1e-4)


def test_unanswerable_questions_are_left_out_and_groups_add_up() -> None:
    items = [
        Item("1", "a", "es", "es", "lookup", frozenset({("a.pdf", 1)}), True),
        Item("2", "b", "en", "es", "list", frozenset({("a.pdf", 1)}), True),
        Item("3", "c", "en", "en", "list", frozenset(), False),
    ]
    scores = {s.group: s for s in evaluate(items, lambda text: [passage("a.pdf", 1 if text == "a" else 2)])}
    assert (scores["all"].items, scores["all"].recall_1) == (2, 0.5)
    assert {"es→es", "en→es", "lookup", "list"} <= set(scores)
