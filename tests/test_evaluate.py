"""Scores are what their names say, and a question about something absent is never a silent miss."""

from __future__ import annotations

import argparse
import json
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import SettingsError
from ingest.library import Library
from ingest.types import Fields
from ingest.vectors import MemoryStore
from rag.__main__ import main
from rag.cli.commands import read_questions
from rag.evaluation.askable import part
from rag.evaluation.command import evaluate_with, require_some
from rag.evaluation.log import log_path, runs
from rag.evaluation.questions_file import Item, Place, read_items
from rag.evaluation.scores import Outcome, area_under_curve, bootstrap, evaluate, outcome, score
from rag.evaluation.text import lines, summary_json
from rag.question import understand
from rag.retrieve import Retriever
from rag.telling import told
from rag.types import Passage, SearchResult
from tests.searching import guide, store
from tests.test_filters import embed, fill

ROW = {
    "id": "q1", "lang": "es", "doc": "a.pdf", "doc_lang": "en", "type": "lookup", "question": "¿Qué?", "answer": "x",
    "pages": [3, 4], "evidence": "e", "answerable": True, "also": [{"doc": "b.pdf", "pages": [9]}],
}  # fmt: skip


def passage(file: str, page: int, key: str = "") -> Passage:
    return Passage(f"id of {file}{key}", "T", file, "manual", "en", page, str(page), 0, 1, "x", "", 1.0,
                   fields=Fields(key=key))  # fmt: skip


def result(*places: tuple[object, ...], confidence: float = 0.0, seconds: float = 0.0) -> SearchResult:
    return SearchResult(understand("x"), tuple(passage(*place) for place in places), seconds, confidence)  # type: ignore[arg-type]


def item(
    *own: Place, also: tuple[Place, ...] = (), answerable: bool = True, question: str = "what", **more: str
) -> Item:
    return replace(Item("q", question, "es", "a.pdf", "en", "lookup", answerable, own, also), **more)


def written(folder: Path, *rows: object) -> Path:
    file = folder / "q.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return file


