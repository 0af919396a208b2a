"""What the insight tells of conversations and evaluations, without a page."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import LibraryBusy, LibraryError
from ingest.settings import ROOT, Settings
from rag.chats.counts import Day, Unanswered, by_day, confidences, state
from rag.chats.store import ChatFile, Chats
from rag.chats.types import Request, Turn
from rag.drawing.charts_in_time import Column, Line, Part, Point, ceiling, columns, lines
from rag.evaluation.askable import Asking
from rag.evaluation.log import BINS, Run, binned, comparable, fingerprint, keep, log_path, run_of, runs
from rag.evaluation.questions_file import Item, Place
from rag.evaluation.scores import evaluate
from rag.events import Answer
from rag.gaps import Gap, as_csv, gaps
from rag.page.figures import Key, picture
from rag.page.insight_figures import in_time, per_day, rates, sureness
from rag.page.insight_view import matching
from rag.page.measuring_run import Bench, Measuring
from rag.page.overview import SPANS, Overviews, overview, spans
from rag.page.strings import Say
from tests.fakes import files_up_to
from tests.fakes_assistant import MANUAL, FakeAssistant, Opener, citation, fill, receipt
from tests.test_evaluate import A3, B9, item, result
from tests.test_evaluation_report import Parsed
from tests.test_page import until

TODAY = date(2026, 3, 31)
NOON = datetime(2026, 3, 31, 12).timestamp()
ANSWER = Answer("How?", "Hold [1].", False, "en", (citation(),), replace(receipt(), confidence=0.83))
REFUSAL = replace(ANSWER, refused=True, receipt=replace(receipt(), confidence=0.1))


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def chats(tmp_path: Path, clock: Clock) -> Chats:
    return Chats(ChatFile(tmp_path, clock))


def said(chats: Chats, question: str, answer: Answer | None = ANSWER, days_ago: int = 0) -> int:
    turn_id = chats.begin("a", Request(question), NOON - days_ago * 86_400)
    chats.finish(turn_id, Turn(Request(question), answer))
    return turn_id


# -- conversations ------------------------------------------------------------------------------------------------


def test_a_turn_that_tomo_died_over_counts_as_interrupted_and_one_that_is_being_answered_not_at_all(
    tmp_path: Path, chats: Chats
) -> None:
    code = (
        "import os, sys; from pathlib import Path\n"
        "from rag.chats.store import Chats; from rag.chats.types import Request\n"
        f"Chats(Path(sys.argv[1])).begin('b', Request('Lost?'), {NOON}); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=False)
    said(chats, "How?")
    chats.begin("a", Request("Now?"), NOON)
    assert by_day(chats) == (Day(TODAY, asked=2, answered=1, refused=0, failed=1, good=0, bad=0, interrupted=1),)


def test_confidence_is_told_of_answers_and_of_refusals_apart(chats: Chats) -> None:
    said(chats, "How?", days_ago=1)
    said(chats, "Who?", REFUSAL)
    said(chats, "Failed?", None)
    assert [(one.value, one.refused) for one in confidences(chats)] == [(0.83, False), (0.1, True)]
    assert [one.refused for one in confidences(chats, TODAY)] == [True]
    assert confidences(chats.of("you")) == ()


def test_the_overview_is_made_again_only_when_a_conversation_has_changed(chats: Chats) -> None:
    turn_id = said(chats, "How?")
    made = Overviews()
    first = made.of(chats, "week", TODAY)
    assert made.of(chats, "week", TODAY) is first
    assert made.of(chats.of("you"), "week", TODAY).days == ()
    before = state(chats)
    chats.rate(turn_id, None)
    assert state(chats) != before
    assert made.of(chats, "week", TODAY) is not first
    said(chats, "Again?")
    assert made.of(chats, "week", TODAY).total("asked") == 2
    chats.delete("a")
    assert made.of(chats, "week", TODAY).total("asked") == 0


def test_owners_with_as_many_conversations_are_not_mixed_up(chats: Chats) -> None:
    said(chats, "Mine?", REFUSAL)
    yours = chats.of("you")
    yours.finish(yours.begin("b", Request("Yours?"), NOON), Turn(Request("Yours?"), REFUSAL))
    made = Overviews()
    assert [gap.question for gap in made.of(chats, "week", TODAY).gaps] == ["Mine?"]
    assert [gap.question for gap in made.of(yours, "week", TODAY).gaps] == ["Yours?"]


def test_a_running_answer_of_a_process_that_dies_changes_the_overview(tmp_path: Path, chats: Chats) -> None:
    other = Chats(tmp_path)
    other.begin("b", Request("Lost?"), NOON)
    made = Overviews()
    assert made.of(chats, "week", TODAY).total("interrupted") == 0
    other.close()
    assert made.of(chats, "week", TODAY).total("interrupted") == 1


@pytest.mark.parametrize(("period", "seen"), [("week", 1), ("month", 2), ("year", 3), ("ever", 4)])
def test_a_period_reaches_back_as_far_as_it_says(chats: Chats, period: str, seen: int) -> None:
    for days in (6, 29, 364, 3_000):
        said(chats, f"{days}?", days_ago=days)
    assert overview(chats, period, TODAY).total("asked") == seen
    assert sum(span.answered for span in overview(chats, period, TODAY).spans) == seen


@given(
    asked=st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 9)), min_size=1, max_size=20),
    period=st.sampled_from(list(SPANS)),
)
def test_columns_hold_each_day_of_the_period_once_end_today_and_are_few(
    asked: list[tuple[int, int]], period: str
) -> None:
    days = [Day(TODAY - timedelta(days=ago), n, n, 0, 0, 0, 0) for ago, n in dict(asked).items()]
    first = TODAY - timedelta(days=(SPANS[period] or 1 + max(ago for ago, _ in asked)) - 1)
    made = spans(days, first, TODAY)
    assert 1 <= len(made) <= 31
    assert made[-1].start <= TODAY
    assert sum(span.answered for span in made) == sum(day.answered for day in days if first <= day.day)
    steps = {(b.start - a.start).days for a, b in pairwise(made)}
    assert len(steps) <= 1


# -- gaps ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reply", ["more details", "más detalles", "why?", "¿y si no funciona?"])
def test_a_reply_that_names_nothing_is_no_gap(reply: str) -> None:
    asked = Unanswered("How heavy is the pump?", 1, 2.0)
    assert [gap.question for gap in gaps([Unanswered(reply, 3, 5.0), asked])] == [asked.question]


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        pytest.param("¿Cómo cambio la contraseña?", "¿Cómo se cambia la contraseña?", True, id="another-form"),
        pytest.param("cambiar contraseña router", "¿Cómo cambio la contraseña del router?", True, id="only-keywords"),
        pytest.param("¿Cómo cambio la contraseña del router?", "¿Cómo cambio la contraseña del correo?", False,
                     id="one-word-of-three-is-another"),
        pytest.param("¿Qué significa en la pantalla roja el error E203?", "¿Qué significa en la pantalla roja el error "
                     "E204?", False, id="another-code"),
        pytest.param("What does it cost?", "¿Cuánto cuesta?", False, id="another-language"),
    ],
)  # fmt: skip
def test_questions_that_share_most_words_are_one_gap(one: str, other: str, together: bool) -> None:
    found = gaps([Unanswered(one, 2, 5.0), Unanswered(other, 3, 9.0)])
    expected = [Gap(other, 5, 9.0, (one,))] if together else [Gap(other, 3, 9.0), Gap(one, 2, 5.0)]
    assert list(found) == expected


@settings(max_examples=50)
@given(st.lists(st.tuples(st.text(max_size=30), st.integers(1, 9), st.floats(0, 1e9)), max_size=30))
def test_no_question_is_lost_among_the_gaps_and_the_newest_comes_first(rows: list[tuple[str, int, float]]) -> None:
    asked = [Unanswered(*row) for row in rows]
    found = gaps(asked)
    assert sum(gap.times for gap in found) == sum(one.times for one in asked)
    assert sorted(text for gap in found for text in (gap.question, *gap.others)) == sorted(o.question for o in asked)
    assert [gap.last for gap in found] == sorted((gap.last for gap in found), reverse=True)


def test_the_csv_file_holds_no_formula_and_every_gap() -> None:
    raw = as_csv(
        [Gap("=HYPERLINK(1)", 2, NOON, ("+1", 'say "what", now')), Gap("¿Qué?\nSí", 1, NOON)], ("a", "b", "c", "d")
    )
    assert raw.startswith(b"\xef\xbb\xbf")
    head, first, second = csv.reader(io.StringIO(raw.decode("utf-8-sig")))
    assert head == ["a", "b", "c", "d"]
    assert first == ["'=HYPERLINK(1)", "2", "2026-03-31 12:00", '\'+1 | say "what", now']
    assert second[0] == "¿Qué? Sí"


def test_gaps_are_found_by_the_words_of_any_wording() -> None:
    known = [Gap("Price of it?", 1, 0.0, ("COST of the battery",)), Gap("Who?", 1, 0.0)]
    assert matching(known, "battery cost") == known[:1]
    assert matching(known, "") == known
    assert matching(known, "price battery") == []


# -- evaluations --------------------------------------------------------------------------------------------------


ITEMS = (item(A3), item(A3, also=(B9,), lang="en"), item(answerable=False, question="nothing"))


def a_run(at: float = NOON, items: tuple[Item, ...] = ITEMS) -> Run:
    evaluation = evaluate(items, lambda text: result(("a.pdf", 3), confidence=0.7, seconds=0.05))
    return run_of(evaluation, Asking(items, (), 0), "team.jsonl", 4, at)


def test_what_is_kept_of_an_evaluation_is_read_again_oldest_first(tmp_path: Path) -> None:
    later, earlier = a_run(), a_run(NOON - 9)
    keep(tmp_path, later)
    keep(tmp_path, earlier)
    assert runs(tmp_path) == (earlier, later)
    assert log_path(tmp_path).stat().st_mode & 0o077 == 0
    assert later.right == binned([0.7, 0.7])
    assert later.wrong == binned([0.7])
    assert "what" not in log_path(tmp_path).read_text()  # no question


@pytest.mark.parametrize("line", [b"{", b"[]", b'{"at": "x"}', b"\xff\xfe", b"", b"{" * 100_000])
def test_a_line_that_is_none_costs_no_other(tmp_path: Path, line: bytes) -> None:
    keep(tmp_path, a_run())
    with log_path(tmp_path).open("ab") as file:
        file.write(line + b"\n")
    keep(tmp_path, a_run(NOON + 1))
    assert runs(tmp_path) == (a_run(), a_run(NOON + 1))


@pytest.mark.parametrize("left", [0.5, 1.0], ids=["half-a-line", "all-but-its-end"])
def test_a_line_that_was_cut_off_costs_not_the_next_one(tmp_path: Path, left: float) -> None:
    keep(tmp_path, a_run())
    whole = log_path(tmp_path).read_bytes()
    keep(tmp_path, a_run(NOON + 1))
    line = log_path(tmp_path).read_bytes()[len(whole) :]
    log_path(tmp_path).write_bytes(whole + line[: int(left * (len(line) - 1))])
    keep(tmp_path, a_run(NOON + 2))
    assert {run.at for run in runs(tmp_path)} >= {NOON, NOON + 2}


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limit")
def test_an_evaluation_that_was_written_in_part_is_said_not_to_be_kept(tmp_path: Path) -> None:
    keep(tmp_path, a_run())
    size = log_path(tmp_path).stat().st_size
    with files_up_to(size + 40), pytest.raises(LibraryError, match="could not be kept"):
        keep(tmp_path, a_run(NOON + 1))
    keep(tmp_path, a_run(NOON + 2))
    assert [run.at for run in runs(tmp_path)] == [NOON, NOON + 2]


def test_no_evaluation_is_no_error_and_a_folder_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    assert runs(tmp_path) == ()
    with pytest.raises(LibraryError, match="could not be kept"):
        keep(tmp_path / "gone", a_run())


def test_only_runs_of_the_same_questions_compare_whatever_their_order_and_their_file_s_name() -> None:
    one = a_run()
    other = a_run(items=(*ITEMS, item(Place("c.pdf", 1), question="more")))
    renamed = replace(one, file="renamed.jsonl", at=1.0)
    assert comparable((renamed, other, one), one) == (renamed, one)
    assert fingerprint(ITEMS) == fingerprint(ITEMS[::-1])
    first, *others = ITEMS
    different = [
        replace(first, own=(Place("a.pdf", 4),)),
        replace(first, own=(Place("a.pdf", 3, "SUP-1"),)),
        replace(first, own=(Place("a.pdf", 3, "SUP-2"),)),
        replace(first, own=(Place("a.pdf", 3, "SUP-1"), Place("a.pdf", 3))),
        replace(first, without="SUP-1"),
        replace(first, without="SUP-2"),
    ]
    assert len({fingerprint([one, *others]) for one in (first, *different)}) == 1 + len(different)


def test_runs_kept_before_documents_counted_still_compare_where_no_question_names_one() -> None:
    assert fingerprint(ITEMS) == "51cdccf14d8c49e9"


@given(st.lists(st.floats(0, 1)))
def test_every_confidence_is_in_a_bin(values: list[float]) -> None:
    assert sum(binned(values)) == len(values)
    assert len(binned(values)) == BINS


def test_a_group_over_time_is_that_group_and_runs_without_it_are_left_out() -> None:
    run = a_run()
    pair = next(score for score in run.scores if score.group == "en→en")
    other = tuple(replace(score, recall_1=0.25) if score == pair else score for score in run.scores)
    without = tuple(score for score in run.scores if score != pair)
    figure = in_time((replace(run, scores=other), replace(run, scores=without), run), pair, Say("en"))
    assert [row[1] for row in figure.table.rows] == ["100%", "25%"]


# -- in the background --------------------------------------------------------------------------------------------


QUESTIONS = tuple(
    Item(f"q{n}", f"How {n}?", "en", "manual-1.md", "en", "lookup", True, (Place("manual-1.md", n),)) for n in (1, 2)
)


def measuring(folder: Path, opener: Opener, items: tuple[Item, ...] = QUESTIONS) -> tuple[Measuring, FakeAssistant]:
    library = fill(folder, MANUAL)
    assistant = opener(Settings(library=folder))
    return Measuring(items, "q.jsonl", library, lambda: assistant), assistant


def test_an_evaluation_in_the_background_is_kept_with_its_report(tmp_path: Path) -> None:
    made, _ = measuring(tmp_path, Opener())
    made.start()
    made.join(10)
    assert made.ended
    assert (made.error, made.done, made.total) == ("", 2, 2)
    assert runs(tmp_path) == (made.made,)
    assert made.made is not None
    whole = made.made.whole
    assert whole is not None
    assert (whole.items, whole.recall_1) == (2, 0.5)
    assert Parsed(made.html).open == []


def test_a_stopped_evaluation_keeps_nothing(tmp_path: Path) -> None:
    opener = Opener()
    opener.gated = True
    made, assistant = measuring(tmp_path, opener)
    made.start()
    made.stop()
    assistant.gate.set()
    made.join(10)
    assert made.ended
    assert made.stopped
    assert made.made is None
    assert not log_path(tmp_path).exists()


def test_questions_about_absent_documents_are_a_sentence(tmp_path: Path) -> None:
    made, _ = measuring(tmp_path, Opener(), (replace(QUESTIONS[0], own=(Place("absent.pdf", 1),)),))
    made.start()
    made.join(10)
    assert "absent.pdf" in made.error
    assert not log_path(tmp_path).exists()


def test_one_evaluation_at_a_time(tmp_path: Path) -> None:
    opener = Opener()
    opener.gated = True
    made, assistant = measuring(tmp_path, opener)
    bench = Bench()
    bench.start(made)
    with pytest.raises(LibraryBusy, match="on its way"):
        bench.start(Measuring(QUESTIONS, "q", made._library, lambda: assistant))
    bench.clear()
    assert bench.measuring is made
    assistant.gate.set()
    made.join(10)
    bench.clear()
    assert bench.measuring is None
    assert bench.runs(tmp_path) == runs(tmp_path) != ()
    assert bench.runs(tmp_path) is bench.runs(tmp_path)


# -- drawn --------------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**9))
def test_an_axis_ends_on_an_even_number_not_below_its_values(most: int) -> None:
    end = ceiling(most)
    assert end >= max(2, most)
    assert end % 2 == 0
    assert end <= max(2, 2 * most)


def test_a_column_is_as_tall_as_its_part_of_the_axis() -> None:
    drawn = columns("t", [Column("a", (Part("x", "blue", 4), Part("y", "grey", 0))), Column("b", ())])
    boxes = drawn.split("<rect")[1:]
    assert len(boxes) == 1
    assert 'height="120.0"' in boxes[0]


@pytest.mark.parametrize("count", [1, 2, 30])
def test_the_figure_at_a_line_s_last_point_lies_within_the_picture(count: int) -> None:
    points = tuple(Point("a", 1.0, "100 %") for _ in range(count))
    drawn = lines("t", [Line("x", "blue", points)])
    (found,) = re.findall(r'class="strong" x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)"', drawn)
    high, half = 13, 20  # of that text, in units
    assert float(found[1]) >= high
    assert float(found[0]) + (half if found[2] == "middle" else 0) <= 360


def test_hostile_names_stay_text_in_every_chart() -> None:
    bad = '"><script>x</script><image href="http://evil.example">&'
    charts = [
        columns(bad, [Column(bad, (Part(bad, "blue", 1),))]),
        lines(bad, [Line(bad, "blue", (Point(bad, 0.5, bad, 0.1, 0.9), Point(bad, 1.0, bad)))]),
    ]
    for chart in charts:
        whole = Parsed(picture(chart, (Key(bad, "blue"),), dark=True))
        assert whole.open == []
        assert not {"script", "image"} & set(whole.tags)
        assert "evil" in whole.text


@pytest.mark.parametrize("tongue", ["es", "en"])
def test_every_figure_tells_its_numbers_in_a_table_too(chats: Chats, tongue: str) -> None:
    say = Say(tongue)  # type: ignore[arg-type]
    said(chats, "How?")
    said(chats, "Who?", REFUSAL)
    seen = overview(chats, "month", TODAY)
    days, sure, groups, over = (
        per_day(seen, say),
        sureness(seen, say),
        rates(a_run(), "type", say),
        in_time([a_run()], a_run().scores[0], say),
    )
    assert days.table.rows[0][1:] == ("1", "1", "0")
    assert sum(int(row[1]) for row in sure.table.rows) == sum(int(row[2]) for row in sure.table.rows) == 1
    assert groups.table.rows[0][0] == {"es": "dato", "en": "lookup"}[tongue]
    for figure in (days, sure, groups, over):
        assert figure.table.rows
        assert all(len(row) == len(figure.table.head) for row in figure.table.rows)
        assert Parsed(picture(figure.chart, figure.keys, dark=False)).open == []


def test_a_thousand_conversations_are_told_of_in_time(tmp_path: Path) -> None:
    chats = Chats(tmp_path)
    for n in range(1_000):
        with_pages = replace(ANSWER, refused=n % 5 == 0, text="Hold it. " * 40)
        turn_id = chats.begin(f"c{n}", Request(f"How {n}?"), NOON - n * 3_000)
        chats.finish(turn_id, Turn(Request(f"How {n}?"), with_pages))
    made = Overviews()
    made.of(chats, "ever", TODAY)
    started = time.perf_counter()
    made.of(chats, "ever", TODAY)
    assert time.perf_counter() - started < 0.05
    chats.rename("c1", "changed")
    started = time.perf_counter()
    made.of(chats, "ever", TODAY)
    assert time.perf_counter() - started < 0.2


def test_any_thread_may_ask_for_an_overview(chats: Chats) -> None:
    said(chats, "How?")
    made, seen = Overviews(), []
    threads = [threading.Thread(target=lambda: seen.append(made.of(chats, "week", TODAY))) for _ in range(8)]
    for thread in threads:
        thread.start()
    until(lambda: not any(thread.is_alive() for thread in threads))
    assert {one.total("asked") for one in seen} == {1}
    assert len(seen) == 8
