"""The report opens offline, runs nothing, and shows whatever it is given as text."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.drawing.charts import Bar, Row, Series, bar_chart, histogram
from rag.evaluation.askable import Asking, Unasked
from rag.evaluation.questions_file import Item, Place
from rag.evaluation.report import LISTED, Measured, report
from rag.evaluation.scores import Evaluation, evaluate
from rag.types import SearchResult
from tests.test_evaluate import A3, B9, item, passage, result

VOID = {"meta", "br"}


class Parsed(HTMLParser):
    """A page's tags, attributes and text; `open` is empty at the end of a well-formed one."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def measured(*items: Item, found: SearchResult | None = None, unasked: tuple[Unasked, ...] = ()) -> Measured:
    evaluation = evaluate(items, lambda text: found or result(("a.pdf", 3), confidence=0.7, seconds=0.05))
    return Measured(evaluation, Asking(items, unasked, 0), "team.jsonl", "/srv/library", "2025-06-01")


USUAL = (item(A3), item(A3, also=(B9,), lang="en"), item(answerable=False, question="nothing"))


def test_the_page_needs_nothing_from_elsewhere_and_runs_no_script() -> None:
    html = report(measured(*USUAL))
    page = Parsed(html)
    assert not page.open
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(page.tags)
    assert not {"src", "href", "style", "onload", "onclick"} & {name for name, _ in page.attributes}
    assert not re.search(r"https?:|//\w|@import|url\(", html)
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in page.attributes
    assert "prefers-color-scheme:dark" in html
    assert ("name", "viewport") in page.attributes


def test_charts_tiles_and_scores_are_on_it() -> None:
    page = Parsed(report(measured(*USUAL)))
    assert page.tags.count("svg") == 4  # by language, confidence, latency, by type
    for text in (
        "Right page first",
        "AUC",
        "95th percentile 50 ms",
        "strict R@1",
        "es→en",
        "2 questions with an answer, 1",
    ):
        assert text in page.text


def test_without_unanswerable_questions_there_is_a_dash_and_no_chart_of_confidence() -> None:
    page = Parsed(report(measured(item(A3))))
    assert page.tags.count("svg") == 3
    assert "needs both kinds" in page.text
    assert "strict" not in page.text


@settings(deadline=None)
@given(st.text(max_size=30))
def test_a_hostile_text_stays_text_wherever_it_stands(text: str) -> None:
    foul = f"<script>alert(1)</script>\"'><img src=x>{text}"
    place = Place(foul, 1, foul)
    asked = replace(item(place, also=(place,)), id=foul, question=foul, lang=foul, doc_lang=foul, type=foul)
    there = SearchResult(result().question, (passage(foul, 2, foul),), 0.1)
    page = replace(measured(asked, found=there, unasked=(Unasked(asked, "is absent", foul),)), file=foul, library=foul)
    parsed = Parsed(report(page))
    assert not parsed.open
    assert not {"script", "img"} & set(parsed.tags)
    assert parsed.text.count("<script>alert(1)</script>") > 8


def test_questions_whose_page_was_not_among_the_first_five_are_listed_with_what_was_found() -> None:
    far = result(*(("b.pdf", page) for page in range(1, 6)), ("a.pdf", 3))
    page = Parsed(report(measured(item(A3, question="where is it?", id="q-7"), found=far)))
    assert "Not found among the first 5: 1 of 1" in page.text
    for text in ("where is it?", "q-7", "a.pdf, p. 3", "at rank 6", "b.pdf, p. 1", "b.pdf, p. 3"):
        assert text in page.text
    assert "b.pdf, p. 4" not in page.text


def test_a_long_list_is_cut_and_says_so() -> None:
    page = Parsed(report(measured(*[item(A3)] * (LISTED + 7), found=result())))
    assert "7 more are not listed" in page.text
    assert page.tags.count("ol") == LISTED


def test_a_file_without_answerable_questions_makes_a_page_too() -> None:
    page = Parsed(report(measured(item(answerable=False))))
    assert not page.open
    assert "0 questions with an answer, 1 without" in page.text


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_every_bar_is_as_long_as_its_value_and_inside_the_chart(values: list[float]) -> None:
    bars = tuple(Bar("b", value, "v", "deep", value / 2, value) for value in values)
    svg = bar_chart("t", [Row("r", "n", bars)])
    widths = [float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)"', svg)]
    assert widths == pytest.approx([value * 272 for value in values], abs=0.06)


@given(st.lists(st.floats(0, 2), max_size=50))
def test_a_histogram_counts_every_value_once(values: list[float]) -> None:
    svg = histogram("t", [Series("s", "blue", tuple(values))], 1.0, 10, str)
    assert sum(int(count) for count in re.findall(r": (\d+)</title>", svg)) == len(values)


def test_the_evaluation_of_nothing_has_no_latency_to_draw() -> None:
    empty = Evaluation((), (evaluate([], lambda text: result()).scores), None, 0.0, 0.0)
    assert Parsed(report(Measured(empty, Asking((), (), 0), "f", "l", "d"))).tags.count("svg") == 0