def test_a_question_file_is_read_with_every_place_that_answers_and_the_own_ones_apart(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text("\ufeff" + json.dumps(ROW) + "\r\n\n", encoding="utf-8")
    (read,) = read_items(file)
    assert read.own == (Place("a.pdf", 3), Place("a.pdf", 4))
    assert read.also == (Place("b.pdf", 9),)
    assert read.places == {("a.pdf", 3), ("a.pdf", 4), ("b.pdf", 9)}
    assert (read.pair, read.type, read.evidence) == ("es→en", "lookup", "e")


def test_of_a_team_s_own_questions_only_the_question_and_its_pages_are_needed(tmp_path: Path) -> None:
    first, second = read_items(
        written(
            tmp_path,
            {"question": "¿Cómo se reinicia el router?", "doc": "a.pdf", "pages": [1]},
            {"question": "Who?", "answerable": False},
        )
    )
    assert (first.id, first.lang, first.type, first.answerable) == ("line 1", "es", "no type", True)
    assert (second.answerable, second.places) == (False, frozenset())


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("{", id="no-json"),
        pytest.param("[]", id="no-object"),
        pytest.param('{"question": "x"}', id="no-document"),
        pytest.param('{"doc": "a", "pages": [1]}', id="no-question"),
        pytest.param('{"question": "x", "doc": "a", "pages": ["x"]}', id="a-page-that-is-no-number"),
        pytest.param('{"question": "x", "doc": "a", "pages": "14"}', id="pages-in-a-string"),
        pytest.param('{"question": "x", "doc": "a", "pages": [1], "answerable": "false"}', id="false-in-a-string"),
        pytest.param('{"question": "x", "doc": "a", "also": [3]}', id="a-further-place-that-is-none"),
        pytest.param("[" * 100_000, id="nested-too-deeply"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(json.dumps(ROW) + "\n" + line, encoding="utf-8")
    with pytest.raises(SettingsError, match="line 2") as caught:
        read_items(file)
    assert not re.search(r"Error|Expecting|object is|invalid literal|'", str(caught.value)), "Python's words"


A3, B9 = Place("a.pdf", 3), Place("b.pdf", 9)


@pytest.mark.parametrize(
    ("asked", "found", "expected"),
    [
        pytest.param(item(A3), [("a.pdf", 3)], (1, 1), id="first"),
        pytest.param(item(A3, also=(B9,)), [("a.pdf", 1), ("a.pdf", 1), ("b.pdf", 9), ("a.pdf", 3)], (2, 3),
                     id="a-page-found-twice-counts-once-and-strict-is-the-own-document-s"),
        pytest.param(item(A3, also=(B9,)), [("b.pdf", 9)], (1, 0), id="found-in-another-document-only"),
        pytest.param(item(A3), [("b.pdf", 3)], (0, 0), id="the-right-number-in-the-wrong-file"),
        pytest.param(item(A3), [], (0, 0), id="nothing"),
        pytest.param(item(Place("t.csv", 1, "T-2")), [("t.csv", 1, "T-1"), ("t.csv", 1, "T-2")], (2, 2),
                     id="one-ticket-of-an-export"),
        pytest.param(item(Place("t.csv", 1, "id of t.csvT-2")), [("t.csv", 1, "T-2")], (1, 1), id="by-document-id"),
        pytest.param(item(Place("t.csv", 1, "T-2"), without="T-1"), [("t.csv", 1, "T-1"), ("t.csv", 1, "T-2")],
                     (1, 1), id="the-ticket-that-asked-is-passed-over"),
        pytest.param(item(Place("gui\u0301a.pdf", 1)), [("guía.pdf", 1)], (1, 1), id="accents-however-encoded"),
    ],
)  # fmt: skip
def test_rank_is_that_of_the_first_right_page(
    asked: Item, found: list[tuple[str, int]], expected: tuple[int, int]
) -> None:
    got = outcome(asked, result(*found))
    assert (got.rank, got.strict_rank) == expected


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x1c"], ids=ascii)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_asking_and_evaluating_read_the_same_lines(tmp_path: Path, sign: str, end: str) -> None:
    file = tmp_path / "questions.jsonl"
    rows = [{"question": f"Where{n} is{sign}it?", "doc": "a.pdf", "pages": [1]} for n in range(2)]
    ascii_only = ord(sign) < 32  # JSON has these escaped
    lines = (json.dumps(row, ensure_ascii=ascii_only) for row in rows)
    file.write_bytes("".join(line + end * 2 for line in lines).encode())
    asked = [row["question"] for row in rows]
    assert list(read_questions(file)) == [one.question for one in read_items(file)] == asked


@pytest.mark.parametrize("line", ["[" * 100_000, "{}", "[]", '{"question"'], ids=lambda line: line[:12])
def test_a_line_that_is_no_question_is_named_when_asking_too(tmp_path: Path, line: str) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(f'{{"question": "Where?"}}\n\n{line}\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="line 3"):
        list(read_questions(file))


def outcomes(*ranks: int) -> list[Outcome]:
    return [Outcome(item(A3), rank, min(rank, 1), (), 0.0, 0.0) for rank in ranks]


def test_rates_are_worked_out_by_hand() -> None:
    got = score("all", "all", outcomes(1, 2, 0, 7, 11))
    assert (got.recall_1, got.recall_5, got.recall_10) == (0.2, 0.4, 0.6)
    assert got.mrr == pytest.approx((1 + 1 / 2 + 1 / 7) / 5)
    assert got.ndcg == pytest.approx((1 + 0.63093 + 1 / 3) / 5, abs=1e-4)
    assert got.strict_recall_1 == pytest.approx(0.8)


@settings(deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=40))
def test_rates_are_ordered_and_intervals_are_within_them_and_repeatable(ranks: list[int]) -> None:
    got = score("g", "type", outcomes(*ranks))
    assert 0 <= got.recall_1 <= got.mrr <= got.ndcg <= got.recall_10 <= 1
    assert got.recall_1 <= got.recall_5 <= got.recall_10
    for low, high in (got.recall_1_interval, got.recall_5_interval, got.mrr_interval):
        assert 0 <= low <= high <= 1
    assert got == score("g", "type", outcomes(*ranks))


def test_an_interval_is_about_as_wide_as_the_binomial_s_and_narrows_with_more_questions() -> None:
    def width(n: int) -> float:
        ((low, high),) = bootstrap(np.array([[1.0], [0.0]] * (n // 2)))
        assert low < 0.5 < high
        return high - low

    assert width(100) == pytest.approx(2 * 1.96 * 0.5 / 10, rel=0.1)
    assert width(10_000) == pytest.approx(width(100) / 10, rel=0.15)


@pytest.mark.parametrize(
    ("positive", "negative", "expected"),
    [
        pytest.param([0.9, 0.8], [0.1], 1.0, id="apart"),
        pytest.param([0.1], [0.9, 0.8], 0.0, id="the-wrong-way-round"),
        pytest.param([0.5, 0.5], [0.5], 0.5, id="all-tied"),
        pytest.param([0.2, 0.6], [0.4, 0.2], 0.625, id="mixed"),
        pytest.param([], [0.4], None, id="none-to-find"),
        pytest.param([0.4], [], None, id="none-to-refuse"),
    ],
)
def test_the_area_under_the_curve_is_a_probability(
    positive: list[float], negative: list[float], expected: float | None
) -> None:
    assert area_under_curve(positive, negative) == expected


def test_unanswerable_questions_count_for_confidence_only_and_groups_add_up() -> None:
    items = [
        item(Place("a.pdf", 1), question="a", lang="es", doc_lang="es"),
        item(Place("a.pdf", 1), question="b", lang="en", type="list"),
        item(answerable=False, question="c", lang="en", type="list"),
    ]
    found = {
        "a": result(("a.pdf", 1), confidence=0.8, seconds=0.1),
        "b": result(("a.pdf", 2), confidence=0.3, seconds=0.3),
        "c": result(("a.pdf", 1), confidence=0.5, seconds=0.2),
    }
    got = evaluate(items, found.__getitem__)
    scores = {s.group: s for s in got.scores}
    assert (scores["all"].items, scores["all"].recall_1) == (2, 0.5)
    assert list(scores) == ["all", "es→es", "en→en", "lookup", "list"]
    assert (got.auc, got.p50) == (0.5, pytest.approx(0.2))
    assert got.p95 == pytest.approx(0.29)
    assert [o.item.question for o in got.missed(5)] == ["b"]
    assert [(f.file, f.page) for f in got.missed(5)[0].found] == [("a.pdf", 2)]


def test_the_table_shows_a_dash_where_one_class_is_absent_and_strict_only_where_it_differs() -> None:
    plain = evaluate([item(A3, type="\x1b[31mred")], lambda text: result(("a.pdf", 3)))
    text = "\n".join(lines(plain))
    assert "AUC –" in text
    assert "strict" not in text
    assert "\x1b" not in text
    assert summary_json(plain, 0)["summary"]["auc"] is None  # type: ignore[index]
    twofold = evaluate([item(A3, also=(B9,))], lambda text: result(("b.pdf", 9)))
    assert "strict R@1" in "\n".join(lines(twofold))


@pytest.fixture
def retriever(tmp_path: Path) -> Iterator[Retriever]:
    """Four tickets of one export (all.csv) and nothing else that is asked about."""
    library, store = Library(tmp_path / "library"), MemoryStore()
    fill(library)
    yield Retriever(library, store, embed(library, store))
    library.close()


LICENCE = {"question": "vpn licence", "doc": "all.csv", "document": "T-4", "pages": [1], "lang": "en", "doc_lang": "en"}


def test_the_library_s_documents_decide_what_can_be_asked(retriever: Retriever, tmp_path: Path) -> None:
    rows = [
        LICENCE,
        {**LICENCE, "document": "T-99"},
        {**LICENCE, "doc": "gone.pdf", "document": ""},
        {**LICENCE, "doc": "gone.pdf", "document": "", "answerable": False},
        {**LICENCE, "question": "?!"},
        {**LICENCE, "pages": []},
        {**LICENCE, "document": ""},
        {**LICENCE, "pages": [400]},
    ]
    asking = part(read_items(written(tmp_path, *rows)), retriever.library.documents())
    assert [one.id for one in asking.items] == ["line 1", "line 4", "line 7"]
    assert [one.missing for one in asking.unasked] == ["all.csv (T-99)", "gone.pdf", "", "", ""]
    missing, *others = asking.warnings
    assert missing.startswith("2 questions left out, about 2 documents not in the library: all.csv (T-99), gone.pdf.")
    words = ("no words", "names no page", "does not have", "any of them")
    assert all(word in line for word, line in zip(words, others, strict=True))


def test_what_is_left_out_is_said_of_one_question_as_of_several_and_names_no_option_of_a_command(
    retriever: Retriever, tmp_path: Path
) -> None:
    gone, wordless = {**LICENCE, "doc": "gone.pdf", "document": ""}, {**LICENCE, "question": "?!"}
    rows = retriever.library.documents()
    one = part(read_items(written(tmp_path, LICENCE, gone, wordless)), rows).warnings
    assert [told(line, "es") for line in one] == [
        "Sin hacer: 1 pregunta, sobre 1 documento que no hay en la biblioteca: gone.pdf. Añade lo que falta.",
        "Sin hacer: 1 pregunta. Motivo: no tiene palabras.",
    ]
    two = part(read_items(written(tmp_path, LICENCE, gone, gone, wordless, wordless)), rows).warnings
    assert told(two[0], "es").startswith("Sin hacer: 2 preguntas, sobre 1 documento ")
    with pytest.raises(SettingsError) as none:
        require_some(part(read_items(written(tmp_path, gone)), rows), "q.jsonl", tmp_path)
    assert "--" not in " ".join([*one, *two, str(none.value)])
    assert told(none.value, "es").endswith("gone.pdf. Añádelos antes.")


def test_a_document_s_language_that_the_file_does_not_say_is_the_library_s(tmp_path: Path) -> None:
    library = Library(tmp_path / "library")
    store(library, guide("uno", "Lo primero.", language="es"), path="/m/uno.pdf")
    store(library, guide("two", "The second."), guide("tres", "Lo tercero.", language="es"), path="/m/all.csv")
    about = {"question": "a?", "pages": [1]}
    rows = [about | {"doc": "uno.pdf"}, about | {"doc": "uno.pdf", "doc_lang": "fr"}]
    rows += [about | {"doc": "all.csv", "document": "tres"}, about | {"doc": "all.csv"}]
    rows += [about | {"doc": "gone.pdf", "answerable": False}]
    asking = part(read_items(written(tmp_path, *rows)), library.documents())
    assert [one.doc_lang for one in asking.items] == ["es", "fr", "es", "?", "?"]
    library.close()


def arguments(file: Path, **more: object) -> argparse.Namespace:
    return argparse.Namespace(**({"file": file, "json": False, "html": None, "k": 60, "from_tickets": None} | more))


def test_json_is_one_object_a_line_and_a_question_left_out_is_exit_code_2(
    retriever: Retriever, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, LICENCE, {**LICENCE, "doc": "gone.pdf"})
    report = tmp_path / "report.html"
    code = evaluate_with(arguments(file, json=True, html=report), read_items(file), retriever)
    out, err = capsys.readouterr()
    *scores, last = [json.loads(line) for line in out.splitlines()]
    assert code == 2
    assert "gone.pdf" in err
    assert [s["group"] for s in scores] == ["all", "en→en", "no type"]
    assert scores[0]["recall_1"] == 1.0
    assert {"questions": 1, "answerable": 1, "unanswerable": 0, "left_out": 1, "auc": None}.items() <= last[
        "summary"
    ].items()
    assert last["summary"]["latency_p95"] >= last["summary"]["latency_p50"] > 0
    assert "gone.pdf" in report.read_text(encoding="utf-8")


def test_all_asked_is_exit_code_0_and_a_table(
    retriever: Retriever, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, LICENCE)
    assert evaluate_with(arguments(file), read_items(file), retriever) == 0
    assert capsys.readouterr().out.splitlines()[1].split()[:3] == ["all", "1", "1.00"]


@pytest.mark.skipif(os.name == "nt", reason="how large a file may be is a limit of Unix")
def test_of_a_report_that_the_disk_refuses_the_one_before_stays_whole(retriever: Retriever, tmp_path: Path) -> None:
    import resource

    file, report = written(tmp_path, LICENCE), tmp_path / "report.html"
    evaluate_with(arguments(file, html=report), read_items(file), retriever)
    before, there = report.read_bytes(), sorted(tmp_path.iterdir())
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, limits[1]))
    try:
        with pytest.raises(SettingsError, match=r"report\.html: cannot be written \(.*\)\. Free some space, or choose"):
            evaluate_with(arguments(file, html=report), read_items(file), retriever)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert report.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == there


@pytest.mark.skipif(os.name == "nt", reason="pipes with a name are Unix's")
def test_a_report_may_go_where_a_link_points_and_into_a_pipe(retriever: Retriever, tmp_path: Path) -> None:
    file, link, pipe = written(tmp_path, LICENCE), tmp_path / "link.html", tmp_path / "pipe"
    link.symlink_to(tmp_path / "report.html")
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        read = pool.submit(pipe.read_text, encoding="utf-8")
        for target in (link, pipe):
            evaluate_with(arguments(file, html=target), read_items(file), retriever)
        assert read.result().startswith("<!doctype html>")
    assert link.is_symlink()
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert pipe.is_fifo()


def test_what_was_measured_is_kept_in_the_library_for_the_charts_over_time(
    retriever: Retriever, tmp_path: Path
) -> None:
    file = written(tmp_path, LICENCE)
    for _ in range(2):
        evaluate_with(arguments(file), read_items(file), retriever)
    first, second = runs(retriever.library.folder)
    assert first.at < second.at
    assert (first.file, first.questions, first.scores) == ("q.jsonl", second.questions, second.scores)
    assert first.whole is not None
    assert (first.whole.recall_1, first.answerable, first.documents) == (1.0, 1, len(retriever.library.documents()))


def test_figures_that_cannot_be_kept_are_shown_all_the_same(
    retriever: Retriever, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log_path(retriever.library.folder).mkdir()
    file = written(tmp_path, LICENCE)
    assert evaluate_with(arguments(file), read_items(file), retriever) == 0
    out, err = capsys.readouterr()
    assert "1.00" in out
    assert "could not be kept" in err


def test_when_no_document_is_there_nothing_is_measured(retriever: Retriever, tmp_path: Path) -> None:
    file = written(tmp_path, {**LICENCE, "doc": "gone.pdf"}, {"question": "Who?", "answerable": False})
    with pytest.raises(SettingsError, match=r"none of the documents .* gone\.pdf"):
        evaluate_with(arguments(file), read_items(file), retriever)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param([], "Give either", id="nothing"),
        pytest.param(["q.jsonl", "--from-tickets", "t.jsonl"], "Give either", id="both"),
        pytest.param(["q.jsonl", "-k", "0"], "-k must be", id="no-passages"),
        pytest.param(["q.jsonl", "--html", "q.jsonl"], "is the question file", id="report-over-questions"),
        pytest.param(["q.jsonl", "--html", "absent/r.html"], "cannot be written", id="no-folder-for-the-report"),
        pytest.param(["absent.jsonl"], "cannot be read", id="no-question-file"),
        pytest.param(["--from-tickets", "t.jsonl", "--html", "r.html"], "first make it", id="report-of-no-evaluation"),
        pytest.param(["--from-tickets", "t.jsonl"], "no resolved ticket", id="no-tickets"),
    ],
)
def test_what_a_person_gets_wrong_is_a_sentence(
    tmp_path: Path, given: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, LICENCE)
    Library(tmp_path / "library").close()
    named = [str(tmp_path / a) if a.endswith((".jsonl", ".html")) else a for a in given]
    assert main(["evaluate", *named, "--library", str(tmp_path / "library")]) == 1
    out, err = capsys.readouterr()
    assert (out, message in err) == ("", True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["library", "q.jsonl"]


def test_the_project_s_own_questions_can_be_read() -> None:
    items = read_items(Path(__file__).parent / "questions.jsonl")
    assert len(items) == 24
    assert sum(one.answerable for one in items) == 20
    assert all(one.own for one in items if one.answerable)
